"""Work items and cases as rows of lists."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from engine.case_scope import status_text
from engine.clock_views import case_clock, closed_clock, step_clock
from engine.definition import Definition
from engine.evolve_seats import find_activation
from engine.moments import NEVER, read_moment, read_optional
from engine.state import CaseState
from engine.state_text import LayoutChanged, decode_state
from engine.town import Town
from engine.views import CaseRow, CaseStatus, ClockView, Item, ItemStatus, PersonView
from engine.visibility import Viewer


class ItemRow(NamedTuple):
    """A row of `reads.ITEM_COLUMNS`."""

    case: int
    n: int
    step: str
    process: str
    role: str
    part: str
    holder: str | None
    status: str
    round: int
    due: str
    note: str
    escalated: int
    revision: int
    created: str
    brought_by: str
    closed: str | None
    closed_by: str | None
    number: str
    title: str
    summary: str
    digest: str
    case_revision: int
    state: str
    subject: str | None
    grade: str | None


class CaseRecord(NamedTuple):
    """A row of `reads.CASE_COLUMNS`."""

    id: int
    number: str
    process: str
    digest: str
    revision: int
    state: str
    title: str
    summary: str
    status: str
    steps: str
    started: str
    starter: str
    closed: str | None
    subject: str | None
    grade: str | None


@dataclass
class Shower:
    """Turns rows into views; a state that several rows share is read once."""

    town: Town
    now: datetime
    who: Viewer | None = None  # whose list it is

    def __post_init__(self) -> None:
        self._states: dict[tuple[int, int], CaseState | None] = {}

    def person(self, account: str) -> PersonView:
        """Return an account with its name."""
        return PersonView(account, self.town.directory.name(account))

    def item(self, values: Sequence[Any]) -> Item:
        """Return a work item of a row of `reads.ITEM_COLUMNS`."""
        row = ItemRow(*values[: len(ItemRow._fields)])
        return Item(
            id=f"{row.case}-{row.n}",
            case=row.case,
            case_number=row.number,
            process=row.process,
            step=row.step,
            title=row.title,
            summary=summary_of(row.summary),
            status=ItemStatus(row.status),
            role=row.role,
            part=row.part,
            holder=self.person(row.holder) if row.holder else None,
            acting_for=self._principal(row.holder),
            created=read_moment(row.created),
            clock=self._clock(row),
            revision=row.revision,
            round=row.round,
            from_name=self.town.directory.name(row.brought_by),
            note=row.note,
            escalated=bool(row.escalated),
            unit=self._unit(row.subject),
            grade=row.grade or "",
        )

    def _unit(self, code: str | None) -> str:
        return self.town.directory.unit_name(code) if code else ""

    def _principal(self, holder: str | None) -> PersonView | None:
        """Return for whom the viewer would act on an item of this holder."""
        others = () if self.who is None else self.who.stands_in
        return next((self.person(each.account) for each in others if each.account == holder), None)

    def _clock(self, row: ItemRow) -> ClockView | None:
        if row.due == NEVER and row.closed:
            return None
        if row.closed:
            return closed_clock(self.town, row.step, read_optional(row.due), read_moment(row.closed))
        state = self.state(row.case, row.case_revision, row.state)
        definition = self.town.definition(row.digest)
        if state is None:
            return None
        request = state.requests.get(row.n)
        if request is not None and request.clock is not None and request.clock in state.clocks:
            return case_clock(self.town, definition, request.clock, state.clocks[request.clock], self.now)
        if request is not None and request.activation is not None:
            activation = state.activations.get(request.activation)
        else:
            activation = find_activation(state, row.n)
        return step_clock(self.town, definition, activation, self.now) if activation else None

    def state(self, case: int, revision: int, text: str) -> CaseState | None:
        """Read a state once; None when it waits to be rebuilt for a new layout."""
        key = (case, revision)
        if key not in self._states:
            try:
                self._states[key] = decode_state(text)
            except LayoutChanged:
                self._states[key] = None
        return self._states[key]

    def case(self, values: Sequence[Any]) -> CaseRow:
        """Return a case of a row of `reads.CASE_COLUMNS`."""
        row = CaseRecord(*values[: len(CaseRecord._fields)])
        state = self.state(row.id, row.revision, row.state)
        definition = self.town.definition(row.digest)
        return CaseRow(
            id=row.id,
            number=row.number,
            process=row.process,
            title=row.title,
            summary=summary_of(row.summary),
            status=CaseStatus(row.status),
            status_text=status_text(CaseStatus(row.status)),
            steps=tuple(filter(None, row.steps.split("、"))),
            holders=self._holders(state),
            clock=nearest_clock(self.town, definition, state, self.now) if state else None,
            started_at=read_moment(row.started),
            started_by=self.person(row.starter),
            closed_at=read_optional(row.closed),
            unit=self._unit(row.subject),
            grade=row.grade or "",
        )

    def _holders(self, state: CaseState | None) -> tuple[str, ...]:
        if state is None:
            return ()
        seats = (seat for activation in state.activations.values() for seat in activation.seats)
        held = (seat.holder for seat in seats if seat.holder and seat.status is ItemStatus.OPEN)
        return tuple(dict.fromkeys(self.town.directory.name(account) for account in held))

    def case_as_item(self, values: Sequence[Any], *, note: str = "", created: str = "") -> Item:
        """Return a case in the form of an item (我发起, 抄送我); its number is 0: nothing is to be done."""
        case = self.case(values)
        status = ItemStatus.OPEN if case.closed_at is None else ItemStatus.DONE
        return Item(
            id=f"{case.id}-0",
            case=case.id,
            case_number=case.number,
            process=case.process,
            step="、".join(case.steps) or case.status_text,
            title=case.title,
            summary=case.summary,
            status=status,
            role="",
            part="",
            holder=None,
            acting_for=None,
            created=read_moment(created) if created else case.started_at,
            clock=case.clock,
            revision=0,
            round=1,
            from_name=case.started_by.name,
            note=note,
            unit=case.unit,
            grade=case.grade,
        )


def summary_of(text: str) -> tuple[tuple[str, str], ...]:
    """Read the facts of a case row; empty ones are left out."""
    return tuple((str(label), str(shown)) for label, shown in json.loads(text) if shown)


def nearest_clock(town: Town, definition: Definition, state: CaseState, now: datetime) -> ClockView | None:
    """Return the open limit that ends first."""
    views = [step_clock(town, definition, activation, now) for activation in state.activations.values()]
    views += [
        case_clock(town, definition, number, record, now)
        for number, record in state.clocks.items()
        if record.ended is None
    ]
    ending = [view for view in views if view is not None and view.due is not None]
    return min(ending, key=lambda view: view.due or now, default=None)
