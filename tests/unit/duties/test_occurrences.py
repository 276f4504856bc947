"""Who owes what: versions, posts, leave; and the draw of a sample."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from engine.occurrences import Absence, Force, Occurrence, Tenure, drawn, excuse, occurrences
from engine.recurrence import Cycle, Recurrence
from tests.unit.calendar.test_vectors import CALENDAR

MONTHLY = Force(Recurrence(Cycle.MONTH), date(2023, 4, 1), opening=True)
APRIL = (date(2023, 4, 1), date(2023, 4, 30))
WANG = Tenure("wang")


def owed(force: Force, until: date, *tenures: Tenure) -> list[tuple[date, date, str | None]]:
    found = occurrences(force, tenures or None, date(2023, 4, 1), until, CALENDAR)
    return [(each.first, each.last, each.holder) for each in found]


def test_a_duty_of_the_town_is_owed_once_a_period() -> None:
    assert owed(MONTHLY, date(2023, 5, 1)) == [(*APRIL, None), (date(2023, 5, 1), date(2023, 5, 31), None)]


def test_several_times_a_period_are_several_occurrences() -> None:
    twice = Force(Recurrence(Cycle.MONTH, times=2), date(2023, 4, 1))
    found = occurrences(twice, None, *APRIL, CALENDAR)
    assert [each.ordinal for each in found] == [1, 2]


def test_the_first_version_governs_the_rest_of_the_period_in_which_it_begins() -> None:
    late = Force(Recurrence(Cycle.MONTH), date(2023, 4, 10), opening=True)
    assert owed(late, date(2023, 4, 30))[0][:2] == (date(2023, 4, 10), date(2023, 4, 30))


def test_a_later_version_begins_with_the_next_period() -> None:
    later = Force(Recurrence(Cycle.MONTH), date(2023, 4, 10))
    assert owed(later, date(2023, 5, 1)) == [(date(2023, 5, 1), date(2023, 5, 31), None)]


def test_a_period_belongs_to_the_version_of_its_first_day() -> None:
    former = Force(Recurrence(Cycle.MONTH), date(2023, 1, 1), date(2023, 4, 10))
    assert owed(former, date(2023, 6, 1)) == [(*APRIL, None)]


def test_who_takes_the_post_in_the_middle_owes_it_from_then_on() -> None:
    joined = Tenure("li", first=date(2023, 4, 20))
    assert owed(MONTHLY, date(2023, 4, 19), WANG, joined) == [(*APRIL, "wang")]
    assert owed(MONTHLY, date(2023, 4, 20), WANG, joined) == [(*APRIL, "wang"), (*APRIL, "li")]


def test_who_left_before_owes_nothing() -> None:
    assert owed(MONTHLY, date(2023, 4, 20), WANG, Tenure("li", last=date(2023, 3, 31))) == [(*APRIL, "wang")]


def test_a_post_held_twice_is_owed_once() -> None:
    again = (Tenure("li", last=date(2023, 4, 5)), Tenure("li", first=date(2023, 4, 20)))
    assert owed(MONTHLY, date(2023, 4, 30), *again) == [(*APRIL, "li")]


def why(*absences: Absence, tenures: Sequence[Tenure] = (WANG,), today: date = date(2023, 4, 1)) -> str:
    return excuse(Occurrence(*APRIL, "wang"), tenures, absences, today)


def test_leave_over_every_day_excuses() -> None:
    assert why(Absence("wang", date(2023, 3, 20), date(2023, 4, 30))) == "整期请假"


def test_leave_recorded_in_pieces_counts_as_one() -> None:
    pieces = (
        Absence("wang", date(2023, 4, 16), date(2023, 5, 2)),
        Absence("wang", date(2023, 4, 1), date(2023, 4, 15)),
    )
    assert why(*pieces) == "整期请假"


def test_a_day_at_work_is_enough_to_owe() -> None:
    assert why(Absence("wang", date(2023, 4, 1), date(2023, 4, 29))) == ""
    assert why(Absence("li", *APRIL)) == ""


def test_leave_counts_from_the_day_the_post_was_taken() -> None:
    joined = (Tenure("wang", first=date(2023, 4, 20)),)
    rest = Absence("wang", date(2023, 4, 20), date(2023, 4, 30))
    assert why(rest, tenures=joined, today=date(2023, 4, 20)) == "整期请假"


def test_the_post_given_up_before_the_end_excuses_once_it_is_given_up() -> None:
    left = (Tenure("wang", last=date(2023, 4, 18)),)
    assert why(tenures=left, today=date(2023, 4, 18)) == ""
    assert why(tenures=left, today=date(2023, 4, 19)) == "期中离任"
    assert why(tenures=left, today=date(2023, 6, 1)) == "期中离任"


def test_the_post_given_up_afterwards_excuses_nothing() -> None:
    assert why(tenures=(Tenure("wang", last=date(2023, 5, 1)),), today=date(2023, 6, 1)) == ""


def test_a_draw_can_be_repeated_and_is_rounded_up() -> None:
    pool = [f"查〔2023〕{n}号" for n in range(1, 12)]
    chosen = drawn("5eed", pool, Fraction(1, 10))
    assert len(chosen) == 2
    assert chosen == drawn("5eed", reversed(pool), Fraction(1, 10))
    assert len(drawn("5eed", pool[:1], Fraction(1, 20))) == 1
    assert drawn("5eed", pool, Fraction(1)) == set(pool)


def test_another_seed_draws_others() -> None:
    pool = [str(n) for n in range(100)]
    assert drawn("a", pool, Fraction(1, 2)) != drawn("b", pool, Fraction(1, 2))
