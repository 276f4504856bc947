"""The seats of a step: who has to answer, in which order, and when the step is decided."""

from collections.abc import Sequence
from fractions import Fraction

from engine.case_scope import CaseScope
from engine.deciding.authority import candidates, holders
from engine.deciding.draft import Draft
from engine.deciding.effects import tell_tables
from engine.deciding.limits import elapsed_moment, in_order, running_for, timers_for
from engine.definition import Countersign, Performer, Step, Wait
from engine.events import Activated, SeatOpened
from engine.marking import LEADING, Activation, Candidate, Seat, SeatPart, Timer, TimerKind, Token
from engine.views import ItemStatus

UNANSWERED = frozenset((ItemStatus.OPEN, ItemStatus.WAITING, ItemStatus.SUSPENDED))
"""Statuses of a seat whose holder has still to answer."""
AGREE, DISAGREE = "同意", "不同意"
"""Results of a voting or signing seat."""
PASSED, REJECTED = "通过", "不通过"
"""Outcomes of a countersigned step."""


def activate(draft: Draft, token: Token, node: Step | Wait, number: int, note: str = "") -> None:
    """Open a step or wait for a token that stands on it."""
    scope = draft.scope(node.region, token.key)
    record = draft.state.records.get((number, token.key))
    running = running_for(draft, node, scope, draft.now)
    timers = timers_for(draft, running, node.reminders, node.overdue)
    identity = draft.new_id()
    seats: tuple[Seat, ...] = ()
    if isinstance(node, Step):
        seats = _seats(draft, node, scope)
    else:
        over = elapsed_moment(draft, node, scope, draft.now)
        if over is not None:
            timers = in_order((*timers, Timer(over, TimerKind.ELAPSED, 0)))
    activation = Activation(
        id=identity,
        node=number,
        token=token.id,
        key=token.key,
        round=1 if record is None else record.rounds + 1,
        revision=draft.state.revision,
        opened_at=draft.now,
        seats=seats,
        running=running,
        timers=timers,
        note=note,
        locked=is_excluded(draft, number),
    )
    draft.emit(Activated(activation))
    tell_tables(draft, scope)


def is_excluded(draft: Draft, node: int, besides: int | None = None) -> bool:
    """Tell whether a node must wait because one it excludes is open (不同时)."""
    others = draft.graph.exclusives.get(node)
    if not others:
        return False
    return any(
        activation.node in others and not activation.locked and activation.id != besides
        for activation in draft.state.activations.values()
    )


def _seats(draft: Draft, step: Step, scope: CaseScope) -> tuple[Seat, ...]:
    part, performers = (
        (SeatPart.REGISTER, step.entered_by) if step.external else (SeatPart.LEAD, step.performers)
    )
    seats = _leading(draft, performers, part, scope)
    waiting = ItemStatus.WAITING if seats else ItemStatus.OPEN
    if step.countersign is not None:
        seats += [
            Seat(draft.new_id(), SeatPart.COSIGN, offered, waiting, _only(offered), voting=True)
            for offered in _voters(draft, step.countersign, scope)
        ]
    for performer in step.assistants:
        seats.append(Seat(draft.new_id(), SeatPart.ASSIST, candidates(draft, (performer,), scope)))
    return tuple(seats)


def _leading(draft: Draft, performers: Sequence[Performer], part: SeatPart, scope: CaseScope) -> list[Seat]:
    seats: list[Seat] = []
    each = [performer for performer in performers if performer.each]
    if each:
        seats += [
            Seat(draft.new_id(), part, offered, holder=_only(offered))
            for offered in _one_for_each_holder(draft, each, scope)
        ]
    shared = [performer for performer in performers if not performer.each]
    if shared:
        offered = candidates(draft, shared, scope)
        seats.append(Seat(draft.new_id(), part, offered))
        seats += [
            Seat(draft.new_id(), SeatPart.COSIGN, offered, ItemStatus.WAITING)
            for _ in range(max(performer.seats for performer in shared) - 1)
        ]
    return seats


def _one_for_each_holder(
    draft: Draft, performers: Sequence[Performer], scope: CaseScope
) -> list[tuple[Candidate, ...]]:
    accounts: dict[str, Candidate] = {}
    for candidate in candidates(draft, performers, scope):
        for account in holders(draft.facts, candidate):
            accounts.setdefault(account, Candidate(candidate.role, accounts=(account,), taken=True))
    return [(candidate,) for candidate in accounts.values()]


def _voters(draft: Draft, countersign: Countersign, scope: CaseScope) -> list[tuple[Candidate, ...]]:
    if countersign.each is not None:
        value = draft.value(countersign.each, scope)
        people = value if isinstance(value, tuple) else (value,)
        return [
            (Candidate("会签", accounts=(each,), taken=True),) for each in people if isinstance(each, str)
        ]
    performer = Performer(countersign.role or "")
    found = _one_for_each_holder(draft, (performer,), scope)
    return found or [candidates(draft, (performer,), scope)]


def _only(offered: tuple[Candidate, ...]) -> str | None:
    """Return the one account a seat is meant for."""
    return offered[0].accounts[0] if len(offered) == 1 and len(offered[0].accounts) == 1 else None


def open_next(draft: Draft, activation: Activation) -> None:
    """Open the signing seats once everybody who fills has answered."""
    for seat in activation.seats:
        if seat.part in LEADING and seat.status is ItemStatus.OPEN:
            return
    for seat in activation.seats:
        if seat.status is ItemStatus.WAITING:
            draft.emit(SeatOpened(seat.id))


def is_decided(activation: Activation) -> bool:
    """Tell whether nobody who must answer is left; helpers (协办) need not."""
    for seat in activation.seats:
        if seat.part is not SeatPart.ASSIST and seat.status in UNANSWERED:
            return False
    return True


def decided_outcome(step: Step, activation: Activation) -> str | None:
    """Return the outcome of a decided step.

    会签: agreed of those entitled, exactly. 各: the outcome that stands last in the definition's list.
    """
    voting = [seat for seat in activation.seats if seat.voting]
    if step.countersign is not None and voting:
        return PASSED if is_passed(step.countersign, voting) else REJECTED
    results = [
        seat.result for seat in activation.seats if seat.part in LEADING and seat.status is ItemStatus.DONE
    ]
    given = [result for result in results if result in step.outcomes]
    return max(given, key=lambda result: step.outcomes.index(result or ""), default=None)


def is_passed(countersign: Countersign, voting: Sequence[Seat]) -> bool:
    """Tell whether a vote passed: every entitled seat is in the base, absent or against alike."""
    agreed = sum(1 for seat in voting if seat.result == AGREE)
    if countersign.veto and any(seat.result == DISAGREE for seat in voting):
        return False
    if countersign.quorum is None:
        return agreed == len(voting)
    return agreed >= Fraction(*countersign.quorum) * len(voting)


def who_did(activation: Activation) -> tuple[str, ...]:
    """Return who answered: those who filled first, then those who signed."""
    filled: list[str] = []
    signed: list[str] = []
    for seat in activation.seats:
        if seat.by and seat.status is ItemStatus.DONE and seat.part is not SeatPart.ASSIST:
            (filled if seat.part in LEADING else signed).append(seat.by)
    return tuple(dict.fromkeys([*filled, *signed]))
