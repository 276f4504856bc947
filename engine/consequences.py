"""What the edge carries out for an event, in the same transaction: linked cases, events, documents, notices, files."""

import json
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from engine import statements
from engine.answers import Answers
from engine.commands import SYSTEM, Act, EventArrived, LeaveCall, Origin, StartCase
from engine.deciding.authority import candidates, holders, role_names
from engine.deciding.draft import Draft
from engine.definition import ByEvent, Performer, Step
from engine.document_views import served_entry
from engine.edge_refusals import NotDeployed, NotFound
from engine.events import (
    Acted,
    CallWithdrawn,
    CaseLinked,
    CaseTriggered,
    CaseVoided,
    Copied,
    CopyKept,
    Discussed,
    DocumentIssued,
    DocumentServed,
    DocumentVoided,
    Escalated,
    Event,
    EventEmitted,
    FormSubmitted,
    Notified,
    TaskUrged,
    TimerFired,
)
from engine.evolve_seats import find_seat, find_work
from engine.graph import graph_of
from engine.marking import TimerKind
from engine.moments import write_moment
from engine.open_items import open_items
from engine.projection import Write, step_name
from engine.refusals import StartForbidden
from engine.values import Value, files_in

if TYPE_CHECKING:
    from engine.casework import Casework, Work


