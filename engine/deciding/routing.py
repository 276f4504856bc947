"""How a token runs on until it rests: next steps, routes, blocks and joins, jumps and returns, the end of a case."""

from collections.abc import Sequence
from datetime import datetime

from engine.case_scope import CaseScope
from engine.deciding.below import below, cancel_requests, clear, drop_emptied, drop_parked, places_of
from engine.deciding.closing import require_closable
from engine.deciding.draft import Draft
from engine.deciding.effects import Subject, issue, run_effect, tell_tables
from engine.deciding.gateways import chosen, gathered
from engine.deciding.leaving import close_handlers, leave_to, places_below, return_out
from engine.deciding.parking import fork_parked
from engine.deciding.seats import activate
from engine.deciding.straight import straight_back
from engine.definition import (
    Abort,
    Actions,
    Arm,
    Back,
    Block,
    Finish,
    Gateway,
    GatewayKind,
    Goto,
    Move,
    ResumeMain,
    Step,
    ToJoin,
    Wait,
)
from engine.events import (
    BranchAdded,
    BranchArrived,
    CaseFinished,
    CaseTerminated,
    Forked,
    HandlerEnded,
    Joined,
    StepCompleted,
    StepSkipped,
    TokenPlaced,
    TokenReturned,
)
from engine.expressions import Expression
from engine.marking import Activation, Arrival, Entry, Frame, Straight, Token
from engine.record import replace
from engine.refusals import OrderViolated, ReturnLimitReached
from engine.running import lateness
from engine.state import Place
from engine.views import LIVE, ItemStatus

# ---- completing


def complete_step(
    draft: Draft,
    activation: Activation,
    outcome: str | None,
    by: tuple[str, ...],
    *,
    at: datetime | None = None,
    deemed: bool = False,
) -> None:
    """Close a step or wait and let its token go on."""
    number = activation.node
    node = draft.graph.nodes[number]
    assert not isinstance(node, Block | Gateway), node
    moment = at or draft.moment
    past, late = lateness(activation.running, moment, draft.facts.zone)
    draft.emit(StepCompleted(activation.id, outcome, by, moment, past, late, deemed))
    if draft.state.requests:
        cancel_requests(draft, (activation.id,), ItemStatus.SUPERSEDED)
    if node.sets:
        _set(draft, node, number, activation.key, outcome)
    if isinstance(node, Step) and node.issues:
        scope = draft.scope(node.region, activation.key, chosen=outcome)
        for document in node.issues:
            issue(draft, document, scope, activation)
    token = draft.state.tokens[activation.token]
    if token.back is not None:
        back = straight_back(draft, token, number, outcome)
        if back is not None:
            draft.emit(back)
            rest_at(draft, back.token, back.token.node)
            return
        token = replace(token, back=None)
    route(draft, token, number, outcome)


def _set(draft: Draft, node: Step | Wait, number: int, key: str, outcome: str | None) -> None:
    scope = draft.scope(node.region, key, chosen=outcome)
    for effect in node.sets:
        run_effect(draft, effect, scope, Subject(node=number, name=node.name))


def route(draft: Draft, token: Token, number: int, chosen: str | None = None) -> None:
    """Leave a node: its routes in order, the first move decides; then what follows, else the next node."""
    node = draft.graph.nodes[number]
    assert not isinstance(node, Gateway), node
    if not node.routes and node.after is None:
        go_on(draft, token, number)
        return
    scope = draft.scope(node.region, token.key, chosen=chosen)
    subject = Subject(node=number, name=node.name)
    move = _routed(draft, node.routes, scope, subject)
    if node.after is not None:
        after = _effects(draft, node.after, scope, subject)
        move = move or after
    tell_tables(draft, scope)
    if move is not None:
        make_move(draft, token, number, move, scope)
    else:
        go_on(draft, token, number)


def _routed(draft: Draft, routes: Sequence[Sequence[Arm]], scope: CaseScope, subject: Subject) -> Move | None:
    for chain in routes:
        for arm in chain:
            if draft.holds(arm.condition, scope):
                move = _effects(draft, arm.actions, scope, subject)
                if move is not None:
                    return move
                break
    return None


