"""退回 by the holder: where the work may go back to, and doing it."""

from collections.abc import Iterator

from engine.commands import ReturnTask
from engine.deciding.below import Below, clear
from engine.deciding.draft import Draft
from engine.deciding.finding import Work, open_work, require_holder, require_reason
from engine.deciding.routing import return_to
from engine.deciding.superiors import tell_of_returning
from engine.definition import BackPolicy, Block, Step
from engine.events import CaseTerminated, SeatClosed
from engine.marking import ROOT, SIGNING, Arrival, Entry, Frame, SeatPart, Token
from engine.record import Struct
from engine.refusals import NotAllowed, ReturnForbidden
from engine.views import ItemStatus

CALLER = "派出本案的案件"
"""Name of the target that gives a called case (子规程) back."""


class ReturnTarget(Struct):
    """A legal target: a step, a finished block as a whole, a step of one of its branches, or the case that called."""

    value: str
    node: int
    branch: int | None = None
    step: int | None = None
    crossed: bool = False  # colleagues in parallel branches are concerned
    caller: bool = False  # the whole case ends


def targets(draft: Draft, token: Token) -> Iterator[ReturnTarget]:
    """Yield where a token may be returned to, nearest first.

    Its way backwards, without its own node; never behind an irrevocable step; out of a block only as the block
    allows. Inside a finished block: the block as a whole, and each human step of each branch. At last, of a called
    case, to the case that called it.
    """
    graph, state = draft.graph, draft.state
    crossed = False
    own = token.node
    while True:
        for entry in reversed(token.trail):
            if entry.node == own:
                continue
            node = graph.node(entry.node)
            if isinstance(node, Step):
                if node.irrevocable:
                    return
                yield ReturnTarget(node.name, entry.node, crossed=crossed)
            elif isinstance(node, Block):
                if _has_irrevocable(draft, entry.branches):
                    return
                yield ReturnTarget(node.name, entry.node, crossed=crossed)
                yield from _inside(draft, entry, crossed)
        frame = state.frames.get(token.frame)
        if token.frame == ROOT and state.called:
            yield ReturnTarget(CALLER, own, crossed=crossed, caller=True)
        if frame is None or frame.joined or graph.block(frame.fork).on_back is BackPolicy.FORBID:
            return
        if _siblings_irrevocable(draft, frame):
            return
        token, own, crossed = frame.outer, frame.fork, True


def _inside(draft: Draft, entry: Entry, crossed: bool) -> Iterator[ReturnTarget]:
    if crossed:
        return
    for arrival in entry.branches:
        for inner in arrival.trail:
            node = draft.graph.node(inner.node)
            if isinstance(node, Step) and not arrival.key:
                yield ReturnTarget(node.name, entry.node, arrival.branch, inner.node)


def _has_irrevocable(draft: Draft, branches: tuple[Arrival, ...]) -> bool:
    for arrival in branches:
        for entry in arrival.trail:
            node = draft.graph.node(entry.node)
            if (isinstance(node, Step) and node.irrevocable) or _has_irrevocable(draft, entry.branches):
                return True
    return False


def _siblings_irrevocable(draft: Draft, frame: Frame) -> bool:
    """Tell whether a sibling has completed something irrevocable."""
    if _has_irrevocable(draft, frame.arrived):
        return True
    running = (token for token in draft.state.tokens.values() if token.frame == frame.id)
    return any(_has_irrevocable(draft, (Arrival(0, "", token.trail, 0),)) for token in running)


def give_back(draft: Draft, command: ReturnTask) -> None:
    """退回 of a held item to a legal target, with a reason.

    Raises:
        ReturnForbidden: no such target now.
    """
    work = open_work(draft, command.item)
    require_holder(draft, work, "退回")
    require_reason(draft, "退回")
    _require_may_return(work)
    token = draft.state.tokens[work.activation.token]
    target = next((each for each in targets(draft, token) if each.value == command.target), None)
    if target is None:
        raise ReturnForbidden(command.target, "不在本案已办的可退回步骤之中")
    outer = draft.graph.region_of(target.node) != draft.graph.region_of(token.node)
    if command.straight and (outer or target.branch is not None):
        raise ReturnForbidden(command.target, "跨并行退回的，须按顺序重走")
    _close(draft, work, token)
    if target.caller:
        draft.emit(CaseTerminated(draft.act.reason, returned=True))
        return
    return_to(
        draft,
        token,
        work.activation.node,
        target.node,
        target.branch,
        draft.act.reason,
        target.step,
        command.straight,
    )
    tell_of_returning(draft, work.activation.node, target.node)


def _require_may_return(work: Work) -> None:
    """A single vote or signature does not return the step; it disagrees."""
    if work.seat.part in (*SIGNING, SeatPart.ASSIST):
        raise NotAllowed("退回，请选择不同意并写明理由", ("主办人",))


def _close(draft: Draft, work: Work, token: Token) -> None:
    draft.emit(SeatClosed(work.seat.id, ItemStatus.DONE))
    clear(draft, Below((token,), (), ()), ItemStatus.RETURNED_OVER, f"“{work.step.name}”退回")
