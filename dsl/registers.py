"""The surface tree of recurring duties, registers, statistics and prefilled instances of a process."""

from dataclasses import field
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from dsl.clauses import (
    Accept,
    Actions,
    Basis,
    Deadline,
    Fulfils,
    Issue,
    Overdue,
    Performers,
    Reminder,
    Version,
)
from dsl.expressions import Expr, Name, PeriodLiteral, QuantityLiteral, Ref, TypeRef
from dsl.procedure import After, Fill, PerformedBy, Verify
from dsl.source import Place
from engine.record import record

# ---- 例行


@record
class Cycle:
    """周期 每月 [至少 1次] [本地]."""

    period: PeriodLiteral | Ref
    at_least: QuantityLiteral | None = None
    local: bool = False
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class MonthDay:
    """6月1日."""

    month: int
    day: int


@record
class Window:
    """窗口 6月1日 至 9月30日 [本地]: the days of a year in which the duty exists; both included."""

    first: MonthDay
    last: MonthDay
    local: bool = False
    place: Place = field(kw_only=True, compare=False, repr=False)


class Streak(StrEnum):
    """How missed periods are counted."""

    CONSECUTIVE = "consecutive"  # 连续
    CUMULATIVE = "cumulative"  # 累计


@record
class Missed:
    """未完成 [连续 2次|累计 3次] 则 动作."""

    streak: Streak | None
    count: int | None
    actions: Actions
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Sample:
    """抽查 10% 承办 谁."""

    share: Fraction
    performers: Performers
    place: Place = field(kw_only=True, compare=False, repr=False)


DutyProperty: TypeAlias = (
    Version
    | Cycle
    | Window
    | Missed
    | Sample
    | PerformedBy
    | Fill
    | Issue
    | Verify
    | Deadline
    | Reminder
    | Overdue
    | After
    | Basis
    | Fulfils
    | Accept
)


@record
class Duty:
    """例行 名称."""

    name: Name
    properties: tuple[DutyProperty, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


# ---- 台账, 统计


@record
class RegisterColumn:
    """[封存] 列：表达式."""

    name: Name
    value: Expr
    sealed: bool = False
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Register:
    """台账 名称：规程或表单或例行 [各 分支或清单]."""

    name: Name
    source: Name
    each: Ref | None
    properties: tuple[Basis | Fulfils, ...]
    columns: tuple[RegisterColumn, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class From:
    """取自 台账."""

    registers: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class CountedOn:
    """计入 台账.日期列."""

    column: Ref
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Numerator:
    """分子 表达式."""

    value: Expr
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Denominator:
    """分母 表达式."""

    value: Expr
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class GroupedBy:
    """分组 台账.列."""

    columns: tuple[Ref, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Periods:
    """周期 每月、每年."""

    periods: tuple[PeriodLiteral, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


StatisticProperty: TypeAlias = (
    From | CountedOn | Numerator | Denominator | GroupedBy | Periods | Basis | Fulfils
)


@record
class Statistic:
    """统计 名称：类型."""

    name: Name
    type: TypeRef
    properties: tuple[StatisticProperty, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


# ---- 实例


@record
class Assignment:
    """字段 = 值."""

    target: Ref
    value: Expr
    place: Place = field(kw_only=True, compare=False, repr=False)


InstanceProperty: TypeAlias = Assignment | Basis | Fulfils


@record
class Instance:
    """实例 名称：规程."""

    name: Name
    process: Name
    properties: tuple[InstanceProperty, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)
