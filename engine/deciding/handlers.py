"""随时: handlers that run beside the places of a region, started by people, events, conditions or periods."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from engine.commands import Forms, StartHandler
from engine.deadlines import add_span
from engine.deciding.authority import require_performer
from engine.deciding.draft import Draft
from engine.deciding.effects import submit
from engine.deciding.form_values import brought, checked
from engine.deciding.leaving import close_handlers
from engine.deciding.routing import enter
from engine.definition import ByCondition, ByEvent, ByForm, ByHand, ByPeriod, ByRecurrence, Handler
from engine.events import ConditionNoted, HandlerQueued, HandlerStarted, Notified, PeriodMissed, PeriodSet
from engine.marking import Opening, Period, Token
from engine.record import Struct
from engine.refusals import StartForbidden, UnknownName
from engine.values import Record, Span, Unit

_SHORT = {Unit.MINUTE: timedelta(minutes=1), Unit.HOUR: timedelta(hours=1)}


class Host(Struct):
    """A place that a handler may hang on: the frame (or ROOT), branch and instance of its scope."""

    frame: int
    branch: int
    key: str
    node: int


def hosts(draft: Draft, handler: Handler) -> Iterator[Host]:
    """Yield the places of a handler's scope where the case stands now."""
    graph, state = draft.graph, draft.state
    for token in state.tokens.values():
        if graph.region_of(token.node) == handler.scope_region and _covers(handler, token.node):
            yield Host(token.frame, token.branch, token.key, token.node)
    for frame in state.frames.values():
        outer = frame.outer
        here = not frame.joined and graph.region_of(frame.fork) == handler.scope_region
        if here and _covers(handler, frame.fork):
            yield Host(outer.frame, outer.branch, outer.key, frame.fork)


def _covers(handler: Handler, node: int) -> bool:
    return not handler.scope or node in handler.scope


def is_open(draft: Draft, number: int, key: str) -> bool:
    """Tell whether a handler is already open in an instance."""
    return any(each.handler == number and each.key == key for each in draft.state.openings.values())


def start_handler(draft: Draft, command: StartHandler) -> None:
    """启动 by hand or by form."""
    number = draft.graph.handlers.get(command.handler)
    if number is None:
        raise UnknownName("随时事项", command.handler)
    handler = draft.graph.handler(number)
    host = next((each for each in hosts(draft, handler) if each.key == command.key), None)
    if host is None:
        raise StartForbidden(handler.name, "案件现在不在可启动的步骤")
    if is_open(draft, number, host.key):
        raise StartForbidden(handler.name, "上一次还在办理")
    start = handler.start
    if not isinstance(start, ByForm | ByHand):
        raise StartForbidden(handler.name, "由系统启动，不能人工启动")
    scope = draft.scope(handler.scope_region, host.key)
    require_performer(draft, start.performers, scope, f"启动“{handler.name}”")
    if not draft.holds(start.when, scope):
        raise StartForbidden(handler.name, "启动条件不满足")
    wanted = (start.form,) if isinstance(start, ByForm) else ()
    records = checked(draft, wanted, command.forms, scope)
    begin(draft, number, host, records)


def begin(draft: Draft, number: int, host: Host, records: Forms) -> None:
    """Open a handler at a place, with the form that starts it."""
    handler = draft.graph.handler(number)
    identity = draft.new_id()
    opening = Opening(identity, number, host.frame, host.branch, host.key, draft.state.revision)
    first = draft.graph.first(handler.region)
    token = Token(draft.new_id(), first, identity, 0, host.key)
    draft.emit(HandlerStarted(opening, token))
    for name, values in records.items():
        submit(draft, name, host.key, values, first)
    enter(draft, token, first)


def handle_event(draft: Draft, event: str, arguments: Record) -> None:
    """Let the handlers that start by an event begin; while one is open the next waits its turn.

    What the event brings is in the form at once, also while an earlier turn is still open.
    """
    for number, handler in enumerate(draft.definition.handlers):
        start = handler.start
        if not isinstance(start, ByEvent) or start.event != event:
            continue
        for host in tuple(hosts(draft, handler)):
            records = brought(draft, start.form, arguments, host.key)
            if draft.holds(start.when, draft.scope(handler.scope_region, host.key, proposed=records)):
                for name, values in records.items():
                    submit(draft, name, host.key, values, draft.graph.first(handler.region))
                waiting = draft.state.queued.get((number, host.key), 0)
                draft.emit(HandlerQueued(number, host.key, waiting + 1))
                _take_turn(draft, number, host)


