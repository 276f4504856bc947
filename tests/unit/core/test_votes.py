"""How votes become an outcome: exact shares, ties, abstention, 退回 as a vote, early ends, order."""

import pytest

from engine.commands import Act, CompleteTask
from engine.deciding.votes import ABSTAIN, AGREE, DISAGREE, PASSED, REJECTED, SEND_BACK, is_fixed, outcome
from engine.definition import Abstention, Countersign
from engine.refusals import OutcomeUnknown
from tests.unit.core.building import process, step
from tests.unit.core.world import World, running

FIVE = ("评委甲", "评委乙", "评委丙", "评委丁", "评委戊")


def rule(**more: object) -> Countersign:
    return Countersign("评委", None, more.pop("quorum", None), **more)  # type: ignore[arg-type]


def voting(**more: object) -> World:
    made = process(step("评审", performers=(), countersign=rule(**more)), step("归档"))
    return running(made, roles={"评委": FIVE})


def vote(case: World, *given: str) -> None:
    for who, result in zip(FIVE, given, strict=False):
        case.do(CompleteTask(Act(who, reason="因"), case.item("评审", holder=who), {}, result))


def test_a_share_is_exact() -> None:
    two_thirds = rule(quorum=(2, 3))
    assert outcome(two_thirds, (AGREE, AGREE, DISAGREE)) == PASSED
    assert outcome(two_thirds, (AGREE, AGREE, AGREE, DISAGREE, DISAGREE)) == REJECTED


def test_all_opinions_are_collected_though_the_outcome_is_fixed() -> None:
    given = (AGREE, AGREE, AGREE, None, None)
    assert is_fixed(rule(quorum=(3, 5)), given)
    assert outcome(rule(quorum=(3, 5)), given) is None


def test_an_early_end_only_once_nothing_can_change() -> None:
    early = rule(quorum=(3, 5), early=True)
    assert outcome(early, (AGREE, AGREE, None, None, None)) is None
    assert outcome(early, (AGREE, AGREE, AGREE, None, None)) == PASSED
    assert outcome(early, (DISAGREE, DISAGREE, DISAGREE, None, None)) == REJECTED


def test_a_veto_rejects() -> None:
    assert outcome(rule(veto=True), (AGREE, AGREE, DISAGREE)) == REJECTED


def test_the_first_answer_decides_或签() -> None:
    case = voting(any_one=True)
    vote(case, DISAGREE)
    assert case.steps() == ["归档"]
    assert case.record("评审").outcome == REJECTED
    assert case.record("评审").by == ("评委甲",)


def test_an_even_vote_is_what_the_tie_rule_says() -> None:
    even = (AGREE, AGREE, DISAGREE, DISAGREE)
    assert outcome(rule(majority=True, tie=True), even) == PASSED
    assert outcome(rule(majority=True, tie=False), even) == REJECTED


def test_abstentions_count_among_the_entitled_unless_excluded() -> None:
    given = (AGREE, AGREE, ABSTAIN, ABSTAIN)
    counted = rule(quorum=(2, 3), abstention=Abstention.COUNTED)
    excluded = rule(quorum=(2, 3), abstention=Abstention.EXCLUDED)
    assert outcome(counted, given) == REJECTED
    assert outcome(excluded, given) == PASSED


def test_nobody_abstains_where_the_definition_forbids_it() -> None:
    with pytest.raises(OutcomeUnknown):
        vote(voting(), ABSTAIN)


def test_退回_decides_when_it_is_not_fewer_than_disagree() -> None:
    returns = rule(quorum=(3, 5), returns=True)
    assert outcome(returns, (AGREE, AGREE, SEND_BACK, DISAGREE)) == SEND_BACK
    assert outcome(returns, (AGREE, SEND_BACK, DISAGREE, DISAGREE)) == REJECTED
    assert outcome(returns, (AGREE, AGREE, AGREE, SEND_BACK)) == PASSED


def test_one_vote_for_退回_is_enough_where_so_written() -> None:
    assert outcome(rule(returns=True, returns_at_once=True), (AGREE, SEND_BACK, None)) == SEND_BACK


def test_in_turn_the_next_seat_opens_when_the_one_before_is_done_顺签() -> None:
    case = voting(in_turn=True)
    open_now = [each.holder for each in case.items().values() if each.status.value == "open"]
    assert open_now == ["评委甲"]
    vote(case, AGREE, AGREE)
    assert [each.holder for each in case.items().values() if each.status.value == "open"] == ["评委丙"]
    vote_rest = zip(FIVE[2:], (AGREE, AGREE, DISAGREE), strict=True)
    for who, result in vote_rest:
        case.do(CompleteTask(Act(who), case.item("评审", holder=who), {}, result))
    assert case.record("评审").outcome == REJECTED
