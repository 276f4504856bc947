"""Due moments, reminders, overdue ladders, extensions: each once, in order, also after the engine was down."""

from datetime import date

import pytest

from engine.commands import Act, ApplyExtension, ClaimTask, CompleteTask, Recount
from engine.definition import (
    Actions,
    Anchor,
    AnchorKind,
    Deadline,
    Escalate,
    Extension,
    Field,
    Overdue,
    Performer,
    Reminder,
    Trigger,
    Urge,
)
from engine.events import (
    CaseTriggered,
    Escalated,
    Event,
    IncidentRaised,
    Notified,
    StepCompleted,
    TaskUrged,
    TimerFired,
)
from engine.refusals import ExtensionForbidden, NotAllowed
from engine.values import Kind, Span, Type, Unit
from tests.unit.core.building import (
    FINISH,
    NO,
    back,
    block,
    branch,
    chose,
    days,
    field,
    form,
    goto,
    process,
    step,
    text,
    when,
    within,
)
from tests.unit.core.world import World, local, running


def test_working_days_run_from_the_day_after() -> None:
    case = running(process(step("办理", deadlines=(within(5, Unit.WORKING_DAY),)), step("二")))
    assert case.due("办理") == local(2023, 4, 18)


def test_the_first_deadline_whose_condition_holds_counts() -> None:
    limits = (within(1, when=NO), within(3))
    case = running(process(step("办理", deadlines=limits), step("二")))
    assert case.due("办理") == local(2023, 4, 14)


def test_a_limit_runs_from_the_completion_of_another_step() -> None:
    made = process(
        step("受理"),
        step("初审"),
        step("决定", deadlines=lambda n: (within(10, anchor=Anchor(AnchorKind.NODE, n("受理"))),)),
    )
    case = running(made)
    case.complete("受理")
    case.later(days=4).complete("初审")
    assert case.due("决定") == local(2023, 4, 21)


def dated() -> World:
    day = form("五到位", Field("完成日期", Type(Kind.DATE)))
    until = Deadline(until=field("完成日期", "五到位"))
    return running(process(step("定案", fills=("五到位",)), step("整改", deadlines=(until,)), forms=(day,)))


def test_a_limit_may_be_the_date_of_a_field() -> None:
    case = dated()
    case.complete("定案", forms={"五到位": {"完成日期": date(2023, 4, 17)}})
    assert case.due("整改") == local(2023, 4, 18)


def test_a_limit_without_its_date_cannot_be_proved() -> None:
    case = dated()
    case.complete("定案", forms={"五到位": {}})
    assert case.due("整改") is None
    running_limit = next(iter(case.state.activations.values())).running
    assert running_limit is not None and running_limit.missing


def test_a_missing_date_that_is_corrected_lets_the_limit_run() -> None:
    from engine.commands import Correct

    case = dated()
    case.complete("定案", by="经办甲", forms={"五到位": {}})
    case.do(Correct(Act("经办甲", reason="漏填"), "五到位", {"完成日期": date(2023, 4, 20)}))
    assert case.due("整改") == local(2023, 4, 21)


def ladder() -> World:
    rungs = (
        Overdue(None, Actions((Urge(()),))),
        Overdue(Span(1, Unit.DAY), Actions((Escalate(("分管领导",)),))),
        Overdue(
            Span(10, Unit.DAY), Actions((Escalate(("镇长",)), Trigger("责任追究", (("事由", text("逾期")),))))
        ),
    )
    reminders = (Reminder(Span(1, Unit.DAY), ("经办",)),)
    made = process(
        step("整改", deadlines=(within(5),), reminders=reminders, overdue=rungs),
        step("复查"),
    )
    return running(made)


def in_order(case: World) -> list[Event]:
    """What the ladder did, in order."""
    kinds = Notified | TaskUrged | Escalated | CaseTriggered
    return [event for group in case.groups for event in group if isinstance(event, kinds)]


