"""加签, 减签, 委派, 补正, 收回: what the holder of a seat may ask of others, and what it would mean."""

from collections.abc import Callable, Iterator
from functools import partial

from engine.commands import Command, RemoveSigner, TakeBack
from engine.deciding.authority import require_separate
from engine.deciding.draft import Draft
from engine.deciding.finding import Work
from engine.deciding.seats import UNANSWERED
from engine.deciding.signers import (
    PLACES,
    adds_a_vote,
    require_may_add,
    require_may_ask,
)
from engine.errors import Refusal
from engine.marking import Activation, Seat, SeatOrigin
from engine.option_making import offered, refused, tried
from engine.questions import supplement_form
from engine.refusals import MustRecuse, SupplementForbidden
from engine.views import Option, Target

_MEANING = {
    SeatOrigin.BEFORE: "先由其签署意见，再回到您",
    SeatOrigin.BESIDE: "与您同时签署意见",
    SeatOrigin.AFTER: "您办理后由其签署，才算办完",
}


def asking_others(draft: Draft, work: Work) -> Iterator[Option]:
    """Yield what the holder of an open seat may ask of others."""
    yield _add_signer(draft, work)
    hint = _unsuited(draft, work)
    yield tried(
        "ask", partial(require_may_ask, work), needs_reason=True, people=True, own_side=True, hint=hint
    )
    applicant = draft.state.started_by
    if applicant != draft.actor and supplement_form(draft.definition, draft.state) is not None:
        yield tried("supplement", partial(_may_supplement, work, applicant), needs_reason=True)


def _add_signer(draft: Draft, work: Work) -> Option:
    found: list[Target] = []
    refusal: Refusal | None = None
    for word, place in PLACES.items():
        meaning = _MEANING[place] + ("，参加表决" if adds_a_vote(work, place) else "，只提意见")
        try:
            require_may_add(draft, work, place)
        except Refusal as found_refusal:
            refusal = found_refusal
            found.append(Target(word, f"{word}加签", allowed=False, reason=refusal.text))
        else:
            found.append(Target(word, f"{word}加签", meaning))
    if refusal is not None and not any(target.allowed for target in found):
        return refused("add_signer", refusal)
    hint = _unsuited(draft, work)
    more = {"needs_reason": True, "people": True, "own_side": True, "hint": hint}
    return offered("add_signer", targets=tuple(found), **more)


def _may_supplement(work: Work, applicant: str) -> None:
    if any(seat.holder == applicant and seat.status in UNANSWERED for seat in work.activation.seats):
        raise SupplementForbidden("申请人正在办理本步骤")


def taking_away(
    draft: Draft, activation: Activation, seat: Seat, foreseen: Callable[[Command], str]
) -> Iterator[Option]:
    """Yield what may be taken away again of what hangs on a seat, or is that seat itself.

    Args:
        foreseen: says what a command would do to whom.
    """
    added = [
        each
        for each in activation.seats
        if each.origin is not SeatOrigin.MODEL
        and each.status in UNANSWERED
        and seat.id in (each.host, each.id)
    ]
    asked = [each for each in added if each.origin in (SeatOrigin.ASKED, SeatOrigin.SUPPLEMENT)]
    removable = [
        each for each in added if draft.actor == each.adder or draft.facts.is_administrator(draft.actor)
    ]
    mine = [each for each in asked if draft.actor == each.adder]
    if mine:
        yield offered("take_back", targets=_seats(draft, mine, TakeBack, foreseen))
    signers = [each for each in removable if each not in asked]
    if signers:
        yield offered(
            "remove_signer", needs_reason=True, targets=_seats(draft, signers, RemoveSigner, foreseen)
        )


def _seats(
    draft: Draft,
    seats: list[Seat],
    command: type[TakeBack] | type[RemoveSigner],
    foreseen: Callable[[Command], str],
) -> tuple[Target, ...]:
    found: list[Target] = []
    for seat in seats:
        label = f"{draft.facts.name(seat.holder or '')}（{seat.part.value}）"
        try:
            found.append(Target(str(seat.id), label, foreseen(command(draft.act, seat.id))))
        except Refusal as refusal:
            found.append(Target(str(seat.id), label, allowed=False, reason=refusal.text))
    return tuple(found)


def _unsuited(draft: Draft, work: Work) -> str:
    """Name those who have a part in the case and may not be chosen here, with the reason."""
    state, told = draft.state, list[str]()
    holders = [seat.holder for each in state.activations.values() for seat in each.seats]
    people = dict.fromkeys(
        (state.started_by, *(who for each in state.records.values() for who in each.by), *holders)
    )
    for account in people:
        if account is None or account == draft.actor:
            continue
        try:
            require_separate(draft, work.activation, account, besides=None)
        except MustRecuse as refusal:
            told.append(f"{draft.facts.name(account)}（{refusal.because}）")
    return f"不能选{'、'.join(told)}".replace("您", "其") if told else ""
