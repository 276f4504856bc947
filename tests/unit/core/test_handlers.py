"""随时, 等待, 总时限, 约束: what runs beside the main flow."""

from typing import Any

import pytest

from engine.commands import (
    Act,
    Correct,
    EventArrived,
    LinkedCaseEnded,
    ResumeClock,
    ServeDocument,
    StartHandler,
    StopClock,
)
from engine.definition import (
    Actions,
    Anchor,
    AnchorKind,
    ByCondition,
    ByEvent,
    ByForm,
    ByPeriod,
    Clock,
    Data,
    Deadline,
    Document,
    Exclusive,
    Field,
    Notify,
    Overdue,
    Performer,
    Precedence,
    Reminder,
    Response,
    ResumeMain,
    Secrecy,
    SetData,
    Stop,
    Trigger,
)
from engine.events import HandlerStarted, Notified, PeriodMissed
from engine.expressions import (
    DataRef,
    InstanceRef,
    LinkedCasesClosed,
    NodeFact,
    NodeRef,
    Quantified,
    Quantifier,
)
from engine.refusals import ClockForbidden, GateClosed, StartForbidden
from engine.values import Kind, Span, Type, Unit
from engine.views import CaseStatus, ItemStatus
from tests.unit.core.building import (
    FINISH,
    block,
    branch,
    days,
    equal,
    field,
    form,
    goto,
    handler,
    process,
    step,
    text,
    wait,
    within,
)
from tests.unit.core.world import MONDAY, World, local, running


def begin(case: World, name: str = "续报", **forms: object) -> None:
    case.do(StartHandler(Act("经办甲"), name, forms))  # type: ignore[arg-type]  # records by form


# ---- handlers


def test_a_handler_runs_beside_the_main_flow() -> None:
    case = running(process(step("调查"), step("结案"), handlers=(handler("续报", step("登记续报")),)))
    main = case.item("调查")
    begin(case)
    assert case.steps() == ["调查", "登记续报"]
    case.complete("登记续报")
    assert case.steps() == ["调查"]
    assert case.item("调查") == main


def test_back_to_its_place_changes_nothing() -> None:
    ended = handler("续报", step("登记续报", after=Actions(move=ResumeMain())), step("不到"))
    case = running(process(step("调查"), step("结案"), handlers=(ended,)))
    begin(case)
    case.complete("登记续报")
    assert case.steps() == ["调查"]


def test_a_second_start_is_refused_while_one_is_open() -> None:
    case = running(process(step("调查"), handlers=(handler("续报", step("登记续报")),)))
    begin(case)
    with pytest.raises(StartForbidden):
        begin(case)


def test_a_handler_starts_only_in_its_scope() -> None:
    made = process(
        step("调查"), step("结案"), handlers=(handler("续报", step("登记续报"), during=("调查",)),)
    )
    case = running(made)
    case.complete("调查")
    with pytest.raises(StartForbidden):
        begin(case)


def test_a_handler_closes_when_its_scope_is_left() -> None:
    made = process(
        step("调查"), step("结案"), handlers=(handler("续报", step("登记续报"), during=("调查",)),)
    )
    case = running(made)
    begin(case)
    case.complete("调查")
    assert case.steps() == ["结案"]


def test_a_persisting_handler_goes_on_and_the_case_waits_for_it() -> None:
    made = process(
        step("调查"),
        step("结案", after=FINISH),
        handlers=(handler("续报", step("登记续报"), during=("调查",), persists=True),),
    )
    case = running(made)
    begin(case)
    case.complete("调查")
    with pytest.raises(GateClosed) as refusal:
        case.complete("结案")
    assert "续报" in refusal.value.text
    case.complete("登记续报")
    case.complete("结案")
    assert case.state.status is CaseStatus.FINISHED


def test_a_jump_out_of_a_handler_cancels_the_present_place() -> None:
    regrade = handler("升级", step("改级", after=lambda n: goto(n("处置"))))
    case = running(process(step("办理"), step("处置"), handlers=(regrade,)))
    begin(case, "升级")
    case.complete("改级")
    assert case.steps() == ["处置"]


