"""Pages as text: what a person reads about an item, a case, its history."""

from dataclasses import replace
from datetime import timedelta

from engine.deadlines import ClockState
from engine.views import Counts, ItemStatus, Option, PersonView, Preview, Target, Verification
from tests.unit.web.values import ADVICE, CASE, CLOCK, DEFINITION, ENTRY, ITEM, MOMENTS, NOW, OPTIONS, TASK
from web import case_page, inbox_page
from web.operations import operations, refusal_text
from web.outcome_text import next_step_text
from web.task_page import Attempt, TaskPage, task_page
from web.timeline import timeline
from web.value_text import Names
from web.widgets import Catalogue

NAMES = Names(MOMENTS, {"li-ke": "李科"}, {}, {"建议": ADVICE})
COUNTS = Counts(todo=3, claim=0, overdue=1, done=0, mine=0, cc=0, draft=0)


def page_of(attempt: Attempt | None = None, **changes: object) -> TaskPage:
    view = replace(TASK, **changes)  # type: ignore[arg-type]  # fields by name
    return task_page(view, attempt.texts if attempt else {}, Catalogue(), {}, MOMENTS, attempt)


def test_an_inbox_row_names_step_round_object_and_sender() -> None:
    (row,) = inbox_page.rows((ITEM,), MOMENTS, "todo")
    assert (row.step, row.title, row.unit, row.grade, row.come_from, row.action) == (
        "复查（第 2 次）",
        "3号车间配电箱未接地",
        "昌盛铸造",
        "重大",
        "王姐",
        "办理",
    )


def test_the_chip_of_a_row_opens_the_computation() -> None:
    (row,) = inbox_page.rows((ITEM,), MOMENTS, "todo")
    assert ("怎么算的", "从次日起算 3 个工作日") in row.notes


def test_an_item_in_the_pool_is_claimed_from_the_list_and_a_closed_one_says_how_it_ended() -> None:
    pool, closed = replace(ITEM, holder=None), replace(ITEM, status=ItemStatus.RECALLED)
    made = inbox_page.rows((pool, closed), MOMENTS, "claim")
    assert [(row.claim, row.action) for row in made] == [("/tasks/12-5/claim", "办理"), ("", "已被撤回")]


def test_what_is_watched_over_is_only_looked_at() -> None:
    (row,) = inbox_page.rows((replace(ITEM, holder=None),), MOMENTS, "watch")
    assert (row.claim, row.action) == ("", "查看")


def test_supervision_is_a_tab_for_whom_something_was_escalated_to() -> None:
    assert "督办" not in [tab.label for tab in inbox_page.tabs(COUNTS, "todo")]
    assert "督办" in [tab.label for tab in inbox_page.tabs(replace(COUNTS, watch=1), "todo")]


def test_only_the_overdue_tab_is_red_and_only_when_something_is_late() -> None:
    assert [tab.mark for tab in inbox_page.tabs(COUNTS, "todo")].count("due") == 1
    assert not any(tab.mark for tab in inbox_page.tabs(replace(COUNTS, overdue=0), "todo"))


def test_a_task_says_what_follows_each_outcome_and_what_being_late_means() -> None:
    page = page_of()
    assert page.following == (("结论为“合格”时", ("转到销号",)), ("提交以后", ("通知企业",)))
    assert page.missed == ("催办站所",)
    assert page.basis == ("《润政发〔2023〕1号》第八条",)


def test_a_task_that_may_not_be_submitted_says_why_and_shows_no_form() -> None:
    refused = Option("complete", "提交", False, "您与整改人为同一人", "请转办", "第十条")
    page = page_of(options=(refused,))
    assert not page.may_complete
    assert page.blocked == "您与整改人为同一人。请转办。依据：第十条。"


def test_a_closed_task_says_so() -> None:
    page = page_of(item=replace(ITEM, status=ItemStatus.SUPERSEDED))
    assert page.blocked == "这件事的状态是“他人已办”，不能再办理。"


def test_a_wrong_value_is_in_the_summary_and_beside_the_field_and_stays_typed() -> None:
    errors = {"登记.资金": "应填数字", "outcome": "请选择结论"}
    page = page_of(Attempt({"登记.资金": ["三万"]}, errors))
    money = next(widget for widget in page.sections[0].widgets if widget.label == "资金")
    assert (money.value, money.error) == ("三万", "应填数字")
    assert [(each.id, each.text) for each in page.errors] == [
        ("f-登记-资金", "应填数字"),
        ("outcome", "请选择结论"),
    ]


def test_a_refused_operation_unfolds_with_what_was_typed() -> None:
    page = page_of(Attempt({"reason": ["不清楚"], "to": ["1"]}, {}, "return", "请写明理由。"))
    attempted = next(each for each in page.operations if each.name == "return")
    assert (attempted.open, attempted.reason, attempted.error) == (True, "不清楚", "请写明理由。")
    assert [(each.id, each.text) for each in page.errors] == [("op-return", "请写明理由。")]


def test_the_way_back_is_beside_the_submission() -> None:
    assert page_of().back == "op-return"


