"""台账 as text: what the address asks for, columns, rows, filters, and the figures of the dashboard."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from engine.periods import read_period
from engine.register_filters import BOUNDS, MOMENTS, NUMBERS
from engine.register_views import (
    ColumnView,
    Drill,
    Part,
    RegisterHead,
    RegisterPage,
    RegisterQuery,
    RegisterRow,
)
from engine.values import Kind
from engine.views import CaseStatus, Page
from web.chips import Chip, case_chip, citation_text
from web.list_page import Filter, FilterBar, Pager, filter_bar, page_size, pager

FIELD = "f."
"""Before the name of a column in the query of an address."""
_OFFERED = frozenset({Kind.ENUM, Kind.YES_NO, Kind.UNIT, Kind.PERSON})
_DRILL = ("stat", "part", "period", "group")
_NAMED = 3
_NEXT = "\n"
"""Behind each value of a group in an address; a value may be empty, and is one line."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a register asks for."""

    query: Mapping[str, str]

    def get(self, name: str) -> str:
        """Return a part of the query, empty when it is missing."""
        return self.query.get(name, "").strip()

    @property
    def size(self) -> int:
        """Rows of a page."""
        return page_size(self.get("size"))

    def register_query(self, *, whole: bool = False, unseal: str = "") -> RegisterQuery:
        """Return it as the engine takes it; `whole`: every row."""
        sort = self.get("sort")
        after = self.get("after")
        return RegisterQuery(
            filters={
                name.removeprefix(FIELD): value
                for name, value in self.query.items()
                if name.startswith(FIELD) and value.strip()
            },
            search=self.get("q"),
            sort=sort.removeprefix("-") or None,
            descending=sort.startswith("-"),
            as_of=day_of(self.get("on")),
            drill=self._drill(),
            unseal=unseal,
            offset=int(after) if after.isdecimal() and not whole and len(after) < 8 else 0,
            limit=None if whole else self.size,
        )

    def _drill(self) -> Drill | None:
        if not self.get("stat"):
            return None
        part = next((each for each in Part if each.value == self.get("part")), Part.NUMERATOR)
        groups = tuple(self.query.get("group", "").split(_NEXT)[:-1])
        return Drill(self.get("stat"), part, read_period(self.get("period")), groups)


def day_of(text: str) -> date | None:
    """Read a day; None when it is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def ledger_address(name: str, query: Mapping[str, str] | None = None) -> str:
    """Return the address of a register with a query."""
    pairs = [(key, value) for key, value in (query or {}).items() if value]
    return f"/ledgers/{quote(name)}{f'?{urlencode(pairs)}' if pairs else ''}"


def drill_address(register: str, drill: Drill) -> str:
    """Return the address of the list behind a figure."""
    query = {
        "stat": drill.statistic,
        "part": drill.part.value,
        "period": drill.period.code if drill.period else "",
        "group": "".join(f"{value}{_NEXT}" for value in drill.group),
    }
    return ledger_address(register, query)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A register in the list of registers."""

    name: str
    address: str
    source: str
    columns: int
    statistics: str
    basis: str


def entries(heads: Iterable[RegisterHead]) -> tuple[LedgerEntry, ...]:
    """Return the list of registers."""
    return tuple(
        LedgerEntry(
            head.name,
            ledger_address(head.name),
            _few(head.processes),
            len(head.columns),
            "、".join(head.statistics),
            "；".join(map(citation_text, head.basis)),
        )
        for head in heads
    )


def _few(names: Sequence[str]) -> str:
    """Name the first three, and say how many there are."""
    shown = "、".join(names[:_NAMED])
    return f"{shown}等 {len(names)} 项" if len(names) > _NAMED else shown


