"""When open work is due, computed from the definition, the case and the calendar; and when to act on it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from engine import deadlines
from engine.case_scope import CaseScope
from engine.deciding.draft import Draft
from engine.definition import Anchor, AnchorKind, Deadline, Overdue, Reminder, Step, Wait
from engine.marking import GivenEnd, Running, Timer, TimerKind
from engine.record import replace
from engine.running import due_of, known_end
from engine.values import Span, Value

_ORDER = {TimerKind.ELAPSED: 0, TimerKind.REMIND: 1, TimerKind.OVERDUE: 2}


def anchor_moment(draft: Draft, anchor: Anchor, scope: CaseScope, reached: datetime) -> datetime | None:
    """Return the moment a limit runs from, as far as it is known."""
    state = draft.state
    match anchor.kind:
        case AnchorKind.REACHED:
            return reached
        case AnchorKind.STARTED:
            return state.started_at
        case AnchorKind.NODE:
            assert anchor.node is not None, anchor
            place = (anchor.node, draft.graph.path(draft.graph.region_of(anchor.node), scope.key))
            record = state.records.get(place)
            return record.completed_at if record is not None and record.done else None
        case AnchorKind.MOMENT:
            assert anchor.moment is not None, anchor
            return _moment(draft, draft.value(anchor.moment, scope))
        case AnchorKind.ISSUED | AnchorKind.SERVED:
            paper = state.papers.get(anchor.document or "")
            if paper is None:
                return None
            return paper.issued_at if anchor.kind is AnchorKind.ISSUED else paper.served_at
        case AnchorKind.CLOSED:
            return None if state.closed_at is None else min(state.closed_at, draft.moment)


def _moment(draft: Draft, value: Value) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(), draft.facts.zone)
    return None


def running_for(draft: Draft, node: Step | Wait, scope: CaseScope, reached: datetime) -> Running | None:
    """Compute the limit of a step: the first of its deadlines whose condition holds."""
    for position, deadline in enumerate(node.deadlines):
        if deadline.when is None or draft.holds(deadline.when, scope):
            return running_by(draft, position, deadline, scope, reached)
    return None


def running_by(
    draft: Draft, position: int, deadline: Deadline, scope: CaseScope, reached: datetime
) -> Running:
    """Compute the limit that one deadline of a step gives."""
    if deadline.clock is not None:
        clock = draft.graph.clocks[deadline.clock]
        record = draft.state.clocks.get(clock)
        if record is None:
            return replace(_unknown(draft, position, deadline), clock=clock)
        return replace(record.running, rule=position, clock=clock)
    if deadline.until is not None:
        until = draft.value(deadline.until, scope)
        if not isinstance(until, date):
            return _unknown(draft, position, deadline)
        end = deadlines.due_at(until, draft.facts.zone, start=reached)
        given = GivenEnd.of(until)
        return Running(position, reached, None, given, deadline.rolls, end.due, end.day, end.whole_days)
    span = None if deadline.span is None else draft.value(deadline.span, scope)
    start = anchor_moment(draft, deadline.anchor, scope, reached)
    if start is None or not isinstance(span, Span):
        return _unknown(draft, position, deadline)
    end = deadlines.plain_end(start, span, draft.facts.calendar, draft.facts.zone, rolls=deadline.rolls)
    return Running(position, start, span, None, deadline.rolls, end.due, end.day, end.whole_days)


def _unknown(draft: Draft, position: int, deadline: Deadline) -> Running:
    return Running(position, None, None, None, deadline.rolls, None, draft.today, True, missing=True)


def settled(draft: Draft, running: Running) -> Running:
    """Compute the due moment of a limit whose parts are known."""
    end = due_of(running, draft.facts.calendar, draft.facts.zone)
    if end is None:
        return running
    return replace(running, due=end.due, last_day=end.day, whole_days=end.whole_days)


def timers_for(
    draft: Draft,
    running: Running | None,
    reminders: Sequence[Reminder],
    overdue: Sequence[Overdue],
    pending: Iterable[Timer] | None = None,
) -> tuple[Timer, ...]:
    """Return the moments to act on a limit, in order.

    Args:
        pending: timers that had not fired when the limit moved; None for a limit that begins. What has fired
            comes again only when its moment lies ahead again.
    """
    if running is None or running.due is None or not (reminders or overdue):
        return ()
    left = None if pending is None else {timer.index for timer in pending if timer.kind is TimerKind.OVERDUE}
    found = _reminding(draft, running, reminders) if reminders else []
    return in_order(found + _overdue(draft, running, overdue, left))


def in_order(timers: Sequence[Timer]) -> tuple[Timer, ...]:
    """Sort timers by moment, reminders before rungs of the same moment."""
    if len(timers) < 2:
        return tuple(timers)
    return tuple(sorted(timers, key=lambda timer: (timer.at, _ORDER[timer.kind], timer.index)))


def _reminding(draft: Draft, running: Running, reminders: Sequence[Reminder]) -> list[Timer]:
    found: list[Timer] = []
    for index, reminder in enumerate(reminders):
        end = known_end(running, draft.facts.zone)
        at = deadlines.reminder_moment(end, reminder.ahead, draft.facts.calendar)
        if at is not None and at > draft.moment:
            found.append(Timer(at, TimerKind.REMIND, index))
    return found


def _overdue(draft: Draft, running: Running, rungs: Sequence[Overdue], left: set[int] | None) -> list[Timer]:
    found: list[Timer] = []
    for index, rung in enumerate(rungs):
        at = running.due
        if rung.after is not None:
            end = known_end(running, draft.facts.zone)
            at = deadlines.overdue_moment(end, rung.after, draft.facts.calendar)
        if at is not None and (at > draft.moment or left is None or index in left):
            found.append(Timer(at, TimerKind.OVERDUE, index))
    return found


def elapsed_moment(draft: Draft, wait: Wait, scope: CaseScope, reached: datetime) -> datetime | None:
    """Return when the length of time of a wait is over; None while its anchor is not known."""
    start = anchor_moment(draft, wait.anchor, scope, reached)
    span = None if wait.span is None else draft.value(wait.span, scope)
    if start is None or not isinstance(span, Span):
        return None
    return deadlines.due(start, span, draft.facts.calendar, draft.facts.zone, rolls=False).due


def paused(draft: Draft, running: Running) -> Running:
    """Let a limit stand from now on."""
    if running.missing:
        return running
    return settled(draft, replace(running, pauses=(*running.pauses, (draft.now, None))))


def resumed(draft: Draft, running: Running) -> Running:
    """Let a limit run again."""
    pauses = tuple((since, until or draft.now) for since, until in running.pauses)
    return settled(draft, replace(running, pauses=pauses))
