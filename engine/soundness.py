"""Can a case of a definition always end, and is every step of use? Decided one region at a time.

Inside a region steps route freely, so soundness is reachability; a block stands in its region like a step whose
ways out are its join and the jumps out of its branches (refinement). Three rules make this exact for events that
may never come: an edge that needs a 随时 is no way out; a join that only an event can bring about is such an
edge; so is a jump from a place that only an event can reach. A limited 退回 that can be come to again is used up in the
end: no way out either, what follows 超过 is. Stricter than need be: each branch and each handler must be able to end or leave by
itself, also where another's jump would end it. `tests/properties` compares with every marking.
"""

from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from engine import all_markings
from engine.definition import Block, Definition
from engine.digraph import Digraph
from engine.free_graphs import faults
from engine.nets import Place
from engine.region_graph import END, OUT, START, net_of
from engine.regions import Regions
from engine.used_up import used_up
from engine.verdict import Problem, ProblemKind, Verdict
from engine.ways import Ways, all_ways
from engine.well_formed import malformed

__all__ = ["Outlook", "Outlooks", "Problem", "ProblemKind", "Verdict", "check"]

_FREELY = {
    ProblemKind.LEFT_OVER: "会有两路同时到达，或一路到底时另一路还没有完：分出去的各路要用并行网关合拢",
    ProblemKind.NO_WAY_OUT: "可能等不齐：有一路选了别的去向，案件停在这里",
    ProblemKind.UNREACHABLE: "永远走不到",
    ProblemKind.ENDLESS_LOOP: "可能空转，案件停不下来：循环里须有必经的步骤",
    ProblemKind.UNDECIDED: "所在的图太大，没有能判定是否总能办结：拆成几段",
}
"""What is said of a fault in a graph with AND gateways."""

_EVERY, _PLAIN, _SURE = range(3)


def check(definition: Definition) -> Verdict:
    """Decide whether every step can be reached and every case can end without waiting for an event."""
    ways = all_ways(definition)
    problems = list(malformed(definition, ways)) or _Judge(_regions(definition, ways)).problems()
    return Verdict(not problems, tuple(problems))


