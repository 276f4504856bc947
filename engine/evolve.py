"""Apply what happened. `evolve` never refuses; the state of any case is the fold of its events."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from engine import events as e
from engine.marking import (
    LEADING,
    Activation,
    Entry,
    NodeRecord,
    OpenLink,
    Seat,
    Stoppage,
    Submission,
    Timer,
    TimerKind,
    Token,
)
from engine.state import CaseState, Place
from engine.views import CaseStatus, ItemStatus

K = TypeVar("K")
V = TypeVar("V")


def evolve(state: CaseState, event: e.Event) -> CaseState:
    """Return the state after an event; the given one is left as it is."""
    after = state.copy()
    apply(after, event)
    return after


def replay(events: Iterable[e.Event]) -> CaseState:
    """Return the state after all events of a case, from its beginning."""
    state = CaseState()
    for event in events:
        apply(state, event)
    return state


def apply(state: CaseState, event: e.Event) -> None:
    """Write an event into a state of one's own."""
    match event:
        case e.Acted(revision=revision, at=at, by=by):
            state.revision, state.now, state.actor = revision, at, by
        case e.TokenPlaced(token=token):
            _place(state, token)
        case e.Activated(activation=activation):
            _activate(state, activation)
        case e.StepCompleted():
            _complete(state, event)
        case e.FormSubmitted():
            _submit(state, event)
        case e.DataSet(name=name, value=value):
            state.data[name] = value
        case e.EventEmitted() | e.CaseLinked():
            state.sealed = state.revision
        case e.StepSkipped() | e.PeriodMissed() | e.EventReceived() | e.Notified() | e.Copied():
            pass
        case e.CaseStarted() | e.CaseFinished() | e.CaseTerminated() | e.CaseWithdrawn() | e.CaseVoided():
            _change_status(state, event)
        case e.CaseSuspended() | e.CaseResumed() | e.CaseReopened():
            _change_status(state, event)
        case e.Forked() | e.BranchAdded() | e.BranchArrived() | e.Joined() | e.FrameEmptied():
            _change_block(state, event)
        case e.BlockParked() | e.BranchResumed() | e.BlockDropped():
            _change_parked(state, event)
        case e.Cleared():
            _clear(state, event)
        case e.TokenReturned(origin=origin, target=target, token=token, undone=undone):
            state.returns[origin, target] = state.returns.get((origin, target), 0) + 1
            _undo(state, undone)
            _place(state, token)
        case e.WentStraightBack(token=token, redone=redone):
            _place(state, token)
            for place in redone:
                state.records[place] = replace(state.records[place], done=True)
        case e.HandlerStarted(opening=opening, token=token):
            state.openings[opening.id] = opening
            _place(state, token)
        case e.HandlerEnded(opening=number, token=number_of_token):
            del state.openings[number]
            _drop_token(state, number_of_token)
        case e.PeriodSet(handler=handler, key=key, period=period):
            if period is None:
                state.periods.pop((handler, key), None)
            else:
                state.periods[handler, key] = period
        case e.ConditionNoted(handler=handler, key=key, holds=holds):
            state.held[handler, key] = holds
        case e.Recalled():
            _recall(state, event)
        case e.ClockStarted() | e.ClockStopped() | e.ClockWentOn() | e.ClockMoved() | e.ClockEnded():
            _change_clock(state, event)
        case e.ClockReopened():
            _change_clock(state, event)
        case e.DueMoved(activation=number, running=running, timers=timers):
            _update(state, number, running=running, timers=timers)
        case e.TimerFired():
            _fire(state, event)
        case e.ExtensionRequested(request=request):
            state.requests[request.id] = request
            _count(state, request.id)
        case e.ExtensionGranted(request=number):
            _grant(state, number)
        case e.ExtensionRefused(request=number):
            state.requests.pop(number, None)
        case e.CaseTriggered(link=link, process=process, key=key):
            state.links[link] = OpenLink(process, key)
            state.sealed = state.revision
            _count(state, link)
        case e.LinkedCaseClosed(link=link):
            state.links.pop(link, None)
        case e.DocumentIssued(id=number, document=document):
            state.issued[document] = number
            state.sealed = state.revision
            state.served.pop(document, None)
            _count(state, number)
        case e.DocumentServed(document=document, complete=complete, at=at):
            if complete:
                state.served[document] = at
        case e.IncidentRaised(activation=number, text=text):
            state.incidents[number] = text
        case e.IncidentCleared(activation=number):
            state.incidents.pop(number, None)
        case _:
            _change_seat(state, event)


