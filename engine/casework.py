"""Decide, record, project: one command and everything it causes in other cases, in one transaction.

Whoever loses a race loads and decides again. A refused or conflicting command looks its idempotency key up first: if
its group exists, the command was carried out before and its recorded result is the answer.
"""

import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeAlias

from engine import chain, statements
from engine.answers import Answers
from engine.case_scope import CaseScope, status_text
from engine.commands import Command, LinkedCaseEnded, Migrate, ParentEnded, StartCase
from engine.consequences import Consequences
from engine.decide import decide
from engine.definition import Definition, Wait
from engine.duty_rows import duty_writes
from engine.edge_refusals import DatabaseBusy, EndlessChain, KeyReused, NotFound
from engine.errors import Refusal
from engine.events import Acted, CaseLinked, DocumentIssued, Event
from engine.evolve import replay
from engine.explaining import explained
from engine.graph import graph_of
from engine.moments import write_moment, write_optional
from engine.open_items import wake
from engine.projection import Projection, Write, heading, restates, standing
from engine.state import CaseState
from engine.state_cache import Kept, Moved, StateCache
from engine.state_text import LayoutChanged, decode_state, encode_state
from engine.store import Conflict, Session, Unit
from engine.town import ATTEMPTS, Town, Version
from engine.views import CaseStatus

_PAUSE = 0.1
"""Seconds before a command that lost its server is tried again."""

MOST_COMMANDS = 500
"""Commands that one command may cause in other cases before it is taken for endless."""

ENDED = frozenset((CaseStatus.FINISHED, CaseStatus.WITHDRAWN, CaseStatus.TERMINATED, CaseStatus.VOID))

CUT_SHORT = ENDED - {CaseStatus.FINISHED}
"""Ends that the cases it has triggered must hear of."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a command did: the case after it. `repeated`: it had been carried out before under the same key."""

    id: int
    number: str
    process: str
    revision: int
    status: CaseStatus
    status_text: str
    steps: tuple[str, ...]
    closed_at: datetime | None
    repeated: bool = False

    @property
    def state(self) -> str:
        """The status as text."""
        return self.status.value


@dataclass(slots=True)
class Work:
    """A case during a unit of work: as loaded, and as it is by now."""

    id: int
    digest: str
    definition: Definition
    state: CaseState
    head: str
    stored_revision: int
    stored_wake: datetime | None
    cached: bool = False
    writes: list[Write] = field(default_factory=list)
    groups: list[Write] = field(default_factory=list)
    restated: bool = False  # a submission changed what lists show
    known: dict[int, Sequence[Event]] = field(default_factory=dict)  # groups by revision, read or written

    def mark(self) -> "Mark":
        """Note how it stands."""
        return self.state, self.head, self.restated, len(self.writes), len(self.groups)

    def return_to(self, mark: "Mark") -> None:
        """Take back what was done since a mark."""
        self.state, self.head, self.restated, writes, groups = mark
        del self.writes[writes:], self.groups[groups:]
        for revision in [revision for revision in self.known if revision > self.state.revision]:
            del self.known[revision]


Mark: TypeAlias = tuple[CaseState, str, bool, int, int]
"""How a case stood at some moment of a unit: state, head, restated, rows to write."""


def _kept(work: Work) -> Kept:
    current = {each.revision for each in work.state.forms.values()}
    groups = {revision: work.known[revision] for revision in current if revision in work.known}
    return Kept(work.digest, work.state, work.head, groups)


