"""What every list has: filters that live in the address and can be taken away, pages, their size, the total."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from engine.views import Page
from web.layout import count_text
from web.widgets import Choice

Row = TypeVar("Row")

SIZES = (20, 50, 100)
USUAL_SIZE = 50
FIRST = 4
"""So many filters are shown at once, the others behind 更多筛选."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of a list: a choice (value, label), or a text when it has no choices; `hints` are offered for it."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilterControl:
    """A filter ready to print."""

    name: str
    label: str
    value: str
    choices: tuple[Choice, ...]
    hints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter in force and the address without it."""

    text: str
    without: str


@dataclass(frozen=True, slots=True)
class FilterBar:
    """Filters of a list: those always shown, the others, those in force; `kept` goes along with the form."""

    address: str
    first: tuple[FilterControl, ...]
    more: tuple[FilterControl, ...]
    more_open: bool
    active: tuple[ActiveFilter, ...]
    cleared: str
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Pager:
    """What stands below a list: rows of this page and of all, the way on, the sizes of a page."""

    first: str
    next: str
    shown: int
    total: str
    sizes: tuple[tuple[str, str, bool], ...]


def filter_bar(
    address: str, query: Mapping[str, str], filters: Sequence[Filter], kept: Iterable[str] = ()
) -> FilterBar:
    """Make the filters of a list.

    Args:
        address: of the list, without its query.
        query: what the address says, by name.
        filters: in the order to show.
        kept: names of the query that are no filters and stay (tab, size).
    """
    stays = {name: query[name] for name in kept if query.get(name)}
    controls = tuple(_control(each, query.get(each.name, "")) for each in filters)
    active = {each.name: query[each.name] for each in filters if query.get(each.name)}
    return FilterBar(
        address,
        controls[:FIRST],
        controls[FIRST:],
        any(each.value for each in controls[FIRST:]),
        tuple(
            ActiveFilter(
                f"{each.label}：{_said(each, active[each.name])}",
                _address(
                    address, stays | {name: value for name, value in active.items() if name != each.name}
                ),
            )
            for each in filters
            if each.name in active
        ),
        _address(address, stays),
        tuple(stays.items()),
    )


def _control(each: Filter, value: str) -> FilterControl:
    choices = tuple(Choice(code, label, code == value, "") for code, label in each.choices)
    return FilterControl(each.name, each.label, value, choices, each.hints)


def _said(each: Filter, value: str) -> str:
    return dict(each.choices).get(value, value)


def _address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def page_size(text: str) -> int:
    """Read the size of a page; anything but one of `SIZES` is the usual one."""
    return int(text) if text in map(str, SIZES) else USUAL_SIZE


def pager(page: Page[Row], path: str, query: Mapping[str, str]) -> Pager:
    """What stands below a keyset-paged list; its links keep the filters."""
    kept = {name: value for name, value in query.items() if value and name != "after"}
    size = page_size(query.get("size", ""))
    return Pager(
        _address(path, kept) if query.get("after") else "",
        _address(path, kept | {"after": page.next}) if page.next else "",
        len(page.items),
        count_text(page.total) or "0",
        tuple((str(each), _address(path, kept | {"size": str(each)}), each == size) for each in SIZES),
    )
