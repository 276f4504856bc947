"""总时限: clocks over several steps start, stand, go on and end by themselves or by document."""

from datetime import datetime

from engine.case_scope import CaseScope
from engine.commands import ResumeClock, StopClock
from engine.deadlines import is_late
from engine.deciding.authority import require_performer
from engine.deciding.draft import Draft
from engine.deciding.effects import submit, tell_tables
from engine.deciding.form_values import checked
from engine.deciding.limits import anchor_moment, settled, timers_for
from engine.definition import AnchorKind, Block, Clock, Performer, Stop
from engine.events import (
    ClockEnded,
    ClockMoved,
    ClockReopened,
    ClockStarted,
    ClockStopped,
    ClockWentOn,
)
from engine.expressions import FieldRef
from engine.marking import ClockRecord, Running
from engine.record import replace
from engine.refusals import ClockForbidden, UnknownName
from engine.running import due_of
from engine.values import Span


def follow_clocks(draft: Draft) -> None:
    """Start, stop, move and end every clock as the case now stands."""
    scope = draft.scope(0, "")
    for number, clock in enumerate(draft.definition.clocks):
        record = draft.state.clocks.get(number)
        if record is None:
            _start(draft, number, clock, scope)
        elif record.running.missing:
            _prove(draft, number, clock, scope)
        else:
            _follow(draft, number, clock, scope)


def _start(draft: Draft, number: int, clock: Clock, scope: CaseScope) -> None:
    started = anchor_moment(draft, clock.start, scope, draft.state.started_at or draft.now)
    ended = _end(draft, number, clock, scope)
    if started is None and ended is None:
        return
    running = _running(draft, clock, scope, started)
    timers = timers_for(draft, running, clock.reminders, clock.overdue)
    draft.emit(ClockStarted(number, ClockRecord(started or draft.moment, running, timers=timers)))
    tell_tables(draft, scope)
    if not running.missing:
        _follow(draft, number, clock, scope)
    elif ended is not None:
        draft.emit(ClockEnded(number, ended, late=False))


def _running(draft: Draft, clock: Clock, scope: CaseScope, started: datetime | None) -> Running:
    span = draft.value(clock.span, scope)
    unknown = Running(0, started, None, None, clock.rolls, None, draft.today, True, missing=True)
    if started is None or not isinstance(span, Span):
        return unknown
    return settled(draft, replace(unknown, span=span, missing=False))


def _prove(draft: Draft, number: int, clock: Clock, scope: CaseScope) -> None:
    """Let a clock run whose start, or go to its end whose date, has become known after all."""
    if _is_end_unknown(draft, clock, scope):
        return
    old = draft.state.clocks[number].running
    started = anchor_moment(draft, clock.start, scope, draft.state.started_at or draft.now)
    running = _running(draft, clock, scope, started) if old.span is None else replace(old, missing=False)
    if not running.missing:
        draft.emit(ClockMoved(number, running, timers_for(draft, running, clock.reminders, clock.overdue)))


def _end(draft: Draft, number: int, clock: Clock, scope: CaseScope) -> datetime | None:
    if clock.end.kind is AnchorKind.REACHED:
        return None
    if clock.start.kind is AnchorKind.ISSUED and clock.start.document not in draft.state.papers:
        return draft.now if number in draft.state.clocks else None  # declared void: nothing is left to serve
    return anchor_moment(draft, clock.end, scope, draft.now)


def _is_end_unknown(draft: Draft, clock: Clock, scope: CaseScope) -> bool:
    """Tell whether the end has come on a day that nobody has said: its form is there, the date in it is not."""
    moment = clock.end.moment
    if clock.end.kind is not AnchorKind.MOMENT or not isinstance(moment, FieldRef):
        return False
    return (moment.form, "") in draft.state.forms and draft.value(moment, scope) is None


def _follow(draft: Draft, number: int, clock: Clock, scope: CaseScope) -> None:
    record = draft.state.clocks[number]
    ended = _end(draft, number, clock, scope)
    if record.ended is not None:
        if ended is None:
            timers = timers_for(draft, record.running, clock.reminders, clock.overdue, ())
            draft.emit(ClockReopened(number, timers))
        return
    if _is_end_unknown(draft, clock, scope):
        draft.emit(ClockMoved(number, replace(record.running, missing=True), ()))
        return
    _correct_start(draft, number, clock, scope)
    _exclude(draft, number, clock)
    if ended is not None:
        end = due_of(draft.state.clocks[number].running, draft.facts.calendar, draft.facts.zone)
        draft.emit(ClockEnded(number, ended, late=end is not None and is_late(end, ended)))


def _correct_start(draft: Draft, number: int, clock: Clock, scope: CaseScope) -> None:
    """Move a clock whose starting date was corrected in the form it comes from, or whose paper was issued anew."""
    record = draft.state.clocks[number]
    if clock.start.kind not in (AnchorKind.MOMENT, AnchorKind.ISSUED):
        return
    started = anchor_moment(draft, clock.start, scope, draft.now)
    if started is not None and started != record.running.start:
        _move(draft, number, clock, replace(record.running, start=started))


