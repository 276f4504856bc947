"""加签, 减签, 委派, 补正 and 沟通: seats added to an open step. Numbers are those of the awkward cases."""

import pytest

from engine.commands import (
    Act,
    AddSigner,
    AskHelp,
    AskSupplement,
    CompleteTask,
    Discuss,
    RecallTask,
    RemoveSigner,
    TakeBack,
    TransferTask,
)
from engine.deciding.votes import AGREE, DISAGREE, PASSED, REJECTED
from engine.definition import ByForm, Citation, Countersign, Performer, Recusal
from engine.events import Discussed
from engine.marking import SeatOrigin
from engine.refusals import ConditionNotMet, NotAllowed, RecallForbidden, SignerForbidden, TaskClosed
from tests.unit.core.building import form, process, step
from tests.unit.core.world import World, running

FIVE = ("评委甲", "评委乙", "评委丙", "评委丁", "评委戊")
BEFORE, BESIDE, AFTER = SeatOrigin.BEFORE, SeatOrigin.BESIDE, SeatOrigin.AFTER


def held() -> World:
    """经办甲 holds 审核."""
    case = running(process(step("审核", outcomes=("通过", "不通过")), step("归档")))
    case.claim("审核", "经办甲")
    return case


def voting(**more: object) -> World:
    vote = Countersign("评委", None, (3, 5), **more)  # type: ignore[arg-type]
    return running(process(step("评审", performers=(), countersign=vote), step("归档")), roles={"评委": FIVE})


def add(case: World, name: str, by: str, to: str, place: SeatOrigin) -> int:
    case.do(AddSigner(Act(by, reason="请协助"), case.item(name, holder=by), to, place))
    return case.item(name, holder=to)


def answer(case: World, name: str, who: str, result: str | None) -> None:
    case.do(CompleteTask(Act(who, reason="因"), case.item(name, holder=who), {}, result))


def statuses(case: World) -> dict[str | None, str]:
    return {each.holder: each.status.value for each in case.items().values()}


# ---- 前加签


def test_the_seat_waits_for_who_was_added_before_it() -> None:
    case = held()
    add(case, "审核", "经办甲", "法规员", BEFORE)
    assert statuses(case) == {"经办甲": "waiting", "法规员": "open"}
    with pytest.raises(ConditionNotMet):
        answer(case, "审核", "经办甲", "通过")
    answer(case, "审核", "法规员", AGREE)
    assert statuses(case) == {"经办甲": "open"}
    answer(case, "审核", "经办甲", "不通过")
    assert case.record("审核").outcome == "不通过"


def test_case_10_an_added_person_hands_on_and_the_seat_comes_back_to_who_waited() -> None:
    case = held()
    item = add(case, "审核", "经办甲", "法规员", BEFORE)
    case.do(TransferTask(Act("法规员", reason="出差"), item, "司法员"))
    answer(case, "审核", "司法员", AGREE)
    assert statuses(case) == {"经办甲": "open"}


# ---- 并加签


def test_who_is_added_beside_gives_advice_and_decides_nothing() -> None:
    case = held()
    add(case, "审核", "经办甲", "法规员", BESIDE)
    answer(case, "审核", "经办甲", "通过")
    assert case.steps() == ["归档"]


def test_case_9_an_advisory_seat_leaves_the_denominator() -> None:
    case = voting()
    add(case, "评审", "评委甲", "专家", BESIDE)
    answer(case, "评审", "专家", DISAGREE)
    for who, result in zip(FIVE, (AGREE, AGREE, AGREE, DISAGREE, DISAGREE), strict=True):
        answer(case, "评审", who, result)
    assert case.record("评审").outcome == PASSED


def test_a_voting_seat_raises_the_bar() -> None:
    case = voting(adds_votes=True)
    add(case, "评审", "评委甲", "专家", BESIDE)
    for who, result in zip(FIVE, (AGREE, AGREE, AGREE, DISAGREE, DISAGREE), strict=True):
        answer(case, "评审", who, result)
    assert case.steps() == ["评审"], "six vote now"
    answer(case, "评审", "专家", DISAGREE)
    assert case.record("评审").outcome == REJECTED


def test_case_8_no_voting_seat_once_the_outcome_is_fixed() -> None:
    case = voting(adds_votes=True)
    for who in FIVE[:3]:
        answer(case, "评审", who, AGREE)
    with pytest.raises(SignerForbidden, match="结果已定"):
        add(case, "评审", "评委丁", "专家", BESIDE)


