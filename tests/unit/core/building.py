"""The smallest definitions, written by code: names are resolved to numbers, a test says only what it is about.

process(step("起草"), block("会办", branch("甲线", step("甲")), branch("乙线", step("乙"))), step("签发"))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.definition import (
    Actions,
    Arm,
    Back,
    BackPolicy,
    Block,
    Branch,
    ByHand,
    Check,
    Deadline,
    Definition,
    Field,
    Finish,
    Flow,
    Form,
    Gateway,
    GatewayKind,
    Goto,
    Handler,
    Node,
    Performer,
    Region,
    Role,
    StartBy,
    Step,
    ToJoin,
    Wait,
)
from engine.expressions import Compare, Comparison, Expression, FieldRef, Literal, OutcomeRef
from engine.values import Kind, Span, Type, Unit, Value

Numbers = Callable[[str], int]
"""Name of a node -> its number."""

TEXT = Type(Kind.TEXT)
YES = Literal(True, Type(Kind.YES_NO))
NO = Literal(False, Type(Kind.YES_NO))


def text(value: str) -> Literal:
    """A text constant."""
    return Literal(value, TEXT)


def days(count: int) -> Literal:
    """So many calendar days."""
    return Literal(Span(count, Unit.DAY), Type(Kind.DURATION))


def within(count: int, unit: Unit = Unit.DAY, **more: Any) -> Deadline:
    """A limit from the moment the step is reached."""
    return Deadline(Literal(Span(count, unit), Type(Kind.DURATION)), **more)


def equal(left: Expression, value: Value) -> Compare:
    """`left = value`."""
    kind = Kind.YES_NO if isinstance(value, bool) else Kind.TEXT
    return Compare(Comparison.EQ, left, Literal(value, Type(kind)))


def chose(outcome: str) -> Compare:
    """结论 = outcome."""
    return equal(OutcomeRef(), outcome)


def when(condition: Expression | None, actions: Actions) -> Arm:
    """若 condition 则 actions; None: 否则."""
    return Arm(condition, actions)


def goto(node: int) -> Actions:
    """转."""
    return Actions(move=Goto(node))


def back(node: int, **more: Any) -> Actions:
    """退回."""
    return Actions(move=Back(node, **more))


FINISH = Actions(move=Finish())
TO_JOIN = Actions(move=ToJoin())


def form(name: str, *fields: Field | str) -> Form:
    """A form; a bare name is an optional text field."""
    made = tuple(each if isinstance(each, Field) else Field(each, TEXT) for each in fields)
    return Form(name, made)


def check(condition: Expression, message: str) -> Check:
    """A 前提 or 核对."""
    return Check(condition, message)


@dataclass(frozen=True)
class Spec:
    """A node before its number is known; values that are callables are called with the numbers."""

    name: str
    kind: type[Node]
    values: dict[str, Any]
    branches: tuple["BranchSpec", ...] = ()


@dataclass(frozen=True)
class BranchSpec:
    """A branch of a block before numbering."""

    name: str
    nodes: tuple[Spec, ...]
    values: dict[str, Any]


@dataclass(frozen=True)
class HandlerSpec:
    """A handler before numbering; `during` are node names, empty: everywhere in the main flow."""

    name: str
    start: StartBy
    nodes: tuple[Spec, ...]
    during: tuple[str, ...]
    persists: bool


def step(name: str, by: str = "经办", **values: Any) -> Spec:
    """A step done by a role; performers=… for anything else."""
    values.setdefault("performers", (Performer(by),))
    return Spec(name, Step, values)


def wait(name: str, **values: Any) -> Spec:
    """A wait."""
    return Spec(name, Wait, values)


def block(
    name: str, *branches: BranchSpec, on_back: BackPolicy = BackPolicy.WITHDRAW_ALL, **values: Any
) -> Spec:
    """并行 … 汇合."""
    return Spec(name, Block, {**values, "on_back": on_back}, branches)


def gateway(name: str, kind: GatewayKind, flows: Callable[[Numbers], tuple[Flow, ...]] | None = None) -> Spec:
    """A gateway of a graph drawn by code; without flows it ends its region."""
    return Spec(name, Gateway, {"kind": kind, "flows": flows or ()})


def split(name: str, *targets: str) -> Spec:
    """An AND gateway: all targets at once, when a token has come along every arrow."""
    return gateway(name, GatewayKind.AND, lambda number: tuple(Flow(number(each)) for each in targets))


def choice(name: str, *flows: tuple[str, Expression | None]) -> Spec:
    """An XOR gateway: the first target whose condition holds."""
    return gateway(
        name, GatewayKind.XOR, lambda number: tuple(Flow(number(target), when_) for target, when_ in flows)
    )


def branch(name: str, *nodes: Spec, **values: Any) -> BranchSpec:
    """分支."""
    return BranchSpec(name, nodes, values)


def handler(
    name: str,
    *nodes: Spec,
    start: StartBy | None = None,
    during: Sequence[str] = (),
    persists: bool = False,
) -> HandlerSpec:
    """随时."""
    return HandlerSpec(name, start or ByHand((Performer("经办"),)), nodes, tuple(during), persists)


class Numbering:
    """Numbers nodes and regions in the order of the text."""

    def __init__(self) -> None:
        self.specs: list[Spec] = []
        self.places: list[tuple[int, dict[str, int]]] = []  # region, branch -> its region
        self.regions: list[Region] = []
        self.numbers: dict[str, int] = {}

    def region(self, nodes: Sequence[Spec], owner: int | None = None, handler: int | None = None) -> int:
        """Number a region with everything in it."""
        number = len(self.regions)
        self.regions.append(Region((), owner=owner, handler=handler))
        inside: list[int] = []
        for spec in nodes:
            mine = len(self.specs)
            self.specs.append(spec)
            inner: dict[str, int] = {}
            self.places.append((number, inner))
            self.numbers[spec.name] = mine
            inside.append(mine)
            for each in spec.branches:
                inner[each.name] = self.region(each.nodes, owner=mine)
        self.regions[number] = replace(self.regions[number], nodes=tuple(inside))
        return number

    def resolved(self, values: dict[str, Any]) -> dict[str, Any]:
        """Call what waits for the numbers."""
        return {
            name: value(self.numbers.__getitem__)
            if callable(value) and not isinstance(value, type)
            else value
            for name, value in values.items()
        }

    def node(self, number: int) -> Node:
        """Make a node."""
        spec, (region, inner) = self.specs[number], self.places[number]
        values = self.resolved(spec.values)
        if spec.kind is Block:
            values["branches"] = tuple(
                Branch(each.name, inner[each.name], **self.resolved(each.values)) for each in spec.branches
            )
        return spec.kind(name=spec.name, region=region, **values)


def process(
    *nodes: Spec, handlers: Sequence[HandlerSpec] = (), roles: Sequence[Role] = (), **values: Any
) -> Definition:
    """A definition; every role named by a performer is declared, anybody holding 经办 may start."""
    numbering = Numbering()
    numbering.region(nodes)
    regions = [numbering.region(each.nodes, handler=number) for number, each in enumerate(handlers)]
    made_nodes = tuple(numbering.node(number) for number in range(len(numbering.specs)))
    made_handlers = tuple(
        Handler(
            each.name,
            region,
            made_nodes[numbering.numbers[each.during[0]]].region if each.during else 0,
            tuple(numbering.numbers[name] for name in each.during),
            each.start,
            each.persists,
        )
        for each, region in zip(handlers, regions, strict=True)
    )
    values = numbering.resolved(values)
    values.setdefault("starts", (ByHand(),))
    named = {role.name for role in roles}
    more = sorted(_roles(made_nodes) - named)
    return Definition(
        name="试流程",
        version="1",
        nodes=made_nodes,
        regions=tuple(numbering.regions),
        roles=(*roles, *(Role(name) for name in more)),
        handlers=made_handlers,
        **values,
    )


def _roles(nodes: Sequence[Node]) -> set[str]:
    steps = [node for node in nodes if isinstance(node, Step)]
    performers = [each for node in steps for each in (*node.performers, *node.assistants, *node.entered_by)]
    return {each.role for each in performers if each.role} | {"经办"}


def field(name: str, in_form: str) -> FieldRef:
    """A field of a form, as expressions name it."""
    return FieldRef(in_form, name)
