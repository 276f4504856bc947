"""A simulation is reproducible, ends its cases, and says what was late, what queued, what was never reached and what is stuck."""

from dataclasses import replace
from datetime import date

import pytest

from engine.definition import Definition, Field, Role
from engine.edge_refusals import Malformed
from engine.expressions import Between, Compare, Comparison, FieldRef, Literal, Quantified, Quantifier
from engine.simulation.assumptions import Assumptions, read_assumptions
from engine.simulation.report import SimulationReport
from engine.simulation.run import simulate
from engine.values import Kind, Type
from tests.unit.calendar.test_vectors import CALENDAR
from tests.unit.core.building import (
    YES,
    back,
    block,
    branch,
    check,
    chose,
    equal,
    field,
    form,
    process,
    step,
    wait,
    when,
    within,
)
from tests.unit.core.world import SHANGHAI

MONDAY = Assumptions(begins=date(2023, 4, 10))


def run(definition: Definition, cases: int = 20, seed: int = 1, **assumed: object) -> SimulationReport:
    assumptions = replace(MONDAY, **assumed)  # type: ignore[arg-type]  # fields by name
    return simulate(definition, cases, seed, CALENDAR, SHANGHAI, assumptions)


LINE = process(
    step("受理", deadlines=(within(1),)),
    block("会办", branch("甲线", step("甲办")), branch("乙线", step("乙办", "站长"))),
    step("归档"),
)
LOOP = process(
    step("起草"),
    step("审批", outcomes=("同意", "重写"), routes=lambda n: ((when(chose("重写"), back(n("起草"))),),)),
)


def test_the_same_seed_gives_the_same_report() -> None:
    assert run(LINE, seed=3) == run(LINE, seed=3)
    assert run(LINE, seed=3) != run(LINE, seed=4)


def test_lists_get_as_long_as_the_definition_asks() -> None:
    entry = form("班", "带班")
    whole = Type(Kind.INTEGER)
    days, length = FieldRef("排班表", "天数"), Quantified(Quantifier.COUNT, FieldRef("排班表", "班次"), "班")
    roster = form(
        "排班表",
        Field(
            "天数", whole, YES, checks=(Between(days, Literal(28, whole), Literal(31, whole), True, True),)
        ),
        Field("班次", Type(Kind.LIST, "班"), YES),
    )
    report = run(
        process(
            step(
                "排班",
                fills=("排班表",),
                verifies=(check(Compare(Comparison.EQ, length, days), "每天一班"),),
            ),
            forms=(entry, roster),
        )
    )
    assert dict(report.ended) == {"办结": 20}


def test_every_case_ends_and_every_step_is_counted() -> None:
    report = run(LINE)
    assert dict(report.ended) == {"办结": 20} and not report.stuck
    assert {each.name: each.done for each in report.steps} == {"受理": 20, "甲办": 20, "乙办": 20, "归档": 20}
    assert report.unreached == ()


def test_few_people_make_queues_and_lateness() -> None:
    plenty, one = run(LINE, staff=6, hours=4.0), run(LINE, staff=1, hours=4.0)
    assert one.steps[0].late > plenty.steps[0].late
    assert max(each.longest_queue for each in one.roles) > max(each.longest_queue for each in plenty.roles)


def test_absence_makes_work_wait() -> None:
    def waited(report: SimulationReport) -> float:
        return sum(each.hours_waiting for each in report.roles)

    assert waited(run(LINE, staff=1, absence=0.5)) > waited(run(LINE, staff=1, absence=0.0))


def test_a_loop_ends_even_when_people_like_to_go_round() -> None:
    report = run(LOOP, weights={"审批": {"重写": 50.0}})
    assert dict(report.ended) == {"办结": 20}
    assert next(each.done for each in report.steps if each.name == "审批") > 20


def test_nobody_for_a_step_is_stuck_and_named() -> None:
    report = run(LINE, cases=2, staff_of={"站长": 0})
    assert len(report.stuck) == 2
    assert "乙办：没有人担任站长" in report.stuck[0].places


def test_a_condition_is_met_by_values_near_those_it_asks_for() -> None:
    large = when(equal(field("数", "单"), "一千零一"), back(0))
    made = process(step("填报", fills=("单",)), step("复核", routes=((large,),)), forms=(form("单", "数"),))
    assert run(made, cases=40).steps[0].done > 40


def test_what_comes_from_outside_comes_in_some_days() -> None:
    made = process(step("上报"), wait("等批复", event="批复"), step("归档"), events=())
    report = run(made, cases=3)
    assert len(report.stuck) == 3 and "没有现行规程会发出“批复”" in report.stuck[0].places[0]


def test_an_unreached_step_is_named() -> None:
    never = when(chose("否"), back(0))
    made = process(
        step("一", outcomes=("是",), routes=((never,),)),
        step("二", skip_unless=equal(field("数", "单"), "甲甲")),
        step("三"),
        forms=(form("单", "数"),),
        roles=(Role("经办"),),
    )
    assert run(made, cases=3).unreached == ("二",)


def test_assumptions_are_data_and_mistakes_are_told_at_once() -> None:
    read = read_assumptions({"每个工作日案件": 2, "人数": {"站长": 1}, "开始": "2023-04-10"})
    assert (read.arrivals, read.staff_of, read.begins) == (2, {"站长": 1}, date(2023, 4, 10))
    with pytest.raises(Malformed) as refused:
        read_assumptions({"每天案件": 2, "请假比例": "一半", "人数": 3})
    assert all(each in str(refused.value) for each in ("每天案件", "请假比例", "人数"))