def _regions(definition: Definition, ways: Sequence[Ways]) -> Regions:
    regions = Regions(definition, ways, frozenset())
    while (known := regions.used_up | used_up(regions)) != regions.used_up:
        regions = Regions(definition, ways, known)
    return regions


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can become of tokens in a region without waiting for an event: they reach its end, or leave it."""

    ends: bool
    leaves: bool


class Outlooks:
    """Judges where tokens stand in a sound definition, not only its beginning."""

    def __init__(self, definition: Definition) -> None:
        self._judge = _Judge(_regions(definition, all_ways(definition)))
        self._distances: dict[tuple[int, Place], int] = {}

    def of(self, region: int, standing: frozenset[Place]) -> Outlook:
        """Tell what can become of the tokens of one run of a region.

        Args:
            standing: nodes at which they rest (a running block is its node), or arrows into AND gateways as
                (node it comes from, gateway).
        """
        return self._judge.outlook(region, standing)

    def distance(self, region: int, place: Place) -> int:
        """Return over how many nodes a token at least goes to leave a region or come to its end."""
        known = self._distances.get((region, place))
        if known is None:
            known = self._distances[region, place] = self._judge.distance(region, place)
        return known


class _Judge:
    """Says what the graphs of the regions tell."""

    def __init__(self, regions: Regions) -> None:
        self.regions = regions
        self.definition = regions.definition
        self.graphs = regions.graphs

    def problems(self) -> list[Problem]:
        """Say what the graphs tell, in order of the nodes."""
        for region in sorted(self.graphs):
            before = len(self.regions.found)
            self._reachability(region)
            if len(self.regions.found) == before:
                self._markings(region)
        return sorted(self.regions.found, key=lambda problem: -1 if problem.node is None else problem.node)

    # ---- what the graphs say

    def _reachability(self, region: int) -> None:
        graph = self.graphs[region]
        reached = graph.every.reached(START)
        every, plain, sure = self._lost(region)
        traps = self._tips(region, graph.every, every)
        told_every = traps.keys() - self._stuck_inside(every, _EVERY)
        told_plain = self._tips(region, graph.plain, plain).keys() - every - self._stuck_inside(plain, _PLAIN)
        told_sure = self._tips(region, graph.sure, sure).keys() - plain - self._stuck_inside(sure, _SURE)
        circling = self._circling(region, reached)
        first = self._first(region, reached)
        for number in self.definition.regions[region].nodes:
            if number in circling:
                self.regions.tell(
                    ProblemKind.ENDLESS_LOOP,
                    number,
                    "可能被一再跳过而空转，案件停不下来：循环里须有必经的步骤",
                )
            if number in first:
                self._unreached(region, number)
            elif number in told_sure:
                reason = "只有限次的“退回”可走，次数用尽后没有去路：“超过 则”要写明转到哪里"
                self.regions.tell(ProblemKind.ONLY_BY_RETURN, number, reason)
            elif number in told_plain:
                self.regions.tell(
                    ProblemKind.ONLY_BY_EVENT, number, "要等“随时”的事件发生才能离开，而它可能永不发生"
                )
            elif number in told_every:
                kind = ProblemKind.NEVER_JOINS if region in self.regions.owners else ProblemKind.NO_WAY_OUT
                self.regions.tell(kind, number, self._stuck(region) + self._within(traps[number]))

    def _circling(self, region: int, reached: Container[int]) -> set[int]:
        """Return of every circle in which a token may run without a rest the node that is come to first."""
        graph = self.graphs[region]
        nodes = self.definition.regions[region].nodes
        circles = (
            {number for number in nodes if graph.arrival(number) in circle}
            for circle in graph.quick.circles()
        )
        return {
            self._nearest(region, circle)
            for circle in circles
            if any(graph.arrival(number) in reached for number in circle)
        }

    def _tips(self, region: int, graph: Digraph[int], lost: set[int]) -> dict[int, set[int]]:
        """Return where lost nodes are lost, with the nodes led to from there: the node itself, or of a circle the one
        come to first, with the circle.

        The rest is lost only because it comes to these.
        """
        leads = {number: graph.reached(number) & lost for number in lost}
        last = (leads[n] for n in lost if all(n in leads[m] for m in leads[n]))
        return {self._nearest(region, circle): circle for circle in last}

    def _nearest(self, region: int, nodes: Collection[int]) -> int:
        """Return the node to which the shortest run comes."""
        return min(self.graphs[region].every.nearest(START, nodes) or nodes)

    def _inside(self, region: int, places: Iterable[int]) -> set[int]:
        """Return the nodes of a region among places."""
        return set(places) & set(self.definition.regions[region].nodes)

    def _unreached(self, region: int, number: int) -> None:
        """Say that a node is never reached, unless what is stuck in the block before it is told already."""
        before = self._never_joining(region, number)
        if before is None:
            past, because = self._passed_by(region, number)
            self.regions.tell(
                ProblemKind.UNREACHABLE, number, f"永远走不到：{because}", self.regions.run(past)
            )
        elif not any(self._lost(branch.region)[_EVERY] for branch in before.branches):
            block = self.definition.nodes.index(before)
            run = self.regions.run(block)
            self.regions.tell(ProblemKind.NEVER_JOINS, number, f"永远走不到{self._because(before)}", run)

    def _passed_by(self, region: int, number: int) -> tuple[int, str]:
        """Return the node to which a run comes that should lead to a node and does not, and why."""
        for source in self.regions.shut(number):
            if self.regions.run(source):
                name = self.definition.nodes[source].name
                return source, f"只有“{name}”的“超过”通到这里，而它前面的“退回”用不到次数用尽"
        nodes = self.definition.regions[region].nodes
        reached = self.graphs[region].every.reached(START)
        before = [each for each in nodes[: nodes.index(number)] if each in reached]
        return before[-1], f"走到“{self.definition.nodes[before[-1]].name}”的案件都转到了别处"

    def _lost(self, region: int) -> tuple[set[int], set[int], set[int]]:
        """Return the nodes of a region that are reached and from which no way leads on to its end or out of it: at all
        (`_EVERY`), without an event (`_PLAIN`), also without a 退回 that may be used up (`_SURE`).
        """
        graph = self.graphs[region]
        reached = self._inside(region, graph.every.reached(START))
        every, plain, sure = (
            reached - each.reaching(END, OUT) for each in (graph.every, graph.plain, graph.sure)
        )
        return every, plain, sure

    def _first(self, region: int, reached: Container[int]) -> set[int]:
        """Return the nodes never reached to which no other of them leads: the rest is not reached because of these."""
        graph = self.graphs[region].every
        lost = {number for number in self.definition.regions[region].nodes if number not in reached}
        leads = {number: graph.reached(number) & lost for number in lost}
        return {n for n in lost if all(m in leads[n] for m in lost if n in leads[m])}

    def _stuck_inside(self, lost: Iterable[int], kind: int) -> set[int]:
        """Return the blocks among lost nodes in whose branches something is lost in the same way, and told there."""
        return {
            number
            for number in lost
            if isinstance(node := self.definition.nodes[number], Block)
            and any(self._lost(branch.region)[kind] for branch in node.branches)
        }

    def _markings(self, region: int) -> None:
        """Try the markings of a region with AND gateways; elsewhere the graph has said everything."""
        nodes, gateways = self.definition.regions[region].nodes, self.regions.gateways(region)
        if not gateways:
            return
        graph = self.graphs[region]
        for fault in faults(net_of(graph, gateways)):
            passed = [each for each, _ in groupby(map(graph.node_at, fault.run)) if each >= 0]
            place = graph.node_at(fault.place)
            number = place if place >= 0 else (passed or nodes)[-1]
            run = tuple(self.definition.nodes[each].name for each in passed)
            self.regions.tell(fault.kind, number, _FREELY[fault.kind], run)

    def _stuck(self, region: int) -> str:
        if region in self.regions.owners:
            return "出发既走不到本分支的汇合，也离不开并行（不能指望别的分支来结束它）"
        return "出发走不到这段“随时”的结尾" if region in self.regions.handled else "出发永远不能办结"

    def _within(self, circle: set[int]) -> str:
        """Name the nodes of a trap, any of which may lack the way out."""
        names = (f"“{self.definition.nodes[number].name}”" for number in sorted(circle))
        return f"：只在{'、'.join(names)}之间来回" if len(circle) > 1 else ""

    def _never_joining(self, region: int, number: int) -> Block | None:
        """Return the block just before a node whose join never comes about, if there is one."""
        nodes = self.definition.regions[region].nodes
        before = nodes.index(number) - 1
        block = self.definition.nodes[nodes[before]] if before >= 0 else None
        return block if isinstance(block, Block) and self.regions.join(block) is None else None

    def _because(self, block: Block) -> str:
        never = [branch.name for branch in block.branches if not self.regions.endings[branch.region].every]
        return f"：并行“{block.name}”的汇合永远不会发生，分支“{'”、“'.join(never)}”走不到汇合"

    # ---- from a marking

    def outlook(self, region: int, standing: frozenset[Place]) -> Outlook:
        graph = self.graphs[region]
        gateways = self.regions.gateways(region)
        if gateways:
            return Outlook(not all_markings.faults_from(net_of(graph, gateways), standing), leaves=False)
        (node,) = (place for place in standing if isinstance(place, int))
        reached = graph.sure.reached(node)
        return Outlook(END in reached, OUT in reached)

    def distance(self, region: int, place: Place) -> int:
        graph = self.graphs[region].every
        start = place if isinstance(place, int) else place[1]
        ways = [way for goal in (END, OUT) if (way := graph.shortest_way(start, goal))]
        return min(map(len, ways), default=len(self.definition.nodes))