def _change_seat(state: CaseState, event: e.SeatEvent) -> None:
    match event:
        case e.TaskAnswered():
            _answer(state, event)
        case e.ActivationUnlocked(activation=number):
            _update(state, number, locked=False)
        case e.SeatOpened(item=item):
            _update_seat(state, item, status=ItemStatus.OPEN)
        case e.SeatAdded(activation=number, seat=seat, lead=lead):
            activation = state.activations[number]
            seats = (*activation.seats, seat)
            state.activations[number] = replace(
                activation, seats=seats, lead=None if lead else activation.lead
            )
            _count(state, seat.id)
        case e.SeatClosed(item=item, status=status):
            _update_seat(state, item, status=status)
        case e.TaskRead(item=item, by=by):
            found = find_seat(state, item)
            if found is not None and state.now is not None:
                _update_seat(state, item, read=(*found.read, (by, state.now)))
        case e.TaskClaimed(item=item, by=by):
            _update_seat(state, item, holder=by, claimed_at=state.now)
        case e.TaskReleased(item=item):
            _update_seat(state, item, holder=None, claimed_at=None)
        case e.TaskTransferred(item=item, to=to, hops=hops, note=note):
            _update_seat(state, item, holder=to, hops=hops, note=note, claimed_at=state.now)
        case e.TaskHandedBack(item=item, to=to, hops=hops, note=note):
            _update_seat(state, item, holder=to, hops=hops, note=note, claimed_at=state.now)
        case e.TaskUrged(items=items, notified=notified):
            for item in items:
                found = find_seat(state, item)
                if found is not None:
                    urged = state.now if notified else found.urged_at
                    _update_seat(state, item, urges=found.urges + 1, urged_at=urged)
        case e.Escalated(activation=activated, to=to):
            if activated is not None and activated in state.activations:
                roles = state.activations[activated].escalated
                _update(state, activated, escalated=tuple(dict.fromkeys((*roles, *to))))


def find_seat(state: CaseState, item: int) -> Seat | None:
    """Return the seat of a work item that is still in the state."""
    found = find_activation(state, item)
    if found is not None:
        return next(seat for seat in found.seats if seat.id == item)
    request = state.requests.get(item)
    return request.seat if request else None


def find_activation(state: CaseState, item: int) -> Activation | None:
    """Return the activation whose seat has this number."""
    for activation in state.activations.values():
        for seat in activation.seats:
            if seat.id == item:
                return activation
    return None


def _count(state: CaseState, number: int) -> None:
    """Keep the counter of ids above every id in use."""
    if number >= state.next:
        state.next = number + 1


def _place(state: CaseState, token: Token) -> None:
    state.tokens[token.id] = token
    _count(state, token.id)


def _drop_token(state: CaseState, number: int) -> None:
    state.tokens.pop(number, None)


def _activate(state: CaseState, activation: Activation) -> None:
    token = state.tokens[activation.token]
    state.activations[activation.id] = activation
    _count(state, activation.id)
    for seat in activation.seats:
        _count(state, seat.id)
    place = (activation.node, token.key)
    old = state.records.get(place, NodeRecord())
    state.records[place] = replace(
        old, rounds=activation.round, started_at=activation.opened_at, done=False, extensions=0
    )


def _complete(state: CaseState, event: e.StepCompleted) -> None:
    activation = state.activations.pop(event.activation)
    state.incidents.pop(event.activation, None)
    state.decided = state.decided or bool(event.by)
    token = state.tokens[activation.token]
    entry = Entry(activation.node, activation.id, state.revision)
    state.tokens[token.id] = replace(token, trail=extended(token.trail, entry))
    place = (activation.node, token.key)
    state.records[place] = replace(
        state.records[place],
        completed_at=event.at,
        by=event.by,
        outcome=event.outcome,
        done=True,
        late=event.late,
        days_late=event.days_late,
        revision=state.revision,
    )


def extended(trail: tuple[Entry, ...], entry: Entry) -> tuple[Entry, ...]:
    """Return a trail with its loop through the entry's node cut out and the entry at its end."""
    for position, earlier in enumerate(trail):
        if earlier.node == entry.node:
            return (*trail[:position], entry)
    return (*trail, entry)


def _submit(state: CaseState, event: e.FormSubmitted) -> None:
    place = (event.form, event.key)
    old = state.forms.get(place)
    node = event.node if event.node is not None or old is None else old.node
    by = state.actor if event.node is not None or old is None else old.by
    state.forms[place] = Submission(state.revision, by, node)
    for name in event.changed:
        state.changed[f"{event.form}.{name}"] = state.revision


