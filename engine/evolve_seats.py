"""Apply what happened to seats and to the work of a step."""

from collections.abc import Mapping

from engine import events as e
from engine.evolve_tokens import count
from engine.marking import AWAITED, LEADING, Activation, Seat
from engine.record import replace
from engine.state import CaseState
from engine.views import ItemStatus


def change_seat(state: CaseState, event: e.SeatEvent) -> None:
    match event:
        case e.TaskAnswered():
            _answer(state, event)
        case e.ActivationUnlocked(activation=number):
            update(state, number, locked=False)
        case e.SeatOpened(item=item):
            update_seat(state, item, status=ItemStatus.OPEN)
        case e.SeatAdded(activation=number, seat=seat, lead=lead):
            activation = state.activations[number]
            seats = (*activation.seats, seat)
            state.activations[number] = replace(
                activation, seats=seats, lead=None if lead else activation.lead
            )
            count(state, seat.id)
        case e.SignerAdded(activation=number, seat=seat):
            activation = state.activations[number]
            state.activations[number] = replace(activation, seats=(*activation.seats, seat))
            count(state, seat.id)
            if seat.origin in AWAITED and seat.host is not None:
                update_seat(state, seat.host, status=ItemStatus.WAITING)
        case e.SignerRemoved(item=item) | e.SeatClosed(item=item, status=ItemStatus.SUPERSEDED):
            _remove_seat(state, item)
        case e.SeatClosed(item=item, status=status):
            update_seat(state, item, status=status)
        case e.TaskRead(item=item, by=by):
            found = find_seat(state, item)
            if found is not None and state.now is not None:
                update_seat(state, item, read=(*found.read, (by, state.now)))
        case e.TaskClaimed(item=item, by=by):
            update_seat(state, item, holder=by, claimed_at=state.now)
        case e.TaskReleased(item=item):
            update_seat(state, item, holder=None, claimed_at=None, remind_at=None)
        case (
            e.TaskTransferred(item=item, to=to, hops=hops, note=note)
            | e.TaskHandedBack(item=item, to=to, hops=hops, note=note)
        ):
            update_seat(state, item, holder=to, hops=hops, note=note, claimed_at=state.now, remind_at=None)
        case e.ReminderSet(item=item, at=at):
            update_seat(state, item, remind_at=at)
        case e.TaskUrged(items=items, notified=notified):
            for item in items:
                found = find_seat(state, item)
                if found is not None:
                    urged = state.now if notified else found.urged_at
                    notices = found.notices + notified
                    update_seat(state, item, urges=found.urges + 1, urged_at=urged, notices=notices)
        case e.Escalated(activation=activated, to=to):
            if activated is not None and activated in state.activations:
                roles = state.activations[activated].escalated
                update(state, activated, escalated=tuple(dict.fromkeys((*roles, *to))))


def find_seat(state: CaseState, item: int) -> Seat | None:
    """Return the seat of a work item that is still in the state."""
    found = find_work(state, item)
    if found is not None:
        return found[1]
    request = state.requests.get(item)
    if request is not None:
        return request.seat
    return next((seat for plea in state.pleas.values() for seat in plea.seats if seat.id == item), None)


def find_activation(state: CaseState, item: int) -> Activation | None:
    """Return the activation whose seat has this number."""
    found = find_work(state, item)
    return None if found is None else found[0]


def find_work(state: CaseState, item: int) -> tuple[Activation, Seat] | None:
    """Return the seat with this number and the activation it belongs to."""
    for activation in state.activations.values():
        for seat in activation.seats:
            if seat.id == item:
                return activation, seat
    return None


def update(state: CaseState, number: int, **changes: object) -> None:
    state.activations[number] = replace(state.activations[number], **changes)  # type: ignore[arg-type]  # one place for all fields


def update_seat(state: CaseState, item: int, **changes: object) -> None:
    activation = find_activation(state, item)
    if activation is not None:
        seats = _changed(activation.seats, item, changes)
        state.activations[activation.id] = replace(activation, seats=seats)
    elif item in state.requests:
        request = state.requests[item]
        (seat,) = _changed((request.seat,), item, changes)
        state.requests[item] = replace(request, seat=seat)
    else:
        plea = next(each for each in state.pleas.values() if any(seat.id == item for seat in each.seats))
        state.pleas[plea.id] = replace(plea, seats=_changed(plea.seats, item, changes))


def _changed(seats: tuple[Seat, ...], item: int, changes: Mapping[str, object]) -> tuple[Seat, ...]:
    return tuple(
        replace(seat, **changes) if seat.id == item else seat  # type: ignore[arg-type]  # one place for all fields
        for seat in seats
    )


def _remove_seat(state: CaseState, item: int) -> None:
    activation = find_activation(state, item)
    assert activation is not None, item
    seats = tuple(seat for seat in activation.seats if seat.id != item)
    state.activations[activation.id] = replace(activation, seats=seats)


def _answer(state: CaseState, event: e.TaskAnswered) -> None:
    found = find_work(state, event.item)
    assert found is not None, event
    activation, seat = found
    done = replace(
        seat,
        status=ItemStatus.DONE,
        by=event.by,
        holder=event.by,
        result=event.result,
        via=event.via,
    )
    seats = tuple([done if each is seat else each for each in activation.seats])
    if seat.part in LEADING:
        answered = replace(activation, seats=seats, lead=event.by, outcome=event.result)
    else:
        answered = replace(activation, seats=seats)
    state.activations[activation.id] = answered
