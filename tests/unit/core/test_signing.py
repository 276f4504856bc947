"""签发: a paper is issued when its signer has signed, and by nobody else; 送达期限: it is served in time."""

from dataclasses import replace

import pytest

from engine.case_scope import CaseScope
from engine.commands import Act, ApplyExtension, CompleteTask, ServeDocument, VoidDocument
from engine.definition import Anchor, AnchorKind, Clock, Countersign, Document, Extension, Performer, Secrecy
from engine.events import Acted, ClockEnded, DocumentIssued, DueMoved
from engine.expressions import DocumentFact, Literal
from engine.graph import graph_of
from engine.refusals import ConditionNotMet, MustRecuse, NotAllowed, ReasonMissing
from engine.retelling import Retelling
from engine.serving import Method, Service
from engine.values import Kind, Span, Type, Unit, Value
from tests.unit.core.building import days, process, step, within
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


# ---- 核稿, 会签

WEIGHED = replace(
    SIGNED, reviewed_by=(Performer("秘书"),), cosigned_by=(Performer("财政"), Performer("司法"))
)


def weighing() -> World:
    case = running(process(step("拟稿", "经办", issues=("决定书",)), step("二"), documents=(WEIGHED,)))
    case.complete("拟稿", by="经办甲")
    return case


def test_it_is_looked_over_then_agreed_to_by_each_then_signed() -> None:
    case = weighing()
    with pytest.raises(ConditionNotMet):
        case.complete("拟稿", by="财政甲", part="会签文稿")
    case.complete("拟稿", by="秘书甲", part="核稿")
    case.complete("拟稿", by="财政甲", part="会签文稿")
    with pytest.raises(ConditionNotMet):
        case.complete("拟稿", by="负责人甲", part="签发")
    case.complete("拟稿", by="司法甲", part="会签文稿")
    assert not case.happened(DocumentIssued)
    case.complete("拟稿", by="负责人甲", part="签发")
    (issued,) = case.happened(DocumentIssued)
    assert (issued.reviewed, set(issued.cosigned)) == (("秘书甲",), {"财政甲", "司法甲"})


def test_who_looks_it_over_or_must_agree_gives_it_back_and_all_begin_anew() -> None:
    case = weighing()
    case.complete("拟稿", by="秘书甲", part="核稿")
    case.complete("拟稿", by="财政甲", part="会签文稿", outcome="不同意", reason="没有预算")
    (item,) = [each for each in case.items().values() if each.part == "主办"]
    assert (item.holder, item.note) == ("经办甲", "财政甲未会签文稿：没有预算")
    case.complete("拟稿", by="经办甲")
    with pytest.raises(ConditionNotMet):
        case.complete("拟稿", by="财政甲", part="会签文稿")


def test_who_prepared_it_does_not_look_it_over() -> None:
    case = running(process(step("拟稿", "经办", issues=("决定书",)), step("二"), documents=(WEIGHED,)))
    case.roles = {"秘书": ("经办甲",), "经办": ("经办甲",)}
    case.complete("拟稿", by="经办甲")
    with pytest.raises(MustRecuse):
        case.complete("拟稿", by="经办甲", part="核稿")


# ---- the facts of a paper


def test_number_and_moments_of_the_last_paper_are_known_until_it_is_void() -> None:
    case = serving()
    number, issued, served = paper(case)
    assert (number, served) == ("", None) and issued == case.now
    case.do(ServeDocument(Act("经办甲"), "通知书", "张三", True))
    assert paper(case)[2] == case.now
    case.do(VoidDocument(Act("经办甲", reason="写错"), case.happened(DocumentIssued)[-1].id, "通知书"))
    assert paper(case) == (None, None, None)


def paper(case: World) -> tuple[Value, ...]:
    scope = CaseScope(graph_of(case.definition), case.state, case)
    return tuple(scope.document_fact("通知书", fact) for fact in DocumentFact)


# ---- 延期批准时出具


def extensible(*, clock: bool = False) -> World:
    line = Extension(days(5), 1, (Performer("负责人"),), documents=("决定书",))
    made = step("整改", deadlines=(within(10),), extensions=() if clock else (line,))
    clocks = (
        (replace(SERVICE, name="全程", start=Anchor(AnchorKind.STARTED), extensions=(line,)),)
        if clock
        else ()
    )
    return running(process(made, step("二"), documents=(SIGNED,), clocks=clocks))


def test_a_granted_extension_issues_its_paper_with_the_new_day() -> None:
    case = extensible()
    case.claim("整改", "经办甲")
    case.do(ApplyExtension(Act("经办甲", reason="雨"), {}, item=case.item("整改")))
    case.do(CompleteTask(Act("负责人甲"), next(iter(case.state.requests)), {}, "批准"))
    assert [each.number for each in case.happened(DocumentIssued)] == ["决〔2023〕1号"]
    kinds = [type(each) for each in case.last]
    assert kinds.index(DocumentIssued) > kinds.index(DueMoved)


def test_a_refused_one_issues_nothing() -> None:
    case = extensible()
    case.claim("整改", "经办甲")
    case.do(ApplyExtension(Act("经办甲", reason="雨"), {}, item=case.item("整改")))
    case.do(CompleteTask(Act("负责人甲", reason="可以按期"), next(iter(case.state.requests)), {}, "不批准"))
    assert not case.happened(DocumentIssued)


def test_who_granted_it_takes_part_and_may_register_its_service() -> None:
    case = extensible()
    case.claim("整改", "经办甲")
    case.do(ApplyExtension(Act("经办甲", reason="雨"), {}, item=case.item("整改")))
    with pytest.raises(NotAllowed):
        case.do(VoidDocument(Act("负责人甲", reason="写错"), 1, "决定书"))
    case.do(CompleteTask(Act("负责人甲"), next(iter(case.state.requests)), {}, "批准"))
    case.do(ServeDocument(Act("负责人甲"), "决定书", "张三", complete=True))
    assert case.state.papers["决定书"].served_at == case.now


def test_an_extension_of_a_clock_issues_its_paper_too() -> None:
    case = extensible(clock=True)
    case.complete("整改")
    case.do(ApplyExtension(Act("经办甲", reason="雨"), {}, clock="全程"))
    case.do(CompleteTask(Act("负责人甲"), next(iter(case.state.requests)), {}, "批准"))
    assert len(case.happened(DocumentIssued)) == 1


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
    case.do(VoidDocument(Act("经办甲", reason="写错"), case.state.papers["通知书"].id, "通知书"))
    assert [event.late for event in case.happened(ClockEnded)] == [False]


def test_a_paper_issued_again_is_to_be_served_again() -> None:
    case = serving()
    case.do(ServeDocument(Act("经办甲"), "通知书", "当事人", complete=True))
    case.later(days=2)
    case.complete("二")
    record = case.state.clocks[0]
    assert record.ended is None and record.running.start == case.now


def test_a_service_is_told_again_as_it_was() -> None:
    case = serving()
    before = case.state
    by_post = ServeDocument(
        Act("经办甲"), "通知书", "当事人", service=Service(Method.POST, proof="挂号信存根")
    )
    acted, *rest = case.do(by_post)
    assert isinstance(acted, Acted)
    told = Retelling(case.definition, case.definition).command(acted, (acted, *rest), before, before)
    assert told == by_post
