"""The engine as others use it: deploy, start, complete, act, inbox, case, history, verify. See `design.md` §5.2.

Everything here is thin: it turns what callers hand in into commands and hands back views. `by` is an account. Every
command accepts `key` (idempotency) and `revision` (what the person saw); a refused command leaves nothing behind.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from argon2 import PasswordHasher

from engine import backup, bundle, reads, starting, statements
from engine.accounts import Account, Accounts
from engine.administration import Administration
from engine.audit import AuditEntry
from engine.bulk import Bulk, BulkResult
from engine.calendar import Calendar
from engine.case_migration import CaseMigration, CaseMigrations, RunningVersion
from engine.casework import Recorded
from engine.commands import SYSTEM
from engine.comparing import CaseComparison, Comparing
from engine.definition import Definition, Form
from engine.desk import Desk
from engine.directory import Organisation
from engine.documents.book import BookRow, DocumentBook, Gap
from engine.documents.printing import Printing
from engine.duty_book import DutyBook, DutyFigure, DutyKind, DutyRow
from engine.given import Given, Moment
from engine.importing import Importing, ImportRow, RowOutcome
from engine.inbox import Inbox
from engine.moments import read_moment, read_optional, write_moment
from engine.observing import Observing, StuckCase
from engine.periods import Period
from engine.presets import preset_named
from engine.raw_values import Raw
from engine.records import IssuedDocument, Records, StoredFile
from engine.register_views import (
    RegisterHead,
    RegisterPage,
    RegisterQuery,
    StatisticHead,
    StatisticView,
)
from engine.registers import Registers
from engine.state_cache import Moved, StateCache
from engine.store import Session
from engine.town import Town, Version, transact
from engine.values import FileRef
from engine.views import (
    Case,
    CaseRow,
    Counts,
    Entry,
    Item,
    Notice,
    Option,
    Page,
    Standstill,
    Startable,
    StartView,
    TaskView,
    Verification,
)
from engine.worker import fire_due

if TYPE_CHECKING:
    from engine.documents.issuing import Made


@dataclass
class Engine:
    """One town on one database; a context manager; safe to use from several threads."""

    town: Town
    _cache: StateCache = field(default_factory=StateCache)

    def __post_init__(self) -> None:
        self._inbox = Inbox(self.town)
        self._administration = Administration(self.town, self._cache)
        self._accounts = Accounts(self.town, PasswordHasher())
        self._given = Given(self.town)
        self._desk = Desk(self.town, self._cache, self._given)
        self._bulk = Bulk(self.town, self._cache, self._desk)
        self._records = Records(self.town, self._given)
        self._registers = Registers(self.town)
        self._duties = DutyBook(self.town)
        self._book = DocumentBook(self.town)
        self._importing = Importing(self.town, self._desk)
        self._observing = Observing(self.town)
        self._comparing = Comparing(self.town)
        self._migrations = CaseMigrations(self.town, self._cache, self._given)

    def __enter__(self) -> "Engine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of all threads."""
        self.town.store.close()

    @property
    def zone(self) -> tzinfo:
        """The tenant's time zone."""
        return self.town.zone

    def now(self) -> datetime:
        """Return the present moment by the engine's clock."""
        return self.town.now

    def town_name(self) -> str:
        """Return the name of the town."""
        return self.town.name

    @property
    def is_demo(self) -> bool:
        """Tell whether this is a demonstration."""
        return self.town.demo

    def rename(self, name: str, *, zone: str | None = None, demo: bool | None = None) -> None:
        """Name the town."""
        zone_name = zone or str(self.town.zone)
        is_demo = self.town.demo if demo is None else demo

        transact(
            self.town,
            lambda unit: unit.write(
                statements.write_tenant,
                name=name,
                zone=zone_name,
                demo=int(is_demo),
                created=write_moment(self.town.now),
            ),
        )
        self.town.name, self.town.demo = name, is_demo

    def _session(self) -> Session:
        return Session(self.town.store, self.town.tenant)

    # ---- what administrators load

    def load_organisation(self, organisation: Organisation, by: str = SYSTEM) -> None:
        """Replace units, people, posts and powers."""
        self._administration.load_organisation(organisation, by)

    def organisation(self) -> Organisation:
        """Return the organisation as last loaded."""
        return self.town.directory.organisation

    def load_calendar(self, calendar: Calendar, by: str = SYSTEM) -> None:
        """Replace the working-day calendar; open limits are computed again."""
        self._administration.load_calendar(calendar, by)

    def calendar(self) -> Calendar:
        """Return the working-day calendar."""
        return self.town.calendar

    def deploy(
        self,
        definitions: Sequence[Definition],
        by: str,
        reason: str,
        effective: date | None = None,
        sources: Mapping[str, str] | None = None,
    ) -> tuple[Version, ...]:
        """Deploy definitions together: all of them or none."""
        return self._administration.deploy(definitions, by, reason, effective, sources or {})

    def definitions(self, on: date | None = None) -> tuple[Version, ...]:
        """Return the version of every process in force on a day."""
        return self.town.versions_in_force(on)

    def versions(self, name: str) -> tuple[Version, ...]:
        """Return all deployments of a process, in order of effect."""
        return self.town.loaded.versions.get(name, ())

    def definition(self, name: str) -> Definition:
        """Return a definition by digest, or by the name of the process or prefilled start (the version in force)."""
        if name in self.town.loaded.versions:
            return self.town.definition(self.town.version_in_force(name).digest)
        found = preset_named(self.town, name)
        return self.town.definition(name) if found is None else found[0]

    def source(self, name: str) -> str:
        """Return the text a process in force was compiled from."""
        return self._administration.source(name)

    def set_parameter(self, name: str, value: Raw, valid_from: date, by: str, reason: str) -> None:
        """Give a local parameter a figure from a day on."""
        self._administration.set_parameter(name, value, valid_from, by, reason)

    def set_setting(self, name: str, value: str, by: str) -> None:
        """Change a setting, e.g. file_limit in bytes."""
        self._administration.set_setting(name, value, by)

    # ---- accounts

    def add_user(
        self,
        account: str,
        name: str,
        by: str = SYSTEM,
        password: str | None = None,
        units: tuple[str, ...] = (),
    ) -> None:
        """Add a person with an account."""
        self._accounts.add(account, name, by, password, units)

    def set_password(self, account: str, new: str, by: str) -> None:
        """Change one's own password."""
        self._accounts.set_password(account, new, by)

    def reset_password(self, account: str, new: str, by: str = SYSTEM) -> None:
        """Give a person a new password."""
        self._accounts.reset_password(account, new, by)

    def check_password(self, account: str, password: str) -> bool:
        """Tell whether a password is right."""
        return self._accounts.check_password(account, password)

    def deactivate(self, account: str, by: str, reason: str) -> None:
        """Close an account for ever."""
        self._accounts.deactivate(account, by, reason)

    def accounts(self) -> tuple[Account, ...]:
        """Return every account."""
        return self._accounts.all()

    def people(self) -> Mapping[str, str]:
        """Return the display name of every account."""
        return {account: person.name for account, person in self.town.directory.people.items()}

    def roles_of(self, account: str) -> tuple[str, ...]:
        """Return the roles an account holds today."""
        return self.town.directory.roles_of(account, self.town.today)

    # ---- starting

    def startable(self, account: str) -> tuple[Startable, ...]:
        """Return what a person may start."""
        return starting.startable(self.town, self._session(), account)

    def start_view(self, process: str, by: str) -> StartView:
        """Open a process for starting."""
        return starting.start_view(self.town, self._session(), process, by)

    def start(
        self,
        process: str,
        by: str,
        form: Mapping[str, Raw] | None = None,
        files: Sequence[FileRef | str] = (),
        occurred_at: Moment | None = None,
        key: str | None = None,
        acting_for: str | None = None,
        reason: str = "",
    ) -> Recorded:
        """Start a case of the version in force."""
        return self._desk.start(process, by, form, files, occurred_at, key, acting_for, reason)

    # ---- work

    def inbox(
        self,
        account: str,
        tab: str = "todo",
        filters: Mapping[str, str] | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[Item]:
        """Return a page of an inbox tab; work is listed soonest due first."""
        return self._inbox.page(account, tab, filters, after, limit)

    def counts(self, account: str) -> Counts:
        """Return the numbers on the tabs."""
        return self._inbox.counts(account)

    def item(self, id: str, by: str | None = None) -> Item:
        """Return a work item, open or closed."""
        return self._desk.item(id, by)

    def task(self, id: str, by: str) -> TaskView:
        """Open a work item for doing; the first time is recorded as read."""
        return self._desk.task(id, by)

    def complete(
        self,
        item: str,
        by: str,
        form: Mapping[str, Raw] | None = None,
        outcome: str | None = None,
        key: str | None = None,
        revision: int | None = None,
        occurred_at: Moment | None = None,
        files: Sequence[FileRef | str] = (),
        note: str | None = None,
        acting_for: str | None = None,
    ) -> Recorded:
        """Complete a work item: fill its forms, choose its outcome.

        Raises:
            TaskAlreadyDone, StaleRevision, InvalidForm, and what deciding refuses.
        """
        return self._desk.complete(
            item, by, form, outcome, key, revision, occurred_at, files, note, acting_for
        )

    def options(self, target: str | int, by: str) -> tuple[Option, ...]:
        """Return what a person may do now with an item ("12-5") or a case (id or number)."""
        return self._desk.options(target, by)

    def act(
        self,
        target: str | int,
        operation: str,
        by: str,
        to: str | Sequence[str] | None = None,
        reason: str | None = None,
        basis: str | None = None,
        form: Mapping[str, Raw] | None = None,
        files: Sequence[FileRef | str] = (),
        occurred_at: Moment | None = None,
        key: str | None = None,
        revision: int | None = None,
        acting_for: str | None = None,
        straight: bool = False,
    ) -> Recorded:
        """Carry out an operation on an item or a case, by its English or Chinese name."""
        return self._desk.act(
            target,
            operation,
            by,
            to=to,
            reason=reason,
            basis=basis,
            form=form,
            files=files,
            occurred_at=occurred_at,
            key=key,
            revision=revision,
            acting_for=acting_for,
            straight=straight,
        )

    def act_on_all(
        self,
        targets: Sequence[str],
        operation: str,
        by: str,
        key: str,
        to: str | None = None,
        reason: str = "",
        basis: str = "",
    ) -> BulkResult:
        """Carry an operation out on many items ("12-5") or cases ("12"): one answer for each, once for the key."""
        return self._bulk.act(targets, operation, by, key, to, reason, basis)

    def hand_over(self, leaver: str, to: str, by: str, key: str, reason: str) -> BulkResult:
        """Transfer everything that a person holds to another (人员变动移交)."""
        return self._bulk.hand_over(leaver, to, by, key, reason)

    def items(self, ids: Sequence[str], by: str) -> tuple[Item, ...]:
        """Return work items by id, open or closed, as far as a person may see their cases; read together."""
        return self._inbox.items(by, ids)

    def case_numbers(self, ids: Sequence[int], by: str) -> Mapping[int, str]:
        """Return the numbers of cases that a person may open, by id; read together."""
        return self._inbox.numbers(by, ids)

    def bulk_result(self, key: str, by: str) -> BulkResult:
        """Return the answers of a bulk operation to whom they were given."""
        return self._bulk.result(key, by)

    # ---- recurring duties

    def duties(
        self,
        by: str,
        filters: Mapping[str, str] | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[DutyRow]:
        """Return a page of what was owed, as far as a person may see it, the latest period first.

        Filters: duty, person, unit, from and until (days on which periods end), standing.
        """
        return self._duties.rows(by, filters, after, limit)

    def duty_figures(
        self, by: str, filters: Mapping[str, str] | None = None, group: str = "duty"
    ) -> Sequence[DutyFigure]:
        """Return what fell due and was done in time for each duty, person or unit, or for all together."""
        return self._duties.figures(by, filters, group)

    def duty_kinds(self) -> tuple[DutyKind, ...]:
        """Return the recurring duties in force today."""
        return self._duties.kinds()

    # ---- time

    def watch(self, tell: Callable[[Moved], None]) -> None:
        """Tell somebody of each case that this engine moves, after the commit, in the thread of who moved it."""
        self._cache.watchers.append(tell)

    def unwatch(self, tell: Callable[[Moved], None]) -> None:
        """Tell him no longer."""
        self._cache.watchers.remove(tell)

    def tick(self) -> int:
        """Fire what is due now; return how many timers fired."""
        return fire_due(self.town, self._cache)

    # ---- cases

    def cases(
        self,
        by: str,
        filters: Mapping[str, str] | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[CaseRow]:
        """Return a page of the cases a person may open, the latest first."""
        return self._inbox.cases(by, filters, after, limit)

    def running(self) -> Mapping[str, int]:
        """Return how many cases of each process are open."""
        return {str(name): int(number) for name, number in self._session().ask(reads.open_by_process)}

    def case(self, id: int | str, at: int | datetime | None = None, by: str | None = None) -> Case:
        """Return a case by id or number, as it is or was at a revision or moment."""
        return self._records.case(id, at, by)

    def history(self, id: int | str, by: str | None = None) -> tuple[Entry, ...]:
        """Return the history of a case, oldest first."""
        return self._records.history(id, by)

    def standstills(self, id: int | str, by: str | None = None) -> tuple[Standstill, ...]:
        """Say what an open case waits for, by design or because nobody can move it."""
        return self._observing.of_case(self._given.case_id(id), by)

    def stuck_cases(self) -> tuple[StuckCase, ...]:
        """Return the open cases that nobody can move, the oldest first."""
        return tuple(self._observing.stuck())

    # ---- versions of running cases

    def running_versions(self, process: str | None = None) -> tuple[RunningVersion, ...]:
        """Return how many open cases are under which version of their definition."""
        return self._migrations.standing(process)

    def other_versions(self, process: str, to: str | None = None) -> tuple[int, ...]:
        """Return the open cases of a process under another version than this one, by default the one in force."""
        return self._migrations.cases_of(process, self._migrations.target(process, to).digest)

    def migrate(
        self,
        cases: Sequence[int | str],
        by: str,
        reason: str,
        to: str | None = None,
        renamed: Mapping[str, str] | None = None,
        *,
        dry_run: bool = False,
    ) -> tuple[CaseMigration, ...]:
        """Put running cases under another deployed version (by name or digest; by default the one in force).

        Args:
            renamed: old name -> new name of steps, blocks, clocks and at-any-time items whose name has changed.
            dry_run: list what would become of everything they have open, and write nothing.

        Returns: for each case what became of it; one with something that has no image stays as it is.
        Raises:
            NotAllowed, ReasonMissing, NotFound
        """
        act = self._migrations.plans if dry_run else self._migrations.run
        return tuple(act(cases, to, renamed or {}, by, reason))

    def compare(
        self, definition: Definition, since: date | None = None, until: date | None = None
    ) -> tuple[CaseComparison, ...]:
        """Decide past cases of a process again by a definition that need not be deployed; nothing is written.

        Args:
            since, until: days on which the cases began, both included.
        """
        return tuple(self._comparing.compare(definition, since, until))

    # ---- registers and statistics

    def registers(self, by: str) -> tuple[RegisterHead, ...]:
        """Return the registers (台账) of the definitions in force."""
        return self._registers.heads(by)

    def register(self, name: str, by: str, query: RegisterQuery | None = None) -> RegisterPage:
        """Return rows of a register, of the cases that the person may open."""
        return self._registers.page(name, by, query or RegisterQuery())

    def export_register(self, name: str, by: str, query: RegisterQuery) -> RegisterPage:
        """Return every row of a register as asked for, to be taken out; the export is recorded."""
        return self._registers.export(name, by, query)

    def statistics(self) -> tuple[StatisticHead, ...]:
        """Return the statistics (统计) of the definitions in force, with what each counts."""
        return self._registers.statistics()

    def statistic(
        self, name: str, by: str, period: Period | None = None, as_of: date | None = None
    ) -> StatisticView:
        """Return a statistic over the cases that the person may open, for a period and by its groups."""
        return self._registers.figures(by, ((name, period),), as_of)[0]

    def figures(
        self, by: str, wanted: Sequence[tuple[str, Period | None]], as_of: date | None = None
    ) -> tuple[StatisticView, ...]:
        """Return several statistics at once, as (name, period); a register is read only once for all of them."""
        return self._registers.figures(by, wanted, as_of)

    def import_form(self, process: str) -> Form | None:
        """Return the form that the rows of an imported register fill; None: the process is not started by one."""
        return self._importing.form(process)

    def check_import(
        self, process: str, by: str, rows: Sequence[ImportRow], file: FileRef
    ) -> tuple[RowOutcome, ...]:
        """Say of each row whether it can be imported; nothing is written."""
        return self._importing.check(process, by, rows, file)

    def import_rows(
        self, process: str, register: str, by: str, rows: Sequence[ImportRow], file: FileRef
    ) -> tuple[RowOutcome, ...]:
        """Start a case for each row that can be imported; rows whose key is known are left alone."""
        return self._importing.run(process, register, by, rows, file)

    # ---- documents

    def document(self, id: str, by: str | None = None) -> IssuedDocument:
        """Return an issued document by its id ("12-34")."""
        return self._records.document(id, by)

    def document_pdf(self, id: str, by: str | None = None) -> StoredFile:
        """Return an issued document as PDF; it is made once, and kept in the history.

        Raises:
            NoPdf: the part that makes PDF is not installed.
        """
        return Printing(self.town, self._cache, self._records).copy(id, by)

    def preview(
        self, item: str, by: str, form: Mapping[str, Raw] | None = None, outcome: str | None = None
    ) -> tuple["Made", ...]:
        """Return the papers that completing a work item would issue, without numbers; nothing is recorded."""
        return self._desk.preview(item, by, form, outcome)

    def documents(
        self, by: str, filters: Mapping[str, str] | None = None, after: str | None = None, limit: int = 50
    ) -> Page[BookRow]:
        """Return a page of the book of issued documents; filters: year, name, status, q."""
        return self._book.page(by, filters, after, limit)

    def export_documents(self, by: str, filters: Mapping[str, str] | None = None) -> tuple[BookRow, ...]:
        """Return the whole book as asked for, to be taken out; the export is recorded."""
        return self._book.export(by, filters or {})

    def document_names(self) -> tuple[str, ...]:
        """Return the names of the documents that the definitions in force issue."""
        return self._book.names()

    def document_series(self) -> tuple[str, ...]:
        """Return the patterns of the number series that run on their own."""
        return self._book.series()

    def document_gaps(self, year: int) -> tuple[Gap, ...]:
        """Return the numbers of a year that no document has."""
        return self._book.gaps(year)

    def begin_series(self, series: str, year: int, used: int, by: str, reason: str) -> None:
        """Say up to which number a series was used on paper before the town began here."""
        self._book.begin_series(series, year, used, by, reason)

    def verify(self, id: int | str | None = None) -> Verification:
        """Check the hash chain of a case, or everything."""
        return self._records.verify(id)

    def audit_log(self, limit: int = 200) -> tuple[AuditEntry, ...]:
        """Return the latest entries of the audit log, newest first."""
        return self._records.audit_log(limit)

    # ---- files

    def add_file(
        self,
        content: bytes | BinaryIO,
        name: str,
        media_type: str = "application/octet-stream",
        by: str = SYSTEM,
        limit: int | None = None,
    ) -> FileRef:
        """Store an attachment of at most `limit` bytes, and never more than the town's setting.

        Raises:
            FileTooLarge, StorageFull: nothing is kept.
        """
        return self._records.add_file(content, name, media_type, by, limit)

    def file(self, sha256: str, by: str | None = None) -> StoredFile:
        """Return a file to somebody who uploaded it or may open a case it belongs to; its hash is checked."""
        return self._records.file(sha256, by)

    # ---- notices

    def notices(self, account: str, limit: int = 200) -> tuple[Notice, ...]:
        """Return the latest messages to a person."""
        rows = self._session().ask(reads.notices(), account=account, limit=limit)
        return tuple(
            Notice(
                id=row[0],
                kind=row[1],
                case=row[2],
                case_number=row[7],
                item=None if row[3] is None else f"{row[2]}-{row[3]}",
                text=row[4],
                sent_at=read_moment(row[5]),
                read_at=read_optional(row[6]),
            )
            for row in rows
        )

    def mark_read(self, account: str, notice: int) -> None:
        """Note that a person has read a message."""
        at = write_moment(self.town.now)
        transact(
            self.town,
            lambda unit: unit.write(statements.mark_notice, account=account, id=notice, read=at),
        )

    # ---- keeping

    def backup(self, folder: str | Path) -> Path:
        """Write database and files into a new folder; work goes on meanwhile."""
        return backup.backup(self.town, Path(folder))

    def export_bundle(
        self,
        path: str | Path,
        cases: Sequence[int | str] | None = None,
        *,
        private: bool = False,
        files: bool = True,
    ) -> Path:
        """Write cases (None: all, with the audit log) as a ZIP that `engine/verifier.py` checks by itself."""
        wanted = None if cases is None else [self._given.case_id(case) for case in cases]
        return bundle.export_bundle(self.town, Path(path), wanted, private=private, files=files)

    def check(self) -> tuple[str, ...]:
        """Return what is wrong with database and files; nothing when all is well."""
        return backup.check(self.town)
