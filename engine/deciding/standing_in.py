"""代理 by grant, resolved when somebody acts: for whom, and whether he may on this seat."""

from engine.commands import SYSTEM
from engine.deciding.authority import qualifies, require_separate, role_names
from engine.deciding.draft import Draft
from engine.errors import Refusal
from engine.evolve_seats import find_activation, find_seat
from engine.marking import Seat
from engine.refusals import MustRecuse, NotStandingIn


def principal_for(draft: Draft, item: int) -> str | None:
    """Return for whom the actor would work on an item that is not his own: its holder, else who may take it."""
    seat = find_seat(draft.state, item)
    by = draft.act.by
    if seat is None or by == seat.holder:
        return None
    if seat.holder is None and qualifies(draft.facts, seat.candidates, by):
        return None
    for principal in draft.facts.principals(by):
        fits = (
            principal == seat.holder
            if seat.holder is not None
            else qualifies(draft.facts, seat.candidates, principal)
        )
        if fits and _is_granted(draft, principal, seat):
            return principal
    return None


def require_standing_in(draft: Draft, item: int | None) -> None:
    """Refuse who says he acts for somebody without a grant, or who may not sit on the seat himself.

    Raises:
        NotStandingIn, MustRecuse
    """
    act = draft.act
    if act.acting_for in (None, act.by) or act.by == SYSTEM:
        return
    seat = None if item is None else find_seat(draft.state, item)
    if not _is_granted(draft, draft.actor, seat):
        raise NotStandingIn(draft.facts.name(draft.actor))
    activation = None if item is None else find_activation(draft.state, item)
    if activation is not None:
        require_separate(draft, activation, act.by, besides=item)


def stands_in(draft: Draft, item: int) -> bool:
    """Tell whether who says he acts for somebody may; true of who acts in his own name."""
    try:
        require_standing_in(draft, item)
    except Refusal:
        return False
    return True


def _is_granted(draft: Draft, principal: str, seat: Seat | None) -> bool:
    roles = () if seat is None else role_names(seat.candidates)
    return draft.act.by in draft.facts.deputies(principal, draft.definition.name, roles)


def free_deputy(draft: Draft, item: int, principal: str) -> tuple[str | None, Refusal | None]:
    """Return a deputy of a person who may sit on a seat, or why none of his deputies may; neither when he has none."""
    activation = find_activation(draft.state, item)
    seat = find_seat(draft.state, item)
    if activation is None or seat is None:
        return None, None
    refusal: Refusal | None = None
    for deputy in draft.facts.deputies(principal, draft.definition.name, role_names(seat.candidates)):
        try:
            require_separate(draft, activation, deputy, besides=item)
        except MustRecuse as found:
            refusal = found
        else:
            return deputy, None
    return None, refusal
