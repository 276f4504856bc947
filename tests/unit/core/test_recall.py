"""撤回: after semantics §3. Every recall right after a completion gives back exactly the marking before."""

import pytest

from engine.commands import Act, ClaimTask, CompleteTask, Forms, ReadTask
from engine.definition import BackPolicy, Countersign, Document, Performer, ReadPolicy
from engine.events import Notified
from engine.marking import OpenItem
from engine.refusals import RecallForbidden, TaskClosed
from engine.state import CaseState
from tests.unit.core.building import NO, block, branch, form, process, step
from tests.unit.core.world import World, local, running


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
    case.complete("乙")
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


def test_an_answer_taken_back_once_is_not_taken_back_again_by_way_of_anothers() -> None:
    case = running(process(step("一"), step("二")))
    item = case.item("一")
    case.complete("一", by="经办甲")
    case.recall("经办甲", item)
    answered = len(case.groups) - 1
    case.complete("一", by="经办乙")
    with pytest.raises(RecallForbidden, match="已经撤回"):
        case.recall("经办甲", item, answered)
    assert case.steps() == ["二"]


def test_an_answer_is_not_taken_back_by_way_of_what_another_seat_did_later() -> None:
    vote = Countersign("评委", None, (1, 2))
    case = running(process(step("评审", performers=(), countersign=vote), step("归档")))
    first, second = case.item("评审", holder="评委甲"), case.item("评审", holder="评委乙")
    case.do(CompleteTask(Act("评委甲"), first, {}, "同意"))
    case.do(CompleteTask(Act("评委乙"), second, {}, "同意"))
    case.recall("评委乙", second)
    with pytest.raises(RecallForbidden):
        case.recall("评委甲", first, len(case.groups))
    assert len(case.state.activations[min(case.state.activations)].seats) == 3


def test_an_earlier_answer_is_not_taken_back_by_the_completion_that_was_already() -> None:
    case = running(process(step("办理", performers=(Performer("经办", seats=2),)), step("归档")))
    first, second = sorted(case.items())
    for item, by in ((first, "经办甲"), (second, "经办乙")):
        case.do(ClaimTask(Act(by), item))
        case.do(CompleteTask(Act(by), item, {}))
    completed = len(case.groups)
    case.recall("经办乙", second)
    with pytest.raises(RecallForbidden):
        case.recall("经办甲", first, completed)


def test_what_is_not_recorded_yet_cannot_be_taken_back() -> None:
    """A process whose state is older than the answer must load it again."""
    case = running(process(step("一"), step("二")))
    with pytest.raises(TaskClosed):
        case.recall("经办甲", case.item("一"), case.state.revision + 1)


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


# ---- what the next person has begun


def begun(policy: ReadPolicy = ReadPolicy.FORBID) -> tuple[World, int]:
    """经办甲 has done 一; 二 lies open."""
    case = running(process(step("一"), step("二", on_read=policy)))
    item = case.item("一")
    case.complete("一", by="经办甲")
    return case, item


def asked(case: World) -> tuple[int, OpenItem]:
    """Return the item that answers the 撤回申请."""
    return next((n, each) for n, each in case.items().items() if each.node is None)


def test_where_the_step_allows_it_a_reader_is_told_and_nothing_is_lost_silently() -> None:
    case, item = begun(ReadPolicy.ALLOW)
    case.do(ReadTask(Act("经办乙"), case.item("二")))
    case.recall("经办甲", item, 2)
    assert case.steps() == ["一"]
    assert [event.people for event in case.happened(Notified)] == [("经办乙",)]


def test_or_the_reader_is_asked() -> None:
    case, item = begun(ReadPolicy.ASK)
    case.do(ReadTask(Act("经办乙"), case.item("二")))
    case.recall("经办甲", item, 2)
    assert case.steps() == ["二"]
    assert asked(case)[1].holder == "经办乙"


