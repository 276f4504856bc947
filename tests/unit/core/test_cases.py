"""The case as a whole: start, forms, papers, withdraw, suspend, terminate, void, reopen, correct; linked cases."""

from decimal import Decimal

import pytest

from engine.commands import (
    Act,
    CompleteTask,
    Correct,
    LinkedCaseEnded,
    Origin,
    Reopen,
    ResumeCase,
    StartCase,
    Suspend,
    Terminate,
    Withdraw,
)
from engine.decide import decide
from engine.definition import (
    Actions,
    ByForm,
    ByHand,
    Cancel,
    Data,
    Document,
    Emit,
    Enumeration,
    Field,
    Notify,
    Performer,
    PowerNeed,
    Role,
    Secrecy,
    SetData,
    Trigger,
)
from engine.definition import Reopen as ReopenRule
from engine.events import (
    CaseStarted,
    CaseTriggered,
    DocumentIssued,
    EventEmitted,
    Notified,
    StepCompleted,
)
from engine.expressions import Compare, Comparison, ElementRef, FieldRef, Literal
from engine.refusals import (
    CaseNotOpen,
    ConditionNotMet,
    InvalidForm,
    NotAllowed,
    NothingToCorrect,
    NotWithdrawable,
    OutcomeUnknown,
    PaperMissing,
    PowerMissing,
    StartForbidden,
)
from engine.values import Kind, Type
from engine.views import CaseStatus
from tests.unit.core.building import FINISH, YES, check, equal, field, form, goto, process, step, text
from tests.unit.core.world import MONDAY, World, running

MONEY = Type(Kind.MONEY)


# ---- starting


def by_form() -> World:
    start = ByForm("登记", (Performer("网格员"),))
    made = process(
        step("核实"), starts=(start,), forms=(form("登记", Field("描述", Type(Kind.TEXT), required=YES)),)
    )
    return World(made)


def test_a_case_starts_by_its_form_and_gets_a_number() -> None:
    case = by_form().start("网格员甲", {"登记": {"描述": "护栏缺失"}})
    assert case.state.number == "试流程〔2023〕1号"
    assert ("登记", "") in case.state.forms
    assert case.steps() == ["核实"]


def test_the_numbering_of_the_process_is_used() -> None:
    case = running(process(step("一"), numbering="润隐〔{年}〕{序号}号"))
    assert case.state.number == "润隐〔2023〕1号"


def test_only_its_roles_may_start_it() -> None:
    with pytest.raises(NotAllowed):
        by_form().start("路人", {"登记": {"描述": "护栏缺失"}})


def test_a_trigger_fills_the_start_form_as_far_as_it_can() -> None:
    case = by_form()
    act = Act("system")
    case.do(StartCase(act, {"": {"描述": "来自调查"}}, origin=Origin("调查〔2023〕1号")))
    started = case.happened(CaseStarted)[0]
    assert started.origin == "调查〔2023〕1号"
    assert case.submission(1, "登记") == {"描述": "来自调查"}


def test_a_trigger_with_an_unknown_argument_is_refused() -> None:
    with pytest.raises(InvalidForm):
        by_form().do(StartCase(Act("system"), {"": {"单位": "E001"}}, origin=Origin("x")))


def test_the_start_condition_is_tested_on_the_form() -> None:
    start = ByForm("登记", (), equal(FieldRef("登记", "描述"), "真"))
    case = World(process(step("一"), starts=(start,), forms=(form("登记", "描述"),)))
    with pytest.raises(StartForbidden):
        case.start("经办甲", {"登记": {"描述": "假"}})


# ---- forms


def filled(**values: object) -> World:
    at_least = Compare(Comparison.GE, FieldRef("方案", "资金"), Literal(Decimal(0), MONEY))
    grave = equal(FieldRef("方案", "等级"), "重大")
    plan = form(
        "方案",
        Field("等级", Type(Kind.ENUM, "等级"), required=YES),
        Field("资金", MONEY, required=YES, checks=(at_least,)),
        Field("专家", Type(Kind.TEXT), required=grave),
    )
    made = process(
        step("定方案", fills=("方案",)),
        step("二"),
        forms=(plan,),
        enumerations=(Enumeration("等级", ("重大", "一般")),),
    )
    case = running(made)
    case.complete("定方案", forms={"方案": values})  # type: ignore[dict-item]  # values of the form
    return case


