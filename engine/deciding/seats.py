"""The seats of a step: who has to answer, in which order, and when the step is decided."""

from collections.abc import Collection, Sequence
from itertools import takewhile

from engine.case_scope import CaseScope
from engine.deciding.allocating import least_busy
from engine.deciding.authority import candidates, holders
from engine.deciding.draft import Draft
from engine.deciding.drawing import draw_lots
from engine.deciding.effects import start_linked, tell_tables
from engine.deciding.limits import elapsed_moment, in_order, running_for, timers_for
from engine.deciding.paper_seats import paper_seats
from engine.deciding.votes import is_held, outcome, votes
from engine.definition import Countersign, Performer, Step, Wait
from engine.events import Activated, SeatOpened
from engine.marking import (
    AWAITED,
    HELPING,
    LEADING,
    PAPER,
    Activation,
    Candidate,
    Seat,
    SeatOrigin,
    SeatPart,
    Timer,
    TimerKind,
    Token,
)
from engine.record import replace
from engine.views import ItemStatus

UNANSWERED = frozenset((ItemStatus.OPEN, ItemStatus.WAITING, ItemStatus.SUSPENDED))
"""Statuses of a seat whose holder has still to answer."""


def activate(draft: Draft, token: Token, node: Step | Wait, number: int, note: str = "") -> None:
    """Open a step or wait for a token that stands on it."""
    scope = draft.scope(node.region, token.key)
    record = draft.state.records.get((number, token.key))
    reached = (
        draft.moment if isinstance(node, Wait) else draft.now
    )  # nobody is late for what he could not see
    running = running_for(draft, node, scope, reached)
    timers = timers_for(draft, running, node.reminders, node.overdue)
    identity = draft.new_id()
    seats: tuple[Seat, ...] = ()
    if isinstance(node, Step):
        if node.draws:
            draw_lots(draft, node, number, scope)
        seats = _seats(draft, node, scope)
    else:
        over = elapsed_moment(draft, node, scope, reached)
        if over is not None:
            timers = in_order((*timers, Timer(over, TimerKind.ELAPSED, 0)))
    activation = Activation(
        id=identity,
        node=number,
        token=token.id,
        key=token.key,
        round=1 if record is None else record.rounds + 1,
        revision=draft.state.revision,
        opened_at=reached,
        seats=seats,
        running=running,
        timers=timers,
        note=note,
        locked=number in draft.graph.exclusives and is_excluded(draft, number),
    )
    draft.emit(Activated(activation))
    tell_tables(draft, scope)
    if isinstance(node, Wait) and not activation.locked:
        begin_call(draft, activation)


def begin_call(draft: Draft, activation: Activation) -> None:
    """Start the case of a step that has one (子规程), once nothing keeps it from beginning."""
    node = draft.graph.node(activation.node)
    if isinstance(node, Wait) and node.call is not None:
        scope = draft.scope(node.region, activation.key)
        start_linked(draft, node.call, scope, activation.id if node.awaits_call else None)


def is_excluded(draft: Draft, node: int, besides: int | None = None) -> bool:
    """Tell whether a node must wait because one it excludes is open (不同时).

    Who comes new (`besides` None) also stands behind those that wait already: first come, first served.
    """
    others = draft.graph.exclusives.get(node)
    if not others:
        return False
    return any(
        activation.node in others and (besides is None or not activation.locked) and activation.id != besides
        for activation in draft.state.activations.values()
    )


def _seats(draft: Draft, step: Step, scope: CaseScope) -> tuple[Seat, ...]:
    part, performers = (
        (SeatPart.REGISTER, step.entered_by) if step.external else (SeatPart.LEAD, step.performers)
    )
    seats = _leading(draft, step, performers, part, scope)
    waiting = ItemStatus.WAITING if seats else ItemStatus.OPEN
    if step.countersign is not None:
        for offered in _voters(draft, step.countersign, scope):
            seats.append(Seat(draft.new_id(), SeatPart.COSIGN, offered, waiting, _only(offered), voting=True))
            waiting = ItemStatus.WAITING if step.countersign.in_turn else waiting
    for part, answering in paper_seats(draft.definition, step):
        waiting = ItemStatus.WAITING if seats else ItemStatus.OPEN
        seats.append(Seat(draft.new_id(), part, candidates(draft, answering, scope), waiting))
    for performer in step.assistants:
        seats.append(_seat(draft, step, (performer,), SeatPart.ASSIST, scope))
    return tuple(seats)


def _leading(
    draft: Draft, step: Step, performers: Sequence[Performer], part: SeatPart, scope: CaseScope
) -> list[Seat]:
    each = [performer for performer in performers if performer.each]
    shared = [performer for performer in performers if not performer.each] if each else performers
    seats: list[Seat] = []
    if each:
        for offered in _one_for_each_holder(draft, each, scope):
            seats += (Seat(draft.new_id(), part, offered, holder=_only(offered)),)
    if shared:
        first = _seat(draft, step, shared, part, scope)
        seats.append(first)
        for _ in range(1, max([performer.seats for performer in shared])):
            seats += (Seat(draft.new_id(), SeatPart.COSIGN, first.candidates, ItemStatus.WAITING),)
    return seats


def _seat(
    draft: Draft, step: Step, performers: Sequence[Performer], part: SeatPart, scope: CaseScope
) -> Seat:
    """Make one seat: offered to all, or given to one of them (在办最少)."""
    offered = candidates(draft, performers, scope)
    given, note = None, ""
    if any([performer.least_busy for performer in performers]):  # noqa: C419  # twice as fast as a generator
        given, note = least_busy(draft, step, offered, scope)
    return Seat(draft.new_id(), part, offered, holder=given, note=note)


