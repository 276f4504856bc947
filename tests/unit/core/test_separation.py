"""回避 across operations: nobody stands on two sides of a step, whichever way he comes to the second one."""

import pytest

from engine.commands import (
    Act,
    ApplyExtension,
    ClaimTask,
    CompleteTask,
    HandBack,
    Jump,
    RecallTask,
    SignProposal,
    TransferTask,
)
from engine.definition import Countersign, Extension, Performer
from engine.refusals import MustRecuse, NotAllowed, TransferForbidden
from tests.unit.core.building import days, process, step, within
from tests.unit.core.world import World, running


def joint(**standing_in: tuple[str, ...]) -> World:
    """A step that two people do together."""
    case = running(process(step("查验", performers=(Performer("经办", seats=2),)), step("二")))
    case.standing_in = standing_in
    return case


def test_a_deputy_who_has_answered_does_not_sign_in_his_own_name() -> None:
    case = joint(经办乙=("经办甲",))
    case.do(CompleteTask(Act("经办乙", acting_for="经办甲"), case.item("查验"), {}))
    with pytest.raises(MustRecuse):
        case.do(ClaimTask(Act("经办乙"), case.item("查验")))
    with pytest.raises(MustRecuse):
        case.do(CompleteTask(Act("经办乙"), case.item("查验"), {}))


def test_nor_for_a_second_principal() -> None:
    case = joint(代办员=("经办甲", "经办乙"))
    case.do(CompleteTask(Act("代办员", acting_for="经办甲"), case.item("查验"), {}))
    with pytest.raises(MustRecuse):
        case.do(CompleteTask(Act("代办员", acting_for="经办乙"), case.item("查验"), {}))


def test_who_sits_on_another_seat_by_now_is_not_handed_the_first_one_back() -> None:
    vote = Countersign("评委", None, (1, 2))
    case = running(process(step("评审", performers=(), countersign=vote), step("二")))
    first, second = case.item("评审", holder="评委甲"), case.item("评审", holder="评委乙")
    case.roles["评委"] = ("评委甲", "评委乙", "评委丙", "评委丁")
    case.do(TransferTask(Act("评委甲", reason="忙"), first, "评委丁"))
    case.do(TransferTask(Act("评委乙", reason="忙"), second, "评委甲"))
    with pytest.raises(TransferForbidden, match="评委甲"):
        case.do(HandBack(Act("评委丁", reason="不熟"), first))


def extensible() -> World:
    line = Extension(days(5), 1, (Performer("站长"),))
    case = running(process(step("整改", deadlines=(within(10),), extensions=(line,)), step("二")))
    case.claim("整改", "经办甲")
    return case


def test_nobody_grants_his_own_extension_in_another_name() -> None:
    case = extensible()
    case.standing_in = {"经办甲": ("站长甲",)}
    case.do(ApplyExtension(Act("经办甲", reason="雨"), {}, item=case.item("整改")))
    request = next(iter(case.state.requests))
    with pytest.raises(NotAllowed):
        case.do(CompleteTask(Act("经办甲", acting_for="站长甲"), request, {}, "批准"))
    with pytest.raises(NotAllowed):
        case.do(ClaimTask(Act("经办甲", acting_for="站长甲"), request))


def test_nor_what_he_applied_for_in_another_name() -> None:
    case = extensible()
    case.standing_in = {"站长甲": ("经办甲",)}
    case.do(ApplyExtension(Act("站长甲", acting_for="经办甲", reason="雨"), {}, item=case.item("整改")))
    request = next(iter(case.state.requests))
    with pytest.raises(NotAllowed):
        case.do(CompleteTask(Act("站长甲"), request, {}, "批准"))


def test_who_wants_his_answer_back_does_not_agree_to_it_in_another_name() -> None:
    case = running(process(step("一"), step("二"), step("三")), standing_in={"经办甲": ("经办乙",)})
    item = case.item("一")
    case.complete("一", by="经办甲")
    done = len(case.groups)
    case.claim("二", "经办乙")
    case.do(RecallTask(Act("经办甲", reason="填错"), item, done))
    (plea,) = case.state.pleas.values()
    with pytest.raises(NotAllowed):
        case.do(CompleteTask(Act("经办甲", acting_for="经办乙"), plea.seats[0].id, {}, "同意"))


def test_who_had_somebody_propose_for_him_is_no_second_signer() -> None:
    case = running(
        process(step("一"), step("二")),
        administrators={"管理甲", "管理乙"},
        standing_in={"代办员": ("管理甲",)},
    )
    case.do(Jump(Act("代办员", acting_for="管理甲", reason="误入"), "二"))
    (proposal,) = case.state.proposals
    with pytest.raises(NotAllowed):
        case.do(SignProposal(Act("管理甲"), proposal))
    case.do(SignProposal(Act("管理乙"), proposal))
    assert case.steps() == ["二"]


def test_what_is_handed_back_goes_only_to_who_may_still_do_it() -> None:
    """经办甲 has left the role meanwhile."""
    case = joint()
    first = case.claim("查验", "经办甲")
    case.do(TransferTask(Act("经办甲", reason="忙"), first, "经办乙"))
    case.roles["经办"] = ("经办乙", "经办丙")
    with pytest.raises(TransferForbidden, match="经办甲"):
        case.do(HandBack(Act("经办乙", reason="不熟"), first))
