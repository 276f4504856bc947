"""When something is due, why, and how near it is.

A limit in days, weeks, months or years ends at 24:00 of its last local day (stored as the UTC moment at which
the next day begins); a limit in hours or minutes ends at its exact moment, nights and holidays running on.
Everything is computed from the start, the span, the stops and the extensions, so that a newly loaded calendar
only needs `recompute`. Source of the rules: 民法典 第二百零一至二百零三条; 条例 第二十七、二十九条.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from engine.calendar import Calendar, Interval, corresponding_day, days_of, is_suspended, merge
from engine.record import Struct, replace
from engine.values import Span, Unit

MORNING = time(9)
"""Local time of day at which a reminder counted in days is sent."""

_MINUTES = {Unit.MINUTE: 1, Unit.HOUR: 60}
_ONE_DAY = timedelta(days=1)

_Stop: TypeAlias = tuple[datetime, datetime]
DayOff: TypeAlias = tuple[date, str]
"""A statutory day off and the name of its holiday; empty when the calendar has no names."""


class ClockState(StrEnum):
    """The five words of a clock (正常 临期 逾期 中止 …)."""

    NOT_STARTED = "not_started"
    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    STOPPED = "stopped"
    DONE = "done"
    DONE_LATE = "done_late"
    UNPROVABLE = "unprovable"  # an anchor's date is not known: 无法证明


class Pause(Struct):
    """A clock stands from ``since`` to ``until``, or still stands (None).

    Limits in days leave out every whole local day from the first to the last, both inclusive.
    """

    since: datetime
    until: datetime | None


class Limit(Struct):
    """What a due moment is computed from.

    Args:
        start: moment from which the limit runs; its local day is not counted. None: only the end is given.
        span: length of the limit; None when the end is given by a field or another clock.
        pauses: lawful stops of the clock, in any order; overlapping ones count once.
        extensions: granted extensions in order; each runs on from the unmoved end before it.
        rolls: a last day off moves to the next working day; never for limits in hours.
    """

    start: datetime | None
    span: Span | None
    zone: tzinfo
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Span, ...] = ()
    rolls: bool = True


class Due(Struct):
    """A due moment with the days that made it.

    Args:
        nominal: last local day before a day off was moved.
        day: last local day on which the work may be finished; for limits in hours the day of ``due``.
        due: end of that day, or the exact moment, in UTC. None while the clock stands: it is known again when
            the stop ends.
        whole_days: the limit ends with a day, not at a moment.
        provisional: some day lies past the last published calendar year.
        skipped: statutory days off that did not count.
        worked: make-up working days that counted.
        suspended: stopped days that did not count.
        stopped_since: when the stop that still lasts began.
    """

    limit: Limit
    nominal: date
    day: date
    due: datetime | None
    whole_days: bool
    provisional: bool = False
    skipped: tuple[DayOff, ...] = ()
    worked: tuple[date, ...] = ()
    suspended: tuple[Interval, ...] = ()
    stopped_since: datetime | None = None


def due(
    start: datetime,
    span: Span,
    calendar: Calendar,
    zone: tzinfo,
    *,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Span] = (),
    rolls: bool = True,
) -> Due:
    """Compute when a limit of ``span`` that began at ``start`` (an aware moment) ends; see `Limit`."""
    return _compute(Limit(start, span, zone, tuple(pauses), tuple(extensions), rolls), start, span, calendar)


def plain_end(start: datetime, span: Span, calendar: Calendar, zone: tzinfo, *, rolls: bool) -> Due:
    """Compute where a limit ends that nothing has stopped or extended; its `limit` does not say when it began."""
    if span.unit in _MINUTES:
        return due(start, span, calendar, zone, rolls=rolls)
    return _by_days(_local(start, zone), (span,), (), rolls, zone, calendar)


def due_at(until: date | datetime, zone: tzinfo, *, start: datetime | None = None) -> Due:
    """Take a given end: a day ends at its 24:00, a moment is exact. It is never moved."""
    limit = Limit(start, None, zone, rolls=False)
    if isinstance(until, datetime):
        day = until.astimezone(zone).date()
        return Due(limit, day, day, until.astimezone(UTC), whole_days=False)
    return Due(limit, until, until, end_of_day(until, zone), whole_days=True)


def recompute(old: Due, calendar: Calendar) -> Due:
    """Compute the same limit by a newly loaded calendar."""
    if old.limit.start is None or old.limit.span is None:
        return old
    return _compute(old.limit, old.limit.start, old.limit.span, calendar)


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Return 24:00 of a local day as a UTC moment."""
    return datetime.combine(day + _ONE_DAY, time(), zone).astimezone(UTC)


