"""A text as its sections: each begins with a heading (角色, 表单, 规程 …) and is read by itself.

A change inside one section leaves the trees of the others as they are, wherever they have moved to: lines of a tree
count from the beginning of its section.
"""

import re
from collections.abc import Iterator
from functools import cache

from dsl.source import Source
from dsl.vocabulary import keywords


def sections(source: Source) -> Iterator[tuple[int, str]]:
    """Cut a text before each heading.

    Returns: the line (from 1) at which each section starts, and its text; together they are the whole text.
    """
    headings = (found.start() for found in _heading().finditer(source.folded))
    starts = [0, *(start for start in headings if start and not _goes_on(source.folded, start))]
    for start, end in zip(starts, [*starts[1:], len(source.text)], strict=True):
        yield source.line_of(start), source.text[start:end]


def _goes_on(text: str, start: int) -> bool:
    """Whether the line that begins here belongs to the one above, which ends with 、 or ；."""
    before = start - 2
    while before > 0 and text[before] in " \t":
        before -= 1
    return text[max(before, 0)] in ",、;"


@cache
def _heading() -> re.Pattern[str]:
    """A line that begins with a heading word; before a colon it is a name."""
    words = (spelling for word in keywords().values() if word.kind == "top" for spelling in word.spellings)
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"^[ \t]*(?:{'|'.join(longest_first)})(?!\w)(?![ \t]*:)", re.MULTILINE)
