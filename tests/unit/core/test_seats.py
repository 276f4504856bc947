"""Who answers: pools, joint work, votes, transfers, recusals."""

import pytest

from engine.commands import Act, ClaimTask, CompleteTask, HandBack, ReleaseTask, TransferTask, UrgeTask
from engine.definition import Countersign, Field, Performer, Recusal, Role
from engine.events import TaskUrged
from engine.refusals import (
    AlreadyClaimed,
    ConditionNotMet,
    MustRecuse,
    NotAllowed,
    TaskClosed,
    TransferForbidden,
)
from engine.values import Kind, Type
from tests.unit.core.building import block, branch, chose, field, form, goto, process, step, when
from tests.unit.core.world import World, running


def one() -> World:
    return running(process(step("办理"), step("二")))


def test_the_second_who_claims_is_told_who_was_first() -> None:
    case = one()
    item = case.claim("办理", "经办甲")
    with pytest.raises(AlreadyClaimed) as refusal:
        case.do(ClaimTask(Act("经办乙"), item))
    assert "经办甲" in refusal.value.text


def test_a_released_item_is_free_again() -> None:
    case = one()
    item = case.claim("办理", "经办甲")
    case.do(ReleaseTask(Act("经办甲"), item))
    case.do(ClaimTask(Act("经办乙"), item))
    assert case.items()[item].holder == "经办乙"


def test_who_holds_no_role_may_not_claim() -> None:
    case = one()
    with pytest.raises(NotAllowed):
        case.do(ClaimTask(Act("路人"), case.item("办理")))


def test_completing_an_item_of_the_pool_takes_it() -> None:
    case = one()
    case.complete("办理", by="经办丙")
    assert case.record("办理").by == ("经办丙",)


def test_a_done_item_is_closed() -> None:
    case = one()
    item = case.item("办理")
    case.complete("办理")
    with pytest.raises(TaskClosed):
        case.do(CompleteTask(Act("经办甲"), item, {}))


# ---- jointly (至少 2人)


def joint() -> World:
    return running(process(step("检查", performers=(Performer("执法", seats=2),)), step("二")))


def test_the_second_signs_what_the_first_filled() -> None:
    case = joint()
    with pytest.raises(ConditionNotMet):
        case.complete("检查", by="执法乙", part="会签")
    case.complete("检查", by="执法甲")
    assert case.steps() == ["检查"]
    case.complete("检查", by="执法乙", part="会签")
    assert case.steps() == ["二"]
    assert case.record("检查").by == ("执法甲", "执法乙")


def test_one_person_does_not_sit_on_two_seats() -> None:
    case = joint()
    case.complete("检查", by="执法甲")
    with pytest.raises(MustRecuse):
        case.complete("检查", by="执法甲", part="会签")


def test_a_signer_who_disagrees_gives_it_back_to_who_filled_it() -> None:
    case = joint()
    case.complete("检查", by="执法甲")
    case.complete("检查", by="执法乙", part="会签", outcome="不同意", reason="记录不全")
    item = case.items()[case.item("检查", "主办")]
    assert (item.holder, item.note) == ("执法甲", "执法乙未会签：记录不全")
    case.complete("检查", by="执法甲", part="主办")
    case.complete("检查", by="执法乙", part="会签")
    assert case.steps() == ["二"]


def test_each_holder_has_an_item_of_his_own() -> None:
    case = running(process(step("学习", performers=(Performer("领导", each=True),)), step("二")))
    assert sorted(str(each.holder) for each in case.items().values()) == ["领导丙", "领导乙", "领导甲"]
    for who in ("领导甲", "领导乙"):
        case.do(CompleteTask(Act(who), case.item("学习", holder=who), {}))
    assert case.steps() == ["学习"]
    case.complete("学习", by="领导丙")
    assert case.steps() == ["二"]


# ---- votes


def vote(results: dict[str, str], quorum: tuple[int, int] | None, veto: bool = False) -> str | None:
    voters = tuple(results)
    made = process(
        step(
            "评审",
            performers=(),
            countersign=Countersign("评委", None, quorum, veto),
            routes=lambda n: ((when(chose("通过"), goto(n("通过了"))), when(None, goto(n("没通过")))),),
        ),
        step("通过了"),
        step("没通过"),
        roles=(Role("评委"),),
    )
    case = running(made, roles={"评委": voters})
    for who, result in results.items():
        case.do(CompleteTask(Act(who), case.item("评审", holder=who), {}, result))
    return case.record("评审").outcome


