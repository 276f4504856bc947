"""The inbox: tabs, true counts, filters, pages; and the list of cases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement

from engine import duty_reads, reads
from engine.deadlines import end_of_day
from engine.edge_refusals import UnknownOperation
from engine.item_views import Shower
from engine.moments import write_moment
from engine.paging import Found, read_cursor
from engine.store import Session
from engine.town import Town
from engine.views import CaseRow, Counts, Item, Page
from engine.visibility import Viewer, viewer, visible

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
                return self._work(shower, reads.todo_keys(who), conditions, after, limit)
            case "claim":
                return self._work(shower, reads.claim_keys(who), conditions, after, limit)
            case "overdue":
                late = reads.due_before(write_moment(self.town.now))
                return self._work(shower, reads.overdue_keys(who), [*conditions, late], after, limit)
            case "watch":
                return self._work(shower, reads.watch_keys(who), conditions, after, limit)
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
        keys: Any,
        conditions: Sequence[ColumnElement[bool]],
        after: str | None,
        limit: int,
    ) -> Page[Item]:
        listed = partial(reads.work, keys, *conditions)
        found = self._listed(listed, read_cursor(after, reads.after_work), limit)
        return found.page(shower.item, lambda row: (row[9], row[13], row[0], row[1]))

    def _listed(
        self, statement: Callable[..., reads.Rows], behind: Sequence[ColumnElement[bool]], limit: int
    ) -> Found:
        session = Session(self.town.store, self.town.tenant)
        rows = session.ask(statement(*behind).limit(limit + 1))
        whole = not behind and len(rows) <= limit
        return Found(rows, limit, len(rows) if whole else _count(session, statement()))

    def counts(self, account: str) -> Counts:
        """Return the numbers on the tabs; copies count while unread."""
        who = self._viewer(account)
        session = Session(self.town.store, self.town.tenant)
        late = reads.due_before(write_moment(self.town.now))
        return Counts(
            todo=_count(session, reads.work(reads.todo_keys(who))),
            claim=_count(session, reads.work(reads.claim_keys(who))),
            overdue=_count(session, reads.work(reads.overdue_keys(who), late)),
            done=_count(session, reads.done(who)),
            mine=_count(session, reads.cases(reads.started_by(account))),
            cc=_count(session, reads.copies(who, reads.is_unread())),
            draft=_count(session, reads.drafts(who)),
            watch=_count(session, reads.work(reads.watch_keys(who))),
        )

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


def _count(session: Session, rows: reads.Rows) -> int:
    return int(session.ask(reads.count(rows, MOST_COUNTED))[0][0])
