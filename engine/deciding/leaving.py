"""Taking a token out of blocks and handlers: by a jump (siblings withdrawn) or by a return (the block's policy)."""

from collections.abc import Iterable

from engine.deciding.below import (
    Below,
    below,
    clear,
    drop_parked,
    handler_work,
    places_of,
    places_of_arrivals,
)
from engine.deciding.draft import Draft
from engine.deciding.parking import park
from engine.definition import BackPolicy
from engine.marking import Frame, Opening, Token
from engine.record import replace
from engine.refusals import ReturnForbidden
from engine.state import Place
from engine.views import ItemStatus


def crossing(draft: Draft, token: Token, region: int) -> list[Frame | Opening]:
    """Return the blocks and handlers between a token and an enclosing region, inmost first.

    It ends early at a handler that goes on after its block is over (续办).
    """
    graph, state = draft.graph, draft.state
    crossed: list[Frame | Opening] = []
    place, here = token.frame, graph.region_of(token.node)
    while here != region:
        frame, opening = state.frames.get(place), state.openings.get(place)
        if frame is not None:
            crossed.append(frame)
            place, here = frame.outer.frame, graph.region_of(frame.fork)
        elif opening is not None:
            crossed.append(opening)
            place, here = opening.host, graph.handler(opening.handler).scope_region
        else:
            break
    return crossed


def leave_to(draft: Draft, token: Token, region: int, status: ItemStatus) -> Token | None:
    """Take a token out to an enclosing region; everything below its place there is cleared.

    None when the block it stands in has been passed already: then only this late branch ends.
    """
    crossed = crossing(draft, token, region)
    if any(isinstance(each, Frame) and each.joined for each in crossed):
        return None
    cause = f"“{draft.graph.node(token.node).name}”改道"
    outermost = crossed[-1]
    if isinstance(outermost, Frame):
        clear(draft, below(draft.state, (outermost.id,)), status, cause, outermost.id)
        outer: Token | None = outermost.outer
    else:
        clear(draft, handler_work(draft.state, outermost), status, cause)
        outer = free_place(draft, (outermost.host, outermost.branch, outermost.key), status, cause)
    if outer is not None:
        drop_parked(draft, region, outer.key)
    return outer


def return_out(draft: Draft, token: Token, region: int, target: str) -> Token | None:
    """Take a token out by a return: the outermost block crossed says what becomes of its siblings.

    Raises:
        ReturnForbidden: any block crossed forbids it.
    """
    crossed = crossing(draft, token, region)
    for each in crossed:
        if isinstance(each, Frame):
            block = draft.graph.block(each.fork)
            if block.on_back is BackPolicy.FORBID:
                raise ReturnForbidden(target, f"“{block.name}”并行期间不得退回")
    outermost = crossed[-1]
    if isinstance(outermost, Frame) and not outermost.joined and _suspends(draft, outermost):
        return park(draft, token, outermost, crossed)
    return leave_to(draft, token, region, ItemStatus.RETURNED_OVER)


def _suspends(draft: Draft, frame: Frame) -> bool:
    return draft.graph.block(frame.fork).on_back is BackPolicy.SUSPEND


def places_below(draft: Draft, token: Token, region: int) -> tuple[Place, ...]:
    """Return the completions that a return out to a region makes invalid: of all siblings, or of the own branch."""
    outermost = crossing(draft, token, region)[-1]
    if isinstance(outermost, Opening):
        return ()
    own = None
    if _suspends(draft, outermost):
        own = own_branch(draft, token, outermost, region)
    found = below(draft.state, (outermost.id,), own)
    places: list[Place] = []
    for each in found.tokens:
        places += places_of(each.trail, each.key)
    for frame in found.frames:
        places += (*places_of(frame.outer.trail, frame.outer.key), *places_of_arrivals(frame.arrived))
    if own is None:
        places += places_of_arrivals(outermost.arrived)
    return (*places, *places_of(token.trail, token.key))


def own_branch(draft: Draft, token: Token, frame: Frame, region: int) -> tuple[int, str]:
    """Return the branch of a crossed block that a token stands in, however deep."""
    place = (token.branch, token.key)
    for each in crossing(draft, token, region):
        if each.id == frame.id:
            break
        place = (each.outer.branch, each.outer.key) if isinstance(each, Frame) else (each.branch, each.key)
    return place


def free_place(draft: Draft, place: tuple[int, int, str], status: ItemStatus, cause: str) -> Token | None:
    """Clear whatever stands at a place (frame or ROOT, branch, key); return a token for it, None when nothing did."""
    tokens = tuple(each for each in draft.state.tokens.values() if _place(each) == place)
    frames = [each for each in draft.state.frames.values() if not each.joined and _place(each.outer) == place]
    for frame in frames:
        clear(draft, below(draft.state, (frame.id,)), status, cause, frame.id)
    if tokens:
        clear(draft, Below(tokens, (), ()), status, cause)
    left = next(iter((*tokens, *(frame.outer for frame in frames))), None)
    return None if left is None else replace(left, arrow=None)


def _place(token: Token) -> tuple[int, int, str]:
    """Name the region activation of a token: behind AND gateways several tokens share one."""
    return token.frame, token.branch, token.key


def close_handlers(draft: Draft, openings: Iterable[Opening], cause: str) -> None:
    """Close handlers whose scope is left; those that go on (续办) stay."""
    for opening in openings:
        stays = draft.graph.handler(opening.handler).persists
        if opening.id in draft.state.openings and not stays:
            clear(draft, handler_work(draft.state, opening), ItemStatus.REROUTED, cause)
