"""Random small definitions: free routing, nested blocks, guards, jumps out, limited returns, handlers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from engine.definition import (
    Abort,
    Actions,
    Arm,
    Back,
    Block,
    Branch,
    ByHand,
    Definition,
    Finish,
    Goto,
    Handler,
    Move,
    Node,
    Overdue,
    Performer,
    PowerNeed,
    Region,
    ResumeMain,
    Step,
    ToJoin,
)
from engine.expressions import Compare, Comparison, DataRef, Expression, Literal, OutcomeRef
from engine.values import Kind, Type

MAYBE = DataRef("或许")
"""A condition that may hold or not."""

PERFORMERS = (Performer("承办人"),)


def outcome_is(outcome: str) -> Expression:
    return Compare(Comparison.EQ, OutcomeRef(), Literal(outcome, Type(Kind.TEXT)))


@dataclass
class Maker:
    """Builds one random definition; numbers are handed out before the moves that use them.

    Args:
        most, share, limits: how many limited 退回 at most, how many of the moves, how often each may be taken.
    """

    rng: Random
    most: int = 2
    share: float = 0.15
    limits: Sequence[int] = (1,)
    nodes: list[Node | None] = field(default_factory=list)
    regions: list[Region | None] = field(default_factory=list)
    handlers: list[Handler] = field(default_factory=list)
    bounded: int = 0

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def region(
        self,
        depth: int,
        around: Sequence[Sequence[int]],
        owner: int | None = None,
        handler: int | None = None,
    ) -> int:
        """Make a region; `around` lists the nodes of the regions around it, inmost first."""
        number = len(self.regions)
        self.regions.append(None)
        size = self.rng.randint(1, (3 if number == 0 else 2) if handler is None or self.chance(0.3) else 1)
        own = list(range(len(self.nodes), len(self.nodes) + size))
        self.nodes += [None] * size
        self.regions[number] = Region(tuple(own), owner=owner, handler=handler)
        for node in own:
            if handler is None and depth < 2 and self.chance((0.4, 0.25)[depth]):
                self.nodes[node] = self._block(node, number, depth, [own, *around])
            else:
                self.nodes[node] = self._step(node, number, [own, *around], owner, handler)
        if handler is None and self.chance(0.35):
            self._handler(number, own, around)
        return number

    def _block(self, node: int, region: int, depth: int, around: Sequence[Sequence[int]]) -> Block:
        branches = tuple(
            Branch(
                f"分支{node}-{position}",
                self.region(depth + 1, around, owner=node),
                guard=MAYBE if self.chance(0.25) else None,
            )
            for position in range(2)
        )
        early = self.chance(0.15)
        routes: tuple[tuple[Arm, ...], ...] = ()
        if self.chance(0.15):
            routes = ((Arm(MAYBE, Actions(move=Goto(self.rng.choice(around[0])))),),)
        return Block(
            f"并行{node}", region, branches, first=1 if early else None, cancel_rest=early, routes=routes
        )

    def _step(
        self,
        node: int,
        region: int,
        around: Sequence[Sequence[int]],
        owner: int | None,
        handler: int | None,
    ) -> Step:
        moves = [
            self._move(around, owner, handler)
            for _ in range(self.rng.choice((0, 0, 1, 1, 2) if handler is None else (0, 1, 1)))
        ]
        goes_on = self.chance(0.75) or not moves
        if goes_on and not moves and self.chance(0.2):
            moves, goes_on = [Goto(node)], False
        routes, outcomes = self._routes(moves, goes_on)
        ladder = (
            (Overdue(None, Actions(move=self._move(around, owner, handler))),) if self.chance(0.08) else ()
        )
        power = None
        if self.chance(0.05):
            move = self._move(around, owner, handler) if self.chance(0.5) else None
            power = PowerNeed("处罚权", Actions(move=move))
        return Step(
            f"步骤{node}",
            region,
            PERFORMERS,
            outcomes=outcomes,
            routes=routes,
            overdue=ladder,
            power=power,
            skip_unless=MAYBE if self.chance(0.08) else None,
        )

    def _routes(
        self, moves: Sequence[Move], goes_on: bool
    ) -> tuple[tuple[tuple[Arm, ...], ...], tuple[str, ...]]:
        """Arms on unknown data, closed by 否则, or arms that name every outcome."""
        if not moves:
            return (), ()
        arms = [Arm(MAYBE, Actions(move=move)) for move in moves]
        if goes_on:
            return (tuple(arms),), ()
        if self.chance(0.3):
            outcomes = tuple(f"结论{position}" for position in range(len(moves)))
            named = zip(outcomes, moves, strict=True)
            return (tuple(Arm(outcome_is(outcome), Actions(move=move)) for outcome, move in named),), outcomes
        return ((*arms[:-1], Arm(None, arms[-1].actions)),), ()

    def _move(self, around: Sequence[Sequence[int]], owner: int | None, handler: int | None) -> Move:
        ends: list[Move] = [Finish()] if owner is None else [ToJoin()]
        if handler is not None:
            ends = [ResumeMain()]
        if self.chance(0.15):
            return self.rng.choice((*ends, *ends, Abort()))
        outwards = len(around) > 1 and self.chance(0.25 if handler is None else 0.7)
        target = self.rng.choice(around[self.rng.randrange(1, len(around))] if outwards else around[0])
        if self.bounded < self.most and self.chance(self.share):
            self.bounded += 1
            limit = self.rng.choice(self.limits) if len(self.limits) > 1 else self.limits[0]
            exceeded = Actions(move=self._move(around, owner, handler)) if self.chance(0.7) else None
            return Back(target, limit=limit, exceeded=exceeded)
        return Back(target) if self.chance(0.2) else Goto(target)

    def _handler(self, region: int, own: Sequence[int], around: Sequence[Sequence[int]]) -> None:
        index = len(self.handlers)
        scope = tuple(self.rng.sample(own, self.rng.randint(1, len(own)))) if self.chance(0.8) else ()
        inner = self.region(2, [own, *around], handler=index)
        self.handlers.append(Handler(f"随时{index}", inner, region, scope, ByHand()))


def random_definition(seed: int) -> Definition:
    """Make the definition of a seed, always the same."""
    return _made(seed, Maker(Random(seed)))


def definition_of_returns(seed: int) -> Definition:
    """Make one with many limited 退回, some behind 超过 of another, that use one another up."""
    return _made(seed, Maker(Random(seed), most=6, share=0.6, limits=(1, 1, 2)))


def _made(seed: int, maker: Maker) -> Definition:
    maker.region(0, [])
    return Definition(
        name=f"随机{seed}",
        version="1",
        nodes=tuple(node for node in maker.nodes if node is not None),
        regions=tuple(region for region in maker.regions if region is not None),
        starts=(ByHand(),),
        handlers=tuple(maker.handlers),
    )
