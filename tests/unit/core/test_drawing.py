"""抽取: who may be drawn is frozen, the lot is drawn from a fresh seed, and anybody can draw it again."""

import hashlib
from typing import Any

import pytest

from engine.definition import Draw, Field, Performer, Recusal, Role
from engine.events import Drawn
from engine.expressions import Compare, Comparison, ElementRef, FieldRef, UnitOf
from engine.lots import drawn
from engine.refusals import TooFewToDraw
from engine.values import Kind, Type
from tests.unit.core.building import Spec, field, form, process, step
from tests.unit.core.world import World, running

PEOPLE = ("丁", "丙", "乙", "甲", "戊")
UNITS = {"甲": ("铸造厂",), "乙": ("安监站",), "丙": ("安监站",), "丁": ("应急办",), "戊": ("铸造厂",)}
MEMBERS = FieldRef("派组", "成员")
ELSEWHERE = Compare(Comparison.NE, UnitOf(ElementRef("执法人员", None)), field("单位", "举报"))


def drawing(count: int = 2, *more: Spec, **values: Any) -> World:
    made = process(
        step("登记", fills=("举报",)),
        step("派组", fills=("派组",), draws=(Draw(MEMBERS, "执法人员", count, ELSEWHERE),), **values),
        *more,
        forms=(
            form("举报", "单位"),
            form("派组", Field("成员", Type(Kind.PEOPLE)), "说明"),
        ),
        roles=(Role("执法人员"), Role("核查组", taken=MEMBERS)),
    )
    case = running(made, roles={"执法人员": PEOPLE}, units=UNITS)
    case.complete("登记", forms={"举报": {"单位": "铸造厂"}})
    return case


def lots(case: World) -> Drawn:
    return case.happened(Drawn)[-1]


def members(case: World) -> Any:
    return case.submission(case.state.forms["派组", ""].revision, "派组")["成员"]


def test_only_those_for_whom_the_condition_holds_are_in_the_pool() -> None:
    assert lots(drawing()).pool == ("丁", "丙", "乙")


def test_who_must_stand_aside_is_not_in_the_pool() -> None:
    case = drawing(2, recusals=(Recusal(party=field("单位", "举报")),))
    assert set(lots(case).pool) == {"丁", "丙", "乙"}


def test_the_drawn_stand_in_the_field() -> None:
    case = drawing()
    assert members(case) == lots(case).chosen
    assert len(lots(case).chosen) == 2


def test_anybody_can_draw_again_from_pool_and_seed() -> None:
    event = lots(drawing())
    by_hand = sorted(event.pool, key=lambda who: hashlib.sha256(f"{event.seed}:{who}".encode()).hexdigest())
    assert event.chosen == tuple(by_hand[:2])
    assert drawn(event.pool[::-1], event.seed, 2) == event.chosen


def test_another_seed_draws_others() -> None:
    assert len({drawn(PEOPLE, str(seed), 2) for seed in range(50)}) > 10


def test_every_one_is_drawn_about_equally_often() -> None:
    first = [drawn(PEOPLE, str(seed), 1)[0] for seed in range(5_000)]
    assert all(850 < first.count(account) < 1_150 for account in PEOPLE)


def test_who_fills_the_rest_of_the_form_cannot_change_who_was_drawn() -> None:
    case = drawing()
    chosen = lots(case).chosen
    case.complete("派组", forms={"派组": {"成员": ("戊",), "说明": "即日到岗"}})
    assert members(case) == chosen


def test_the_drawn_may_hold_a_role_of_the_case() -> None:
    case = drawing(2, step("核查", performers=(Performer("核查组", seats=2),)))
    case.complete("派组", forms={"派组": {"说明": "即日到岗"}})
    offered = case.items()[case.item("核查")].candidates
    assert offered[0].accounts == lots(case).chosen


def test_reached_again_it_is_drawn_anew() -> None:
    case = drawing()
    case.give_back("派组", "登记")
    case.complete("登记", forms={"举报": {"单位": "安监站"}})
    assert len(case.happened(Drawn)) == 2
    assert set(lots(case).pool) == {"甲", "丁", "戊"}


def test_too_few_is_refused_with_the_numbers() -> None:
    with pytest.raises(TooFewToDraw, match="抽取4人，符合条件的只有3人"):
        drawing(4)