class Casework:
    """One unit of work over one or several cases."""

    def __init__(
        self, town: Town, unit: Unit, cache: StateCache, key: str | None, works: dict[int, Work]
    ) -> None:
        self.town, self.unit, self.cache = town, unit, cache
        self.now = town.now
        self.works = works
        self._key = key
        self._pending: dict[tuple[int, int], Sequence[Event]] = {}
        self._messages: deque[Callable[[], None]] = deque()
        self._commands = 0

    def answers(self, case: int) -> Answers:
        """Return the facts about a case of this unit."""
        return Answers(self.town, self.unit, self.now, case, self._pending, self.works[case].known)

    def load(self, case: int) -> Work:
        """Return a case as it is by now in this unit.

        Raises:
            NotFound: there is none.
        """
        work = self.works.get(case)
        if work is None:
            work = self.works[case] = self._cached(case) or self._stored(case)
        return work

    def _cached(self, case: int) -> Work | None:
        if (self.town.tenant, case) in self.unit.changed:
            return None  # by an earlier command of the same transaction, which is not committed yet
        found = self.cache.get(case)
        if found is None:
            return None
        return Work(
            case,
            found.digest,
            self.town.definition(found.digest),
            found.state,
            found.head,
            found.state.revision,
            wake(found.state),
            cached=True,
            known=dict(found.groups),
        )

    def load_together(self, cases: Iterable[int]) -> None:
        """Load cases with one statement; those that are not there are found missing when they are asked for."""
        for case, *row in self.unit.ask(statements.cases_in(sorted(cases))):
            self.works[case] = self._work(case, *row)

    def _stored(self, case: int) -> Work:
        row = self.unit.one(statements.load_case, id=case)
        if row is None:
            raise NotFound("案件", str(case))
        return self._work(case, *row)

    def _work(self, case: int, digest: str, revision: int, text: str, head: str) -> Work:
        state = state_of(self.unit, case, revision, text)
        return Work(case, digest, self.town.definition(digest), state, head, revision, wake(state))

    def start(self, process: str, command: StartCase, version: Version | None = None) -> Work:
        """Start a case of a version, by default of the one in force.

        Raises:
            NotDeployed, and what deciding refuses.
        """
        version = version or self.town.version_in_force(process)
        definition = self.town.definition(version.digest)
        case = self.unit.take_number("case")
        head = chain.genesis(self.town.tenant, case, version.digest)
        work = Work(case, version.digest, definition, CaseState(), head, 0, None, restated=True)
        self.works[case] = work
        self.run(work, command)
        return work

    def run(self, work: Work, command: Command) -> bool:
        """Decide a command on a case and record what it causes; tell whether anything happened."""
        self._commands += 1
        if self._commands > MOST_COMMANDS:
            raise EndlessChain(work.definition.name)
        facts = self.answers(work.id)
        decision = decide(work.definition, work.state, command, facts)
        if not decision.events:
            return False
        acted = decision.events[0]
        assert isinstance(acted, Acted), acted
        before, definition = work.state, work.definition
        if isinstance(command, Migrate):
            self._pin(work, command)
        self._pending[work.id, acted.revision] = decision.events
        events = decision.events
        if any(isinstance(event, DocumentIssued) for event in events):
            events = self._with_papers(work, decision.state, events, facts)
        self._project(work, definition, acted, events, facts)
        work.writes += duty_writes(
            work.id, work.definition, before, decision.state, acted, events, self.town.zone
        )
        self._record(work, acted, events)
        work.state = decision.state
        Consequences(self, work, acted, facts).carry_out(events)
        if work.state.status in ENDED and before.status not in ENDED:
            linked = [event.number for event in events if isinstance(event, CaseLinked)]
            heir = linked[0] if linked and work.state.status is CaseStatus.TERMINATED else None
            self.send(partial(self._tell_parents, work, heir))
        if work.state.status in CUT_SHORT and before.status is not work.state.status:
            self.send(partial(self._tell_children, work))
        return True

    def _pin(self, work: Work, command: Migrate) -> None:
        """Put a case under the version that it was migrated to."""
        work.definition, work.digest, work.restated = command.definition, command.target, True
        work.writes.append(Write(statements.pin_case, {"id": work.id, "digest": work.digest}))

    def _with_papers(
        self, work: Work, state: CaseState, events: tuple[Event, ...], facts: Answers
    ) -> tuple[Event, ...]:
        """Make and keep the papers that a group issues; the group then names their digests."""
        from engine.documents.filing import filed  # reading and writing Word files takes long to load
        from engine.documents.issuing import papers

        return filed(self.town, self.unit, papers(self.town, work.definition, state, events, facts), events)

    def _project(
        self, work: Work, before: Definition, acted: Acted, events: Sequence[Event], facts: Answers
    ) -> None:
        after, directory = work.definition, self.town.directory
        Projection(work.id, before, after, directory, facts, acted, work.writes).follow(work.state, events)
        work.restated = work.restated or restates(graph_of(after), events)

    def _record(self, work: Work, acted: Acted, events: Sequence[Event]) -> None:
        body, private = chain.write_group(events, graph_of(work.definition).confidential)
        work.head = chain.link_hash(work.head, body)
        row = {
            "case": work.id,
            "revision": acted.revision,
            "at": write_moment(acted.at),
            "occurred": write_optional(acted.occurred_at),
            "actor": acted.by,
            "acting_for": acted.acting_for,
            "key": self._key,
            "body": body,
            "private": private,
            "hash": work.head,
        }
        self._key = None  # the first group of the unit is the idempotency record
        work.groups.append(Write(statements.add_group, row))
        self._pending[work.id, acted.revision] = work.known[acted.revision] = events

    def attempt(self, case: int, plan: Callable[["Casework", Work], object], key: str) -> Refusal | None:
        """Carry a further command out, under a key of its own; a refused one leaves everything as it was."""
        before = {number: work.mark() for number, work in self.works.items()}
        self._key, self._commands = key, 0
        try:
            plan(self, self.load(case))
            self.settle()
        except Refusal as refusal:
            self._messages.clear()
            for number in [number for number in self.works if number not in before]:
                del self.works[number]
            for number, mark in before.items():
                self.works[number].return_to(mark)
            states = {number: work.state.revision for number, work in self.works.items()}
            self._pending = {
                (number, revision): events
                for (number, revision), events in self._pending.items()
                if revision <= states.get(number, 0)
            }
            return refusal
        return None

    def send(self, message: Callable[[], None]) -> None:
        """Do something in another case after the present command."""
        self._messages.append(message)

    def settle(self) -> None:
        """Do everything that was sent, and what that sends."""
        while self._messages:
            self._messages.popleft()()

    def _tell_parents(self, work: Work, heir: str | None) -> None:
        """Tell the cases that triggered this one how it ended; terminated with 关联, that other case answers for it."""
        row = None if heir is None else self.unit.one(statements.case_of_number, number=heir)
        for other, relation, n in self.linked(work):
            if relation != "from":
                continue
            parent = self.load(other)
            if row is None or row[0] in (other, work.id):
                self.run(parent, self._ending(work, parent, n))
            else:
                self._hand_over(parent, self.load(row[0]), n)

    def _tell_children(self, work: Work) -> None:
        """Tell the open cases that this one has triggered that it is over; they go on."""
        for other, relation, _ in self.linked(work):
            if relation == "triggered":
                child = self.load(other)
                if child.state.status not in ENDED:
                    self.run(child, ParentEnded(work.state.number, work.state.status))

    def _hand_over(self, parent: Work, heir: Work, link: int) -> None:
        """Let another case answer for a link; one that has ended answers at once."""
        for one, two, relation in ((parent, heir, "triggered"), (heir, parent, "from")):
            row = {"case": one.id, "other": two.id, "relation": relation, "n": link}
            one.writes.append(Write(statements.add_link, row))
        if heir.state.status in ENDED:
            self.run(parent, self._ending(heir, parent, link))

    def _ending(self, work: Work, parent: Work, link: int) -> LinkedCaseEnded:
        """Say how a case ended, with the forms that a step of the case that called it takes over."""
        known = parent.state.links.get(link)
        waiting = parent.state.activations.get(known.activation or 0) if known is not None else None
        node = None if waiting is None else parent.definition.nodes[waiting.node]
        scope = CaseScope(graph_of(work.definition), work.state, self.answers(work.id))
        wanted = node.fills if isinstance(node, Wait) else ()
        found = {form: record for form in wanted if (record := scope.form(form)) is not None}
        return LinkedCaseEnded(link, work.state.status, found, work.state.returned)

    def linked(self, work: Work) -> list[tuple[int, str, int]]:
        """Return the linked cases of a case, those of this unit included: (case, relation, number)."""
        found = [(row[0], row[1], row[2]) for row in self.unit.all(statements.linked_cases, case=work.id)]
        for write in work.writes:
            if write.statement is statements.add_link:
                values = write.values
                found.append((int(str(values["other"])), str(values["relation"]), int(str(values["n"]))))
        return list(dict.fromkeys(found))

    def finish(self) -> None:
        """Hand all rows to the unit: cases first, then their groups, then what refers to them."""
        for work in self.works.values():
            if work.groups:
                self._write_case(work)
                self.unit.changed.add((self.town.tenant, work.id))
        for work in self.works.values():
            for write in (*work.groups, *work.writes):
                self.unit.write_row(write.statement, write.values, write.expect)

    def _write_case(self, work: Work) -> None:
        state = work.state
        row: dict[str, object] = {
            "id": work.id,
            "revision": state.revision,
            "status": state.status.value,
            "state": encode_state(state),
            "head": work.head,
            "steps": "、".join(standing(work.definition, state)),
            "closed": write_optional(state.closed_at),
        }
        if work.restated:
            shown = heading(graph_of(work.definition), state, self.answers(work.id), self.town.directory)
            row |= shown.row() | {"occurred": write_optional(state.occurred_at)}
        if work.stored_revision == 0:
            row |= {
                "process": work.definition.name,
                "digest": work.digest,
                "number": state.number,
                "started": write_optional(state.started_at),
                "starter": state.started_by,
            }
            self.unit.write(statements.add_case, **row)
        else:
            statement = statements.move_case if work.restated else statements.advance_case
            self.unit.write_row(statement, {**row, "old_revision": work.stored_revision}, expect=1)
        moment = wake(state)
        if moment is not None and (moment != work.stored_wake or work.stored_revision == 0):
            self.unit.write(statements.set_wake, case=work.id, at=write_moment(moment))
        elif moment is None and work.stored_wake is not None:
            self.unit.write(statements.clear_wake, case=work.id)