def test_a_field_that_names_the_holders_of_a_role_names_as_many_as_the_role_needs() -> None:
    team = Role("验收组", taken=FieldRef("派组", "成员"), minimum=3, note="属地、行业、建设三方")
    made = process(
        step("派验收组", fills=("派组",)),
        step("验收", performers=(Performer("验收组", seats=2),)),
        forms=(form("派组", Field("成员", Type(Kind.PEOPLE), required=YES)),),
        roles=(team,),
    )
    case = running(made)
    with pytest.raises(InvalidForm) as refusal:
        case.complete("派验收组", forms={"派组": {"成员": ("甲", "乙", "乙")}})
    assert refusal.value.errors == {"成员": "“验收组”至少要 3 人：属地、行业、建设三方"}
    case.complete("派验收组", forms={"派组": {"成员": ("甲", "乙", "丙")}})
    assert case.steps() == ["验收"]


def errors(**values: object) -> dict[str, str]:
    with pytest.raises(InvalidForm) as refusal:
        filled(**values)
    return dict(refusal.value.errors)


def test_all_mistakes_are_told_at_once() -> None:
    assert errors(等级="特大", 资金=Decimal(-1)) == {"等级": "应从所列项中选择", "资金": "应 ≥ 0"}


def test_a_field_may_be_required_under_a_condition() -> None:
    assert errors(等级="重大", 资金=1) == {"专家": "必填"}
    assert filled(等级="一般", 资金=1).steps() == ["二"]


def test_a_value_of_another_type_is_refused() -> None:
    assert errors(等级="一般", 资金="三万") == {"资金": "应为金额（元）"}


def test_an_unknown_field_is_refused() -> None:
    assert errors(等级="一般", 资金=1, 备注="无") == {"备注": "表单没有此项"}


def test_rows_of_a_list_are_checked_one_by_one() -> None:
    row = form("人员", Field("姓名", Type(Kind.TEXT), required=YES))
    sheet = form("名册", Field("人员", Type(Kind.LIST, "人员")))
    case = running(process(step("登记", fills=("名册",)), forms=(sheet, row)))
    with pytest.raises(InvalidForm) as refusal:
        case.complete("登记", forms={"名册": {"人员": ({"姓名": "张"}, {})}})
    assert dict(refusal.value.errors) == {"人员[2].姓名": "必填"}


def test_a_computed_field_is_the_engines() -> None:
    total = Field("合计", MONEY, computed=FieldRef("单", "单价"))
    case = running(
        process(step("填", fills=("单",)), step("二"), forms=(form("单", Field("单价", MONEY), total),))
    )
    case.complete("填", forms={"单": {"单价": Decimal(7)}})
    assert case.submission(2, "单")["合计"] == Decimal(7)


def test_one_of_the_outcomes_must_be_chosen() -> None:
    case = running(process(step("审核", outcomes=("同意", "修改")), step("二")))
    with pytest.raises(OutcomeUnknown):
        case.complete("审核")
    with pytest.raises(OutcomeUnknown):
        case.complete("审核", outcome="再议")


def test_a_premise_is_tested_before_anybody_begins() -> None:
    unmet = check(equal(FieldRef("单", "摘牌"), "是"), "挂牌未摘，不能销号")
    case = running(process(step("销号", requires=(unmet,)), forms=(form("单", "摘牌"),)))
    with pytest.raises(ConditionNotMet) as refusal:
        case.claim("销号")
    assert "挂牌未摘，不能销号" in refusal.value.text


def test_a_verification_reads_what_is_being_submitted() -> None:
    late = check(equal(FieldRef("单", "日期"), "明天"), "完成日期不得早于今日")
    case = running(
        process(step("填", fills=("单",), verifies=(late,)), step("二"), forms=(form("单", "日期"),))
    )
    with pytest.raises(ConditionNotMet):
        case.complete("填", forms={"单": {"日期": "昨天"}})
    assert not case.state.forms
    case.complete("填", forms={"单": {"日期": "明天"}})


def test_every_verification_that_fails_is_told_at_once() -> None:
    both = (
        check(equal(FieldRef("单", "日期"), "明天"), "完成日期不得早于今日"),
        check(equal(FieldRef("单", "金额"), "3万元"), "金额须与批复一致"),
    )
    case = running(process(step("填", fills=("单",), verifies=both), forms=(form("单", "日期", "金额"),)))
    with pytest.raises(ConditionNotMet) as refusal:
        case.complete("填", forms={"单": {"日期": "昨天", "金额": "2万元"}})
    assert refusal.value.sentences == ("完成日期不得早于今日", "金额须与批复一致")


# ---- other authorities, powers, documents


def external() -> World:
    reply = step(
        "批复",
        by="县政府",
        external=True,
        entered_by=(Performer("应急办"),),
        proof=("批复",),
        fills=("批复",),
    )
    return running(process(reply, step("落实"), forms=(form("批复", "文号"),)))


