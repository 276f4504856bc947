"""Exact arithmetic and comparison of values in which anything may be missing (None).

Arithmetic on a missing operand is missing, an ordering comparison with one is false, equality takes missing
as a value of its own. Numbers are int and Decimal; a quotient that does not end is cut at 60 digits. A date
and a time compare by local day. Periods of different scales compare by their usual length (a working day as
7/5 day, a month as 30 days, a year as 365).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Context, Decimal
from fractions import Fraction

from engine.calendar import Calendar, corresponding_day
from engine.deadlines import add_span
from engine.expressions import Comparison, Extremum
from engine.values import Span, Unit, Value

_EXACT = Context(prec=60)
_LENGTH = {
    Unit.MINUTE: Fraction(1, 1440),
    Unit.HOUR: Fraction(1, 24),
    Unit.DAY: Fraction(1),
    Unit.WORKING_DAY: Fraction(7, 5),
    Unit.WEEK: Fraction(7),
    Unit.MONTH: Fraction(30),
    Unit.YEAR: Fraction(365),
}
_MINUTES = {Unit.MINUTE: 1, Unit.HOUR: 60}


def add(left: Value, right: Value, calendar: Calendar, zone: tzinfo) -> Value:
    """Add numbers, periods of one unit, or a period to a date or time."""
    if isinstance(right, Span) and isinstance(left, date):
        return _shift(left, right, calendar, zone)
    if isinstance(left, Span) and isinstance(right, date):
        return _shift(right, left, calendar, zone)
    if isinstance(left, Span) and isinstance(right, Span) and left.unit is right.unit:
        return Span(left.count + right.count, left.unit)
    return _number(left, right, _EXACT.add)


def subtract(left: Value, right: Value, calendar: Calendar, zone: tzinfo) -> Value:
    """Subtract numbers, a period from a date or time, or a date from a date (whole local days)."""
    if isinstance(left, date) and isinstance(right, Span):
        return _shift_back(left, right, calendar, zone)
    if isinstance(left, date) and isinstance(right, date):
        return (local_day(left, zone) - local_day(right, zone)).days
    if isinstance(left, Span) and isinstance(right, Span) and left.unit is right.unit:
        return Span(left.count - right.count, left.unit)
    return _number(left, right, _EXACT.subtract)


def multiply(left: Value, right: Value) -> Value:
    """Multiply numbers, or a period by a whole number."""
    if isinstance(left, Span) and isinstance(right, int):
        return Span(left.count * right, left.unit)
    if isinstance(right, Span) and isinstance(left, int):
        return Span(right.count * left, right.unit)
    return _number(left, right, _EXACT.multiply)


def divide(left: Value, right: Value) -> Value:
    """Divide numbers; division by zero is missing."""
    if not is_number(left) or not is_number(right) or right == 0:
        return None
    return _number(left, right, _EXACT.divide, whole=False)


def is_number(value: Value) -> bool:
    """Tell whether a value counts as a number (yes and no do not)."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def local_day(value: date, zone: tzinfo) -> date:
    """Return a date as it is, the local day of a time."""
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def equal(left: Value, right: Value, zone: tzinfo) -> bool:
    """Compare two values; missing equals only missing."""
    dates = isinstance(left, date) and isinstance(right, date)
    if dates and isinstance(left, datetime) != isinstance(right, datetime):
        return compare(Comparison.LE, left, right, zone) and compare(Comparison.GE, left, right, zone)
    if isinstance(left, Span) and isinstance(right, Span):
        return length(left) == length(right)
    return left == right


def compare(operator: Comparison, left: Value, right: Value, zone: tzinfo) -> bool:
    """Compare by size; false when an operand is missing or the two cannot be ordered."""
    if operator is Comparison.EQ:
        return equal(left, right, zone)
    if operator is Comparison.NE:
        return not equal(left, right, zone)
    sign = _sign(left, right, zone)
    return sign is not None and _HOLDS[operator](sign)


def compare_gravity(operator: Comparison, left: Value, right: Value, ranks: Mapping[str, int]) -> bool:
    """Compare members of an ordered enumeration; ≥ means "at least as grave". Unknown members: false.

    Args:
        ranks: member -> position, 0 is the gravest.
    """
    if not isinstance(left, str) or not isinstance(right, str) or left not in ranks or right not in ranks:
        return False
    return _HOLDS[operator](ranks[right] - ranks[left])