def remember(works: Iterable[Work], cache: StateCache) -> None:
    """Keep the states of what was committed, and tell who watches."""
    moved = [each for each in works if each.groups]
    for each in moved:
        cache.put(each.id, _kept(each))
    if cache.watchers:
        for each in moved:
            revisions = [int(str(group.values["revision"])) for group in each.groups]
            happened = tuple(event for revision in revisions for event in each.known[revision])
            for tell in cache.watchers:
                tell(Moved(each.id, _kept(each), happened))


def state_of(session: Session, case: int, revision: int, text: str) -> CaseState:
    """Return a stored state; one of another layout is rebuilt from the history."""
    try:
        return decode_state(text)
    except LayoutChanged:
        return replay(events_until(session, case, revision))


def events_until(session: Session, case: int, revision: int) -> list[Event]:
    """Return the events of a case up to a revision, in order."""
    return [
        event
        for row in session.all(statements.read_groups, case=case, until=revision)
        for event in chain.read_group(row[6], row[7])
    ]


def execute(
    town: Town,
    cache: StateCache,
    plan: Callable[[Casework], Work],
    *,
    by: str,
    key: str | None = None,
) -> Recorded:
    """Carry out a command: all of it or nothing, once for each key, also when the server goes away meanwhile.

    Raises:
        what deciding refuses; `Conflict` when the race was lost too often; `DatabaseBusy`.
    """
    made = key or f"{write_moment(town.now)}-{secrets.token_hex(8)}"
    until = time.monotonic() + town.store.busy_seconds
    while True:
        try:
            return _execute_once(town, cache, plan, by, made)
        except DatabaseBusy as busy:
            if not busy.lost or time.monotonic() > until:
                raise
        time.sleep(_PAUSE)  # if it was committed after all, its key is found


