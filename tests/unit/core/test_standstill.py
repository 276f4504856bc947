"""Waiting by design is told from being stuck: who could move a case, and whether anybody can."""

from engine.commands import Act, ClaimTask, Suspend
from engine.definition import Actions, Definition, Emit, Performer, Recusal, Role
from engine.standstill import Surroundings, emitted_by, standstills
from engine.views import Standstill, WaitingFor
from tests.unit.core.building import days, equal, field, form, handler, process, step, wait
from tests.unit.core.world import World


def around(gone: str = "", away: tuple[str, ...] = (), emitted: tuple[str, ...] = ()) -> Surroundings:
    return Surroundings(
        active=lambda account: account != gone,
        present=lambda account: account not in away,
        members=lambda unit: (f"{unit}职工",),
        emitted=frozenset(emitted),
    )


def seen(case: World, surroundings: Surroundings | None = None) -> Standstill:
    (found,) = standstills(case.definition, case.state, case, surroundings or around())
    return found


def case_of(*nodes: object, **values: object) -> World:
    return World(process(*nodes, **values), administrators={"管理员"}).start()  # type: ignore[arg-type]


def test_work_that_somebody_may_do_waits_by_design() -> None:
    found = seen(case_of(step("受理")))
    assert (found.waits_for, found.stuck, found.text) == (WaitingFor.PERSON, False, "等经办办理")


def test_a_role_that_nobody_holds_is_stuck() -> None:
    case = case_of(step("受理", "站长"))
    case.roles["站长"] = ()
    assert seen(case).stuck and seen(case).text == "没有人担任站长"


def test_so_is_work_held_by_somebody_who_left() -> None:
    case = case_of(step("受理"))
    case.do(ClaimTask(Act("经办乙"), case.item("受理")))
    assert not seen(case).stuck
    assert seen(case, around(gone="经办乙")).text == "经办乙已离任，没有人接手"


def test_who_is_on_leave_has_a_deputy_or_the_work_is_stuck() -> None:
    case = case_of(step("受理"))
    case.do(ClaimTask(Act("经办乙"), case.item("受理")))
    assert seen(case, around(away=("经办乙",))).stuck
    case.standing_in["经办丙"] = ("经办乙",)
    assert not seen(case, around(away=("经办乙",))).stuck
    assert seen(case, around(away=("经办乙", "经办丙"))).stuck


def test_everybody_who_could_must_stand_aside() -> None:
    case = case_of(step("整改"), step("验收", recusals=(Recusal(node=0),)))
    case.roles["经办"] = ("经办甲",)
    case.complete("整改", by="经办甲")
    assert seen(case).stuck and "都须回避" in seen(case).text


def test_another_authority_is_waited_for_by_design() -> None:
    case = case_of(step("批复", external=True, entered_by=(Performer("经办"),)))
    assert (seen(case).waits_for, seen(case).stuck) == (WaitingFor.AUTHORITY, False)


def test_an_event_is_waited_for_as_long_as_somebody_sends_it() -> None:
    case = case_of(step("一"), wait("等批复", event="批复"))
    case.complete("一")
    assert not seen(case, around(emitted=("批复",))).stuck
    assert seen(case).text == "没有现行规程会发出“批复”"


def test_a_date_comes_by_itself() -> None:
    case = case_of(step("一"), wait("公示", span=days(5)))
    case.complete("一")
    assert (seen(case).waits_for, seen(case).text) == (WaitingFor.DATE, "等到4月15日24时")


def condition() -> Definition:
    filled = equal(field("数", "单"), "九")
    return process(step("填报", fills=("单",)), wait("等齐", condition=filled), forms=(form("单", "数"),))


def test_a_condition_that_nothing_in_the_case_can_bring_about_is_stuck() -> None:
    case = World(condition()).start()
    case.complete("填报", forms={"单": {"数": "一"}})
    assert seen(case).waits_for is WaitingFor.CONDITION and seen(case).stuck


def test_one_that_an_at_any_time_item_can_bring_about_is_not() -> None:
    filled = equal(field("数", "单"), "九")
    made = process(
        step("填报", fills=("单",)),
        wait("等齐", condition=filled),
        forms=(form("单", "数"),),
        handlers=(handler("补填", step("补", fills=("单",))),),
    )
    case = World(made).start()
    case.complete("填报", forms={"单": {"数": "一"}})
    assert not seen(case).stuck


def test_a_suspended_case_waits_for_its_administrator() -> None:
    case = case_of(step("受理"))
    case.do(Suspend(Act("管理员", reason="因")))
    first, _ = standstills(case.definition, case.state, case, around())
    assert (first.waits_for, first.stuck) == (WaitingFor.SIGNATURE, False)


def test_work_of_a_unit_may_be_done_by_its_members() -> None:
    of_unit = Role("企业", taken=field("单位", "单"))
    made = process(
        step("填报", fills=("单",)), step("整改", "企业"), roles=(of_unit,), forms=(form("单", "单位"),)
    )
    case = World(made).start()
    case.complete("填报", forms={"单": {"单位": "某厂"}})
    assert not seen(case).stuck


def test_an_ended_case_waits_for_nothing() -> None:
    case = case_of(step("一"))
    case.complete("一")
    assert standstills(case.definition, case.state, case, around()) == ()


def test_what_a_definition_sends_is_found_wherever_it_stands() -> None:
    assert emitted_by(process(step("一", after=Actions((Emit("批复"),))))) == {"批复"}