def test_nothing_happens_before_it_is_due() -> None:
    case = ladder().later(days=3)
    assert case.tick() == ()


def test_the_day_of_the_limit_is_not_late() -> None:
    case = ladder()
    case.now = local(2023, 4, 15, 23, 59)
    case.tick()
    assert not case.happened(TaskUrged)
    case.now = local(2023, 4, 18, 0, 0)  # 15 April is a Saturday: the last day moves to Monday the 17th
    case.tick()
    assert case.happened(TaskUrged)


def test_the_ladder_climbs_in_order_each_rung_once() -> None:
    case = ladder()
    for _ in range(40):
        case.later(days=1).tick()
    assert [type(event) for event in in_order(case)] == [
        Notified,
        TaskUrged,
        Escalated,
        Escalated,
        CaseTriggered,
    ]


def test_after_a_downtime_everything_is_made_up_in_order() -> None:
    case = ladder()
    case.later(days=40).tick()
    assert [type(event) for event in in_order(case)] == [
        Notified,
        TaskUrged,
        Escalated,
        Escalated,
        CaseTriggered,
    ]
    fired = [event.due for event in case.happened(TimerFired)]
    assert fired == sorted(fired)
    assert case.tick() == ()


def test_whom_it_was_escalated_to_may_take_the_item() -> None:
    case = ladder().later(days=12)
    case.tick()
    case.do(ClaimTask(Act("分管领导甲"), case.item("整改")))


def test_a_completion_stops_the_ladder() -> None:
    case = ladder()
    case.complete("整改")
    case.later(days=40).tick()
    assert not in_order(case)


def test_late_work_stays_late() -> None:
    case = ladder().later(days=10)
    case.tick()
    case.complete("整改")
    assert (case.record("整改").late, case.record("整改").days_late) == (True, 3)


def test_a_new_round_has_its_own_ladder() -> None:
    made = process(
        step("整改", deadlines=(within(5),), overdue=(Overdue(None, Actions((Urge(()),))),)),
        step("复查", outcomes=("好", "差"), routes=lambda n: ((when(chose("差"), back(n("整改"))),),)),
    )
    case = running(made)
    case.later(days=10).tick()
    case.complete("整改")
    case.complete("复查", outcome="差")
    case.later(days=10).tick()
    assert len(case.happened(TaskUrged)) == 2


def test_silence_is_deemed_an_outcome() -> None:
    made = process(
        step(
            "申辩",
            outcomes=("申辩", "放弃"),
            deadlines=(within(3),),
            overdue=(Overdue(None, Actions(), deemed="放弃"),),
        ),
        step("决定"),
    )
    case = running(made)
    case.later(days=5).tick()
    assert case.steps() == ["决定"]
    done = case.happened(StepCompleted)[0]
    assert isinstance(done, StepCompleted)
    assert (done.outcome, done.by, done.deemed) == ("放弃", (), True)


def test_an_overdue_step_may_be_left() -> None:
    made = process(
        step("自查", deadlines=(within(3),), overdue=lambda n: (Overdue(None, goto(n("督办"))),)),
        step("二"),
        step("督办"),
    )
    case = running(made)
    case.later(days=5).tick()
    assert case.steps() == ["督办"]
    assert not case.record("自查").done


def test_leaving_a_branch_withdraws_its_siblings() -> None:
    made = process(
        block(
            "会办",
            branch(
                "左", step("甲", deadlines=(within(3),), overdue=lambda n: (Overdue(None, goto(n("督办"))),))
            ),
            branch("右", step("乙")),
        ),
        step("督办"),
    )
    case = running(made)
    case.later(days=5).tick()
    assert case.steps() == ["督办"]