def add_span(day: date, span: Span, calendar: Calendar, suspensions: Sequence[Interval] = ()) -> date:
    """Return the last day of a limit of days, weeks, months or years after ``day``, not moved.

    Raises:
        ValueError: for a span in hours or minutes, which has no last day.
    """
    match span.unit:
        case Unit.WORKING_DAY:
            return calendar.add_working_days(day, span.count, suspensions)
        case Unit.DAY:
            return calendar.add_natural_days(day, span.count, False, suspensions)
        case Unit.WEEK:
            return calendar.add_weeks(day, span.count, False, suspensions)
        case Unit.MONTH:
            return calendar.add_months(day, span.count, False, suspensions)
        case Unit.YEAR:
            return calendar.add_years(day, span.count, False, suspensions)
        case Unit.HOUR | Unit.MINUTE:
            raise ValueError(f"a limit of {span.count} {span.unit} has no last day")


def is_late(end: Due, at: datetime) -> bool:
    """Tell whether ``at`` lies after the end: on a later local day, or past the exact moment."""
    if end.due is None:
        return False
    return at >= end.due if end.whole_days else at > end.due


def days_late(end: Due, at: datetime) -> int:
    """Count the days by which ``at`` is late: local days; full 24 hours of exact limits; 0 when in time."""
    if end.due is None or not is_late(end, at):
        return 0
    if end.whole_days:
        return (at.astimezone(end.limit.zone).date() - end.day).days
    return (at - end.due) // _ONE_DAY


def reminder_moment(end: Due, ahead: Span, calendar: Calendar) -> datetime | None:
    """Return when to remind ``ahead`` of the end; None while the clock stands.

    Counted in days it is the morning (`MORNING`) of that day, before an exact limit the same time of day;
    counted in hours it is exact.
    """
    if end.due is None:
        return None
    if ahead.unit in _MINUTES:
        return end.due - _minutes(ahead)
    day = _day_before(end.day, ahead, calendar)
    at = MORNING if end.whole_days else end.due.astimezone(end.limit.zone).timetz().replace(tzinfo=None)
    return datetime.combine(day, at, end.limit.zone).astimezone(UTC)


def overdue_moment(end: Due, after: Span | None, calendar: Calendar) -> datetime | None:
    """Return when ``after`` has fully passed beyond the end; at the end itself for None.

    逾期 5个工作日 is reached at 24:00 of the fifth working day after the last day.
    None while the clock stands.
    """
    if end.due is None or after is None:
        return end.due
    if after.unit in _MINUTES:
        return end.due + _minutes(after)
    day = add_span(end.day, after, calendar)
    if end.whole_days:
        return end_of_day(day, end.limit.zone)
    at = end.due.astimezone(end.limit.zone)
    return datetime.combine(day, at.time(), end.limit.zone).astimezone(UTC)


def clock_state(
    end: Due | None,
    now: datetime,
    calendar: Calendar,
    *,
    finished: datetime | None = None,
    warning: Span | None = None,
) -> ClockState:
    """Return the word of a clock.

    Args:
        end: None when the limit has not begun to run.
        finished: when the work was done; late work stays visibly late.
        warning: how long before the end 临期 begins. None: the smaller of 30 % of the allowed time and 3
            working days, but at least 1 working day; half the time for exact limits of 24 hours or less.
    """
    if end is None:
        return ClockState.NOT_STARTED
    if finished is not None:
        return ClockState.DONE_LATE if is_late(end, finished) else ClockState.DONE
    if end.due is None:
        return ClockState.STOPPED
    if is_late(end, now):
        return ClockState.OVERDUE
    soon = _is_near(end, end.due, now, calendar) if warning is None else _within(end, now, warning, calendar)
    return ClockState.DUE_SOON if soon else ClockState.ON_TIME


def _is_near(end: Due, last: datetime, now: datetime, calendar: Calendar) -> bool:
    start = end.limit.start
    if not end.whole_days:
        allowed = last - start if start is not None else timedelta(days=10)
        if allowed <= _ONE_DAY:
            return 2 * (last - now) <= allowed
        return last - now <= max(_ONE_DAY, min(allowed * 3 / 10, 3 * _ONE_DAY))
    left = calendar.working_days_between(now.astimezone(end.limit.zone).date(), end.day)
    if start is None:
        return left <= 3
    allowed_days = calendar.working_days_between(start.astimezone(end.limit.zone).date(), end.day)
    return left <= 1 or (left <= 3 and 10 * left <= 3 * allowed_days)