def five(agreeing: int) -> dict[str, str]:
    return {f"评委{n}": "同意" if n < agreeing else "不同意" for n in range(5)}


@pytest.mark.parametrize(("agreeing", "outcome"), [(2, "不通过"), (3, "通过")])
def test_a_quorum_is_an_exact_share_of_the_entitled(agreeing: int, outcome: str) -> None:
    assert vote(five(agreeing), (3, 5)) == outcome


def test_without_a_quorum_all_must_agree() -> None:
    assert vote(five(4), None) == "不通过"
    assert vote(five(5), None) == "通过"


def test_a_veto_rejects_whatever_the_majority() -> None:
    assert vote(five(4), (1, 2), veto=True) == "不通过"


def test_all_opinions_are_collected_even_when_it_is_decided() -> None:
    made = process(step("评审", performers=(), countersign=Countersign("评委", None, (1, 2))), step("二"))
    case = running(made)
    for who in ("评委甲", "评委乙"):
        case.do(CompleteTask(Act(who), case.item("评审", holder=who), {}, "同意"))
    assert case.steps() == ["评审"]


def test_case_6_a_transferred_seat_is_still_one_vote() -> None:
    """Awkward case 6: five seats, one transferred twice: the base stays 5, three are needed."""
    voters = tuple(f"评委{n}" for n in range(5))
    made = process(step("评审", performers=(), countersign=Countersign("评委", None, (3, 5))), step("二"))
    case = running(made, roles={"评委": (*voters, "候补一", "候补二")})
    for who in ("候补一", "候补二"):
        assert case.item("评审", holder=who)
    assert len(case.items()) == 7


def test_who_convenes_fills_first_and_then_the_voters_vote() -> None:
    made = process(
        step("论证", by="组长", fills=("论证单",), countersign=Countersign("专家", None, (2, 3))),
        step("二"),
        forms=(form("论证单", "意见"),),
    )
    case = running(made)
    with pytest.raises(ConditionNotMet):
        case.complete("论证", by="专家甲", part="会签")
    case.complete("论证", by="组长甲", part="主办", forms={"论证单": {"意见": "可行"}})
    for who in ("专家甲", "专家乙", "专家丙"):
        case.do(CompleteTask(Act(who), case.item("论证", holder=who), {}, "同意"))
    assert case.record("论证").by[0] == "组长甲"
    assert case.record("论证").outcome == "通过"


# ---- handing on


def test_case_14_a_duty_moves_and_comes_back_one_hop() -> None:
    """Awkward case 14: 甲 → 乙 → 丙, 丙 gives it back, 乙 completes."""
    case = one()
    item = case.claim("办理", "经办甲")
    case.do(TransferTask(Act("经办甲", reason="出差"), item, "经办乙"))
    case.do(TransferTask(Act("经办乙", reason="不熟"), item, "经办丙"))
    case.do(HandBack(Act("经办丙", reason="应由你办"), item))
    assert case.items()[item].holder == "经办乙"
    case.complete("办理", by="经办乙")
    assert case.record("办理").by == ("经办乙",)


def test_a_duty_does_not_return_to_a_former_holder_by_transfer() -> None:
    case = one()
    item = case.claim("办理", "经办甲")
    case.do(TransferTask(Act("经办甲", reason="出差"), item, "经办乙"))
    with pytest.raises(TransferForbidden):
        case.do(TransferTask(Act("经办乙", reason="退"), item, "经办甲"))


def test_a_duty_goes_only_to_the_eligible() -> None:
    case = one()
    item = case.claim("办理", "经办甲")
    with pytest.raises(TransferForbidden):
        case.do(TransferTask(Act("经办甲", reason="出差"), item, "路人"))


def test_case_24_an_administrator_moves_the_work_of_who_has_left() -> None:
    case = running(process(step("办理"), step("二")), administrators={"管理员"})
    item = case.claim("办理", "经办甲")
    case.do(TransferTask(Act("管理员", reason="甲调离"), item, "经办乙"))
    assert case.items()[item].holder == "经办乙"


