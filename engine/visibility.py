"""知悉范围: who may open which case, and who sees confidential fields.

Everybody of the town sees cases that are not restricted; people of enterprises and outside authorities see those that
are about their unit. A restricted case (知悉) is seen by the roles named and by those who take part: not by the unit it
is about, which must not know of an inspection before it arrives. Auditors and administrators see every case, and leave
a trace in the audit log when it is none of theirs.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, true

from engine import statements
from engine.commands import SYSTEM
from engine.definition import Definition, Field, Secrecy
from engine.directory import Directory
from engine.grants import Grant
from engine.schema import case_row, item, notice, offer
from engine.store import Session
from engine.town import Town

_INSIDE = frozenset(("镇", "站所"))
"""Kinds of units whose people see every case that is not restricted; others see what lies on their ground."""
MASK = "（保密，不在您的知悉范围）"
"""Stands for a value that the person may not see."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody for whom a person stands in today (代理): under which names work is offered to him, and for which work."""

    account: str
    principals: tuple[str, ...]
    processes: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person who looks, with what he holds today."""

    account: str
    roles: frozenset[str]
    principals: tuple[str, ...]
    units: frozenset[str]
    grounds: frozenset[str]  # his units, and the villages and enterprises his posts are for
    inside: bool
    oversees: bool  # auditor, administrator, or who runs the machine
    stands_in: tuple[StandIn, ...] = ()

    def sees(self, field: Field) -> bool:
        """Tell whether a field is shown to the person at all."""
        if field.secrecy is not Secrecy.CONFIDENTIAL:
            return True
        return bool(self.roles.intersection(field.visible_to))


def viewer(directory: Directory, account: str, day: date) -> Viewer:
    """Return what an account may see by its posts today."""
    units = directory.units_of(account)
    kinds = {directory.units[code].kind for code in units if code in directory.units}
    return Viewer(
        account,
        frozenset(directory.roles_of(account, day)),
        directory.principals(account, day),
        frozenset(units),
        frozenset(units) | directory.scopes_of(account, day),
        inside=bool(kinds & _INSIDE),
        oversees=account == SYSTEM or directory.is_auditor(account) or directory.is_administrator(account),
        stands_in=tuple(_stand_in(directory, grant, day) for grant in directory.grants_to(account, day)),
    )


def _stand_in(directory: Directory, grant: Grant, day: date) -> StandIn:
    names = directory.principals(grant.principal, day)
    return StandIn(grant.principal, (f"s:{grant.principal}", *names), grant.processes, grant.roles)


def may_stand_in(stand_in: StandIn) -> ColumnElement[bool]:
    """Condition on `item`: the grant covers its process and one of its roles."""
    conditions: list[ColumnElement[bool]] = []
    if stand_in.processes:
        conditions.append(item.c.process.in_(stand_in.processes))
    if stand_in.roles:
        roles = "或" + item.c.role + "或"
        conditions.append(or_(*(roles.contains(f"或{role}或", autoescape=True) for role in stand_in.roles)))
    return and_(true(), *conditions)


def takes_part(who: Viewer) -> ColumnElement[bool]:
    """Condition on `case_row`: the person started it, works or worked on it, or was sent it to read."""
    same_item = and_(item.c.tenant == case_row.c.tenant, item.c.case == case_row.c.id)
    same_offer = and_(offer.c.tenant == item.c.tenant, offer.c.case == item.c.case, offer.c.n == item.c.n)
    for_others = (
        exists().where(
            same_item,
            item.c.closed.is_(None),
            may_stand_in(each),
            or_(
                item.c.holder == each.account,
                exists().where(same_offer, offer.c.principal.in_(each.principals)),
            ),
        )
        for each in who.stands_in
    )
    return or_(
        *for_others,
        case_row.c.starter == who.account,
        exists().where(same_item, or_(item.c.holder == who.account, item.c.closed_by == who.account)),
        exists().where(
            offer.c.tenant == case_row.c.tenant,
            offer.c.case == case_row.c.id,
            offer.c.principal.in_((f"s:{who.account}", *who.principals)),
        ),
        exists().where(
            notice.c.tenant == case_row.c.tenant,
            notice.c.case == case_row.c.id,
            notice.c.account == who.account,
            notice.c.kind.in_(("抄送", "沟通")),
        ),
    )


def visible(town: Town, who: Viewer) -> ColumnElement[bool]:
    """Condition on `case_row`: the person may open it."""
    if who.oversees:
        return true()
    closed = restricted_digests(town, who)
    is_open = case_row.c.digest.not_in(closed) if closed else true()
    own = or_(case_row.c.subject.in_(who.units), case_row.c.territory.in_(who.grounds))
    return or_(takes_part(who), is_open if who.inside else and_(own, is_open))


def restricted_digests(town: Town, who: Viewer) -> list[str]:
    """Return the versions whose cases are restricted to roles that the person does not hold."""
    return [
        version.digest
        for versions in town.loaded.versions.values()
        for version in versions
        if is_restricted(town.definition(version.digest), who)
    ]


def is_restricted(definition: Definition, who: Viewer) -> bool:
    """Tell whether a person needs to take part in a case of this definition to open it."""
    return bool(definition.restricted_to) and not who.roles.intersection(definition.restricted_to)


def may_open(session: Session, town: Town, who: Viewer, case: int) -> tuple[bool, bool]:
    """Tell whether a person may open a case, and whether he has a part in it."""
    part = bool(session.ask(statements.case_where(takes_part(who)), id=case))
    if part or who.oversees:
        return True, part
    return bool(session.ask(statements.case_where(visible(town, who)), id=case)), part
