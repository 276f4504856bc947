"""Who may act: holders of roles by territory, unit and line of business; separation of duties (回避)."""

from collections.abc import Iterable, Sequence

from engine.case_scope import CaseScope
from engine.deciding.draft import Draft
from engine.definition import Performer, Recusal, Step
from engine.expressions import Expression, FieldRef
from engine.facts import Facts
from engine.marking import Activation, Candidate, Seat, SeatOrigin
from engine.refusals import MustRecuse, NotAllowed
from engine.sentences import basis_text
from engine.values import Kind, Value
from engine.views import ItemStatus

TERRITORY, ENTERPRISE = "村", "单位"
"""Dimensions that the head of a process gives a default for: 属地 and 对象."""

_COUNTING = frozenset((ItemStatus.OPEN, ItemStatus.WAITING, ItemStatus.SUSPENDED, ItemStatus.DONE))
"""Seats that keep their person from sitting on another seat of the same step."""


def candidates(draft: Draft, performers: Iterable[Performer], scope: CaseScope) -> tuple[Candidate, ...]:
    """Return to whom a seat of these performers is offered, seen from a place now."""
    known = draft.graph.offered.get(id(performers))
    return known or tuple([_candidate(draft, performer, scope) for performer in performers])


def _candidate(draft: Draft, performer: Performer, scope: CaseScope) -> Candidate:
    if performer.same_as is not None:
        place = (performer.same_as, draft.graph.path(draft.graph.region_of(performer.same_as), scope.key))
        record = draft.state.records.get(place)
        name = draft.graph.node(performer.same_as).name
        return Candidate(f"同“{name}”", accounts=record.by[:1] if record else (), taken=True)
    if performer.superior_of is not None:
        return _superior_of(draft, performer.superior_of, scope)
    role = draft.graph.roles.get(performer.role)
    dimension = role.per if role else None
    if performer.scope is not None:
        return Candidate(performer.role, dimension, _scope(draft.value(performer.scope, scope)))
    if role is not None and role.taken is not None:
        value = draft.value(role.taken, scope)
        if dimension is None and isinstance(value, tuple):
            return Candidate(performer.role, accounts=_accounts(value), taken=True)
        if dimension is None and _is_unit(draft, role.taken):
            return Candidate(performer.role, ENTERPRISE, _scope(value), taken=True)
        if dimension is None and isinstance(value, str):
            return Candidate(performer.role, accounts=(value,), taken=True)
        return Candidate(performer.role, dimension, _scope(value), taken=True)
    if dimension is None:
        return Candidate(performer.role)
    return Candidate(performer.role, dimension, _scope(_default_scope(draft, dimension)))


def _superior_of(draft: Draft, node: int, scope: CaseScope) -> Candidate:
    """The superior of whoever did a step; nobody while it is not done, or where none is registered."""
    record = draft.state.records.get((node, draft.graph.path(draft.graph.region_of(node), scope.key)))
    found = (draft.facts.superior(account) for account in (record.by[:1] if record else ()))
    accounts = tuple(each for each in found if each is not None)
    return Candidate(f"“{draft.graph.node(node).name}”办理人的上级", accounts=accounts, taken=True)


def _scope(value: Value) -> str | tuple[str, ...] | None:
    """Return the code or codes of units; anything else names no unit."""
    if isinstance(value, tuple):
        return tuple(str(each) for each in value)
    return None if value is None else str(value)


def _is_unit(draft: Draft, taken: Expression) -> bool:
    if not isinstance(taken, FieldRef):
        return False
    field = draft.graph.fields.get((taken.form, taken.field))
    return field is not None and field.type.kind is Kind.UNIT


def _default_scope(draft: Draft, dimension: str) -> Value:
    definition, root = draft.definition, draft.scope(0, "")
    if dimension == TERRITORY:
        return None if definition.territory is None else draft.value(definition.territory, root)
    subject = None if definition.subject is None else draft.value(definition.subject, root)
    if dimension == ENTERPRISE or not isinstance(subject, str):
        return subject
    return draft.facts.attribute(subject, dimension)


def _accounts(value: Sequence[Value]) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str))


def holders(facts: Facts, candidate: Candidate) -> tuple[str, ...]:
    """Return the accounts a seat is offered to, as far as they can be listed."""
    if candidate.taken and candidate.accounts:
        return candidate.accounts
    return facts.holders(candidate.role, candidate.dimension, candidate.scope)


