"""The working-day calendar, one rule a test."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import Calendar, CalendarMalformed, merge
from tests.unit.calendar.test_vectors import CALENDAR

DAYS = st.dates(date(2019, 1, 1), date(2027, 12, 31))
COUNTS = st.integers(0, 120)
INTERVALS = st.lists(
    st.builds(lambda first, days: (first, first + timedelta(days=days)), DAYS, st.integers(0, 40)), max_size=3
)


def test_清明节放假一天不计入工作日() -> None:
    assert CALENDAR.add_working_days(date(2023, 4, 3), 3) == date(2023, 4, 7)


def test_调休上班的星期日计入工作日() -> None:
    assert CALENDAR.add_working_days(date(2023, 4, 21), 1) == date(2023, 4, 23)


def test_not_rolled_a_period_ends_on_its_own_last_day() -> None:
    assert CALENDAR.add_natural_days(date(2023, 8, 5), 60, roll=False) == date(2023, 10, 4)


def test_a_leap_day_a_year_later_is_the_last_of_february() -> None:
    assert CALENDAR.add_years(date(2024, 2, 29), 1, roll=False) == date(2025, 2, 28)


def test_two_weeks_are_fourteen_days() -> None:
    assert CALENDAR.add_weeks(date(2026, 11, 2), 2, roll=False) == date(2026, 11, 16)


def test_suspended_working_days_are_not_counted() -> None:
    stop = (date(2023, 4, 24), date(2023, 4, 26))
    assert CALENDAR.add_working_days(date(2023, 4, 20), 5, [stop]) == date(2023, 5, 4)


def test_a_suspension_after_the_end_changes_nothing() -> None:
    later = (date(2023, 4, 10), date(2023, 4, 12))
    assert CALENDAR.add_working_days(date(2023, 4, 3), 3, [later]) == date(2023, 4, 7)


def test_past_the_published_years_only_weekends_are_off() -> None:
    assert CALENDAR.is_working_day(date(2027, 10, 1))
    assert not CALENDAR.is_working_day(date(2027, 10, 2))
    assert not CALENDAR.covers(date(2026, 12, 30), date(2027, 1, 4))


def test_a_period_of_more_than_a_hundred_years_is_refused() -> None:
    with pytest.raises(ValueError):
        CALENDAR.add_natural_days(date(2023, 1, 1), 40_000, roll=False)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"days_off": [], "working_weekend_days": ["04-05"]}, "不是周六或周日"),
        ({"days_off": ["04-23"], "working_weekend_days": ["04-23"]}, "既列为放假又列为上班"),
        ({"days_off": ["02-30"]}, "日期无法识别"),
        ({"days_off": "04-05"}, "日期应为列表"),
        ({"holidays": ["04-05"]}, "不认识的项目"),
    ],
)
def test_a_malformed_calendar_is_refused_with_its_reason(days: dict[str, object], said: str) -> None:
    with pytest.raises(CalendarMalformed, match=said):
        Calendar.from_years({2023: days})


def test_a_year_that_is_no_number_is_refused() -> None:
    with pytest.raises(CalendarMalformed, match="年份无法识别"):
        Calendar.from_years({"二〇二三": {}})  # type: ignore[dict-item]  # what a careless file holds


def test_the_names_of_holidays_are_kept() -> None:
    named = {2023: {"days_off": {"04-05": "清明节"}, "working_weekend_days": ["04-23"]}}
    assert Calendar.from_years(named).days_off[date(2023, 4, 5)] == "清明节"
    assert Calendar.from_years(named).to_mapping() == named


def test_what_is_written_is_read_back_equal() -> None:
    assert Calendar.from_years(CALENDAR.to_mapping()) == CALENDAR


@given(DAYS, DAYS)
def test_counting_working_days_agrees_with_asking_day_by_day(start: date, end: date) -> None:
    start, end = min(start, end), max(start, end)
    naive = sum(CALENDAR.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
    assert CALENDAR.working_days_between(start, end) == naive
    assert CALENDAR.working_days_between(end, start) == -naive


@given(DAYS, st.integers(1, 120))
def test_adding_working_days_and_counting_them_are_inverse(start: date, count: int) -> None:
    end = CALENDAR.add_working_days(start, count)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.working_days_between(start, end) == count


@given(DAYS, st.integers(1, 120))
def test_subtracting_working_days_undoes_adding_them(start: date, count: int) -> None:
    start = CALENDAR.next_working_day(start)
    assert CALENDAR.subtract_working_days(CALENDAR.add_working_days(start, count), count) == start


@given(DAYS, COUNTS, COUNTS, INTERVALS)
def test_a_longer_period_never_ends_earlier(
    start: date, one: int, other: int, stops: list[tuple[date, date]]
) -> None:
    short, long = min(one, other), max(one, other)
    assert CALENDAR.add_working_days(start, short, stops) <= CALENDAR.add_working_days(start, long, stops)
    assert CALENDAR.add_natural_days(start, short, True, stops) <= CALENDAR.add_natural_days(
        start, long, True, stops
    )


@given(DAYS, DAYS, st.integers(0, 30))
def test_a_later_start_never_ends_earlier(one: date, other: date, months: int) -> None:
    first, second = min(one, other), max(one, other)
    assert CALENDAR.add_months(first, months, True) <= CALENDAR.add_months(second, months, True)


@given(DAYS, st.integers(1, 120), INTERVALS)
def test_a_suspension_moves_the_end_by_exactly_its_days(
    start: date, count: int, stops: list[tuple[date, date]]
) -> None:
    end = CALENDAR.add_natural_days(start, count, False, stops)
    passed = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    counted = [day for day in passed if not any(first <= day <= last for first, last in stops)]
    assert len(counted) == count and counted[-1] == end


@given(INTERVALS)
def test_overlapping_suspensions_count_each_day_once(stops: list[tuple[date, date]]) -> None:
    each = {first + timedelta(days=n) for first, last in stops for n in range((last - first).days + 1)}
    assert sum((last - first).days + 1 for first, last in merge(stops)) == len(each)