def test_a_jump_out_of_a_handler_leaves_other_branches_alone() -> None:
    """随时 续报 于 处理事 … 转 成立调查组: the branch 处理人 goes on."""
    made = process(
        block("调查处理", branch("事", step("成立"), step("查")), branch("人", step("移送"))),
        handlers=(handler("续报", step("登记", after=lambda n: goto(n("成立"))), during=("成立", "查")),),
    )
    case = running(made)
    person = case.item("移送")
    case.complete("成立")
    begin(case)
    case.complete("登记")
    assert sorted(case.steps()) == ["成立", "移送"]
    assert case.item("移送") == person


def test_a_handler_is_started_by_its_form() -> None:
    by_form = handler("续报", step("核实"), start=ByForm("续报单", (Performer("值班"),)))
    case = running(process(step("调查"), handlers=(by_form,), forms=(form("续报单", "死亡"),)))
    case.do(StartHandler(Act("值班甲"), "续报", {"续报单": {"死亡": "3"}}))
    assert ("续报单", "") in case.state.forms


def test_a_handler_starts_once_when_its_condition_becomes_true() -> None:
    watch = handler("预警", step("处理预警"), start=ByCondition(equal(DataRef("色"), "红")))
    made = process(
        step("一", sets=(SetData("色", text("红")),)),
        step("二"),
        step("三", sets=(SetData("色", text("绿")),)),
        step("四", sets=(SetData("色", text("红")),)),
        step("五"),
        handlers=(watch,),
        data=(Data("色", Type(Kind.TEXT), text("绿")),),
    )
    case = running(made)
    case.complete("一")
    assert "处理预警" in case.steps()
    case.complete("处理预警")
    case.complete("二")
    assert "处理预警" not in case.steps()
    case.complete("三")
    case.complete("四")
    assert "处理预警" in case.steps()


def test_a_handler_starts_by_an_event() -> None:
    case = running(process(step("办理"), handlers=(handler("来电", step("接电"), start=ByEvent("举报")),)))
    case.do(EventArrived("举报", {}))
    assert "接电" in case.steps()


def test_events_that_come_meanwhile_wait_their_turn() -> None:
    case = running(process(step("办理"), handlers=(handler("来电", step("接电"), start=ByEvent("举报")),)))
    for _ in range(3):
        case.do(EventArrived("举报", {}))
    assert case.steps() == ["办理", "接电"]
    for _ in range(2):
        case.complete("接电")
        assert case.steps() == ["办理", "接电"]
    case.complete("接电")
    assert case.steps() == ["办理"]


def test_a_handler_the_engine_cannot_start_does_not_hold_up_a_person() -> None:
    forbidden = handler("预警", step("处置"), start=ByCondition(equal(DataRef("色"), "红")))
    made = process(
        step("一", sets=(SetData("色", text("红")),)),
        step("二"),
        handlers=(forbidden,),
        data=(Data("色", Type(Kind.TEXT)),),
        constraints=lambda n: (Precedence(n("二"), n("处置")),),
    )
    case = running(made)
    case.complete("一")
    assert case.steps() == ["二"]
    assert "预警" in case.happened(Notified)[0].text


def weekly() -> World:
    report = handler("周报", step("报进展"), start=ByPeriod(days(7)), during=("整改",))
    return running(process(step("整改"), step("验收"), handlers=(report,)))


def test_a_periodic_handler_starts_every_period() -> None:
    case = weekly()
    case.later(days=6).tick()
    assert case.steps() == ["整改"]
    case.later(days=1).tick()
    assert case.steps() == ["整改", "报进展"]
    case.complete("报进展")
    case.later(days=7).tick()
    assert case.steps() == ["整改", "报进展"]


def test_a_period_that_comes_while_the_former_is_open_is_missed() -> None:
    case = weekly()
    case.later(days=7).tick()
    case.later(days=7).tick()
    assert len(case.happened(HandlerStarted)) == 1
    assert len(case.happened(PeriodMissed)) == 1


def test_periods_that_passed_in_a_downtime_are_missed_not_made_up() -> None:
    case = weekly()
    case.later(days=30).tick()
    assert len(case.happened(HandlerStarted)) == 1
    missed = case.happened(PeriodMissed)[0]
    assert missed.times == 3


def test_periods_end_with_their_scope() -> None:
    case = weekly()
    case.complete("整改")
    assert case.wake() is None


