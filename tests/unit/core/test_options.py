"""What a person may do now: allowed operations with their targets, refused ones with the reason."""

from engine.commands import (
    Act,
    AddSigner,
    ApplyExtension,
    CompleteTask,
    Jump,
    StartHandler,
    Suspend,
    TransferTask,
    Void,
)
from engine.definition import (
    Actions,
    Anchor,
    AnchorKind,
    ByForm,
    ByHand,
    Cancel,
    Clock,
    Extension,
    Field,
    Performer,
    Recusal,
    Reopen,
    Stop,
)
from engine.marking import SeatOrigin
from engine.options import options, recall_option
from engine.values import Kind, Type
from engine.views import Option
from tests.unit.core.building import (
    block,
    branch,
    check,
    days,
    equal,
    field,
    form,
    goto,
    handler,
    process,
    step,
    when,
    within,
)
from tests.unit.core.world import World, running


def of_item(case: World, name: str, account: str) -> dict[str, Option]:
    found = options(case.definition, case.state, case.item(name), account, case)
    return {each.operation: each for each in found}


def of_case(case: World, account: str) -> dict[str, Option]:
    return {each.operation: each for each in options(case.definition, case.state, None, account, case)}


def test_an_item_of_the_pool_may_be_claimed_or_completed_by_a_holder_of_the_role() -> None:
    case = running(process(step("一"), step("二")))
    found = of_item(case, "一", "经办乙")
    assert found["claim"].allowed and found["complete"].allowed
    assert "return" not in found


def test_others_are_told_who_should_do_it() -> None:
    case = running(process(step("一"), step("二")))
    found = of_item(case, "一", "路人")
    assert not found["complete"].allowed
    assert "经办" in found["complete"].reason


def test_return_targets_say_who_would_do_it_again() -> None:
    case = running(process(step("一"), step("二"), step("三")))
    case.complete("一", by="经办甲")
    case.complete("二", by="经办乙")
    case.claim("三", "经办丙")
    found = of_item(case, "三", "经办丙")["return"]
    assert [(each.value, each.consequence) for each in found.targets] == [
        ("二", "“二”交经办办理（上次由经办乙办理）"),
        ("一", "“一”交经办办理（上次由经办甲办理）；须重办“二”（经办乙已办）"),
    ]
    assert found.needs_reason


def beside() -> World:
    """Left and right after a beginning; the right one is at work, the left one has done his first step."""
    left, right = branch("左", step("甲办"), step("甲核")), branch("右", step("乙办"))
    case = running(
        process(step("受理"), block("会办", left, right), step("汇总")), administrators={"管理甲", "管理乙"}
    )
    case.complete("受理", by="经办甲")
    case.claim("乙办", "经办乙")
    case.complete("甲办", by="经办甲")
    case.claim("甲核", "经办丙")
    return case


def test_colleagues_beside_are_named_with_the_work_that_would_close() -> None:
    found = {each.value: each.consequence for each in of_item(beside(), "甲核", "经办丙")["return"].targets}
    assert found["甲办"] == "“甲办”交经办办理（上次由经办甲办理）"
    assert found["受理"] == (
        "“受理”交经办办理（上次由经办甲办理）；关闭“乙办”（经办乙在办）；须重办“甲办”（经办甲已办）"
    )


def test_what_an_end_or_a_jump_would_close_is_said_before() -> None:
    found = of_case(beside(), "管理甲")
    assert found["terminate"].hint == "关闭“乙办”（经办乙在办）、“甲核”（经办丙在办）"
    jump = next(each for each in found["jump"].targets if each.value == "汇总")
    assert jump.consequence == (
        "越过“会办”；“汇总”交经办办理；关闭“乙办”（经办乙在办）、“甲核”（经办丙在办）"
    )


def test_a_jump_within_one_branch_leaves_the_others_alone() -> None:
    found = of_item(beside(), "甲核", "管理甲")["jump"]
    assert {each.value: (each.allowed, each.consequence) for each in found.targets} == {
        "甲办": (True, "从这里重新办理；“甲办”交经办办理（上次由经办甲办理）；关闭“甲核”（经办丙在办）"),
        "甲核": (True, "从这里重新办理；“甲核”交经办办理；关闭“甲核”（经办丙在办）"),
    }
    assert "jump" not in of_item(beside(), "甲核", "经办丙")


def test_what_voiding_would_close_is_said_to_both_who_sign() -> None:
    case = beside()
    closed = "关闭“乙办”（经办乙在办）、“甲核”（经办丙在办）"
    assert of_case(case, "管理甲")["void"].hint == f"由另一名管理员核准后生效。核准后{closed}。"
    case.do(Void(Act("管理甲", reason="重复立案")))
    (target,) = of_case(case, "管理乙")["sign"].targets
    assert target.consequence == f"管理甲提出：重复立案；{closed}"


