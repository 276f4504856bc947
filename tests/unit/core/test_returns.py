"""退回: back along the way of the token; what a block does to its siblings; the finished block; straight back."""

from typing import Any

import pytest

from engine.commands import Act, ClaimTask, ReturnTask
from engine.definition import BackPolicy, Performer
from engine.events import Cleared, Joined
from engine.refusals import NotAllowed, ReasonMissing, ReturnForbidden
from engine.state_text import encode_state
from engine.views import ItemStatus
from tests.unit.core.building import (
    BranchSpec,
    back,
    block,
    branch,
    chose,
    equal,
    field,
    form,
    goto,
    process,
    step,
    when,
)
from tests.unit.core.world import World, running


def two_branches(on_back: BackPolicy = BackPolicy.WITHDRAW_ALL, **values: Any) -> World:
    """起草, then 甲 beside 乙 (then 乙二), then 汇总; 甲 is reached after 起草."""
    return running(
        process(
            step("起草", fills=("稿",)),
            block("会办", branch("左", step("甲")), branch("右", step("乙"), step("乙二")), on_back=on_back),
            step("汇总"),
            forms=(form("稿", "标题", "正文"),),
            **values,
        )
    )


def draft(case: World, **fields: str) -> None:
    case.complete("起草", forms={"稿": {"标题": "一", "正文": "一", **fields}})


def test_case_1_a_return_before_the_fork_asks_both_branches_again() -> None:
    """Awkward case 1: the signed item of the sibling stays in history as returned-over; the join fires once."""
    case = two_branches()
    draft(case)
    case.complete("乙")
    case.give_back("甲", "起草")
    assert case.steps() == ["起草"]
    cleared = [event for event in case.happened(Cleared) if event.status is ItemStatus.RETURNED_OVER]
    assert cleared
    draft(case)
    assert sorted(case.steps()) == ["乙", "甲"]
    for name in ("甲", "乙", "乙二"):
        case.complete(name)
    assert case.steps() == ["汇总"]
    assert len(case.happened(Joined)) == 1


def test_what_was_returned_over_is_no_longer_done() -> None:
    case = two_branches()
    draft(case)
    case.complete("乙")
    case.give_back("甲", "起草")
    done = {
        case.definition.nodes[node].name for (node, _), record in case.state.records.items() if record.done
    }
    assert done == set()


def test_case_2_unchanged_siblings_are_not_asked_again() -> None:
    """Awkward case 2: 暂停复用; the signature of the sibling keeps its date and round."""
    case = two_branches(BackPolicy.SUSPEND)
    draft(case)
    case.complete("乙")
    signed = case.record("乙")
    case.later(hours=3)
    case.give_back("甲", "起草")
    assert case.steps() == ["起草"]
    assert [item.status for item in case.items().values()].count(ItemStatus.SUSPENDED) == 1
    draft(case)
    assert sorted(case.steps()) == ["乙二", "甲"]
    assert case.record("乙") == signed
    case.complete("甲")
    case.complete("乙二")
    assert case.steps() == ["汇总"]


def test_a_finished_sibling_is_carried_over() -> None:
    case = two_branches(BackPolicy.SUSPEND)
    draft(case)
    case.complete("乙")
    case.complete("乙二")
    case.give_back("甲", "起草")
    draft(case)
    assert case.steps() == ["甲"]
    case.complete("甲")
    assert case.steps() == ["汇总"]


def test_a_sibling_that_reads_what_changed_is_asked_again() -> None:
    case = running(
        process(
            step("起草", fills=("稿",)),
            block(
                "会办",
                branch("左", step("甲")),
                branch("右", step("乙", shows=(field("标题", "稿"),))),
                on_back=BackPolicy.SUSPEND,
            ),
            forms=(form("稿", "标题", "正文"),),
        )
    )
    draft(case)
    first = case.item("乙")
    case.give_back("甲", "起草")
    draft(case, 标题="二")
    assert case.item("乙") != first
    assert first not in case.items()