# ---- waits


def test_a_wait_goes_on_when_its_condition_becomes_true() -> None:
    made = process(
        block(
            "并行",
            branch("左", wait("等乙", condition=lambda n: NodeRef(n("乙"), NodeFact.IS_DONE)), step("甲")),
            branch("右", step("乙"), step("丙")),
        )
    )
    case = running(made)
    assert case.steps() == ["等乙", "乙"]
    case.complete("乙")
    assert sorted(case.steps()) == ["丙", "甲"]


def test_a_wait_for_time_ends_when_it_is_over() -> None:
    case = running(process(wait("候评估", span=days(10)), step("评估")))
    assert case.wake() == local(2023, 4, 21)
    case.now = local(2023, 4, 20, 23)
    case.tick()
    assert case.steps() == ["候评估"]
    case.now = local(2023, 4, 21)
    case.tick()
    assert case.steps() == ["评估"]


def test_a_wait_for_an_event() -> None:
    case = running(process(wait("等批复", event="已批复"), step("落实")))
    case.do(EventArrived("已批复", {}))
    assert case.steps() == ["落实"]


def linked() -> World:
    closed = LinkedCasesClosed("整改")
    made = process(
        step("立案", after=Actions((Trigger("整改", (("内容", text("甲")),)),))),
        wait("等整改", condition=closed),
        step("归档"),
    )
    return running(made)


def test_a_wait_for_linked_cases() -> None:
    case = linked()
    case.complete("立案")
    assert case.steps() == ["等整改"]
    (link,) = case.state.links
    case.do(LinkedCaseEnded(link, CaseStatus.FINISHED))
    assert case.steps() == ["归档"]


def test_each_instance_waits_for_its_own_linked_case() -> None:
    rows = Field("事项", Type(Kind.LIST, "事项"))
    made = process(
        step("报告", fills=("报告",)),
        block(
            "落实",
            branch(
                "整改",
                step("立案", after=Actions((Trigger("整改案"),))),
                wait("等", condition=LinkedCasesClosed("整改案")),
                step("核实"),
                each=field("事项", "报告"),
                variable="事项",
            ),
        ),
        forms=(form("报告", rows), form("事项", "内容")),
    )
    case = running(made)
    case.complete("报告", forms={"报告": {"事项": ({"内容": "甲"}, {"内容": "乙"})}})
    case.complete("立案", key="0")
    case.complete("立案", key="1")
    first, second = case.state.links
    case.do(LinkedCaseEnded(second, CaseStatus.FINISHED))
    assert case.steps() == ["等", "核实"]
    assert case.items()[case.item("核实")].key == "1"
    case.do(LinkedCaseEnded(first, CaseStatus.TERMINATED))
    assert case.steps() == ["核实", "核实"]


# ---- instances


def calling(**of_the_block: Any) -> World:
    rows = Field("名单", Type(Kind.LIST, "名单"))
    made = process(
        step("研判", fills=("研判",)),
        block(
            "叫应",
            branch(
                "叫",
                step("上门", fills=("上门",)),
                each=field("名单", "研判"),
                variable="名单",
                growing=True,
            ),
            branch("值守", step("值班", fills=())),
            **of_the_block,
        ),
        step("小结"),
        forms=(form("研判", rows), form("名单", "户"), form("上门", "结果")),
        handlers=(handler("补名单", step("补", fills=("研判",)), during=("叫应",)),),
    )
    case = running(made)
    case.complete("研判", forms={"研判": {"名单": ({"户": "张"}, {"户": "李"})}})
    return case


def test_one_instance_a_row_with_forms_of_its_own() -> None:
    case = calling()
    assert case.steps() == ["上门", "上门", "值班"]
    case.complete("上门", key="1", forms={"上门": {"结果": "在家"}})
    assert ("上门", "1") in case.state.forms
    assert ("上门", "0") not in case.state.forms


def test_the_share_that_must_end_is_counted_anew_when_a_row_is_added() -> None:
    """Two thirds of three are two, of six are four."""
    rows = tuple({"户": name} for name in ("张", "李", "王", "赵", "周"))
    case = calling(share=(2, 3), cancel_rest=True)
    case.complete("上门", key="0", forms={"上门": {"结果": "在家"}})
    begin(case, "补名单")
    case.complete("补", forms={"研判": {"名单": rows}})
    for key in ("1", "2"):
        case.complete("上门", key=key, forms={"上门": {"结果": "在家"}})
    assert "小结" not in case.steps()
    case.complete("上门", key="3", forms={"上门": {"结果": "在家"}})
    assert case.steps() == ["小结"]


