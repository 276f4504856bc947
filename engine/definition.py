"""The checked graph of one process: what the compiler writes, what the engine runs, what versions store.

A definition is self-contained (its forms, tables, parameters and documents are inside), immutable, and named by
the digest of its content. Nodes and regions are dense integers: their position in `nodes` and `regions`.
Region 0 is the process itself; every branch of a block and every handler has a region of its own. Inside a
region steps route freely; what 规程 writes has concurrency only between the branches of a block and beside handlers,
what code builds also behind AND gateways.

Its parts stand in modules of their own and are known by this one: nobody else need know where.
"""

from typing import TypeAlias

from engine.action_definition import (
    Abort,
    Actions,
    Arm,
    Back,
    Check,
    Effect,
    Emit,
    Escalate,
    Finish,
    Goto,
    Issue,
    LinkCase,
    Move,
    Notify,
    ResumeMain,
    SetData,
    SetField,
    ToJoin,
    Trigger,
    Urge,
)
from engine.citation import Citation
from engine.declared import (
    Data,
    DatedValue,
    Demand,
    Document,
    Enumeration,
    Field,
    Form,
    Parameter,
    Power,
    Role,
    Secrecy,
)
from engine.expressions import Expression
from engine.limit_definition import Anchor, AnchorKind, Deadline, Extension, Overdue, Performer, Reminder
from engine.node_definition import (
    CALLED,
    FINISHED,
    Abstention,
    BackPolicy,
    Block,
    Branch,
    Countersign,
    Draw,
    Flow,
    Gateway,
    GatewayKind,
    Node,
    PowerNeed,
    ReadPolicy,
    Recusal,
    Region,
    Step,
    Wait,
)
from engine.record import record
from engine.recurrence import Recurrence
from engine.register_definition import Preset, Register, Statistic
from engine.table_definition import (
    AnyValue,
    Cell,
    HitPolicy,
    Input,
    Interval,
    OneOf,
    Row,
    Rule,
    RuleException,
    Table,
    TableVersion,
)
from engine.values import Span, Type

__all__ = [
    "CALLED",
    "FINISHED",
    "Abort",
    "Abstention",
    "Actions",
    "Anchor",
    "AnchorKind",
    "AnyValue",
    "Arm",
    "Back",
    "BackPolicy",
    "Block",
    "Branch",
    "ByCondition",
    "ByEvent",
    "ByForm",
    "ByHand",
    "ByPeriod",
    "ByRecurrence",
    "Cancel",
    "Cell",
    "Check",
    "Citation",
    "Clock",
    "Constraint",
    "Countersign",
    "Data",
    "DatedValue",
    "Deadline",
    "Definition",
    "Demand",
    "Document",
    "Draw",
    "Effect",
    "Emit",
    "Enumeration",
    "Escalate",
    "EventType",
    "Exclusive",
    "Extension",
    "Field",
    "Finish",
    "Flow",
    "Form",
    "Gate",
    "Gateway",
    "GatewayKind",
    "Goto",
    "Handler",
    "HitPolicy",
    "Input",
    "Interval",
    "Issue",
    "LinkCase",
    "Move",
    "Node",
    "Notify",
    "OneOf",
    "Overdue",
    "Parameter",
    "Performer",
    "Power",
    "PowerNeed",
    "Precedence",
    "ReadPolicy",
    "Recusal",
    "Region",
    "Reminder",
    "Reopen",
    "Response",
    "ResumeMain",
    "Role",
    "Row",
    "Rule",
    "RuleException",
    "Secrecy",
    "SetData",
    "SetField",
    "StartBy",
    "Step",
    "Stop",
    "Table",
    "TableVersion",
    "ToJoin",
    "Trigger",
    "Urge",
    "Wait",
]


@record
class ByForm:
    """Started by submitting a form, by holders of `performers` (empty: anyone with an account)."""

    form: str
    performers: tuple[Performer, ...] = ()
    when: Expression | None = None


@record
class ByHand:
    """Started by a person without a form."""

    performers: tuple[Performer, ...] = ()
    when: Expression | None = None


@record
class ByEvent:
    """Started by an event, whose arguments of the same name fill a form."""

    event: str
    when: Expression | None = None
    form: str | None = None


@record
class ByCondition:
    """Started when the condition becomes true."""

    condition: Expression


@record
class ByPeriod:
    """Started every period (an expression giving a Span) while the scope stands."""

    period: Expression
    when: Expression | None = None