def test_a_sibling_that_reads_something_else_goes_on_with_its_item() -> None:
    case = running(
        process(
            step("起草", fills=("稿",)),
            block(
                "会办",
                branch("左", step("甲")),
                branch("右", step("乙", shows=(field("标题", "稿"),))),
                on_back=BackPolicy.SUSPEND,
            ),
            forms=(form("稿", "标题", "正文"),),
        )
    )
    draft(case)
    first = case.item("乙")
    case.give_back("甲", "起草")
    draft(case, 正文="二")
    assert case.item("乙") == first
    assert case.items()[first].status is ItemStatus.OPEN


def test_parked_siblings_are_given_up_when_the_block_is_not_reached_again() -> None:
    case = running(
        process(
            step(
                "起草", outcomes=("会办", "直接"), routes=lambda n: ((when(chose("直接"), goto(n("汇总"))),),)
            ),
            block("会办", branch("左", step("甲")), branch("右", step("乙")), on_back=BackPolicy.SUSPEND),
            step("汇总"),
        )
    )
    case.complete("起草", outcome="会办")
    case.give_back("甲", "起草")
    case.complete("起草", outcome="直接")
    case.complete("汇总")
    assert not case.items()


def test_a_block_may_forbid_returns() -> None:
    case = two_branches(BackPolicy.FORBID)
    draft(case)
    with pytest.raises(ReturnForbidden):
        case.give_back("甲", "起草")


def test_case_3_a_return_within_a_branch_leaves_the_sibling_at_the_join() -> None:
    case = running(
        process(
            block("会办", branch("左", step("一"), step("二"), step("三")), branch("右", step("乙"))),
            step("汇总"),
        )
    )
    case.complete("乙")
    case.complete("一")
    case.complete("二")
    case.give_back("三", "一")
    for name in ("一", "二", "三"):
        case.complete(name)
    assert case.steps() == ["汇总"]
    assert len(case.happened(Joined)) == 1


def test_case_4_a_return_between_nested_forks_leaves_the_outer_sibling() -> None:
    case = running(
        process(
            block(
                "外",
                branch("左", step("前"), block("内", branch("一", step("甲")), branch("二", step("乙")))),
                branch("右", step("丙")),
            )
        )
    )
    outer = case.item("丙")
    case.complete("前")
    case.give_back("甲", "前")
    assert sorted(case.steps()) == ["丙", "前"]
    assert case.item("丙") == outer


def test_case_5_new_data_selects_other_branches() -> None:
    def guarded(value: str, name: str) -> BranchSpec:
        return branch(f"支{value}", step(name), guard=equal(field("选", "稿"), value))

    case = running(
        process(
            step("起草", fills=("稿",)),
            block("会办", branch("总", step("总办")), guarded("左", "甲"), guarded("右", "乙")),
            step("汇总"),
            forms=(form("稿", "选"),),
        )
    )
    case.complete("起草", forms={"稿": {"选": "左"}})
    assert sorted(case.steps()) == ["总办", "甲"]
    case.give_back("甲", "起草")
    case.complete("起草", forms={"稿": {"选": "右"}})
    assert sorted(case.steps()) == ["乙", "总办"]
    case.complete("总办")
    case.complete("乙")
    assert case.steps() == ["汇总"]


def finished_block() -> World:
    case = running(
        process(block("会办", branch("左", step("甲"), step("甲二")), branch("右", step("乙"))), step("汇总"))
    )
    for name in ("甲", "甲二", "乙"):
        case.complete(name)
    return case


def test_one_branch_of_a_finished_block_is_asked_again() -> None:
    """Semantics §4.1: the other branch is carried over with its signature."""
    case = finished_block()
    case.give_back("汇总", "甲二")
    assert case.steps() == ["甲二"]
    case.complete("甲二")
    assert case.steps() == ["汇总"]


