"""The engine as others use it: deploy, start, complete, act, inbox, case, history, verify. See `design.md` §5.2.

Everything here is thin: it turns what callers hand in into commands and hands back views. `by` is an account. Every
command accepts `key` (idempotency) and `revision` (what the person saw); a refused command leaves nothing behind.
"""

import html
import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from argon2 import PasswordHasher

from engine import audit, backup, bundle, migrate, reads, starting, statements, verify
from engine.accounts import Account, Accounts
from engine.administration import Administration
from engine.answers import Answers
from engine.audit import AuditEntry
from engine.calendar import Calendar
from engine.casefile import CaseFile
from engine.casework import Casework, Recorded, StateCache, Work, closed_item, execute, recorded, state_of
from engine.codec import pack
from engine.commands import SYSTEM, Act, CompleteTask, ReadTask, StartCase
from engine.definition import Definition
from engine.directory import Organisation
from engine.edge_refusals import MomentImpossible, NotFound, NotVisible, StaleRevision, UnknownAccount
from engine.evolve_seats import find_seat
from engine.files import FileStore
from engine.graph import graph_of
from engine.inbox import Inbox
from engine.item_views import Shower
from engine.moments import read_moment, read_optional, write_moment
from engine.narration import LABELS
from engine.operations import Request, command_of, operation_of
from engine.options import options as options_of
from engine.options import recall_option
from engine.raw_values import Raw, Reader, read_span
from engine.refusals import TaskClosed
from engine.state import CaseState
from engine.store import Session, Store
from engine.task_views import TaskPage
from engine.town import DEFAULT_ZONE, Town, Version, system_clock, transact, zone_of
from engine.values import FileRef, Record, Value
from engine.views import (
    Case,
    CaseRow,
    Counts,
    DocumentView,
    Entry,
    Item,
    Notice,
    Option,
    Page,
    Startable,
    StartView,
    TaskView,
    Verification,
)
from engine.worker import fire_due

