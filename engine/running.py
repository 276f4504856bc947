"""A limit in the state as the full computation that explains it."""

from datetime import datetime, time, timedelta, tzinfo

from engine.calendar import Calendar
from engine.deadlines import Due, Limit, Pause, due, due_at
from engine.marking import Running


def due_of(running: Running, calendar: Calendar, zone: tzinfo) -> Due | None:
    """Compute a limit of the state again by a calendar; None when its start or end is not known (无法证明).

    A given end that was extended runs on from its own day.
    """
    pauses = tuple(Pause(since, until) for since, until in running.pauses)
    start = None if running.until is None else running.until.value
    if start is not None and not running.extensions:
        return due_at(start, zone, start=running.start)
    if start is not None:
        first, *more = running.extensions
        if not isinstance(start, datetime):
            start = datetime.combine(start, time(), zone)
        return due(start, first, calendar, zone, pauses=pauses, extensions=more, rolls=running.rolls)
    if running.start is None or running.span is None:
        return None
    return due(
        running.start,
        running.span,
        calendar,
        zone,
        pauses=pauses,
        extensions=running.extensions,
        rolls=running.rolls,
    )


def known_end(running: Running, zone: tzinfo) -> Due:
    """Return the end of a limit as the state has it, without the days that made it."""
    limit = Limit(running.start, running.span, zone, rolls=running.rolls)
    return Due(limit, running.last_day, running.last_day, running.due, running.whole_days)


def lateness(running: Running | None, moment: datetime, zone: tzinfo) -> tuple[bool, int]:
    """Tell whether a moment is past a limit of the state, and by how many whole days."""
    if running is None or running.due is None:
        return False, 0
    if running.whole_days:
        past = moment >= running.due
        return past, (moment.astimezone(zone).date() - running.last_day).days if past else 0
    past = moment > running.due
    return past, (moment - running.due) // timedelta(days=1) if past else 0
