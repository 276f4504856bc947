"""Steps follow each other; 若 … 则, 转, 退回 and 办结 decide otherwise."""

import pytest

from engine.definition import Gate, Precedence
from engine.expressions import NodeFact, NodeRef
from engine.refusals import GateClosed, OrderViolated, ReturnLimitReached
from engine.views import CaseStatus
from tests.unit.core.building import FINISH, NO, back, block, branch, chose, goto, process, step, when
from tests.unit.core.world import running


def test_steps_follow_in_the_order_of_the_text() -> None:
    case = running(process(step("起草"), step("审核"), step("签发", after=FINISH)))
    case.complete("起草")
    case.complete("审核")
    assert case.steps() == ["签发"]


def test_the_last_step_ends_the_case() -> None:
    case = running(process(step("起草")))
    case.complete("起草")
    assert case.state.status is CaseStatus.FINISHED


def test_the_first_arm_that_holds_decides() -> None:
    case = running(
        process(
            step(
                "定性",
                outcomes=("大", "小"),
                routes=lambda n: ((when(chose("大"), goto(n("大办"))), when(None, goto(n("小办")))),),
            ),
            step("大办"),
            step("小办"),
        )
    )
    case.complete("定性", outcome="小")
    assert case.steps() == ["小办"]


def test_a_step_whose_condition_is_false_is_skipped() -> None:
    case = running(process(step("甲"), step("乙", skip_unless=NO), step("丙")))
    case.complete("甲")
    assert case.steps() == ["丙"]


def test_a_return_is_counted_and_limited() -> None:
    case = running(
        process(
            step("整改"),
            step(
                "复查",
                outcomes=("好", "差"),
                routes=lambda n: ((when(chose("差"), back(n("整改"), limit=1)),),),
            ),
        )
    )
    case.complete("整改")
    case.complete("复查", outcome="差")
    case.complete("整改")
    with pytest.raises(ReturnLimitReached):
        case.complete("复查", outcome="差")
    assert case.steps() == ["复查"]


def test_past_the_limit_the_other_way_is_taken() -> None:
    case = running(
        process(
            step("整改"),
            step(
                "复查",
                outcomes=("好", "差"),
                routes=lambda n: ((when(chose("差"), back(n("整改"), limit=1, exceeded=goto(n("提级")))),),),
            ),
            step("提级"),
        )
    )
    for _ in range(2):
        case.complete("整改")
        case.complete("复查", outcome="差")
    assert case.steps() == ["提级"]


def test_the_new_round_says_that_it_was_returned() -> None:
    case = running(
        process(
            step("整改"),
            step(
                "复查",
                outcomes=("好", "差"),
                routes=lambda n: ((when(chose("差"), back(n("整改"), limit=2)),),),
            ),
        )
    )
    case.complete("整改")
    case.complete("复查", outcome="差", reason="支护不牢")
    item = case.items()[case.item("整改")]
    assert (item.note, item.round) == ("第1次退回：支护不牢", 2)


def test_a_case_is_not_closed_while_a_condition_fails() -> None:
    case = running(
        process(
            step("办理", after=FINISH),
            step("归档"),
            gates=lambda n: (Gate("已归档", NodeRef(n("归档"), NodeFact.IS_DONE)),),
        )
    )
    with pytest.raises(GateClosed) as refusal:
        case.complete("办理")
    assert "已归档" in refusal.value.text
    assert case.steps() == ["办理"]


def test_a_step_is_not_reached_before_what_must_come_first() -> None:
    case = running(
        process(
            step("开始", after=lambda n: goto(n("复查"))),
            step("报告"),
            step("复查"),
            constraints=lambda n: (Precedence(n("报告"), n("复查")),),
        )
    )
    with pytest.raises(OrderViolated):
        case.complete("开始")


def test_both_branches_must_end_before_the_case_goes_on() -> None:
    case = running(process(block("会办", branch("左", step("甲")), branch("右", step("乙"))), step("汇总")))
    case.complete("甲")
    assert case.steps() == ["乙"]
    case.complete("乙")
    assert case.steps() == ["汇总"]