def test_the_whole_finished_block_is_asked_again() -> None:
    case = finished_block()
    case.give_back("汇总", "会办")
    assert sorted(case.steps()) == ["乙", "甲"]


def test_a_drawn_return_to_a_branch_carries_the_others() -> None:
    case = running(
        process(
            block("会办", branch("左", step("甲")), branch("右", step("乙"))),
            step(
                "汇总",
                outcomes=("行", "不行"),
                routes=lambda n: ((when(chose("不行"), back(n("会办"), branch=0)),),),
            ),
        )
    )
    case.complete("甲")
    case.complete("乙")
    case.complete("汇总", outcome="不行")
    assert case.steps() == ["甲"]
    case.complete("甲")
    assert case.steps() == ["汇总"]


def test_nothing_is_returned_behind_an_irrevocable_step() -> None:
    case = running(process(step("一"), step("送达", irrevocable=True), step("三")))
    case.complete("一")
    case.complete("送达")
    with pytest.raises(ReturnForbidden):
        case.give_back("三", "一")


def test_a_return_needs_a_reason() -> None:
    case = running(process(step("一"), step("二")))
    case.complete("一")
    with pytest.raises(ReasonMissing):
        case.give_back("二", "一", reason="")


def test_level_by_level_follows_the_present_round() -> None:
    """Semantics §4.9: after a return the steps behind it are no longer targets."""
    case = running(process(step("一"), step("二"), step("三")))
    case.complete("一")
    case.complete("二")
    case.give_back("三", "二")
    case.give_back("二", "一")
    with pytest.raises(ReturnForbidden):
        case.give_back("一", "二")


def straight_case(**more: Any) -> World:
    return running(
        process(
            step("起草", fills=("稿",)),
            step("审核", **more),
            step("签发"),
            forms=(form("稿", "标题", "正文"),),
        )
    )


def test_straight_back_passes_the_steps_that_stay_valid() -> None:
    case = straight_case()
    draft(case)
    case.complete("审核")
    case.give_back("签发", "起草", straight=True)
    draft(case, 标题="二")
    assert case.steps() == ["签发"]
    assert case.record("审核").done


def test_case_25_a_changed_field_that_a_rule_between_reads_forces_the_walk() -> None:
    case = straight_case(skip_unless=equal(field("正文", "稿"), "一"))
    draft(case)
    case.complete("审核")
    case.give_back("签发", "起草", straight=True)
    draft(case, 正文="二")
    assert case.steps() == ["签发"]  # 审核 is walked again and skipped by its own condition
    assert not case.record("审核").done


def test_a_signer_disagrees_instead_of_returning() -> None:
    case = running(process(step("一"), step("二", performers=(Performer("经办", seats=2),))))
    case.complete("一")
    case.complete("二", by="经办甲")
    item = case.item("二", "会签")
    case.do(ClaimTask(Act("经办乙"), item))
    with pytest.raises(NotAllowed):
        case.do(ReturnTask(Act("经办乙", reason="不对"), item, "一"))


def test_the_state_does_not_grow_with_the_age_of_the_case() -> None:
    """A loop walked 60 times leaves no more behind than one walked 10 times, but for the digits of numbers."""
    again = lambda n: ((when(chose("再来"), back(n("起草"))),),)  # noqa: E731  # numbers of nodes
    signed = (Performer("经办", seats=2),)
    case = running(
        process(step("起草", performers=signed), step("审核", outcomes=("好", "再来"), routes=again))
    )
    sizes: list[int] = []
    for _ in range(60):
        case.complete("起草", by="经办甲", part="主办")
        case.complete("起草", by="经办乙", part="会签", outcome="不同意", reason="不全")
        case.complete("起草", by="经办甲", part="主办")
        case.complete("起草", by="经办乙", part="会签")
        case.complete("审核", outcome="再来")
        sizes.append(len(encode_state(case.state)))
    assert sizes[-1] - sizes[9] < 40