def test_a_row_added_while_the_block_is_open_opens_one_more() -> None:
    case = calling()
    begin(case, "补名单")
    case.complete("补", forms={"研判": {"名单": ({"户": "张"}, {"户": "李"}, {"户": "王"})}})
    keys = sorted(item.key for item in case.items().values() if item.node == 2)
    assert keys == ["0", "1", "2"]


def test_the_join_waits_for_every_instance() -> None:
    case = calling()
    case.complete("值班")
    case.complete("上门", key="0", forms={"上门": {}})
    assert case.steps() == ["上门"]
    case.complete("上门", key="1", forms={"上门": {}})
    assert case.steps() == ["小结"]


def test_from_outside_the_instances_are_a_list() -> None:
    visited = Quantified(Quantifier.COUNT, InstanceRef(1, 0), "叫", NodeRef(2, NodeFact.IS_DONE))
    case = calling()
    case.complete("上门", key="0", forms={"上门": {}})
    from engine.case_scope import CaseScope
    from engine.graph import graph_of

    graph = graph_of(case.definition)
    assert graph.program.value(visited, CaseScope(graph, case.state, case)) == 1


# ---- n of m


def first_of(cancel_rest: bool) -> World:
    made = process(
        block("竞办", branch("左", step("甲")), branch("右", step("乙")), first=1, cancel_rest=cancel_rest),
        step("汇总", after=FINISH),
    )
    return running(made)


def test_the_first_branch_passes_and_the_others_are_cancelled() -> None:
    case = first_of(cancel_rest=True)
    case.complete("乙")
    assert case.steps() == ["汇总"]


def test_late_branches_run_on_and_the_case_waits_for_them() -> None:
    case = first_of(cancel_rest=False)
    case.complete("乙")
    assert sorted(case.steps()) == ["汇总", "甲"]
    with pytest.raises(GateClosed):
        case.complete("汇总")
    case.complete("甲")
    case.complete("汇总")
    assert case.state.status is CaseStatus.FINISHED


# ---- clocks


def timed(**more: object) -> World:
    clock = Clock(
        "调查",
        days(60),
        Anchor(AnchorKind.MOMENT, moment=field("发生", "快报")),
        Anchor(AnchorKind.NODE, 1),
        reminders=(Reminder(Span(5, Unit.DAY), ("经办",)),),
        overdue=(Overdue(None, Actions((Notify(("县",), "调查超期"),))),),
        **more,  # type: ignore[arg-type]  # fields of Clock
    )
    made = process(
        step("快报", fills=("快报",)),
        step("报告", deadlines=(Deadline(clock="调查"),)),
        step("批复"),
        handlers=(handler("鉴定", step("做鉴定"), during=("报告",)),),
        forms=(form("快报", Field("发生", Type(Kind.TIME))), form("中止单", "文号"), form("恢复单", "文号")),
        clocks=(clock,),
    )
    case = running(made)
    case.complete("快报", by="经办甲", forms={"快报": {"发生": MONDAY}})
    return case


def test_a_clock_runs_from_its_date_and_the_step_follows_it() -> None:
    assert timed().due("报告") == local(2023, 6, 10)


def test_a_clock_stands_while_an_excluded_handler_is_open() -> None:
    """Awkward case 22: 7 working days over the holiday of 1 May; the due date moves by the whole days."""
    case = timed(excludes=("鉴定",))
    case.now = local(2023, 4, 26, 10)
    begin(case, "鉴定")
    assert case.due("报告") is None
    case.now = local(2023, 5, 8, 10)
    case.complete("做鉴定")
    assert case.due("报告") == local(
        2023, 6, 26
    )  # 13 whole days: 22 June is a holiday, Sunday the 25th is worked