@dataclass(frozen=True, slots=True)
class HeadCell:
    """The head of a column; `sort` is the address that sorts by it, `order` what aria-sort says."""

    name: str
    sort: str
    order: str
    number: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; `label` is its column, for cards on a phone."""

    text: str
    label: str
    number: bool
    sealed: bool


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row: its case, and its cells behind the first."""

    address: str
    title: str
    cells: tuple[Cell, ...]
    chip: Chip | None  # 已作废


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A register ready to print."""

    name: str
    order: str
    conditions: tuple[str, ...]
    as_of: str
    heads: tuple[HeadCell, ...]
    rows: tuple[LedgerRow, ...]
    bar: FilterBar
    pager: Pager
    export: str
    template: str
    importing: str
    opens: bool  # the person may open sealed columns
    unseal: str
    clear_drill: str


def ledger_page(page: RegisterPage, asked: Asked) -> LedgerPage:
    """Turn rows of a register into text."""
    head, query = page.head, asked.register_query()
    end = query.offset + len(page.rows)
    keyset = Page(page.rows, str(end) if end < page.total else None, page.total)
    kept = {name: value for name, value in asked.query.items() if value}
    path = f"/ledgers/{quote(head.name)}"
    whole = {name: value for name, value in kept.items() if name not in ("after", "size")}
    return LedgerPage(
        name=head.name,
        order=_order(query),
        conditions=page.conditions,
        as_of=f"截至 {page.as_of}" if page.as_of else "",
        heads=tuple(_head(column, path, kept, query) for column in head.columns),
        rows=tuple(_row(row, head.columns) for row in page.rows),
        bar=filter_bar(path, asked.query, filters(head), ("size", "sort", *_DRILL)),
        pager=pager(keyset, path, kept),
        export=f"{path}/export?{urlencode(whole)}",
        template=f"{path}/template" if head.imports else "",
        importing=f"{path}/import" if head.imports else "",
        opens=any(column.sealed and column.readable for column in head.columns),
        unseal=f"{path}/unseal?{urlencode(kept)}",
        clear_drill=path if query.drill else "",
    )


def filters(head: RegisterHead) -> tuple[Filter, ...]:
    """Return the filters of a register: words, the day, then columns, closed lists first."""
    columns = [column for column in head.columns if not column.sealed]
    offered = [column for column in columns if column.type.kind in _OFFERED]
    bounded = [column for column in columns if column.type.kind in MOMENTS | NUMBERS]
    return (
        Filter("q", "搜索"),
        *(Filter(f"{FIELD}{each.name}", each.name, _choices(each)) for each in offered[:3]),
        Filter("on", "截至哪一天（年-月-日）"),
        *(Filter(f"{FIELD}{each.name}", each.name, _choices(each)) for each in offered[3:]),
        *(Filter(f"{FIELD}{each.name}", f"{each.name}（起{BOUNDS}止）") for each in bounded),
    )


def _choices(column: ColumnView) -> tuple[tuple[str, str], ...]:
    return tuple((choice, choice) for choice in column.choices)


def _order(query: RegisterQuery) -> str:
    if query.sort is None:
        return "按案件先后排列，最近的在前"
    return f"按“{query.sort}”排列，{'大的、晚的在前' if query.descending else '小的、早的在前'}"


def _head(column: ColumnView, path: str, kept: Mapping[str, str], query: RegisterQuery) -> HeadCell:
    here = query.sort == column.name
    down = here and query.descending
    if column.sealed:
        return HeadCell(column.name, "", "none", number=False)
    wanted = "" if down else f"-{column.name}" if here else column.name
    pairs = {**{name: value for name, value in kept.items() if name not in ("after", "sort")}}
    if wanted:
        pairs["sort"] = wanted
    order = "descending" if down else "ascending" if here else "none"
    return HeadCell(column.name, f"{path}?{urlencode(pairs)}", order, column.type.kind in NUMBERS)


def _row(row: RegisterRow, columns: Sequence[ColumnView]) -> LedgerRow:
    first, *rest = columns
    return LedgerRow(
        f"/cases/{row.number}",
        row.texts[first.name] or row.number,
        tuple(Cell(row.texts[each.name], each.name, each.type.kind in NUMBERS, each.sealed) for each in rest),
        case_chip(CaseStatus.VOID) if row.void else None,
    )
