"""The smallest way to write a definition for soundness: steps by name, moves by name of their target."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.definition import (
    Abort,
    Actions,
    Arm,
    Back,
    BackPolicy,
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
    Wait,
)
from engine.expressions import DataRef

MAYBE = DataRef("或许")
Made = Callable[[Mapping[str, int]], Move]
"""A move once the numbers of the nodes are known."""


def to(name: str) -> Made:
    return lambda numbers: Goto(numbers[name])


def back(name: str, limit: int | None = None, over: Made | None = None, branch: int | None = None) -> Made:
    """退回, `over` is what follows 超过."""
    return lambda numbers: Back(
        numbers[name], branch, limit, None if over is None else Actions(move=over(numbers))
    )


def just(move: Move) -> Made:
    return lambda _: move


FINISH, ABORT, JOIN, RESUME = just(Finish()), just(Abort()), just(ToJoin()), just(ResumeMain())


@dataclass(frozen=True)
class S:
    """A step that may do each of `moves`; with `only` one of them follows, else possibly the next step.

    `own` are further parts of the step as they stand in the definition.
    """

    name: str
    moves: tuple[Made, ...] = ()
    only: bool = False
    late: Made | None = None
    powerless: Made | None = None
    needs_power: bool = False
    own: Mapping[str, object] | None = None


@dataclass(frozen=True)
class W:
    """A wait whose condition may hold at once, or one for an event."""

    name: str
    moves: tuple[Made, ...] = ()
    event: str | None = None


@dataclass(frozen=True)
class P:
    """A block; `maybe` are the positions of the branches with a guard."""

    name: str
    branches: tuple[tuple["Part", ...], ...]
    maybe: tuple[int, ...] = ()
    first: int | None = None
    after: Made | None = None
    on_back: BackPolicy = BackPolicy.WITHDRAW_ALL


@dataclass(frozen=True)
class H:
    """A handler of the region in which the steps of `during` stand."""

    name: str
    during: tuple[str, ...]
    steps: tuple["Part", ...]


Part = S | W | P


class _Builder:
    def __init__(self) -> None:
        self.parts: list[tuple[Part, int]] = []
        self.regions: list[Region] = []
        self.inner: dict[str, list[int]] = {}

    def region(self, parts: Sequence[Part], owner: int | None = None, handler: int | None = None) -> int:
        number = len(self.regions)
        first = len(self.parts)
        own = tuple(range(first, first + len(parts)))
        self.regions.append(Region(own, owner=owner, handler=handler))
        self.parts += [(part, number) for part in parts]
        for node, part in zip(own, parts, strict=True):
            if isinstance(part, P):
                self.inner[part.name] = [self.region(branch, owner=node) for branch in part.branches]
        return number


def define(*parts: Part, beside: Sequence[H] = ()) -> Definition:
    """Number the nodes and build the definition."""
    builder = _Builder()
    builder.region(parts)
    handled = [(h, builder.region(h.steps, handler=index)) for index, h in enumerate(beside)]
    numbers = {part.name: number for number, (part, _) in enumerate(builder.parts)}
    regions = {part.name: region for part, region in builder.parts}
    return Definition(
        name="试验",
        version="1",
        nodes=tuple(_node(part, region, numbers, builder.inner) for part, region in builder.parts),
        regions=tuple(builder.regions),
        starts=(ByHand(),),
        handlers=tuple(
            Handler(h.name, region, regions[h.during[0]], tuple(numbers[name] for name in h.during), ByHand())
            for h, region in handled
        ),
    )


def _node(part: Part, region: int, numbers: Mapping[str, int], inner: Mapping[str, list[int]]) -> Node:
    match part:
        case P():
            branches = tuple(
                Branch(f"{part.name}之{position + 1}", each, guard=MAYBE if position in part.maybe else None)
                for position, each in enumerate(inner[part.name])
            )
            after = None if part.after is None else Actions(move=part.after(numbers))
            return Block(
                part.name, region, branches, part.first, part.first is not None, part.on_back, after=after
            )
        case W():
            routes = _routes(part.moves, False, numbers)
            condition = MAYBE if part.event is None else None
            return Wait(part.name, region, condition=condition, event=part.event, routes=routes)
        case S():
            step = Step(
                part.name, region, (Performer("承办人"),), routes=_routes(part.moves, part.only, numbers)
            )
            if part.late is not None:
                step = replace(step, overdue=(Overdue(None, Actions(move=part.late(numbers))),))
            if part.needs_power or part.powerless is not None:
                move = None if part.powerless is None else part.powerless(numbers)
                step = replace(step, power=PowerNeed("处罚权", Actions(move=move)))
            return replace(step, **(part.own or {}))  # type: ignore[arg-type]  # parts passed through


def _routes(moves: Sequence[Made], only: bool, numbers: Mapping[str, int]) -> tuple[tuple[Arm, ...], ...]:
    arms = [Arm(MAYBE, Actions(move=move(numbers))) for move in moves]
    if only:
        arms[-1] = replace(arms[-1], condition=None)
    return (tuple(arms),) if arms else ()