class Consequences:
    """The consequences of one group of events of a case."""

    def __init__(self, casework: "Casework", work: "Work", acted: Acted, facts: Answers) -> None:
        self._casework, self._work, self._acted, self._facts = casework, work, acted, facts
        self._town, self._unit = casework.town, casework.unit
        self._graph = graph_of(work.definition)

    def carry_out(self, events: Sequence[Event]) -> None:
        """Do what the events ask of the edge, in order."""
        for sha256 in self._acted.files:
            self._attach(sha256)
        reminding = False
        for event in events:
            match event:
                case TimerFired(timer=kind):
                    reminding = kind in (TimerKind.REMIND, TimerKind.PERSONAL)
                case FormSubmitted(values=values):
                    for file in files_in(tuple(values.values())):
                        self._attach(file.sha256)
                case CaseTriggered():
                    self._casework.send(partial(self._start_linked, event))
                case CallWithdrawn(link, reason):
                    self._casework.send(partial(self._leave_call, link, reason))
                case EventEmitted():
                    self._casework.send(partial(self._deliver, event))
                case CaseLinked(number):
                    self._link(number)
                case DocumentIssued():
                    self._issue(event)
                case DocumentServed():
                    self._serve(event)
                case DocumentVoided(id=n):
                    self._void(n)
                case CopyKept(id=n, sha256=sha256):
                    self._write(statements.keep_copy, case=self._work.id, n=n, pdf=sha256)
                    self._attach_new(sha256)
                case CaseVoided():
                    self._write(statements.void_documents, case=self._work.id)
                case Notified(to, text, items, node, named, key):
                    people = (*named, *self._holding(items), *self._people(to, node, key))
                    self._notify(people, "提醒" if reminding else "通知", text, next(iter(items), None))
                case TaskUrged(items, to, by, True):
                    self._urge(items, to, by)
                case Escalated(activation=activation, to=to):
                    self._escalate(activation, to)
                case Discussed(to, text, item):
                    who = self._town.directory.name(self._acted.by)
                    self._notify(to, "沟通", f"{who}：{text}（{self._about(item)}）", item)
                case Copied(to, note, item):
                    self._notify(to, "抄送", note or self._about(item), item)
                case _:
                    pass

    def _write(self, statement: statements.Statement, **values: object) -> None:
        self._work.writes.append(Write(statement, values))

    # ---- files and documents

    def _attach(self, sha256: str) -> None:
        if self._unit.one(statements.read_file, sha256=sha256) is None:
            raise NotFound("附件", sha256)
        self._attach_new(sha256)

    def _attach_new(self, sha256: str) -> None:
        """Note that a file belongs to the case; one of this unit of work the database does not know yet."""
        self._write(
            statements.add_attachment, sha256=sha256, case=self._work.id, revision=self._acted.revision
        )

    def _issue(self, event: DocumentIssued) -> None:
        self._write(
            statements.add_document,
            case=self._work.id,
            n=event.id,
            name=event.document,
            number=event.number,
            title=event.title,
            status="issued",
            issued=write_moment(self._acted.at),
            issuer=self._acted.acting_for or self._acted.by,
            sha256=event.sha256,
            served="[]",
            voided=None,
            pdf=None,
        )
        self._attach_new(event.sha256)

    def _serve(self, event: DocumentServed) -> None:
        rows = self._unit.all(statements.read_documents, case=self._work.id)
        issued = [row for row in rows if row[1] == event.document and row[3] != "void"]
        if not issued:
            return
        served = [*json.loads(issued[-1][7]), served_entry(event, self._acted)]
        self._write(
            statements.serve_document,
            case=self._work.id,
            n=issued[-1][0],
            status="served" if event.complete else "serving",
            served=json.dumps(served, ensure_ascii=False),
        )

    def _void(self, n: int) -> None:
        said = {"at": write_moment(self._acted.at), "by": self._acted.by, "reason": self._acted.reason}
        self._write(
            statements.void_document,
            case=self._work.id,
            n=n,
            status="void",
            voided=json.dumps(said, ensure_ascii=False),
        )

    # ---- other cases

    def _start_linked(self, event: CaseTriggered) -> None:
        command = StartCase(
            Act(SYSTEM, occurred_at=None),
            {"": event.arguments},
            origin=Origin(self._work.state.number, waits=event.activation is not None),
        )
        child = self._casework.start(event.process, command)
        self._pair(child, "triggered", "from", event.link)

    def _leave_call(self, link: int, reason: str) -> None:
        for other, relation, n in self._casework.linked(self._work):
            if (relation, n) == ("triggered", link):
                self._casework.run(self._casework.load(other), LeaveCall(Act(SYSTEM, reason=reason)))

    def _pair(self, other: "Work", there: str, back: str, n: int) -> None:
        """Write a link on both sides."""
        one, two = self._work.id, other.id
        self._work.writes.append(
            Write(statements.add_link, {"case": one, "other": two, "relation": there, "n": n})
        )
        other.writes.append(Write(statements.add_link, {"case": two, "other": one, "relation": back, "n": n}))

    def _link(self, number: str) -> None:
        row = self._unit.one(statements.case_of_number, number=number)
        if row is None:
            raise NotFound("案件", number)
        if row[0] != self._work.id:
            self._pair(self._casework.load(row[0]), "linked", "linked", 0)

    def _deliver(self, event: EventEmitted) -> None:
        source = self._work.state.number
        for other in dict.fromkeys(case for case, _, _ in self._casework.linked(self._work)):
            target = self._casework.load(other)
            self._casework.run(target, EventArrived(event.event, event.arguments, source))
        for version in self._town.versions_in_force():
            definition = self._town.definition(version.digest)
            if any(isinstance(by, ByEvent) and by.event == event.event for by in definition.starts):
                self._start_by_event(version.name, event)

    def _start_by_event(self, process: str, event: EventEmitted) -> None:
        command = StartCase(Act(SYSTEM), {"": event.arguments}, event=event.event)
        try:
            started = self._casework.start(process, command)
        except (StartForbidden, NotDeployed):
            return  # its condition for starting does not hold
        self._pair(started, "triggered", "from", 0)

    # ---- people

    def _people(self, roles: Iterable[str], node: int | None = None, key: str = "") -> list[str]:
        """Return who holds roles: as the step at hand says who does it, else for the territory and party of the case."""
        draft = Draft(self._graph, self._work.state, self._facts, Act(self._acted.by))
        step = None if node is None else self._graph.nodes[node]
        doing = {each.role: each for each in step.performers} if isinstance(step, Step) else {}
        scope = draft.scope(0 if step is None else step.region, key)
        performers = [doing.get(role, Performer(role)) for role in roles]
        return [
            account
            for candidate in candidates(draft, performers, scope)
            for account in self._reached(
                candidate.scope if candidate.taken else None, holders(self._facts, candidate)
            )
        ]

    def _reached(self, unit: Value, accounts: Sequence[str]) -> Sequence[str]:
        members = self._town.directory.members(unit) if isinstance(unit, str) else ()
        return (*accounts, *members)

    def _holding(self, items: Iterable[int]) -> list[str]:
        people: list[str] = []
        for n in items:
            seat = find_seat(self._work.state, n)
            if seat is None:
                continue
            if seat.holder is not None:
                process, roles = self._work.definition.name, role_names(seat.candidates)
                people += (seat.holder, *self._facts.deputies(seat.holder, process, roles))
                continue
            for candidate in seat.candidates:
                unit = candidate.scope if candidate.taken else None
                people += self._reached(unit, holders(self._facts, candidate))
        return people

    def _urge(self, items: Sequence[int], to: Sequence[str], by: str) -> None:
        who = self._town.directory.name(by)
        if to:
            node, key = self._place(next(iter(items), None))
            self._notify(self._people(to, node, key), "催办", f"{who}催办：{self._about(None)}", None)
            return
        for n in items:
            self._notify(self._holding((n,)), "催办", f"{who}催办：{self._about(n)}", n)

    def _escalate(self, activation: int | None, to: Sequence[str]) -> None:
        found = self._work.state.activations.get(activation) if activation is not None else None
        item = found.seats[0].id if found is not None and found.seats else None
        node, key = (None, "") if found is None else (found.node, found.key)
        self._notify(self._people(to, node, key), "升级", f"{self._about(item)}已逾期，请督办", item)

    def _place(self, item: int | None) -> tuple[int | None, str]:
        """Return the step and instance of an open item."""
        found = None if item is None else find_work(self._work.state, item)
        return (None, "") if found is None else (found[0].node, found[0].key)

    def _about(self, item: int | None) -> str:
        """Name the case, and the step of an item."""
        shown = open_items(self._work.definition, self._work.state).get(item) if item is not None else None
        step = step_name(self._work.definition, self._work.state, shown) if shown is not None else ""
        name = self._work.state.number or self._work.definition.name
        return f"{name}“{step}”" if step else name

    def _notify(self, people: Iterable[str], kind: str, text: str, item: int | None) -> None:
        for account in dict.fromkeys(people):
            self._write(
                statements.add_notice,
                account=account,
                id=self._unit.take_number("notice"),
                kind=kind,
                case=self._work.id,
                n=item,
                text=text,
                sent=write_moment(self._acted.at),
                read=None,
            )
