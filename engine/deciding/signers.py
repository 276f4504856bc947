"""加签, 减签, 委派, 补正: seats added to a step that is open, and taken away again."""

from collections.abc import Iterator

from engine.commands import AddSigner, AskHelp, AskSupplement, RemoveSigner, TakeBack
from engine.deciding.authority import require_separate
from engine.deciding.draft import Draft
from engine.deciding.finding import Work, open_work, require_holder, require_open, require_reason
from engine.deciding.seats import UNANSWERED
from engine.deciding.settling import settle_step
from engine.deciding.votes import is_fixed, votes
from engine.errors import Refusal
from engine.events import SignerAdded, SignerRemoved
from engine.evolve_seats import find_activation
from engine.marking import Activation, Candidate, Seat, SeatOrigin, SeatPart
from engine.questions import supplement_form
from engine.record import replace
from engine.refusals import NotAllowed, SignerForbidden, SupplementForbidden, TaskClosed
from engine.sentences import basis_text
from engine.sides import same_side
from engine.views import ItemStatus

MOST_ADDED = 3
"""How deep signers may add signers."""
MOST_ASKED = 2
"""How deep those who were asked may ask others."""

PLACES = {"前": SeatOrigin.BEFORE, "并": SeatOrigin.BESIDE, "后": SeatOrigin.AFTER}
"""Where a signer may be added, as a person says it."""


# ---- adding


def add_signer(draft: Draft, command: AddSigner) -> None:
    """加签 before, beside or after an open seat; it votes where the definition lets added signers vote.

    Raises:
        SignerForbidden, MustRecuse: nobody may be added any more, or not this person.
    """
    work = open_work(draft, command.item)
    require_may_add(draft, work, command.place)
    require_reason(draft, "加签")
    require_person(draft, work, command.to)
    seat = _seat(draft, work.seat, command.to, SeatPart.ADDED, command.place)
    voting = adds_a_vote(work, command.place)
    status = ItemStatus.WAITING if command.place is SeatOrigin.AFTER else ItemStatus.OPEN
    draft.emit(SignerAdded(work.activation.id, replace(seat, voting=voting, status=status)))


def adds_a_vote(work: Work, place: SeatOrigin) -> bool:
    """Tell whether a signer added here would vote."""
    countersign = work.step.countersign
    allowed = countersign is not None and countersign.adds_votes
    return allowed and work.seat.voting and place is not SeatOrigin.BEFORE


def require_may_add(draft: Draft, work: Work, place: SeatOrigin) -> None:
    """Refuse to add a signer at a place: by whom, how deep, and while the vote is still open.

    Raises:
        NotAllowed, SignerForbidden
    """
    holds = work.seat.holder == draft.actor
    if not (place is SeatOrigin.BESIDE and draft.facts.is_administrator(draft.actor)) and not holds:
        raise NotAllowed("加签", ("该待办的办理人",))
    if sum(1 for _ in chain(work.activation, work.seat)) >= MOST_ADDED:
        raise SignerForbidden("加签", f"已经加签{MOST_ADDED}层", _article(work))
    countersign = work.step.countersign
    if countersign is not None and adds_a_vote(work, place) and is_fixed(countersign, votes(work.activation)):
        raise SignerForbidden("加签", "表决结果已定，再加一票也不会改变", _article(work))


def require_person(draft: Draft, work: Work, to: str) -> None:
    """Refuse a person of another side, one who already sits in the step or must stand aside.

    Raises:
        SignerForbidden: with the reason.
    """
    own, theirs = draft.facts.firms_of(work.seat.holder or draft.actor), draft.facts.firms_of(to)
    if not same_side(own, theirs):
        because = "不是办理单位的人" if own else "是企业的人，不能办理镇里的待办"
        raise SignerForbidden("加签", f"{draft.facts.name(to)}{because}", _article(work))
    try:
        require_separate(draft, work.activation, to, besides=None)
    except Refusal as refusal:
        because = str(refusal).replace("您", draft.facts.name(to))
        raise SignerForbidden("加签", because, refusal.article or _article(work)) from refusal


def ask_help(draft: Draft, command: AskHelp) -> None:
    """委派: somebody else gives an opinion, then the seat is its holder's again; the opinion is never a vote.

    Raises:
        SignerForbidden, MustRecuse
    """
    work = open_work(draft, command.item)
    require_holder(draft, work, "委派")
    require_may_ask(work)
    require_person(draft, work, command.to)
    seat = _seat(draft, work.seat, command.to, SeatPart.HELP, SeatOrigin.ASKED)
    draft.emit(SignerAdded(work.activation.id, seat))


