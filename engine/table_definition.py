"""Part of a definition: decision tables and rules."""

from datetime import date
from enum import StrEnum
from typing import TypeAlias

from engine.citation import Citation
from engine.expressions import Expression
from engine.record import record
from engine.values import Type


class HitPolicy(StrEnum):
    """How a table answers when several rows match (DMN; Chinese word in brackets)."""

    UNIQUE = "unique"  # 唯一
    ANY = "any"  # 一致
    FIRST = "first"  # 首条
    GRAVEST = (
        "gravest"  # 最重: the gravest result by the order of the result's enumeration, or the largest number
    )
    LIGHTEST = "lightest"  # 最轻
    COLLECT = "collect"  # 汇总: list of the results in row order, duplicates removed
    RULE_ORDER = "rule_order"  # 按行: list of the results in row order, each as often as it matches
    OUTPUT_ORDER = "output_order"  # 按轻重: the same, gravest first
    SUM = "sum"  # 合计: the results of all matching rows added up (C+); 0 when none matches
    MIN = "min"  # 最小: the smallest of them (C<)
    MAX = "max"  # 最大: the greatest of them (C>)
    COUNT = "count"  # 计数: how many rows match (C#)

    @property
    def lists(self) -> bool:
        """Whether every output is a list of what the matching rows give."""
        return self in (HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER)

    @property
    def aggregates(self) -> bool:
        """Whether the answer is one figure made from what all matching rows give."""
        return self in (HitPolicy.SUM, HitPolicy.MIN, HitPolicy.MAX, HitPolicy.COUNT)

    @property
    def answers_none(self) -> bool:
        """Whether there is an answer when no row matches: an empty list, or 0."""
        return self.lists or self in (HitPolicy.SUM, HitPolicy.COUNT)


@record
class AnyValue:
    """Cell `-`."""


@record
class OneOf:
    """Cell `甲 或 乙`: equal to one of constant expressions."""

    members: tuple[Expression, ...]


@record
class Interval:
    """Cell with bounds; None is no bound; a closed bound counts itself. Bounds are constants or parameters."""

    low: Expression | None
    high: Expression | None
    low_closed: bool
    high_closed: bool


Cell: TypeAlias = AnyValue | OneOf | Interval


@record
class Input:
    """A typed input of a table or rule. `source` is the case's field it reads when the header names one."""

    name: str
    type: Type
    source: Expression | None = None


@record
class Row:
    """One rule of a table: a cell for each input, a result for each output (expressions over the inputs)."""

    cells: tuple[Cell, ...]
    results: tuple[Expression, ...]
    basis: tuple[Citation, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None  # last day


@record
class TableVersion:
    """The rows valid from a day to a day (both included; None is open)."""

    rows: tuple[Row, ...]
    valid_from: date | None = None
    valid_until: date | None = None
    basis: tuple[Citation, ...] = ()


@record
class Table:
    """A decision table; its versions do not overlap in time. The first output is the result of a plain call."""

    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[Input, ...]
    policy: HitPolicy
    versions: tuple[TableVersion, ...]
    lenient: bool = False  # 从轻: also the version of the deciding day, the lighter result wins
    obligations: tuple[str, ...] = ()
    as_of: Expression | None = None  # 适用日 of its own, where it is not that of the process


@record
class RuleException:
    """例外 of a rule; wins over the base and over those it names."""

    name: str | None
    overrides: tuple[str, ...]
    condition: Expression
    result: Expression
    basis: tuple[Citation, ...] = ()


@record
class Rule:
    """A figure with exceptions (default logic) and bounds, valid from a day to a day (both included; None is open).

    `later` are further versions, none of which has versions itself; they do not overlap in time and have the same
    name, type and inputs.
    """

    name: str
    type: Type
    inputs: tuple[Input, ...]
    base: Expression
    exceptions: tuple[RuleException, ...] = ()
    floor: Expression | None = None
    ceiling: Expression | None = None
    basis: tuple[Citation, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    later: tuple["Rule", ...] = ()
    as_of: Expression | None = None  # 适用日 of its own, where it is not that of the process
    lenient: bool = False  # 从轻 of that day

    @property
    def versions(self) -> tuple["Rule", ...]:
        """All versions, this one first."""
        return (self, *self.later)