def _one_for_each_holder(
    draft: Draft, performers: Sequence[Performer], scope: CaseScope
) -> list[tuple[Candidate, ...]]:
    accounts: dict[str, Candidate] = {}
    for candidate in candidates(draft, performers, scope):
        for account in holders(draft.facts, candidate):
            accounts.setdefault(account, Candidate(candidate.role, accounts=(account,), taken=True))
    for account, candidate in accounts.items():
        accounts[account] = _with_superior(draft, candidate, accounts)
    return [(candidate,) for candidate in accounts.values()]


def _with_superior(draft: Draft, candidate: Candidate, seated: Collection[str]) -> Candidate:
    """Offer the seat of somebody whose deputy sits here himself to his superior too: nobody answers for two seats."""
    (account,) = candidate.accounts
    deputies = draft.facts.deputies(account, draft.definition.name, (candidate.role,))
    superior = draft.facts.superior(account)
    if superior is None or superior in seated or not any(each in seated for each in deputies):
        return candidate
    return replace(candidate, accounts=(account, superior))


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
    """Open the seats whose turn has come.

    A seat that waits for added ones opens when they have answered, a follow-on seat when its host has agreed, and the
    signers of the definition once everybody who fills has answered: together, or one after the other (顺签).
    """
    for seat in activation.seats:
        if seat.status is ItemStatus.WAITING and _may_open(draft, activation, seat):
            draft.emit(SeatOpened(seat.id))


def _may_open(draft: Draft, activation: Activation, seat: Seat) -> bool:
    if awaits(activation, seat):
        return False
    host = next((each for each in activation.seats if each.id == seat.host), None)
    if seat.origin is SeatOrigin.AFTER:
        return host is not None and host.status is ItemStatus.DONE
    if seat.part in PAPER:
        return _is_prepared(draft, activation, seat.part)
    if seat.part is not SeatPart.COSIGN:
        return True
    if any(each.part in LEADING and is_unfinished(activation, each) for each in activation.seats):
        return False
    step = draft.graph.node(activation.node)
    if not (isinstance(step, Step) and step.countersign is not None and step.countersign.in_turn):
        return True
    before = takewhile(lambda each: each.id != seat.id, activation.seats)
    return not any(is_unfinished(activation, each) for each in before if _takes_turn(each))


def _is_prepared(draft: Draft, activation: Activation, part: SeatPart) -> bool:
    """Tell whether everybody who comes before this part of a paper has answered: 核稿, then 会签, then 签发."""
    step = draft.graph.node(activation.node)
    rest = tuple(seat for seat in activation.seats if seat.part not in PAPER[PAPER.index(part) :])
    return isinstance(step, Step) and is_decided(step, replace(activation, seats=rest))


def _takes_turn(seat: Seat) -> bool:
    return seat.voting and seat.origin is SeatOrigin.MODEL


def awaits(activation: Activation, seat: Seat) -> bool:
    """Tell whether a seat waits for one that was added to it (前加签, 委派, 补正)."""
    return any(
        each.host == seat.id and each.origin in AWAITED and is_unfinished(activation, each)
        for each in activation.seats
    )


def is_unfinished(activation: Activation, seat: Seat) -> bool:
    """Tell whether a seat or a follow-on seat of it still has to answer."""
    return seat.status in UNANSWERED or is_held(activation, seat)


def is_decided(step: Step, activation: Activation) -> bool:
    """Tell whether everybody who must answer has: signers and fillers, and voters as far as the vote needs them.

    Helpers (协办) need not, nor who was added beside for advice: a vote that is decided waits for nobody.
    """
    if step.countersign is not None:
        voting = votes(activation)
        if voting and outcome(step.countersign, voting) is None:
            return False
    return not any(seat.status in UNANSWERED and _must_answer(activation, seat) for seat in activation.seats)


def _must_answer(activation: Activation, seat: Seat) -> bool:
    advises = seat.part is SeatPart.ASSIST or seat.origin is SeatOrigin.BESIDE
    return not (advises or seat.voting or _belongs_to_a_vote(activation, seat))


def _belongs_to_a_vote(activation: Activation, seat: Seat) -> bool:
    host = next((each for each in activation.seats if each.id == seat.host), None)
    return host is not None and (host.voting or _belongs_to_a_vote(activation, host))


def decided_outcome(step: Step, activation: Activation) -> str | None:
    """Return the outcome of a decided step: of its vote, else the one that stands last in the definition's list (各)."""
    if step.countersign is not None and (voting := votes(activation)):
        return outcome(step.countersign, voting)
    if not step.outcomes:
        return None
    results = [
        seat.result for seat in activation.seats if seat.part in LEADING and seat.status is ItemStatus.DONE
    ]
    given = [result for result in results if result in step.outcomes]
    return max(given, key=lambda result: step.outcomes.index(result or ""), default=None)


def who_did(activation: Activation) -> tuple[str, ...]:
    """Return who answered: those who filled, those who signed, their deputies; helpers are not among them."""
    filled: list[str] = []
    signed: list[str] = []
    deputies: list[str] = []
    for seat in activation.seats:
        if seat.by and seat.status is ItemStatus.DONE and seat.part not in HELPING:
            (filled if seat.part in LEADING else signed).append(seat.by)
            if seat.via is not None:
                deputies.append(seat.via)
    return tuple(dict.fromkeys([*filled, *signed, *deputies]))
