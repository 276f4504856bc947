"""The outline of a text: its declarations, and inside them fields, steps, columns."""

from collections.abc import Mapping
from dataclasses import dataclass

from dsl.editor.symbols import Sort, Symbol, symbols
from dsl.editor.workspace import Analysis
from dsl.source import Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the outline: the name, what it is, where the name and the whole are written, what is inside."""

    name: str
    sort: Sort
    place: Place
    whole: Place
    inside: "tuple[Entry, ...]" = ()


def outline(analysis: Analysis, name: str) -> tuple[Entry, ...]:
    """Return the outline of a text, in the order in which it is written."""
    below: dict[Symbol | None, list[Symbol]] = {}
    for symbol in symbols(analysis.documents[name].file):
        below.setdefault(symbol.owner, []).append(symbol)
    return _entries(analysis, below, None)


def _entries(
    analysis: Analysis, below: Mapping[Symbol | None, list[Symbol]], owner: Symbol | None
) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            each.name,
            each.sort,
            analysis.placed(each.place),
            analysis.placed(each.whole),
            _entries(analysis, below, each),
        )
        for each in below.get(owner, ())
    )
