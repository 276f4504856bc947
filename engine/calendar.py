"""The working-day calendar: which days count, and how a period of days, months or hours ends.

The first day of a period is never counted (民法典 第二百零一条). A month or year ends on the corresponding
day, or on the last day of the month when there is none (第二百零二条). Days past the last published year
follow the weekend rule only; what touches them is provisional.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeAlias

Interval: TypeAlias = tuple[date, date]
"""First and last day of a suspension, both inclusive."""

LONGEST = 36_600
"""Longest period that is counted, in days: a hundred years."""

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class CalendarMalformed(ValueError):
    """A calendar to be loaded contradicts itself or cannot be read."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Published days off and make-up working days of whole years.

    Args:
        days_off: day off -> name of the holiday; empty when the notice was loaded without names.
        working_weekend_days: Saturdays and Sundays on which people work (调休).
        years: years whose notice has been published and loaded.
    """

    days_off: Mapping[date, str] = field(hash=False)
    working_weekend_days: frozenset[date]
    years: frozenset[int]
    _weekdays_off: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _weekend_days_on: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        off = sorted(day.toordinal() for day in self.days_off if day.weekday() < _SATURDAY)
        on = sorted(day.toordinal() for day in self.working_weekend_days)
        object.__setattr__(self, "_weekdays_off", tuple(off))
        object.__setattr__(self, "_weekend_days_on", tuple(on))

    def covers(self, first: date, last: date) -> bool:
        """Tell whether the notice of every year from ``first`` to ``last`` is loaded."""
        return all(year in self.years for year in range(first.year, last.year + 1))

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work on ``day``; past the published years, Monday to Friday."""
        if day.weekday() >= _SATURDAY:
            return day in self.working_weekend_days
        return day not in self.days_off

    def next_working_day(self, day: date) -> date:
        """Return ``day`` itself, or the first working day after it.

        Source: 民法典 第二百零三条.
        """
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after ``start`` up to ``end`` inclusive; negative when it lies before."""
        if end < start:
            return -self.working_days_between(end, start)
        first, last = start.toordinal(), end.toordinal()
        counted = _weekdays_up_to(last) - _weekdays_up_to(first)
        counted -= bisect_right(self._weekdays_off, last) - bisect_right(self._weekdays_off, first)
        return (
            counted + bisect_right(self._weekend_days_on, last) - bisect_right(self._weekend_days_on, first)
        )

    def add_working_days(self, start: date, count: int, suspensions: Sequence[Interval] = ()) -> date:
        """Return the ``count``-th working day after ``start``; ``start`` itself when ``count`` is 0."""
        return self._walk(start, count, suspensions, self.is_working_day)

    def subtract_working_days(self, end: date, count: int) -> date:
        """Return the latest working day that has ``count`` working days after it up to ``end`` inclusive."""
        if count == 0:
            return end
        day = end
        while self.working_days_between(day, end) < count or not self.is_working_day(day):
            day -= _ONE_DAY
        return day

    def add_natural_days(
        self, start: date, count: int, roll: bool, suspensions: Sequence[Interval] = ()
    ) -> date:
        """Return the ``count``-th day after ``start``, suspended days not counted.

        Args:
            start: day the period begins; not counted itself.
            count: every day counts, also days off.
            roll: move a last day that is a day off to the next working day.
            suspensions: days on which the period stands still.

        Source: 民法典 第二百零一、二百零三条; 生产安全事故报告和调查处理条例 第二十七条（鉴定时间不计入）.
        """
        last = self._walk(start, count, suspensions, None)
        return self.next_working_day(last) if roll else last

    def add_weeks(self, start: date, count: int, roll: bool, suspensions: Sequence[Interval] = ()) -> date:
        """Return the same weekday ``count`` weeks later, suspended days not counted."""
        return self.add_natural_days(start, 7 * count, roll, suspensions)

    def add_months(self, start: date, count: int, roll: bool, suspensions: Sequence[Interval] = ()) -> date:
        """Return the corresponding day ``count`` months later, or the last day of that month.

        Suspended days are added after the nominal end, as for days.

        Source: 民法典 第二百零二条.
        """
        nominal = corresponding_day(start, count)
        return self.add_natural_days(start, (nominal - start).days, roll, suspensions)

    def add_years(self, start: date, count: int, roll: bool, suspensions: Sequence[Interval] = ()) -> date:
        """Return the corresponding day ``count`` years later; 28 February for a leap day."""
        return self.add_months(start, 12 * count, roll, suspensions)

    def _walk(
        self, start: date, count: int, suspensions: Sequence[Interval], counts: Callable[[date], bool] | None
    ) -> date:
        if not 0 <= count <= LONGEST:
            raise ValueError(f"a period has between 0 and {LONGEST} days, not {count}")
        stopped = merge(suspensions)
        day = start
        while count > 0:
            day += _ONE_DAY
            if (counts is None or counts(day)) and not is_suspended(day, stopped):
                count -= 1
        return day

    @classmethod
    def from_years(cls, years: Mapping[int, Mapping[str, object]]) -> "Calendar":
        """Build a calendar from year -> days off and working weekend days, as ``to_mapping`` writes it.

        ``days_off`` is a list of "MM-DD" or a mapping from "MM-DD" to the name of the holiday.

        Raises:
            CalendarMalformed: unreadable day; a make-up day that is no weekend day or also a day off.
        """
        off: dict[date, str] = {}
        on: set[date] = set()
        for key, content in years.items():
            year = _year(key)
            unknown = set(content) - {"days_off", "working_weekend_days"}
            if unknown:
                raise CalendarMalformed(f"{year}年：不认识的项目 {'、'.join(sorted(map(str, unknown)))}")
            off.update((_day(year, text), name) for text, name in _named(content.get("days_off", ())))
            on.update(_day(year, text) for text, _ in _named(content.get("working_weekend_days", ())))
        for day in sorted(on):
            if day.weekday() < _SATURDAY:
                raise CalendarMalformed(f"{day}不是周六或周日，不能列为调休上班日")
            if day in off:
                raise CalendarMalformed(f"{day}既列为放假又列为上班")
        return cls(off, frozenset(on), frozenset(_year(key) for key in years))

    def to_mapping(self) -> dict[int, dict[str, object]]:
        """Write the calendar as plain data that ``from_years`` reads back."""
        written: dict[int, dict[str, object]] = {}
        for year in sorted(self.years):
            off = {_text(day): self.days_off[day] for day in sorted(self.days_off) if day.year == year}
            on = [_text(day) for day in sorted(self.working_weekend_days) if day.year == year]
            named = any(off.values())
            written[year] = {"days_off": off if named else list(off), "working_weekend_days": on}
        return written


def add_hours(start: datetime, count: int) -> datetime:
    """Return the moment ``count`` clock hours later; nights and holidays run on.

    Source: 民法典 第二百零一条（按照小时计算期间的，自法律规定或者当事人约定的时间开始计算）.
    """
    return start + timedelta(hours=count)


def corresponding_day(start: date, months: int) -> date:
    """Return the same day of the month ``months`` later, or that month's last day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def merge(suspensions: Iterable[Interval]) -> tuple[Interval, ...]:
    """Join overlapping and touching suspensions, so that each day is counted once; ordered by first day."""
    merged: list[Interval] = []
    for first, last in sorted(suspensions):
        if last < first:
            raise ValueError(f"a suspension ends before it begins: {first} to {last}")
        if merged and first <= merged[-1][1] + _ONE_DAY:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def is_suspended(day: date, merged: Sequence[Interval]) -> bool:
    """Tell whether ``day`` lies in one of the suspensions."""
    return any(first <= day <= last for first, last in merged)


def days_of(first: date, last: date) -> Iterable[date]:
    """Yield every day from ``first`` to ``last``, both inclusive."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


def _weekdays_up_to(ordinal: int) -> int:
    """Count Monday to Friday from day 1 (a Monday) to ``ordinal``, inclusive."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


def _year(key: object) -> int:
    try:
        year = int(str(key))
    except ValueError:
        raise CalendarMalformed(f"年份无法识别：{key}") from None
    if not 1949 <= year <= 9998:
        raise CalendarMalformed(f"年份无法识别：{key}")
    return year


def _day(year: int, text: str) -> date:
    try:
        return date.fromisoformat(f"{year}-{text}")
    except ValueError:
        raise CalendarMalformed(f"{year}年：日期无法识别：{text}（写作 月-日，如 04-05）") from None


def _named(days: object) -> Iterable[tuple[str, str]]:
    if isinstance(days, Mapping):
        return [(str(day), str(name)) for day, name in days.items()]
    if isinstance(days, list | tuple):
        return [(str(day), "") for day in days]
    raise CalendarMalformed(f"日期应为列表：{days}")


def _text(day: date) -> str:
    return day.isoformat()[5:]
