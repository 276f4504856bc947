"""看板 as text: the figures of a period, each with the lists behind its numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote, urlencode

from engine.periods import Period
from engine.register_views import Drill, Part, StatisticView
from engine.registers import share_text
from engine.sentences import value_text
from engine.statistics import Figure
from engine.values import Kind, Type, Value
from web.ledger_page import drill_address
from web.value_text import plain_number
from web.widgets import Choice

FEW = 5
"""Groups with fewer due rows are listed, not ranked: all groups are listed in the order of their names."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number that opens its list."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class FigureText:
    """A figure ready to print: the share, and the numbers it is made of; `nothing` in place of them when none was due."""

    share: str
    numerator: Number
    denominator: Number | None
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of a statistic."""

    label: str
    figure: FigureText
    few: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A statistic on the board."""

    name: str
    anchor: str
    register: str
    period: str
    figure: FigureText
    meaning: tuple[str, ...]
    groups: tuple[GroupRow, ...]
    void: Number | None  # rows of void cases, left out
    grouped_by: str
    address: str


@dataclass(frozen=True, slots=True)
class TrendRow:
    """A period of the trend; `height` is a share of 100."""

    label: str
    figure: FigureText
    height: int


def card(view: StatisticView) -> Card:
    """Turn a statistic into text."""
    statistic = view.head.statistic
    return Card(
        statistic.name,
        f"s-{statistic.name}",
        statistic.register,
        view.period.text if view.period is not None else "现在",
        figure_text(view, view.figure, ()),
        view.head.meaning,
        tuple(
            GroupRow(
                " · ".join(text or "（未填）" for text in each.group),
                figure_text(view, each.figure, each.group),
                isinstance(each.figure.denominator, int) and each.figure.denominator < FEW,
            )
            for each in view.groups
        ),
        _void(view),
        "、".join(statistic.groups),
        f"/dash/{quote(statistic.name)}?{urlencode({'period': view.period.code if view.period else ''})}",
    )


def _void(view: StatisticView) -> Number | None:
    if not view.void:
        return None
    statistic = view.head.statistic
    drill = Drill(statistic.name, Part.VOID, view.period)
    return Number(f"另有 {view.void} 行所属案件已作废，不计入", drill_address(statistic.register, drill))


def figure_text(view: StatisticView, figure: Figure, group: Sequence[str]) -> FigureText:
    """Turn a figure into text; each number opens the list that it counts."""
    statistic, period = view.head.statistic, view.period

    def number(value: object, part: Part) -> Number:
        drill = Drill(statistic.name, part, period, tuple(group))
        return Number(str(value), drill_address(statistic.register, drill))

    if statistic.denominator is None:
        return FigureText("", number(_measured(figure.numerator, statistic.type), Part.NUMERATOR), None)
    return FigureText(
        share_text(figure),
        number(value_text(figure.numerator), Part.NUMERATOR),
        number(value_text(figure.denominator), Part.DENOMINATOR),
        nothing="" if figure.denominator else share_text(figure),
    )


def _measured(value: Value, type: Type) -> str:
    """Print what was counted or added up, with its unit."""
    if not isinstance(value, int | Decimal):
        return value_text(value)
    return f"{plain_number(value)} 元" if type.kind is Kind.MONEY else plain_number(value)


def trend(views: Iterable[StatisticView]) -> tuple[TrendRow, ...]:
    """Turn a statistic over several periods into rows with bars of their share of the largest."""
    listed = list(views)
    sizes = [_size(view) for view in listed]
    largest = max(sizes, default=0) or 1
    return tuple(
        TrendRow(
            view.period.text if view.period else "",
            figure_text(view, view.figure, ()),
            round(size * 100 / largest),
        )
        for view, size in zip(listed, sizes, strict=True)
    )


def _size(view: StatisticView) -> float:
    value = view.figure.value
    return float(value) if isinstance(value, int | Decimal) else 0.0


def period_choices(current: Period, periods: Iterable[Period]) -> tuple[Choice, ...]:
    """Return the periods to choose from."""
    return tuple(Choice(each.code, each.text, each == current, "") for each in periods)


def dash_address(period: Period) -> str:
    """Return the address of the board for a period."""
    return f"/dash?{urlencode({'period': period.code})}"
