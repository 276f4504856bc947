"""What a text declares: every name with its sort, its owner and the place where it is declared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dsl.declarations import (
    Document,
    Enumeration,
    Event,
    Form,
    Inputs,
    Parameter,
    Power,
    ResultColumn,
    Role,
    Rule,
    Table,
)
from dsl.expressions import Name
from dsl.procedure import Block, NodeDecl, Outcomes, Step
from dsl.registers import Duty, Instance, Register, Statistic
from dsl.source import Place
from dsl.tree import ClosingConditions, Data, Declaration, ExternalProcess, File, Process


class Sort(StrEnum):
    """What a name is, as its author calls it."""

    ROLE = "角色"
    POWER = "职权"
    ENUMERATION = "枚举"
    MEMBER = "枚举值"
    PARAMETER = "参数"
    FORM = "表单"
    FIELD = "字段"
    DOCUMENT = "文书"
    EVENT = "事件"
    ARGUMENT = "事件参数"
    TABLE = "判定表"
    RULE = "规则"
    INPUT = "输入"
    RESULT = "结果"
    DUTY = "例行"
    REGISTER = "台账"
    COLUMN = "台账列"
    STATISTIC = "统计"
    INSTANCE = "实例"
    PROCESS = "规程"
    DATA = "数据"
    CLOCK = "总时限"
    GATE = "办结条件"
    STEP = "步骤"
    BLOCK = "并行"
    BRANCH = "分支"
    HANDLER = "随时"
    OUTCOME = "结论"


NODES = (Sort.STEP, Sort.BLOCK, Sort.BRANCH, Sort.HANDLER)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A declared name. `place` is that of the name, `whole` that of the declaration; `owner` has the name inside it."""

    sort: Sort
    name: str
    place: Place
    owner: "Symbol | None" = None
    whole: Place = field(kw_only=True, compare=False, repr=False)
    declaration: object = field(kw_only=True, compare=False, repr=False)

    @property
    def owners(self) -> str:
        """The names of what it is inside, with dots: 登记, 隐患整改.验收; empty at the top."""
        return "" if self.owner is None else f"{self.owner.owners}.{self.owner.name}".lstrip(".")


def symbols(file: File) -> Iterator[Symbol]:
    """Return everything that a text declares, an owner before what it owns."""
    for declaration in file.declarations:
        yield from declared_by(declaration)


def declared_by(declaration: Declaration) -> Iterator[Symbol]:
    """Return what a declaration declares, an owner before what it owns."""
    match declaration:
        case Role(names):
            yield from (_symbol(Sort.ROLE, name, declaration) for name in names)
        case Power(name):
            yield _symbol(Sort.POWER, name, declaration)
        case Enumeration(name, members):
            yield (owner := _symbol(Sort.ENUMERATION, name, declaration))
            yield from (_symbol(Sort.MEMBER, member, member, owner) for member in members)
        case Parameter(name):
            yield _symbol(Sort.PARAMETER, name, declaration)
        case Form(name, _, each_field):
            yield (owner := _symbol(Sort.FORM, name, declaration))
            yield from (_symbol(Sort.FIELD, each.name, each, owner) for each in each_field)
        case Document(name):
            yield _symbol(Sort.DOCUMENT, name, declaration)
        case Event(name, parameters):
            yield (owner := _symbol(Sort.EVENT, name, declaration))
            yield from (_symbol(Sort.ARGUMENT, each.name, each, owner) for each in parameters)
        case Table(name) | Rule(name):
            yield from _decision(declaration, name)
        case Duty(name):
            yield _symbol(Sort.DUTY, name, declaration)
        case Register(name, columns=columns):
            yield (owner := _symbol(Sort.REGISTER, name, declaration))
            yield from (_symbol(Sort.COLUMN, each.name, each, owner) for each in columns)
        case Statistic(name):
            yield _symbol(Sort.STATISTIC, name, declaration)
        case Instance(name):
            yield _symbol(Sort.INSTANCE, name, declaration)
        case Process() | ExternalProcess():
            yield from _process(declaration)
        case _:
            pass


def _symbol(sort: Sort, name: Name, declaration: object, owner: Symbol | None = None) -> Symbol:
    whole = getattr(declaration, "place", name.place)
    return Symbol(sort, name.text, name.place, owner, whole=whole, declaration=declaration)


def _decision(decision: Table | Rule, name: Name) -> Iterator[Symbol]:
    owner = _symbol(Sort.TABLE if isinstance(decision, Table) else Sort.RULE, name, decision)
    yield owner
    for line in decision.properties:
        if isinstance(line, Inputs):
            yield from (_symbol(Sort.INPUT, each.name, each, owner) for each in line.inputs)
    for column in decision.columns if isinstance(decision, Table) else ():
        if isinstance(column, ResultColumn):
            yield _symbol(Sort.RESULT, column.name, column, owner)


def _process(process: Process | ExternalProcess) -> Iterator[Symbol]:
    owner = _symbol(Sort.PROCESS, process.name, process)
    yield owner
    for line in process.properties:
        match line:
            case Data(name):
                yield _symbol(Sort.DATA, name, line, owner)
            case ClosingConditions(gates):
                yield from (_symbol(Sort.GATE, gate.name, gate, owner) for gate in gates)
            case _:
                pass
    if isinstance(process, ExternalProcess):
        return
    yield from (_symbol(Sort.CLOCK, clock.name, clock, owner) for clock in process.clocks)
    yield from _nodes(process.nodes, owner)
    for handler in process.handlers:
        yield _symbol(Sort.HANDLER, handler.name, handler, owner)
        yield from _nodes(handler.nodes, owner)


def _nodes(nodes: Sequence[NodeDecl], owner: Symbol) -> Iterator[Symbol]:
    """Steps, blocks and branches, wherever they stand, are names of the process."""
    for node in nodes:
        match node:
            case Step(name, _, properties):
                yield (step := _symbol(Sort.STEP, name, node, owner))
                for line in properties:
                    if isinstance(line, Outcomes):
                        yield from (_symbol(Sort.OUTCOME, each, each, step) for each in line.members)
            case Block(name, branches):
                yield _symbol(Sort.BLOCK, name, node, owner)
                for branch in branches:
                    yield _symbol(Sort.BRANCH, branch.name, branch, owner)
                    yield from _nodes(branch.nodes, owner)
