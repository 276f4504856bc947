"""Is a marking one from which the case can go on? The invariants of tokens, blocks and work, as one question.

A jump must leave such a marking; random walks ask it after every command. From where a migration puts a case the new
definition must also be able to finish, which soundness says of the beginning only.
"""

from collections import Counter, defaultdict

from engine.graph import Graph
from engine.marking import ROOT, Frame
from engine.nets import Place
from engine.soundness import Outlook, Outlooks
from engine.state import CaseState
from engine.views import LIVE, ItemStatus


def marking_fault(graph: Graph, state: CaseState) -> str | None:
    """Return what is wrong with where a case stands, or None.

    Each running block has for every branch it waits for exactly one token, inner block or arrival; the main flow and
    each handler have one place, or several at different ones where AND gateways lie; a token at rest has one activation,
    and somebody may answer it.
    """
    if state.status not in LIVE:
        return "案件已结束，仍有步骤在办" if state.tokens or state.activations else None
    places = Counter((token.frame, token.branch, token.key) for token in state.tokens.values())
    for frame in state.frames.values():
        if not frame.joined:
            places[frame.outer.frame, frame.outer.branch, frame.outer.key] += 1
    if not _is_right(graph, 0, places[ROOT, 0, ""]):
        return "主流程应正好停在一处"
    parked = {each.frame.id for each in state.parked.values()}
    for frame in state.frames.values():
        if not frame.joined and not _is_below(state, frame, parked):
            fault = _block_fault(graph, places, frame)
            if fault is not None:
                return fault
    for frame in state.frames.values():
        if frame.joined and not _anything_below(state, frame.id) and not _is_below(state, frame, parked):
            return f"“{graph.block(frame.fork).name}”已汇合，其下已没有在办，却没有了结"
    for opening in state.openings.values():
        region = graph.handler(opening.handler).region
        if not _is_right(graph, region, places[opening.id, 0, opening.key]):
            return "随时事项应正好停在一处"
    standing = Counter(
        (each.frame, each.branch, each.key, each.node, each.arrow) for each in state.tokens.values()
    )
    if any(times > 1 for times in standing.values()):
        return "同一处停了两次"
    return _work_fault(graph, state)


def _anything_below(state: CaseState, frame: int) -> bool:
    inside = (*state.tokens.values(), *(each.outer for each in state.frames.values()))
    return any(each.frame == frame for each in inside) or any(
        each.host == frame for each in state.openings.values()
    )


def _block_fault(graph: Graph, places: Counter[tuple[int, int, str]], frame: Frame) -> str | None:
    arrived = Counter((each.branch, each.key) for each in frame.arrived)
    for branch, key in frame.expected:
        block = graph.block(frame.fork)
        here = places[frame.id, branch, key]
        if arrived[branch, key] + here != 1 and (
            arrived[branch, key] or not _is_right(graph, block.branches[branch].region, here)
        ):
            return f"“{block.name}”的汇合等不到或多等了分支“{block.branches[branch].name}”"
    return None


def _is_right(graph: Graph, region: int, places: int) -> bool:
    """Tell whether a region that runs may have so many places: one, or more where AND gateways part them."""
    return places == 1 or (places > 1 and region in graph.free)


def _is_below(state: CaseState, frame: Frame, parked: set[int]) -> bool:
    place = frame.outer.frame
    while place in state.frames:
        place = state.frames[place].outer.frame
    return place in parked


def _work_fault(graph: Graph, state: CaseState) -> str | None:
    work = Counter(activation.token for activation in state.activations.values())
    for token in state.tokens.values():
        if work[token.id] != (0 if token.arrow is not None else 1):
            return f"“{graph.node(token.node).name}”应正好有一项在办"
    suspended = {token.id for each in state.parked.values() for token in each.tokens}
    for activation in state.activations.values():
        name = graph.node(activation.node).name
        if activation.token in suspended:
            continue
        if activation.token not in state.tokens:
            return f"“{name}”的在办没有归属"
        if activation.seats and all(seat.status is not ItemStatus.OPEN for seat in activation.seats):
            return f"“{name}”没有人可以办理"
    return None


def finishing_fault(graph: Graph, state: CaseState) -> str | None:
    """Return why a case that stands here may never end without waiting for an event, or None.

    The marking has no fault of its own, and the definition is sound. Stricter than need be: each running block must
    be able to come to its own join or be left, also where another branch could end it.
    """
    outlooks, standing = Outlooks(graph.definition), _standing(state)
    ends: Counter[int] = Counter()
    for (frame, branch, _), places in standing.items():
        region = _region(graph, state, frame, branch)
        outlook = outlooks.of(region, frozenset(places))
        if _is_waited_for(state, frame):
            ends[frame] += _worth(graph, state, frame, outlook)
        elif not (outlook.ends or outlook.leaves):
            return f"从{_names(graph, places)}出发不能办结"
    for number, running in state.frames.items():
        if not running.joined and number in ends:
            block = graph.block(running.fork)
            if ends[number] + len(running.arrived) < block.needed(len(running.expected)):
                return f"“{block.name}”的汇合可能等不齐"
    return None


def distance_to_end(graph: Graph, outlooks: Outlooks, state: CaseState) -> int:
    """Return how many steps lie at least before an open case, of all its branches together; 0 when it has ended."""
    if state.status not in LIVE:
        return 0
    return sum(
        outlooks.distance(_region(graph, state, frame, branch), place)
        for (frame, branch, _), places in _standing(state).items()
        for place in places
    )


def _standing(state: CaseState) -> dict[tuple[int, int, str], set[Place]]:
    """Return the places of the tokens and running blocks of each run of a region: (frame, branch, instance).

    What was put aside by a 退回 runs no more.
    """
    parked = {each.frame.id for each in state.parked.values()}
    found: dict[tuple[int, int, str], set[Place]] = defaultdict(set)
    for token in state.tokens.values():
        place: Place = token.node if token.arrow is None else (token.arrow, token.node)
        found[token.frame, token.branch, token.key].add(place)
    for frame in state.frames.values():
        if not frame.joined and not _is_below(state, frame, parked):
            found[frame.outer.frame, frame.outer.branch, frame.outer.key].add(frame.fork)
    return found


def _region(graph: Graph, state: CaseState, frame: int, branch: int) -> int:
    if frame == ROOT:
        return 0
    if frame in state.frames:
        return graph.block(state.frames[frame].fork).branches[branch].region
    return graph.handler(state.openings[frame].handler).region


def _is_waited_for(state: CaseState, frame: int) -> bool:
    return frame in state.frames and not state.frames[frame].joined


def _worth(graph: Graph, state: CaseState, frame: int, outlook: Outlook) -> int:
    """Return how many of the ends that a join needs a branch is worth: all of them when it can leave the block."""
    block = graph.block(state.frames[frame].fork)
    return block.needed(len(state.frames[frame].expected)) if outlook.leaves else int(outlook.ends)


def _names(graph: Graph, places: set[Place]) -> str:
    numbers = sorted(place if isinstance(place, int) else place[1] for place in places)
    return "、".join(f"“{graph.node(number).name}”" for number in numbers)
