"""How long a span may be: its shortest and longest length in hours, whatever the calendar says."""

from typing import Final

from engine.values import Span, Unit

_SHORTEST: Final = {
    Unit.MINUTE: 1 / 60,
    Unit.HOUR: 1,
    Unit.WORKING_DAY: 24,
    Unit.DAY: 24,
    Unit.WEEK: 168,
    Unit.MONTH: 672,
    Unit.YEAR: 8760,
}
_LONGEST: Final = {**_SHORTEST, Unit.WORKING_DAY: 24 * 7 / 5, Unit.MONTH: 744, Unit.YEAR: 8784}
_HOLIDAYS: Final = 240
"""Hours that the longest break of the year adds to a count of working days."""


def shortest_hours(span: Span) -> float:
    """Return the least number of hours that a span may last."""
    return span.count * _SHORTEST[span.unit]


def longest_hours(span: Span) -> float:
    """Return the greatest number of hours that a span may last."""
    return span.count * _LONGEST[span.unit] + (_HOLIDAYS if span.unit is Unit.WORKING_DAY else 0)


def is_not_shorter(one: Span, other: Span) -> bool:
    """Tell whether a span is certainly at least as long as another."""
    if one.unit is other.unit:
        return one.count >= other.count
    return shortest_hours(one) >= longest_hours(other)