def _undo(state: CaseState, places: Iterable[Place]) -> None:
    for place in places:
        if place in state.records:
            state.records[place] = replace(state.records[place], done=False)


def _change_status(state: CaseState, event: e.StatusEvent) -> None:
    match event:
        case e.CaseStarted(number=number, sequence=sequence):
            state.number, state.sequence = number, sequence
            state.started_at, state.started_by = state.now, state.actor
            state.occurred_at = event.occurred_at
        case e.CaseFinished():
            _close(state, CaseStatus.FINISHED)
        case e.CaseTerminated():
            _close(state, CaseStatus.TERMINATED)
        case e.CaseWithdrawn():
            _close(state, CaseStatus.WITHDRAWN)
        case e.CaseVoided():
            _close(state, CaseStatus.VOID)
        case e.CaseSuspended():
            state.status = CaseStatus.SUSPENDED
        case e.CaseResumed():
            state.status = CaseStatus.OPEN
        case e.CaseReopened(token=token, undone=undone):
            state.status, state.closed_at = CaseStatus.OPEN, None
            _undo(state, undone)
            _place(state, token)


def _close(state: CaseState, status: CaseStatus) -> None:
    state.status = status
    state.closed_at = state.now
    state.tokens.clear()
    state.frames.clear()
    state.openings.clear()
    state.activations.clear()
    state.parked.clear()
    state.requests.clear()
    state.periods.clear()
    state.incidents.clear()
    for number, clock in state.clocks.items():
        state.clocks[number] = replace(clock, timers=())


def _change_block(state: CaseState, event: e.BlockEvent) -> None:
    match event:
        case e.Forked(frame=frame, tokens=tokens, round=round):
            _drop_token(state, frame.outer.id)
            state.frames[frame.id] = frame
            _count(state, frame.id)
            for token in tokens:
                _place(state, token)
            place = (frame.fork, frame.outer.key)
            old = state.records.get(place, NodeRecord())
            state.records[place] = replace(old, rounds=round, started_at=state.now, done=False)
        case e.BranchAdded(frame=number, token=token):
            frame = state.frames[number]
            branch = (token.branch, token.key)
            state.frames[number] = replace(frame, expected=(*frame.expected, branch))
            _place(state, token)
        case e.BranchArrived(token=number, frame=number_of_frame, arrival=arrival):
            _drop_token(state, number)
            frame = state.frames[number_of_frame]
            state.frames[number_of_frame] = replace(frame, arrived=(*frame.arrived, arrival))
        case e.Joined(frame=number, token=token, entry=entry, running_on=running_on):
            frame = state.frames[number]
            if running_on:
                state.frames[number] = replace(frame, joined=True)
            else:
                del state.frames[number]
            _place(state, replace(token, trail=extended(token.trail, entry)))
            place = (frame.fork, token.key)
            state.records[place] = replace(
                state.records[place], completed_at=state.now, done=True, revision=state.revision
            )
        case e.FrameEmptied(frame=number):
            del state.frames[number]


def _change_parked(state: CaseState, event: e.ParkedEvent) -> None:
    match event:
        case e.BlockParked(place=place, parked=parked):
            state.parked[place] = parked
            state.frames.pop(parked.frame.id, None)
            for token in parked.tokens:
                state.tokens.pop(token.id, None)
            _mark(state, parked.tokens, ItemStatus.OPEN, ItemStatus.SUSPENDED)
        case e.BranchResumed(tokens=tokens, frames=frames):
            for token in tokens:
                _place(state, token)
            for frame in frames:
                state.frames[frame.id] = frame
            _mark(state, tokens, ItemStatus.SUSPENDED, ItemStatus.OPEN)
        case e.BlockDropped(place=place, frames=dropped, activations=activations):
            state.parked.pop(place, None)
            for number in dropped:
                state.frames.pop(number, None)
            for number in activations:
                state.activations.pop(number, None)
                state.incidents.pop(number, None)


def _mark(state: CaseState, tokens: Iterable[Token], old: ItemStatus, new: ItemStatus) -> None:
    wanted = {token.id for token in tokens}
    for number, activation in state.activations.items():
        if activation.token in wanted:
            seats = tuple(
                replace(seat, status=new) if seat.status is old else seat for seat in activation.seats
            )
            state.activations[number] = replace(activation, seats=seats)


def _clear(state: CaseState, event: e.Cleared) -> None:
    for token in event.tokens:
        state.tokens.pop(token, None)
    for frame in event.frames:
        state.frames.pop(frame, None)
    for activation in event.activations:
        state.activations.pop(activation, None)
        state.incidents.pop(activation, None)
    for opening in event.openings:
        state.openings.pop(opening, None)


