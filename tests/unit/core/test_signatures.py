"""Grave operations need a second signature; a jump leaves only markings that can go on."""

from typing import Any

import pytest

from engine.commands import Act, Correct, Jump, RejectProposal, SignProposal, Void
from engine.definition import Actions
from engine.events import CaseVoided, TokenJumped
from engine.refusals import JumpForbidden, NotAllowed
from engine.views import CaseStatus
from tests.unit.core.building import block, branch, equal, field, form, process, step, when
from tests.unit.core.world import World, running

ADMINISTRATORS = {"管理甲", "管理乙"}


def case_of(*nodes: Any, **values: Any) -> World:
    return running(process(*nodes, **values), administrators=ADMINISTRATORS)


def propose(case: World, command: Jump | Void | Correct) -> int:
    case.do(command)
    (number,) = case.state.proposals
    return number


def jump(case: World, to: str, item: int | None = None) -> int:
    return propose(case, Jump(Act("管理甲", reason="误入"), to, item))


def sign(case: World, number: int, by: str = "管理乙") -> None:
    case.do(SignProposal(Act(by), number))


def test_nothing_happens_before_the_second_has_signed() -> None:
    case = case_of(step("一"), step("二"), step("三"))
    number = jump(case, "三")
    assert case.steps() == ["一"]
    with pytest.raises(NotAllowed):
        sign(case, number, by="管理甲")
    with pytest.raises(NotAllowed):
        sign(case, number, by="经办甲")
    sign(case, number)
    assert case.steps() == ["三"]
    assert not case.state.proposals


def test_what_is_passed_over_is_recorded_as_a_deviation() -> None:
    case = case_of(step("一"), step("二"), step("三"))
    sign(case, jump(case, "三"))
    (event,) = case.happened(TokenJumped)
    assert [case.definition.nodes[number].name for number in event.skipped] == ["一", "二"]


def test_a_proposal_is_refused_with_a_reason() -> None:
    case = case_of(step("一"), step("二"))
    number = jump(case, "二")
    case.do(RejectProposal(Act("管理乙", reason="不必"), number))
    assert case.steps() == ["一"] and not case.state.proposals


def test_no_irrevocable_step_is_passed_over() -> None:
    with pytest.raises(JumpForbidden, match="不可撤回"):
        jump(case_of(step("一"), step("送达", irrevocable=True), step("三")), "三")


def test_case_26_one_branch_does_not_pass_its_join() -> None:
    case = case_of(block("会办", branch("左", step("甲")), branch("右", step("乙"))), step("汇总"))
    with pytest.raises(JumpForbidden, match="“右”没有办完"):
        jump(case, "汇总", case.item("甲"))


def test_the_case_as_a_whole_does_and_leaves_nothing_behind() -> None:
    case = case_of(block("会办", branch("左", step("甲")), branch("右", step("乙"))), step("汇总"))
    sign(case, jump(case, "汇总"))
    assert case.steps() == ["汇总"] and not case.state.frames
    case.complete("汇总")
    assert case.state.status is CaseStatus.FINISHED


def test_nothing_jumps_into_a_branch() -> None:
    with pytest.raises(JumpForbidden, match="内部"):
        jump(case_of(step("一"), block("会办", branch("左", step("甲")))), "甲")


def test_a_jump_back_makes_what_lies_between_invalid() -> None:
    case = case_of(step("一"), step("二"), step("三"))
    case.complete("一")
    case.complete("二")
    sign(case, jump(case, "一"))
    assert case.steps() == ["一"]
    assert not case.record("二").done


def test_a_case_is_voided_by_two() -> None:
    case = case_of(step("一"))
    number = propose(case, Void(Act("管理甲", reason="重复立案")))
    assert not case.happened(CaseVoided)
    sign(case, number)
    assert case.state.status is CaseStatus.VOID


def test_a_finished_case_too() -> None:
    case = case_of(step("一"))
    case.complete("一")
    sign(case, propose(case, Void(Act("管理甲", reason="重复立案"))))
    assert case.state.status is CaseStatus.VOID


def filled() -> World:
    large = when(equal(field("数", "单"), "9"), Actions())
    reading = step("审核", routes=((large,),))
    case = case_of(step("填报", fills=("单",)), reading, step("归档"), forms=(form("单", "数", "注"),))
    case.complete("填报", by="经办甲", forms={"单": {"数": "1"}})
    return case


def value(case: World) -> object:
    return case.submission(case.state.forms["单", ""].revision, "单")["数"]


def test_what_nobody_has_relied_on_is_corrected_at_once() -> None:
    case = filled()
    case.do(Correct(Act("经办甲", reason="笔误"), "单", {"数": "2"}))
    assert value(case) == "2"


def test_nor_what_no_rule_of_a_later_step_has_read() -> None:
    case = filled()
    case.complete("审核")
    case.do(Correct(Act("经办甲", reason="笔误"), "单", {"注": "补注"}))
    assert not case.state.proposals


def test_what_a_later_step_rests_on_is_corrected_by_two() -> None:
    case = filled()
    case.complete("审核")
    number = propose(case, Correct(Act("经办甲", reason="笔误"), "单", {"数": "2"}))
    assert value(case) == "1"
    sign(case, number)
    assert value(case) == "2"