def extreme(which: Extremum, values: Iterable[Value], zone: tzinfo) -> Value:
    """Return the least or greatest value; missing when one of them is, or when they cannot be ordered."""
    wanted = Comparison.LT if which is Extremum.MIN else Comparison.GT
    best: Value = None
    for position, value in enumerate(values):
        if value is None or (position and _sign(value, best, zone) is None):
            return None
        if position == 0 or compare(wanted, value, best, zone):
            best = value
    return best


def total(values: Iterable[Value], calendar: Calendar, zone: tzinfo) -> Value:
    """Add up; 0 for nothing, missing when one value is."""
    result: Value = 0
    for position, value in enumerate(values):
        result = add(result, value, calendar, zone) if position else value
        if result is None:
            return None
    return result


def total_of_numbers(values: Iterable[Value]) -> Value:
    """Add up numbers exactly; 0 for nothing, missing when one value is missing or no number."""
    result: Value = 0
    for value in values:
        result = _number(result, value, _EXACT.add)
    return result


def is_filled(value: Value) -> bool:
    """Tell whether something was filled in; an empty text or list was not."""
    return value not in (None, "", ())


def part(record: Value, field: str) -> Value:
    """Return a field of a record; missing when there is no record."""
    return record.get(field) if isinstance(record, Mapping) else None


def among(value: Value, members: Iterable[Value], zone: tzinfo) -> bool:
    """Tell whether a value is one of the members, or of a list among them; false when missing."""
    if value is None:
        return False
    return any(
        among(value, member, zone) if isinstance(member, tuple) else equal(value, member, zone)
        for member in members
    )


def length(span: Span) -> Fraction:
    """Return the usual length of a period in days."""
    return span.count * _LENGTH[span.unit]


_HOLDS: dict[Comparison, Callable[[int], bool]] = {
    Comparison.EQ: lambda sign: sign == 0,
    Comparison.NE: lambda sign: sign != 0,
    Comparison.LT: lambda sign: sign < 0,
    Comparison.LE: lambda sign: sign <= 0,
    Comparison.GT: lambda sign: sign > 0,
    Comparison.GE: lambda sign: sign >= 0,
}


def _sign(left: Value, right: Value, zone: tzinfo) -> int | None:
    """Return -1, 0 or 1; None when the two cannot be ordered."""
    if isinstance(left, Span) and isinstance(right, Span):
        one, other = length(left), length(right)
        return (one > other) - (one < other)
    if isinstance(left, datetime) and isinstance(right, datetime):
        return (left > right) - (left < right)
    if isinstance(left, date) and isinstance(right, date):
        first, second = local_day(left, zone), local_day(right, zone)
        return (first > second) - (first < second)
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return (left > right) - (left < right)
    return None


def _number(
    left: Value, right: Value, operation: Callable[[Decimal, Decimal], Decimal], whole: bool = True
) -> Value:
    if isinstance(left, bool) or isinstance(right, bool):
        return None
    if not isinstance(left, int | Decimal) or not isinstance(right, int | Decimal):
        return None
    result = operation(Decimal(left), Decimal(right))
    return int(result) if whole and isinstance(left, int) and isinstance(right, int) else result


def _shift(start: date, span: Span, calendar: Calendar, zone: tzinfo) -> date:
    if span.count < 0:
        return _shift_back(start, Span(-span.count, span.unit), calendar, zone)
    if span.unit in _MINUTES:
        return _moment(start, zone) + timedelta(minutes=span.count * _MINUTES[span.unit])
    return _on_day(start, add_span(local_day(start, zone), span, calendar), zone)


def _shift_back(end: date, span: Span, calendar: Calendar, zone: tzinfo) -> date:
    if span.count < 0:
        return _shift(end, Span(-span.count, span.unit), calendar, zone)
    day = local_day(end, zone)
    match span.unit:
        case Unit.HOUR | Unit.MINUTE:
            return _moment(end, zone) - timedelta(minutes=span.count * _MINUTES[span.unit])
        case Unit.WORKING_DAY:
            return _on_day(end, calendar.subtract_working_days(day, span.count), zone)
        case Unit.DAY:
            return _on_day(end, day - timedelta(days=span.count), zone)
        case Unit.WEEK:
            return _on_day(end, day - timedelta(weeks=span.count), zone)
        case Unit.MONTH:
            return _on_day(end, corresponding_day(day, -span.count), zone)
        case Unit.YEAR:
            return _on_day(end, corresponding_day(day, -12 * span.count), zone)


def _moment(value: date, zone: tzinfo) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day, tzinfo=zone)


def _on_day(value: date, day: date, zone: tzinfo) -> date:
    """Keep the local time of day of a time."""
    if isinstance(value, datetime):
        return datetime.combine(day, value.astimezone(zone).time(), zone)
    return day