def _update(state: CaseState, number: int, **changes: object) -> None:
    state.activations[number] = replace(state.activations[number], **changes)  # type: ignore[arg-type]  # one place for all fields


def _update_seat(state: CaseState, item: int, **changes: object) -> None:
    activation = find_activation(state, item)
    if activation is None:
        request = state.requests[item]
        seat = replace(request.seat, **changes)  # type: ignore[arg-type]  # one place for all fields
        state.requests[item] = replace(request, seat=seat)
        return
    seats = tuple(
        replace(seat, **changes) if seat.id == item else seat  # type: ignore[arg-type]  # as above
        for seat in activation.seats
    )
    state.activations[activation.id] = replace(activation, seats=seats)


def _answer(state: CaseState, event: e.TaskAnswered) -> None:
    changes = {"status": ItemStatus.DONE, "by": event.by, "holder": event.by, "result": event.result}
    _update_seat(state, event.item, **changes)
    activation = find_activation(state, event.item)
    seat = find_seat(state, event.item)
    if activation is not None and seat is not None and seat.part in LEADING:
        _update(state, activation.id, lead=event.by, outcome=event.result)


def _recall(state: CaseState, event: e.Recalled) -> None:
    for number in event.tokens:
        state.tokens.pop(number, None)
    for number in event.frames:
        state.frames.pop(number, None)
    for number in event.activations:
        state.activations.pop(number, None)
        state.incidents.pop(number, None)
    images = event.images
    for token in images.tokens:
        _place(state, token)
    for frame in images.frames:
        state.frames[frame.id] = frame
        _drop_token(state, frame.outer.id)
    for activation in images.activations:
        state.activations[activation.id] = activation
        for seat in activation.seats:
            _count(state, seat.id)
    for place, record in images.records:
        _put(state.records, place, record)
    for origin, target, times in images.returns:
        _put(state.returns, (origin, target), times or None)
    state.data.update(images.data)
    for form, key, submission in images.forms:
        _put(state.forms, (form, key), submission)
    for name in images.changed:
        state.changed[name] = state.revision
    for number, clock in images.clocks:
        _put(state.clocks, number, clock)


def _change_clock(state: CaseState, event: e.ClockEvent) -> None:
    number = event.clock
    if isinstance(event, e.ClockStarted):
        state.clocks[number] = event.record
        return
    clock = state.clocks[number]
    match event:
        case e.ClockStopped(since=since, ground=ground, excluded=excluded, running=running, timers=timers):
            stops = (*clock.stops, Stoppage(since, None, ground, excluded))
            state.clocks[number] = replace(clock, stops=stops, running=running, timers=timers)
        case e.ClockWentOn(until=until, excluded=excluded, running=running, timers=timers):
            stops = tuple(
                replace(stop, until=until) if stop.until is None and stop.excluded is excluded else stop
                for stop in clock.stops
            )
            state.clocks[number] = replace(clock, stops=stops, running=running, timers=timers)
        case e.ClockMoved(running=running, timers=timers):
            state.clocks[number] = replace(clock, running=running, timers=timers)
        case e.ClockEnded(at=at, late=late):
            state.clocks[number] = replace(clock, ended=at, late=late, timers=())
        case e.ClockReopened(timers=timers):
            state.clocks[number] = replace(clock, ended=None, timers=timers)


def _fire(state: CaseState, event: e.TimerFired) -> None:
    fired = (event.due, event.kind, event.index)
    if event.clock is not None:
        clock = state.clocks[event.clock]
        state.clocks[event.clock] = replace(clock, timers=_without(clock.timers, fired))
    elif event.activation is not None:
        timers = _without(state.activations[event.activation].timers, fired)
        _update(state, event.activation, timers=timers)


def _without(timers: tuple[Timer, ...], fired: tuple[datetime, TimerKind, int]) -> tuple[Timer, ...]:
    return tuple(timer for timer in timers if (timer.at, timer.kind, timer.index) != fired)


def _grant(state: CaseState, number: int) -> None:
    request = state.requests.pop(number)
    if request.activation is not None:
        activation = state.activations[request.activation]
        place = (activation.node, activation.key)
        record = state.records[place]
        state.records[place] = replace(record, extensions=record.extensions + 1)


def _put(section: dict[K, V], key: K, value: V | None) -> None:
    if value is None:
        section.pop(key, None)
    else:
        section[key] = value