def test_case_8_nor_after_an_early_end() -> None:
    case = voting(adds_votes=True, early=True)
    item = case.item("评审", holder="评委丁")
    for who in FIVE[:3]:
        answer(case, "评审", who, AGREE)
    with pytest.raises(TaskClosed):
        case.do(AddSigner(Act("评委丁", reason="请协助"), item, "专家", BESIDE))


def test_case_11_the_rectifier_cannot_sign() -> None:
    made = process(step("整改"), step("复查", recusals=lambda n: (Recusal(node=n("整改")),)))
    case = running(made)
    case.complete("整改", by="经办甲")
    case.claim("复查", "经办乙")
    with pytest.raises(SignerForbidden, match="回避"):
        add(case, "复查", "经办乙", "经办甲", BESIDE)


def test_nobody_sits_twice_in_a_step() -> None:
    with pytest.raises(SignerForbidden, match="不同的人"):
        add(voting(), "评审", "评委甲", "评委乙", BESIDE)


def test_an_enterprise_asks_its_own_people_and_nobody_else() -> None:
    case = held()
    case.firms = {"经办甲": ("甲厂",), "安全员": ("甲厂",), "石磊": ("乙厂",)}
    for other in ("石磊", "镇长"):
        with pytest.raises(SignerForbidden, match=f"{other}不是办理单位的人"):
            add(case, "审核", "经办甲", other, SeatOrigin.BEFORE)
        with pytest.raises(SignerForbidden, match=f"{other}不是办理单位的人"):
            case.do(AskHelp(Act("经办甲", reason="请教"), case.item("审核"), other))
    case.do(AskHelp(Act("经办甲", reason="请教"), case.item("审核"), "安全员"))


def test_the_town_asks_nobody_of_an_enterprise() -> None:
    case = held()
    case.firms = {"石磊": ("乙厂",)}
    with pytest.raises(SignerForbidden, match="石磊是企业的人"):
        add(case, "审核", "经办甲", "石磊", SeatOrigin.BESIDE)


def test_signers_add_signers_three_deep() -> None:
    case = held()
    for by, to in (("经办甲", "一"), ("一", "二"), ("二", "三")):
        add(case, "审核", by, to, BEFORE)
    with pytest.raises(SignerForbidden, match="3层"):
        add(case, "审核", "三", "四", BEFORE)


# ---- 后加签


def test_the_step_is_done_when_who_was_added_after_has_signed() -> None:
    case = held()
    add(case, "审核", "经办甲", "站长", AFTER)
    assert statuses(case) == {"经办甲": "open", "站长": "waiting"}
    answer(case, "审核", "经办甲", "通过")
    assert statuses(case) == {"站长": "open"}
    answer(case, "审核", "站长", AGREE)
    assert case.record("审核").by == ("经办甲", "站长")


def test_of_a_chain_of_voters_the_worst_vote_counts() -> None:
    case = voting(adds_votes=True)
    add(case, "评审", "评委甲", "专家", AFTER)
    for who, result in zip(FIVE, (AGREE, AGREE, AGREE, DISAGREE, DISAGREE), strict=True):
        answer(case, "评审", who, result)
    assert statuses(case) == {"专家": "open"}
    answer(case, "评审", "专家", DISAGREE)
    assert case.record("评审").outcome == REJECTED


def test_who_disagrees_needs_no_one_after_him() -> None:
    case = voting(adds_votes=True)
    add(case, "评审", "评委甲", "专家", AFTER)
    answer(case, "评审", "评委甲", DISAGREE)
    assert "专家" not in statuses(case)


# ---- 减签


def test_case_12_taking_the_last_open_seat_away_decides_the_step() -> None:
    case = voting(adds_votes=True)
    item = add(case, "评审", "评委甲", "专家", BESIDE)
    for who, result in zip(FIVE, (AGREE, AGREE, AGREE, DISAGREE, DISAGREE), strict=True):
        answer(case, "评审", who, result)
    case.do(RemoveSigner(Act("评委甲", reason="专家未到"), item))
    assert case.record("评审").outcome == PASSED


def test_case_13_a_seat_of_the_definition_stays_by_its_article() -> None:
    vote = Countersign("评委", None, None)
    made = process(step("评审", performers=(), countersign=vote, basis=(Citation("某办法", "第五条"),)))
    case = running(made, administrators={"管理员"})
    with pytest.raises(SignerForbidden) as refusal:
        case.do(RemoveSigner(Act("管理员", reason="缺席"), case.item("评审")))
    assert "第五条" in refusal.value.article