def test_a_submission_that_issues_a_document_says_that_it_cannot_be_undone() -> None:
    page = page_of(next=(Preview("合格", ("出具《销号表》", "办结案件")),))
    assert page.final == "提交后会出具《销号表》并占用文号，不能删除，只能作废。"
    assert page_of().final == ""


def test_possible_operations_come_first_and_refused_ones_say_why_and_by_which_article() -> None:
    made = operations(OPTIONS, "/tasks/12-5", {}, Catalogue())
    assert [(each.label, each.allowed) for each in made] == [("退回", True), ("延期申请", False)]
    assert made[1].refusal == "已经到期，不能申请延期。请按原时限办理。依据：《规程》第九条。"


def test_a_target_that_may_not_be_chosen_is_listed_with_the_reason() -> None:
    (made, _) = operations(OPTIONS, "/tasks/12-5", {}, Catalogue())
    assert [(each.label, each.allowed, each.reason, each.chosen) for each in made.targets] == [
        ("定级", True, "", True),
        ("登记", False, "已出具文书", False),
    ]


def test_a_refusal_without_reason_is_empty() -> None:
    assert refusal_text("", "", "") == ""


def test_the_nearest_running_clock_leads_the_case() -> None:
    stopped = replace(CLOCK, state=ClockState.STOPPED, due=NOW - timedelta(days=9))
    nearest = case_page.nearest((*CASE.clocks, stopped))
    assert nearest is not None and nearest.name == "整改期限"


def test_a_submitted_form_shows_what_was_filled_and_names_what_was_not() -> None:
    case = replace(CASE, forms={"登记": {"描述": "未接地", "责任人": "li-ke"}})
    (form,) = case_page.filled_forms(case, DEFINITION, NAMES)
    assert form.facts == (("描述", "未接地"), ("责任人", "李科"), ("未填", "资金、照片、建议"))


def test_lists_become_tables_and_photos_links() -> None:
    (form,) = case_page.filled_forms(CASE, DEFINITION, NAMES)
    assert form.lists == (("建议", ("内容", "完成日期"), (("接地", "—"),)),)
    assert [(name, files[0].address) for name, files in form.files] == [("照片", f"/files/{'ab' * 32}")]
    assert ("资金", "12,000.5 元") in form.facts


def test_the_list_beside_the_diagram_says_the_same_in_words() -> None:
    rows = case_page.place_rows(CASE.places, NAMES)
    assert [(row.name, row.word, row.who, row.outcome, row.rounds) for row in rows] == [
        ("定级", "已办", "李科", "重大", "第 2 次"),
        ("复查", "正在办", "", "", ""),
    ]


def test_the_bar_of_a_clock_never_leaves_its_frame() -> None:
    assert case_page.used_share(CLOCK, MOMENTS) == 100
    assert case_page.used_share(replace(CLOCK, started=NOW + timedelta(days=1)), MOMENTS) == 0
    assert case_page.used_share(replace(CLOCK, due=None), MOMENTS) == 0


def test_verification_claims_no_more_than_it_checked() -> None:
    assert case_page.verification(Verification(True, 1, 7, "ab")).verdict == "未发现改动"
    broken = case_page.verification(Verification(False, 1, 7, "ab", "12-5", "aa", "bb"))
    assert ("第一处不符", "12-5") in broken.facts


def test_the_timeline_is_newest_first_with_both_times_of_a_late_entry() -> None:
    older = replace(ENTRY, revision=6, occurred_at=None, late_entry=False)
    newest, before = timeline((older, ENTRY), CASE.number, MOMENTS)
    assert (newest.revision, newest.occurred, newest.late) == (7, "2026-04-07 09:00", "补录 晚 3 天")
    assert (before.revision, before.occurred, before.late) == (6, "", "")


def test_the_timeline_can_show_the_system_alone() -> None:
    system = replace(ENTRY, revision=8, actor=PersonView("system", "系统"))
    assert [each.revision for each in timeline((ENTRY, system), "1", MOMENTS, "system")] == [8]
    assert [each.revision for each in timeline((ENTRY, system), "1", MOMENTS, "person")] == [7]


def test_success_names_the_next_handler_and_the_date() -> None:
    assert next_step_text(CASE, MOMENTS) == "下一步：站所 李科 复查，2026年4月8日（周三）前。"


def test_a_stand_in_is_named_with_the_principal() -> None:
    entry = replace(ENTRY, acting_for=PersonView("li-ke", "李科"))
    assert timeline((entry,), "1", MOMENTS)[0].who == "王姐（代 李科）"


def test_a_signer_is_added_at_a_place_and_a_person_is_chosen_beside_it() -> None:
    places = (
        Target("前", "前加签", "先由其签署意见，再回到您"),
        Target("后", "后加签", allowed=False, reason="已定"),
    )
    option = Option("add_signer", "加签", allowed=True, targets=places, people=True, needs_reason=True)
    people = (("安监站", (("li-ke", "李科"),)),)
    (shown,) = operations([option], "/tasks/1-2", {}, Catalogue(people=people))
    assert (shown.chooses_person, shown.people, shown.legend) == ("person", people, "加在什么位置")
    assert [target.allowed for target in shown.targets] == [True, False]
