"""发文登记簿: every number that was given, of the cases a person may open, with what became of the paper; and the gaps.

Numbers are never given twice and never changed; one that is missing from its series was used on paper before the town
began here (it says so), or something is wrong.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement

from engine import audit, reads, statements
from engine.accounts import require_administrator
from engine.definition import Document
from engine.document_views import document_view
from engine.edge_refusals import Malformed, NumbersTaken, UnknownOperation
from engine.moments import write_moment
from engine.numbering import numbered
from engine.paging import Found, read_cursor
from engine.store import Session, Unit
from engine.town import Town, transact
from engine.values import Json
from engine.views import DocumentView, Page
from engine.visibility import viewer, visible

MOST_LISTED = 200
MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class BookRow:
    """A line of the book: the document and its case."""

    document: DocumentView
    case: int
    case_number: str
    process: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of a series that no document has: the first and the last of them, and why, if that is known."""

    first: str
    last: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentBook:
    """The book of one town."""

    town: Town

    def page(
        self, by: str, filters: Mapping[str, str] | None, after: str | None, limit: int
    ) -> Page[BookRow]:
        """Return a page of the book, the latest number first.

        Filters: year, name, status (issued, serving, served, void), q (a part of number, title or case).

        Raises:
            UnknownOperation: there is no such filter.
        """
        limit = max(1, min(limit, MOST_LISTED))
        found = self._found(by, filters or {}, read_cursor(after, reads.before_document), limit)
        return found.page(self._row, lambda row: (row[4], row[11], row[0]))

    def export(self, by: str, filters: Mapping[str, str]) -> tuple[BookRow, ...]:
        """Return every line as asked for, to be taken out; the export is recorded."""
        found = self._found(by, filters, (), MOST_COUNTED)
        said = "；".join(f"{name}={value}" for name, value in filters.items() if value)
        body: dict[str, Json] = {"register": BOOK, "conditions": said or "全部", "rows": len(found.rows)}
        transact(self.town, lambda unit: audit.record(unit, self.town.now, by, "register_exported", body))
        return tuple(map(self._row, found.rows))

    def _found(
        self, by: str, filters: Mapping[str, str], cursor: tuple[ColumnElement[bool], ...], limit: int
    ) -> Found:
        session = Session(self.town.store, self.town.tenant)
        who = viewer(self.town.directory, by, self.town.today)
        conditions = [visible(self.town, who), *_conditions(filters, self.town.zone)]
        listed = partial(reads.documents, *conditions)
        rows = session.ask(listed(*cursor).limit(limit + 1))
        (total,) = session.ask(reads.count(listed(), MOST_COUNTED))[0]
        return Found(rows, limit, total)

    def _row(self, row: Any) -> BookRow:
        *document, case, number, process = row
        return BookRow(document_view(case, document, self.town.directory), case, number, process)

    def names(self) -> tuple[str, ...]:
        """Return the names of the documents that the definitions in force issue."""
        return tuple(sorted({document.name for document in self._declared()}))

    def _declared(self) -> Iterator[Document]:
        for version in self.town.versions_in_force():
            yield from self.town.definition(version.digest).documents

    # ---- series

    def series(self) -> tuple[str, ...]:
        """Return the patterns of the series that run on their own."""
        own = (each for each in self._declared() if not each.chained)
        return tuple(sorted({each.numbering for each in own if each.numbering}))

    def gaps(self, year: int) -> tuple[Gap, ...]:
        """Return the numbers of a year that were counted and that no document has, series by series."""
        session = Session(self.town.store, self.town.tenant)
        begun = self._begun(session)
        return tuple(gap for pattern in self.series() for gap in self._gaps_of(session, pattern, year, begun))

    def _gaps_of(
        self, session: Session, pattern: str, year: int, begun: Mapping[tuple[str, int], tuple[int, str]]
    ) -> Iterator[Gap]:
        row = session.one(statements.latest_number, series=pattern, year=year)
        used, reason = begun.get((pattern, year), (0, ""))
        if used:
            yield Gap(numbered(pattern, year, 1), numbered(pattern, year, used), used, reason)
        taken = {str(found[0]) for found in session.ask(reads.issued_numbers(pattern, year))}
        missing = [
            position
            for position in range(used + 1, (row[0] if row else 0) + 1)
            if numbered(pattern, year, position) not in taken
        ]
        for first, last in _runs(missing):
            yield Gap(numbered(pattern, year, first), numbered(pattern, year, last), last - first + 1, "")

    def _begun(self, session: Session) -> Mapping[tuple[str, int], tuple[int, str]]:
        return {
            (str(entry.body["series"]), int(str(entry.body["year"]))): (
                int(str(entry.body["used"])),
                str(entry.body["reason"]),
            )
            for entry in audit.entries(session)
            if entry.kind == "series_begun"
        }

    def begin_series(self, pattern: str, year: int, used: int, by: str, reason: str) -> None:
        """Say up to which number a series was used on paper before; once a year, before the first number is taken.

        Raises:
            AdministratorsOnly, Malformed: no reason, no such series; NumbersTaken: it runs already.
        """
        require_administrator(self.town, by, "登记已用文号")
        if pattern not in self.series() or used < 1 or not reason.strip():
            raise Malformed("已用文号", ("须选定文号系列，写明已用到的号数（不小于 1）和理由",))

        def plan(unit: Unit) -> None:
            if unit.one(statements.latest_number, series=pattern, year=year) is not None:
                raise NumbersTaken(numbered(pattern, year, 1))
            unit.write(statements.begin_series, series=pattern, year=year, value=used)
            body: dict[str, Json] = {"series": pattern, "year": year, "used": used, "reason": reason}
            audit.record(unit, self.town.now, by, "series_begun", body)

        transact(self.town, plan)


BOOK = "发文登记簿"


def _conditions(filters: Mapping[str, str], zone: tzinfo) -> Iterator[ColumnElement[bool]]:
    for name, value in filters.items():
        if not value:
            continue
        match name:
            case "year" if value.isdecimal():
                first, until = (datetime(int(value) + n, 1, 1, tzinfo=zone) for n in (0, 1))
                yield reads.issued_between(write_moment(first), write_moment(until))
            case "name":
                yield reads.document_is(value)
            case "status":
                yield reads.document_stands(value)
            case "q":
                yield reads.document_matches(value)
            case _:
                raise UnknownOperation(name)


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the runs of numbers that follow one another."""
    first: int | None = None
    for position, number in enumerate(numbers):
        if first is None:
            first = number
        if position + 1 == len(numbers) or numbers[position + 1] != number + 1:
            yield first, number
            first = None