def _effects(draft: Draft, actions: Actions, scope: CaseScope, subject: Subject) -> Move | None:
    for effect in actions.effects:
        run_effect(draft, effect, scope, subject)
    return actions.move


def go_on(draft: Draft, token: Token, number: int) -> None:
    """Go to the next node of the region, or leave the region at its end."""
    following = draft.graph.following[number]
    if following is not None:
        enter(draft, token, following)
    else:
        end_region(draft, token)


def end_region(draft: Draft, token: Token) -> None:
    """End a branch at its join, a handler at its end, the case behind its last step."""
    if token.frame in draft.state.frames:
        arrive(draft, token)
    elif token.frame in draft.state.openings:
        draft.emit(HandlerEnded(token.frame, token.id))
    else:
        finish(draft)


# ---- moves


def make_move(draft: Draft, token: Token, number: int, move: Move, scope: CaseScope) -> None:
    """Carry out a move of the token that stood at node `number`."""
    match move:
        case Goto(node):
            _goto(draft, token, node)
        case Back():
            _back(draft, token, number, move, scope)
        case ToJoin():
            arrive(draft, token)
        case ResumeMain():
            end_region(draft, token)
        case Finish():
            finish(draft)
        case Abort(reason):
            draft.emit(CaseTerminated(reason or ""))


def _goto(draft: Draft, token: Token, target: int) -> None:
    graph = draft.graph
    if graph.region_of(token.node) == graph.region_of(target):
        enter(draft, token, target)
        return
    outer = leave_to(draft, token, graph.region_of(target), ItemStatus.REROUTED)
    if outer is not None:
        enter(draft, outer, target)
    else:
        end_region(draft, token)


def _back(draft: Draft, token: Token, number: int, back: Back, scope: CaseScope) -> None:
    times = draft.state.returns.get((number, back.node), 0)
    if back.limit is not None and times >= back.limit:
        if back.exceeded is None:
            raise ReturnLimitReached(draft.graph.node(back.node).name, times)
        subject = Subject(node=number, name=draft.graph.nodes[number].name)
        move = _effects(draft, back.exceeded, scope, subject)
        if move is None:
            go_on(draft, token, number)
        else:
            make_move(draft, token, number, move, scope)
        return
    return_to(draft, token, number, back.node, back.branch, draft.act.reason)


def return_to(
    draft: Draft,
    token: Token,
    origin: int,
    target: int,
    branch: int | None = None,
    reason: str = "",
    step: int | None = None,
    straight: bool = False,
) -> None:
    """退回: cut the way at the target and stand there again.

    Args:
        branch: only this branch of a finished block is asked again, the others are carried over.
        step: node of that branch to begin with, when not its first.

    Raises:
        ReturnForbidden: a block on the way forbids it (退回时 禁止).
    """
    graph = draft.graph
    region = graph.region_of(target)
    undone: tuple[Place, ...] = ()
    if region != graph.region_of(token.node):
        undone = places_below(draft, token, region)
        outer = return_out(draft, token, region, graph.node(target).name)
        if outer is None:
            end_region(draft, token)
            return
        token = outer
    position = next((i for i, entry in enumerate(token.trail) if entry.node == target), len(token.trail))
    cut = token.trail[position:]
    entry = cut[0] if cut and branch is not None else None
    undone = (*undone, *places_of(cut if entry is None else cut[1:], token.key))
    if entry is not None:
        undone = (*undone, (target, token.key))
        for each in entry.branches:
            if each.branch == branch:
                undone = (*undone, *places_of(each.trail, each.key))
    back = None
    if straight and cut:
        record = draft.state.records[target, token.key]
        back = Straight(origin, draft.state.revision, cut[1:], record.outcome)
    times = draft.state.returns.get((origin, target), 0) + 1
    note = f"第{times}次退回" + (f"：{reason}" if reason else "")
    placed = replace(token, node=target, trail=token.trail[:position], back=back)
    draft.emit(TokenReturned(origin, target, token.key, placed, tuple(dict.fromkeys(undone)), step))
    if entry is not None:
        fork(draft, placed, target, branch, entry, note, step)
    else:
        enter(draft, placed, target, note)


