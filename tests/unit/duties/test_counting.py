"""How missed periods are counted, and how a row stands."""

from datetime import UTC, date, datetime, timedelta

from engine.duty_rows import DISPROVED, DutyItem, Standing, missed_before
from engine.occurrences import Occurrence

MAY = Occurrence(date(2023, 5, 1), date(2023, 5, 31), "wang")


def month(number: int, became: str, ordinal: int = 1, year: int = 2023) -> DutyItem:
    """What was owed in a month: done, late, missed, excused or false."""
    due = datetime(year, number, 28, tzinfo=UTC)
    done = {"done": due, "false": due, "late": due + timedelta(days=1)}.get(became)
    return DutyItem(
        "月检", date(year, number, 1), date(year, number, 28), "", "wang", ordinal, number, due, done,
        verdict=DISPROVED if became == "false" else "", excuse="整期请假" if became == "excused" else "",
    )  # fmt: skip


def test_nothing_before_is_nothing_missed() -> None:
    assert missed_before(MAY, []) == (0, 0)


def test_a_row_of_missed_periods_ends_at_one_done_in_time() -> None:
    assert missed_before(MAY, [month(4, "missed"), month(3, "done"), month(2, "missed")]) == (1, 2)


def test_late_and_false_count_as_missed() -> None:
    assert missed_before(MAY, [month(4, "late"), month(3, "false")]) == (2, 2)


def test_an_excused_period_neither_counts_nor_interrupts() -> None:
    assert missed_before(MAY, [month(4, "excused"), month(3, "missed")]) == (1, 1)


def test_the_year_begins_anew_and_the_row_goes_on() -> None:
    assert missed_before(MAY, [month(4, "missed"), month(12, "missed", year=2022)]) == (2, 1)


def test_of_several_in_a_period_the_first_missed_stands_for_it() -> None:
    second = Occurrence(MAY.first, MAY.last, "wang", ordinal=2)
    assert missed_before(second, [month(5, "missed")]) is None
    assert missed_before(second, [month(5, "done"), month(4, "missed", 2), month(4, "done", 1)]) == (1, 1)


def test_how_a_row_stands() -> None:
    before, after = datetime(2023, 4, 27, tzinfo=UTC), datetime(2023, 4, 28, tzinfo=UTC)
    assert month(4, "missed").standing(before) is Standing.PENDING
    assert month(4, "missed").standing(after) is Standing.MISSED
    assert month(4, "late").standing(after) is Standing.LATE
    assert month(4, "done").standing(before) is Standing.DONE
    assert month(4, "false").standing(after) is Standing.DISPROVED
    assert month(4, "excused").standing(after) is Standing.EXEMPT
