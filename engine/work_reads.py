"""Lists of work: which items a person has, may take or watches, as statements.

A list is a union of branches. Each branch is one range of one index, in the order of the page (due, case, number): no OR,
nothing sorted that is not shown. Statements depend only on the shape of a list (how many branches of which kind), so that
each is built and compiled once; names and moments are parameters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    func,
    literal,
    select,
    tuple_,
    union,
)

from engine.offers import BARRED, SUPERVISING
from engine.reads import ITEM_COLUMNS, Rows
from engine.schema import case_row, draft, item, notice, offer
from engine.visibility import StandIn, Viewer, may_stand_in


class Kind(StrEnum):
    """How items come into a list."""

    HELD = "held"
    OFFERED = "offered"
    WATCHED = "watched"


@dataclass(frozen=True, slots=True)
class Branch:
    """One range of an index; `grant`: only work that a written authority covers (代理)."""

    kind: Kind
    grant: StandIn | None = None


@dataclass(frozen=True, slots=True)
class WorkList:
    """The branches of a list, and the values of their parameters."""

    branches: tuple[Branch, ...]
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Source:
    branch: Branch
    name: str  # who holds it, or under which name it is offered
    account: str = ""  # to whom it must not be barred


def _listed(*sources: _Source) -> WorkList:
    values = {f"name_{place}": each.name for place, each in enumerate(sources)}
    values |= {
        f"barred_{place}": f"{BARRED}{each.account}" for place, each in enumerate(sources) if each.account
    }
    return WorkList(tuple(each.branch for each in sources), values)


def todo(who: Viewer) -> WorkList:
    """Items that are the person's: held, or his alone to take; and those held by whom he stands in for."""
    others = (_Source(Branch(Kind.HELD, each), each.account) for each in who.stands_in)
    return _listed(*_own(who), *others)


def claim(who: Viewer) -> WorkList:
    """Items that the person may take."""
    return _listed(*_pools(who))


def overdue(who: Viewer) -> WorkList:
    """Items of both kinds; only the late ones are asked for."""
    others = (_Source(Branch(Kind.HELD, each), each.account) for each in who.stands_in)
    return _listed(*_own(who), *others, *_pools(who))


def watch(who: Viewer) -> WorkList:
    """Items that were escalated to a role of the person, whoever holds them."""
    watching = (name for name in who.principals if name.startswith(SUPERVISING))
    return _listed(*(_Source(Branch(Kind.WATCHED), name) for name in watching))


def _own(who: Viewer) -> tuple[_Source, _Source]:
    held = _Source(Branch(Kind.HELD), who.account)
    return held, _Source(Branch(Kind.OFFERED), f"s:{who.account}", who.account)


def _pools(who: Viewer) -> list[_Source]:
    found = [_Source(Branch(Kind.OFFERED), name, who.account) for name in _taking(who.principals)]
    for each in who.stands_in:
        names = _taking(each.principals)
        found += [_Source(Branch(Kind.OFFERED, each), name, each.account) for name in names]
    return found


def _taking(principals: Sequence[str]) -> list[str]:
    return [name for name in principals if not name.startswith(SUPERVISING)]


# ---- branches


def _named(name: str) -> Any:
    return bindparam(name, required=False)


_TENANT, _LIMIT, _LATE = _named("tenant"), _named("limit"), _named("late")
_BEHIND = tuple_(_named("due"), _named("case"), _named("n"))


def _branch(place: int, branch: Branch, *, behind: bool = False, late: bool = False) -> Select[Any]:
    """Return keys of items of a branch: (case, n, due)."""
    found = _held(place, branch) if branch.kind is Kind.HELD else _offered(place, branch)
    key = _order(branch)
    if late:
        found = found.where(key[0] < _LATE)
    if behind:
        found = found.where(tuple_(*key) > _BEHIND)
    return found


def _order(branch: Branch) -> tuple[Any, Any, Any]:
    """Return the columns by which a page of a branch is sorted; an index has them in this order."""
    table = item if branch.kind is Kind.HELD else offer
    return table.c.due, table.c.case, table.c.n


def _held(place: int, branch: Branch) -> Select[Any]:
    found = select(item.c.case, item.c.n, item.c.due).where(
        item.c.tenant == _TENANT,
        item.c.holder == _named(f"name_{place}"),
        item.c.status == "open",
        item.c.closed.is_(None),  # the index holds nothing else
    )
    return found if branch.grant is None else found.where(may_stand_in(branch.grant))


def _offered(place: int, branch: Branch) -> Select[Any]:
    found = select(offer.c.case, offer.c.n, offer.c.due).where(
        offer.c.tenant == _TENANT, offer.c.principal == _named(f"name_{place}")
    )
    if branch.kind is Kind.OFFERED:
        found = found.where(_unbarred(place))
    if branch.grant is None and branch.kind is Kind.OFFERED:
        return found
    found = found.join(item, _same_item(offer)).where(item.c.status == "open")
    return found if branch.grant is None else found.where(may_stand_in(branch.grant))