def test_a_colleague_does_not_move_others_work() -> None:
    case = one()
    item = case.claim("办理", "经办甲")
    with pytest.raises(AlreadyClaimed):
        case.do(TransferTask(Act("经办乙", reason="我来"), item, "经办丙"))


def recused() -> World:
    return running(process(step("整改"), step("复查", recusals=lambda n: (Recusal(node=n("整改")),))))


def test_case_11_who_did_it_does_not_check_it() -> None:
    case = recused()
    case.complete("整改", by="经办甲")
    with pytest.raises(MustRecuse):
        case.complete("复查", by="经办甲")
    with pytest.raises(MustRecuse):
        case.claim("复查", "经办甲")


def test_recusal_holds_through_a_transfer() -> None:
    case = recused()
    case.complete("整改", by="经办甲")
    item = case.claim("复查", "经办乙")
    with pytest.raises(TransferForbidden):
        case.do(TransferTask(Act("经办乙", reason="忙"), item, "经办甲"))


def test_recusal_holds_for_who_stands_in() -> None:
    case = recused()
    case.standing_in = {"经办乙": ("经办甲",)}
    case.complete("整改", by="经办甲")
    with pytest.raises(MustRecuse):
        case.do(CompleteTask(Act("经办乙", acting_for="经办甲"), case.item("复查"), {}))


def two_rectified() -> World:
    """Two hazards, each rectified and then checked in a branch of its own; the whole is accepted afterwards."""
    hazards = Field("隐患", Type(Kind.LIST, "隐患项"))
    beside = block(
        "落实",
        branch(
            "各项",
            step("整改"),
            step("复查", recusals=lambda n: (Recusal(node=n("整改")),)),
            each=field("隐患", "报告"),
            variable="隐患",
        ),
    )
    last = step("验收", recusals=lambda n: (Recusal(node=n("整改")),))
    forms = (form("报告", hazards), form("隐患项", "内容"))
    case = running(process(step("报告", fills=("报告",)), beside, last, forms=forms))
    case.complete("报告", by="经办丙", forms={"报告": {"隐患": ({"内容": "一"}, {"内容": "二"})}})
    case.complete("整改", by="经办甲", key="0")
    case.complete("整改", by="经办乙", key="1")
    return case


def test_who_worked_in_one_instance_may_check_the_other() -> None:
    case = two_rectified()
    with pytest.raises(MustRecuse):
        case.complete("复查", by="经办甲", key="0")
    case.complete("复查", by="经办乙", key="0")


def test_who_worked_in_any_instance_stands_aside_behind_them_all() -> None:
    case = two_rectified()
    case.complete("复查", by="经办乙", key="0")
    case.complete("复查", by="经办甲", key="1")
    for account in ("经办甲", "经办乙"):
        with pytest.raises(MustRecuse):
            case.complete("验收", by=account)
    case.complete("验收", by="经办丙")


def test_people_of_the_party_stand_aside() -> None:
    unit = form("登记", Field("单位", Type(Kind.UNIT)))
    case = running(
        process(
            step("登记", fills=("登记",)),
            step("复查", recusals=(Recusal(party=field("单位", "登记")),)),
            forms=(unit,),
        ),
        units={"经办乙": ("E001",)},
    )
    case.complete("登记", by="经办甲", forms={"登记": {"单位": "E001"}})
    with pytest.raises(MustRecuse):
        case.complete("复查", by="经办乙")
    case.complete("复查", by="经办丙")


# ---- roles by territory, from the case


def test_a_role_by_village_is_resolved_by_the_territory_of_the_case() -> None:
    unit = form("登记", Field("村", Type(Kind.UNIT)))
    case = running(
        process(
            step("登记", fills=("登记",)),
            step("上门", by="网格员"),
            forms=(unit,),
            roles=(Role("网格员", per="村"),),
            territory=field("村", "登记"),
        ),
        roles={("网格员", "V1"): ("王",), ("网格员", "V2"): ("李",)},
    )
    case.complete("登记", by="经办甲", forms={"登记": {"村": "V2"}})
    with pytest.raises(NotAllowed):
        case.complete("上门", by="王")
    case.complete("上门", by="李")


