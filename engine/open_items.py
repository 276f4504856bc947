"""The work items that follow from a state, and how an event closes them.

The edge compares `open_items` before and after each event: what appears is inserted, what vanishes is closed with
that event as its cause and the status `closing_status` gives.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from engine.definition import Definition, Step
from engine.events import (
    BlockDropped,
    CaseFinished,
    CaseTerminated,
    CaseVoided,
    CaseWithdrawn,
    Cleared,
    Event,
    ExtensionRefused,
    Recalled,
    RecallSettled,
    SeatClosed,
    SignerRemoved,
    StepCompleted,
    TaskAnswered,
)
from engine.marking import Activation, OpenItem, Plea, Request, Seat
from engine.state import CaseState
from engine.views import LIVE, ItemStatus

_SHOWN = frozenset((ItemStatus.OPEN, ItemStatus.WAITING, ItemStatus.SUSPENDED))
_AWAITING = frozenset((ItemStatus.OPEN, ItemStatus.WAITING))


def open_items(definition: Definition, state: CaseState) -> Mapping[int, OpenItem]:
    """Return the items that are open, waiting or suspended, by number."""
    if state.status not in LIVE:
        return {}
    items: dict[int, OpenItem] = {}
    for activation in state.activations.values():
        items |= tasks_of(definition, activation)
    for request in state.requests.values():
        items[request.id] = decision_of(state, request)
    for plea in state.pleas.values():
        items |= consents_of(plea)
    return items


def tasks_of(definition: Definition, activation: Activation) -> dict[int, OpenItem]:
    """Return the items of a step's activation, by number."""
    node = definition.nodes[activation.node]
    external = isinstance(node, Step) and node.external
    return {seat.id: _task(activation, seat, external) for seat in activation.seats if seat.status in _SHOWN}


def consents_of(plea: Plea) -> dict[int, OpenItem]:
    """Return the items that ask for consent to a 撤回申请, by number."""
    return {seat.id: _consent(plea, seat) for seat in plea.seats if seat.status in _SHOWN}


def closing_status(event: Event, item: int) -> ItemStatus:
    """Return what an item that vanished with this event is closed as."""
    match event:
        case TaskAnswered(item=answered) if answered != item:
            return ItemStatus.SUPERSEDED
        case StepCompleted() | CaseFinished():
            return ItemStatus.SUPERSEDED
        case Cleared(status=status) | SeatClosed(status=status) | ExtensionRefused(status=status):
            return status
        case SignerRemoved():
            return ItemStatus.REMOVED
        case RecallSettled():
            return ItemStatus.SUPERSEDED
        case BlockDropped():
            return ItemStatus.RETURNED_OVER
        case Recalled():
            return ItemStatus.RECALLED
        case CaseTerminated() | CaseWithdrawn():
            return ItemStatus.TERMINATED
        case CaseVoided():
            return ItemStatus.VOID
        case _:
            return ItemStatus.DONE


def wake(state: CaseState) -> datetime | None:
    """Return the earliest moment at which `Tick` has something to do."""
    if state.status not in LIVE:
        return None
    moments = [
        timer.at
        for activation in state.activations.values()
        if activation.token in state.tokens  # not of parked siblings
        for timer in activation.timers
    ]
    moments += [at for _, _, at in reminders(state)]
    moments += [timer.at for clock in state.clocks.values() for timer in clock.timers]
    moments += [period.at for period in state.periods.values()]
    moments += [plea.until for plea in state.pleas.values()]
    return min(moments, default=None)


def reminders(state: CaseState) -> Iterator[tuple[Activation, Seat, datetime]]:
    """Yield the seats whose holder wished to be reminded, and when."""
    for activation in state.activations.values():
        for seat in activation.seats:
            if seat.remind_at is not None and seat.status in _AWAITING:
                yield activation, seat, seat.remind_at


def _task(activation: Activation, seat: Seat, external: bool) -> OpenItem:
    return OpenItem(
        n=seat.id,
        node=activation.node,
        key=activation.key,
        candidates=seat.candidates,
        holder=seat.holder,
        status=ItemStatus.WAITING if activation.locked else seat.status,
        part=seat.part,
        round=activation.round,
        due=activation.running.due if activation.running else None,
        opened_at=activation.opened_at,
        note=seat.note or activation.note,
        escalated=activation.escalated,
        locked=activation.locked,
        external=external,
        barred=_seated(activation, seat),
    )


def _seated(activation: Activation, but: Seat) -> tuple[str, ...]:
    if len(activation.seats) == 1:
        return ()
    others = (seat.by or seat.holder for seat in activation.seats if seat.id != but.id)
    return tuple(dict.fromkeys(filter(None, others)))


def _consent(plea: Plea, seat: Seat) -> OpenItem:
    return OpenItem(
        n=seat.id,
        node=None,
        key="",
        candidates=seat.candidates,
        holder=seat.holder,
        status=seat.status,
        part=seat.part,
        round=1,
        due=plea.until,
        opened_at=plea.at,
        note=seat.note,
        escalated=(),
    )


def decision_of(state: CaseState, request: Request) -> OpenItem:
    """Return the item that asks for the decision about an extension."""
    activation = state.activations.get(request.activation) if request.activation is not None else None
    return OpenItem(
        n=request.id,
        node=activation.node if activation else None,
        key="",
        candidates=request.seat.candidates,
        holder=request.seat.holder,
        status=request.seat.status,
        part=request.seat.part,
        round=1,
        due=activation.running.due if activation and activation.running else None,
        opened_at=request.at,
        note=request.seat.note,
        escalated=(),
        decides=activation.seats[0].id if activation and activation.seats else None,
    )
