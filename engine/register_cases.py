"""Rows of registers read from cases: pages of bounded statements, and rows kept in memory while they hold.

A row follows from the state of its case, the submissions that its columns name, the organisation and the hour. It is
kept until the case moves on, something is loaded, or the next moment at which it changes by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from threading import Lock
from typing import Any

from sqlalchemy import ColumnElement

from engine import chain, reads, statements
from engine.answers import Answers
from engine.case_scope import CaseScope
from engine.casework import ENDED, state_of
from engine.deadlines import end_of_day
from engine.definition import Definition
from engine.events import Event
from engine.evolve import replay
from engine.graph import fields_read, graph_of
from engine.moments import write_moment
from engine.register_definition import Register
from engine.register_rows import rebound, rows_of, tells_time
from engine.state import CaseState
from engine.store import Session
from engine.town import Loaded, Town
from engine.values import Record
from engine.views import CaseStatus

PAGE = 500
"""Cases read by one statement."""
_GROUPS = 200
"""Groups of events read by one statement."""


@dataclass(frozen=True, slots=True)
class Source:
    """A register as one process holds it: the `position`-th of this version."""

    process: str
    digest: str
    position: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the case it was computed from; one of a `void` case stays listed and is not counted."""

    case: int
    number: str
    key: str
    values: Record
    void: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    revision: int
    until: datetime | None  # None: as long as the revision
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Bound:
    """A register for the cases of one version: the forms it reads, and whether time alone changes a row."""

    register: Register
    forms: frozenset[str]
    timed: bool


@dataclass(slots=True)
class RowCache:
    """Rows by source and case; everything is forgotten when something is loaded, or there are too many."""

    most: int = 200_000
    _loaded: Loaded | None = None
    _kept: dict[tuple[Source, int], _Kept] = field(default_factory=dict)
    _bound: dict[tuple[Source, str], "_Bound"] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, source: Source, case: int, revision: int, now: datetime) -> tuple[Row, ...] | None:
        """Return the rows of a case that still hold."""
        found = self._kept.get((source, case))
        if found is None or found.revision != revision or (found.until is not None and found.until <= now):
            return None
        return found.rows

    def put(self, source: Source, case: int, kept: _Kept) -> None:
        """Keep the rows of a case."""
        with self._lock:
            if len(self._kept) >= self.most:
                self._kept.clear()
            self._kept[source, case] = kept

    def bound(self, source: Source, own: Definition, other: Definition, digest: str) -> "_Bound":
        """Return a register as it reads the cases of a version, rewritten once."""
        found = self._bound.get((source, digest))
        if found is None:
            register = rebound(own.registers[source.position], own, other)
            names = (name.partition(".")[0] for name in fields_read(register) if not name.startswith("="))
            found = self._bound[source, digest] = _Bound(register, frozenset(names), tells_time(register))
        return found

    def follow(self, loaded: Loaded) -> None:
        """Forget everything that was computed from what was loaded before."""
        before = self._loaded
        same = before is not None and (before.directory, before.calendar, before.parameters) == (
            loaded.directory,
            loaded.calendar,
            loaded.parameters,
        )
        if not same:
            with self._lock:
                self._kept.clear()
        self._loaded = loaded


@dataclass(frozen=True, slots=True)
class _Case:
    """What the list of cases says of one."""

    id: int
    digest: str
    number: str
    revision: int