def test_a_team_comes_from_a_field_of_the_case() -> None:
    team = form("派组", Field("成员", Type(Kind.PEOPLE)))
    case = running(
        process(
            step("派组", fills=("派组",)),
            step("验收", by="验收组"),
            forms=(team,),
            roles=(Role("验收组", taken=field("成员", "派组")),),
        )
    )
    case.complete("派组", by="经办甲", forms={"派组": {"成员": ("张", "赵")}})
    with pytest.raises(NotAllowed):
        case.complete("验收", by="经办甲")
    case.complete("验收", by="赵")


def test_the_same_person_acts_again() -> None:
    case = running(process(step("受理"), step("回访", performers=lambda n: (Performer(same_as=n("受理")),))))
    case.complete("受理", by="经办乙")
    with pytest.raises(NotAllowed):
        case.complete("回访", by="经办甲")
    case.complete("回访", by="经办乙")


def test_the_superior_of_whoever_did_a_step_acts() -> None:
    definition = process(step("受理"), step("核准", performers=lambda n: (Performer(superior_of=n("受理")),)))
    case = running(definition, superiors={"经办乙": "站长甲"})
    case.complete("受理", by="经办乙")
    with pytest.raises(NotAllowed, match="办理人的上级"):
        case.complete("核准", by="经办乙")
    case.complete("核准", by="站长甲")


def test_where_no_superior_is_registered_the_work_is_nobodys() -> None:
    definition = process(step("受理"), step("核准", performers=lambda n: (Performer(superior_of=n("受理")),)))
    case = running(definition)
    case.complete("受理", by="经办乙")
    (item,) = case.items().values()
    assert item.holder is None and item.candidates[0].accounts == ()


def least_busy(**values: object) -> World:
    allocated = step("办理", performers=lambda _: (Performer("安监员", least_busy=True),))
    return running(process(step("受理", by="窗口"), allocated), **values)


def test_work_goes_to_whoever_has_the_least_to_do_and_says_why() -> None:
    case = least_busy(busy={"安监员甲": 3, "安监员乙": 1, "安监员丙": 2})
    case.complete("受理", by="窗口甲")
    (item,) = case.items().values()
    assert item.holder == "安监员乙"
    assert item.note == "按在办最少派给：安监员乙1件、安监员丙2件、安监员甲3件"


def test_among_equals_the_first_by_account_is_chosen() -> None:
    case = least_busy(roles={"安监员": ("丙", "乙", "甲"), "窗口": ("窗口甲",)})
    case.complete("受理", by="窗口甲")
    (item,) = case.items().values()
    assert item.holder == min("甲乙丙")


def test_who_must_stand_aside_gets_no_work() -> None:
    allocated = step(
        "复核",
        performers=lambda _: (Performer("安监员", least_busy=True),),
        recusals=lambda n: (Recusal(node=n("受理")),),
    )
    case = running(process(step("受理", by="安监员"), allocated), busy={"安监员乙": 1, "安监员丙": 1})
    case.complete("受理", by="安监员甲")
    (item,) = case.items().values()
    assert (item.holder, item.note) == ("安监员丙", "按在办最少派给：安监员丙1件、安监员乙1件")


def test_given_work_can_be_put_back_for_all() -> None:
    case = least_busy(busy={"安监员甲": 1})
    case.complete("受理", by="窗口甲")
    (item,) = case.items().values()
    assert item.holder is not None
    case.do(ReleaseTask(Act(item.holder), item.n))
    case.complete("办理", by="安监员甲")


# ---- urging


def test_case_32_twenty_urgings_are_one_notice() -> None:
    case = one()
    for _ in range(20):
        case.do(UrgeTask(Act("经办甲"), case.item("办理")))
    notices = [event for event in case.happened(TaskUrged) if event.notified]
    assert len(notices) == 1
    seat = next(iter(case.state.activations.values())).seats[0]
    assert seat.urges == 20


def test_a_day_later_it_may_be_urged_again() -> None:
    case = one()
    case.do(UrgeTask(Act("经办甲"), case.item("办理")))
    case.later(hours=24)
    case.do(UrgeTask(Act("经办甲"), case.item("办理")))
    assert all(event.notified for event in case.happened(TaskUrged))