def test_another_authoritys_result_needs_the_date_of_its_paper() -> None:
    case = external()
    with pytest.raises(PaperMissing):
        case.complete("批复", by="应急办甲", forms={"批复": {"文号": "1号"}})


def test_the_date_of_the_paper_is_the_date_of_completion() -> None:
    case = external().later(days=9)
    case.complete("批复", by="应急办甲", forms={"批复": {"文号": "1号"}}, occurred_at=MONDAY)
    assert case.record("批复").completed_at == MONDAY
    done = case.happened(StepCompleted)[0]
    assert done.at == MONDAY


def test_the_other_authority_itself_has_no_seat() -> None:
    with pytest.raises(NotAllowed):
        external().complete("批复", by="县政府甲", forms={"批复": {}}, occurred_at=MONDAY)


def powered() -> World:
    made = process(
        step("立案", power=PowerNeed("行政处罚权", Actions((Notify(("法制办",)),)))),
        step("移送"),
    )
    return World(made)


def test_without_the_power_the_other_way_is_taken() -> None:
    case = powered().start()
    assert case.steps() == ["移送"]
    assert case.happened(Notified)


def test_with_the_power_the_step_is_opened() -> None:
    case = powered()
    case.powers.add("行政处罚权")
    assert case.start().steps() == ["立案"]


def issuing(**more: object) -> World:
    paper = Document("指令书", Secrecy.PUBLIC, numbering="责改〔{年}〕{序号}号", **more)  # type: ignore[arg-type]  # fields
    return running(process(step("定案", issues=("指令书",)), step("二"), documents=(paper,)))


def test_a_document_gets_the_next_number_of_its_series() -> None:
    case = issuing()
    case.series["责改〔{年}〕{序号}号", 2023] = 6
    case.complete("定案")
    issued = case.happened(DocumentIssued)[0]
    assert issued.number == "责改〔2023〕7号"


def test_a_document_in_the_line_of_its_case_has_the_cases_number() -> None:
    case = issuing(chained=True)
    case.complete("定案")
    issued = case.happened(DocumentIssued)[0]
    assert issued.number == "责改〔2023〕1号"


def test_a_further_document_in_the_line_of_its_case_says_so() -> None:
    case = issuing(chained=True)
    case.series["责改〔{年}〕{序号}号 " + case.state.number, 0] = 1
    case.complete("定案")
    assert case.happened(DocumentIssued)[0].number == "责改〔2023〕1-1号"


def test_a_document_of_a_power_that_is_lacking_is_refused_whole() -> None:
    case = issuing(power="责令整改权")
    with pytest.raises(PowerMissing):
        case.complete("定案")
    assert case.steps() == ["定案"]


# ---- ends


def test_the_starter_withdraws_before_the_first_decision() -> None:
    case = running(process(step("一"), step("二")))
    case.do(Withdraw(Act("经办甲", reason="误报")))
    assert case.state.status is CaseStatus.WITHDRAWN
    assert not case.items()


def test_not_once_something_was_decided() -> None:
    case = running(process(step("一"), step("二")))
    case.complete("一")
    with pytest.raises(NotWithdrawable):
        case.do(Withdraw(Act("经办甲", reason="误报")))


def test_whom_the_definition_allows_withdraws_and_steps_are_undone_in_reverse() -> None:
    cancel = Cancel((Performer("主任"),), None, Actions((Notify(("经办",), "已撤销"),)))
    undo = [step(name, undo=Actions((Notify(("经办",), f"收回{name}"),))) for name in ("一", "二")]
    case = running(process(*undo, step("三"), cancels=(cancel,)))
    case.complete("一")
    case.complete("二")
    case.do(Withdraw(Act("主任甲", reason="情况变化")))
    told = [event.text for event in case.happened(Notified)]
    assert told == ["收回二", "收回一", "已撤销"]


def governed() -> World:
    return running(process(step("一"), step("二", after=FINISH)), administrators={"管理员"})


def test_nobody_acts_while_the_case_is_suspended() -> None:
    case = governed()
    case.do(Suspend(Act("管理员", reason="核查")))
    with pytest.raises(CaseNotOpen):
        case.complete("一")
    case.do(ResumeCase(Act("管理员", reason="核查完毕")))
    case.complete("一")


def test_case_23_a_suspension_does_not_move_limits() -> None:
    from engine.values import Unit
    from tests.unit.core.building import within

    case = running(
        process(step("一", deadlines=(within(5, Unit.DAY),)), step("二")), administrators={"管理员"}
    )
    due = case.due("一")
    case.do(Suspend(Act("管理员", reason="核查")))
    case.later(days=3).do(ResumeCase(Act("管理员", reason="核查完毕")))
    assert case.due("一") == due


