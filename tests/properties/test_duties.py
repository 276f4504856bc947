"""Recurring duties: every day of the window lies in one period, and each holder owes each period once.

Whoever looks, and however seldom, finds the same: a system that was down makes up for it exactly.
"""

import itertools
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.occurrences import Force, Occurrence, Tenure, occurrences
from engine.recurrence import UNCOUNTED, Cycle, MonthDay, Recurrence, terms
from tests.unit.calendar.test_vectors import CALENDAR

DAY = timedelta(days=1)
BEGINNING, END = date(2021, 11, 1), date(2024, 3, 31)
days = st.dates(BEGINNING, END)
month_days = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: MonthDay(day.month, day.day))


@st.composite
def rules(draw: st.DrawFn) -> Recurrence:
    cycle = draw(st.sampled_from(Cycle))
    every = 1 if cycle in UNCOUNTED else draw(st.integers(1, 5))
    window = draw(st.none() | st.tuples(month_days, month_days))
    return Recurrence(cycle, every, draw(st.integers(1, 2)), *(window or (None, None)))


def is_open(rule: Recurrence, day: date) -> bool:
    """Tell whether a day lies in the window, by comparing month and day."""
    if rule.opens is None or rule.closes is None:
        return True
    opens, closes = rule.opens.in_year(day.year), rule.closes.in_year(day.year)
    if (rule.closes.month, rule.closes.day) < (rule.opens.month, rule.opens.day):
        return day >= opens or day <= closes
    return opens <= day <= closes


@given(rules(), days, days)
def test_periods_cover_the_window_once_and_nothing_else(rule: Recurrence, one: date, other: date) -> None:
    since, until = sorted((one, other))
    found = list(terms(rule, since, until, CALENDAR))

    assert all(earlier.last < later.first for earlier, later in itertools.pairwise(found))
    for offset in range((until - since).days + 1):
        day = since + offset * DAY
        wanted = is_open(rule, day)
        if rule.cycle is Cycle.WORKING_DAY:
            wanted = wanted and CALENDAR.is_working_day(day)
        assert sum(term.first <= day <= term.last for term in found) == wanted, day
    assert all(is_open(rule, day) for term in found for day in (term.first, term.last))


@given(rules(), days, days, days)
def test_a_period_is_the_same_whoever_asks(rule: Recurrence, one: date, two: date, three: date) -> None:
    since, middle, until = sorted((one, two, three))
    whole = list(terms(rule, since, until, CALENDAR))
    parts = [*terms(rule, since, middle, CALENDAR), *terms(rule, middle, until, CALENDAR)]
    assert list(dict.fromkeys(parts)) == whole


@st.composite
def tenures(draw: st.DrawFn) -> list[Tenure]:
    def spell() -> Tenure:
        ends = draw(st.tuples(st.none() | days, st.none() | days))
        first, last = ends
        if first is not None and last is not None and last < first:
            first, last = last, first
        return Tenure(draw(st.sampled_from("甲乙丙")), None, first, last)

    return [spell() for _ in range(draw(st.integers(0, 5)))]


@settings(deadline=None)
@given(rules(), days, tenures(), st.lists(days, min_size=1, max_size=12))
def test_each_holder_owes_each_period_once_however_seldom_one_looks(
    rule: Recurrence, begins: date, held: list[Tenure], looks: list[date]
) -> None:
    last = max(looks)
    force = Force(rule, begins, opening=True)

    def after(visits: list[date]) -> dict[tuple[date, str, str, int], Occurrence]:
        known: dict[tuple[date, str, str, int], Occurrence] = {}
        mark = begins
        for day in visits:
            for each in occurrences(force, held, mark, day, CALENDAR):
                known.setdefault(each.key, each)
            mark = day
        return known

    every_day = [begins + n * DAY for n in range((last - begins).days + 1)]
    often, seldom = after(every_day), after(sorted(day for day in looks if day >= begins))
    if last >= begins:
        assert often == seldom
    for occurrence in often.values():
        assert occurrence.first <= last and occurrence.last >= begins
        assert any(
            each.account == occurrence.holder
            and (each.first or date.min) <= occurrence.last
            and (each.last or date.max) >= occurrence.first
            for each in held
        )
