"""签发: a paper is issued when its signer has signed, and by nobody else; 送达期限: it is served in time."""

import pytest

from engine.commands import Act, ServeDocument, VoidDocument
from engine.definition import Anchor, AnchorKind, Clock, Countersign, Document, Performer, Secrecy
from engine.events import ClockEnded, DocumentIssued
from engine.expressions import Literal
from engine.refusals import ConditionNotMet, NotAllowed, ReasonMissing
from engine.values import Kind, Span, Type, Unit
from tests.unit.core.building import process, step
from tests.unit.core.world import World, running

SIGNED = Document("决定书", Secrecy.PUBLIC, numbering="决〔{年}〕{序号}号", signed_by=(Performer("负责人"),))


def issuing(by: str = "经办", **more: object) -> World:
    return running(process(step("拟稿", by, issues=("决定书",), **more), step("二"), documents=(SIGNED,)))


def test_the_paper_waits_for_its_signer() -> None:
    case = issuing()
    case.complete("拟稿")
    assert case.steps() == ["拟稿"] and not case.happened(DocumentIssued)
    case.complete("拟稿", by="负责人甲", part="签发")
    assert case.steps() == ["二"] and case.happened(DocumentIssued)[0].number == "决〔2023〕1号"


def test_who_drafted_it_does_not_sign_it() -> None:
    case = issuing()
    case.roles = {"负责人": ("经办甲", "负责人甲"), "经办": ("经办甲",)}
    case.complete("拟稿", by="经办甲")
    with pytest.raises(NotAllowed):
        case.complete("拟稿", by="经办乙", part="签发")


def test_a_signer_gives_the_draft_back_for_a_reason() -> None:
    case = issuing()
    case.complete("拟稿", by="经办甲")
    with pytest.raises(ReasonMissing):
        case.complete("拟稿", by="负责人甲", part="签发", outcome="不同意")
    case.complete("拟稿", by="负责人甲", part="签发", outcome="不同意", reason="数额不对")
    (item,) = [each for each in case.items().values() if each.part == "主办"]
    assert (item.holder, item.note) == ("经办甲", "负责人甲未签发：数额不对")
    case.complete("拟稿", by="经办甲")
    case.complete("拟稿", by="负责人甲", part="签发")
    assert case.steps() == ["二"]


def test_a_signer_who_does_the_step_signs_by_doing_it() -> None:
    case = issuing(by="负责人")
    case.complete("拟稿")
    assert case.steps() == ["二"] and len(case.happened(DocumentIssued)) == 1


def test_the_signer_comes_after_those_who_vote() -> None:
    case = issuing(countersign=Countersign("专家", None, None))
    case.complete("拟稿", by="经办甲")
    for expert in ("专家甲", "专家乙", "专家丙"):
        with pytest.raises(ConditionNotMet):
            case.complete("拟稿", by="负责人甲", part="签发")
        case.complete("拟稿", by=expert, part="会签")
    case.complete("拟稿", by="负责人甲", part="签发")
    assert case.steps() == ["二"]


# ---- 送达期限

SERVED = Document("通知书", Secrecy.PUBLIC, served_on=("当事人",))
SERVICE = Clock(
    "送达通知书",
    Literal(Span(7, Unit.DAY), Type(Kind.DURATION)),
    Anchor(AnchorKind.ISSUED, document="通知书"),
    Anchor(AnchorKind.SERVED, document="通知书"),
)


def serving() -> World:
    steps = (step("一", issues=("通知书",)), step("二", issues=("通知书",)), step("三"))
    case = running(process(*steps, documents=(SERVED,), clocks=(SERVICE,)))
    assert not case.state.clocks
    case.complete("一")
    return case


def test_the_limit_of_service_runs_from_the_issue_to_the_service() -> None:
    case = serving()
    assert case.state.clocks[0].running.start == case.now
    case.later(days=8)
    case.do(ServeDocument(Act("经办甲"), "通知书", "当事人", complete=True))
    assert case.happened(ClockEnded)[0].late


def test_nothing_has_to_be_served_of_a_paper_that_is_void() -> None:
    case = serving()
    case.do(VoidDocument(Act("经办甲", reason="写错"), case.state.issued["通知书"], "通知书"))
    assert [event.late for event in case.happened(ClockEnded)] == [False]


def test_a_paper_issued_again_is_to_be_served_again() -> None:
    case = serving()
    case.do(ServeDocument(Act("经办甲"), "通知书", "当事人", complete=True))
    case.later(days=2)
    case.complete("二")
    record = case.state.clocks[0]
    assert record.ended is None and record.running.start == case.now