@record
class ByRecurrence:
    """Started by the calendar (例行): in every period one case, or one for each holder of the role `each`.

    `scoped`: the role is held for a village, unit or line of business, and is owed for each of them.
    The first step of such a definition is what is owed. `share` of what was done in time is drawn for the step
    `check`, whose first outcome confirms it. `local`: period or window are a local proposal, not law.
    """

    recurrence: Recurrence
    each: str | None = None
    scoped: bool = False
    share: tuple[int, int] | None = None
    check: int | None = None
    local: bool = False


StartBy: TypeAlias = ByForm | ByHand | ByEvent | ByCondition | ByPeriod | ByRecurrence


@record
class Handler:
    """随时: a small region that may run beside the places in `scope` (node numbers of one region).

    `scope_region` is the region of the scope; an empty `scope` means every place of it. `persists`: goes on after
    the scope is left; the case cannot close before it ends.
    """

    name: str
    region: int
    scope_region: int
    scope: tuple[int, ...]
    start: StartBy
    persists: bool = False
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()


@record
class Stop:
    """中止: a lawful stop of a clock by a document, resumed by a document."""

    performers: tuple[Performer, ...]
    form: str | None
    resume_form: str | None
    basis: tuple[Citation, ...] = ()


@record
class Clock:
    """总时限: a limit over several steps. Stands while any node or handler in `excludes` is open (by name)."""

    name: str
    span: Expression
    start: Anchor
    end: Anchor
    excludes: tuple[str, ...] = ()
    stops: tuple[Stop, ...] = ()
    extensions: tuple[Extension, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    local: bool = False
    rolls: bool = True
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()


@record
class Gate:
    """One line of 办结条件."""

    name: str
    condition: Expression
    basis: tuple[Citation, ...] = ()


@record
class Precedence:
    """未 `first` 不得 `then`: `then` is not reached before `first` is done (in its latest valid round)."""

    first: int
    then: int
    when: Expression | None = None


@record
class Response:
    """凡 `first` 必 `then` within `span`: the case cannot close with `first` done and `then` not done after it."""

    first: int
    then: int
    span: Span | None = None
    when: Expression | None = None


@record
class Exclusive:
    """不同时: the nodes are never open together."""

    nodes: tuple[int, ...]


Constraint: TypeAlias = Precedence | Response | Exclusive


@record
class Cancel:
    """可撤销: these people may end the case early, with these actions."""

    performers: tuple[Performer, ...]
    when: Expression | None
    actions: Actions


@record
class Reopen:
    """重开: after closing, a new round at the move of `actions`."""

    start: StartBy
    actions: Actions


@record
class EventType:
    """事件: a named event with typed arguments."""

    name: str
    arguments: tuple[tuple[str, Type], ...] = ()


@record
class Definition:
    """One process, ready to run.

    Names in `forms`, `data`, `tables`, `rules`, `parameters`, `roles`, `documents`, `enumerations`, `events`,
    `powers` are unique within their kind; they hold what this process uses. `nodes` have unique names.
    """

    name: str
    version: str
    nodes: tuple[Node, ...]
    regions: tuple[Region, ...]
    starts: tuple[StartBy, ...]
    forms: tuple[Form, ...] = ()
    data: tuple[Data, ...] = ()
    enumerations: tuple[Enumeration, ...] = ()
    roles: tuple[Role, ...] = ()
    powers: tuple[Power, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    tables: tuple[Table, ...] = ()
    rules: tuple[Rule, ...] = ()
    documents: tuple[Document, ...] = ()
    events: tuple[EventType, ...] = ()
    handlers: tuple[Handler, ...] = ()
    clocks: tuple[Clock, ...] = ()
    gates: tuple[Gate, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    cancels: tuple[Cancel, ...] = ()
    reopens: tuple[Reopen, ...] = ()
    numbering: str | None = None  # case numbers, “润隐〔{年}〕{序号}号”
    title: tuple[Expression, ...] = ()  # fields that make the case title
    summary: tuple[Expression, ...] = ()  # facts on a leader's card
    territory: Expression | None = None  # 属地
    subject: Expression | None = None  # 对象
    law_as_of: Expression | None = None  # 适用日
    lenient: bool = False  # 从轻
    restricted_to: tuple[str, ...] = ()  # 知悉: roles that may open cases, beside the participants
    referral: bool = False  # 外部 process: a 移送 with receipt
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()
    accepted: tuple[tuple[str, str, str], ...] = ()  # 容许: (code, node or process name, reason)
    registers: tuple[Register, ...] = ()  # 台账 over its cases
    statistics: tuple[Statistic, ...] = ()  # 统计 of these registers
    presets: tuple[Preset, ...] = ()  # 实例
