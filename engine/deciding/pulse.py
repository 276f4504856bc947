"""What happens by itself once a command is done: clocks, waits, handlers, locks, added branches."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from engine.case_scope import CaseScope
from engine.deciding.below import drop_emptied
from engine.deciding.clocks import follow_clocks
from engine.deciding.draft import Draft
from engine.deciding.effects import tell_tables
from engine.deciding.handlers import follow_handlers, leave_scopes
from engine.deciding.limits import elapsed_moment, in_order, running_by, settled, timers_for
from engine.deciding.pleas import follow_pleas
from engine.deciding.routing import complete_step, grow
from engine.deciding.seats import begin_call, is_excluded
from engine.deciding.waits import go_on
from engine.definition import AnchorKind, Step, Wait
from engine.events import ActivationUnlocked, DueMoved, IncidentRaised, WaitMoved
from engine.marking import Activation, Running, Timer, TimerKind
from engine.record import replace
from engine.views import LIVE

_MOST = 1_000
"""Rounds after which a definition that never comes to rest is left as it stands."""


def settle(draft: Draft) -> None:
    """Let everything happen that follows by itself, until nothing does."""
    if draft.state.pleas:
        follow_pleas(draft)
    if draft.state.frames:
        drop_emptied(draft)
    quiet = not draft.graph.watched and not draft.state.openings
    if quiet and (draft.graph.firm or not _any_missing(draft)):
        return
    for _ in range(_MOST):
        before = len(draft.events)
        follow_clocks(draft)
        if draft.state.status not in LIVE:
            return
        follow_limits(draft)
        leave_scopes(draft)
        drop_emptied(draft)
        follow_handlers(draft)
        _unlock(draft)
        _grow(draft)
        _complete_waits(draft)
        if len(draft.events) == before:
            return


def _any_missing(draft: Draft) -> bool:
    return any(
        each.running is not None and (each.running.missing or each.running.until is not None)
        for each in draft.state.activations.values()
    )


def follow_limits(draft: Draft, *, all_of_them: bool = False) -> None:
    """Compute limits again whose anchor became known, whose clock moved or whose date was corrected."""
    for activation in tuple(draft.state.activations.values()):
        if activation.token in draft.state.tokens:
            _follow_limit(draft, activation, all_of_them)


def _follow_limit(draft: Draft, activation: Activation, always: bool) -> None:
    node = draft.graph.node(activation.node)
    assert isinstance(node, Step | Wait), node
    old = activation.running
    new = None if old is None else _again(draft, node, activation, old, always)
    if old is not None and new is not None and new != old:
        elapsed = tuple(timer for timer in activation.timers if timer.kind is TimerKind.ELAPSED)
        pending = None if old.missing else activation.timers
        moved = timers_for(draft, new, node.reminders, node.overdue, pending)
        draft.emit(DueMoved(activation.id, new, in_order((*elapsed, *moved))))


def _again(draft: Draft, node: Step | Wait, activation: Activation, old: Running, always: bool) -> Running:
    """Compute a limit again; pauses and extensions stay."""
    deadline = node.deadlines[old.rule]
    given = deadline.until is not None or deadline.anchor.kind in (AnchorKind.MOMENT, AnchorKind.SERVED)
    if not (always or given or old.missing or old.clock is not None):
        return old
    scope = draft.scope(node.region, activation.key)
    fresh = running_by(draft, old.rule, deadline, scope, activation.opened_at)
    if fresh.missing or old.clock is not None:
        return old if fresh.missing else fresh
    kept = replace(fresh, pauses=old.pauses, extensions=old.extensions, granted_by=old.granted_by)
    return settled(draft, kept)


def _unlock(draft: Draft) -> None:
    for activation in tuple(draft.state.activations.values()):
        if activation.locked and not is_excluded(draft, activation.node, activation.id):
            draft.emit(ActivationUnlocked(activation.id))
            begin_call(draft, activation)


def _grow(draft: Draft) -> None:
    for frame in tuple(draft.state.frames.values()):
        growing = frame.fork in draft.graph.growing
        if growing and not frame.joined and frame.id in draft.state.frames:
            draft.attempt(partial(grow, draft, frame.id))


def _complete_waits(draft: Draft) -> None:
    for activation in tuple(draft.state.activations.values()):
        node = draft.graph.node(activation.node)
        there = activation.id in draft.state.activations and activation.token in draft.state.tokens
        if not isinstance(node, Wait) or not there or activation.locked:
            continue
        scope = draft.scope(node.region, activation.key)
        if activation.met:
            going_on = partial(go_on, draft, activation, activation.outcome, activation.returned)
            automatically(draft, activation, going_on)
        elif _holds(draft, node, scope):
            automatically(draft, activation, partial(_end_wait, draft, activation, scope))
        elif (over := _ran_out(draft, node, activation, scope)) is not None:
            with draft.at(over):
                automatically(draft, activation, partial(_end_wait, draft, activation, scope))


def _end_wait(draft: Draft, activation: Activation, scope: CaseScope) -> None:
    """Complete a wait, and say which tables its condition was answered by."""
    tell_tables(draft, scope)
    complete_step(draft, activation, None, ())


def _holds(draft: Draft, wait: Wait, scope: CaseScope) -> bool:
    return wait.condition is not None and draft.holds(wait.condition, scope)


def _ran_out(draft: Draft, wait: Wait, activation: Activation, scope: CaseScope) -> datetime | None:
    """Return when the time of a wait ran out (now, if something kept it from ending then); None while it has not."""
    if wait.condition is not None or wait.span is None:
        return None
    over = elapsed_moment(draft, wait, scope, activation.opened_at)
    if over is not None and over > draft.moment and not _has_timer(activation, over):
        timers = [timer for timer in activation.timers if timer.kind is not TimerKind.ELAPSED]
        _rearm(draft, activation, in_order((*timers, Timer(over, TimerKind.ELAPSED, 0))))
    if over is None or over > draft.moment:
        return None
    return over if _has_timer(activation, over) else draft.moment


def _has_timer(activation: Activation, over: datetime) -> bool:
    return any(timer.kind is TimerKind.ELAPSED and timer.at == over for timer in activation.timers)


def _rearm(draft: Draft, activation: Activation, timers: tuple[Timer, ...]) -> None:
    """Set the end of a wait once its anchor is known."""
    draft.emit(WaitMoved(activation.id, timers))


def automatically(draft: Draft, activation: Activation, action: Callable[[], None]) -> bool:
    """Take a step of the engine's own; when it is refused, leave the case as it was and say why."""
    refusal = draft.attempt(action)
    if refusal is not None and draft.state.incidents.get(activation.id) != str(refusal):
        draft.emit(IncidentRaised(activation.id, str(refusal)))
    return refusal is None