def _execute_once(
    town: Town, cache: StateCache, plan: Callable[[Casework], Work], by: str, made: str
) -> Recorded:
    tries = 0
    while True:
        tries += 1
        touched: dict[int, Work] = {}

        def whole(unit: Unit, touched: dict[int, Work] = touched) -> Work:
            touched.clear()  # the writer may run it again
            casework = Casework(town, unit, cache, made, touched)
            work = plan(casework)
            casework.settle()
            casework.finish()
            return work

        try:
            work = town.store.write(town.tenant, whole)
        except (Refusal, Conflict) as problem:
            stale = [case for case, each in touched.items() if each.cached]
            for case in touched:
                cache.drop(case)
            done = _recorded_under(town, made, by)
            if done is not None:
                return done
            if isinstance(problem, Conflict) and tries < ATTEMPTS:
                continue
            if isinstance(problem, Refusal) and stale and tries < ATTEMPTS:
                continue  # it was decided on a state that may be old
            raise explained(town, problem, touched) from problem
        remember(touched.values(), cache)
        return recorded(work.id, work.definition, work.state)


def recorded(case: int, definition: Definition, state: CaseState, *, repeated: bool = False) -> Recorded:
    """Return what the caller of a command is told."""
    return Recorded(
        case,
        state.number,
        definition.name,
        state.revision,
        state.status,
        status_text(state.status),
        standing(definition, state),
        state.closed_at,
        repeated,
    )


def _recorded_under(town: Town, key: str, by: str) -> Recorded | None:
    session = Session(town.store, town.tenant)
    row = session.one(statements.group_of_key, key=key)
    if row is None:
        return None
    case, revision, actor = row
    if actor != by:
        raise KeyReused(key)
    found = session.one(statements.load_case, id=case)
    assert found is not None, case
    state = replay(events_until(session, case, revision))
    return recorded(case, town.definition(found[0]), state, repeated=True)
