"""Can a case of a definition always end, and is every step of use? Decided one region at a time.

Inside a region steps route freely, so soundness is reachability; a block stands in its region like a step whose
ways out are its join and the jumps out of its branches (refinement). Three rules make this exact for events that
may never come: an edge that needs a 随时 is no way out; a join that only an event can bring about is such an
edge; so is a jump from a place that only an event can reach. A limited 退回 is used up in the end: no way out
either, what follows 超过 is. Stricter than need be: each branch and each handler must be able to end or leave by
itself, also where another's jump would end it. `tests/properties` compares with every marking.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import networkx as nx

from engine.definition import (
    Abort,
    Back,
    BackPolicy,
    Block,
    Branch,
    Definition,
    Finish,
    Goto,
    Handler,
    Move,
    ResumeMain,
    ToJoin,
)
from engine.free_graphs import faults
from engine.nets import Net, Place
from engine.verdict import Problem, ProblemKind, Verdict
from engine.ways import Way, Ways, all_ways, arrows_into
from engine.well_formed import malformed, parents_of

__all__ = ["Problem", "ProblemKind", "Verdict", "check"]

_START, _END, _OUT = -1, -2, -3
"""Beginning and end of a region, and everything outside it that a token may leave for."""

_FREELY = {
    ProblemKind.LEFT_OVER: "会有两路同时到达，或一路到底时另一路还没有完：分出去的各路要用并行网关合拢",
    ProblemKind.NO_WAY_OUT: "可能等不齐：有一路选了别的去向，案件停在这里",
    ProblemKind.UNREACHABLE: "永远走不到",
    ProblemKind.ENDLESS_LOOP: "可能空转，案件停不下来：循环里须有必经的步骤",
    ProblemKind.UNDECIDED: "所在的图太大，没有能判定是否总能办结：拆成几段",
}
"""What is said of a fault in a graph with AND gateways."""

_CASE = -4
"""Target of a jump that ends the whole case."""


def check(definition: Definition) -> Verdict:
    """Decide whether every step can be reached and every case can end without waiting for an event."""
    ways = all_ways(definition)
    problems = list(malformed(definition, ways))
    if not problems:
        checker = _Checker(definition, ways, frozenset())
        while (used_up := checker.used_up | checker.can_be_used_up()) != checker.used_up:
            checker = _Checker(definition, ways, used_up)
        problems = checker.problems()
    return Verdict(not problems, tuple(problems))


@dataclass(frozen=True, slots=True)
class _Exit:
    """A jump out of a region: from a node of it to a node outside or the end of the case."""

    source: int
    target: int
    by: "_By"


@dataclass(frozen=True, slots=True)
class _By:
    """What an edge of a region needs.

    Args:
        event: a 随时 that may never come.
        bounded: a limited 退回 that may be used up.
        quick: nothing: the token may pass without resting.
    """

    event: bool = False
    bounded: bool = False
    quick: bool = False

    def through(self, join: "_By") -> "_By":
        """Return what the edge needs when it stands behind a join that needs something itself."""
        return _By(self.event or join.event, self.bounded or join.bounded, self.quick and join.quick)


class _Graph:
    """A region as graphs: all edges, those without events, the sure ways out, and those without a rest.

    A node is two places: the token arrives (`arrival`) and may pass over it, or rests at the node's own number.
    """

    def __init__(self, nodes: Iterable[int], offset: int) -> None:
        self.offset = offset
        self.every: nx.DiGraph[int] = nx.DiGraph()
        self.plain: nx.DiGraph[int] = nx.DiGraph()
        self.sure: nx.DiGraph[int] = nx.DiGraph()
        self.quick: nx.DiGraph[int] = nx.DiGraph()
        self.taking: list[tuple[tuple[int, ...], int]] = []  # what handlers do to all tokens of the region
        for each in (self.every, self.plain, self.sure, self.quick):
            each.add_nodes_from((_START, _END, _OUT, *nodes, *(self.arrival(node) for node in nodes)))

    def arrival(self, node: int) -> int:
        """Return the place where a token arrives at a node; an end is a place itself."""
        return node if node < 0 else node + self.offset

    def add(self, source: int, node: int, by: _By) -> None:
        """Draw an edge to where a token arrives at a node."""
        self.draw(source, self.arrival(node), by)

    def node_at(self, place: Place) -> int:
        """Return the node of a place; of an arrow the gateway that it leads to."""
        number = place if isinstance(place, int) else place[1]
        return number - self.offset if number >= self.offset else number

    def draw(self, source: int, target: int, by: _By) -> None:
        """Draw an edge between two places."""
        self.every.add_edge(source, target)
        if not by.event:
            self.plain.add_edge(source, target)
        if not by.event and not by.bounded:
            self.sure.add_edge(source, target)
            if by.quick:
                self.quick.add_edge(source, target)


@dataclass(frozen=True, slots=True)
class _Ending:
    """Whether a region can come to its end: at all, without an event, also without a limited 退回, at once."""

    every: bool
    plain: bool
    sure: bool
    quick: bool


class _Checker:
    """All regions of a definition; `used_up` are the limited 退回 (from, to) after which 超过 may follow."""

    def __init__(
        self, definition: Definition, ways: Sequence[Ways], used_up: frozenset[tuple[int, int]]
    ) -> None:
        self.definition = definition
        self.used_up = used_up
        self.graphs: dict[int, _Graph] = {}
        self.endings: dict[int, _Ending] = {}
        self.found: list[Problem] = []
        self.parents = parents_of(definition)
        self.ways = ways
        self.arrows = arrows_into(definition, ways)
        self.owners = {
            branch.region: number
            for number, node in enumerate(definition.nodes)
            if isinstance(node, Block)
            for branch in node.branches
        }
        self.handled = {handler.region: handler for handler in definition.handlers}
        self._region(0)

    def can_be_used_up(self) -> frozenset[tuple[int, int]]:
        """Return the limited 退回 that can be taken again and again: their target leads back to them."""
        limited = {
            (number, way.move.node)
            for number, ways in enumerate(self.ways)
            for way in ways.all_moves
            if way.bounded and isinstance(way.move, Back)
        }
        return frozenset(each for each in limited if self._leads_back(*each))

    def _leads_back(self, source: int, target: int) -> bool:
        """Tell whether a token at the target can come to the source again, on any level around both."""
        home = self.definition.nodes[target].region
        around_source = self._around(self.definition.nodes[source].region)
        for region in self._around(home):
            if region not in around_source:
                return False
            if region in self.handled:
                return True  # a handler may be begun again
            graph = self.graphs[region]
            starts, goals = self._places(target, region), self._places(source, region)
            if region == home:
                starts = [graph.arrival(target)]
            else:
                goals = [graph.arrival(goal) for goal in goals]
            if any(not nx.descendants(graph.every, start).isdisjoint(goals) for start in starts):
                return True
        return False

    def _places(self, node: int, region: int) -> list[int]:
        """Return the nodes of a region in which, or beside which, a node stands."""
        inner = self.definition.nodes[node].region
        places = [node]
        while inner != region:
            handler = self.handled.get(inner)
            if handler is None:
                places = [self.owners[inner]]
            else:
                places = list(handler.scope or self.definition.regions[handler.scope_region].nodes)
            inner = self.parents[inner] or 0
        return places

    def problems(self) -> list[Problem]:
        """Say what the graphs tell, in order of the nodes."""
        for region in sorted(self.graphs):
            before = len(self.found)
            self._reachability(region)
            if len(self.found) == before:
                self._markings(region)
        return sorted(self.found, key=lambda problem: -1 if problem.node is None else problem.node)

    # ---- graphs

    def _region(self, region: int) -> set[_Exit]:
        """Build the graph of a region after those inside it; return the jumps out of it."""
        nodes = self.definition.regions[region].nodes
        graph = self.graphs[region] = _Graph(nodes, len(self.definition.nodes))
        graph.add(_START, nodes[0], _By(quick=True))
        exits: set[_Exit] = set()
        for number, following in zip(nodes, (*nodes[1:], _END), strict=True):
            exits |= self._node(graph, region, number, following)
        for handler in self.definition.handlers:
            if handler.scope_region == region:
                exits |= self._handler(graph, region, handler)
        if region == 0:
            self._reopenings(graph)
        self.endings[region] = _ending(graph)
        always, surely, at_once = (
            nx.descendants(each, _START) for each in (graph.plain, graph.sure, graph.quick)
        )
        return {
            _Exit(
                each.source,
                each.target,
                each.by.through(
                    _By(each.source not in always, each.source not in surely, each.source in at_once)
                ),
            )
            for each in exits
        }

    def _node(self, graph: _Graph, region: int, number: int, following: int) -> set[_Exit]:
        node = self.definition.nodes[number]
        ways = self.ways[number]
        exits: set[_Exit] = set()
        done: _By | None = _By(quick=ways.at_once and number not in self.arrows)
        if isinstance(node, Block):
            for branch in node.branches:
                for each in self._region(branch.region):
                    exits |= self._jump(graph, region, _Exit(number, each.target, each.by))
            done = self._join(node)
        arrival = graph.arrival(number)
        graph.draw(arrival, number, _By(quick=isinstance(node, Block) or ways.at_once))
        kinds: list[tuple[int, tuple[Way, ...], _By]] = [
            (arrival, ways.on_arrival, _By(quick=True)),
            (number, ways.late, _By()),
        ]
        if done is not None:
            kinds.append((number, ways.moves, done))
            if ways.falls:
                graph.add(number, following, done)
        if ways.passes:
            graph.add(arrival, following, _By(quick=True))
        for place, moves, by in kinds:
            for way in moves:
                if way.exceeding is None or (number, way.exceeding) in self.used_up:
                    exits |= self._move(graph, region, number, place, way, by)
        return exits

    def _move(self, graph: _Graph, region: int, number: int, place: int, way: Way, by: _By) -> set[_Exit]:
        """Draw a move of node `number` from the place where the token stands; return the jumps out."""
        by = _By(by.event, by.bounded or way.bounded, by.quick)
        match way.move:
            case Goto(target) | Back(target):
                if not self._may_go(region, number, target, way.move):
                    return set()
                return self._jump(graph, region, _Exit(place, target, by))
            case Finish() if region in self.owners:
                self._tell(
                    ProblemKind.FINISH_IN_BRANCH,
                    number,
                    "在分支里办结，其余分支还没有完：分支走完写“转 汇合”",
                )
            case ToJoin() if region not in self.owners:
                self._tell(ProblemKind.NO_JOIN_HERE, number, "不在并行分支里，没有可转的汇合")
            case ResumeMain() if region not in self.handled:
                text = "写了“回原处”，它只能写在“随时”自己的步骤里"
                self._tell(ProblemKind.NOTHING_TO_RESUME, number, text)
            case Abort() | Finish():
                return self._jump(graph, region, _Exit(place, _CASE, by))
            case ToJoin() | ResumeMain():
                graph.add(place, _END, by)
        return set()

    def _may_go(self, region: int, number: int, target: int, move: Move) -> bool:
        """Tell whether a jump stays in its region or leaves for one around it; say so if not."""
        aim = self.definition.nodes[target]
        if aim.region not in self._around(region):
            self._tell(ProblemKind.JUMP_INTO_BLOCK, number, f"跳进了并行块内部的“{aim.name}”，不能从块外转入")
            return False
        if isinstance(move, Back):
            for crossed in self._blocks_between(region, aim.region):
                if crossed.on_back is BackPolicy.FORBID:
                    reason = f"退回到“{aim.name}”要离开并行“{crossed.name}”，而它写明禁止退回"
                    self._tell(ProblemKind.RETURN_FORBIDDEN, number, reason)
                    return False
        return True

    def _jump(self, graph: _Graph, region: int, jump: _Exit) -> set[_Exit]:
        """Draw a jump in a region: to one of its nodes, or out of it."""
        if jump.target == _CASE:
            graph.add(jump.source, _END if region == 0 else _OUT, jump.by)
            return set() if region == 0 else {jump}
        if self.definition.nodes[jump.target].region == region:
            graph.add(jump.source, jump.target, jump.by)
            return set()
        graph.add(jump.source, _OUT, jump.by)
        return {jump}

    def _join(self, block: Block) -> _By | None:
        """Return what the join of a block needs; None when it can never fire."""
        endings = [(branch, self.endings[branch.region]) for branch in block.branches]
        if not _joins(block, [(branch, ending.every) for branch, ending in endings]):
            return None
        return _By(
            event=not _joins(block, [(branch, ending.plain) for branch, ending in endings]),
            bounded=not _joins(block, [(branch, ending.sure) for branch, ending in endings]),
            quick=_joins(block, [(branch, ending.quick) for branch, ending in endings]),
        )

    def _handler(self, graph: _Graph, region: int, handler: Handler) -> set[_Exit]:
        """Draw what an at-any-time handler may do to the places of its scope; each edge needs an event."""
        leaving = self._region(handler.region)
        places = handler.scope or self.definition.regions[region].nodes
        exits: set[_Exit] = set()
        for target in {each.target for each in leaving}:
            for place in places:
                exits |= self._jump(graph, region, _Exit(place, target, _By(event=True)))
            inside = target != _CASE and self.definition.nodes[target].region == region
            graph.taking.append((tuple(places), graph.arrival(target) if inside else _OUT))
        return exits

    def _reopenings(self, graph: _Graph) -> None:
        """A closed case may be reopened at a step of the process: an event."""
        for reopen in self.definition.reopens:
            move = reopen.actions.move
            if isinstance(move, Goto):
                if self.definition.nodes[move.node].region == 0:
                    graph.add(_START, move.node, _By(event=True))
                else:
                    self._tell(ProblemKind.JUMP_INTO_BLOCK, move.node, "在并行块内部，案件不能从这里重开")

    # ---- what the graphs say

    def _reachability(self, region: int) -> None:
        graph = self.graphs[region]
        reached = nx.descendants(graph.every, _START)
        ends = {
            kind: nx.ancestors(each, _END) | nx.ancestors(each, _OUT)
            for kind, each in (("every", graph.every), ("plain", graph.plain), ("sure", graph.sure))
        }
        circling = _circling(graph.quick)
        for number in self.definition.regions[region].nodes:
            if graph.arrival(number) in circling & reached:
                self._tell(
                    ProblemKind.ENDLESS_LOOP,
                    number,
                    "可能被一再跳过而空转，案件停不下来：循环里须有必经的步骤",
                )
            if number not in reached:
                self._tell(ProblemKind.UNREACHABLE, number, f"永远走不到{self._because(region, number)}")
            elif number in ends["sure"]:
                continue
            elif number in ends["plain"]:
                reason = "只有限次的“退回”可走，次数用尽后没有去路：“超过 则”要写明转到哪里"
                self._tell(ProblemKind.ONLY_BY_RETURN, number, reason)
            elif number in ends["every"]:
                self._tell(
                    ProblemKind.ONLY_BY_EVENT, number, "要等“随时”的事件发生才能离开，而它可能永不发生"
                )
            else:
                self._tell(ProblemKind.NO_WAY_OUT, number, self._stuck(region))

    def _markings(self, region: int) -> None:
        """Try the markings of a region with AND gateways; elsewhere the graph has said everything."""
        nodes = self.definition.regions[region].nodes
        gateways = {number: self.arrows[number] for number in nodes if number in self.arrows}
        if not gateways:
            return
        graph = self.graphs[region]
        for fault in faults(_net(graph, gateways)):
            passed = [each for each, _ in groupby(map(graph.node_at, fault.run)) if each >= 0]
            place = graph.node_at(fault.place)
            number = place if place >= 0 else (passed or nodes)[-1]
            run = tuple(self.definition.nodes[each].name for each in passed)
            self._tell(fault.kind, number, _FREELY[fault.kind], run)

    def _stuck(self, region: int) -> str:
        if region in self.owners:
            return "出发既走不到本分支的汇合，也离不开并行（不能指望别的分支来结束它）"
        return "出发走不到这段“随时”的结尾" if region in self.handled else "出发永远不能办结"

    def _because(self, region: int, number: int) -> str:
        """Name the block just before whose join never comes about, if there is one."""
        nodes = self.definition.regions[region].nodes
        before = nodes.index(number) - 1
        block = self.definition.nodes[nodes[before]] if before >= 0 else None
        if not isinstance(block, Block) or self._join(block) is not None:
            return ""
        never = [branch.name for branch in block.branches if not self.endings[branch.region].every]
        return f"：并行“{block.name}”的汇合永远不会发生，分支“{'”、“'.join(never)}”走不到汇合"

    def _tell(self, kind: ProblemKind, number: int, text: str, run: tuple[str, ...] = ()) -> None:
        name = self.definition.nodes[number].name
        problem = Problem(kind, number, f"“{name}”{text}", run or self._run(number))
        if problem not in self.found:
            self.found.append(problem)

    def _run(self, number: int) -> tuple[str, ...]:
        """Return the names on a shortest run to a node, through the blocks and handlers around it."""
        region = self.definition.nodes[number].region
        graph = self.graphs[region].every
        if not nx.has_path(graph, _START, number):
            return ()
        places = nx.shortest_path(graph, _START, number)
        names = [
            self.definition.nodes[place].name for place in places if 0 <= place < len(self.definition.nodes)
        ]
        return (*self._run_to_region(region), *names)

    def _run_to_region(self, region: int) -> tuple[str, ...]:
        if region in self.owners:
            return self._run(self.owners[region])
        handler = self.handled.get(region)
        if handler is None:
            return ()
        places = handler.scope or self.definition.regions[handler.scope_region].nodes
        runs = [run for run in (self._run(place) for place in places) if run]
        return (*min(runs, key=len), handler.name) if runs else (handler.name,)

    # ---- where regions lie

    def _around(self, region: int) -> list[int]:
        """Return a region and those around it, inmost first; around a handler lies its scope."""
        around = [region]
        while (parent := self.parents.get(around[-1])) is not None:
            around.append(parent)
        return around

    def _blocks_between(self, inner: int, outer: int) -> Iterable[Block]:
        for region in self._around(inner):
            if region == outer:
                return
            owner = self.owners.get(region)
            block = None if owner is None else self.definition.nodes[owner]
            if isinstance(block, Block):
                yield block


def _net(graph: _Graph, gateways: Mapping[int, frozenset[int]]) -> Net:
    """Return a region as a net: an edge of the graph moves one token, what handlers do and gateways need stands apart.

    Where a token that arrives can only rest, arriving and resting are one place.
    """
    resting = {
        arrival: node
        for node in graph.every
        if (arrival := graph.arrival(node)) in graph.every and node >= 0 and [*graph.every[arrival]] == [node]
    }

    def place(source: int, target: int) -> Place:
        gateway = graph.node_at(target)
        if gateway not in gateways or target != graph.arrival(gateway):
            return resting.get(target, target)
        return gateway if source == _START else graph.node_at(source), gateway

    handled = {(source, target) for places, target in graph.taking for source in places}
    ways: dict[Place, list[Place]] = {}
    sure: dict[Place, set[Place]] = {}
    quick: dict[Place, set[Place]] = {}
    for source, target in graph.every.edges:
        if graph.node_at(source) in gateways:
            if source < graph.offset:
                ways.setdefault(source, []).append(place(source, target))
        elif source not in resting and (
            (source, target) not in handled or graph.plain.has_edge(source, target)
        ):
            ways.setdefault(source, []).append(place(source, target))
            if graph.sure.has_edge(source, target):
                sure.setdefault(source, set()).add(place(source, target))
            if graph.quick.has_edge(source, target):
                quick.setdefault(source, set()).add(place(source, target))
    arrows = {
        number: frozenset((source, number) for source in sources) for number, sources in gateways.items()
    }
    taking = [(places, resting.get(target, target)) for places, target in graph.taking]
    return Net(_START, _END, _OUT, ways, sure, quick, taking, arrows)


def _ending(graph: _Graph) -> _Ending:
    return _Ending(
        nx.has_path(graph.every, _START, _END),
        nx.has_path(graph.plain, _START, _END),
        nx.has_path(graph.sure, _START, _END),
        nx.has_path(graph.quick, _START, _END),
    )


def _circling(graph: "nx.DiGraph[int]") -> set[int]:
    """Return the nodes from which a token can come back without having rested."""
    circles = (each for each in nx.strongly_connected_components(graph) if len(each) > 1)
    return set().union(*circles) | set(nx.nodes_with_selfloops(graph))


def _joins(block: Block, branches: list[tuple[Branch, bool]]) -> bool:
    """Tell whether some opening of the branches lets the join fire.

    Branches with a guard or one for each element may stay closed; 先到 n asks for n of those that opened.
    """
    must = [ends for branch, ends in branches if branch.guard is None and branch.each is None]
    may = [ends for branch, ends in branches if branch.guard is not None or branch.each is not None]
    return sum(must) + sum(may) >= block.needed(len(must) + sum(may)) or sum(must) >= block.needed(len(must))
