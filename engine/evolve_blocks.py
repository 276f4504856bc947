"""Apply what happened to blocks: fork, join, parked siblings, cleared branches."""

from collections.abc import Iterable

from engine import events as e
from engine.evolve_tokens import count, drop_token, extended, stand, undo
from engine.marking import NodeRecord, Token
from engine.record import replace
from engine.state import CaseState
from engine.views import ItemStatus


def change_block(state: CaseState, event: e.BlockEvent) -> None:
    match event:
        case e.Forked(frame=frame, tokens=tokens, round=round, at=at):
            drop_token(state, frame.outer.id)
            state.frames[frame.id] = frame
            count(state, frame.id)
            for token in tokens:
                stand(state, token)
            place = (frame.fork, frame.outer.key)
            old = state.records.get(place, NodeRecord())
            state.records[place] = replace(old, rounds=round, started_at=at or state.now, done=False)
        case e.BranchAdded(frame=number, token=token):
            frame = state.frames[number]
            branch = (token.branch, token.key)
            state.frames[number] = replace(frame, expected=(*frame.expected, branch))
            stand(state, token)
        case e.BranchArrived(token=number, frame=number_of_frame, arrival=arrival):
            drop_token(state, number)
            frame = state.frames[number_of_frame]
            state.frames[number_of_frame] = replace(frame, arrived=(*frame.arrived, arrival))
        case e.Joined(frame=number, token=token, entry=entry, running_on=running_on, at=at):
            frame = state.frames[number]
            if running_on:
                state.frames[number] = replace(frame, joined=True)
            else:
                del state.frames[number]
            stand(state, replace(token, trail=extended(token.trail, entry)))
            place = (frame.fork, token.key)
            state.records[place] = replace(
                state.records[place], completed_at=at or state.now, done=True, revision=state.revision
            )
        case e.FrameEmptied(frame=number):
            del state.frames[number]


def change_parked(state: CaseState, event: e.ParkedEvent) -> None:
    match event:
        case e.BlockParked(place=place, parked=parked):
            state.parked[place] = parked
            state.frames.pop(parked.frame.id, None)
            for token in parked.tokens:
                state.tokens.pop(token.id, None)
            _mark(state, parked.tokens, ItemStatus.OPEN, ItemStatus.SUSPENDED)
        case e.BranchResumed(tokens=tokens, frames=frames):
            for token in tokens:
                stand(state, token)
            for frame in frames:
                state.frames[frame.id] = frame
            _mark(state, tokens, ItemStatus.SUSPENDED, ItemStatus.OPEN)
        case e.BlockDropped(place=place, frames=dropped, activations=activations, undone=undone):
            state.parked.pop(place, None)
            undo(state, undone)
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


def clear(state: CaseState, event: e.Cleared) -> None:
    for token in event.tokens:
        state.tokens.pop(token, None)
    for frame in event.frames:
        state.frames.pop(frame, None)
    for activation in event.activations:
        state.activations.pop(activation, None)
        state.incidents.pop(activation, None)
    for opening in event.openings:
        state.openings.pop(opening, None)