def require_may_ask(work: Work) -> None:
    """Refuse to ask on and on.

    Raises:
        SignerForbidden
    """
    asked = [each for each in chain(work.activation, work.seat) if each.origin is SeatOrigin.ASKED]
    if len(asked) >= MOST_ASKED:
        raise SignerForbidden("委派", f"已经委派{MOST_ASKED}层，请自行提出意见", _article(work))


def ask_supplement(draft: Draft, command: AskSupplement) -> None:
    """补正: the applicant completes his form; the step waits for him, no clock stops.

    Raises:
        SupplementForbidden: the case has no applicant or no form of his.
    """
    work = open_work(draft, command.item)
    require_holder(draft, work, "要求补正")
    require_reason(draft, "要求补正")
    applicant = draft.state.started_by
    if supplement_form(draft.definition, draft.state) is None:
        raise SupplementForbidden("本案没有申请人填写的表单")
    if any(seat.holder == applicant and seat.status in UNANSWERED for seat in work.activation.seats):
        raise SupplementForbidden("申请人正在办理本步骤")
    seat = _seat(draft, work.seat, applicant, SeatPart.SUPPLEMENT, SeatOrigin.SUPPLEMENT)
    draft.emit(SignerAdded(work.activation.id, seat))


def _seat(draft: Draft, host: Seat, to: str, part: SeatPart, origin: SeatOrigin) -> Seat:
    note = f"{draft.facts.name(draft.actor)}{part.value}" + (
        f"：{draft.act.reason}" if draft.act.reason else ""
    )
    return Seat(
        draft.new_id(),
        part,
        (Candidate(part.value, accounts=(to,), taken=True),),
        holder=to,
        note=note,
        origin=origin,
        host=host.id,
        adder=draft.actor,
    )


def chain(activation: Activation, seat: Seat) -> Iterator[Seat]:
    """Yield an added seat and the added seats it hangs on, inmost first."""
    found: Seat | None = seat
    while found is not None and found.origin is not SeatOrigin.MODEL:
        yield found
        host = found.host
        found = next((each for each in activation.seats if each.id == host), None)


def _article(work: Work) -> str:
    return basis_text(work.step.basis)


# ---- taking away


def remove_signer(draft: Draft, command: RemoveSigner) -> None:
    """减签 by who added the seat or an administrator; the step goes on, or is decided, without it.

    Raises:
        SignerForbidden: the definition wants this seat.
    """
    activation, seat = added_seat(draft, command.item, "减签")
    if draft.actor != seat.adder and not draft.facts.is_administrator(draft.actor):
        raise NotAllowed("减签", ("加签人", "管理员"))
    require_reason(draft, "减签")
    _remove(draft, activation, seat)
    settle_step(draft, activation.id)


def take_back(draft: Draft, command: TakeBack) -> None:
    """收回 what one has asked of somebody (委派, 补正) and he has not answered."""
    activation, seat = added_seat(draft, command.item, "收回")
    if seat.origin not in (SeatOrigin.ASKED, SeatOrigin.SUPPLEMENT) or draft.actor != seat.adder:
        raise NotAllowed("收回", ("委派人",))
    _remove(draft, activation, seat)
    settle_step(draft, activation.id)


def added_seat(draft: Draft, item: int, operation: str) -> tuple[Activation, Seat]:
    """Return an added seat that has no answer yet.

    Raises:
        TaskClosed: it has, or is gone. SignerForbidden: it belongs to the definition.
    """
    require_open(draft.state)
    activation = find_activation(draft.state, item)
    if activation is None or activation.token not in draft.state.tokens:
        raise TaskClosed(item)
    seat = next(each for each in activation.seats if each.id == item)
    if seat.status not in UNANSWERED:
        raise TaskClosed(item)
    if seat.origin is SeatOrigin.MODEL:
        node = draft.graph.node(activation.node)
        source = basis_text(getattr(node, "basis", ()))
        raise SignerForbidden(operation, f"“{node.name}”的这一席由规程规定", source)
    return activation, seat


def _remove(draft: Draft, activation: Activation, seat: Seat) -> None:
    for each in activation.seats:
        if each.host == seat.id and each.status in UNANSWERED:
            _remove(draft, activation, each)
    draft.emit(SignerRemoved(seat.id))


def drop_follow_ons(draft: Draft, activation: Activation, seat: Seat) -> None:
    """Take away the follow-on seats (后加签) of a voter who did not agree."""
    for each in activation.seats:
        if each.host == seat.id and each.origin is SeatOrigin.AFTER and each.status in UNANSWERED:
            _remove(draft, activation, each)
