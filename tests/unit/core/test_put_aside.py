"""What comes from outside while a branch is put aside (暂停复用) or the case is suspended (挂起) is not lost."""

from engine.commands import Act, EventArrived, LinkedCaseEnded, ResumeCase, Suspend, Tick
from engine.definition import BackPolicy, EventType, Trigger
from engine.events import CaseTriggered
from engine.views import CaseStatus
from tests.unit.core.building import Spec, block, branch, days, field, form, process, step, wait
from tests.unit.core.world import World, running

ADMINISTRATOR = Act("管理员", reason="核查")


def beside(waiting: Spec) -> World:
    """起草 → 会办 (甲 ‖ the wait, then 汇办) → 汇总, with the branch of the wait put aside by a 退回 of 甲."""
    made = process(
        step("起草"),
        block(
            "会办",
            branch("左", step("甲")),
            branch("右", waiting, step("汇办", shows=(field("结论", "意见"),))),
            on_back=BackPolicy.SUSPEND,
        ),
        step("汇总"),
        forms=(form("意见", "结论"),),
        events=(EventType("来函"),),
    )
    case = running(made, administrators={"管理员"})
    case.complete("起草")
    case.give_back("甲", "起草")
    return case


def called(case: World, **more: object) -> None:
    link = case.happened(CaseTriggered)[-1].link
    case.do(LinkedCaseEnded(link, CaseStatus.FINISHED, **more))  # type: ignore[arg-type]  # by name


def test_a_called_case_that_ends_meanwhile_is_not_called_again() -> None:
    case = beside(wait("鉴定", call=Trigger("技术鉴定"), fills=("意见",)))
    called(case, forms={"意见": {"结论": "合格"}})
    assert case.steps() == ["起草"]
    case.complete("起草")
    assert sorted(case.steps()) == ["汇办", "甲"]
    assert case.record("鉴定").outcome == "办结"
    assert len(case.happened(CaseTriggered)) == 1


def test_a_called_case_given_back_meanwhile_goes_back_when_the_branch_goes_on() -> None:
    case = beside(wait("鉴定", call=Trigger("技术鉴定")))
    called(case, returned="材料不全")
    case.complete("起草")
    assert case.record("鉴定").outcome is None
    assert len(case.happened(CaseTriggered)) == 1 and case.steps() == ["起草"]


def test_an_event_that_arrives_meanwhile_has_arrived() -> None:
    case = beside(wait("等函", event="来函"))
    case.do(EventArrived("来函", {}))
    case.complete("起草")
    assert sorted(case.steps()) == ["汇办", "甲"]


def test_an_event_reaches_a_suspended_case() -> None:
    case = running(
        process(wait("等函", event="来函"), step("办"), events=(EventType("来函"),)),
        administrators={"管理员"},
    )
    case.do(Suspend(ADMINISTRATOR))
    case.do(EventArrived("来函", {}))
    case.do(ResumeCase(ADMINISTRATOR))
    assert case.steps() == ["办"]


def test_time_that_passes_in_a_suspended_case_opens_every_branch() -> None:
    made = process(
        wait("等满", span=days(2)), block("会办", branch("左", step("甲")), branch("右", step("乙")))
    )
    case = running(made, administrators={"管理员"})
    case.do(Suspend(ADMINISTRATOR))
    case.later(days=3)
    case.do(Tick())
    case.do(ResumeCase(ADMINISTRATOR))
    assert sorted(case.steps()) == ["乙", "甲"]
