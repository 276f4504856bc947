"""Statements about what was owed: rows of a person, unit or period, and counts of how they stand."""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
)

from engine.duty_rows import DISPROVED, Standing
from engine.schema import case_row, duty_item
from engine.statements import DUTY_COLUMNS


def _named(name: str) -> BindParameter[Any]:
    return bindparam(name, required=False)


_NOW = _named("now")
_OWED = duty_item.c.excuse.is_(None)
_FALLEN = and_(_OWED, duty_item.c.due <= _NOW)
_FALSE = func.coalesce(duty_item.c.verdict, "") == DISPROVED
_IN_TIME = duty_item.c.done <= duty_item.c.due

STANDINGS: dict[Standing, ColumnElement[bool]] = {
    Standing.EXEMPT: duty_item.c.excuse.is_not(None),
    Standing.DISPROVED: and_(_OWED, _FALSE),
    Standing.DONE: and_(_OWED, _IN_TIME, ~_FALSE),
    Standing.LATE: and_(_OWED, duty_item.c.done > duty_item.c.due, ~_FALSE),
    Standing.MISSED: and_(_FALLEN, duty_item.c.done.is_(None)),
    Standing.PENDING: and_(_OWED, duty_item.c.due > _NOW, duty_item.c.done.is_(None)),
}
"""How a row stands, as `DutyItem.standing` says it."""


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _seen(visible: ColumnElement[bool]) -> Select[Any]:
    join = and_(case_row.c.tenant == duty_item.c.tenant, case_row.c.id == duty_item.c.case)
    return (
        select()
        .select_from(duty_item.join(case_row, join))
        .where(duty_item.c.tenant == _named("tenant"), visible)
    )


def rows(visible: ColumnElement[bool], *conditions: ColumnElement[bool]) -> Select[Any]:
    """What was owed, the latest period first: `DUTY_COLUMNS`, case number, digest."""
    return (
        _seen(visible)
        .with_only_columns(
            *(duty_item.c[name] for name in DUTY_COLUMNS), case_row.c.number, case_row.c.digest
        )
        .where(*conditions)
        .order_by(duty_item.c.last.desc(), duty_item.c.case.desc())
    )


def figures(visible: ColumnElement[bool], *conditions: ColumnElement[bool]) -> Select[Any]:
    """Counts by duty, holder and scope: fallen due, of these done in time; then each standing in order."""
    return (
        _seen(visible)
        .with_only_columns(
            duty_item.c.duty,
            duty_item.c.holder,
            duty_item.c.scope,
            _count(_FALLEN),
            _count(and_(_FALLEN, _IN_TIME, ~_FALSE)),
            *(_count(condition) for condition in STANDINGS.values()),
        )
        .where(*conditions)
        .group_by(duty_item.c.duty, duty_item.c.holder, duty_item.c.scope)
        .order_by(duty_item.c.duty, duty_item.c.holder, duty_item.c.scope)
    )


def not_owed() -> ColumnElement[bool]:
    """Condition on `case_row`: it is no occurrence of a recurring duty."""
    return ~exists().where(duty_item.c.tenant == case_row.c.tenant, duty_item.c.case == case_row.c.id)


def of_duty(name: str) -> ColumnElement[bool]:
    """Of one duty."""
    return duty_item.c.duty == name


def of_person(account: str) -> ColumnElement[bool]:
    """Owed by a person."""
    return duty_item.c.holder == account


def of_unit(code: str, members: tuple[str, ...]) -> ColumnElement[bool]:
    """Owed for a village or enterprise, or by the people of a unit."""
    return or_(duty_item.c.scope == code, and_(duty_item.c.scope == "", duty_item.c.holder.in_(members)))


def ending(first: str, last: str) -> ColumnElement[bool]:
    """Of periods that end between two days, both included."""
    return and_(duty_item.c.last >= first, duty_item.c.last <= last)  # BETWEEN and COLLATE do not mix


def after_row(last: str, case: int) -> ColumnElement[bool]:
    """Behind a row in the order of `rows`."""
    return tuple_(duty_item.c.last, duty_item.c.case) < tuple_(last, case)
