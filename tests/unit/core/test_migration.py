"""迁移: what has an image goes over with its signatures, limits and numbers; what has none is named, all at once."""

from dataclasses import replace
from datetime import date

import pytest

from engine.commands import DraftKept
from engine.definition import (
    Actions,
    Anchor,
    AnchorKind,
    Clock,
    Definition,
    Enumeration,
    Field,
    Overdue,
    Performer,
    Urge,
)
from engine.events import CaseMigrated, Notified, TimerFired
from engine.refusals import CaseNotOpen, MigrationForbidden, NotAllowed, RecallForbidden
from engine.values import Kind, Type
from tests.unit.core.building import back, block, branch, chose, days, form, process, step, wait, when, within
from tests.unit.core.world import World, local


def version(number: str, *nodes: object, **values: object) -> Definition:
    return replace(process(*nodes, **values), version=number)  # type: ignore[arg-type]  # Spec and values


def at(definition: Definition, *done: str) -> World:
    """A case that stands behind some steps."""
    case = World(definition, administrators={"管理员"}).start()
    for name in done:
        case.complete(name)
    return case


def why_not(case: World, to: Definition, *drafts: DraftKept, **renamed: str) -> str:
    with pytest.raises(MigrationForbidden) as refused:
        case.migrate(to, *drafts, **renamed)
    return str(refused.value)


ONE = version("1", step("受理"), step("复查", deadlines=(within(10),)), step("归档"))
SHORTER = version("2", step("受理"), step("分派"), step("复查", deadlines=(within(7),)), step("归档"))


def test_a_case_goes_over_to_the_numbers_of_the_new_version() -> None:
    case = at(ONE, "受理")
    case.migrate(SHORTER)
    assert case.steps() == ["复查"]
    case.complete("复查")
    assert case.steps() == ["归档"]


def test_the_limit_runs_anew_from_its_old_beginning() -> None:
    case = at(ONE, "受理").later(days=2)
    case.migrate(SHORTER)
    assert case.due("复查") == local(2023, 4, 18)  # seven days after 10 April: the 17th, to its end


def test_what_was_done_stays_done() -> None:
    case = at(ONE, "受理")
    done = case.record("受理")
    case.migrate(SHORTER)
    assert case.record("受理") == done


def test_who_holds_work_keeps_it_and_is_told() -> None:
    case = at(ONE, "受理")
    item = case.claim("复查", "经办乙")
    case.migrate(SHORTER)
    assert case.items()[item].holder == "经办乙"
    assert [event.items for event in case.happened(Notified)] == [(item,)]


def test_work_nobody_holds_is_offered_to_whom_the_new_version_says() -> None:
    case = at(version("1", step("复查")))
    case.migrate(version("2", step("复查", "站长")))
    (item,) = case.items().values()
    assert [candidate.role for candidate in item.candidates] == ["站长"]


def test_a_step_may_have_another_name_when_the_administrator_says_so() -> None:
    case = at(ONE, "受理")
    renamed = version("2", step("受理"), step("复核", deadlines=(within(10),)), step("归档"))
    assert "令牌“复查”新版没有对应的步骤" in why_not(case, renamed)
    case.migrate(renamed, 复查="复核")
    assert case.steps() == ["复核"]


def test_everything_without_an_image_is_named_at_once() -> None:
    made = version(
        "1",
        step("填报", fills=("单",)),
        block("会办", branch("甲线", step("甲办")), branch("乙线", step("乙办"))),
        forms=(form("单", "数"),),
    )
    case = World(made, administrators={"管理员"}).start()
    case.complete("填报", forms={"单": {"数": "一"}})
    said = why_not(case, version("2", step("填报"), block("会办", branch("甲线", step("甲办")))))
    assert all(each in said for each in ("令牌“乙办”", "分支“乙线”", "表单“单”"))


def test_open_work_of_another_shape_has_no_image() -> None:
    case = at(version("1", step("复查")))
    assert "新版的席位数不同" in why_not(
        case, version("2", step("复查", performers=(Performer("经办", seats=2),)))
    )
    assert "新版改由外部机关办理" in why_not(
        case, version("2", step("复查", external=True, entered_by=(Performer("经办"),)))
    )


def test_a_wait_for_something_else_has_no_image() -> None:
    case = at(version("1", step("一"), wait("等", event="批复")), "一")
    assert "原来等“批复”，新版等时间到" in why_not(case, version("2", step("一"), wait("等", span=days(3))))


def test_a_running_block_must_have_the_branches_it_waits_for_and_no_more() -> None:
    lines = branch("甲线", step("甲办")), branch("乙线", step("乙办"))
    case = at(version("1", block("会办", *lines)))
    more = version("2", block("会办", *lines, branch("丙线", step("丙办"))))
    assert "分支“丙线”新版增加的分支" in why_not(case, more)
    case.complete("甲办")
    case.migrate(version("2", step("前"), block("会办", *reversed(lines)), step("后")))
    case.complete("乙办")
    assert case.steps() == ["后"]


