"""Apply a migration: every number of the old definition in a state becomes that of its image."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.evolve_seats import update_seat
from engine.marking import Activation, Arrival, Entry, Frame, Opening, Parked, Straight, Token
from engine.migration_events import CaseMigrated, WorkImage
from engine.record import replace
from engine.state import CaseState, Place


@dataclass(frozen=True, slots=True)
class Renumbering:
    """Old number -> new number; `branches` by old block and old branch."""

    nodes: Mapping[int, int]
    branches: Mapping[tuple[int, int], int]
    handlers: Mapping[int, int]
    clocks: Mapping[int, int]

    def token(self, token: Token, branch: int) -> Token:
        """Return a token at the image of its place; ways through steps without an image are forgotten."""
        return replace(
            token,
            node=self.nodes[token.node],
            branch=branch,
            trail=self.trail(token.trail),
            back=None if token.back is None else self.straight(token.back),
            arrow=None if token.arrow is None else self.nodes[token.arrow],
        )

    def straight(self, back: Straight) -> Straight | None:
        """Return where 直送 leads; None when that is no more."""
        node = self.nodes.get(back.node)
        return None if node is None else replace(back, node=node, tail=self.trail(back.tail))

    def trail(self, trail: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Return a way without what has no image."""
        return tuple(
            replace(entry, node=node, branches=self.arrivals(entry.node, entry.branches))
            for entry in trail
            if (node := self.nodes.get(entry.node)) is not None
        )

    def arrivals(self, fork: int, arrivals: tuple[Arrival, ...]) -> tuple[Arrival, ...]:
        """Return the ends of the branches of a block."""
        return tuple(
            replace(each, branch=branch, trail=self.trail(each.trail))
            for each in arrivals
            if (branch := self.branches.get((fork, each.branch))) is not None
        )

    def frame(self, frame: Frame, branch: int) -> Frame:
        """Return a running block; `branch` is the image of the one that it stands in itself."""
        return replace(
            frame,
            fork=self.nodes[frame.fork],
            outer=self.token(frame.outer, branch),
            expected=tuple((self.branches[frame.fork, each], key) for each, key in frame.expected),
            arrived=self.arrivals(frame.fork, frame.arrived),
        )

    def place(self, place: Place) -> Place | None:
        """Return the image of a node in an instance."""
        node = self.nodes.get(place[0])
        return None if node is None else (node, place[1])


def renumber(state: CaseState, by: Renumbering) -> None:
    """Write the new numbers into a state of one's own."""
    frames = dict(state.frames) | {each.frame.id: each.frame for each in state.parked.values()}

    def branch_at(frame: int, branch: int) -> int:
        """Return the image of a branch of a running block; elsewhere there are no branches."""
        return by.branches[frames[frame].fork, branch] if frame in frames else branch

    def token(each: Token) -> Token:
        return by.token(each, branch_at(each.frame, each.branch))

    def frame(each: Frame) -> Frame:
        return by.frame(each, branch_at(each.outer.frame, each.outer.branch))

    def parked(each: Parked) -> Parked:
        return replace(each, frame=frame(each.frame), tokens=tuple(map(token, each.tokens)))

    def opening(each: Opening) -> Opening:
        return replace(each, handler=by.handlers[each.handler], branch=branch_at(each.host, each.branch))

    state.tokens = {number: token(each) for number, each in state.tokens.items()}
    state.parked = {
        place: parked(each) for old, each in state.parked.items() if (place := by.place(old)) is not None
    }
    state.openings = {number: opening(each) for number, each in state.openings.items()}
    state.periods = {
        (handler, key): replace(each, branch=branch_at(each.host, each.branch))
        for (old, key), each in state.periods.items()
        if (handler := by.handlers.get(old)) is not None
    }
    state.frames = {number: frame(each) for number, each in state.frames.items()}
    state.activations = {
        number: replace(each, node=by.nodes[each.node]) for number, each in state.activations.items()
    }
    state.requests = {
        number: each if each.clock is None else replace(each, clock=by.clocks[each.clock])
        for number, each in state.requests.items()
    }
    _renumber_memory(state, by)


def _renumber_memory(state: CaseState, by: Renumbering) -> None:
    """Renumber what is remembered of places where the case no longer stands; what has no image is forgotten."""
    state.records = {
        place: each for old, each in state.records.items() if (place := by.place(old)) is not None
    }
    state.returns = {
        (origin, target): times
        for (old, goal), times in state.returns.items()
        if (origin := by.nodes.get(old)) is not None and (target := by.nodes.get(goal)) is not None
    }
    state.queued = {
        (handler, key): waiting
        for (old, key), waiting in state.queued.items()
        if (handler := by.handlers.get(old)) is not None
    }
    state.held = {
        (handler, key): holds
        for (old, key), holds in state.held.items()
        if (handler := by.handlers.get(old)) is not None
    }
    state.clocks = {
        clock: each for old, each in state.clocks.items() if (clock := by.clocks.get(old)) is not None
    }


def migrate(state: CaseState, event: CaseMigrated) -> None:
    """Apply a migration."""
    branches = {(block, old): new for block, old, new in event.branches}
    renumber(state, Renumbering(dict(event.nodes), branches, dict(event.handlers), dict(event.clocks)))
    for clock in event.running:
        state.clocks[clock.clock] = clock.record
    for work in event.work:
        state.activations[work.activation] = _worked(state.activations[work.activation], work)
        for seat in work.seats:
            update_seat(state, seat.item, candidates=seat.candidates)
    state.data.update(event.data)
    state.migrated = state.revision


def _worked(activation: Activation, work: WorkImage) -> Activation:
    return replace(activation, running=work.running, timers=work.timers)
