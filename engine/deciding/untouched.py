"""Who has touched what followed from an answer, and what that means for taking it back (semantics: 撤回的判定表)."""

from dataclasses import dataclass, field
from datetime import datetime

from engine.deciding.draft import Draft
from engine.definition import ReadPolicy, Step
from engine.marking import Activation, Seat, Token
from engine.refusals import RecallForbidden
from engine.views import ItemStatus


@dataclass(slots=True)
class Touched:
    """People who must be told that their item is taken back, and people whose consent is needed first."""

    told: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    work: list[int] = field(default_factory=list)  # activations of those asked


def touch(draft: Draft, touched: Touched, tokens: tuple[Token, ...]) -> None:
    """Note who has touched the work of tokens.

    Raises:
        RecallForbidden: somebody has answered, the system has acted, or the step's policy forbids it.
    """
    numbers = {token.id for token in tokens}
    for activation in draft.state.activations.values():
        if activation.token not in numbers:
            continue
        for seat in activation.seats:
            _touch_seat(draft, touched, activation, seat)
        if activation.escalated or any(
            each.activation == activation.id for each in draft.state.requests.values()
        ):
            raise RecallForbidden("系统或同事已对后续待办采取行动")


def _touch_seat(draft: Draft, touched: Touched, activation: Activation, seat: Seat) -> None:
    require_unanswered(draft, seat)
    if (seat.claimed_at is not None or seat.hops) and seat.holder is not None:
        _ask(touched, activation, (seat.holder,))
        return
    drafting = draft.facts.drafting(seat.id)
    if drafting:
        _ask(touched, activation, drafting)
        return
    if not seat.read:
        return
    node = draft.graph.node(activation.node)
    readers = tuple(by for by, _ in seat.read)
    match node.on_read if isinstance(node, Step) else ReadPolicy.FORBID:
        case ReadPolicy.ALLOW:
            touched.told += readers
        case ReadPolicy.ASK:
            _ask(touched, activation, readers)
        case ReadPolicy.FORBID:
            require_unread(draft, seat)


def _ask(touched: Touched, activation: Activation, people: tuple[str, ...]) -> None:
    touched.asked += [account for account in people if account not in touched.asked]
    touched.work.append(activation.id)


def require_unanswered(draft: Draft, seat: Seat) -> None:
    """Refuse once a seat was answered."""
    if seat.status is ItemStatus.DONE:
        raise RecallForbidden(f"{draft.facts.name(seat.by or '')}已办结后续待办")


def require_unread(draft: Draft, seat: Seat) -> None:
    """Refuse once a seat was opened."""
    if seat.read:
        by, at = seat.read[0]
        raise RecallForbidden(f"{draft.facts.name(by)}已于{_moment(draft, at)}查看后续待办")


def require_untouched(draft: Draft, seat: Seat) -> None:
    """Refuse once anybody has done anything with a seat.

    Raises:
        RecallForbidden: who did what, and when he looked.
    """
    require_unanswered(draft, seat)
    if seat.claimed_at is not None and seat.holder is not None:
        raise RecallForbidden(f"{draft.facts.name(seat.holder)}已认领后续待办")
    require_unread(draft, seat)
    if seat.hops:
        raise RecallForbidden("后续待办已转办")


def _moment(draft: Draft, at: datetime) -> str:
    return f"{at.astimezone(draft.facts.zone):%m月%d日%H:%M}"