@dataclass(slots=True)
class RegisterReader:
    """Reads the rows of one town; `moment` is the time as of which they are read."""

    town: Town
    session: Session
    cache: RowCache
    moment: datetime
    past: bool = False
    _then: dict[int, str] = field(default_factory=dict)  # case -> its version at a moment that is over

    @classmethod
    def open(cls, town: Town, session: Session, cache: RowCache, as_of: date | None) -> "RegisterReader":
        """Read as of now, or of the end of a day that is over."""
        now, past = town.now, as_of is not None and as_of < town.today
        if past and as_of is not None:
            now = end_of_day(as_of, town.zone) - timedelta(microseconds=1)
        cache.follow(town.loaded)
        return cls(town, session, cache, now, past)

    def rows(self, source: Source, visible: ColumnElement[bool]) -> Iterator[Row]:
        """Yield the rows of the cases that a condition lets through, the oldest case first."""
        after = 0
        while True:
            page = [_Case(*row) for row in self._page(source.process, visible, after)]
            yield from self._of_page(source, page)
            if len(page) < PAGE:
                return
            after = page[-1].id

    def _page(self, process: str, visible: ColumnElement[bool], after: int) -> list[Any]:
        conditions = [visible]
        if self.past:
            conditions.append(reads.started_by_then(write_moment(self.moment)))
        rows = reads.register_cases(process, *conditions).limit(PAGE)
        return self.session.ask(rows, after=after)

    def _of_page(self, source: Source, page: Sequence[_Case]) -> Iterator[Row]:
        known = (
            {}
            if self.past
            else {
                case.id: rows
                for case in page
                if (rows := self.cache.get(source, case.id, case.revision, self.moment)) is not None
            }
        )
        fresh = dict(self._computed(source, [case for case in page if case.id not in known]))
        for case in page:
            yield from known[case.id] if case.id in known else fresh[case.id]

    def _computed(self, source: Source, cases: Sequence[_Case]) -> Iterator[tuple[int, tuple[Row, ...]]]:
        """Compute rows anew; states and submissions come in few statements."""
        if not cases:
            return
        states = dict(self._states(cases))
        if self.past:
            cases = [
                replace(case, digest=self._then[case.id]) if case.id in self._then else case for case in cases
            ]
        bound = {case.id: self._bound(source, case) for case in cases}
        pending = self._groups(
            (case, submission.revision)
            for case, state in states.items()
            for (form, _), submission in state.forms.items()
            if form in bound[case].forms
        )
        for case in cases:
            state = states[case.id]
            rows = self._rows_of(source, bound[case.id].register, case, state, pending)
            if not self.past:
                timed = bound[case.id].timed and state.status not in ENDED
                until = changes_at(state, self.moment, self.town.zone) if timed else None
                self.cache.put(source, case.id, _Kept(case.revision, until, rows))
            yield case.id, rows

    def _bound(self, source: Source, case: _Case) -> _Bound:
        own, other = self.town.definition(source.digest), self.town.definition(case.digest)
        return self.cache.bound(source, own, other, case.digest)

    def _rows_of(
        self,
        source: Source,
        register: Register,
        case: _Case,
        state: CaseState,
        pending: Mapping[tuple[int, int], Sequence[Event]],
    ) -> tuple[Row, ...]:
        own, other = self.town.definition(source.digest), self.town.definition(case.digest)
        facts = Answers(self.town, self.session, self.moment, case.id, pending)
        scope = CaseScope(graph_of(other), state, facts)
        program = graph_of(own).program
        void = state.status is CaseStatus.VOID
        return tuple(
            Row(case.id, case.number, key, values, void) for key, values in rows_of(program, register, scope)
        )

    def _states(self, cases: Sequence[_Case]) -> Iterator[tuple[int, CaseState]]:
        ids = [case.id for case in cases]
        then = self._revisions_then(ids) if self.past else {}
        revisions = {case.id: case.revision for case in cases}
        for case, revision, text in self.session.ask(reads.states_of(ids)):
            if self.past and then.get(case, 0) < revisions[case]:
                yield case, self._state_then(case, then.get(case, 0), revisions[case])
            else:
                yield case, state_of(self.session, case, revision, text)

    def _state_then(self, case: int, revision: int, latest: int) -> CaseState:
        """Return a case as it was after a revision, and note the version it was under then."""
        rows = self.session.all(statements.read_groups, case=case, until=latest)
        versions = chain.versions_of(((row[0], row[6]) for row in rows), "")
        if versions[-1][1]:
            self._then[case] = chain.version_after(versions, revision)
        groups = (chain.read_group(row[6], row[7]) for row in rows if row[0] <= revision)
        return replay(event for group in groups for event in group)

    def _revisions_then(self, ids: Sequence[int]) -> Mapping[int, int]:
        """Return the last revision of each case by the moment."""
        rows = self.session.ask(reads.revisions_by(ids), at=write_moment(self.moment))
        return {row[0]: row[1] for row in rows}

    def _groups(self, wanted: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], Sequence[Event]]:
        """Read groups of events, many by one statement."""
        keys = sorted(set(wanted))
        found: dict[tuple[int, int], Sequence[Event]] = {}
        for first in range(0, len(keys), _GROUPS):
            part = keys[first : first + _GROUPS]
            for case, revision, body, private in self.session.ask(reads.groups_of(part)):
                found[case, revision] = chain.read_group(body, private)
        return found


def changes_at(state: CaseState, now: datetime, zone: tzinfo) -> datetime:
    """Return when a row may change by the mere passing of time: at midnight, or when something falls due."""
    midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
    dues = [
        each.running.due
        for each in state.activations.values()
        if each.running is not None and each.running.due is not None and each.running.due > now
    ]
    return min([midnight, *dues])
