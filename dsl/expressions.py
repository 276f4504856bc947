"""Expressions of the surface tree: names and dotted references are unresolved, literals are values."""

from dataclasses import field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from dsl.source import Place
from engine.record import record
from engine.values import Span


@record
class Name:
    """A word of the author, or a built-in word in its Chinese form; without the back quotes it may be written in."""

    text: str
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Ref:
    """A dotted reference: 五到位.完成日期, 本案.验收.完成时间, or a single word."""

    parts: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)

    @property
    def text(self) -> str:
        """The reference as written, with dots."""
        return ".".join(part.text for part in self.parts)

    @property
    def last(self) -> Name:
        """The last word; an element of a list is called by it."""
        return self.parts[-1]


@record
class TypeRef:
    """A type: 文本, 清单（房屋）, or the name of an enumeration."""

    name: Name
    arguments: tuple[Name, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


# ---- literals


@record
class NumberLiteral:
    """15, 0.5."""

    value: Decimal
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class MoneyLiteral:
    """3万元; `value` in yuan."""

    value: Decimal
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class RatioLiteral:
    """15%, 三分之二."""

    value: Fraction
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class DurationLiteral:
    """15个工作日."""

    value: Span
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class QuantityLiteral:
    """2次, 30人: a count with its Chinese measure word."""

    count: int
    unit: str
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class DateLiteral:
    """2023-04-10."""

    value: date
    place: Place = field(kw_only=True, compare=False, repr=False)


class PeriodUnit(StrEnum):
    """The unit of a period; 旬 is a third of a month and not ten days."""

    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working_day"
    WEEK = "week"
    TEN_DAYS = "ten_days"  # 旬
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


@record
class PeriodLiteral:
    """每月, 每15日."""

    count: int
    unit: PeriodUnit
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class TextLiteral:
    """“文字”; exactly what stands between the quotes."""

    value: str
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class YesNoLiteral:
    """是, 否."""

    value: bool
    place: Place = field(kw_only=True, compare=False, repr=False)


# ---- operations


class Operator(StrEnum):
    """A comparison; 为 is written for = and means the same."""

    EQ = "="
    NE = "≠"
    LT = "<"
    LE = "≤"
    GT = ">"
    GE = "≥"


class ArithmeticOperator(StrEnum):
    """A sign of calculation."""

    ADD = "+"
    SUB = "-"
    MUL = "×"
    DIV = "÷"


@record
class OutcomeWord:
    """结论 alone: the outcome of this step; in the condition of a form field, the field of that name."""

    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Or:
    """甲 或 乙; at least two terms."""

    terms: tuple["Expr", ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class And:
    """甲 且 乙; at least two terms."""

    terms: tuple["Expr", ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Not:
    """非 甲."""

    term: "Expr"
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Comparison:
    """甲 ≥ 乙, 甲 为 乙."""

    operator: Operator
    left: "Expr"
    right: "Expr"
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Arithmetic:
    """甲 × 乙, left associative."""

    operator: ArithmeticOperator
    left: "Expr"
    right: "Expr"
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Among:
    """甲 属于 （乙、丙）."""

    value: "Expr"
    members: tuple["Expr", ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Interval:
    """[0元..30万元], （3..10], 10人以上30人以下; a missing bound is None, a closed one counts itself."""

    low: "Expr | None"
    high: "Expr | None"
    low_closed: bool
    high_closed: bool
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Between:
    """甲 介于 [1..3]."""

    value: "Expr"
    interval: Interval
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Filled:
    """甲 已填."""

    value: Ref
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class NodeDone:
    """步骤 已完成."""

    node: Name
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class NodeLate:
    """步骤 已逾期."""

    node: Name
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class CasesClosed:
    """规程 已办结: every case of it triggered from here has ended."""

    process: Name
    place: Place = field(kw_only=True, compare=False, repr=False)


class Quantifier(StrEnum):
    """What is asked of a list."""

    ALL = "all"  # 全部
    ANY = "any"  # 任一
    COUNT = "count"  # 计数
    TOTAL = "total"  # 合计; the last word of `items` is the field that is added up
    SELECT = "select"  # 选取


@record
class Quantified:
    """全部 甲.清单 满足（…）; inside the brackets the element is called by the last word of `items`."""

    quantifier: Quantifier
    items: Ref
    condition: "Expr | None"
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Call:
    """判定等级（事故快报）, 最小（甲、乙）; `column` is taken from a result of several: 判定权限（事故快报）.机关."""

    function: Name
    arguments: tuple["Expr", ...]
    column: Name | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


Literal: TypeAlias = (
    NumberLiteral
    | MoneyLiteral
    | RatioLiteral
    | DurationLiteral
    | QuantityLiteral
    | DateLiteral
    | PeriodLiteral
    | TextLiteral
    | YesNoLiteral
)
Expr: TypeAlias = (
    Literal
    | Ref
    | OutcomeWord
    | Or
    | And
    | Not
    | Comparison
    | Arithmetic
    | Among
    | Between
    | Filled
    | NodeDone
    | NodeLate
    | CasesClosed
    | Quantified
    | Call
)
