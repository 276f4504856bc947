"""Which rows a person asks for: bounds of a column, a member, a text that occurs, words anywhere."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, tzinfo
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from engine import arithmetic
from engine.expressions import Comparison
from engine.register_views import ColumnView, RegisterRow
from engine.values import Kind, Value

MOMENTS = frozenset({Kind.DATE, Kind.TIME})
NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.HEADCOUNT, Kind.MONEY, Kind.RATIO})
_EXACT = frozenset({Kind.ENUM, Kind.YES_NO})
BOUNDS = ".."
"""Stands between the least and the greatest value asked for; either may be left out."""

Test: TypeAlias = Callable[[RegisterRow], bool]


def filter_of(column: ColumnView, asked: str, zone: tzinfo) -> Test:
    """Return the test of rows for what is asked of a column.

    Args:
        asked: of dates and numbers a value or bounds (2023-04-01..2023-04-30, 3..), of a closed list a member,
            of anything else a text that occurs.
    """
    name = column.name
    if column.type.kind in MOMENTS or column.type.kind in NUMBERS:
        low, dots, high = asked.partition(BOUNDS)
        least, most = _value(column, low), _value(column, high if dots else low)
        return lambda row: _lies_between(row.values[name], least, most, zone)
    if column.type.kind in _EXACT:
        return lambda row: row.texts[name] == asked
    return lambda row: asked in row.texts[name]


def search(columns: Sequence[ColumnView], words: str) -> Test:
    """Return the test that every word occurs in some column."""
    wanted, names = words.split(), [column.name for column in columns]
    return lambda row: all(
        any(word in row.texts[name] for name in names) or word in row.number for word in wanted
    )


def in_order(rows: Sequence[RegisterRow], column: ColumnView, *, descending: bool) -> list[RegisterRow]:
    """Return rows by a column; those without a value come last either way."""
    filled = [row for row in rows if row.values[column.name] is not None]
    empty = [row for row in rows if row.values[column.name] is None]
    members = {member: position for position, member in enumerate(column.choices)}
    filled.sort(key=lambda row: _sort_key(column, row, members), reverse=descending)
    return [*filled, *empty]


def _sort_key(column: ColumnView, row: RegisterRow, members: Mapping[str, int]) -> tuple[int, Decimal, str]:
    value, text = row.values[column.name], row.texts[column.name]
    if column.type.kind in NUMBERS and isinstance(value, int | Decimal):
        return 0, Decimal(value), ""
    return members.get(text, 0), Decimal(0), text


def _value(column: ColumnView, text: str) -> date | Decimal | None:
    try:
        return date.fromisoformat(text.strip()) if column.type.kind in MOMENTS else Decimal(text.strip())
    except (ValueError, InvalidOperation):
        return None


def _lies_between(value: Value, least: Value, most: Value, zone: tzinfo) -> bool:
    if value is None:
        return False
    above = least is None or arithmetic.compare(Comparison.GE, value, least, zone)
    return above and (most is None or arithmetic.compare(Comparison.LE, value, most, zone))
