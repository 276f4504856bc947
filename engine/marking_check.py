"""Is a marking one from which the case can go on? The invariants of tokens, blocks and work, as one question.

A jump must leave such a marking; random walks ask it after every command.
"""

from collections import Counter

from engine.graph import Graph
from engine.marking import ROOT, Frame
from engine.state import CaseState
from engine.views import CaseStatus, ItemStatus


def marking_fault(graph: Graph, state: CaseState) -> str | None:
    """Return what is wrong with where a case stands, or None.

    Each running block has for every branch it waits for exactly one token, inner block or arrival; the main flow and
    each handler have one place, or several at different ones where AND gateways lie; a token at rest has one activation,
    and somebody may answer it.
    """
    if state.status not in (CaseStatus.OPEN, CaseStatus.SUSPENDED):
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
