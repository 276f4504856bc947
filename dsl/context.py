"""What the lowering of one process knows: the scope of its file, its data and nodes, and where things were written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from dsl.declarations import Field
from dsl.report import Report
from dsl.scope import Scope, World
from dsl.source import Place
from dsl.types import type_of
from engine.definition import Input, Parameter
from engine.expressions import Expression
from engine.values import Type

T = TypeVar("T", bound=object)


class Places:
    """Where a part of a definition was written. By identity: equal references stand in several places."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, Place]] = {}

    def note(self, part: T, place: Place) -> T:
        """Remember a place, and return the part."""
        self._known.setdefault(id(part), (part, place))
        return part

    def of(self, part: object) -> Place | None:
        """Return where the part was written; None for what nobody wrote."""
        found = self._known.get(id(part))
        return None if found is None else found[1]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a call of a table or rule needs and gives."""

    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[tuple[str, Type | None], ...]
    is_rule: bool


@dataclass(frozen=True, slots=True)
class BranchEntry:
    """A branch: its block, its position there, its region; the variable and element when it has instances."""

    block: int
    position: int
    region: int
    variable: str | None
    path: tuple[str, ...]


@dataclass(slots=True)
class Nodes:
    """Names of the steps, blocks, branches and handlers of a process."""

    numbers: dict[str, int] = field(default_factory=dict)
    outcomes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    asked_with: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # form -> 结论 of the steps that fill it
    branches: dict[str, BranchEntry] = field(default_factory=dict)
    handlers: dict[str, int] = field(default_factory=dict)  # -> region
    members: dict[int, list[int]] = field(default_factory=dict)  # region -> nodes

    def names(self) -> list[str]:
        """Every name that a 约束, 自 or 回避 may use."""
        return [*self.numbers, *self.branches, *self.handlers]


@dataclass(slots=True)
class Captured:
    """Inputs of the table or rule whose rows are being lowered; grows as fields of the case are met."""

    inputs: dict[str, Input] = field(default_factory=dict)  # as written -> input
    closed: bool = False  # only the declared inputs
    unclear: set[str] = field(default_factory=set)  # inputs of a type that nobody declared

    def add(self, written: str, type: Type, source: Expression) -> Input:
        """Return the input for a reference of the case, made when it is new."""
        known = self.inputs.get(written)
        if known is not None:
            return known
        short = written.rsplit(".", 1)[-1]
        taken = {known.name for known in self.inputs.values()}
        made = Input(written if short in taken else short, type, source)
        self.inputs[written] = made
        return made


@dataclass(frozen=True, slots=True)
class ColumnType:
    """What a column of a register holds; `choices` are the words it may equal."""

    type: Type | None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Env:
    """What the words of one expression mean beside the names of the file and process.

    `elements` are the variables walked over, `paths` the lists (as written) that they walk over; `own_form` is the
    form in whose field the expression stands; `outcomes` the 结论 of the step; `inputs` those of a table or rule;
    `columns` those of the register that a statistic counts.
    """

    elements: Mapping[str, Type | None] = field(default_factory=dict)
    paths: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    own_form: str | None = None
    outcomes: tuple[str, ...] | None = None
    captured: Captured | None = None
    columns: Mapping[str, Mapping[str, ColumnType]] = field(default_factory=dict)


@dataclass(slots=True)
class Context:
    """One process being lowered."""

    world: World
    scope: Scope
    report: Report
    places: Places
    data: dict[str, Type | None] = field(default_factory=dict)
    nodes: Nodes = field(default_factory=Nodes)
    signature: Callable[[str], Signature | None] = lambda _: None
    used: dict[str, set[str]] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    moves_lost: bool = False  # a 转 or 退回 went to an unknown place: the flow is not known
    writes_lost: bool = (
        False  # a 置 or 填写 writes to something unknown: what is missing later was perhaps meant
    )
    unscoped: set[str] = field(default_factory=set)  # roles whose missing 属地 or 对象 was reported
    process: str = ""
    clocks: tuple[str, ...] = ()
    local_parameters: dict[str, Parameter] = field(default_factory=dict)
    is_duty: bool = False  # 本项 is this case
    territory: Expression | None = None
    subject: Expression | None = None
    _fields: dict[str, dict[str, tuple[Field, Type | None]]] = field(default_factory=dict)

    def use(self, kind: str, name: str) -> None:
        """Remember that the process uses a declaration."""
        self.used.setdefault(kind, set()).add(name)

    def uses(self, kind: str) -> set[str]:
        """Names of the declarations of a kind that the process uses."""
        return self.used.setdefault(kind, set())

    def fields(self, form: str) -> Mapping[str, tuple[Field, Type | None]]:
        """Return fields and types of a form by name; empty when there is no such form."""
        known = self._fields.get(form)
        if known is None:
            declared = self.scope.forms.get(form)
            fields = () if declared is None else declared.fields
            known = {each.name.text: (each, type_of(each.type, self.scope, self.report)) for each in fields}
            self._fields[form] = known
        return known

    def members(self, type: Type | None) -> tuple[str, ...]:
        """Return the members of an enumeration type, else nothing."""
        if type is None or type.of is None:
            return ()
        declared = self.scope.enumerations.get(type.of)
        return () if declared is None else tuple(member.text for member in declared.members)

    def is_forgiven(self, word: str) -> bool:
        """Tell whether an unknown word may have been declared where the text could not be read."""
        return not self.scope.complete or word in self.scope.lost or word in self.lost
