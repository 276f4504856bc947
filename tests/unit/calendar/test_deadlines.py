"""Due moments, reminders, overdue moments and the words of a clock, one rule a test."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import Calendar
from engine.deadlines import (
    ClockState,
    Due,
    Pause,
    clock_state,
    days_late,
    due,
    due_at,
    is_late,
    overdue_moment,
    recompute,
    reminder_moment,
)
from engine.values import Span, Unit
from tests.unit.calendar.test_vectors import CALENDAR, DATA

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """Read a local moment, "2023-04-03 10:00"; 09:00 when only the day is given."""
    return datetime.fromisoformat(text if " " in text else f"{text} 09:00").replace(tzinfo=ZONE)


def working_days(count: int) -> Span:
    return Span(count, Unit.WORKING_DAY)


def limit(start: str, span: Span, **more: object) -> Due:
    return due(at(start), span, CALENDAR, ZONE, **more)  # type: ignore[arg-type]  # keywords passed through


def pause(since: str, until: str | None) -> Pause:
    return Pause(at(since), None if until is None else at(until))


SPRING = limit("2023-04-03 16:20", working_days(3))


def test_到期日的24时以世界时存储() -> None:
    assert SPRING.day == date(2023, 4, 7)
    assert SPRING.due == datetime(2023, 4, 7, 16, tzinfo=UTC)


def test_清明节列为未计入的一天() -> None:
    assert [day for day, _ in SPRING.skipped] == [date(2023, 4, 5)]


def test_调休上班日列为计入() -> None:
    assert limit("2023-04-21", working_days(2)).worked == (date(2023, 4, 23),)


def test_the_start_is_the_local_day_not_the_day_in_greenwich() -> None:
    """23:30 UTC on the 2nd is already the 3rd in the township."""
    started = datetime(2023, 4, 2, 23, 30, tzinfo=UTC)
    assert due(started, Span(1, Unit.DAY), CALENDAR, ZONE).day == date(2023, 4, 4)


def test_nominal_and_moved_day_are_both_known() -> None:
    found = limit("2023-08-05", Span(60, Unit.DAY))
    assert (found.nominal, found.day) == (date(2023, 10, 4), date(2023, 10, 7))


def test_不顺延的期限在假日届满() -> None:
    assert limit("2023-01-27", Span(30, Unit.DAY), rolls=False).day == date(2023, 2, 26)


def test_hours_run_through_nights_and_holidays() -> None:
    found = limit("2023-12-31 23:30", Span(1, Unit.HOUR))
    assert found.due == at("2024-01-01 00:30") and not found.provisional


def test_appraisal_days_are_left_out_and_overlaps_count_once() -> None:
    stops = [pause("2023-02-10", "2023-03-06"), pause("2023-03-01", "2023-03-15")]
    found = limit("2023-01-27", Span(60, Unit.DAY), pauses=stops)
    assert found.day == date(2023, 5, 4)
    assert found.suspended == ((date(2023, 2, 10), date(2023, 3, 15)),)


def test_an_hour_clock_stands_for_exactly_the_length_of_the_stop() -> None:
    found = limit(
        "2023-06-15 08:00", Span(4, Unit.HOUR), pauses=[pause("2023-06-15 09:00", "2023-06-15 12:30")]
    )
    assert found.due == at("2023-06-15 15:30")


def test_an_extension_runs_on_from_the_unmoved_end() -> None:
    found = limit("2023-01-27", Span(60, Unit.DAY), extensions=[Span(60, Unit.DAY)])
    assert (found.nominal, found.day) == (date(2023, 5, 27), date(2023, 5, 29))


def test_a_stop_on_the_day_that_a_holiday_moved_the_end_to_moves_it_on() -> None:
    """The 21st day is the 1st of May; the holiday moves it to the 4th, and on that day the clock is stopped."""
    found = limit("2023-04-10", Span(21, Unit.DAY), pauses=[pause("2023-05-04", "2023-05-08")])
    assert (found.nominal, found.day) == (date(2023, 5, 1), date(2023, 5, 9))
    assert found.suspended == ((date(2023, 5, 4), date(2023, 5, 8)),)


def test_while_a_stop_lasts_there_is_no_due_moment() -> None:
    found = limit("2023-04-03", working_days(3), pauses=[pause("2023-04-04", None)])
    assert found.due is None and found.stopped_since == at("2023-04-04")
    assert clock_state(found, at("2023-06-01"), CALENDAR) is ClockState.STOPPED


def test_a_stop_after_the_end_does_not_undo_lateness() -> None:
    found = limit("2023-04-03", working_days(3), pauses=[pause("2023-04-10", None)])
    assert clock_state(found, at("2023-04-11"), CALENDAR) is ClockState.OVERDUE


def test_past_the_published_years_a_deadline_is_provisional() -> None:
    assert limit("2026-12-30", working_days(5)).provisional
    assert not limit("2026-12-01", working_days(5)).provisional
    assert not limit("2026-12-30", Span(30, Unit.DAY), rolls=False).provisional


def test_loading_the_missing_year_settles_a_provisional_deadline() -> None:
    provisional = limit("2026-12-30", working_days(3))
    years = {int(year): days for year, days in DATA["days"].items()}
    loaded = Calendar.from_years(years | {2027: {"days_off": ["01-01", "01-04"]}})
    assert provisional.day == date(2027, 1, 4)
    settled = recompute(provisional, loaded)
    assert settled.day == date(2027, 1, 6) and not settled.provisional


def test_a_given_day_ends_at_its_24_and_is_never_moved() -> None:
    found = due_at(date(2023, 10, 4), ZONE)
    assert found.due == at("2023-10-05 00:00") and found.whole_days
    assert recompute(found, CALENDAR) == found


def test_a_given_moment_is_exact() -> None:
    found = due_at(at("2023-10-04 17:30"), ZONE)
    assert found.due == at("2023-10-04 17:30") and not found.whole_days


def test_到期当日不算逾期次日算() -> None:
    assert not is_late(SPRING, at("2023-04-07 23:59"))
    assert is_late(SPRING, at("2023-04-08 00:00"))


def test_整一小时仍算按时() -> None:
    found = limit("2023-06-15 14:30", Span(1, Unit.HOUR))
    assert not is_late(found, at("2023-06-15 15:30"))
    assert is_late(found, at("2023-06-15 15:31"))


def test_lateness_is_counted_in_local_days() -> None:
    assert [days_late(SPRING, at(f"2023-04-{day:02} 08:00")) for day in (7, 8, 10)] == [0, 1, 3]


def test_a_reminder_in_working_days_comes_in_the_morning_of_that_working_day() -> None:
    found = limit("2023-04-21", working_days(5))
    assert reminder_moment(found, working_days(3), CALENDAR) == at("2023-04-24 09:00")


@pytest.mark.parametrize(
    ("ahead", "moment"),
    [
        (Span(1, Unit.DAY), "2023-04-06 09:00"),
        (Span(1, Unit.WEEK), "2023-03-31 09:00"),
        (Span(1, Unit.MONTH), "2023-03-07 09:00"),
        (Span(1, Unit.YEAR), "2022-04-07 09:00"),
        (Span(4, Unit.HOUR), "2023-04-07 20:00"),
    ],
)
def test_reminders_in_other_units(ahead: Span, moment: str) -> None:
    assert reminder_moment(SPRING, ahead, CALENDAR) == at(moment)


def test_a_reminder_in_days_before_an_exact_moment_keeps_the_time_of_day() -> None:
    found = limit("2023-06-15 14:30", Span(72, Unit.HOUR))
    assert reminder_moment(found, Span(1, Unit.DAY), CALENDAR) == at("2023-06-17 14:30")


def test_the_first_overdue_moment_is_the_end_itself() -> None:
    assert overdue_moment(SPRING, None, CALENDAR) == SPRING.due


@pytest.mark.parametrize(
    ("after", "moment"),
    [
        (working_days(5), "2023-04-15 00:00"),
        (Span(2, Unit.DAY), "2023-04-10 00:00"),
        (Span(30, Unit.MINUTE), "2023-04-08 00:30"),
    ],
)
def test_a_later_rung_is_reached_when_its_time_has_fully_passed(after: Span, moment: str) -> None:
    assert overdue_moment(SPRING, after, CALENDAR) == at(moment)


def test_a_later_rung_after_an_exact_moment_keeps_the_time_of_day() -> None:
    found = limit("2023-06-15 14:30", Span(1, Unit.HOUR))
    assert overdue_moment(found, working_days(1), CALENDAR) == at("2023-06-16 15:30")


def test_a_standing_clock_has_neither_reminder_nor_overdue_moment() -> None:
    found = limit("2023-04-03", working_days(3), pauses=[pause("2023-04-04", None)])
    assert reminder_moment(found, working_days(1), CALENDAR) is None
    assert overdue_moment(found, working_days(1), CALENDAR) is None


@pytest.mark.parametrize(
    ("days", "today", "word"),
    [
        (20, "2026-11-24", ClockState.ON_TIME),  # 剩 4 个工作日
        (20, "2026-11-25", ClockState.DUE_SOON),  # 剩 3: at most three days
        (5, "2026-11-05", ClockState.ON_TIME),  # 剩 2 of 5: 30 % is one day and a half
        (5, "2026-11-06", ClockState.DUE_SOON),  # 剩 1
        (1, "2026-11-02", ClockState.DUE_SOON),  # at least one working day
    ],
)
def test_临期_begins_at_the_default_line(days: int, today: str, word: ClockState) -> None:
    assert clock_state(limit("2026-11-02", working_days(days)), at(today), CALENDAR) is word


def test_short_clocks_are_near_at_half_their_time() -> None:
    found = limit("2026-11-02 09:00", Span(2, Unit.HOUR))
    assert clock_state(found, at("2026-11-02 09:59"), CALENDAR) is ClockState.ON_TIME
    assert clock_state(found, at("2026-11-02 10:00"), CALENDAR) is ClockState.DUE_SOON


def test_a_definition_may_set_its_own_line() -> None:
    found = limit("2026-11-02", working_days(20))
    assert clock_state(found, at("2026-11-23"), CALENDAR, warning=working_days(5)) is ClockState.DUE_SOON
    assert clock_state(found, at("2026-11-20"), CALENDAR, warning=working_days(5)) is ClockState.ON_TIME


def test_finished_and_not_begun_have_words_of_their_own() -> None:
    assert clock_state(None, at("2023-04-03"), CALENDAR) is ClockState.NOT_STARTED
    done, late = at("2023-04-06"), at("2023-04-09")
    assert clock_state(SPRING, at("2023-05-01"), CALENDAR, finished=done) is ClockState.DONE
    assert clock_state(SPRING, at("2023-05-01"), CALENDAR, finished=late) is ClockState.DONE_LATE


MOMENTS = st.builds(lambda hours: at("2019-01-01 00:00") + timedelta(hours=hours), st.integers(0, 65_000))
SPANS = st.builds(Span, st.integers(1, 60), st.sampled_from([Unit.WORKING_DAY, Unit.DAY, Unit.HOUR]))


@given(MOMENTS, SPANS, st.booleans())
def test_a_deadline_lies_after_its_start_and_is_in_time_until_it(
    start: datetime, span: Span, rolls: bool
) -> None:
    found = due(start, span, CALENDAR, ZONE, rolls=rolls)
    assert found.due is not None and found.due > start
    assert not is_late(found, found.due - timedelta(microseconds=1))
    assert is_late(found, found.due + timedelta(microseconds=1))


@given(MOMENTS, SPANS, st.integers(0, 40), st.integers(0, 30))
def test_a_stop_never_makes_a_deadline_earlier(start: datetime, span: Span, after: int, length: int) -> None:
    since = start + timedelta(days=after)
    stopped = due(start, span, CALENDAR, ZONE, pauses=[Pause(since, since + timedelta(days=length))])
    plain = due(start, span, CALENDAR, ZONE)
    assert stopped.due is not None and plain.due is not None and stopped.due >= plain.due