def test_what_a_jump_would_do_is_said_again_to_who_signs_it() -> None:
    case = beside()
    case.do(Jump(Act("管理甲", reason="已在外地办过"), "汇总"))
    (target,) = of_case(case, "管理乙")["sign"].targets
    assert target.consequence == (
        "管理甲提出：已在外地办过；“汇总”交经办办理；关闭“乙办”（经办乙在办）、“甲核”（经办丙在办）"
    )


def test_reopening_says_to_whom_the_case_goes_and_what_is_done_again() -> None:
    case = running(
        process(step("整改"), step("销号"), reopens=lambda n: (Reopen(ByHand(()), goto(n("整改"))),))
    )
    case.complete("整改", by="经办甲")
    case.complete("销号", by="经办乙")
    assert of_case(case, "经办甲")["reopen"].hint == (
        "“整改”交经办办理（上次由经办甲办理）；须重办“销号”（经办乙已办）"
    )


def test_a_correction_says_whether_a_second_person_signs_it() -> None:
    registered = form("登记", Field("等级", Type(Kind.TEXT)), Field("说明", Type(Kind.TEXT)))
    case = running(
        process(
            step("登记", fills=("登记",)),
            step("处理", routes=lambda n: ((when(equal(field("等级", "登记"), "重大"), goto(n("归档"))),),)),
            step("归档"),
            forms=(registered,),
        )
    )
    case.complete("登记", by="经办甲", forms={"登记": {"等级": "一般", "说明": "甲"}})
    (target,) = of_case(case, "经办甲")["correct"].targets
    assert target.consequence == "改后即生效，原来的内容留在记录里"
    case.complete("处理", by="经办乙")
    (target,) = of_case(case, "经办甲")["correct"].targets
    assert target.consequence == (
        "后面的办理依据过其中内容，改动这些内容的由另一名管理员核准后生效。已经办结的步骤不重办"
    )


def test_who_may_not_be_chosen_as_a_signer_is_said_with_the_reason() -> None:
    case = running(process(step("整改"), step("复查", recusals=lambda n: (Recusal(node=n("整改")),))))
    case.complete("整改", by="经办甲")
    case.claim("复查", "经办乙")
    for operation in ("add_signer", "ask"):
        assert of_item(case, "复查", "经办乙")[operation].hint == "不能选经办甲（其办理了“整改”）"


def test_what_taking_a_signer_away_would_bring_about_is_said() -> None:
    case = running(process(step("审核"), step("归档", "档案员")))
    item = case.claim("审核", "经办甲")
    case.do(AddSigner(Act("经办甲", reason="涉及用地"), item, "专家", SeatOrigin.AFTER))
    case.complete("审核", by="经办甲")
    added = case.item("审核", holder="专家")
    found = options(case.definition, case.state, added, "经办甲", case)
    (away,) = next(each for each in found if each.operation == "remove_signer").targets
    assert away.consequence == "“归档”交档案员办理；关闭“审核”（专家在办）"


def test_it_is_said_to_whom_a_duty_would_go_back() -> None:
    case = running(process(step("一"), step("二")))
    item = case.claim("一", "经办甲")
    case.do(TransferTask(Act("经办甲", reason="忙"), item, "经办乙"))
    assert of_item(case, "一", "经办乙")["hand_back"].hint == "退还经办甲办理"


def test_nothing_to_return_to_is_said() -> None:
    case = running(process(step("一"), step("二")))
    case.claim("一", "经办甲")
    found = of_item(case, "一", "经办甲")["return"]
    assert (found.allowed, found.reason) == (False, "前面没有可退回的步骤")


def test_transfer_targets_say_who_may_not_and_why() -> None:
    case = running(process(step("整改"), step("复查", recusals=lambda n: (Recusal(node=n("整改")),))))
    case.complete("整改", by="经办甲")
    case.claim("复查", "经办乙")
    found = {each.value: each for each in of_item(case, "复查", "经办乙")["transfer"].targets}
    assert found["经办丙"].allowed
    assert not found["经办甲"].allowed and "回避" in found["经办甲"].reason


def test_a_premise_is_shown_with_its_sentence() -> None:
    unmet = check(equal(field("摘牌", "单"), "是"), "挂牌未摘，不能销号")
    case = running(process(step("销号", requires=(unmet,)), forms=(form("单", "摘牌"),)))
    found = of_item(case, "销号", "经办甲")["complete"]
    assert not found.allowed and "挂牌未摘，不能销号" in found.reason


def test_an_extension_names_its_form_and_says_when_it_is_too_late() -> None:
    line = Extension(days(5), 1, (Performer("站长"),), form="延期单")
    made = process(
        step("整改", deadlines=(within(5),), extensions=(line,)), step("二"), forms=(form("延期单", "理由"),)
    )
    case = running(made)
    case.claim("整改", "经办甲")
    assert of_item(case, "整改", "经办甲")["extend"].form == "延期单"
    case.later(days=20)
    late = of_item(case, "整改", "经办甲")["extend"]
    assert not late.allowed and "到期前" in late.reason