def _take_turn(draft: Draft, number: int, host: Host) -> None:
    waiting = draft.state.queued.get((number, host.key), 0)
    if waiting and not is_open(draft, number, host.key):
        draft.emit(HandlerQueued(number, host.key, waiting - 1))
        _begin_by_itself(draft, number, host)


def _begin_by_itself(draft: Draft, number: int, host: Host) -> None:
    """Open a handler without a person; when that is refused, everybody is told and nothing else happens."""
    refusal = draft.attempt(partial(begin, draft, number, host, {}))
    if refusal is not None:
        name = draft.graph.handler(number).name
        draft.emit(Notified((), f"{draft.state.number}系统未能启动“{name}”：{refusal}"))


def leave_scopes(draft: Draft) -> None:
    """Close handlers whose scope the case has left."""
    for opening in tuple(draft.state.openings.values()):
        handler = draft.graph.handler(opening.handler)
        places = {(host.frame, host.branch, host.key) for host in hosts(draft, handler)}
        if (opening.host, opening.branch, opening.key) not in places:
            close_handlers(draft, (opening,), f"已离开“{handler.name}”的适用步骤")


def follow_handlers(draft: Draft) -> None:
    """Start handlers whose condition became true or whose event waits; arm and disarm the periodic ones."""
    for number, handler in enumerate(draft.definition.handlers):
        match handler.start:
            case ByCondition():
                _follow_condition(draft, number, handler, handler.start)
            case ByPeriod():
                _follow_period(draft, number, handler, handler.start)
            case ByEvent():
                for host in tuple(hosts(draft, handler)):
                    _take_turn(draft, number, host)
            case ByForm() | ByHand() | ByRecurrence():
                pass  # a handler never has the last: the calendar starts cases


def _follow_condition(draft: Draft, number: int, handler: Handler, start: ByCondition) -> None:
    for host in tuple(hosts(draft, handler)):
        place = (number, host.key)
        holds = draft.holds(start.condition, draft.scope(handler.scope_region, host.key))
        if holds == draft.state.held.get(place, False):
            continue
        draft.emit(ConditionNoted(number, host.key, holds))
        if holds and not is_open(draft, number, host.key):
            _begin_by_itself(draft, number, host)


def _follow_period(draft: Draft, number: int, handler: Handler, start: ByPeriod) -> None:
    here = {host.key: host for host in hosts(draft, handler)}
    for known, key in tuple(draft.state.periods):
        if known == number and key not in here:
            draft.emit(PeriodSet(number, key, None))
    for key, host in here.items():
        if (number, key) not in draft.state.periods:
            following = _next(draft, handler, start, key, draft.moment)
            if following is not None:
                draft.emit(PeriodSet(number, key, Period(following, host.frame, host.branch, key)))


def _next(draft: Draft, handler: Handler, start: ByPeriod, key: str, after: datetime) -> datetime | None:
    """Return the start of the next period: so many days later at the same time of day."""
    span = draft.value(start.period, draft.scope(handler.scope_region, key))
    if not isinstance(span, Span) or span.count < 1:
        return None
    if span.unit in _SHORT:
        return after + span.count * _SHORT[span.unit]
    local = after.astimezone(draft.facts.zone)
    day = add_span(local.date(), span, draft.facts.calendar)
    return datetime.combine(day, local.timetz())


def fire_period(draft: Draft, place: tuple[int, str]) -> None:
    """Start a periodic handler that is due; periods that passed meanwhile are recorded as missed."""
    number, key = place
    handler = draft.graph.handler(number)
    start = handler.start
    assert isinstance(start, ByPeriod), handler
    period = draft.state.periods[place]
    missed, following = 0, _next(draft, handler, start, key, period.at)
    while following is not None and following <= draft.now:
        missed += 1
        following = _next(draft, handler, start, key, following)
    rearmed = None if following is None else Period(following, period.host, period.branch, key)
    draft.emit(PeriodSet(number, key, rearmed))
    host = next((each for each in hosts(draft, handler) if each.key == key), None)
    if host is None or not draft.holds(start.when, draft.scope(handler.scope_region, key)):
        return
    if is_open(draft, number, key):
        missed += 1
    else:
        _begin_by_itself(draft, number, host)
    if missed:
        draft.emit(PeriodMissed(number, key, missed))
