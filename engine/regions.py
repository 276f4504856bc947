"""The regions of a definition as graphs, each built after those inside it: a block is a step whose ways out are its join
and the jumps out of its branches; what a handler does needs an event.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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
from engine.region_graph import END, OUT, START, By, Ending, RegionGraph, ending_of
from engine.verdict import Problem, ProblemKind
from engine.ways import Way, Ways, arrows_into
from engine.well_formed import parents_of

_CASE = -4
"""Target of a jump that ends the whole case."""


@dataclass(frozen=True, slots=True)
class Exit:
    """A jump out of a region: from a node of it to a node outside or the end of the case."""

    source: int
    target: int
    by: By


class Regions:
    """All regions of a definition; `used_up` are the limited 退回 (from, to, limit) after which 超过 may follow.

    `found` are the moves that may not stand where they are written, and whatever else is told of a node.
    """

    def __init__(
        self, definition: Definition, ways: Sequence[Ways], used_up: frozenset[tuple[int, int, int]]
    ) -> None:
        self.definition = definition
        self.used_up = used_up
        self.graphs: dict[int, RegionGraph] = {}
        self.endings: dict[int, Ending] = {}
        self.found: list[Problem] = []
        self.reopened_at: list[int] = []  # nodes to which a closed case may come back
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
        self.repeated = {
            branch.region
            for node in definition.nodes
            if isinstance(node, Block)
            for branch in node.branches
            if branch.each is not None
        }
        self._region(0)

    def _is_open(self, number: int, way: Way) -> bool:
        """Tell whether a way out of a node may be taken: what follows 超过 only when every 退回 before it is used up."""
        return all((number, *each) in self.used_up for each in way.exceeding)

    def shut(self, target: int) -> list[int]:
        """Return the nodes of which only what follows 超过 leads to a node, and is never come to."""
        return [
            number
            for number, ways in enumerate(self.ways)
            for way in ways.all_moves
            if isinstance(way.move, Goto | Back)
            and way.move.node == target
            and not self._is_open(number, way)
        ]

    def _is_in(self, jump: int, region: int) -> bool:
        """Tell whether a jump ends in a region."""
        return jump != _CASE and self.definition.nodes[jump].region == region

    def places(self, node: int, region: int) -> list[int]:
        """Return the nodes of a region in which, or beside which, a node stands."""
        inner = self.definition.nodes[node].region
        places = [node]
        while inner != region:
            handler = self.handled.get(inner)
            if handler is None:
                places = [self.owners[inner]]
            else:
                places = list(self.scope(handler))
            inner = self.parents[inner] or 0
        return places

    # ---- graphs

    def _region(self, region: int) -> set[Exit]:
        """Build the graph of a region after those inside it; return the jumps out of it."""
        nodes = self.definition.regions[region].nodes
        graph = self.graphs[region] = RegionGraph(nodes, len(self.definition.nodes))
        graph.add(START, nodes[0], By(quick=True))
        exits: set[Exit] = set()
        for number, following in zip(nodes, (*nodes[1:], END), strict=True):
            exits |= self._node(graph, region, number, following)
        for handler in self.definition.handlers:
            if handler.scope_region == region:
                exits |= self._handler(graph, region, handler)
        if region == 0:
            self._reopenings(graph)
        self.endings[region] = ending_of(graph)
        always, surely, at_once = (each.reached(START) for each in (graph.plain, graph.sure, graph.quick))
        return {
            Exit(
                each.source,
                each.target,
                each.by.through(
                    By(
                        each.source not in always,
                        each.source not in surely,
                        each.source in at_once,
                    )
                ),
            )
            for each in exits
        }

    def _node(self, graph: RegionGraph, region: int, number: int, following: int) -> set[Exit]:
        node = self.definition.nodes[number]
        ways = self.ways[number]
        exits: set[Exit] = set()
        done: By | None = By(quick=ways.at_once and number not in self.arrows)
        if isinstance(node, Block):
            for branch in node.branches:
                for each in self._region(branch.region):
                    exits |= self._jump(graph, region, Exit(number, each.target, each.by))
            done = self.join(node)
        arrival = graph.arrival(number)
        graph.draw(arrival, number, By(quick=isinstance(node, Block) or ways.at_once))
        kinds: list[tuple[int, tuple[Way, ...], By]] = [
            (arrival, ways.on_arrival, By(quick=True)),
            (number, ways.late, By()),
        ]
        if done is not None:
            kinds.append((number, ways.moves, done))
            if ways.falls:
                graph.add(number, following, done)
        if ways.passes:
            graph.add(arrival, following, By(quick=True))
        for place, moves, by in kinds:
            for way in moves:
                if self._is_open(number, way):
                    exits |= self._move(graph, region, number, place, way, by)
        return exits

    def _move(self, graph: RegionGraph, region: int, number: int, place: int, way: Way, by: By) -> set[Exit]:
        """Draw a move of node `number` from the place where the token stands; return the jumps out."""
        used_up = isinstance(way.move, Back) and (number, way.move.node, way.move.limit) in self.used_up
        by = By(by.event, by.bounded or used_up, by.quick)
        match way.move:
            case Goto(target) | Back(target):
                if not self._may_go(region, number, target, way.move):
                    return set()
                return self._jump(graph, region, Exit(place, target, by))
            case Finish() if region in self.owners:
                self.tell(
                    ProblemKind.FINISH_IN_BRANCH,
                    number,
                    "在分支里办结，其余分支还没有完：分支走完写“转 汇合”",
                )
            case ToJoin() if region not in self.owners:
                self.tell(ProblemKind.NO_JOIN_HERE, number, "不在并行分支里，没有可转的汇合")
            case ResumeMain() if region not in self.handled:
                text = "写了“回原处”，它只能写在“随时”自己的步骤里"
                self.tell(ProblemKind.NOTHING_TO_RESUME, number, text)
            case Abort() | Finish():
                return self._jump(graph, region, Exit(place, _CASE, by))
            case ToJoin() | ResumeMain():
                graph.add(place, END, by)
        return set()

    def _may_go(self, region: int, number: int, target: int, move: Move) -> bool:
        """Tell whether a jump stays in its region or leaves for one around it; say so if not."""
        aim = self.definition.nodes[target]
        if aim.region not in self.around(region):
            self.tell(ProblemKind.JUMP_INTO_BLOCK, number, f"跳进了并行块内部的“{aim.name}”，不能从块外转入")
            return False
        if isinstance(move, Back):
            for crossed in self._blocks_between(region, aim.region):
                if crossed.on_back is BackPolicy.FORBID:
                    reason = f"退回到“{aim.name}”要离开并行“{crossed.name}”，而它写明禁止退回"
                    self.tell(ProblemKind.RETURN_FORBIDDEN, number, reason)
                    return False
        return True

    def _jump(self, graph: RegionGraph, region: int, jump: Exit) -> set[Exit]:
        """Draw a jump in a region: to one of its nodes, or out of it."""
        if jump.target == _CASE:
            graph.add(jump.source, END if region == 0 else OUT, jump.by)
            return set() if region == 0 else {jump}
        if self._is_in(jump.target, region):
            graph.add(jump.source, jump.target, jump.by)
            return set()
        graph.add(jump.source, OUT, jump.by)
        return {jump}

    def join(self, block: Block) -> By | None:
        """Return what the join of a block needs; None when it can never fire."""
        endings = [(branch, self.endings[branch.region]) for branch in block.branches]
        if not _joins(block, [(branch, ending.every) for branch, ending in endings]):
            return None
        return By(
            event=not _joins(block, [(branch, ending.plain) for branch, ending in endings]),
            bounded=not _joins(block, [(branch, ending.sure) for branch, ending in endings]),
            quick=_joins(block, [(branch, ending.quick) for branch, ending in endings]),
        )

    def _handler(self, graph: RegionGraph, region: int, handler: Handler) -> set[Exit]:
        """Draw what an at-any-time handler may do to the places of its scope; each edge needs an event."""
        leaving = self._region(handler.region)
        places = self.scope(handler)
        exits: set[Exit] = set()
        for target in {each.target for each in leaving}:
            for place in places:
                exits |= self._jump(graph, region, Exit(place, target, By(event=True)))
            inside = self._is_in(target, region)
            graph.taking.append((tuple(places), graph.arrival(target) if inside else OUT))
        return exits

    def scope(self, handler: Handler) -> tuple[int, ...]:
        """Return the places at which a handler may run; 续办 goes on when its scope is left."""
        everywhere = handler.persists or not handler.scope
        return self.definition.regions[handler.scope_region].nodes if everywhere else handler.scope

    def _reopenings(self, graph: RegionGraph) -> None:
        """A closed case may be reopened at a step of the process: an event."""
        for reopen in self.definition.reopens:
            move = reopen.actions.move
            if isinstance(move, Goto):
                if self.definition.nodes[move.node].region == 0:
                    graph.add(START, move.node, By(event=True))
                    self.reopened_at.append(move.node)
                else:
                    self.tell(ProblemKind.JUMP_INTO_BLOCK, move.node, "在并行块内部，案件不能从这里重开")

    # ---- what is told

    def tell(self, kind: ProblemKind, number: int, text: str, run: tuple[str, ...] = ()) -> None:
        """Add a problem of a node, once; without a run the shortest to the node shows it."""
        name = self.definition.nodes[number].name
        problem = Problem(kind, number, f"“{name}”{text}", run or self.run(number))
        if problem not in self.found:
            self.found.append(problem)

    def run(self, number: int) -> tuple[str, ...]:
        """Return the names on a shortest run to a node, through the blocks and handlers around it."""
        region = self.definition.nodes[number].region
        graph = self.graphs[region].every
        places = graph.shortest_way(START, number)
        if not places:
            return ()
        names = [
            self.definition.nodes[place].name for place in places if 0 <= place < len(self.definition.nodes)
        ]
        return (*self._run_to_region(region), *names)

    def _run_to_region(self, region: int) -> tuple[str, ...]:
        if region in self.owners:
            return self.run(self.owners[region])
        handler = self.handled.get(region)
        if handler is None:
            return ()
        places = handler.scope or self.definition.regions[handler.scope_region].nodes
        runs = [run for run in (self.run(place) for place in places) if run]
        return (*min(runs, key=len), handler.name) if runs else (handler.name,)

    def gateways(self, region: int) -> Mapping[int, frozenset[int]]:
        """Return the AND gateways of a region with the nodes that lead to each."""
        nodes = self.definition.regions[region].nodes
        return {number: self.arrows[number] for number in nodes if number in self.arrows}

    # ---- where regions lie

    def around(self, region: int) -> list[int]:
        """Return a region and those around it, inmost first; around a handler lies its scope."""
        around = [region]
        while (parent := self.parents.get(around[-1])) is not None:
            around.append(parent)
        return around

    def _blocks_between(self, inner: int, outer: int) -> Iterable[Block]:
        for region in self.around(inner):
            if region == outer:
                return
            owner = self.owners.get(region)
            block = None if owner is None else self.definition.nodes[owner]
            if isinstance(block, Block):
                yield block


def _joins(block: Block, branches: list[tuple[Branch, bool]]) -> bool:
    """Tell whether some opening of the branches lets the join fire.

    Branches with a guard or one for each element may stay closed; 先到 n asks for n of those that opened.
    """
    must = [ends for branch, ends in branches if branch.guard is None and branch.each is None]
    may = [ends for branch, ends in branches if branch.guard is not None or branch.each is not None]
    return sum(must) + sum(may) >= block.needed(len(must) + sum(may)) or sum(must) >= block.needed(len(must))
