"""暂停复用: siblings of a returning branch wait, and go on when nothing they had read has changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.deciding.below import below, clear, drop_parked_block
from engine.deciding.draft import Draft
from engine.deciding.limits import paused, resumed, timers_for
from engine.definition import Step, Wait
from engine.events import BlockParked, BranchResumed, DueMoved
from engine.graph import fields_read
from engine.marking import Arrival, Frame, Opening, Parked, Token
from engine.record import replace
from engine.state import CaseState, Place
from engine.views import ItemStatus


def park(draft: Draft, token: Token, frame: Frame, crossed: Sequence[Frame | Opening]) -> Token:
    """Clear the returning branch of a block and put its siblings aside; return the token that entered the block."""
    own = (token.branch, token.key)
    for each in crossed[:-1]:
        own = (each.outer.branch, each.outer.key) if isinstance(each, Frame) else (each.branch, each.key)
    cause = f"“{draft.graph.node(token.node).name}”退回"
    clear(draft, below(draft.state, (frame.id,), own), ItemStatus.RETURNED_OVER, cause)
    siblings = below(draft.state, (frame.id,)).tokens
    numbers = {each.id for each in siblings}
    for activation in tuple(draft.state.activations.values()):
        if activation.token in numbers and activation.running is not None:
            draft.emit(DueMoved(activation.id, paused(draft, activation.running), activation.timers))
    kept = tuple(each for each in frame.arrived if (each.branch, each.key) != own)
    parked = Parked(replace(frame, arrived=kept), siblings, draft.state.revision)
    draft.emit(BlockParked((frame.fork, frame.outer.key), parked))
    return frame.outer


@dataclass(slots=True)
class Resumption:
    """What a block that begins again takes over from its parked siblings."""

    place: Place
    arrived: tuple[Arrival, ...] = ()
    branches: list[BranchResumed] = field(default_factory=list)

    @property
    def places(self) -> set[tuple[int, str]]:
        """Return the branches that go on."""
        return {(each.branch, each.key) for each in self.branches}

    def emit(self, draft: Draft) -> None:
        """Let the branches go on, their limits with what was left, and give up the others."""
        for branch in self.branches:
            draft.emit(branch)
            numbers = {token.id for token in branch.tokens}
            for activation in tuple(draft.state.activations.values()):
                node = draft.graph.node(activation.node)
                if activation.token in numbers and activation.running is not None:
                    assert isinstance(node, Step | Wait), node
                    running = resumed(draft, activation.running)
                    timers = timers_for(draft, running, node.reminders, node.overdue, activation.timers)
                    draft.emit(DueMoved(activation.id, running, timers))
        parked = draft.state.parked.get(self.place)
        if parked is not None:
            going = {token.id for branch in self.branches for token in branch.tokens}
            carried = {(each.branch, each.key) for each in self.arrived}
            drop_parked_block(draft, self.place, going, carried)


def fork_parked(draft: Draft, place: Place, identity: int, chosen: Sequence[tuple[int, str]]) -> Resumption:
    """Return what can be taken over when a block begins again as frame `identity`."""
    resumption = Resumption(place)
    parked = draft.state.parked.get(place)
    if parked is None:
        return resumption
    frame = parked.frame
    going = [
        (branch, key)
        for branch, key in frame.expected
        if (branch, key) in chosen and not _has_changed(draft, frame.fork, branch, parked.revision)
    ]
    resumption.arrived = tuple(
        replace(each, carried=each.carried or frame.id)
        for each in frame.arrived
        if (each.branch, each.key) in going
    )
    for branch, key in going:
        tokens, frames = _of_branch(draft.state, parked, (branch, key), identity)
        if tokens:
            resumption.branches.append(BranchResumed(place, branch, key, tokens, frames))
    return resumption


def _has_changed(draft: Draft, fork: int, branch: int, since: int) -> bool:
    """Tell whether a field that any step or rule of a branch reads got another value since then, not from itself."""
    graph = draft.graph
    part = graph.block(fork).branches[branch]
    inside = graph.inside[part.region]
    own = frozenset(
        form for (form, _), each in draft.state.forms.items() if each.node in inside and each.revision > since
    )
    read = fields_read((part.guard, tuple(graph.node(number) for number in inside)))
    return changed_since(draft.state, read, since, own)


def changed_since(
    state: CaseState, read: frozenset[str], since: int, own: frozenset[str] = frozenset()
) -> bool:
    """Tell whether any of the fields or data read got another value after a revision; forms in `own` do not count."""
    for name, revision in state.changed.items():
        form = name.partition(".")[0]
        if revision > since and form not in own and (name in read or f"{form}.*" in read):
            return True
    return False


def _of_branch(
    state: CaseState, parked: Parked, place: tuple[int, str], identity: int
) -> tuple[tuple[Token, ...], tuple[Frame, ...]]:
    """Return the tokens and inner frames of a parked branch, hung below the new frame."""
    old = parked.frame.id
    frames = below(state, (old,), place).frames
    inner = {frame.id for frame in frames} | {opening.id for opening in below(state, (old,), place).openings}
    tokens = tuple(
        replace(token, frame=identity) if token.frame == old else token
        for token in parked.tokens
        if token.frame in inner or (token.frame == old and (token.branch, token.key) == place)
    )
    moved = tuple(
        replace(frame, outer=replace(frame.outer, frame=identity))
        for frame in frames
        if frame.outer.frame == old
    )
    return tokens, moved