def qualifies(facts: Facts, offered: Iterable[Candidate], account: str) -> bool:
    """Tell whether an account is among the people a seat is offered to."""
    for candidate in offered:  # noqa: SIM110  # asked of every act: a generator costs more than the question
        if _is_among(facts, candidate, account):
            return True
    return False


def _is_among(facts: Facts, candidate: Candidate, account: str) -> bool:
    if account in candidate.accounts:
        return True
    if candidate.taken and isinstance(candidate.scope, str) and candidate.scope in facts.units_of(account):
        return True
    if candidate.taken and candidate.accounts:
        return False
    return account in facts.holders(candidate.role, candidate.dimension, candidate.scope)


def role_names(offered: Iterable[Candidate]) -> tuple[str, ...]:
    """Return the roles of candidates for a sentence."""
    return tuple(dict.fromkeys(candidate.role for candidate in offered))


def require_performer(
    draft: Draft, performers: Sequence[Performer], scope: CaseScope, operation: str
) -> None:
    """Refuse whoever holds none of the roles; no performers: anybody.

    Raises:
        NotAllowed: the actor does not qualify.
    """
    offered = candidates(draft, performers, scope)
    if performers and not qualifies(draft.facts, offered, draft.actor):
        raise NotAllowed(operation, role_names(offered))


def require_seat(draft: Draft, activation: Activation, seat: Seat, account: str, operation: str) -> None:
    """Refuse an account that may not sit on this seat: role, other seats of the step, 回避.

    Raises:
        NotAllowed, MustRecuse: with the reason.
    """
    facts = draft.facts
    given = seat.origin is not SeatOrigin.MODEL and seat.holder is not None  # to whomever it was given
    handed = given or (bool(seat.hops) and account == seat.holder)
    fits = handed or qualifies(facts, seat.candidates, account)
    if not fits and not is_escalated_to(facts, activation, account):
        raise NotAllowed(operation, role_names(seat.candidates))
    if seat.origin is not SeatOrigin.SUPPLEMENT:
        require_separate(draft, activation, account, seat.id)


def require_separate(draft: Draft, activation: Activation, account: str, besides: int | None) -> None:
    """Refuse an account that sits on another seat of the step (but `besides`), or must stand aside.

    Raises:
        MustRecuse: with the reason.
    """
    node = draft.graph.node(activation.node)
    for other in activation.seats:
        if (
            other.id != besides
            and account in (other.holder, other.by, other.via)
            and other.status in _COUNTING
        ):
            raise MustRecuse(node.name, "同一步骤须由不同的人办理")
    if isinstance(node, Step):
        for recusal in node.recusals:
            require_no_conflict(draft, node, recusal, draft.scope(node.region, activation.key), account)


def is_escalated_to(facts: Facts, activation: Activation, account: str) -> bool:
    """Tell whether an account holds a role to which the work was escalated (督办)."""
    return any(account in facts.holders(role, None, None) for role in activation.escalated)


def require_no_conflict(draft: Draft, step: Step, recusal: Recusal, scope: CaseScope, account: str) -> None:
    """Refuse an account that must stand aside.

    Raises:
        MustRecuse: with whose part the account has.
    """
    source = basis_text(step.basis)
    if recusal.node is not None and account in _who_did(draft, recusal.node, scope):
        raise MustRecuse(step.name, f"您办理了“{draft.graph.node(recusal.node).name}”", source)
    if recusal.party is not None:
        value = draft.value(recusal.party, scope)
        for party in value if isinstance(value, tuple) else (value,):
            if party == account:
                raise MustRecuse(step.name, "您是当事人", source)
            if isinstance(party, str) and party in draft.facts.units_of(account):
                raise MustRecuse(step.name, "您属于当事单位", source)


def _who_did(draft: Draft, node: int, scope: CaseScope) -> set[str]:
    """Return who did a step, or any step of a block, in the latest round; from outside of instances in any of them."""
    graph = draft.graph
    regions = {branch.region for branch in getattr(graph.node(node), "branches", ())}
    inner = {number for region in regions for number in graph.inside[region]}
    own = graph.path(graph.region_of(node), scope.key)
    people: set[str] = set()
    for (number, key), record in draft.state.records.items():
        here = number == node and (not own or key == own or key.startswith(f"{own}/"))
        if here or number in inner:
            people.update(record.by)
    return people
