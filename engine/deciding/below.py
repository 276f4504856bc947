"""What hangs below a place: everything that goes when a block is left."""

from collections.abc import Collection, Iterable

from engine.deciding.draft import Draft
from engine.events import BlockDropped, Cleared, ExtensionRefused, FrameEmptied
from engine.marking import Arrival, Entry, Frame, Opening, Token
from engine.record import Struct
from engine.state import CaseState, Place
from engine.views import ItemStatus


class Below(Struct):
    """Tokens, frames, openings and work under a place."""

    tokens: tuple[Token, ...]
    frames: tuple[Frame, ...]
    openings: tuple[Opening, ...]

    def activations(self, state: CaseState) -> tuple[int, ...]:
        """Return the open work of the tokens."""
        numbers = {token.id for token in self.tokens}
        return tuple(each.id for each in state.activations.values() if each.token in numbers)


def below(state: CaseState, hosts: Iterable[int], branch: tuple[int, str] | None = None) -> Below:
    """Collect everything under frames and openings; of one (branch, key) only, when given."""
    tokens: list[Token] = []
    frames: list[Frame] = []
    openings: list[Opening] = []
    pending = [(host, branch) for host in hosts]
    while pending:
        host, wanted = pending.pop()
        tokens += [
            token
            for token in state.tokens.values()
            if token.frame == host and wanted in (None, (token.branch, token.key))
        ]
        for frame in state.frames.values():
            if frame.outer.frame == host and wanted in (None, (frame.outer.branch, frame.outer.key)):
                frames.append(frame)
                pending.append((frame.id, None))
        for opening in state.openings.values():
            if opening.host == host and wanted in (None, (opening.branch, opening.key)):
                openings.append(opening)
                pending.append((opening.id, None))
    return Below(tuple(tokens), tuple(frames), tuple(openings))


def drop_emptied(draft: Draft) -> None:
    """Forget blocks that were passed while something below still ran, once nothing does: late branches, 随时 items."""
    frames = draft.state.frames
    while emptied := [each.id for each in frames.values() if each.joined and _is_empty(draft.state, each)]:
        for number in emptied:
            draft.emit(FrameEmptied(number))


def _is_empty(state: CaseState, frame: Frame) -> bool:
    left = below(state, (frame.id,))
    return not (left.tokens or left.frames or left.openings)


def handler_work(state: CaseState, opening: Opening) -> Below:
    """Collect an opening of a handler and everything under it."""
    found = below(state, (opening.id,))
    return Below(found.tokens, found.frames, (opening, *found.openings))


def clear(draft: Draft, found: Below, status: ItemStatus, cause: str, *frames: int) -> None:
    """Take away what hangs below, and `frames` themselves; parked siblings in there are dropped."""
    activations = found.activations(draft.state)
    cancel_requests(draft, activations, status)
    gone = (*frames, *(frame.id for frame in found.frames))
    draft.emit(
        Cleared(
            tuple(token.id for token in found.tokens),
            gone,
            activations,
            tuple(opening.id for opening in found.openings),
            status,
            cause,
        )
    )


def cancel_requests(draft: Draft, activations: Iterable[int], status: ItemStatus) -> None:
    """Close applications for an extension of work that is over."""
    if not draft.state.requests:
        return
    over = set(activations)
    for request in tuple(draft.state.requests.values()):
        if request.activation in over:
            draft.emit(ExtensionRefused(request.id, draft.act.by, status))


def drop_parked(draft: Draft, region: int, key: str) -> None:
    """Give up the siblings that were put aside in a region that is left."""
    inside = draft.graph.inside[region]
    for place in tuple(draft.state.parked):
        node, parked_key = place
        if node in inside and is_within(parked_key, key):
            drop_parked_block(draft, place)


def drop_parked_block(
    draft: Draft,
    place: Place,
    going: Collection[int] = (),
    carried: Collection[tuple[int, str]] = (),
) -> None:
    """Give up the siblings that were put aside at a block, but for tokens that go on and branches carried over."""
    parked = draft.state.parked[place]
    given_up = tuple(token for token in parked.tokens if token.id not in going)
    numbers = {token.id for token in given_up}
    activations = tuple(each.id for each in draft.state.activations.values() if each.token in numbers)
    frames = below(draft.state, (parked.frame.id,)).frames
    cancel_requests(draft, activations, ItemStatus.RETURNED_OVER)
    over = (each for each in parked.frame.arrived if (each.branch, each.key) not in carried)
    undone = [*places_of_arrivals(over)]
    for token in given_up:
        undone += places_of(token.trail, token.key)
    dropped = tuple(frame.id for frame in frames)
    draft.emit(BlockDropped(place, dropped, activations, tuple(dict.fromkeys(undone))))


def places_of(trail: Iterable[Entry], key: str) -> tuple[Place, ...]:
    """Return the nodes (and instances) that were completed on a trail."""
    places: list[Place] = []
    for entry in trail:
        places.append((entry.node, key))
        places += places_of_arrivals(entry.branches)
    return tuple(places)


def places_of_arrivals(arrivals: Iterable[Arrival]) -> tuple[Place, ...]:
    """Return what was completed in branches that have ended."""
    return tuple(place for each in arrivals for place in places_of(each.trail, each.key))


def is_within(key: str, outer: str) -> bool:
    """Tell whether an instance key lies in another (the empty one holds all)."""
    return not outer or key == outer or key.startswith(f"{outer}/")
