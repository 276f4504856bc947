"""Graphs that code draws freely with XOR and AND gateways: how tokens run through them."""

from typing import Any

import pytest

from engine.commands import Act, StartHandler
from engine.definition import Definition, Gateway, GatewayKind
from engine.events import GatewayPassed
from engine.refusals import RecallForbidden
from engine.soundness import ProblemKind, check
from engine.views import CaseStatus
from tests.unit.core.building import (
    Spec,
    block,
    branch,
    choice,
    equal,
    field,
    form,
    gateway,
    goto,
    handler,
    process,
    split,
    step,
)
from tests.unit.core.world import World, running

SHEET = form("单", "选")
LEFT = equal(field("选", "单"), "左")


def to(name: str) -> Any:
    """The step goes on to a node that need not stand behind it."""
    return lambda number: goto(number(name))


def crossing() -> Definition:
    """Two joins that share a branch, as no blocks can."""
    return process(
        split("分", "甲", "乙"),
        step("甲", after=to("再分")),
        step("乙", after=to("合一")),
        split("再分", "丙", "合一"),
        step("丙", after=to("合二")),
        split("合一", "丁"),
        step("丁", after=to("合二")),
        split("合二", "签发"),
        step("签发"),
    )


def kinds(definition: Definition) -> list[tuple[ProblemKind, str]]:
    """What keeps a definition from being sound, and where."""
    return [(each.kind, definition.nodes[each.node or 0].name) for each in check(definition).problems]


def ends(case: World) -> bool:
    return case.state.status is CaseStatus.FINISHED and not case.state.tokens


def test_an_and_gateway_goes_on_along_every_flow() -> None:
    case = running(crossing())
    assert sorted(case.steps()) == ["乙", "甲"]


def test_it_waits_for_a_token_along_every_arrow() -> None:
    case = running(crossing())
    case.complete("甲")
    assert sorted(case.steps()) == ["丙", "乙"]
    case.complete("丙")
    assert case.steps() == ["乙"]
    case.complete("乙")
    assert case.steps() == ["丁"]
    case.complete("丁")
    case.complete("签发")
    assert ends(case)


def test_the_order_of_the_branches_does_not_matter() -> None:
    case = running(crossing())
    for name in ("乙", "甲", "丁", "丙", "签发"):
        case.complete(name)
    assert ends(case)


def test_an_xor_gateway_takes_the_first_flow_that_holds() -> None:
    made = process(
        step("登记", fills=("单",)),
        choice("看", ("左办", LEFT), ("右办", None)),
        step("左办", after=to("结")),
        step("右办"),
        step("结"),
        forms=(SHEET,),
    )
    for value, expected in (("左", "左办"), ("右", "右办")):
        case = running(made)
        case.complete("登记", forms={"单": {"选": value}})
        assert case.steps() == [expected]


def test_a_gateway_without_flows_ends_the_region() -> None:
    made = process(
        split("分", "甲", "乙"),
        step("甲", after=to("完")),
        step("乙"),
        gateway("完", GatewayKind.AND),
    )
    case = running(made)
    case.complete("甲")
    assert case.state.status is CaseStatus.OPEN
    case.complete("乙")
    assert ends(case)


def test_a_branch_of_a_block_may_be_such_a_graph() -> None:
    made = process(
        block(
            "会办",
            branch(
                "甲线",
                split("分", "甲一", "甲二"),
                step("甲一", after=to("合")),
                step("甲二"),
                gateway("合", GatewayKind.AND),
            ),
            branch("乙线", step("乙")),
        ),
        step("签发"),
    )
    case = running(made)
    for name in ("甲二", "乙", "甲一"):
        case.complete(name)
    assert case.steps() == ["签发"]


def test_a_jump_of_a_handler_takes_every_token_of_the_graph() -> None:
    made = process(
        split("分", "甲", "乙"),
        step("甲", after=to("合")),
        step("乙"),
        split("合", "结"),
        step("结"),
        handlers=(handler("改道", step("决定", after=to("结"))),),
    )
    case = running(made)
    case.complete("甲")
    case.do(StartHandler(Act("经办甲"), "改道", {}))
    case.complete("决定")
    assert case.steps() == ["结"]
    case.complete("结")
    assert ends(case)


def test_who_waits_at_a_gateway_may_take_the_answer_back() -> None:
    case = running(crossing())
    item = case.item("乙")
    by = case.someone(item)
    case.complete("乙", by=by)
    case.recall(by, item)
    assert sorted(case.steps()) == ["乙", "甲"]


def test_behind_a_gateway_that_has_passed_nothing_is_taken_back() -> None:
    case = running(crossing())
    item = case.item("甲")
    by = case.someone(item)
    case.complete("甲", by=by)
    with pytest.raises(RecallForbidden):
        case.recall(by, item)


def test_the_history_says_which_tokens_a_gateway_took() -> None:
    case = running(crossing())
    for name in ("甲", "乙"):
        case.complete(name)
    last = case.happened(GatewayPassed)[-1]
    assert case.definition.nodes[last.node].name == "合一"
    assert (len(last.taken), len(last.tokens)) == (2, 1)


# ---- the verdict


def test_joins_that_share_a_branch_are_sound() -> None:
    assert kinds(crossing()) == []


def test_a_choice_that_an_and_should_bring_together_is_a_deadlock() -> None:
    made = process(
        choice("选", ("甲", LEFT), ("乙", None)),
        step("甲", after=to("合")),
        step("乙"),
        split("合", "结"),
        step("结"),
        forms=(SHEET,),
    )
    verdict = check(made)
    assert kinds(made) == [(ProblemKind.NO_WAY_OUT, "合")]
    assert verdict.witness[:2] == ("选", "甲")


def test_branches_that_an_xor_brings_together_run_on_twice() -> None:
    made = process(
        split("分", "甲", "乙"),
        step("甲", after=to("合")),
        step("乙"),
        choice("合", ("结", None)),
        step("结"),
    )
    assert [kind for kind, _ in kinds(made)] == [ProblemKind.LEFT_OVER]


def test_a_circle_that_rests_in_one_of_its_branches_is_no_endless_loop() -> None:
    made = process(
        choice("入", ("分", None)),
        split("分", "直", "查"),
        choice("直", ("合", None)),
        step("查", fills=("单",)),
        split("合", "定"),
        choice("定", ("入", LEFT), ("结", None)),
        step("结"),
        forms=(SHEET,),
    )
    assert kinds(made) == []


def test_a_circle_without_any_step_is_an_endless_loop() -> None:
    made = process(
        choice("入", ("分", None)),
        split("分", "合", "直"),
        choice("直", ("合", None)),
        split("合", "定"),
        choice("定", ("入", LEFT), ("结", None)),
        step("结"),
        forms=(SHEET,),
    )
    assert ProblemKind.ENDLESS_LOOP in [kind for kind, _ in kinds(made)]


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (split("网关", "甲", "甲"), "同一步"),
        (choice("网关", ("甲", LEFT)), "最后一条去向不能带条件"),
        (gateway("网关", GatewayKind.XOR), "须放在所在段的最后"),
    ],
)
def test_what_a_gateway_may_not_look_like(node: Spec, said: str) -> None:
    made = process(node, step("甲"), forms=(SHEET,))
    assert isinstance(made.nodes[0], Gateway)
    assert said in check(made).reason