def test_what_the_engine_cannot_do_becomes_an_incident_and_nothing_else() -> None:
    from engine.definition import Gate

    made = process(
        step(
            "听证",
            outcomes=("听证", "放弃"),
            deadlines=(within(3),),
            overdue=(Overdue(None, Actions(), deemed="放弃"),),
            after=FINISH,
        ),
        gates=(Gate("已送达", NO),),
    )
    case = running(made)
    case.later(days=5).tick()
    assert case.steps() == ["听证"]
    incident = case.happened(IncidentRaised)[0]
    assert "已送达" in incident.text
    assert case.tick() == ()


# ---- extensions


def extensible(times: int = 1) -> World:
    line = Extension(days(15), times, (Performer("站长"),))
    second = Extension(days(10), 1, (Performer("镇长"),))
    made = process(
        step(
            "整改",
            deadlines=(within(10),),
            extensions=(line, second),
            overdue=(Overdue(None, Actions((Urge(()),))),),
        ),
        step("二"),
    )
    case = running(made)
    case.claim("整改", "经办甲")
    return case


def ask(case: World, span: Span | None = None) -> int:
    case.do(ApplyExtension(Act("经办甲", reason="雨季"), {}, item=case.item("整改"), span=span))
    return next(iter(case.state.requests))


def test_a_granted_extension_moves_the_due_moment() -> None:
    case = extensible()
    request = ask(case, Span(5, Unit.DAY))
    assert case.due("整改") == local(2023, 4, 21)
    case.do(CompleteTask(Act("站长甲"), request, {}, "批准"))
    assert case.due("整改") == local(2023, 4, 26)
    assert case.record("整改").extensions == 1
    case.now = local(2023, 4, 22)
    case.tick()
    assert not case.happened(TaskUrged)
    case.now = local(2023, 4, 27)
    case.tick()
    assert case.happened(TaskUrged)


def test_a_refused_extension_changes_nothing() -> None:
    case = extensible()
    request = ask(case)
    case.do(CompleteTask(Act("站长甲", reason="风险高"), request, {}, "不批准"))
    assert case.due("整改") == local(2023, 4, 21)
    assert request not in case.items()


def test_the_second_extension_goes_to_another_approver() -> None:
    case = extensible()
    case.do(CompleteTask(Act("站长甲"), ask(case), {}, "批准"))
    second = ask(case)
    with pytest.raises(NotAllowed):
        case.do(CompleteTask(Act("站长甲"), second, {}, "批准"))
    case.do(CompleteTask(Act("镇长甲"), second, {}, "批准"))
    with pytest.raises(ExtensionForbidden):
        ask(case)


def test_an_extension_is_not_longer_than_allowed() -> None:
    case = extensible()
    with pytest.raises(ExtensionForbidden):
        ask(case, Span(16, Unit.DAY))


def test_an_extension_is_asked_for_before_the_limit_passes() -> None:
    case = extensible()
    case.now = local(2023, 4, 21)
    with pytest.raises(ExtensionForbidden) as refusal:
        ask(case)
    assert "到期前" in refusal.value.text


def test_an_application_falls_with_its_step() -> None:
    case = extensible()
    request = ask(case)
    case.complete("整改", by="经办甲")
    assert request not in case.items()


def test_what_was_late_before_the_grant_stays_on_record() -> None:
    case = extensible()
    request = ask(case, Span(1, Unit.DAY))
    case.now = local(2023, 4, 24)
    case.tick()
    assert case.happened(TaskUrged)
    case.do(CompleteTask(Act("站长甲"), request, {}, "批准"))
    case.complete("整改", by="经办甲")
    assert case.record("整改").late


def test_a_new_calendar_moves_open_limits() -> None:
    from dataclasses import replace

    case = running(process(step("办理", deadlines=(within(5, Unit.WORKING_DAY),)), step("二")))
    off = {**case.calendar.days_off, date(2023, 4, 12): "临时放假"}
    case.calendar = replace(case.calendar, days_off=off)
    case.do(Recount())
    assert case.due("办理") == local(2023, 4, 19)


def test_wake_is_the_earliest_timer() -> None:
    case = ladder()
    assert case.wake() == local(2023, 4, 16, 9)
