"""Statements that lists are made of: the inbox tabs, cases, notices. All pages go on behind a key, never by offset."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from engine.schema import case_row, document, draft, history, item, notice
from engine.statements import DOCUMENT_COLUMNS
from engine.visibility import Viewer

Rows: TypeAlias = Select[Any]
"""`Any` because the columns are those of `ITEM_COLUMNS`; `engine.item_views` names them."""

ITEM_COLUMNS = (
    item.c.case,
    item.c.n,
    item.c.step,
    item.c.process,
    item.c.role,
    item.c.part,
    item.c.holder,
    item.c.status,
    item.c.round,
    item.c.due,
    item.c.note,
    item.c.escalated,
    item.c.revision,
    item.c.created,
    item.c.brought_by,
    item.c.closed,
    item.c.closed_by,
    case_row.c.number,
    case_row.c.title,
    case_row.c.summary,
    case_row.c.digest,
    case_row.c.revision.label("case_revision"),
    case_row.c.state,
    case_row.c.subject,
    case_row.c.grade,
)
CASE_COLUMNS = (
    case_row.c.id,
    case_row.c.number,
    case_row.c.process,
    case_row.c.digest,
    case_row.c.revision,
    case_row.c.state,
    case_row.c.title,
    case_row.c.summary,
    case_row.c.status,
    case_row.c.steps,
    case_row.c.started,
    case_row.c.starter,
    case_row.c.closed,
    case_row.c.subject,
    case_row.c.grade,
)


def _named(name: str) -> BindParameter[Any]:
    return bindparam(name, required=False)


_TENANT = _named("tenant")


def _of_item() -> ColumnElement[bool]:
    return and_(item.c.tenant == case_row.c.tenant, item.c.case == case_row.c.id)


def done(who: Viewer, *conditions: ColumnElement[bool]) -> Rows:
    """Items that the person closed by an answer, the latest first."""
    return (
        select(*ITEM_COLUMNS)
        .join(case_row, _of_item())
        .where(
            item.c.tenant == _TENANT,
            item.c.closed_by == who.account,
            item.c.status == "done",
            item.c.closed.is_not(None),  # the index holds nothing else
            *conditions,
        )
        .order_by(item.c.closed.desc(), item.c.case.desc(), item.c.n.desc())
    )


def after_done(closed: str, case: int, n: int) -> ColumnElement[bool]:
    """Behind this item in the order of `done`."""
    return tuple_(item.c.closed, item.c.case, item.c.n) < tuple_(literal(closed), literal(case), literal(n))


def drafts(who: Viewer, *conditions: ColumnElement[bool]) -> Rows:
    """Items on which the person has a draft, the latest first."""
    return (
        select(*ITEM_COLUMNS, draft.c.at)
        .select_from(draft)
        .join(item, and_(item.c.tenant == draft.c.tenant, item.c.case == draft.c.case, item.c.n == draft.c.n))
        .join(case_row, _of_item())
        .where(draft.c.tenant == _TENANT, draft.c.account == who.account, *conditions)
        .order_by(draft.c.at.desc(), draft.c.case.desc(), draft.c.n.desc())
    )


def after_draft(at: str, case: int, n: int) -> ColumnElement[bool]:
    """Behind this draft."""
    return tuple_(draft.c.at, draft.c.case, draft.c.n) < tuple_(literal(at), literal(case), literal(n))


def one_item() -> Rows:
    """An item by case and number."""
    return (
        select(*ITEM_COLUMNS)
        .join(case_row, _of_item())
        .where(item.c.tenant == _TENANT, item.c.case == _named("case"), item.c.n == _named("n"))
    )


def items_of(keys: Sequence[tuple[int, int]], condition: ColumnElement[bool]) -> Rows:
    """Items by case and number, of cases that meet a condition."""
    wanted = tuple_(item.c.case, item.c.n).in_(keys)
    return (
        select(*ITEM_COLUMNS)
        .join(case_row, _of_item())
        .where(item.c.tenant == _TENANT, wanted, condition)
        .order_by(item.c.case, item.c.n)
    )


def numbers_of(cases: Sequence[int], condition: ColumnElement[bool]) -> Rows:
    """Ids and numbers of cases that meet a condition."""
    return select(case_row.c.id, case_row.c.number).where(
        case_row.c.tenant == _TENANT, case_row.c.id.in_(cases), condition
    )


def open_items_of_case() -> Rows:
    """The items of a case that are not closed, in the order they were made."""
    return (
        select(*ITEM_COLUMNS)
        .join(case_row, _of_item())
        .where(item.c.tenant == _TENANT, item.c.case == _named("case"), item.c.closed.is_(None))
        .order_by(item.c.n)
    )


def copies(who: Viewer, *conditions: ColumnElement[bool]) -> Rows:
    """What was copied to the person (抄送), the latest first."""
    return (
        select(
            *CASE_COLUMNS,
            notice.c.id.label("notice"),
            notice.c.text,
            notice.c.sent,
            notice.c.read,
            notice.c.n,
        )
        .select_from(notice)
        .join(case_row, and_(case_row.c.tenant == notice.c.tenant, case_row.c.id == notice.c.case))
        .where(
            notice.c.tenant == _TENANT, notice.c.account == who.account, notice.c.kind == "抄送", *conditions
        )
        .order_by(notice.c.id.desc())
    )


def is_unread() -> ColumnElement[bool]:
    """Not read yet."""
    return notice.c.read.is_(None)


def before_notice(identity: int) -> ColumnElement[bool]:
    """Notices older than this one."""
    return notice.c.id < identity


def notices() -> Rows:
    """Messages to a person, the latest first."""
    return (
        select(
            notice.c.id,
            notice.c.kind,
            notice.c.case,
            notice.c.n,
            notice.c.text,
            notice.c.sent,
            notice.c.read,
            case_row.c.number,
        )
        .join(case_row, and_(case_row.c.tenant == notice.c.tenant, case_row.c.id == notice.c.case))
        .where(notice.c.tenant == _TENANT, notice.c.account == _named("account"))
        .order_by(notice.c.id.desc())
        .limit(_named("limit"))
    )


def cases(*conditions: ColumnElement[bool]) -> Rows:
    """Cases, the latest first."""
    return (
        select(*CASE_COLUMNS).where(case_row.c.tenant == _TENANT, *conditions).order_by(case_row.c.id.desc())
    )


def before_case(identity: int) -> ColumnElement[bool]:
    """Cases older than this one."""
    return case_row.c.id < identity


def started_by(account: str) -> ColumnElement[bool]:
    """Cases that a person started."""
    return case_row.c.starter == account


def count(rows: Rows, most: int) -> Rows:
    """Count rows, at most that many."""
    return select(func.count()).select_from(
        rows.with_only_columns(literal(1)).order_by(None).limit(most).subquery()
    )


open_by_process = (
    select(case_row.c.process, func.count())
    .where(case_row.c.tenant == _TENANT, case_row.c.status.in_(("open", "suspended")))
    .group_by(case_row.c.process)
)
"""How many cases of each process are open."""


def register_cases(process: str, *conditions: ColumnElement[bool]) -> Rows:
    """Cases of a process behind a key, the oldest first: what tells whether their rows are still known."""
    return (
        select(case_row.c.id, case_row.c.digest, case_row.c.number, case_row.c.revision)
        .where(case_row.c.tenant == _TENANT, case_row.c.process == process, case_row.c.id > _named("after"))
        .where(*conditions)
        .order_by(case_row.c.id)
    )


def states_of(cases: Sequence[int]) -> Rows:
    """States of some cases."""
    return select(case_row.c.id, case_row.c.revision, case_row.c.state).where(
        case_row.c.tenant == _TENANT, case_row.c.id.in_(cases)
    )


def revisions_by(cases: Sequence[int]) -> Rows:
    """The last revision of some cases by a moment."""
    return (
        select(history.c.case, func.max(history.c.revision))
        .where(history.c.tenant == _TENANT, history.c.case.in_(cases), history.c.at <= _named("at"))
        .group_by(history.c.case)
    )


def groups_of(keys: Sequence[tuple[int, int]]) -> Rows:
    """Groups of events by case and revision."""
    return select(history.c.case, history.c.revision, history.c.body, history.c.private).where(
        history.c.tenant == _TENANT, tuple_(history.c.case, history.c.revision).in_(keys)
    )


def started_by_then(moment: str) -> ColumnElement[bool]:
    """Cases that existed at a moment."""
    return case_row.c.started <= moment


def case_detail() -> Rows:
    """A case by id."""
    return select(*CASE_COLUMNS).where(case_row.c.tenant == _TENANT, case_row.c.id == _named("id"))


def open_details() -> Rows:
    """Open cases after an id, the oldest first."""
    return (
        select(*CASE_COLUMNS)
        .where(
            case_row.c.tenant == _TENANT,
            case_row.c.status.in_(("open", "suspended")),
            case_row.c.id > _named("after"),
        )
        .order_by(case_row.c.id)
        .limit(_named("limit"))
    )


def last_change() -> Rows:
    """Who wrote the latest group of a case."""
    return (
        select(history.c.actor, history.c.at, history.c.body)
        .where(history.c.tenant == _TENANT, history.c.case == _named("case"))
        .order_by(history.c.revision.desc())
        .limit(1)
    )


# ---- filters


def process_is(name: str) -> ColumnElement[bool]:
    """Filter 流程."""
    return case_row.c.process == name


def version_is(digest: str) -> ColumnElement[bool]:
    """Filter 版本: the beginning of the digest of the definition."""
    return case_row.c.digest.startswith(digest, autoescape=True)


def step_is(name: str) -> ColumnElement[bool]:
    """Filter 步骤 of items."""
    return item.c.step == name


def stands_at(name: str) -> ColumnElement[bool]:
    """Filter 步骤 of cases."""
    return ("、" + case_row.c.steps + "、").contains(f"、{name}、", autoescape=True)


def village_is(code: str) -> ColumnElement[bool]:
    """Filter 村(社区)."""
    return case_row.c.territory == code


def unit_is(text: str) -> ColumnElement[bool]:
    """Filter 单位: its code, or a part of its name as the case was filed."""
    return or_(case_row.c.subject == text, case_row.c.search.contains(text, autoescape=True))


def grade_is(grade: str) -> ColumnElement[bool]:
    """Filter 等级."""
    return case_row.c.grade == grade


def status_is(status: str) -> ColumnElement[bool]:
    """Filter 状态."""
    return case_row.c.status == status


def matches(text: str) -> ColumnElement[bool]:
    """Search: every word occurs in number, title, facts or unit names."""
    words = text.split()
    return and_(*(case_row.c.search.contains(word, autoescape=True) for word in words)) if words else false()


def due_before(moment: str) -> ColumnElement[bool]:
    """Filter 到期."""
    return item.c.due < moment


# ---- documents

_DOCUMENT = tuple(document.c[name] for name in DOCUMENT_COLUMNS)


def documents(*conditions: ColumnElement[bool]) -> Rows:
    """Issued documents with their cases, the latest first."""
    return (
        select(*_DOCUMENT, document.c.case, case_row.c.number, case_row.c.process)
        .join(case_row, and_(case_row.c.tenant == document.c.tenant, case_row.c.id == document.c.case))
        .where(document.c.tenant == _TENANT, *conditions)
        .order_by(document.c.issued.desc(), document.c.case.desc(), document.c.n.desc())
    )


def before_document(issued: str, case: int, n: int) -> ColumnElement[bool]:
    """Documents behind this one in that order."""
    return tuple_(document.c.issued, document.c.case, document.c.n) < tuple_(
        literal(issued), literal(case), literal(n)
    )


def issued_between(first: str, until: str) -> ColumnElement[bool]:
    """Documents issued from one moment up to another."""
    return and_(document.c.issued >= first, document.c.issued < until)


def document_is(name: str) -> ColumnElement[bool]:
    """Documents of a name."""
    return document.c.name == name


def document_stands(status: str) -> ColumnElement[bool]:
    """Documents of a status."""
    return document.c.status == status


def document_matches(text: str) -> ColumnElement[bool]:
    """Documents with a text in number, title, name or the number of their case."""
    columns = document.c.number, document.c.title, document.c.name, case_row.c.number
    return or_(*(column.contains(text, autoescape=True) for column in columns))


def issued_numbers(pattern: str, year: int) -> Rows:
    """Numbers that were given in a series and year."""
    before, _, behind = pattern.replace("{年}", str(year)).partition("{序号}")
    return select(document.c.number).where(
        document.c.tenant == _TENANT,
        document.c.number.startswith(before, autoescape=True),
        document.c.number.endswith(behind, autoescape=True),
    )
