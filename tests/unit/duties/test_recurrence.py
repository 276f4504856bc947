"""Which periods a recurring duty has, one rule a test."""

from datetime import date

import pytest

from engine.recurrence import Cycle, MonthDay, Recurrence, Term, term_text, terms
from tests.unit.calendar.test_vectors import CALENDAR


def periods(rule: Recurrence, since: str, until: str) -> list[str]:
    """Periods as "first/last"."""
    found = terms(rule, date.fromisoformat(since), date.fromisoformat(until), CALENDAR)
    return [f"{term.first}/{term.last}" for term in found]


def test_a_period_is_whole_also_when_only_a_day_of_it_was_asked_for() -> None:
    assert periods(Recurrence(Cycle.MONTH), "2023-04-10", "2023-04-10") == ["2023-04-01/2023-04-30"]


def test_weeks_begin_on_monday() -> None:
    assert periods(Recurrence(Cycle.WEEK), "2023-04-10", "2023-04-17") == [
        "2023-04-10/2023-04-16",
        "2023-04-17/2023-04-23",
    ]


def test_the_third_ten_days_run_to_the_end_of_the_month() -> None:
    assert periods(Recurrence(Cycle.TEN_DAYS), "2023-02-05", "2023-02-28") == [
        "2023-02-01/2023-02-10",
        "2023-02-11/2023-02-20",
        "2023-02-21/2023-02-28",
    ]


def test_working_days_follow_the_calendar() -> None:
    """2023-04-23 is a Sunday that is worked, 2023-04-29 to 05-03 are off."""
    found = periods(Recurrence(Cycle.WORKING_DAY), "2023-04-22", "2023-05-04")
    assert [each[:10] for each in found] == [
        "2023-04-23", "2023-04-24", "2023-04-25", "2023-04-26", "2023-04-27", "2023-04-28", "2023-05-04",
    ]  # fmt: skip


def test_a_window_cuts_the_periods() -> None:
    rule = Recurrence(Cycle.MONTH, opens=MonthDay(6, 10), closes=MonthDay(7, 20))
    assert periods(rule, "2023-01-01", "2023-12-31") == ["2023-06-10/2023-06-30", "2023-07-01/2023-07-20"]


def test_a_window_may_run_over_the_turn_of_the_year() -> None:
    rule = Recurrence(Cycle.MONTH, opens=MonthDay(12, 1), closes=MonthDay(1, 31))
    assert periods(rule, "2023-01-01", "2024-01-01") == [
        "2023-01-01/2023-01-31",
        "2023-12-01/2023-12-31",
        "2024-01-01/2024-01-31",
    ]


def test_once_a_year_in_a_window_is_once_a_season() -> None:
    rule = Recurrence(Cycle.YEAR, opens=MonthDay(11, 1), closes=MonthDay(3, 31))
    assert periods(rule, "2023-01-01", "2023-12-31") == ["2022-11-01/2023-03-31", "2023-11-01/2024-03-31"]


def test_the_29th_of_february_is_the_28th_in_other_years() -> None:
    rule = Recurrence(Cycle.YEAR, opens=MonthDay(2, 29), closes=MonthDay(2, 29))
    assert periods(rule, "2023-01-01", "2024-12-31") == ["2023-02-28/2023-02-28", "2024-02-29/2024-02-29"]


def test_so_many_days_are_counted_from_the_beginning_of_the_year() -> None:
    rule = Recurrence(Cycle.DAY, every=15)
    assert periods(rule, "2023-01-14", "2023-01-16") == ["2023-01-01/2023-01-15", "2023-01-16/2023-01-30"]
    assert periods(rule, "2023-12-31", "2024-01-01") == ["2023-12-27/2023-12-31", "2024-01-01/2024-01-15"]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (Recurrence(Cycle.DAY), "2023年5月1日"),
        (Recurrence(Cycle.WEEK), "2023年第18周"),
        (Recurrence(Cycle.TEN_DAYS), "2023年5月上旬"),
        (Recurrence(Cycle.MONTH), "2023年5月"),
        (Recurrence(Cycle.QUARTER), "2023年第2季度"),
        (Recurrence(Cycle.HALF_YEAR), "2023年上半年"),
        (Recurrence(Cycle.YEAR), "2023年"),
        (Recurrence(Cycle.WEEK, every=2), "2023年5月1日至2023年5月14日"),
    ],
)
def test_what_a_period_is_called(rule: Recurrence, text: str) -> None:
    assert term_text(rule, Term(date(2023, 5, 1), date(2023, 5, 14))) == text
