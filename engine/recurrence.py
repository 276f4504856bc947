"""The calendar of a recurring duty: which periods there are, when each begins and ends, what it is called.

Periods are those of the wall calendar (weeks from Monday, 旬 of a month, quarters), cut to the days of the year in
which the duty exists (窗口). Nothing is counted from the day of a deployment, so that the same question always has the
same answer. Pure: days in, days out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from engine.calendar import Calendar

_ONE_DAY = timedelta(days=1)


class Cycle(StrEnum):
    """The unit of a period."""

    DAY = "day"
    WORKING_DAY = "working_day"
    WEEK = "week"
    TEN_DAYS = "ten_days"  # 旬
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


UNCOUNTED = frozenset((Cycle.WORKING_DAY, Cycle.TEN_DAYS, Cycle.HALF_YEAR))
"""Units of which a period is always one."""
_MONTHS: Mapping[Cycle, int] = {Cycle.MONTH: 1, Cycle.QUARTER: 3, Cycle.HALF_YEAR: 6, Cycle.YEAR: 12}


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of every year; the 29th of February is the 28th where there is none."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """Return the day in a year."""
        if (self.month, self.day) == (2, 29) and not _is_leap(year):
            return date(year, 2, 28)
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """每月 至少 1次, 窗口 6月1日 至 9月30日: `times` in every period of `every` units, from `opens` to `closes`.

    A window whose last day lies before its first runs on into the next year. A yearly duty with a window has one
    period a season: the window itself.
    """

    cycle: Cycle
    every: int = 1
    times: int = 1
    opens: MonthDay | None = None
    closes: MonthDay | None = None


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """One period: its first and last local day, both included."""

    first: date
    last: date


_ALWAYS = Term(date(1, 1, 1), date(9999, 12, 31))


def terms(rule: Recurrence, since: date, until: date, calendar: Calendar) -> Iterator[Term]:
    """Yield the periods that have a day between `since` and `until` (both included), in order."""
    for season in _seasons(rule, since, until):
        if rule.cycle is Cycle.YEAR and rule.opens is not None:
            yield season
            continue
        day = max(season.first, since)
        while day <= min(season.last, until):
            whole = _around(rule, day, season)
            if rule.cycle is not Cycle.WORKING_DAY or calendar.is_working_day(day):
                yield Term(max(whole.first, season.first), min(whole.last, season.last))
            if whole.last >= until:
                break
            day = whole.last + _ONE_DAY


def _seasons(rule: Recurrence, since: date, until: date) -> Iterator[Term]:
    """Yield the stretches of time in which the duty exists and that touch the days asked for."""
    if rule.opens is None or rule.closes is None:
        yield _ALWAYS
        return
    over = int((rule.closes.month, rule.closes.day) < (rule.opens.month, rule.opens.day))
    for year in range(since.year - over, until.year + 1):
        season = Term(rule.opens.in_year(year), rule.closes.in_year(year + over))
        if season.last >= since and season.first <= until:
            yield season


def _around(rule: Recurrence, day: date, season: Term) -> Term:
    """Return the period of the wall calendar that a day lies in."""
    match rule.cycle:
        case Cycle.DAY | Cycle.WORKING_DAY:
            return _days_around(day, rule.every, season)
        case Cycle.WEEK:
            length = 7 * rule.every
            first = date.fromordinal((day.toordinal() - 1) // length * length + 1)  # day 1 was a Monday
            return Term(first, first + timedelta(days=length - 1))
        case Cycle.TEN_DAYS:
            tenth = min((day.day - 1) // 10, 2)
            last = _last_of_months(day.year, day.month) if tenth == 2 else day.replace(day=tenth * 10 + 10)
            return Term(day.replace(day=tenth * 10 + 1), last)
        case Cycle.MONTH | Cycle.QUARTER | Cycle.HALF_YEAR | Cycle.YEAR:
            length = _MONTHS[rule.cycle] * rule.every
            month = (day.year * 12 + day.month - 1) // length * length
            end = month + length - 1
            return Term(date(month // 12, month % 12 + 1, 1), _last_of_months(end // 12, end % 12 + 1))


def _days_around(day: date, every: int, season: Term) -> Term:
    """So many days at a time, counted from the beginning of the window or else of the year."""
    origin = date(day.year, 1, 1) if season is _ALWAYS else season.first
    first = origin + timedelta(days=(day - origin).days // every * every)
    last = first + timedelta(days=every - 1)
    return Term(first, min(last, date(day.year, 12, 31)) if season is _ALWAYS else last)


def _last_of_months(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - _ONE_DAY


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def longest(rule: Recurrence) -> int:
    """Return the greatest number of days that a period of the rule may have."""
    days = {
        Cycle.DAY: 1,
        Cycle.WORKING_DAY: 1,
        Cycle.WEEK: 7,
        Cycle.TEN_DAYS: 11,
        Cycle.MONTH: 31,
        Cycle.QUARTER: 92,
        Cycle.HALF_YEAR: 184,
        Cycle.YEAR: 366,
    }
    return days[rule.cycle] * rule.every


# ---- names


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _month(day: date) -> str:
    return f"{day.year}年{day.month}月"


_LABELS: Mapping[Cycle, Callable[[date], str]] = {
    Cycle.DAY: _day,
    Cycle.WORKING_DAY: _day,
    Cycle.WEEK: lambda day: "{}年第{}周".format(*day.isocalendar()[:2]),
    Cycle.TEN_DAYS: lambda day: f"{_month(day)}{'上中下'[min((day.day - 1) // 10, 2)]}旬",
    Cycle.MONTH: _month,
    Cycle.QUARTER: lambda day: f"{day.year}年第{(day.month + 2) // 3}季度",
    Cycle.HALF_YEAR: lambda day: f"{day.year}年{'上' if day.month <= 6 else '下'}半年",
    Cycle.YEAR: lambda day: f"{day.year}年",
}


def term_text(rule: Recurrence, term: Term) -> str:
    """Return what a period is called (期次): 2023年4月, 2023年第15周, 2023年4月10日至2023年4月24日."""
    if rule.every > 1 or (rule.cycle is Cycle.YEAR and term.first.year != term.last.year):
        return f"{_day(term.first)}至{_day(term.last)}"
    return _LABELS[rule.cycle](term.first)


_CYCLES: Mapping[Cycle, str] = {
    Cycle.DAY: "每日",
    Cycle.WORKING_DAY: "每个工作日",
    Cycle.WEEK: "每周",
    Cycle.TEN_DAYS: "每旬",
    Cycle.MONTH: "每月",
    Cycle.QUARTER: "每季度",
    Cycle.HALF_YEAR: "每半年",
    Cycle.YEAR: "每年",
}
_COUNTED: Mapping[Cycle, str] = {
    Cycle.DAY: "日",
    Cycle.WEEK: "周",
    Cycle.MONTH: "个月",
    Cycle.QUARTER: "个季度",
    Cycle.YEAR: "年",
}


def period_text(rule: Recurrence) -> str:
    """Write how often: 每月至少1次, 每2周至少1次."""
    cycle = _CYCLES[rule.cycle] if rule.every == 1 else f"每{rule.every}{_COUNTED[rule.cycle]}"
    return f"{cycle}至少{rule.times}次"


def window_text(rule: Recurrence) -> str:
    """Write the days of the year in which a duty exists; empty when it always does."""
    if rule.opens is None or rule.closes is None:
        return ""
    return f"{rule.opens.month}月{rule.opens.day}日至{rule.closes.month}月{rule.closes.day}日"