def _within(end: Due, now: datetime, warning: Span, calendar: Calendar) -> bool:
    if end.due is None:
        return False
    if warning.unit in _MINUTES:
        return now >= end.due - _minutes(warning)
    return now.astimezone(end.limit.zone).date() >= _day_before(end.day, warning, calendar)


def _compute(limit: Limit, start: datetime, span: Span, calendar: Calendar) -> Due:
    spans = (span, *limit.extensions)
    closed = [(pause.since, pause.until) for pause in limit.pauses if pause.until is not None]
    if all(part.unit in _MINUTES for part in spans):
        result = _exact(limit, start, spans, closed)
    else:
        stopped = merge((_local(since, limit.zone), _local(until, limit.zone)) for since, until in closed)
        first = _local(start, limit.zone)
        result = replace(_by_days(first, spans, stopped, limit.rolls, limit.zone, calendar), limit=limit)
    last = result.due
    running = [pause.since for pause in limit.pauses if pause.until is None and last and pause.since < last]
    return replace(result, due=None, stopped_since=min(running)) if running else result


def _exact(limit: Limit, start: datetime, spans: Sequence[Span], closed: Sequence[_Stop]) -> Due:
    length = sum((_minutes(part) for part in spans), timedelta())
    moment = _run(start, length, closed)
    day = moment.astimezone(limit.zone).date()
    return Due(limit, day, day, moment.astimezone(UTC), whole_days=False)


@lru_cache(maxsize=4096)
def _by_days(
    first: date,
    spans: tuple[Span, ...],
    stopped: tuple[Interval, ...],
    rolls: bool,
    zone: tzinfo,
    calendar: Calendar,
) -> Due:
    """Count the days of a limit that began on `first`: the same for all work that arrives on one day, so kept."""
    last = first
    counted: list[date] = []
    for part in spans:
        before = last
        last = _last_day(before, part, calendar, stopped)
        if part.unit is Unit.WORKING_DAY:
            counted += [day for day in days_of(before + _ONE_DAY, last) if not is_suspended(day, stopped)]
    moved = calendar.next_working_day(last) if rolls else last
    day = moved
    while is_suspended(day, stopped):  # it stood still before the day that a day off had moved it to was over
        day = calendar.next_working_day(day + _ONE_DAY)
    reached = last if day == moved else day
    by_calendar = rolls or any(part.unit is Unit.WORKING_DAY for part in spans)
    return Due(
        Limit(None, None, zone),
        nominal=last,
        day=day,
        due=end_of_day(day, zone),
        whole_days=True,
        provisional=by_calendar and not calendar.covers(first, day),
        skipped=tuple((off, calendar.days_off[off]) for off in counted if off in calendar.days_off),
        worked=tuple(on for on in counted if on in calendar.working_weekend_days),
        suspended=tuple(
            (max(a, first + _ONE_DAY), min(b, reached)) for a, b in stopped if first < b and a <= reached
        ),
    )


def _local(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def _last_day(day: date, part: Span, calendar: Calendar, stopped: Sequence[Interval]) -> date:
    if part.unit in _MINUTES:
        return day + timedelta(days=-(-_minutes(part) // _ONE_DAY))
    return add_span(day, part, calendar, stopped)


def _run(start: datetime, length: timedelta, closed: Sequence[_Stop]) -> datetime:
    """Let ``length`` pass from ``start``, standing still during the stops."""
    moment = start
    for since, until in sorted(closed):
        if until <= moment:
            continue
        before = max(since - moment, timedelta())
        if length <= before:
            break
        length -= before
        moment = until
    return moment + length


def _day_before(day: date, ahead: Span, calendar: Calendar) -> date:
    match ahead.unit:
        case Unit.WORKING_DAY:
            return calendar.subtract_working_days(day, ahead.count)
        case Unit.DAY:
            return day - timedelta(days=ahead.count)
        case Unit.WEEK:
            return day - timedelta(weeks=ahead.count)
        case Unit.MONTH:
            return corresponding_day(day, -ahead.count)
        case Unit.YEAR:
            return corresponding_day(day, -12 * ahead.count)
        case Unit.HOUR | Unit.MINUTE:
            raise ValueError(f"{ahead.count} {ahead.unit} is not counted in days")


def _minutes(span: Span) -> timedelta:
    return timedelta(minutes=span.count * _MINUTES[span.unit])
