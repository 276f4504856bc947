"""Periods of a statistic: months, quarters, years and any days; how they are written, and those before."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from engine.values import Span, Unit

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_QUARTER = re.compile(r"(\d{4})Q([1-4])")
_YEAR = re.compile(r"(\d{4})")
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def code(self) -> str:
        """The period as addresses and scenarios write it: 2023-04, 2023Q2, 2023, 2023-04-01..2023-04-15."""
        first = self.first
        for code in (f"{first:%Y-%m}", f"{first:%Y}Q{(first.month + 2) // 3}", f"{first:%Y}"):
            if read_period(code) == self:
                return code
        return f"{first.isoformat()}..{self.last.isoformat()}"

    @property
    def text(self) -> str:
        """The period as people read it."""
        code = self.code
        if _MONTH.fullmatch(code):
            return f"{self.first.year}年{self.first.month}月"
        if found := _QUARTER.fullmatch(code):
            return f"{found.group(1)}年第{found.group(2)}季度"
        if _YEAR.fullmatch(code):
            return f"{code}年"
        return f"{self.first.isoformat()}至{self.last.isoformat()}"


def read_period(code: str) -> Period | None:
    """Read what `Period.code` writes; None when it is no period."""
    if found := _MONTH.fullmatch(code):
        year, month = int(found.group(1)), int(found.group(2))
        return _months(year, month, 1) if 1 <= month <= 12 else None
    if found := _QUARTER.fullmatch(code):
        return _months(int(found.group(1)), int(found.group(2)) * 3 - 2, 3)
    if found := _YEAR.fullmatch(code):
        return _months(int(found.group(1)), 1, 12)
    if found := _DAYS.fullmatch(code):
        try:
            first, last = (date.fromisoformat(text) for text in found.groups())
        except ValueError:
            return None
        return Period(first, last) if first <= last else None
    return None


def period_around(day: date, length: Span) -> Period:
    """Return the period of a length that a day lies in; months, quarters and years begin as the calendar's do."""
    match length.unit:
        case Unit.MONTH if 12 % length.count == 0:
            first = (day.month - 1) // length.count * length.count + 1
            return _months(day.year, first, length.count)
        case Unit.YEAR if length.count == 1:
            return _months(day.year, 1, 12)
        case Unit.WEEK if length.count == 1:
            monday = day - timedelta(days=day.weekday())
            return Period(monday, monday + timedelta(days=6))
        case Unit.DAY if length.count == 10:
            first = min((day.day - 1) // 10, 2) * 10 + 1
            last = first + 9 if first < 21 else monthrange(day.year, day.month)[1]
            return Period(day.replace(day=first), day.replace(day=last))
        case _:
            return Period(day, day)


def latest(day: date, length: Span, count: int) -> tuple[Period, ...]:
    """Return the period a day lies in and those before it, the oldest first."""
    found = [period_around(day, length)]
    while len(found) < count:
        found.append(period_around(found[-1].first - timedelta(days=1), length))
    return tuple(reversed(found))


def _months(year: int, month: int, count: int) -> Period:
    last = month + count - 1
    return Period(date(year, month, 1), date(year, last, monthrange(year, last)[1]))
