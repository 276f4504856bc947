"""A date that nobody has published: a clock that has ended on such a day is neither late nor in time."""

from datetime import date

from engine.commands import Act, Correct
from engine.definition import Actions, Anchor, AnchorKind, Clock, Field, Notify, Overdue
from engine.events import Notified
from engine.values import Kind, Type, Value
from tests.unit.core.building import days, field, form, process, step
from tests.unit.core.world import MONDAY, World, local, running


def reported(**report: Value) -> World:
    """An investigation whose report has come, with or without the day on which it was handed in."""
    clock = Clock(
        "调查",
        days(60),
        Anchor(AnchorKind.MOMENT, moment=field("发生", "快报")),
        Anchor(AnchorKind.MOMENT, moment=field("提交", "报告")),
        overdue=(Overdue(None, Actions((Notify(("县",), "调查超期"),))),),
    )
    made = process(
        step("快报", fills=("快报",)),
        step("收报告", fills=("报告",)),
        step("批复"),
        forms=(
            form("快报", Field("发生", Type(Kind.TIME))),
            form("报告", Field("提交", Type(Kind.DATE)), "结论"),
        ),
        clocks=(clock,),
    )
    case = running(made)
    case.complete("快报", by="经办甲", forms={"快报": {"发生": MONDAY}})
    case.later(days=100)
    case.complete("收报告", by="经办甲", forms={"报告": {"结论": "责任事故", **report}})
    return case


def test_an_end_without_a_date_cannot_be_proved() -> None:
    clock = reported().state.clocks[0]
    assert clock.running.missing and clock.ended is None and not clock.timers


def test_the_date_entered_later_proves_the_clock() -> None:
    case = reported()
    case.do(Correct(Act("经办甲", reason="补录提交日期"), "报告", {"提交": date(2023, 6, 8)}))
    clock = case.state.clocks[0]
    assert clock.ended == local(2023, 6, 8) and not clock.late


def test_a_date_past_the_limit_is_late() -> None:
    clock = reported(提交=date(2023, 6, 20)).state.clocks[0]
    assert clock.ended == local(2023, 6, 20) and clock.late


def test_an_unproved_clock_sends_no_notices() -> None:
    case = reported()
    before = len(case.happened(Notified))
    case.later(days=400).tick()
    assert len(case.happened(Notified)) == before