def test_the_seat_that_waited_opens_when_the_signer_is_taken_away() -> None:
    case = held()
    item = add(case, "审核", "经办甲", "法规员", BEFORE)
    case.do(RemoveSigner(Act("经办甲", reason="不用了"), item))
    assert statuses(case) == {"经办甲": "open"}


# ---- 委派


def test_case_7_an_opinion_that_was_asked_for_is_no_vote() -> None:
    case = voting()
    case.do(AskHelp(Act("评委甲"), case.item("评审", holder="评委甲"), "助手"))
    answer(case, "评审", "助手", AGREE)
    for who, result in zip(FIVE, (DISAGREE, AGREE, AGREE, DISAGREE, DISAGREE), strict=True):
        answer(case, "评审", who, result)
    assert case.record("评审").outcome == REJECTED
    assert "助手" not in case.record("评审").by


def test_it_comes_back_to_who_asked_last() -> None:
    case = held()
    case.do(AskHelp(Act("经办甲"), case.item("审核"), "一"))
    case.do(AskHelp(Act("一"), case.item("审核", holder="一"), "二"))
    with pytest.raises(SignerForbidden, match="2层"):
        case.do(AskHelp(Act("二"), case.item("审核", holder="二"), "三"))
    answer(case, "审核", "二", None)
    assert statuses(case) == {"经办甲": "waiting", "一": "open"}


def test_who_asked_takes_it_back_at_any_time() -> None:
    case = held()
    case.do(AskHelp(Act("经办甲"), case.item("审核"), "助手"))
    item = case.item("审核", holder="助手")
    with pytest.raises(NotAllowed):
        case.do(TakeBack(Act("助手"), item))
    case.do(TakeBack(Act("经办甲"), item))
    assert statuses(case) == {"经办甲": "open"}


# ---- 补正


def test_the_applicant_completes_his_form_while_the_step_waits() -> None:
    by_form = ByForm("申请", (Performer("企业"),))
    case = World(process(step("受理"), step("归档"), starts=(by_form,), forms=(form("申请", "地址"),)))
    case.start("企业甲", {"申请": {"地址": ""}})
    case.claim("受理", "经办甲")
    case.do(AskSupplement(Act("经办甲", reason="缺地址"), case.item("受理")))
    item = case.item("受理", holder="企业甲")
    case.do(CompleteTask(Act("企业甲"), item, {"申请": {"地址": "东河村"}}))
    assert case.submission(case.state.forms["申请", ""].revision, "申请")["地址"] == "东河村"
    assert case.state.forms["申请", ""].by == "企业甲"
    assert statuses(case) == {"经办甲": "open"}


# ---- 沟通


def test_who_was_asked_may_answer_and_others_may_not() -> None:
    case = held()
    with pytest.raises(NotAllowed):
        case.do(Discuss(Act("路人", reason="你好"), ("经办甲",)))
    case.do(Discuss(Act("经办甲", reason="坐标对吗"), ("网格员",)))
    case.do(Discuss(Act("网格员", reason="对"), ("经办甲",)))
    assert [event.text for event in case.happened(Discussed)] == ["坐标对吗", "对"]
    assert case.steps() == ["审核"]


# ---- and back


def test_recalling_an_answer_lets_those_it_opened_wait_again() -> None:
    case = held()
    add(case, "审核", "经办甲", "站长", AFTER)
    item = case.item("审核", holder="经办甲")
    answer(case, "审核", "经办甲", "通过")
    case.do(RecallTask(Act("经办甲"), item, len(case.groups)))
    assert statuses(case) == {"经办甲": "open", "站长": "waiting"}
    answer(case, "审核", "经办甲", "通过")
    answer(case, "审核", "站长", AGREE)
    assert case.steps() == ["归档"]


def test_an_added_answer_is_recalled_while_the_seat_it_opened_is_untouched() -> None:
    case = held()
    item = add(case, "审核", "经办甲", "法规员", BEFORE)
    answer(case, "审核", "法规员", AGREE)
    revision = len(case.groups)
    case.do(RecallTask(Act("法规员"), item, revision))
    assert statuses(case) == {"经办甲": "waiting", "法规员": "open"}
    answer(case, "审核", "法规员", AGREE)
    answer(case, "审核", "经办甲", "通过")
    with pytest.raises(RecallForbidden):
        case.recall("法规员", item, revision)