def test_who_decides_an_extension_may_complete_it() -> None:
    line = Extension(days(5), 1, (Performer("站长"),))
    case = running(process(step("整改", deadlines=(within(5),), extensions=(line,)), step("二")))
    case.claim("整改", "经办甲")
    case.do(ApplyExtension(Act("经办甲", reason="雨"), {}, item=case.item("整改")))
    request = next(iter(case.state.requests))
    found = {each.operation: each for each in options(case.definition, case.state, request, "站长甲", case)}
    assert found["complete"].allowed
    case.do(CompleteTask(Act("站长甲"), request, {}, "批准"))


def limited() -> World:
    """A case whose whole may be stopped by 站长, and extended."""
    leader = (Performer("站长"),)
    clock = Clock(
        "全程",
        days(30),
        Anchor(AnchorKind.STARTED),
        Anchor(AnchorKind.CLOSED),
        stops=(Stop(leader, None, None),),
        extensions=(Extension(days(5), 1, leader),),
    )
    return running(process(step("一"), step("二"), clocks=(clock,)), administrators={"管理员"})


def test_more_time_for_the_whole_is_offered_to_who_takes_part() -> None:
    case = limited()
    assert of_case(case, "经办甲")["extend"].allowed
    assert "extend" not in of_case(case, "评委甲")


def test_a_suspended_case_has_its_clock_stopped_by_nobody() -> None:
    case = limited()
    assert of_case(case, "站长甲")["stop_clock"].allowed
    case.do(Suspend(Act("管理员", reason="核查")))
    assert not of_case(case, "站长甲")["stop_clock"].allowed


def test_a_handler_is_offered_with_its_form_and_refused_while_open() -> None:
    by_form = handler("续报", step("核实"), start=ByForm("续报单", (Performer("值班"),)))
    case = running(process(step("调查"), handlers=(by_form,), forms=(form("续报单", "死亡"),)))
    assert "begin" not in of_case(case, "经办甲")
    found = of_case(case, "值班甲")["begin"]
    assert (found.allowed, found.form, found.label) == (True, "续报单", "启动：续报")
    case.do(StartHandler(Act("值班甲"), "续报", {"续报单": {}}))
    assert not of_case(case, "值班甲")["begin"].allowed


def test_administrators_govern_the_case() -> None:
    case = running(process(step("一"), step("二")), administrators={"管理员"})
    assert {"suspend", "terminate", "void"} <= set(of_case(case, "管理员"))
    assert "suspend" not in of_case(case, "经办乙")
    case.do(Suspend(Act("管理员", reason="核查")))
    assert of_case(case, "管理员")["resume"].allowed


def test_the_starter_is_told_why_it_is_too_late_to_withdraw() -> None:
    case = running(process(step("一"), step("二")))
    assert of_case(case, "经办甲")["withdraw"].allowed
    case.complete("一")
    assert of_case(case, "经办甲")["withdraw"].reason == "不能撤销：已有步骤办结"


def test_those_the_definition_allows_may_withdraw() -> None:
    cancel = Cancel((Performer("主任"),), None, Actions())
    case = running(process(step("一"), step("二"), cancels=(cancel,)))
    case.complete("一")
    assert of_case(case, "主任甲")["withdraw"].allowed


def test_before_withdrawing_it_is_said_whose_work_is_closed() -> None:
    cancel = Cancel((Performer("主任"),), None, Actions())
    parallel = block("并", branch("甲", step("甲办")), branch("乙", step("乙办")))
    case = running(process(step("一"), parallel, step("二"), cancels=(cancel,)))
    assert of_case(case, "经办甲")["withdraw"].hint == "关闭“一”"
    case.complete("一")
    case.claim("甲办", "经办乙")
    assert of_case(case, "主任甲")["withdraw"].hint == "关闭“甲办”（经办乙在办）、“乙办”"


def test_a_recall_is_offered_while_it_is_possible() -> None:
    case = running(process(step("一"), step("二"), step("三")))
    item = case.item("一")
    case.complete("一", by="经办甲")
    at_once = recall_option(case.definition, case.state, item, 2, "经办甲", case)
    assert at_once.allowed and at_once.hint == "“一”交经办办理（上次由经办甲办理）；关闭“二”"
    case.claim("二", "经办乙")
    asking = recall_option(case.definition, case.state, item, 2, "经办甲", case)
    assert (asking.label, asking.allowed) == ("申请撤回", True) and "经办乙" in asking.hint
    case.complete("二")
    refused = recall_option(case.definition, case.state, item, 2, "经办甲", case)
    assert not refused.allowed and "已办理" in refused.reason


def test_asking_changes_nothing() -> None:
    case = running(process(step("一"), step("二")))
    before = case.state
    of_item(case, "一", "经办甲")
    of_case(case, "经办甲")
    assert case.state is before and len(case.groups) == 1