# ---- arriving


def enter(draft: Draft, token: Token, number: int, note: str = "", source: int | None = None) -> None:
    """Arrive at a node: skip it, open it, begin a block, or pass a gateway.

    Args:
        source: the node from which the token comes; where it stood, when not given.

    Raises:
        OrderViolated: a constraint 未 … 不得 … forbids to be here.
    """
    node = draft.graph.nodes[number]
    if isinstance(node, Gateway):
        _pass(draft, token, node, token.node if source is None else source)
        return
    if isinstance(node, Block):
        _require_order(draft, token, number)
        fork(draft, replace(token, node=number), number)
        return
    if node.skip_unless is not None and _is_skipped(draft, node.skip_unless, node.region, token.key):
        draft.emit(StepSkipped(token.id, number, token.key))
        go_on(draft, replace(token, node=number), number)
        return
    if number in draft.graph.precedences:
        _require_order(draft, token, number)
    need = node.power if isinstance(node, Step) else None
    if need is not None and not draft.facts.has_power(need.power, draft.today):
        placed = replace(token, node=number)
        draft.emit(TokenPlaced(placed))
        scope = draft.scope(node.region, token.key)
        subject = Subject(node=number, name=node.name)
        move = _effects(draft, need.otherwise, scope, subject)
        if move is None:
            go_on(draft, placed, number)
        else:
            make_move(draft, placed, number, move, scope)
        return
    rest_at(draft, token if token.node == number else replace(token, node=number), number, note)


def _is_skipped(draft: Draft, condition: Expression, region: int, key: str) -> bool:
    return not draft.holds(condition, draft.scope(region, key))


def _pass(draft: Draft, token: Token, gateway: Gateway, source: int) -> None:
    number = draft.graph.names[gateway.name]
    if gateway.kind is GatewayKind.XOR:
        standing = replace(token, node=number)
        if gateway.flows:
            enter(draft, standing, chosen(draft, gateway, standing))
        else:
            end_region(draft, standing)
        return
    for each, target in gathered(draft, gateway, token, source):
        if each.id not in draft.state.tokens or draft.state.status not in LIVE:
            continue
        if target is None:
            end_region(draft, each)
        else:
            enter(draft, each, target, source=number)


def rest_at(draft: Draft, token: Token, number: int, note: str = "") -> None:
    """Let a token rest at a step or wait and open it."""
    known = draft.state.tokens.get(token.id)
    if known is None or (known is not token and known != token):
        draft.emit(TokenPlaced(token))
    node = draft.graph.nodes[number]
    assert not isinstance(node, Block | Gateway), node
    activate(draft, token, node, number, note)


def _require_order(draft: Draft, token: Token, number: int) -> None:
    graph = draft.graph
    for constraint in graph.precedences.get(number, ()):
        region = graph.region_of(number)
        if constraint.when is not None and not draft.holds(constraint.when, draft.scope(region, token.key)):
            continue
        first = constraint.first
        record = draft.state.records.get((first, graph.path(graph.region_of(first), token.key)))
        if record is None or not record.done:
            raise OrderViolated(graph.node(first).name, graph.node(number).name)


# ---- blocks


def fork(
    draft: Draft,
    token: Token,
    number: int,
    only: int | None = None,
    carried: Entry | None = None,
    note: str = "",
    step: int | None = None,
) -> None:
    """Begin a block: live branches get a token each; `only` one again, the others `carried` from a finished round."""
    block = draft.graph.block(number)
    scope = draft.scope(block.region, token.key)
    chosen = _chosen(draft, block, number, token.key, scope)
    identity = draft.new_id()
    arrived: tuple[Arrival, ...] = ()
    if carried is not None:
        arrived = tuple(
            replace(each, carried=each.carried or carried.ref)
            for each in carried.branches
            if each.branch != only
        )
        kept = {(each.branch, each.key) for each in arrived}
        chosen = [place for place in chosen if place[0] == only or place in kept]
        arrived = tuple(each for each in arrived if (each.branch, each.key) in set(chosen))
    resumed = fork_parked(draft, (number, token.key), identity, chosen)
    arrived = (*arrived, *resumed.arrived)
    over = {(each.branch, each.key) for each in arrived} | resumed.places
    live = [place for place in chosen if place not in over] if over else chosen
    tokens = tuple(
        _begin(draft, block, identity, place, step if place[0] == only else None) for place in live
    )
    record = draft.state.records.get((number, token.key))
    frame = Frame(identity, number, token, tuple(chosen), arrived, draft.state.revision)
    draft.emit(Forked(frame, tokens, 1 if record is None else record.rounds + 1, draft.past))
    resumed.emit(draft)
    for each in tokens:
        if each.id in draft.state.tokens and draft.state.status in LIVE:
            enter(draft, each, each.node, note)
    if identity in draft.state.frames and draft.state.status in LIVE:
        join_if_complete(draft, identity)