def test_a_clock_stands_by_a_document_and_goes_on_by_a_document() -> None:
    case = timed(stops=(Stop((Performer("经办"),), "中止单", "恢复单"),))
    case.do(StopClock(Act("经办甲", reason="鉴定"), "调查", {"中止单": {"文号": "1号"}}))
    assert case.due("报告") is None
    case.now = local(2023, 5, 10, 10)
    case.do(ResumeClock(Act("经办甲"), "调查", {"恢复单": {"文号": "2号"}}))
    due = case.due("报告")
    assert due is not None and due > local(2023, 7, 1)


def test_only_a_clock_with_a_lawful_ground_stops() -> None:
    with pytest.raises(ClockForbidden):
        timed().do(StopClock(Act("经办甲"), "调查", {}))


def test_a_clock_reminds_and_climbs_once() -> None:
    case = timed()
    case.later(days=90).tick()
    assert [event.text for event in case.happened(Notified)] == [
        "试流程〔2023〕1号“调查”时限将于6月9日24时到期",
        "调查超期",
    ]


def test_a_clock_ends_with_its_step_and_tells_whether_it_was_late() -> None:
    case = timed()
    case.complete("报告")
    clock = case.state.clocks[0]
    assert clock.ended is not None and not clock.late and not clock.timers


def test_a_corrected_date_moves_the_clock() -> None:
    case = timed()
    earlier = local(2023, 4, 1, 9)
    case.do(Correct(Act("经办甲", reason="时间写错"), "快报", {"发生": earlier}))
    assert case.due("报告") == local(2023, 6, 1)


def test_a_limit_from_service_starts_when_the_last_party_is_served() -> None:
    paper = Document("决定书", Secrecy.PUBLIC, numbering="〔{年}〕{序号}号")
    limit = within(60, anchor=Anchor(AnchorKind.SERVED, document="决定书"))
    made = process(step("决定", issues=("决定书",)), step("复议", deadlines=(limit,)), documents=(paper,))
    case = running(made)
    case.complete("决定")
    assert case.due("复议") is None
    case.do(ServeDocument(Act("经办甲", occurred_at=MONDAY), "决定书", "甲公司"))
    assert case.due("复议") == local(2023, 6, 10)


# ---- constraints


def test_what_is_owed_must_be_done_before_the_case_closes() -> None:
    made = process(
        step("整改", after=lambda n: goto(n("归档"))),
        step("复查"),
        step("归档", after=FINISH),
        constraints=lambda n: (Response(n("整改"), n("复查")),),
    )
    case = running(made)
    case.complete("整改")
    with pytest.raises(GateClosed) as refusal:
        case.complete("归档")
    assert "复查" in refusal.value.text


def test_exclusive_steps_are_never_open_together() -> None:
    made = process(
        block("并行", branch("左", step("甲")), branch("右", step("乙"))),
        constraints=lambda n: (Exclusive((n("甲"), n("乙"))),),
    )
    case = running(made)
    assert case.items()[case.item("乙")].status is ItemStatus.WAITING
    case.complete("甲")
    assert case.items()[case.item("乙")].status is ItemStatus.OPEN
    case.complete("乙")
    assert case.state.status is CaseStatus.FINISHED


def test_of_exclusive_steps_the_one_that_waits_longest_comes_first() -> None:
    made = process(
        block("并行", branch("左", step("甲"), step("丙")), branch("右", step("乙"))),
        constraints=lambda n: (Exclusive((n("甲"), n("乙"), n("丙"))),),
    )
    case = running(made)
    case.complete("甲")
    assert case.items()[case.item("乙")].status is ItemStatus.OPEN
    assert case.items()[case.item("丙")].status is ItemStatus.WAITING


def test_an_item_that_outlives_its_block_leaves_nothing_behind_when_it_ends() -> None:
    """A simulation found accident cases that could never be closed after this."""
    made = process(
        block("会办", branch("甲线", step("甲办")), branch("乙线", step("乙办"))),
        step("归档"),
        handlers=(handler("补查", step("查"), during=("甲办",), persists=True),),
    )
    case = running(made)
    case.do(StartHandler(Act("经办甲"), "补查", {}))
    case.complete("甲办")
    case.complete("乙办")
    assert case.state.frames, "the item goes on below the block"
    case.complete("查")
    assert not case.state.frames
    case.complete("归档")
    assert case.state.status is CaseStatus.FINISHED
