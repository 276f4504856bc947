"""The ways out of a node: which moves can follow it, and whether the next node can.

Conditions are taken as either true or false, except where they are constants or the arms of a chain name every
outcome of the step. A limited 退回 can be used up, so it is no way out by itself; what follows 超过 is.
"""

from collections.abc import Iterable, Mapping, Sequence

from engine.definition import (
    Actions,
    Arm,
    Back,
    Block,
    Definition,
    Gateway,
    GatewayKind,
    Goto,
    Move,
    Node,
    Step,
    Wait,
)
from engine.expressions import Among, Compare, Comparison, Expression, Literal, Or, OutcomeRef
from engine.record import record

COUNTERSIGNED = ("通过", "不通过")
"""Outcomes of a countersigned step that names none."""


@record
class Way:
    """A move out of a node.

    Args:
        bounded: a limit can use it up.
        exceeding: the limited 退回 of this node that must be used up before, each as (target, limit).
    """

    move: Move
    bounded: bool = False
    exceeding: tuple[tuple[int, int], ...] = ()


@record
class Ways:
    """Every move out of a node, and whether the next node of the region (or its end) may follow.

    Args:
        moves, falls: what may follow its completion; for a block its join.
        on_arrival, passes: what may follow the arrival itself, without the node ever being done.
        late: what may follow an overrun limit.
        at_once: the node may complete in the moment it is reached.
    """

    moves: tuple[Way, ...]
    falls: bool
    on_arrival: tuple[Way, ...] = ()
    passes: bool = False
    late: tuple[Way, ...] = ()
    at_once: bool = False

    @property
    def all_moves(self) -> tuple[Way, ...]:
        """The moves of every kind."""
        return self.moves + self.on_arrival + self.late


def ways_of(node: Node) -> Ways:
    """Read the ways out of a node."""
    if isinstance(node, Gateway):
        flows = tuple(Way(Goto(flow.target)) for flow in node.flows)
        return Ways(flows, falls=not flows, at_once=True)
    moves, falls = _completion(node)
    match node:
        case Block():
            return Ways(moves, falls)
        case Wait():
            at_once = node.condition is not None or node.span is not None
            return Ways(moves, falls, (), node.skip_unless is not None, _late(node), at_once)
        case Step():
            otherwise = node.power.otherwise if node.power else None
            passes = node.skip_unless is not None or (otherwise is not None and otherwise.move is None)
            arrival = tuple(_ways(otherwise.move)) if otherwise else ()
            return Ways(moves, falls, arrival, passes, _late(node))


def all_ways(definition: Definition) -> tuple[Ways, ...]:
    """Read the ways out of every node, by number."""
    return tuple(ways_of(node) for node in definition.nodes)


def arrows_into(definition: Definition, read: Sequence[Ways]) -> Mapping[int, frozenset[int]]:
    """Return the nodes that lead to each AND gateway; the beginning of its region counts as the gateway itself."""
    sources: dict[int, set[int]] = {
        number: {number} & {definition.regions[node.region].nodes[0]}
        for number, node in enumerate(definition.nodes)
        if isinstance(node, Gateway) and node.kind is GatewayKind.AND
    }
    for region in definition.regions if sources else ():
        for number, following in zip(region.nodes, (*region.nodes[1:], None), strict=True):
            ways = read[number]
            targets = {way.move.node for way in ways.all_moves if isinstance(way.move, Goto)}
            if following is not None and (ways.falls or ways.passes):
                targets.add(following)
            for target in targets & sources.keys():
                sources[target].add(number)
    return {number: frozenset(found) for number, found in sources.items()}


def _completion(node: Step | Wait | Block) -> tuple[tuple[Way, ...], bool]:
    moves: list[Way] = []
    for chain in node.routes:
        moves += [way for arm in _possible(chain) for way in _ways(arm.actions.move)]
        if not _passes_on(chain, _outcomes(node)):
            return tuple(moves), False
    if node.after is not None and node.after.move is not None:
        return (*moves, *_ways(node.after.move)), False
    return tuple(moves), True


def _late(node: Step | Wait) -> tuple[Way, ...]:
    return tuple(way for rung in node.overdue for way in _ways(rung.actions.move))


def _ways(move: Move | None, exceeding: tuple[tuple[int, int], ...] = ()) -> Iterable[Way]:
    if move is None:
        return
    yield Way(move, isinstance(move, Back) and move.limit is not None, exceeding)
    if isinstance(move, Back) and move.exceeded is not None:
        yield from _ways(move.exceeded.move, (*exceeding, (move.node, move.limit or 0)))


def _possible(chain: Iterable[Arm]) -> list[Arm]:
    """Leave out the arms that can never hold or stand behind one that always does."""
    arms: list[Arm] = []
    for arm in chain:
        if _constant(arm.condition) is not False:
            arms.append(arm)
        if _constant(arm.condition) is True:
            break
    return arms


def _passes_on(chain: tuple[Arm, ...], outcomes: frozenset[str]) -> bool:
    """Tell whether what stands behind the chain can be reached."""
    arms = _possible(chain)
    complete = any(_constant(arm.condition) is True for arm in arms)
    named = frozenset().union(*(_outcomes_named(arm.condition) for arm in arms))
    complete = complete or (bool(outcomes) and outcomes <= named)
    return not complete or any(_stays(arm.actions) for arm in arms)


def _stays(actions: Actions) -> bool:
    return actions.move is None


def _constant(condition: Expression | None) -> bool | None:
    """Return what a constant condition is; 否则 always holds."""
    if condition is None:
        return True
    return condition.value is True if isinstance(condition, Literal) else None


def _outcomes(node: Step | Wait | Block) -> frozenset[str]:
    if isinstance(node, Block):
        return frozenset()
    if isinstance(node, Step) and node.countersign is not None and not node.outcomes:
        return frozenset(COUNTERSIGNED)
    return frozenset(node.outcomes)


def _outcomes_named(condition: Expression | None) -> frozenset[str]:
    """Return the outcomes for which a condition surely holds: 结论 = 合格, 结论 属于 …."""
    match condition:
        case Compare(Comparison.EQ, OutcomeRef(), Literal(value)) | Compare(
            Comparison.EQ, Literal(value), OutcomeRef()
        ):
            return frozenset({str(value)})
        case Among(OutcomeRef(), members):
            return frozenset(str(member.value) for member in members if isinstance(member, Literal))
        case Or(terms):
            return frozenset().union(*(_outcomes_named(term) for term in terms))
        case _:
            return frozenset()
