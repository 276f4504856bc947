"""How votes become an outcome: 会签, 或签, 票签. Exact, by seats; a person or a hand-over never counts twice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from engine.definition import Abstention, Countersign
from engine.marking import Activation, Seat, SeatOrigin
from engine.views import ItemStatus

AGREE, DISAGREE, ABSTAIN, SEND_BACK = "同意", "不同意", "弃权", "退回"
"""Results of a voting or signing seat."""
PASSED, REJECTED = "通过", "不通过"
"""Outcomes of a countersigned step; 退回 is a third where voters may choose it."""

_WORST = (SEND_BACK, DISAGREE, ABSTAIN, AGREE)


def results_of(countersign: Countersign | None) -> tuple[str, ...]:
    """Return what a voter may answer."""
    found = [AGREE, DISAGREE]
    if countersign is not None and countersign.abstention is not Abstention.FORBIDDEN:
        found.append(ABSTAIN)
    if countersign is not None and countersign.returns:
        found.append(SEND_BACK)
    return tuple(found)


def outcomes_of(countersign: Countersign) -> tuple[str, ...]:
    """Return the outcomes that a vote may have."""
    return (PASSED, REJECTED, SEND_BACK) if countersign.returns else (PASSED, REJECTED)


def is_held(activation: Activation, seat: Seat) -> bool:
    """Tell whether a follow-on seat (后加签) of a seat, or one of its own, still has to answer."""
    return any(
        each.host == seat.id
        and each.origin is SeatOrigin.AFTER
        and (each.status is not ItemStatus.DONE or is_held(activation, each))
        for each in activation.seats
    )


def answer(activation: Activation, seat: Seat) -> str | None:
    """Return the vote of a seat: the worst of its own and those of its voting follow-on seats; None: still open."""
    if seat.status is not ItemStatus.DONE or is_held(activation, seat):
        return None
    chain = [
        answer(activation, each)
        for each in activation.seats
        if each.host == seat.id and each.origin is SeatOrigin.AFTER and each.voting
    ]
    given = [result for result in (seat.result, *chain) if result is not None]
    return min(given, key=_WORST.index, default=AGREE)


def votes(activation: Activation) -> tuple[str | None, ...]:
    """Return the votes of an activation, one for each voting seat that is no follow-on of another."""
    return tuple(
        answer(activation, seat)
        for seat in activation.seats
        if seat.voting and seat.origin is not SeatOrigin.AFTER
    )


def outcome(countersign: Countersign, given: Sequence[str | None]) -> str | None:
    """Return the outcome of a vote, or None while it is open."""
    answered = [each for each in given if each is not None]
    if countersign.returns_at_once and SEND_BACK in answered:
        return SEND_BACK
    if countersign.any_one:
        first = next((each for each in answered if each != ABSTAIN), None)
        if first is not None:
            return _tally(countersign, (first,))
    if len(answered) == len(given) or (countersign.early and is_fixed(countersign, given)):
        return _tally(countersign, (each or DISAGREE for each in given))
    return None


def is_fixed(countersign: Countersign, given: Sequence[str | None]) -> bool:
    """Tell whether the open votes can no longer change the outcome, whether or not that ends the step."""
    if countersign.any_one:
        return any(each not in (None, ABSTAIN) for each in given)
    return len({_tally(countersign, _filled(given, rest)) for rest in results_of(countersign)}) == 1


def _filled(given: Iterable[str | None], rest: str) -> Iterable[str]:
    return (rest if each is None else each for each in given)


def _tally(countersign: Countersign, given: Iterable[str]) -> str:
    """Count full votes. Unless agreed, the greater of 退回 and 不同意 decides; when equal 退回, by which nothing is lost."""
    count = Counter(given)
    if _is_agreed(countersign, count):
        return PASSED
    return SEND_BACK if count[SEND_BACK] >= max(count[DISAGREE], 1) else REJECTED


def _is_agreed(countersign: Countersign, count: Counter[str]) -> bool:
    agreed, against = count[AGREE], count[DISAGREE] + count[SEND_BACK]
    if countersign.veto and against:
        return False
    if countersign.any_one:
        return agreed > 0
    if countersign.majority:
        return agreed > against or (agreed == against and bool(countersign.tie))
    base = count.total()
    if countersign.abstention is Abstention.EXCLUDED:
        base -= count[ABSTAIN]
    share = Fraction(1) if countersign.quorum is None else Fraction(*countersign.quorum)
    return base > 0 and agreed >= share * base
