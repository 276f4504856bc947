"""子规程: a step starts a case and waits for it."""

from typing import Any

import pytest

from engine.commands import (
    Act,
    LeaveCall,
    LinkedCaseEnded,
    Origin,
    ReturnTask,
    StartCase,
    StartHandler,
    Terminate,
)
from engine.definition import Exclusive, Trigger
from engine.events import CallWithdrawn, CaseTerminated, CaseTriggered
from engine.refusals import ReturnForbidden
from engine.views import CaseStatus
from tests.unit.core.building import (
    FINISH,
    YES,
    block,
    branch,
    chose,
    field,
    form,
    goto,
    handler,
    process,
    step,
    wait,
    when,
)
from tests.unit.core.world import World, running

FORMS = (form("申请", "事项"), form("鉴定意见", "结论"))


def calling(*before: Any, **values: Any) -> World:
    """登记 → 鉴定 (a case of its own) → 处理."""
    made = process(
        step("登记", fills=("申请",)),
        *before,
        wait(
            "鉴定",
            call=Trigger("技术鉴定", (("事项", field("事项", "申请")),)),
            fills=("鉴定意见",),
            **values,
        ),
        step("处理"),
        step("补办"),
        forms=FORMS,
    )
    case = running(made)
    case.complete("登记", forms={"申请": {"事项": "塔吊"}})
    return case


def link(case: World) -> int:
    return case.happened(CaseTriggered)[-1].link


def ended(case: World, status: CaseStatus = CaseStatus.FINISHED, **more: Any) -> None:
    case.do(LinkedCaseEnded(link(case), status, **more))


def test_reaching_the_step_starts_the_case_with_its_arguments() -> None:
    case = calling()
    (started,) = case.happened(CaseTriggered)
    assert (started.process, started.arguments) == ("技术鉴定", {"事项": "塔吊"})
    assert case.steps() == ["鉴定"]


def test_the_step_goes_on_when_that_case_has_ended() -> None:
    case = calling()
    ended(case)
    assert case.steps() == ["处理"]
    assert case.record("鉴定").outcome == "办结"


def test_it_takes_over_the_forms_it_names() -> None:
    case = calling()
    ended(case, forms={"鉴定意见": {"结论": "不合格"}})
    submission = case.state.forms["鉴定意见", ""]
    assert case.submission(submission.revision, "鉴定意见") == {"结论": "不合格"}


def test_how_the_case_ended_is_the_outcome_of_the_step() -> None:
    case = calling(routes=lambda n: ((when(chose("终止"), goto(n("补办"))),),))
    ended(case, CaseStatus.TERMINATED)
    assert case.steps() == ["补办"]


def test_when_this_case_ends_the_other_is_ended_too() -> None:
    case = calling()
    case.administrators.add("管理员")
    case.do(Terminate(Act("管理员", reason="撤案")))
    assert case.happened(CallWithdrawn) == [CallWithdrawn(link(case), "上级案件已终止")]
    assert not case.state.links


def test_when_the_step_is_left_the_other_is_ended_too() -> None:
    made = process(
        wait("鉴定", call=Trigger("技术鉴定")),
        step("处理"),
        handlers=(handler("改道", step("决定", after=lambda n: goto(n("处理")))),),
    )
    case = running(made)
    case.do(StartHandler(Act("经办甲"), "改道", {}))
    case.complete("决定")
    assert [each.reason for each in case.happened(CallWithdrawn)] == ["上级案件已离开派出的步骤"]


def test_what_has_ended_already_is_not_ended_again() -> None:
    case = calling()
    ended(case)
    case.administrators.add("管理员")
    case.do(Terminate(Act("管理员", reason="撤案")))
    assert case.happened(CallWithdrawn) == []


def test_given_back_the_case_stands_again_at_the_step_before() -> None:
    case = calling()
    ended(case, CaseStatus.TERMINATED, returned="材料不全")
    assert case.steps() == ["登记"]
    assert case.items()[case.item("登记")].note == "第1次退回：材料不全"


def test_coming_again_starts_another_case() -> None:
    case = calling()
    ended(case, CaseStatus.TERMINATED, returned="材料不全")
    case.complete("登记", forms={"申请": {"事项": "塔吊二号"}})
    assert [each.arguments["事项"] for each in case.happened(CaseTriggered)] == ["塔吊", "塔吊二号"]


def test_without_a_step_before_the_called_case_has_simply_been_ended() -> None:
    case = running(process(wait("鉴定", call=Trigger("技术鉴定")), step("处理")))
    ended(case, CaseStatus.TERMINATED, returned="材料不全")
    assert case.steps() == ["处理"]


def test_a_call_of_each_branch_is_waited_for_by_itself() -> None:
    made = process(
        block(
            "会鉴",
            branch("甲线", wait("鉴甲", call=Trigger("技术鉴定"))),
            branch("乙线", wait("鉴乙", call=Trigger("技术鉴定"))),
        ),
        step("处理"),
    )
    case = running(made)
    first, second = (each.link for each in case.happened(CaseTriggered))
    case.do(LinkedCaseEnded(second, CaseStatus.FINISHED))
    assert case.steps() == ["鉴甲"]
    case.do(LinkedCaseEnded(first, CaseStatus.FINISHED))
    assert case.steps() == ["处理"]


def test_a_call_that_excludes_an_open_step_begins_after_it() -> None:
    made = process(
        block("各办", branch("甲线", step("甲")), branch("乙线", wait("鉴定", call=Trigger("技术鉴定")))),
        constraints=lambda n: (Exclusive((n("甲"), n("鉴定"))),),
    )
    case = running(made)
    assert case.happened(CaseTriggered) == []
    case.complete("甲")
    assert len(case.happened(CaseTriggered)) == 1


def test_a_call_that_is_not_waited_for_only_starts_the_case() -> None:
    case = running(process(wait("移送", call=Trigger("协查"), condition=YES), step("处理")))
    assert len(case.happened(CaseTriggered)) == 1
    assert case.steps() == ["处理"]
    case.administrators.add("管理员")
    case.do(Terminate(Act("管理员", reason="撤案")))
    assert case.happened(CallWithdrawn) == []


# ---- the case that is called


def called(waits: bool = True) -> World:
    case = World(process(step("勘验"), step("出具意见", after=FINISH)))
    case.do(StartCase(Act("系统"), {}, origin=Origin("事〔2023〕1号", waits)))
    return case


def test_it_ends_when_nobody_waits_for_it_any_more() -> None:
    case = called()
    case.do(LeaveCall(Act("系统", reason="上级案件已终止")))
    assert case.state.status is CaseStatus.TERMINATED
    assert case.do(LeaveCall(Act("系统", reason="上级案件已终止"))) == ()


def test_it_may_be_given_back_to_the_case_that_called() -> None:
    case = called()
    item = case.claim("勘验")
    holder = case.items()[item].holder or ""
    case.do(ReturnTask(Act(holder, reason="材料不全"), item, "派出本案的案件"))
    assert case.happened(CaseTerminated) == [CaseTerminated("材料不全", returned=True)]
    assert case.state.returned == "材料不全"


def test_who_was_only_triggered_has_nobody_to_give_it_back_to() -> None:
    case = called(waits=False)
    item = case.claim("勘验")
    holder = case.items()[item].holder or ""
    with pytest.raises(ReturnForbidden):
        case.do(ReturnTask(Act(holder, reason="材料不全"), item, "派出本案的案件"))