@pytest.mark.parametrize("begin", ["claim", "draft"])
def test_who_has_begun_is_asked_and_may_agree(begin: str) -> None:
    case, item = begun()
    if begin == "claim":
        case.claim("二", "经办乙")
    else:
        case.drafts[case.item("二")] = ["经办乙"]
    before = marking(case.state_at(1))
    case.recall("经办甲", item, 2)
    case.do(CompleteTask(Act("经办乙"), asked(case)[0], {}, "同意"))
    assert case.steps() == ["一"]
    assert case.items()[case.item("一")].holder is None
    assert marking(case.state) == before


def test_or_refuse_and_who_asked_is_told_why() -> None:
    case, item = begun()
    case.claim("二", "经办乙")
    case.recall("经办甲", item, 2)
    case.do(CompleteTask(Act("经办乙"), asked(case)[0], {}, "不同意"))
    assert case.steps() == ["二"] and len(case.items()) == 1
    assert "不同意撤回" in case.happened(Notified)[-1].text
    assert case.happened(Notified)[-1].people == ("经办甲",)


def test_silence_for_one_working_day_is_a_no() -> None:
    case, item = begun()
    case.claim("二", "经办乙")
    case.recall("经办甲", item, 2)
    assert case.wake() == local(2023, 4, 12)
    case.later(days=2)
    case.tick()
    assert case.steps() == ["二"] and len(case.items()) == 1


def test_going_on_with_the_work_is_a_no_too() -> None:
    case, item = begun()
    case.claim("二", "经办乙")
    case.recall("经办甲", item, 2)
    case.complete("二")
    assert not case.state.pleas


def test_nobody_is_asked_twice() -> None:
    case, item = begun()
    case.claim("二", "经办乙")
    case.recall("经办甲", item, 2)
    with pytest.raises(RecallForbidden, match="正在等待答复"):
        case.recall("经办甲", item, 2)


# ---- a 退回 taken back


def return_and_recall(case: World, name: str, to: str) -> None:
    item = case.claim(name)
    by = case.items()[item].holder
    assert by is not None
    before = marking(case.state), case.state.parked
    case.give_back(name, to)
    case.recall(by, item)
    assert (marking(case.state), case.state.parked) == before
    assert item not in case.items()


def test_a_return_is_taken_back_while_its_target_is_untouched() -> None:
    case = running(process(step("一"), step("二"), step("三")))
    case.complete("一")
    case.complete("二")
    return_and_recall(case, "三", "一")
    assert case.steps() == ["三"]
    assert not case.state.returns, "it is not counted"


def test_not_once_the_target_was_answered() -> None:
    case = running(process(step("一"), step("二")))
    case.complete("一")
    item = case.claim("二", "经办乙")
    case.give_back("二", "一")
    case.complete("一")
    with pytest.raises(RecallForbidden):
        case.recall("经办乙", item, 4)


@pytest.mark.parametrize("policy", [BackPolicy.WITHDRAW_ALL, BackPolicy.SUSPEND])
def test_branches_that_a_return_took_away_come_back(policy: BackPolicy) -> None:
    parallel = block("会办", branch("左", step("甲"), step("甲二")), branch("右", step("乙")), on_back=policy)
    case = running(process(step("一"), parallel, step("汇总")))
    case.complete("一")
    case.complete("甲")
    return_and_recall(case, "甲二", "一")
    assert sorted(case.steps()) == ["乙", "甲二"]
    case.complete("乙")
    case.complete("甲二")
    assert case.steps() == ["汇总"]


def test_colleagues_who_had_begun_are_asked() -> None:
    parallel = block("会办", branch("左", step("甲")), branch("右", step("乙")))
    case = running(process(step("一"), parallel))
    case.complete("一")
    case.claim("乙", "经办丙")
    item = case.claim("甲", "经办乙")
    case.give_back("甲", "一")
    case.recall("经办乙", item)
    number, consent = asked(case)
    assert consent.holder == "经办丙"
    case.do(CompleteTask(Act("经办丙"), number, {}, "同意"))
    assert sorted(case.steps()) == ["乙", "甲"]
