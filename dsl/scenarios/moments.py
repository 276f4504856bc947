"""Moments and lengths of time as a scenario says them: 2023-04-10 09:00, 今天前40日, 3个工作日后."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from engine.calendar import Calendar
from engine.values import Span, Unit

MORNING = time(9)
"""The hour of a day that is named without one."""

_UNITS = {
    "分钟": Unit.MINUTE,
    "小时": Unit.HOUR,
    "个工作日": Unit.WORKING_DAY,
    "工作日": Unit.WORKING_DAY,
    "日": Unit.DAY,
    "天": Unit.DAY,
    "周": Unit.WEEK,
    "个月": Unit.MONTH,
    "年": Unit.YEAR,
}
_LENGTH = rf"(?P<count>\d+)\s*(?P<unit>{'|'.join(_UNITS)})"
_SPAN = re.compile(_LENGTH)
_CLOCK = re.compile(r"\s*(?P<hour>\d{1,2})(?::(?P<minute>\d{2})|[时点](?:(?P<minutes>\d{1,2})分)?)$")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_FROM_DAY = re.compile(rf"(?P<day>今天|昨天|明天)(?:(?P<way>前|后)\s*{_LENGTH})?")
_FROM_NOW = re.compile(rf"{_LENGTH}(?P<way>前|后)")
_DAYS = {"今天": 0, "昨天": -1, "明天": 1}


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What relative words are counted from: the clock of the scenario, and the day of the performance."""

    now: datetime
    today: date
    zone: tzinfo
    calendar: Calendar

    def moment(self, text: str) -> datetime | None:
        """Read a moment; a day without an hour is its morning. None when the text says none."""
        found = self._read(text)
        if found is None or isinstance(found, datetime):
            return found
        return datetime.combine(found, MORNING, self.zone)

    def day(self, text: str) -> date | None:
        """Read a day. None when the text says none."""
        found = self._read(text)
        return found.astimezone(self.zone).date() if isinstance(found, datetime) else found

    def names_hour(self, text: str) -> bool:
        """Tell whether a text says a moment, not only a day."""
        return isinstance(self._read(text), datetime)

    def after(self, span: Span, since: datetime | None = None) -> datetime:
        """Return the moment a span after another (now); a negative count goes back."""
        local = (since or self.now).astimezone(self.zone)
        match span.unit:
            case Unit.MINUTE:
                return local + timedelta(minutes=span.count)
            case Unit.HOUR:
                return local + timedelta(hours=span.count)
            case _:
                return datetime.combine(self._days(local.date(), span), local.time(), self.zone)

    def _days(self, day: date, span: Span) -> date:
        match span.unit:
            case Unit.WORKING_DAY:
                return self._working_days(day, span.count)
            case Unit.WEEK:
                return day + timedelta(weeks=span.count)
            case Unit.MONTH:
                return self._months(day, span.count)
            case Unit.YEAR:
                return self._months(day, span.count * 12)
            case _:
                return day + timedelta(days=span.count)

    def _working_days(self, day: date, count: int) -> date:
        step = timedelta(days=1 if count > 0 else -1)
        left = abs(count)
        while left:
            day += step
            left -= self.calendar.is_working_day(day)
        return day

    def _months(self, day: date, count: int) -> date:
        months = day.year * 12 + day.month - 1 + count
        for last in (day.day, 30, 29, 28):
            try:
                return date(months // 12, months % 12 + 1, last)
            except ValueError:
                continue
        raise ValueError(f"no such month: {day} {count:+}")

    def _read(self, text: str) -> date | datetime | None:
        said = text.strip()
        if said == "现在":
            return self.now.astimezone(self.zone)
        clock = _CLOCK.search(said)
        found = self._read_day(said[: clock.start()] if clock else said)
        if found is None or clock is None:
            return found
        day = found.date() if isinstance(found, datetime) else found
        return self._at(day, int(clock["hour"]), int(clock["minute"] or clock["minutes"] or 0))

    def _at(self, day: date, hour: int, minute: int) -> datetime | None:
        """A time of a day; 24:00 is the end of the day, as limits are written. None when there is none such."""
        if (hour, minute) == (24, 0):
            return datetime.combine(day + timedelta(days=1), time(), self.zone)
        if hour > 23 or minute > 59:
            return None
        return datetime.combine(day, time(hour, minute), self.zone)

    def _read_day(self, said: str) -> date | datetime | None:
        for written in (_ISO, _CHINESE):
            found = written.fullmatch(said)
            if found:
                return _date(int(found[1]), int(found[2]), int(found[3]))
        found = _FROM_DAY.fullmatch(said)
        if found:
            day = self.today + timedelta(days=_DAYS[found["day"]])
            return self._days(day, _length(found)) if found["way"] else day
        found = _FROM_NOW.fullmatch(said)
        if not found:
            return None
        span = _length(found)
        moment = self.after(span)
        return moment if span.unit in (Unit.HOUR, Unit.MINUTE) else moment.date()


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_relative(text: str) -> bool:
    """Tell whether a moment is counted from 今天 or from now, rather than a date of its own."""
    return _ISO.match(text.strip()) is None and _CHINESE.match(text.strip()) is None


def span_of(text: str) -> Span | None:
    """Read 15个工作日. None when the text says no length."""
    found = _SPAN.fullmatch(text.strip())
    return Span(int(found["count"]), _UNITS[found["unit"]]) if found else None


def _length(found: re.Match[str]) -> Span:
    count = int(found["count"])
    return Span(-count if found["way"] == "前" else count, _UNITS[found["unit"]])
