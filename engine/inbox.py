"""The inbox: tabs, true counts, filters, pages; and the list of cases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import MappingProxyType

from sqlalchemy import ColumnElement

from engine import duty_reads, reads, work_reads
from engine.deadlines import end_of_day
from engine.edge_refusals import UnknownOperation
from engine.item_views import Shower
from engine.moments import write_moment
from engine.paging import Found, read_cursor, read_key
from engine.store import Session
from engine.town import Town
from engine.views import CaseRow, Counts, Item, Page
from engine.visibility import Viewer, viewer, visible
from engine.work_reads import Counted, WorkList

MOST_COUNTED = 1000
"""Counts are exact up to 999; one more stands for 999+."""
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Inbox:
    """The lists of one person."""

    town: Town

    def page(
        self, account: str, tab: str, filters: Mapping[str, str] | None, after: str | None, limit: int
    ) -> Page[Item]:
        """Return a page of a tab.

        Raises:
            UnknownOperation: there is no such tab or filter.
        """
        who = self._viewer(account)
        conditions = self._conditions(filters or {})
        limit = max(1, min(limit, MOST_LISTED))
        shower = Shower(self.town, self.town.now, who)
        match tab:
            case "todo":
                return self._work(shower, work_reads.todo(who), conditions, after, limit)
            case "claim":
                return self._work(shower, work_reads.claim(who), conditions, after, limit)
            case "overdue":
                return self._work(shower, work_reads.overdue(who), conditions, after, limit, late=True)
            case "watch":
                return self._work(shower, work_reads.watch(who), conditions, after, limit)
            case "done":
                listed = partial(reads.done, who, *conditions)
                found = self._listed(listed, read_cursor(after, reads.after_done), limit)
                return found.page(shower.item, lambda row: (row[15], row[0], row[1]))
            case "draft":
                listed = partial(reads.drafts, who, *conditions)
                found = self._listed(listed, read_cursor(after, reads.after_draft), limit)
                return found.page(shower.item, lambda row: (row[-1], row[0], row[1]))
            case "mine":
                listed = partial(reads.cases, reads.started_by(who.account), *conditions)
                found = self._listed(listed, read_cursor(after, reads.before_case), limit)
                return found.page(shower.case_as_item, lambda row: (row[0],))
            case "cc":
                listed = partial(reads.copies, who, *conditions)
                found = self._listed(listed, read_cursor(after, reads.before_notice), limit)
                return found.page(
                    lambda row: shower.case_as_item(row, note=row[-4], created=row[-3]),
                    lambda row: (row[-5],),
                )
            case _:
                raise UnknownOperation(tab)

    def _viewer(self, account: str) -> Viewer:
        return viewer(self.town.directory, account, self.town.today)

    def _work(
        self,
        shower: Shower,
        listed: WorkList,
        conditions: Sequence[ColumnElement[bool]],
        after: str | None,
        limit: int,
        *,
        late: bool = False,
    ) -> Page[Item]:
        if not listed.branches:
            return Page((), None, 0)
        if conditions:
            found = self._filtered(listed, conditions, after, limit, late=late)
        else:
            found = self._first(listed, after, limit, late=late)
        return found.page(shower.item, lambda row: (row[9], row[0], row[1]))

    def _first(self, listed: WorkList, after: str | None, limit: int, *, late: bool) -> Found:
        """Return a page of a whole list: statements that are compiled once, reading no more than they show."""
        session = Session(self.town.store, self.town.tenant)
        key = read_key(after, (str, int, int))
        values: dict[str, object] = {**listed.values, "late": write_moment(self.town.now)}
        if key:
            values |= zip(("due", "case", "n"), key, strict=True)
        page = work_reads.page(listed.branches, behind=bool(key), late=late)
        rows = session.all(page, **values, limit=limit + 1)
        if not key and len(rows) <= limit:
            return Found(rows, limit, len(rows))
        counting = work_reads.count(listed.branches, late=late)
        return Found(rows, limit, session.all(counting, **values, limit=MOST_COUNTED)[0][0])

    def _filtered(
        self,
        listed: WorkList,
        conditions: Sequence[ColumnElement[bool]],
        after: str | None,
        limit: int,
        *,
        late: bool,
    ) -> Found:
        if late:
            conditions = [*conditions, reads.due_before(write_moment(self.town.now))]
        statement = partial(work_reads.filtered, listed.branches, *conditions)
        return self._listed(statement, read_cursor(after, work_reads.after_item), limit, listed.values)

    def _listed(
        self,
        statement: Callable[..., reads.Rows],
        behind: Sequence[ColumnElement[bool]],
        limit: int,
        values: Mapping[str, str] = MappingProxyType({}),
    ) -> Found:
        session = Session(self.town.store, self.town.tenant)
        rows = session.ask(statement(*behind).limit(limit + 1), **values)
        whole = not behind and len(rows) <= limit
        return Found(rows, limit, len(rows) if whole else _count(session, statement(), values))

    def items(self, account: str, ids: Sequence[str]) -> tuple[Item, ...]:
        """Return items by id ("12-5"), in the order of their cases; those that may not be seen are left out."""
        who = self._viewer(account)
        keys = [(int(case), int(n)) for case, _, n in (each.partition("-") for each in ids)]
        if not keys:
            return ()
        rows = Session(self.town.store, self.town.tenant).ask(reads.items_of(keys, visible(self.town, who)))
        return tuple(map(Shower(self.town, self.town.now, who).item, rows))

    def numbers(self, account: str, cases: Sequence[int]) -> Mapping[int, str]:
        """Return the numbers of cases; those that may not be opened are left out."""
        if not cases:
            return {}
        session = Session(self.town.store, self.town.tenant)
        rows = session.ask(reads.numbers_of(cases, visible(self.town, self._viewer(account))))
        return {int(case): str(number) for case, number in rows}

    def counts(self, account: str) -> Counts:
        """Return the numbers on the tabs; copies count while unread."""
        who = self._viewer(account)
        lists = Counted(
            work_reads.todo(who), work_reads.claim(who), work_reads.overdue(who), work_reads.watch(who)
        )
        values = {**lists.values(), "account": account, "late": write_moment(self.town.now)}
        session = Session(self.town.store, self.town.tenant)
        return Counts(*session.all(work_reads.counts(lists.shape()), **values, limit=MOST_COUNTED)[0])

    def cases(
        self, account: str, filters: Mapping[str, str] | None, after: str | None, limit: int
    ) -> Page[CaseRow]:
        """Return a page of the cases that a person may open, the latest first.

        Occurrences of recurring duties, which outnumber everything else, are listed only when their duty or a text is
        asked for; the register of duties shows them all.
        """
        who = self._viewer(account)
        conditions = [*self._conditions(filters or {}, of_cases=True), visible(self.town, who)]
        if not any((filters or {}).get(name) for name in ("process", "q", "search")):
            conditions.append(duty_reads.not_owed())
        limit = max(1, min(limit, MOST_LISTED))
        listed = partial(reads.cases, *conditions)
        found = self._listed(listed, read_cursor(after, reads.before_case), limit)
        return found.page(Shower(self.town, self.town.now).case, lambda row: (row[0],))

    def _conditions(self, filters: Mapping[str, str], *, of_cases: bool = False) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        for name, value in filters.items():
            if not value:
                continue
            match name:
                case "process":
                    found.append(reads.process_is(value))
                case "step":
                    found.append(reads.stands_at(value) if of_cases else reads.step_is(value))
                case "village":
                    found.append(reads.village_is(value))
                case "unit":
                    found.append(reads.unit_is(value))
                case "grade":
                    found.append(reads.grade_is(value))
                case "status":
                    found.append(reads.status_is(value))
                case "starter":
                    found.append(reads.started_by(value))
                case "version":
                    found.append(reads.version_is(value))
                case "q" | "search":
                    found.append(reads.matches(value))
                case "due":
                    found.append(reads.due_before(self._due(value)))
                case _:
                    raise UnknownOperation(name)
        return found

    def _due(self, word: str) -> str:
        """Return the moment before which a due moment of the filter lies."""
        today = self.town.today
        match word:
            case "overdue":
                return write_moment(self.town.now)
            case "today":
                last = today
            case "soon":
                last = self.town.calendar.add_working_days(today, 3)
            case "week":
                last = today + timedelta(days=6 - today.weekday())
            case _:
                raise UnknownOperation(word)
        return write_moment(end_of_day(last, self.town.zone) + timedelta(microseconds=1))


def _count(session: Session, rows: reads.Rows, values: Mapping[str, str]) -> int:
    return int(session.ask(reads.count(rows, MOST_COUNTED), **values)[0][0])