def _unbarred(place: int) -> ColumnElement[bool]:
    """The person sits in no other seat of the step; where he does is read once, not looked up for every offer."""
    barred = offer.alias()
    seated = select(barred.c.case, barred.c.n).where(
        barred.c.tenant == _TENANT, barred.c.principal == _named(f"barred_{place}")
    )
    return tuple_(offer.c.case, offer.c.n).not_in(seated)


def _same_item(keys: Any) -> ColumnElement[bool]:
    return and_(item.c.tenant == _TENANT, item.c.case == keys.c.case, item.c.n == keys.c.n)


# ---- statements


@cache
def page(branches: tuple[Branch, ...], *, behind: bool, late: bool) -> Executable:
    """Return the first items of a list (`limit`), or those behind a key (`due`, `case`, `n`); `late`: due before it."""
    found = [
        select(
            _branch(place, each, behind=behind, late=late).order_by(*_order(each)).limit(_LIMIT).subquery()
        )
        for place, each in enumerate(branches)
    ]
    keys = union(*found).order_by("due", "case", "n").limit(_LIMIT).subquery("chosen")
    return _shown(keys)


def filtered(branches: tuple[Branch, ...], *conditions: ColumnElement[bool]) -> Rows:
    """Return all items of a list that meet conditions on `item` and `case_row`."""
    found = [_branch(place, each) for place, each in enumerate(branches)]
    return _shown(union(*found).subquery("chosen")).where(*conditions)


def after_item(due: str, case: int, n: int) -> ColumnElement[bool]:
    """Behind this item in the order of the page."""
    key = tuple_(literal(due), literal(case), literal(n))
    return tuple_(item.c.due, item.c.case, item.c.n) > key


def _shown(keys: Any) -> Rows:
    return (
        select(*ITEM_COLUMNS)
        .select_from(keys)
        .join(item, _same_item(keys))
        .join(case_row, and_(case_row.c.tenant == _TENANT, case_row.c.id == keys.c.case))
        .where(item.c.status == "open")
        .order_by(item.c.due, item.c.case, item.c.n)
    )


@cache
def count(branches: tuple[Branch, ...], *, late: bool) -> Executable:
    """Return the statement that counts a list, up to `limit`."""
    return select(_counted(branches, 0, late=late))


def _counted(branches: tuple[Branch, ...], first: int, *, late: bool = False) -> ScalarSelect[Any]:
    """Count a list up to `limit`: which of a branch's items are met first makes no difference to the number."""
    if not branches:
        return select(literal(0)).scalar_subquery()
    found = []
    for place, each in enumerate(branches, start=first):
        branch = _branch(place, each, late=late)
        _, case, n = _order(each)
        found.append(select(branch.with_only_columns(case, n).limit(_LIMIT).subquery()))
    keys = union(*found).limit(_LIMIT).subquery()
    return select(func.count()).select_from(keys).scalar_subquery()


def _some(*conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    rows = select(literal(1).label("one")).where(*conditions).limit(_LIMIT).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Counted:
    """The lists of one person that are counted together."""

    todo: WorkList
    claim: WorkList
    overdue: WorkList
    watch: WorkList

    def values(self) -> dict[str, str]:
        """Return the values of all parameters, numbered through."""
        found: dict[str, str] = {}
        first = 0
        for each in (self.todo, self.claim, self.overdue, self.watch):
            for name, value in each.values.items():
                word, _, place = name.rpartition("_")
                found[f"{word}_{first + int(place)}"] = value
            first += len(each.branches)
        return found

    def shape(self) -> tuple[tuple[Branch, ...], ...]:
        """Return what the statement depends on."""
        return self.todo.branches, self.claim.branches, self.overdue.branches, self.watch.branches


@cache
def counts(shape: tuple[tuple[Branch, ...], ...]) -> Executable:
    """Return the statement for all numbers on the tabs, each up to `limit`, in the order of `views.Counts`."""
    todo, claim, overdue, watch = shape
    first = len(todo) + len(claim)
    account = _named("account")
    return select(
        _counted(todo, 0),
        _counted(claim, len(todo)),
        _counted(overdue, first, late=True),
        _some(
            item.c.tenant == _TENANT,
            item.c.closed_by == account,
            item.c.status == "done",
            item.c.closed.is_not(None),
        ),
        _some(case_row.c.tenant == _TENANT, case_row.c.starter == account),
        _some(
            notice.c.tenant == _TENANT,
            notice.c.account == account,
            notice.c.kind == "抄送",
            notice.c.read.is_(None),
        ),
        _some(draft.c.tenant == _TENANT, draft.c.account == account),
        _counted(watch, first + len(overdue)),
    )
