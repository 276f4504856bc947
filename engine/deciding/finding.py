"""From an item number to the seat, and what must hold before anybody works on it."""

from collections.abc import Iterator

from engine.case_scope import CaseScope, status_text
from engine.deciding.draft import Draft
from engine.definition import Check, Step
from engine.evolve_seats import find_work
from engine.marking import Activation, Request, Seat
from engine.record import Struct
from engine.refusals import (
    AlreadyClaimed,
    CaseNotOpen,
    ConditionNotMet,
    NotAllowed,
    ReasonMissing,
    TaskClosed,
)
from engine.sentences import basis_text
from engine.state import CaseState
from engine.views import CaseStatus, ItemStatus


class Work(Struct):
    """An open seat of a step."""

    activation: Activation
    seat: Seat
    step: Step


def require_open(state: CaseState) -> None:
    """Refuse work on a case that is closed or suspended."""
    if state.status is not CaseStatus.OPEN:
        raise CaseNotOpen(status_text(state.status))


def require_reason(draft: Draft, operation: str) -> None:
    """Refuse an operation that is given no reason."""
    if not draft.act.reason.strip():
        raise ReasonMissing(operation)


def open_work(draft: Draft, item: int) -> Work:
    """Return the open seat of a step with this item number.

    Raises:
        CaseNotOpen, TaskClosed: it cannot be worked on.
    """
    require_open(draft.state)
    found = find_work(draft.state, item)
    if found is None or found[0].token not in draft.state.tokens:
        raise TaskClosed(item)
    activation, seat = found
    if seat.status is not ItemStatus.OPEN or activation.locked:
        if seat.status is not ItemStatus.WAITING and not activation.locked:
            raise TaskClosed(item)
        node = draft.graph.node(activation.node)
        raise ConditionNotMet(node.name, ("须等其他人或其他步骤先办",))
    step = draft.graph.node(activation.node)
    assert isinstance(step, Step), step
    return Work(activation, seat, step)


def open_request(draft: Draft, item: int) -> Request | None:
    """Return the application for an extension that this item decides."""
    return draft.state.requests.get(item)


def require_holder(draft: Draft, work: Work, operation: str) -> None:
    """Refuse whoever does not hold the item."""
    holder = work.seat.holder
    if holder is None:
        raise NotAllowed(operation, ("认领该待办的人",))
    if holder != draft.actor:
        raise AlreadyClaimed(work.seat.id, draft.facts.name(holder), draft.local(work.seat.claimed_at))


def require_conditions(draft: Draft, work: Work) -> None:
    """Refuse to begin while a 前提 does not hold."""
    scope = draft.scope(work.step.region, work.activation.key)
    require_all(draft, work, work.step.requires, scope, "办理前提未满足")


def require_all(draft: Draft, work: Work, checks: tuple[Check, ...], scope: CaseScope, unsaid: str) -> None:
    """Refuse with the sentence of every check that does not hold; `unsaid` stands for those without one."""
    failing = [check.message or unsaid for check in checks if not draft.holds(check.condition, scope)]
    if failing:
        raise ConditionNotMet(work.step.name, tuple(dict.fromkeys(failing)), basis_text(work.step.basis))


def require_participant(draft: Draft, operation: str) -> None:
    """Refuse whoever has no part in the case."""
    if not takes_part(draft):
        raise NotAllowed(operation, ("发起人", "经办人"))


def takes_part(draft: Draft) -> bool:
    """Tell whether the actor has a part in the case.

    He started it, did or holds work, filled a form (by which a handler may begin), issued a paper, or administers.
    """
    return draft.actor in _participants(draft.state) or draft.facts.is_administrator(draft.actor)


def _participants(state: CaseState) -> Iterator[str | None]:
    yield state.started_by
    yield from (seat.holder for each in state.activations.values() for seat in each.seats)
    yield from (account for record in state.records.values() for account in record.by)
    yield from (submission.by for submission in state.forms.values())
    yield from (paper.issued_by for paper in state.papers.values())
