"""What is read across cases: registers (台账), statistics (统计) and prefilled starts (实例) of a process.

They are part of the definition of the process whose cases they read, and are versioned with it. A register stores
nothing: its rows are computed from cases by `engine.register_rows`, a statistic from rows by `engine.statistics`.
"""

from enum import StrEnum

from engine.citation import Citation
from engine.expressions import Expression
from engine.record import record
from engine.values import Span, Type


@record
class Column:
    """列：表达式, computed from one case (or one of its instances or list entries).

    `sealed` (封存): the value is shown to holders of `visible_to` only, who say why they look.
    """

    name: str
    type: Type
    value: Expression
    sealed: bool = False
    visible_to: tuple[str, ...] = ()


@record
class Register:
    """台账: one row a case, or one row for each of `each`.

    `each` is an instance branch (`InstanceRef`), a list of the case whose entries are called `variable`, or a form
    (`FormRef`): one row for each of its submissions. A register over a form may have one such part in several
    processes; all parts of one name are one register.
    """

    name: str
    columns: tuple[Column, ...]
    each: Expression | None = None
    variable: str | None = None
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()


class Counting(StrEnum):
    """How a measure makes a figure of rows."""

    COUNT = "count"  # 计数
    TOTAL = "total"  # 合计 of a column


@record
class Measure:
    """计数 台账 满足（…） or 合计 台账.列 满足（…); `condition` reads a row as `ElementRef(register, column)`."""

    counting: Counting = Counting.COUNT
    condition: Expression | None = None
    column: str | None = None


PERIOD_FIRST = "期初"
PERIOD_LAST = "期末"
"""Variables by which the condition of a measure reads the first and last day of the period (never after today)."""


@record
class Statistic:
    """统计: a figure over one register, defined once for every page that shows it.

    `counted_on` is the date column that decides into which period a row falls; None: a figure of the day, over all
    rows. With a `denominator` it is a share, and every row of the numerator is one of the denominator.
    """

    name: str
    type: Type
    register: str
    numerator: Measure
    denominator: Measure | None = None
    counted_on: str | None = None
    groups: tuple[str, ...] = ()
    periods: tuple[Span, ...] = ()
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()


@record
class Preset:
    """实例: the process started under a name of its own, with values of its start form given."""

    name: str
    values: tuple[tuple[str, Expression], ...]
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()
