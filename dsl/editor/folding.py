"""What of a text can be folded away: declarations, steps, blocks and runs of comments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dsl.editor.outline import Entry, outline
from dsl.editor.workspace import Analysis


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines that fold into their first; a run of comments or a part of the text."""

    first: int
    last: int
    comment: bool = False


def folds(analysis: Analysis, name: str) -> tuple[Fold, ...]:
    """Return what folds in a text, in order; the blank lines below a part stay outside it."""
    lines = analysis.documents[name].source.text.splitlines()
    found = {*_parts(outline(analysis, name), lines), *_comments(lines)}
    return tuple(sorted(found, key=lambda fold: (fold.first, -fold.last)))


def _parts(entries: Sequence[Entry], lines: Sequence[str]) -> Iterator[Fold]:
    for entry in entries:
        last = min(entry.whole.end_line, len(lines))
        while last > entry.whole.line and _is_outside(lines[last - 1]):
            last -= 1
        if last > entry.whole.line:
            yield Fold(entry.whole.line, last)
        yield from _parts(entry.inside, lines)


def _is_outside(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith(("#", "//", "＃"))


def _comments(lines: Sequence[str]) -> Iterator[Fold]:
    first = None
    for number, line in enumerate([*lines, ""], 1):
        if line.lstrip().startswith(("#", "//", "＃")):
            first = first or number
        elif first is not None:
            if number - 1 > first:
                yield Fold(first, number - 1, comment=True)
            first = None
