"""What the passing of time does: reminders, overdue ladders, ends of waits, periods; each once, in order.

However late it is noticed, what time alone does has happened when it fell due: waits that follow one another end, and
clocks start, stand and go on, as if somebody had looked at every moment. Work that people see begins with the record.
"""

from datetime import datetime
from functools import partial

from engine.case_scope import CaseScope
from engine.deciding.below import Below, clear
from engine.deciding.draft import Draft
from engine.deciding.duties import excuse_occurrence, owed_name
from engine.deciding.effects import Subject, open_seats, run_effect
from engine.deciding.handlers import fire_period
from engine.deciding.leaving import free_place
from engine.deciding.pleas import lapse
from engine.deciding.pulse import automatically, follow_limits, settle
from engine.deciding.routing import complete_step, make_move
from engine.definition import Overdue, Step, Wait
from engine.events import Notified, TimerFired
from engine.marking import ROOT, Activation, Timer, TimerKind
from engine.open_items import reminders
from engine.record import Struct
from engine.sentences import moment_text
from engine.state import Place
from engine.views import LIVE, ItemStatus


class Firing(Struct):
    """A timer that is due and whose it is: of an activation, a clock, a periodic handler or a 撤回申请."""

    at: datetime
    timer: Timer | None = None
    activation: int | None = None
    clock: int | None = None
    period: Place | None = None
    plea: int | None = None


def tick(draft: Draft) -> None:
    """Do everything that is due by now, in the order in which it fell due."""
    if excuse_occurrence(draft):
        return
    while draft.state.status in LIVE:
        firing = _earliest(draft)
        if firing is None or firing.at > draft.now:
            break
        with draft.at(_moment(draft, firing)):
            _fire(draft, firing)
            settle(draft)
    settle(draft)  # what no timer announces


def recount(draft: Draft) -> None:
    """Compute every open limit again (a calendar was loaded, a figure changed)."""
    follow_limits(draft, all_of_them=True)
    settle(draft)


def _earliest(draft: Draft) -> Firing | None:
    state = draft.state
    found: list[Firing] = []
    for activation in state.activations.values():
        if activation.token in state.tokens:
            found += [Firing(timer.at, timer, activation=activation.id) for timer in activation.timers[:1]]
    for activation, seat, at in reminders(state):
        found.append(Firing(at, Timer(at, TimerKind.PERSONAL, seat.id), activation=activation.id))
    for number, clock in state.clocks.items():
        found += [Firing(timer.at, timer, clock=number) for timer in clock.timers[:1]]
    found += [Firing(period.at, period=place) for place, period in state.periods.items()]
    found += [Firing(plea.until, plea=plea.id) for plea in state.pleas.values()]
    return min(found, key=lambda firing: firing.at, default=None)


def _moment(draft: Draft, firing: Firing) -> datetime:
    """Return when a timer fell due: not before there was anything it could have happened to."""
    state = draft.state
    began = state.started_at if firing.activation is None else state.activations[firing.activation].opened_at
    return firing.at if began is None else max(firing.at, began)


def _fire(draft: Draft, firing: Firing) -> None:
    if firing.period is not None:
        fire_period(draft, firing.period)
        return
    if firing.plea is not None:
        lapse(draft, firing.plea)
        return
    timer = firing.timer
    assert timer is not None, firing
    draft.emit(TimerFired(firing.activation, firing.clock, timer.kind, timer.index, timer.at))
    if firing.activation is not None:
        _fire_step(draft, draft.state.activations[firing.activation], timer)
    elif firing.clock is not None:
        _fire_clock(draft, firing.clock, timer)


def _fire_step(draft: Draft, activation: Activation, timer: Timer) -> None:
    node = draft.graph.node(activation.node)
    assert isinstance(node, Step | Wait), node
    match timer.kind:
        case TimerKind.ELAPSED:
            pass  # the wait completes when the case settles
        case TimerKind.PERSONAL:
            text = f"{draft.state.number}“{node.name}”到您设的提醒时间，{_due_text(draft, activation)}"
            draft.emit(Notified((), text, (timer.index,), activation.node, key=activation.key))
        case TimerKind.REMIND:
            reminder = node.reminders[timer.index]
            text = f"{draft.state.number}“{node.name}”{_due_text(draft, activation)}"
            items = open_seats(activation)
            draft.emit(Notified(reminder.to, text, items, activation.node, key=activation.key))
        case TimerKind.OVERDUE:
            automatically(draft, activation, partial(_climb, draft, activation, node, timer.index))


def _due_text(draft: Draft, activation: Activation) -> str:
    due = None if activation.running is None else activation.running.due
    return "即将到期" if due is None else f"将于{moment_text(due, draft.facts.zone)}到期"


def _climb(draft: Draft, activation: Activation, node: Step | Wait, index: int) -> None:
    """Carry out one rung of the overdue ladder of a step."""
    rung = node.overdue[index]
    scope = draft.scope(node.region, activation.key)
    if not draft.holds(rung.when, scope):
        return
    subject = Subject(activation.node, activation.id, name=owed_name(draft) or node.name)
    _effects(draft, rung, scope, subject)
    if rung.deemed is not None:
        complete_step(draft, activation, rung.deemed, (), deemed=True)
        return
    if rung.actions.move is not None:
        token = draft.state.tokens[activation.token]
        work = Below((token,), (), ())
        clear(draft, work, ItemStatus.REROUTED, f"“{node.name}”逾期")
        make_move(draft, token, activation.node, rung.actions.move, scope)


def _effects(draft: Draft, rung: Overdue, scope: CaseScope, subject: Subject) -> None:
    for effect in rung.actions.effects:
        run_effect(draft, effect, scope, subject)


def _fire_clock(draft: Draft, number: int, timer: Timer) -> None:
    clock = draft.definition.clocks[number]
    if timer.kind is TimerKind.REMIND:
        due = draft.state.clocks[number].running.due
        when = "即将到期" if due is None else f"将于{moment_text(due, draft.facts.zone)}到期"
        draft.emit(Notified(clock.reminders[timer.index].to, f"{draft.state.number}“{clock.name}”时限{when}"))
        return
    rung = clock.overdue[timer.index]
    refusal = draft.attempt(partial(_climb_clock, draft, number, rung))
    if refusal is not None:
        text = f"{draft.state.number}“{clock.name}”逾期，系统不能继续：{refusal}"
        draft.emit(Notified((), text))


def _climb_clock(draft: Draft, number: int, rung: Overdue) -> None:
    """Carry out one rung of a clock's ladder; a move takes the main token from wherever it stands."""
    clock = draft.definition.clocks[number]
    scope = draft.scope(0, "")
    _effects(draft, rung, scope, Subject(clock=number, name=clock.name))
    move = rung.actions.move
    if move is None:
        return
    token = free_place(draft, (ROOT, 0, ""), ItemStatus.REROUTED, f"“{clock.name}”逾期")
    if token is not None:
        make_move(draft, token, token.node, move, scope)
