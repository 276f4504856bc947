"""自由跳转: a token is put elsewhere against the definition, but never into a marking that could not go on."""

from engine.deciding.below import Below, below, clear, places_of
from engine.deciding.draft import Draft
from engine.deciding.finding import open_work, require_open
from engine.deciding.routing import enter
from engine.definition import Block, Step
from engine.errors import Refusal
from engine.events import TokenJumped
from engine.marking import ROOT, Frame, Token
from engine.marking_check import marking_fault
from engine.record import Struct, replace
from engine.refusals import JumpForbidden
from engine.views import ItemStatus


class Planned(Struct):
    """A jump that may be made: the token as it would stand, the block it leaves as a whole, the steps passed over."""

    token: Token
    target: int
    block: Frame | None
    skipped: tuple[int, ...]


def plan(draft: Draft, item: int | None, name: str, *, token: int | None = None) -> Planned:
    """Say how a jump would be made: of the token of an item, else of the case as a whole.

    Raises:
        JumpForbidden: where it leads is no step here, or what it would break, with the branches that wait.
    """
    require_open(draft.state)
    if name not in draft.graph.names:
        raise JumpForbidden(name, "没有这个步骤")
    target = draft.graph.names[name]
    if item is not None:
        token = open_work(draft, item).activation.token
    place, block = _whole(draft) if token is None else (draft.state.tokens.get(token), None)
    if place is None:
        raise JumpForbidden(name, "要跳转的一支已经不在原处")
    _require_same_region(draft, place, target)
    skipped = _passed(draft, place, target)
    for number in skipped:
        if _is_irrevocable(draft, number):
            raise JumpForbidden(name, f"“{draft.graph.node(number).name}”不可撤回，不能越过")
    planned = Planned(place, target, block, skipped)
    saved = draft.save()
    try:
        carry_out(draft, planned, "试算")
    except JumpForbidden:
        raise
    except Refusal as refusal:
        raise JumpForbidden(name, str(refusal), refusal.article) from refusal
    finally:
        draft.restore(saved)
    return planned


def _whole(draft: Draft) -> tuple[Token | None, Frame | None]:
    """Return the token of the main flow, or the one that waits in a block with everything below it."""
    for frame in draft.state.frames.values():
        if not frame.joined and frame.outer.frame == ROOT:
            return frame.outer, frame
    return next((each for each in draft.state.tokens.values() if each.frame == ROOT), None), None


def _require_same_region(draft: Draft, token: Token, target: int) -> None:
    """A single branch cannot pass its join, and nothing jumps into a block."""
    graph, state = draft.graph, draft.state
    here, there, name = graph.region_of(token.node), graph.region_of(target), graph.node(target).name
    if here == there:
        return
    if there in graph.ancestors[here]:
        frame = state.frames.get(token.frame)
        if frame is None:
            raise JumpForbidden(name, "随时事项只能在自己的步骤内跳转")
        block = graph.block(frame.fork)
        arrived = {(each.branch, each.key) for each in frame.arrived}
        open_ones = [
            block.branches[branch].name
            for branch, key in frame.expected
            if (branch, key) not in arrived and (branch, key) != (token.branch, token.key)
        ]
        waiting = f"，还有{'、'.join(f'“{each}”' for each in open_ones)}没有办完" if open_ones else ""
        raise JumpForbidden(name, f"单独一支不能越过“{block.name}”的汇合{waiting}；可对全案跳转")
    raise JumpForbidden(name, "不能跳进并行或随时事项的内部")


def _passed(draft: Draft, token: Token, target: int) -> tuple[int, ...]:
    """Return the nodes that a jump passes over: from here up to the target, or back to it."""
    order = draft.definition.regions[draft.graph.region_of(target)].nodes
    here, there = order.index(token.node), order.index(target)
    if there > here:
        return order[here:there]
    done = {entry.node for entry in token.trail}
    return tuple(number for number in order[there:here] if number in done)


def _is_irrevocable(draft: Draft, number: int) -> bool:
    node = draft.graph.node(number)
    if isinstance(node, Block):
        inner = (each for branch in node.branches for each in draft.graph.inside[branch.region])
        return any(_is_irrevocable(draft, each) for each in inner)
    return isinstance(node, Step) and node.irrevocable


def carry_out(draft: Draft, planned: Planned, reason: str) -> None:
    """Put the token there; what stood below its place is taken away; the marking left must be sound.

    Raises:
        JumpForbidden: the case could not go on from there.
    """
    token, target = planned.token, planned.target
    if draft.graph.region_of(target) in draft.graph.free:
        raise JumpForbidden(draft.graph.node(target).name, "这一段有并行网关，跳过去以后可能等不齐其他各路")
    cause = "自由跳转"
    if planned.block is not None:
        block = planned.block
        clear(draft, below(draft.state, (block.id,)), ItemStatus.REROUTED, cause, block.id)
    else:
        clear(draft, Below((token,), (), ()), ItemStatus.REROUTED, cause)
    position = next((i for i, entry in enumerate(token.trail) if entry.node == target), len(token.trail))
    placed = replace(token, node=target, trail=token.trail[:position], back=None)
    undone = places_of(token.trail[position:], token.key)
    draft.emit(TokenJumped(token.node, placed, planned.skipped, undone))
    enter(draft, placed, target, f"{cause}：{reason}")
    fault = marking_fault(draft.graph, draft.state)
    if fault is not None:
        raise JumpForbidden(draft.graph.node(target).name, fault)