def test_a_terminated_case_has_no_work_left() -> None:
    case = governed()
    case.do(Terminate(Act("管理员", reason="重复")))
    assert (case.state.status, dict(case.items()), case.wake()) == (CaseStatus.TERMINATED, {}, None)


def test_only_an_administrator_terminates() -> None:
    with pytest.raises(NotAllowed):
        governed().do(Terminate(Act("经办甲", reason="重复")))


def test_a_finished_case_is_reopened_at_the_place_the_definition_says() -> None:
    rule = lambda n: (ReopenRule(ByForm("反弹单", (Performer("网格员"),)), goto(n("二"))),)  # noqa: E731  # numbers
    made = process(step("一"), step("二", after=FINISH), reopens=rule, forms=(form("反弹单", "情况"),))
    case = running(made)
    case.complete("一")
    case.complete("二")
    case.do(Reopen(Act("网格员甲"), {"反弹单": {"情况": "又坏了"}}))
    assert case.steps() == ["二"]
    assert case.record("一").done and not case.record("二").done
    case.complete("二")
    assert case.state.status is CaseStatus.FINISHED
    assert case.record("二").rounds == 2


# ---- corrections


def corrected() -> World:
    case = running(process(step("一", fills=("单",)), step("二"), forms=(form("单", "甲", "乙"),)))
    case.complete("一", by="经办乙", forms={"单": {"甲": "1", "乙": "2"}})
    return case


def test_a_correction_changes_only_what_it_names() -> None:
    case = corrected()
    case.do(Correct(Act("经办乙", reason="笔误"), "单", {"甲": "3"}))
    assert case.submission(3, "单") == {"甲": "3", "乙": "2"}
    assert case.state.changed["单.甲"] == 3
    assert case.state.changed["单.乙"] == 2


def test_only_who_submitted_it_corrects_it() -> None:
    with pytest.raises(NotAllowed):
        corrected().do(Correct(Act("经办甲", reason="笔误"), "单", {"甲": "3"}))


def test_a_correction_that_changes_nothing_is_refused() -> None:
    with pytest.raises(NothingToCorrect):
        corrected().do(Correct(Act("经办乙", reason="笔误"), "单", {"甲": "1"}))


# ---- linked cases


def test_one_case_is_triggered_for_each_entry_of_a_list() -> None:
    row = form("事项", "内容")
    sheet = form("报告", Field("事项", Type(Kind.LIST, "事项")))
    each = Trigger("整改", (("描述", ElementRef("事项", "内容")),), field("事项", "报告"), "事项")
    case = running(
        process(step("报告", fills=("报告",), after=Actions((each,))), step("二"), forms=(sheet, row))
    )
    case.complete("报告", forms={"报告": {"事项": ({"内容": "甲"}, {"内容": "乙"})}})
    triggered = case.happened(CaseTriggered)
    assert [event.arguments for event in triggered] == [{"描述": "甲"}, {"描述": "乙"}]


def test_an_event_carries_its_arguments() -> None:
    made = process(step("销号", after=Actions((Emit("已销号", (("事由", text("合格")),)),))), step("二"))
    case = running(made)
    case.complete("销号")
    emitted = case.happened(EventEmitted)[0]
    assert emitted.arguments == {"事由": "合格"}


def test_the_end_of_an_unknown_case_says_nothing() -> None:
    case = running(process(step("一")))
    assert case.do(LinkedCaseEnded(99, CaseStatus.FINISHED)) == ()


def test_data_is_set_before_routes_are_asked() -> None:
    made = process(
        step("定级", outcomes=("重大",), sets=(SetData("等级", text("重大")),)),
        step("二"),
        data=(Data("等级", Type(Kind.TEXT), text("一般")),),
    )
    case = running(made)
    assert case.state.data == {"等级": "一般"}
    case.complete("定级", outcome="重大")
    assert case.state.data == {"等级": "重大"}


def test_a_refused_command_returns_nothing_and_leaves_the_state() -> None:
    case = running(process(step("一"), step("二")))
    before = case.state
    with pytest.raises(OutcomeUnknown):
        decide(case.definition, before, CompleteTask(Act("经办甲"), case.item("一"), {}, "好"), case)
    assert case.state is before and case.steps() == ["一"]


def test_started_by_hand() -> None:
    assert running(process(step("一"), starts=(ByHand((Performer("经办"),)),))).steps() == ["一"]
