"""A figure agrees with a naive recount of the raw events, whatever people did and whenever it is asked for."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.periods import Period
from engine.register_views import Drill, Part, RegisterQuery
from engine.views import Item
from tests.integration.test_registers import with_register
from tests.integration.town import FORM, MORNING, TownAt
from tests.properties.recount import recount

MONTHS = [Period(date(2023, 4, 1), date(2023, 4, 30)), Period(date(2023, 5, 1), date(2023, 5, 31))]


class AnyTown(RuleBasedStateMachine):
    """People report, accept, send back and withdraw; days pass."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.town = TownAt(f"sqlite:///{folder}/town.db")
        self.town.found(with_register())
        self.engine = self.stack.enter_context(self.town.open())
        self.cases: list[int] = []

    @rule(village=st.sampled_from(["sz", "xz"]), unit=st.sampled_from(["zz", ""]))
    def report(self, village: str, unit: str) -> None:
        case = self.engine.start("审批", by="wang", form=FORM | {"村": village, "单位": unit})
        self.cases.append(case.id)

    @rule(which=st.integers(0, 20))
    def do_something(self, which: int) -> None:
        """The first open item of some case is answered; signing sends back every other time."""
        for item in self._items(which):
            by = {"受理": "li", "甲办": "zhao", "乙办": "sun", "签发": "sun"}[item.step]
            back = item.step == "签发" and which % 2 == 0
            outcome = {True: "退回重办", False: "同意"}[back] if item.step == "签发" else None
            form = {"情况": "属实"} if item.step == "受理" else None
            self.engine.complete(item.id, by=by, form=form, outcome=outcome)
            return

    def _items(self, which: int) -> Iterator[Item]:
        if self.cases:
            yield from self.engine.case(self.cases[which % len(self.cases)]).items

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.town.clock.move(days=days)
        self.engine.tick()

    @invariant()
    def figures_agree(self) -> None:
        for month in MONTHS:
            view = self.engine.statistic("受理率", "li", month)
            histories = [self.engine.history(case) for case in self.cases]
            assert (view.figure.numerator, view.figure.denominator) == recount(histories, month)
            drill = Drill("受理率", Part.DENOMINATOR, month)
            listed = self.engine.register("审批台账", "li", RegisterQuery(drill=drill, limit=None))
            assert listed.total == view.figure.denominator

    @invariant()
    def a_past_day_never_changes(self) -> None:
        day: datetime = MORNING + timedelta(days=2)
        if self.town.clock.now <= day + timedelta(days=1):
            return
        then = day.date()
        histories = [
            [entry for entry in self.engine.history(case) if entry.recorded_at.date() <= then]
            for case in self.cases
        ]
        view = self.engine.statistic("受理率", "li", MONTHS[0], as_of=then)
        assert (view.figure.numerator, view.figure.denominator) == recount(histories, MONTHS[0])

    def teardown(self) -> None:
        self.stack.close()


TestAnyTown = AnyTown.TestCase
TestAnyTown.settings = settings(max_examples=4, stateful_step_count=14, deadline=None)
