"""Doing work: open items, complete them, carry out operations, keep drafts."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine import reads, starting, statements
from engine.answers import Answers
from engine.casefile import CaseFile
from engine.casework import Casework, Recorded, Work, execute, recorded, state_of
from engine.codec import pack
from engine.commands import SYSTEM, Act, CompleteTask, Discuss, ReadTask, StartCase
from engine.decide import decide
from engine.deciding.draft import Draft
from engine.deciding.standing_in import principal_for
from engine.definition import Definition
from engine.edge_refusals import DocumentVoid, NotFound, StaleRevision, TaskAlreadyDone
from engine.events import Event
from engine.evolve_seats import find_seat
from engine.explaining import closed_item
from engine.given import Given, Moment
from engine.graph import graph_of
from engine.item_views import Shower
from engine.moments import read_moment, write_moment
from engine.narration import LABELS
from engine.operations import TO_PEOPLE, Request, command_of, operation_of
from engine.options import options as options_of
from engine.options import recall_option
from engine.presets import definition_named, filled_up, given_by
from engine.questions import forms_asked
from engine.raw_values import Raw, read_span
from engine.record import replace as changed
from engine.records import log_opening
from engine.refusals import TaskClosed, UnknownName
from engine.reminder_options import NO_MORE
from engine.serving import METHOD, read_service
from engine.state import CaseState
from engine.state_cache import StateCache
from engine.store import Session
from engine.task_views import TaskPage
from engine.town import Town, transact
from engine.values import FileRef, Record, Value
from engine.views import Item, ItemStatus, Option, PersonView, TaskView

if TYPE_CHECKING:
    from engine.documents.issuing import Made


@dataclass(frozen=True, slots=True)
class Desk:
    """The commands of a town."""

    town: Town
    cache: StateCache
    given: Given

    def _session(self) -> Session:
        return Session(self.town.store, self.town.tenant)

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
        *,
        imported: bool = False,
    ) -> Recorded:
        """Start a case of the version in force, by the name of a process or of a prefilled start."""
        self.given.require_account(by, acting_for)
        definition, preset = definition_named(self.town, process)
        act = self.given.act(by, acting_for, reason, "", occurred_at, files)
        filled = filled_up(given_by(self.town, self._session(), definition, preset), form)
        forms = self.given.reader(definition).forms(starting.start_forms(definition), filled)

        def plan(casework: Casework) -> Work:
            return casework.start(definition.name, StartCase(act, forms, imported=imported))

        return execute(self.town, self.cache, plan, by=by, key=key)

    def item(self, id: str, by: str | None = None) -> Item:
        """Return a work item, open or closed."""
        case, n = self.given.item_id(id)
        session = self._session()
        CaseFile.open(self.town, session, case, by)
        return self._row(session, case, n)

    def task(self, id: str, by: str) -> TaskView:
        """Open a work item for doing; the first time is recorded as read."""
        case, n = self.given.item_id(id)
        self._read(case, n, by)
        session = self._session()
        file = CaseFile.open(self.town, session, case, by)
        log_opening(self.town, file)
        definition, state = self._state(session, case)
        item = self._row(session, case, n)
        principal = self._standing_in(
            definition, state, n, by, Answers(self.town, session, self.town.now, case)
        )
        if principal is not None:
            item = replace(item, acting_for=PersonView(principal, self.town.directory.name(principal)))
        return TaskPage(self.town, file, state, n, by).view(item)

    def _standing_in(
        self, definition: Definition, state: CaseState, n: int | None, by: str, facts: Answers
    ) -> str | None:
        """Return for whom a person works on an item that is not his own (代理)."""
        return None if n is None else principal_for(Draft(graph_of(definition), state, facts, Act(by)), n)

    def _acting(self, casework: Casework, work: Work, act: Act, n: int | None) -> Act:
        """Return the act with the principal for whom the person stands in, when he named none."""
        if act.acting_for is not None or not self.town.directory.grants_to(act.by, self.town.today):
            return act
        facts = casework.answers(work.id)
        return changed(act, acting_for=self._standing_in(work.definition, work.state, n, act.by, facts))

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

        def plan(casework: Casework, work: Work) -> None:
            casework.run(work, ReadTask(self._acting(casework, work, Act(by), n), n))

        self._on_case(case, by, plan, None)

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
        self.given.require_account(by, acting_for)
        case, n = self.given.item_id(item)
        act = self.given.act(by, acting_for, note or "", "", occurred_at, files)
        plan = self._completing(act, n, form, outcome, revision)
        try:
            return self._on_case(case, by, plan, key)
        except TaskAlreadyDone:
            if note:
                self._keep_opinion(case, n, by, note)
            raise

    def _completing(
        self, act: Act, n: int, form: Mapping[str, Raw] | None, outcome: str | None, revision: int | None
    ) -> Callable[[Casework, Work], object]:
        """Return what completing an item does in a unit of work; the reason of the act is the opinion."""

        def plan(casework: Casework, work: Work) -> None:
            self._require_fresh(casework, work, n, revision)
            if find_seat(work.state, n) is None and n not in work.state.requests:
                raise TaskClosed(n)
            forms = self.given.reader(work.definition).forms(
                forms_asked(work.definition, work.state, n), form
            )
            acting = self._acting(casework, work, act, n)
            casework.run(work, CompleteTask(acting, n, forms, outcome, act.reason))

        return plan

    def preview(
        self, item: str, by: str, form: Mapping[str, Raw] | None, outcome: str | None
    ) -> tuple["Made", ...]:
        """Return the papers that completing an item would issue, without their numbers; nothing is recorded.

        Raises:
            InvalidForm, and what deciding refuses.
        """
        from engine.documents.issuing import papers  # reading and writing Word files takes long to load

        case, n = self.given.item_id(item)
        session = self._session()
        CaseFile.open(self.town, session, case, by)
        definition, state = self._state(session, case)
        pending: dict[tuple[int, int], Sequence[Event]] = {}
        facts = Answers(self.town, session, self.town.now, case, pending)
        if find_seat(state, n) is None:
            raise TaskClosed(n)
        forms = self.given.reader(definition).forms(forms_asked(definition, state, n), form)
        acting = self._standing_in(definition, state, n, by, facts)
        decided = decide(
            definition, state, CompleteTask(Act(by, acting_for=acting), n, forms, outcome, ""), facts
        )
        pending[case, decided.state.revision] = decided.events
        return papers(self.town, definition, decided.state, decided.events, facts, preview=True)

    def _keep_opinion(self, case: int, n: int, by: str, opinion: str) -> None:
        """Keep what somebody had written when another was first (或签): nothing that was said is lost."""
        row = self._row(self._session(), case, n)
        if row.holder is None or row.holder.account != by or row.status is not ItemStatus.SUPERSEDED:
            return
        said = f"“{row.step}”已由他人先行办理，{self.town.directory.name(by)}未及提交的意见：{opinion}"
        act = Act(SYSTEM, reason=said)
        self._on_case(case, SYSTEM, lambda casework, work: casework.run(work, Discuss(act, (), n)), None)

    def options(self, target: str | int, by: str) -> tuple[Option, ...]:
        """Return what a person may do now with an item ("12-5") or a case (id or number)."""
        case, n = self.given.target(target)
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
        self.given.require_account(by, acting_for)
        case, n = self.given.target(target)
        if name == "draft":
            return self._save_draft(case, n, by, form or {})
        act = self.given.act(by, acting_for, reason or "", basis or "", occurred_at, files)
        words = to if isinstance(to, str) else ",".join(to or ())
        plan = self._plan(name, act, n, words, form, revision, straight=straight)
        return self._on_case(case, by, plan, key)

    def planned(
        self, target: str, operation: str, by: str, to: str, reason: str, basis: str
    ) -> tuple[int, Callable[[Casework, Work], object]]:
        """Return the case of an operation that fills no form, and what it does there.

        Raises:
            UnknownOperation, UnknownAccount, NotFound.
        """
        name = operation_of(operation)
        self.given.require_account(by, None)
        case, n = self.given.target(target)
        act = self.given.act(by, None, reason, basis, None, ())
        if name != "complete":
            return case, self._plan(name, act, n, to, None, None)
        if n is None:
            raise NotFound("待办", target)
        return case, self._completing(act, n, None, to or None, None)

    def _plan(
        self,
        name: str,
        act: Act,
        n: int | None,
        words: str,
        form: Mapping[str, Raw] | None,
        revision: int | None,
        *,
        straight: bool = False,
    ) -> Callable[[Casework, Work], object]:
        """Return what an operation other than complete does in a unit of work."""
        if name in TO_PEOPLE:
            for account in words.rpartition("#")[2].replace("，", ",").split(","):
                self.given.require_account(account or "（未选）", None)

        def plan(casework: Casework, work: Work) -> None:
            self._require_fresh(casework, work, n, revision)
            acting = self._acting(casework, work, act, n)
            command = command_of(name, self._request(casework, work, acting, n, words, form, name, straight))
            casework.run(work, command)

        return plan

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
        if operation == "serve":
            service = read_service({name: str(text) for name, text in (form or {}).items()})
            if service is None:
                raise UnknownName("送达方式", str((form or {}).get(METHOD)))
            return Request(act, n, to, {}, {}, service=service)
        if operation == "void_document":
            return Request(act, n, to, {}, {}, document=_standing_document(casework, work, to))
        if operation == "remind":
            return Request(act, n, to, {}, {}, moment=self.given.moment(None if to == NO_MORE else to))
        reader = self.given.reader(work.definition)
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
        fills = forms_asked(definition, state, n)
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

        return execute(self.town, self.cache, whole, by=by, key=key)

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

    def _state(self, session: Session, case: int) -> tuple[Definition, CaseState]:
        row = session.one(statements.load_case, id=case)
        if row is None:
            raise NotFound("案件", str(case))
        digest, revision, text, _ = row
        return self.town.definition(digest), state_of(session, case, revision, text)


def _standing_document(casework: Casework, work: Work, to: str) -> str:
    """Return the name of an issued document by its number in the case.

    Raises:
        NotFound, DocumentVoid
    """
    rows = casework.unit.all(statements.read_documents, case=work.id)
    found = next((row for row in rows if str(row[0]) == to), None)
    if found is None:
        raise NotFound("文书", f"{work.id}-{to}")
    if found[3] == "void":
        raise DocumentVoid(found[1], found[2])
    return str(found[1])


def _only_form(form: Mapping[str, Raw] | None, name: str) -> Mapping[str, Raw]:
    """Return the fields of a form, handed in with or without its name."""
    given = form or {}
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