DEFAULT_TENANT = "town"
_ITEM_ID = re.compile(r"(\d{1,18})-(\d{1,18})")
_ROW = re.compile(r"<tr><th>(.*?)</th><td>(.*?)</td></tr>", re.DOTALL)
Clock = Callable[[], datetime]
Moment = datetime | date | str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that may be given out: where it lies and what it is."""

    path: Path
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """An issued document with its text as it was issued."""

    view: DocumentView
    case: int
    case_number: str
    lines: tuple[str, ...]
    path: Path


def open_engine(
    url: str,
    *,
    clock: Clock | None = None,
    tenant: str | None = None,
    files: str | Path | None = None,
    synchronous: str = "FULL",
    zone: str = DEFAULT_ZONE,
    name: str = "",
    demo: bool = False,
) -> "Engine":
    """Open the engine on a database, creating the tables of an empty one.

    Args:
        url: SQLAlchemy URL of SQLite or PostgreSQL.
        clock: gives the present moment, aware; the system's by default.
        tenant: administrative code of the town; by default the only one there is.
        files: folder of the attachments; by default beside the SQLite file.
        synchronous: FULL or NORMAL (SQLite): whether a commit survives a power loss.
        zone, name, demo: of a new tenant.

    Raises:
        DatabaseOutdated: the database was made by another version of the program.
    """
    migrate.prepare(url)
    store = Store.open(url, synchronous)
    code = tenant or _only_tenant(store)
    row = Session(store, code).one(statements.read_tenant)
    town = Town(
        store,
        code,
        clock or system_clock,
        zone_of(row[1] if row else zone),
        FileStore(_folder(store, files)),
        demo=bool(row[2]) if row else demo,
        name=row[0] if row else name,
    )
    engine = Engine(town)
    if row is None:
        engine.rename(name, zone=zone, demo=demo)
    return engine


def _only_tenant(store: Store) -> str:
    rows = Session(store, "").all(statements.first_tenants)
    if len(rows) > 1:
        raise ValueError("the database holds several tenants: say which")
    return str(rows[0][0]) if rows else DEFAULT_TENANT


def _folder(store: Store, files: str | Path | None) -> Path:
    if files is not None:
        return Path(files)
    if store.path is not None and str(store.path) != ":memory:":
        return store.path.with_name(f"{store.path.name}.files")
    return Path(tempfile.mkdtemp(prefix="anliu-files-")) if store.is_sqlite else Path("var/files")


@dataclass
class Engine:
    """One town on one database; a context manager; safe to use from several threads."""

    town: Town
    _cache: StateCache = field(default_factory=StateCache)

    def __post_init__(self) -> None:
        self._inbox = Inbox(self.town)
        self._administration = Administration(self.town, self._cache)
        self._accounts = Accounts(self.town, PasswordHasher())

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
        """Return a definition by digest, or by the name of the process (the version in force)."""
        if name in self.town.loaded.versions:
            return self.town.definition(self.town.version_in_force(name).digest)
        return self.town.definition(name)

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
        self._require_account(by, acting_for)
        definition = self.town.definition(self.town.version_in_force(process).digest)
        act = self._act(by, acting_for, reason, "", occurred_at, files)
        forms = self._reader(definition).forms(starting.start_forms(definition), form)

        def plan(casework: Casework) -> Work:
            return casework.start(process, StartCase(act, forms))

        return execute(self.town, self._cache, plan, by=by, key=key)

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
        case, n = self._item_id(id)
        session = self._session()
        CaseFile.open(self.town, session, case, by)
        return self._row(session, case, n)

    def task(self, id: str, by: str) -> TaskView:
        """Open a work item for doing; the first time is recorded as read."""
        case, n = self._item_id(id)
        self._read(case, n, by)
        session = self._session()
        file = CaseFile.open(self.town, session, case, by)
        self._log_opening(file)
        _, state = self._state(session, case)
        return TaskPage(self.town, file, state, n, by).view(self._row(session, case, n))

    def _row(self, session: Session, case: int, n: int) -> Item:
        rows = session.ask(reads.one_item(), case=case, n=n)
        if not rows:
            raise NotFound("待办", f"{case}-{n}")
        return Shower(self.town, self.town.now).item(rows[0])

    def _read(self, case: int, n: int, by: str) -> None:
        _, state = self._state(self._session(), case)
        seat = find_seat(state, n)
        if seat is None or any(account == by for account, _ in seat.read):
            return
        self._on_case(case, by, lambda casework, work: casework.run(work, ReadTask(Act(by), n)), None)

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
        self._require_account(by, acting_for)
        case, n = self._item_id(item)
        act = self._act(by, acting_for, note or "", "", occurred_at, files)

        def plan(casework: Casework, work: Work) -> None:
            self._require_fresh(casework, work, n, revision)
            if find_seat(work.state, n) is None and n not in work.state.requests:
                raise TaskClosed(n)
            forms = self._reader(work.definition).forms(_fills(work, n), form)
            casework.run(work, CompleteTask(act, n, forms, outcome, note or ""))

        return self._on_case(case, by, plan, key)

    def options(self, target: str | int, by: str) -> tuple[Option, ...]:
        """Return what a person may do now with an item ("12-5") or a case (id or number)."""
        case, n = self._target(target)
        session = self._session()
        file = CaseFile.open(self.town, session, case, by)
        _, state = self._state(session, case)
        facts = Answers(self.town, session, self.town.now, case)
        if n is None:
            return options_of(file.definition, state, None, by, facts)
        closing = session.one(statements.closing_revision, case=case, n=n)
        if closing is None:
            raise NotFound("待办", f"{case}-{n}")
        if closing[0] is not None:
            return (recall_option(file.definition, state, n, closing[0], by, facts),)
        return options_of(file.definition, state, n, by, facts)

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
        name = operation_of(operation)
        if name == "complete":
            return self.complete(
                str(target), by, form, str(to) if to else None, key, revision, occurred_at, files, reason
            )
        self._require_account(by, acting_for)
        case, n = self._target(target)
        if name == "draft":
            return self._save_draft(case, n, by, form or {})
        act = self._act(by, acting_for, reason or "", basis or "", occurred_at, files)
        words = to if isinstance(to, str) else ",".join(to or ())

        def plan(casework: Casework, work: Work) -> None:
            self._require_fresh(casework, work, n, revision)
            command = command_of(name, self._request(casework, work, act, n, words, form, name, straight))
            casework.run(work, command)

        return self._on_case(case, by, plan, key)

    def _request(
        self,
        casework: Casework,
        work: Work,
        act: Act,
        n: int | None,
        to: str,
        form: Mapping[str, Raw] | None,
        operation: str,
        straight: bool,
    ) -> Request:
        reader = self._reader(work.definition)
        values: Record = {}
        forms: Mapping[str, Record] = {}
        if operation == "correct":
            values = reader.fields(to.partition("#")[0], _only_form(form, to.partition("#")[0]))
        elif form:
            wanted = starting.operation_forms(work.definition, work.state, operation, to, n)
            forms = reader.forms(wanted, form)
        closing = None
        if operation == "recall" and n is not None:
            closing = casework.unit.one(statements.closing_revision, case=work.id, n=n)
        span = read_span(to) if operation == "extend" and n is not None and to else None
        return Request(act, n, to, forms, values, (closing[0] or 0) if closing else 0, span, straight)

    def _save_draft(self, case: int, n: int | None, by: str, form: Mapping[str, Raw]) -> Recorded:
        """Keep what a person has typed; it is no part of the case and nobody else sees it."""
        if n is None:
            raise NotFound("待办", str(case))
        session = self._session()
        CaseFile.open(self.town, session, case, by)
        definition, state = self._state(session, case)
        if find_seat(state, n) is None:
            raise closed_item(self.town, case, n) or NotFound("待办", f"{case}-{n}")
        fills = _fills_of(definition, state, n)
        nested = all(isinstance(value, Mapping) and name in fills for name, value in form.items())
        by_form = form if nested else {fills[0] if fills else "": form}
        kept = {
            name: {key: pack(_plain(value)) for key, value in content.items()}
            for name, content in by_form.items()
        }
        body = json.dumps(kept, ensure_ascii=False)
        at = write_moment(self.town.now)
        transact(
            self.town,
            lambda unit: unit.write(statements.write_draft, account=by, case=case, n=n, body=body, at=at),
        )
        return recorded(case, definition, state)

    def _on_case(
        self, case: int, by: str, plan: Callable[[Casework, Work], object], key: str | None
    ) -> Recorded:
        def whole(casework: Casework) -> Work:
            work = casework.load(case)
            plan(casework, work)
            return work

        return execute(self.town, self._cache, whole, by=by, key=key)

    def _require_fresh(self, casework: Casework, work: Work, n: int | None, revision: int | None) -> None:
        """Refuse a command on an older item or case than there is, naming who changed what."""
        if revision is None:
            return
        if n is None:
            found = work.state.revision
        else:
            row = casework.unit.one(statements.item_state, case=work.id, n=n)
            if row is None or row[3] is not None:
                return  # deciding tells who closed it
            found = row[0]
        if found == revision:
            return
        last = casework.unit.ask(reads.last_change(), case=work.id)
        actor, at, body = last[0]
        change = LABELS.get(json.loads(body)[0]["operation"], "办理")
        name = self.town.directory.name(actor)
        what = "该案件" if n is None else "该待办"
        raise StaleRevision(what, name, read_moment(at).astimezone(self.town.zone), change)

    # ---- time

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

    def case(self, id: int | str, at: int | datetime | None = None, by: str | None = None) -> Case:
        """Return a case by id or number, as it is or was at a revision or moment."""
        file = CaseFile.open(self.town, self._session(), self._case_id(id), by)
        self._log_opening(file)
        return file.view(at)

    def history(self, id: int | str, by: str | None = None) -> tuple[Entry, ...]:
        """Return the history of a case, oldest first."""
        return CaseFile.open(self.town, self._session(), self._case_id(id), by).entries()

    def document(self, id: str, by: str | None = None) -> IssuedDocument:
        """Return an issued document by its id ("12-34")."""
        case, n = self._item_id(id)
        file = CaseFile.open(self.town, self._session(), case, by)
        rows = file.session.all(statements.read_documents, case=case)
        row = next((each for each in rows if each[0] == n), None)
        if row is None:
            raise NotFound("文书", id)
        view = file.document(row)
        path = self.town.files.path(view.sha256, view.name)
        text = path.read_text(encoding="utf-8")
        lines = tuple(
            f"{html.unescape(label)}：{html.unescape(shown)}" for label, shown in _ROW.findall(text)
        )
        return IssuedDocument(view, case, file.row.number, lines, path)

    def verify(self, id: int | str | None = None) -> Verification:
        """Check the hash chain of a case, or everything."""
        with self.town.store.reading(self.town.tenant) as session:
            return verify.verify(session, None if id is None else self._case_id(id))

    def audit_log(self, limit: int = 200) -> tuple[AuditEntry, ...]:
        """Return the latest entries of the audit log, newest first."""
        return tuple(reversed(audit.entries(self._session())))[:limit]

    def _log_opening(self, file: CaseFile) -> None:
        """Leave a trace when somebody opens a case that is none of his."""
        if not file.restricted or file.who is None:
            return
        account, number = file.who.account, file.row.number
        body = {"case": number, "process": file.row.process}
        transact(
            self.town,
            lambda unit: audit.record(unit, self.town.now, account, "case_opened", {**body}),
        )

    # ---- files

    def add_file(
        self,
        content: bytes | BinaryIO,
        name: str,
        media_type: str = "application/octet-stream",
        by: str = SYSTEM,
    ) -> FileRef:
        """Store an attachment.

        Raises:
            FileTooLarge, StorageFull: nothing is kept.
        """
        sha256, size = self.town.files.add(content, name, self.town.file_limit)
        row = {"sha256": sha256, "name": name, "media_type": media_type, "size": size, "actor": by}
        at = write_moment(self.town.now)
        transact(self.town, lambda unit: unit.write(statements.add_file, at=at, **row))
        return FileRef(sha256, name, size, media_type)

    def file(self, sha256: str, by: str | None = None) -> StoredFile:
        """Return a file to somebody who uploaded it or may open a case it belongs to; its hash is checked."""
        session = self._session()
        row = session.one(statements.read_file, sha256=sha256)
        if row is None:
            raise NotFound("文件", sha256)
        name, media_type, size, actor = row
        if by is not None and by != actor and not self._sees_file(session, sha256, by):
            raise NotVisible("该文件")
        return StoredFile(self.town.files.path(sha256, name), name, media_type, size, sha256)

    def _sees_file(self, session: Session, sha256: str, by: str) -> bool:
        for (case,) in session.all(statements.cases_with_file, sha256=sha256):
            try:
                CaseFile.open(self.town, session, case, by)
            except NotVisible:
                continue
            return True
        return False

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
        wanted = None if cases is None else [self._case_id(case) for case in cases]
        return bundle.export_bundle(self.town, Path(path), wanted, private=private, files=files)

    def check(self) -> tuple[str, ...]:
        """Return what is wrong with database and files; nothing when all is well."""
        return backup.check(self.town)

    def upgrade(self) -> None:
        """Bring the database to the newest migration."""
        migrate.upgrade(self.town.store.url)

    # ---- what callers hand in

    def _require_account(self, by: str, acting_for: str | None) -> None:
        for account in (by, acting_for):
            if account is None or account == SYSTEM:
                continue
            if account not in self.town.directory.people or account in self.town.loaded.inactive:
                raise UnknownAccount(account)

    def _reader(self, definition: Definition) -> Reader:
        return Reader(graph_of(definition), self.town.zone, self._find_file)

    def _find_file(self, sha256: str) -> FileRef:
        row = self._session().one(statements.read_file, sha256=sha256)
        if row is None:
            raise NotFound("附件", sha256[:12])
        return FileRef(sha256, row[0], row[2], row[1])

    def _act(
        self,
        by: str,
        acting_for: str | None,
        reason: str,
        basis: str,
        occurred_at: Moment | None,
        files: Sequence[FileRef | str],
    ) -> Act:
        hashes = tuple(each.sha256 if isinstance(each, FileRef) else each for each in files)
        return Act(by, acting_for, reason, basis, self._moment(occurred_at), hashes)

    def _moment(self, given: Moment | None) -> datetime | None:
        """Read a declared moment: a day counts from its beginning, a naive time is local.

        Raises:
            MomentImpossible: it cannot be read, or lies in the future.
        """
        if given is None or given == "":
            return None
        try:
            moment = datetime.fromisoformat(given) if isinstance(given, str) else given
        except ValueError:
            raise MomentImpossible(str(given)) from None
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.town.zone)
        if moment > self.town.now:
            raise MomentImpossible(f"{moment.astimezone(self.town.zone):%Y-%m-%d %H:%M}")
        return moment.astimezone(UTC)

    def _item_id(self, id: str) -> tuple[int, int]:
        found = _ITEM_ID.fullmatch(id)
        if found is None:
            raise NotFound("待办", id)
        return int(found.group(1)), int(found.group(2))

    def _target(self, target: str | int) -> tuple[int, int | None]:
        if isinstance(target, str) and (found := _ITEM_ID.fullmatch(target)):
            return int(found.group(1)), int(found.group(2))
        return self._case_id(target), None

    def _case_id(self, id: int | str) -> int:
        if isinstance(id, int):
            return id
        row = self._session().one(statements.case_of_number, number=id)
        if row is not None:
            return int(row[0])
        if id.isascii() and id.isdecimal() and len(id) < 19:
            return int(id)
        raise NotFound("案件", id)

    def _state(self, session: Session, case: int) -> tuple[Definition, CaseState]:
        row = session.one(statements.load_case, id=case)
        if row is None:
            raise NotFound("案件", str(case))
        digest, revision, text, _ = row
        return self.town.definition(digest), state_of(session, case, revision, text)


def _fills(work: Work, n: int) -> tuple[str, ...]:
    return _fills_of(work.definition, work.state, n)


def _fills_of(definition: Definition, state: CaseState, n: int) -> tuple[str, ...]:
    """Return the forms that completing an item fills."""
    for activation in state.activations.values():
        if any(seat.id == n for seat in activation.seats):
            return getattr(definition.nodes[activation.node], "fills", ())
    return ()


def _only_form(form: Mapping[str, Raw] | None, name: str) -> Mapping[str, Raw]:
    """Return the fields of a form, handed in with or without its name."""
    given: Mapping[str, Any] = form or {}
    inner = given.get(name)
    return inner if len(given) == 1 and isinstance(inner, Mapping) else given


def _plain(value: Raw) -> Value:
    """Return what JSON or a web form gives as a value that can be kept."""
    if isinstance(value, list | tuple):
        return tuple(_plain(each) for each in value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    kept: Value = value
    return kept
