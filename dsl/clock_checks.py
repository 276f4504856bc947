"""Limits of steps against the limit of the whole: 总时限 that the steps together cannot keep.

Only what is certain is reported: step limits at their shortest along one way through the steps, against the clock at its
longest. Going back, extensions and steps that stop the clock are left out.
"""

from dsl.lower import Lowered
from dsl.report import Report
from dsl.spans import longest_hours, shortest_hours
from engine.definition import AnchorKind, Block, Clock, Goto, Node, Step
from engine.expressions import Expression, Literal, ParameterRef
from engine.values import Span
from engine.ways import ways_of


def check_clocks(process: Lowered, report: Report) -> None:
    """Compare every clock with the longest way between its anchors."""
    for clock in process.definition.clocks:
        whole = _span(process, clock.span)
        ends = _ends(process, clock)
        if whole is None or ends is None:
            continue
        hours = _longest_way(process, clock, *ends)
        if hours > longest_hours(whole):
            report.warning(
                "T07",
                process.place_of(clock),
                f"总时限“{clock.name}”不够：从起点到终点，各步骤的时限加起来至少 {hours / 24:.0f} 日",
                "缩短步骤的时限，或在步骤里写“时限 至 总时限 …”",
            )


def _span(process: Lowered, expression: Expression | None) -> Span | None:
    match expression:
        case Literal(Span() as span):
            return span
        case ParameterRef(name):
            for parameter in process.definition.parameters:
                if parameter.name == name and parameter.values:
                    return _span(process, parameter.values[-1].value)
            return None
        case _:
            return None


def _ends(process: Lowered, clock: Clock) -> tuple[int, int] | None:
    """Positions in the main flow between which the clock runs: first step that counts, last one."""
    nodes = process.definition.regions[0].nodes
    if clock.end.kind is not AnchorKind.NODE or clock.end.node not in nodes:
        return None
    last = nodes.index(clock.end.node)
    if clock.start.kind is AnchorKind.NODE and clock.start.node in nodes:
        return nodes.index(clock.start.node) + 1, last
    return (0, last) if clock.start.kind is AnchorKind.STARTED else None


def _longest_way(process: Lowered, clock: Clock, first: int, last: int) -> float:
    """Hours of the longest way forward through the main flow; going back is left out."""
    nodes = process.definition.regions[0].nodes
    best: dict[int, float] = {first: 0.0}
    for position in range(first, last + 1):
        if position not in best:
            continue
        node = process.definition.nodes[nodes[position]]
        done = best[position] + _hours(process, clock, node)
        if position == last:
            return done
        ways = ways_of(node)
        targets = [way.move.node for way in ways.moves if isinstance(way.move, Goto)]
        following = [nodes.index(target) for target in targets if target in nodes]
        for target in [*following, *([position + 1] if ways.falls else [])]:
            if target > position:
                best[target] = max(best.get(target, 0.0), done)
    return 0.0


def _hours(process: Lowered, clock: Clock, node: Node) -> float:
    """The limit of a node at its shortest; a block takes as long as its longest branch."""
    if node.name in clock.excludes:
        return 0.0
    if isinstance(node, Block):
        regions = [
            process.definition.regions[branch.region].nodes
            for branch in node.branches
            if branch.guard is None
        ]
        return max(
            (
                max(_hours(process, clock, process.definition.nodes[each]) for each in inner)
                for inner in regions
            ),
            default=0.0,
        )
    if not isinstance(node, Step) or node.skip_unless is not None:
        return 0.0
    spans = [
        _span(process, deadline.span)
        for deadline in node.deadlines
        if deadline.anchor.kind is AnchorKind.REACHED and deadline.until is None and deadline.clock is None
    ]
    if len(spans) != len(node.deadlines):
        return 0.0
    return min((shortest_hours(span) for span in spans if span is not None), default=0.0)