def _begin(draft: Draft, block: Block, frame: int, place: Place, step: int | None) -> Token:
    branch, key = place
    first = draft.graph.first(block.branches[branch].region)
    return Token(draft.new_id(), first if step is None else step, frame, branch, key)


def _chosen(draft: Draft, block: Block, number: int, key: str, scope: CaseScope) -> list[tuple[int, str]]:
    """Return the branches (and instances) whose guard holds now."""
    chosen: list[tuple[int, str]] = []
    for position, branch in enumerate(block.branches):
        if branch.each is None:
            if draft.holds(branch.guard, scope):
                chosen.append((position, key))
            continue
        for inner, _ in scope.instances(number, position):
            assert isinstance(inner, CaseScope), inner
            if draft.holds(branch.guard, inner):
                chosen.append((position, inner.key))
    return chosen


def grow(draft: Draft, identity: int) -> None:
    """Open an instance for every element added to a growing branch while its block is open."""
    frame = draft.state.frames[identity]
    block = draft.graph.block(frame.fork)
    scope = draft.scope(block.region, frame.outer.key)
    added = [
        place
        for place in _chosen(draft, block, frame.fork, frame.outer.key, scope)
        if block.branches[place[0]].growing and place not in frame.expected
    ]
    for branch, key in added:
        current = draft.state.frames.get(identity)
        if current is None or (branch, key) in current.expected:
            continue
        first = draft.graph.first(block.branches[branch].region)
        token = Token(draft.new_id(), first, identity, branch, key)
        draft.emit(BranchAdded(identity, token))
        enter(draft, token, token.node)


def arrive(draft: Draft, token: Token) -> None:
    """End a branch at the join of its block."""
    frame = draft.state.frames[token.frame]
    region = draft.graph.region_of(token.node)
    drop_parked(draft, region, token.key)
    arrival = Arrival(token.branch, token.key, token.trail, draft.state.revision)
    draft.emit(BranchArrived(token.id, frame.id, arrival))
    if frame.joined:
        drop_emptied(draft)
        return
    if frame.fork in draft.graph.growing:
        grow(draft, frame.id)
    join_if_complete(draft, frame.id)


def join_if_complete(draft: Draft, identity: int) -> None:
    """Pass a block when enough of its branches have ended; the token that entered goes on."""
    frame = draft.state.frames.get(identity)
    if frame is None or frame.joined:
        return
    block = draft.graph.block(frame.fork)
    if len(frame.arrived) < block.needed(len(frame.expected)):
        return
    late = below(draft.state, (identity,))
    if block.cancel_rest and late.tokens:
        clear(draft, late, ItemStatus.REMOVED, f"“{block.name}”已汇合")
        late = below(draft.state, (identity,))
    if not late.tokens:
        close_handlers(draft, late.openings, f"“{block.name}”已汇合")
    entry = Entry(frame.fork, identity, draft.state.revision, frame.arrived)
    draft.emit(Joined(identity, frame.outer, entry, running_on=bool(late.tokens), at=draft.past))
    token = draft.state.tokens[frame.outer.id]
    route(draft, token, frame.fork)


# ---- the end


def finish(draft: Draft) -> None:
    """办结.

    Raises:
        GateClosed: closing conditions that do not hold, by name, and work that must end first.
    """
    require_closable(draft)
    draft.emit(CaseFinished())
