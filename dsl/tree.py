"""The surface tree of a 规程 text: one class per construct, every node with its place.

The tree says what was written, not what it means: names are unresolved, the Chinese or English spelling is gone
(keywords are types, built-in words carry their Chinese form), literals are values. Two texts that differ only in
spelling, spacing or language give equal trees: places are left out of comparison. Properties stand in the order
in which they were written and may repeat. Expressions are in `dsl.expressions`, shared clauses in
`dsl.clauses`, the body of a process in `dsl.procedure`, other declarations in `dsl.declarations` and `dsl.registers`; processes and the file are here.
"""

from dataclasses import field
from typing import TypeAlias

from dsl.clauses import (
    Accept,
    Actions,
    Basis,
    Citation,
    Deadline,
    DeadlineAt,
    Deemed,
    Fulfils,
    Issue,
    Overdue,
    Performers,
    Reminder,
    Version,
)
from dsl.declarations import (
    Document,
    Enumeration,
    Event,
    Form,
    Import,
    LawDay,
    Numbering,
    Parameter,
    Power,
    Role,
    Rule,
    Table,
)
from dsl.expressions import Expr, Name, Ref, TypeRef
from dsl.procedure import (
    Clock,
    Entered,
    Fill,
    Handler,
    NodeDecl,
    Outcomes,
    Show,
    Start,
    StartTrigger,
    Verify,
)
from dsl.registers import Duty, Instance, Register, Statistic
from dsl.source import Place
from engine.record import record


@record
class Uses:
    """使用 判定表、规则."""

    names: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Title:
    """标题 字段: the fields that make the title of a case."""

    refs: tuple[Ref, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Summary:
    """摘要 字段: the facts on a leader's card."""

    refs: tuple[Ref, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class RestrictedTo:
    """知悉 角色: only these roles, beside the participants, may open a case."""

    roles: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Territory:
    """属地 字段."""

    ref: Ref
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Subject:
    """对象 字段."""

    ref: Ref
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Data:
    """数据 名称：类型 [= 初值]."""

    name: Name
    type: TypeRef
    initial: Expr | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Precedence:
    """约束 未 甲 不得 乙 [若 条件]."""

    first: Name
    then: Name
    condition: Expr | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Response:
    """约束 凡 甲 必 乙 [期限] [若 条件]."""

    first: Name
    then: Name
    within: Expr | None = None
    condition: Expr | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Exclusive:
    """约束 不同时 甲、乙."""

    nodes: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Cancel:
    """可撤销 谁 [若 条件] 则 动作."""

    performers: Performers
    condition: Expr | None
    actions: Actions
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Reopen:
    """重开 启动方式 则 动作."""

    trigger: StartTrigger
    actions: Actions
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Gate:
    """名称：条件 [依据], a line of 办结条件."""

    name: Name
    condition: Expr
    citations: tuple[Citation, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class ClosingConditions:
    """办结条件."""

    gates: tuple[Gate, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


ProcessProperty: TypeAlias = (
    Version
    | Numbering
    | Title
    | Summary
    | RestrictedTo
    | Basis
    | Fulfils
    | Uses
    | Start
    | Territory
    | Subject
    | LawDay
    | Data
    | Precedence
    | Response
    | Exclusive
    | Cancel
    | Reopen
    | ClosingConditions
    | Accept
)


@record
class Process:
    """规程 名称: head, clocks, main flow, handlers, in this order."""

    name: Name
    properties: tuple[ProcessProperty, ...]
    clocks: tuple[Clock, ...]
    nodes: tuple[NodeDecl, ...]
    handlers: tuple[Handler, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Authority:
    """机关 角色: the authority that an external process is referred to."""

    role: Name
    place: Place = field(kw_only=True, compare=False, repr=False)


ExternalProperty: TypeAlias = (
    Version
    | Numbering
    | Title
    | Summary
    | RestrictedTo
    | Basis
    | Fulfils
    | Start
    | Territory
    | Subject
    | Authority
    | Entered
    | Fill
    | Show
    | Issue
    | Outcomes
    | Verify
    | Deadline
    | DeadlineAt
    | Reminder
    | Overdue
    | Deemed
    | Accept
)


@record
class ExternalProcess:
    """规程 名称 外部: run by another authority; a trigger to it is a 移送, its end the receipt entered here."""

    name: Name
    properties: tuple[ExternalProperty, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


Declaration: TypeAlias = (
    Import
    | Role
    | Power
    | Enumeration
    | Parameter
    | Form
    | Document
    | Event
    | Table
    | Rule
    | Duty
    | Register
    | Statistic
    | Instance
    | Process
    | ExternalProcess
)


@record
class File:
    """The declarations of one text.

    `lost` holds the words of lines that could not be read: what they would have declared is unknown, so an unknown
    name among them is no second mistake.
    """

    declarations: tuple[Declaration, ...]
    lost: frozenset[str] = frozenset()
    place: Place = field(kw_only=True, compare=False, repr=False)