def test_a_step_that_moved_into_a_block_has_no_image() -> None:
    case = at(version("1", step("甲办"), step("签发")))
    assert "移进、移出了并行" in why_not(
        case, version("2", block("会办", branch("甲线", step("甲办"))), step("签发"))
    )


def test_values_must_be_of_the_new_types() -> None:
    graded = Field("等级", Type(Kind.ENUM, "等级"))

    def made(number: str, *members: str) -> Definition:
        grades = (Enumeration("等级", members),)
        return version(
            number, step("填报", fills=("单",)), step("审"), forms=(form("单", graded),), enumerations=grades
        )

    case = World(made("1", "较大", "一般"), administrators={"管理员"}).start()
    case.complete("填报", forms={"单": {"等级": "较大"}})
    assert "“等级”的值不合新版的类型" in why_not(case, made("2", "重大", "一般"))


def test_a_draft_of_what_is_asked_no_more_has_no_image() -> None:
    made = version("1", step("填报", fills=("单",)), forms=(form("单", "数", "注"),))
    case = World(made, administrators={"管理员"}).start()
    without = version("2", step("填报", fills=("单",)), forms=(form("单", "数"),))
    draft = DraftKept(case.item("填报"), "经办甲", ("单.数", "单.注"))
    assert "草稿“填报·经办甲”新版不再填写“单.注”" in why_not(case, without, draft)


def test_a_clock_that_runs_must_have_an_image_and_keeps_its_beginning() -> None:
    def made(number: str, name: str, length: int) -> Definition:
        clock = Clock(name, days(length), Anchor(AnchorKind.STARTED), Anchor(AnchorKind.CLOSED))
        return version(number, step("一"), clocks=(clock,))

    case = at(made("1", "总时限", 30)).later(days=5)
    assert "总时限“总时限”正在计算，新版没有对应的时限" in why_not(case, made("2", "期限", 20))
    case.migrate(made("2", "期限", 20), 总时限="期限")
    assert case.state.clocks[0].running.last_day == date(
        2023, 5, 4
    )  # the 30th is a Sunday, then come holidays


def test_a_rung_that_was_climbed_is_not_climbed_again() -> None:
    def made(number: str, length: int) -> Definition:
        urging = Overdue(None, Actions(effects=(Urge(()),)))
        return version(number, step("一", deadlines=(within(length),), overdue=(urging, urging)))

    case = at(made("1", 3)).later(days=5)
    case.tick()
    case.migrate(made("2", 2))
    case.later(days=9).tick()
    assert len(case.happened(TimerFired)) == 2


def test_the_new_definition_must_be_able_to_finish_from_there() -> None:
    """A step that the new version can only leave by an event is no place to go to (were it ever deployed)."""
    case = at(version("1", step("一"), step("二")), "一")
    circling = version(
        "2",
        step("一", after=None),
        step("二", outcomes=("再来",), routes=lambda n: ((when(chose("再来"), back(n("二"), limit=2)),),)),
    )
    assert "从“二”出发不能办结" in why_not(case, circling)


def test_only_an_administrator_migrates_and_says_why() -> None:
    case = at(ONE, "受理")
    case.administrators = set()
    with pytest.raises(NotAllowed):
        case.migrate(SHORTER)


def test_an_ended_case_stays_with_its_version() -> None:
    case = at(ONE, "受理", "复查", "归档")
    with pytest.raises(CaseNotOpen):
        case.migrate(SHORTER)


def test_what_was_done_before_cannot_be_recalled_after() -> None:
    case = at(ONE)
    item = case.item("受理")
    case.complete("受理", "经办甲")
    revision = len(case.groups)
    case.migrate(SHORTER)
    with pytest.raises(RecallForbidden, match="另一版"):
        case.recall("经办甲", item, revision)


def test_one_returns_to_a_step_that_was_done_under_the_old_version() -> None:
    case = at(ONE, "受理")
    case.migrate(SHORTER)
    case.give_back("复查", "受理")
    assert case.steps() == ["受理"]


def test_a_step_that_is_gone_is_no_target_any_more() -> None:
    case = at(version("1", step("初审"), step("受理"), step("复查")), "初审", "受理")
    case.migrate(version("2", step("受理"), step("复查")))
    (token,) = case.state.tokens.values()
    names = [case.definition.nodes[entry.node].name for entry in token.trail]
    assert names == ["受理"]


def test_the_event_names_both_versions() -> None:
    case = at(ONE, "受理")
    case.migrate(SHORTER)
    (event,) = case.happened(CaseMigrated)
    assert (event.origin, event.target, event.version) == ("旧1", "新2", "2")
