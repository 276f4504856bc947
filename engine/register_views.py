"""What people ask of registers and statistics, and what they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from engine.definition import Citation
from engine.periods import Period
from engine.register_definition import Statistic
from engine.statistics import Figure
from engine.values import Record, Type


class Part(StrEnum):
    """Which rows of a statistic are asked for."""

    NUMERATOR = "分子"
    DENOMINATOR = "分母"
    VOID = "作废"  # would be counted if their cases had not been declared void


@dataclass(frozen=True, slots=True)
class Drill:
    """The rows behind a figure: those that one of its measures counts, in a period and group."""

    statistic: str
    part: Part
    period: Period | None = None
    group: tuple[str, ...] = ()  # as shown, one for each group of the statistic; empty: all


@dataclass(frozen=True, slots=True)
class RegisterQuery:
    """What to show of a register.

    Args:
        filters: column -> what is asked of it: a text that must occur, a member, or bounds "2023-04-01..2023-04-30".
        search: words that must each occur in some open column.
        sort: column; None: the latest case first.
        as_of: the register as it was at the end of that day.
        unseal: why sealed columns are opened; empty: they stay shut.
        limit: rows, None for all (an export).
    """

    filters: Mapping[str, str] = field(default_factory=dict)
    search: str = ""
    sort: str | None = None
    descending: bool = False
    as_of: date | None = None
    drill: Drill | None = None
    unseal: str = ""
    offset: int = 0
    limit: int | None = 50


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column as shown; `readable`: the person may open it, if it is sealed."""

    name: str
    type: Type
    sealed: bool
    readable: bool
    choices: tuple[str, ...] = ()  # members of an enumeration


@dataclass(frozen=True, slots=True)
class RegisterHead:
    """A register as listed."""

    name: str
    processes: tuple[str, ...]
    columns: tuple[ColumnView, ...]
    statistics: tuple[str, ...]
    basis: tuple[Citation, ...]
    obligations: tuple[str, ...]
    imports: str | None = None  # process that imported rows start, if the person may


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A row: the case it is computed from, its values and how they are written."""

    case: int
    number: str
    key: str
    values: Record
    texts: Mapping[str, str]
    void: bool = False


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """Rows of a register as asked for. `conditions` says in words what was asked."""

    head: RegisterHead
    rows: tuple[RegisterRow, ...]
    total: int
    conditions: tuple[str, ...]
    read_at: datetime
    as_of: date | None


@dataclass(frozen=True, slots=True)
class StatisticHead:
    """A statistic as listed; `meaning` is its 口径 in a sentence a line."""

    statistic: Statistic
    process: str
    meaning: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """The figure of one group, as shown."""

    group: tuple[str, ...]
    figure: Figure
    text: str


@dataclass(frozen=True, slots=True)
class StatisticView:
    """A statistic in figures for a period; `text` is how every page writes it."""

    head: StatisticHead
    period: Period | None
    as_of: date | None
    figure: Figure
    text: str
    groups: tuple[GroupFigure, ...]
    void: int  # rows of void cases, left out
    read_at: datetime
