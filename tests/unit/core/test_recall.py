"""撤回: after semantics §3. Every recall right after a completion gives back exactly the marking before."""

import pytest

from engine.commands import Act, ClaimTask, CompleteTask, Forms, ReadTask
from engine.definition import Countersign, Document, Performer
from engine.refusals import RecallForbidden
from engine.state import CaseState
from tests.unit.core.building import NO, block, branch, form, process, step
from tests.unit.core.world import World, running


def marking(state: CaseState) -> object:
    """What a recall must give back: everything but revision, counter and the numbers of items."""
    work = [
        (
            *(each.id, each.node, each.token, each.round, each.running, each.timers, each.outcome, each.lead),
            *((seat.part, seat.status, seat.holder, seat.result) for seat in each.seats),
        )
        for each in sorted(state.activations.values(), key=lambda each: each.id)
    ]
    sections: tuple[object, ...] = (state.tokens, state.frames, state.records, state.returns, state.clocks)
    forms = {place: submission.revision for place, submission in state.forms.items()}
    return work, sections, state.data, forms


def complete_and_recall(case: World, name: str, forms: Forms | None = None) -> None:
    item = case.item(name)
    by = case.someone(item)
    if case.items()[item].holder is None:
        case.do(ClaimTask(Act(by), item))
    before = marking(case.state)
    case.complete(name, by=by, forms=forms)
    case.recall(by, item)
    assert marking(case.state) == before
    assert item not in case.items(), "a closed item never reopens"


def test_the_next_step_is_closed_and_mine_is_open_again() -> None:
    case = running(process(step("一"), step("二")))
    complete_and_recall(case, "一")
    assert case.steps() == ["一"]


def test_rounds_are_given_back() -> None:
    case = running(process(step("一"), step("二")))
    complete_and_recall(case, "一")
    case.complete("一")
    assert case.items()[case.item("二")].round == 1


def test_a_submission_is_taken_back() -> None:
    case = running(process(step("一", fills=("稿",)), step("二"), forms=(form("稿", "题"),)))
    complete_and_recall(case, "一", forms={"稿": {"题": "甲"}})
    assert not case.state.forms


def test_all_branches_that_followed_must_be_untouched() -> None:
    case = running(process(step("一"), block("会办", branch("左", step("甲")), branch("右", step("乙")))))
    complete_and_recall(case, "一")
    item = case.item("一")
    case.complete("一", by="经办甲")
    case.claim("乙")
    with pytest.raises(RecallForbidden):
        case.recall("经办甲", item, len(case.groups) - 1)


def test_a_branch_leaves_the_join_again() -> None:
    case = running(process(block("会办", branch("左", step("甲")), branch("右", step("乙"))), step("汇总")))
    complete_and_recall(case, "甲")
    assert sorted(case.steps()) == ["乙", "甲"]


def test_case_19_a_join_that_fired_is_taken_back() -> None:
    """Awkward case 19: the other branch's signature is intact."""
    case = running(process(block("会办", branch("左", step("甲")), branch("右", step("乙"))), step("汇总")))
    case.complete("乙")
    signed = case.record("乙")
    complete_and_recall(case, "甲")
    assert case.steps() == ["甲"]
    assert case.record("乙") == signed
    case.complete("甲")
    assert case.steps() == ["汇总"]


def test_each_contributor_may_take_a_join_back() -> None:
    """Semantics §3: not only the one whose completion fired it."""
    case = running(process(block("会办", branch("左", step("甲")), branch("右", step("乙"))), step("汇总")))
    first = case.item("乙")
    case.complete("乙", by="经办乙")
    case.complete("甲", by="经办甲")
    case.recall("经办乙", first, 2)
    assert case.steps() == ["乙"]
    assert not case.record("会办").done
    case.complete("乙")
    assert case.items()[case.item("汇总")].round == 1


def test_one_completion_may_have_fired_two_joins() -> None:
    inner = block("内", branch("一", step("甲")), branch("二", step("乙")))
    case = running(process(block("外", branch("左", inner), branch("右", step("丙"))), step("汇总")))
    case.complete("丙")
    case.complete("乙")
    complete_and_recall(case, "甲")
    assert case.steps() == ["甲"]


def test_case_17_not_once_the_next_person_has_read_it() -> None:
    case = running(process(step("一"), step("二")))
    item = case.item("一")
    case.complete("一", by="经办甲")
    case.do(ReadTask(Act("经办乙"), case.item("二")))
    with pytest.raises(RecallForbidden) as refusal:
        case.recall("经办甲", item, 2)
    assert "经办乙已于04月10日09:00查看" in refusal.value.text


def test_case_18_not_once_a_document_has_its_number() -> None:
    paper = Document("通知书", secrecy="internal", numbering="〔{年}〕{序号}号")  # type: ignore[arg-type]
    case = running(process(step("一", issues=("通知书",)), step("二"), documents=(paper,)))
    item = case.item("一")
    case.complete("一", by="经办甲")
    with pytest.raises(RecallForbidden):
        case.recall("经办甲", item)


def test_not_by_somebody_else() -> None:
    case = running(process(step("一"), step("二")))
    item = case.item("一")
    case.complete("一", by="经办甲")
    with pytest.raises(RecallForbidden):
        case.recall("经办乙", item)


def test_not_on_a_later_working_day() -> None:
    case = running(process(step("一"), step("二")))
    item = case.item("一")
    case.complete("一", by="经办甲")
    case.later(days=1)
    with pytest.raises(RecallForbidden):
        case.recall("经办甲", item)


def voting() -> World:
    vote = Countersign("评审", None, None)
    return running(process(step("评审会", performers=(), countersign=vote), step("二")))


def test_a_vote_is_taken_back_while_undecided() -> None:
    case = voting()
    item = case.item("评审会", holder="评审乙")
    case.do(CompleteTask(Act("评审乙"), item, {}, "同意"))
    case.recall("评审乙", item)
    assert case.items()[case.item("评审会", holder="评审乙")].holder == "评审乙"
    assert len(case.items()) == 3


def test_only_the_deciding_vote_once_decided() -> None:
    case = voting()
    votes = {who: case.item("评审会", holder=who) for who in ("评审甲", "评审乙", "评审丙")}
    for who, item in votes.items():
        case.do(CompleteTask(Act(who), item, {}, "同意"))
    assert case.steps() == ["二"]
    with pytest.raises(RecallForbidden):
        case.recall("评审甲", votes["评审甲"], 2)
    case.recall("评审丙", votes["评审丙"], 4)
    assert case.steps() == ["评审会"]
    assert [each.holder for each in case.items().values()] == ["评审丙"]


def test_the_lead_takes_it_back_before_anybody_has_signed() -> None:
    case = running(process(step("联办", performers=(Performer("经办", seats=2),))))
    item = case.item("联办", "主办")
    case.complete("联办", by="经办甲", part="主办")
    case.recall("经办甲", item)
    parts = {each.part.value: each.status.value for each in case.items().values()}
    assert parts == {"主办": "open", "会签": "waiting"}


def test_what_passed_by_itself_is_taken_back_with_it() -> None:
    block_nobody_enters = block(
        "会办", branch("左", step("甲"), guard=NO), branch("右", step("乙"), guard=NO)
    )
    case = running(process(step("一"), block_nobody_enters, step("二")))
    complete_and_recall(case, "一")


def test_late_branches_that_followed_are_taken_back_with_it() -> None:
    first = block("竞办", branch("左", step("甲")), branch("右", step("乙", skip_unless=NO)), first=1)
    case = running(process(step("一"), first, step("二")))
    complete_and_recall(case, "一")