def _move(draft: Draft, number: int, clock: Clock, running: Running) -> None:
    record = draft.state.clocks[number]
    moved = settled(draft, running)
    timers = timers_for(draft, moved, clock.reminders, clock.overdue, record.timers)
    draft.emit(ClockMoved(number, moved, timers))


def _exclude(draft: Draft, number: int, clock: Clock) -> None:
    """Let a clock stand while an excluded node or handler is open (扣除)."""
    names = _open_excluded(draft, number)
    record = draft.state.clocks[number]
    stands = any(stop.until is None and stop.excluded for stop in record.stops)
    if names and not stands:
        stop_now(draft, number, clock, "、".join(names), excluded=True)
    elif not names and stands:
        go_on_now(draft, number, clock, excluded=True)


def _open_excluded(draft: Draft, number: int) -> list[str]:
    graph, state = draft.graph, draft.state
    nodes, handlers = graph.excludes[number]
    open_nodes = {each.node for each in state.activations.values() if each.token in state.tokens}
    open_nodes |= {frame.fork for frame in state.frames.values() if not frame.joined}
    names = [graph.node(node).name for node in nodes if _is_open(draft, node, open_nodes)]
    running = {opening.handler for opening in state.openings.values()}
    return sorted(names) + sorted(graph.handler(handler).name for handler in handlers & running)


def _is_open(draft: Draft, node: int, open_nodes: set[int]) -> bool:
    part = draft.graph.node(node)
    return node in open_nodes or (
        isinstance(part, Block)
        and any(open_nodes & draft.graph.inside[branch.region] for branch in part.branches)
    )


def stop_now(draft: Draft, number: int, clock: Clock, ground: str, *, excluded: bool) -> None:
    """Let a clock stand from now."""
    running = draft.state.clocks[number].running
    standing = settled(draft, replace(running, pauses=(*running.pauses, (draft.moment, None))))
    timers = timers_for(draft, standing, clock.reminders, clock.overdue, draft.state.clocks[number].timers)
    draft.emit(ClockStopped(number, draft.moment, ground, excluded, standing, timers))


def go_on_now(draft: Draft, number: int, clock: Clock, *, excluded: bool) -> None:
    """End a stop of a clock; another stop may still let it stand."""
    record = draft.state.clocks[number]
    stops = [
        replace(stop, until=draft.moment) if stop.until is None and stop.excluded is excluded else stop
        for stop in record.stops
    ]
    running = settled(
        draft, replace(record.running, pauses=tuple((stop.since, stop.until) for stop in stops))
    )
    timers = timers_for(draft, running, clock.reminders, clock.overdue, record.timers)
    draft.emit(ClockWentOn(number, draft.moment, excluded, running, timers))


def clock_named(draft: Draft, name: str) -> tuple[int, Clock, ClockRecord]:
    """Return a running clock.

    Raises:
        UnknownName, ClockForbidden: there is no such clock, or it does not run.
    """
    number = draft.graph.clocks.get(name)
    if number is None:
        raise UnknownName("总时限", name)
    record = draft.state.clocks.get(number)
    if record is None or record.running.missing:
        raise ClockForbidden(name, "尚未起算")
    if record.ended is not None:
        raise ClockForbidden(name, "已经结束")
    return number, draft.definition.clocks[number], record


def stop_clock(draft: Draft, command: StopClock) -> None:
    """中止 by a document."""
    number, clock, record = clock_named(draft, command.clock)
    if not clock.stops:
        raise ClockForbidden(clock.name, "依法不得中止")
    if any(stop.until is None and not stop.excluded for stop in record.stops):
        raise ClockForbidden(clock.name, "已在中止中")
    stop = _lawful_stop(draft, clock, "中止计时")
    _submit_document(draft, stop.form, command.forms)
    stop_now(draft, number, clock, command.act.reason or stop.form or "中止", excluded=False)


def resume_clock(draft: Draft, command: ResumeClock) -> None:
    """恢复 by a document."""
    number, clock, record = clock_named(draft, command.clock)
    if not any(stop.until is None and not stop.excluded for stop in record.stops):
        raise ClockForbidden(clock.name, "不在中止中")
    stop = _lawful_stop(draft, clock, "恢复计时")
    _submit_document(draft, stop.resume_form, command.forms)
    go_on_now(draft, number, clock, excluded=False)


def _lawful_stop(draft: Draft, clock: Clock, operation: str) -> Stop:
    scope = draft.scope(0, "")
    performers: tuple[Performer, ...] = tuple(who for stop in clock.stops for who in stop.performers)
    require_performer(draft, performers, scope, operation)
    return clock.stops[0]


def _submit_document(draft: Draft, form: str | None, forms: object) -> None:
    given = forms if isinstance(forms, dict) else {}
    wanted = () if form is None else (form,)
    for name, record in checked(draft, wanted, given, draft.scope(0, "")).items():
        submit(draft, name, "", record, None)
