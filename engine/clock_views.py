"""Deadlines and clocks as people see them: the word, what is left, and the sentence that explains the computation."""

from dataclasses import replace
from datetime import date, datetime

from engine.calendar import Calendar
from engine.deadline_text import explain, remaining
from engine.deadlines import ClockState, Due, clock_state, due_at
from engine.definition import Anchor, AnchorKind, Citation, Clock, Definition, Step, Wait
from engine.labels import label_of
from engine.marking import Activation, ClockRecord, Running
from engine.record import replace as changed
from engine.running import due_of
from engine.town import Town
from engine.views import ClockView


def step_clock(town: Town, definition: Definition, activation: Activation, now: datetime) -> ClockView | None:
    """Return the limit of open work; None when it has none."""
    running = activation.running
    if running is None:
        return None
    node = definition.nodes[activation.node]
    assert isinstance(node, Step | Wait), node
    if running.clock is not None:
        clock = definition.clocks[running.clock]
        return _view(
            town,
            clock.name,
            running,
            _anchor(definition, clock.start, clock.name),
            clock.basis,
            clock.local,
            now,
        )
    deadline = node.deadlines[running.rule]
    anchor = (
        label_of(deadline.until)
        if deadline.until is not None
        else _anchor(definition, deadline.anchor, node.name)
    )
    external = isinstance(node, Step) and node.external
    view = _view(town, node.name, running, anchor, deadline.basis, deadline.local, now)
    return replace(view, external=external)


def case_clock(
    town: Town, definition: Definition, number: int, record: ClockRecord, now: datetime
) -> ClockView:
    """Return a clock of the case as it stands."""
    clock = definition.clocks[number]
    anchor = _anchor(definition, clock.start, clock.name)
    view = _view(town, clock.name, record.running, anchor, clock.basis, clock.local, now, record.ended)
    zone = town.zone
    stops = tuple(
        (
            stop.since.astimezone(zone).date(),
            stop.until.astimezone(zone).date() if stop.until else None,
            stop.ground,
        )
        for stop in record.stops
    )
    return replace(view, stops=stops, started=record.started)


def waiting_clock(clock: Clock) -> ClockView:
    """Return a clock that has not begun to run."""
    return ClockView(
        name=clock.name,
        state=ClockState.NOT_STARTED,
        started=None,
        due=None,
        nominal=None,
        finished=None,
        provisional=False,
        external=False,
        text="未起算",
        explanation="尚未起算",
        basis=clock.basis,
        local=clock.local,
    )


def closed_clock(town: Town, name: str, due: datetime | None, finished: datetime) -> ClockView | None:
    """Return what is left of the limit of a closed item: whether it was in time."""
    if due is None:
        return None
    end = due_at(due, town.zone)
    return ClockView(
        name=name,
        state=clock_state(end, finished, town.calendar, finished=finished),
        started=None,
        due=due,
        nominal=None,
        finished=finished,
        provisional=False,
        external=False,
        text=remaining(end, finished, town.calendar, finished=finished),
        explanation="",
        basis=(),
        local=False,
    )


def _view(
    town: Town,
    name: str,
    running: Running,
    anchor: str,
    basis: tuple[Citation, ...],
    local: bool,
    now: datetime,
    finished: datetime | None = None,
) -> ClockView:
    calendar = town.calendar
    end = None if running.missing else due_of(running, calendar, town.zone)
    if end is None:
        return _unprovable(name, running, anchor, basis, local)
    return ClockView(
        name=name,
        state=clock_state(end, now, calendar, finished=finished),
        started=running.start,
        due=end.due,
        nominal=end.nominal,
        finished=finished,
        provisional=end.provisional,
        external=False,
        text=remaining(end, now, calendar, finished=finished),
        explanation=explain(end, anchor, basis),
        basis=basis,
        local=local,
        stops=_stops(town, running),
        extensions=_extensions(town, running, calendar),
    )


def _unprovable(
    name: str, running: Running, anchor: str, basis: tuple[Citation, ...], local: bool
) -> ClockView:
    return ClockView(
        name=name,
        state=ClockState.UNPROVABLE,
        started=running.start,
        due=None,
        nominal=None,
        finished=None,
        provisional=False,
        external=False,
        text="无法证明",
        explanation=f"起算点（{anchor}）没有登记，无法证明是否按时",
        basis=basis,
        local=local,
    )


def _stops(town: Town, running: Running) -> tuple[tuple[date, date | None, str], ...]:
    return tuple(
        (since.astimezone(town.zone).date(), until.astimezone(town.zone).date() if until else None, "")
        for since, until in running.pauses
    )


def _extensions(town: Town, running: Running, calendar: Calendar) -> tuple[tuple[datetime, str], ...]:
    found: list[tuple[datetime, str]] = []
    for number, by in enumerate(running.granted_by, start=1):
        until: Due | None = due_of(
            changed(running, extensions=running.extensions[:number]), calendar, town.zone
        )
        if until is not None and until.due is not None:
            found.append((until.due, town.directory.name(by)))
    return tuple(found)


def _anchor(definition: Definition, anchor: Anchor, name: str) -> str:
    match anchor.kind:
        case AnchorKind.REACHED:
            return f"到达“{name}”"
        case AnchorKind.STARTED:
            return "案件启动"
        case AnchorKind.NODE:
            return f"“{definition.nodes[anchor.node or 0].name}”完成"
        case AnchorKind.MOMENT:
            return f"“{label_of(anchor.moment)}”" if anchor.moment is not None else "所填时间"
        case AnchorKind.ISSUED:
            return f"《{anchor.document}》出具"
        case AnchorKind.SERVED:
            return f"《{anchor.document}》送达"
        case AnchorKind.CLOSED:
            return "办结"
