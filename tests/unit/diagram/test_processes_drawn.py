"""Every process of the notice is drawn so that it can be read: no word on a word, no line through a word or a box."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from dsl import compile_paths
from dsl.layout import SMALL, Layout, Line, columns, lay_out
from engine.definition import Definition

TITLE = 3.0  # half a column of a title, which is a little larger


@dataclass(frozen=True, slots=True)
class Area:
    """What something covers; a line is an area without width or height."""

    left: float
    top: float
    right: float
    bottom: float
    what: str

    def meets(self, other: "Area") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@cache
def drawn() -> tuple[Definition, ...]:
    compiled = compile_paths([Path("processes")])
    return tuple(each for each in compiled.definitions if not each.referral)


def words(layout: Layout) -> Iterator[Area]:
    """The small print: tags, labels of lines, titles of branches."""
    for tag in layout.tags:
        yield Area(tag.x, tag.y - 5, tag.x + columns(tag.text) * SMALL, tag.y + 5, tag.text)
    for line in layout.lines:
        if line.label:
            width = columns(line.label) * SMALL
            left = line.label_x - width if line.ends else line.label_x
            yield Area(left, line.label_y - 9, left + width, line.label_y, line.label)
    for title in layout.titles:
        half = columns(title.text) * TITLE
        yield Area(title.x - half, title.y - 10, title.x + half, title.y, title.text)


def strokes(line: Line) -> Iterator[Area]:
    for (x, y), (other_x, other_y) in zip(line.points, line.points[1:], strict=False):
        yield Area(
            min(x, other_x), min(y, other_y), max(x, other_x) + 0.1, max(y, other_y) + 0.1, f"→ {line.label}"
        )


def boxes(layout: Layout) -> list[Area]:
    return [
        Area(each.x, each.y, each.x + each.width, each.y + each.height, "".join(each.lines))
        for each in layout.boxes
        if not each.frame
    ]


def clashes(layout: Layout) -> Iterator[str]:
    said, full = list(words(layout)), boxes(layout)
    for number, one in enumerate(said):
        for other in (*said[number + 1 :], *full):
            if one.meets(other):
                yield f"“{one.what}” and “{other.what}” overlap"
        if one.left < 0 or one.right > layout.width:
            yield f"“{one.what}” is cut at the edge"
    for line in layout.lines:
        for stroke in strokes(line):
            yield from (f"{stroke.what} runs through “{each.what}”" for each in said if stroke.meets(each))
            yield from (
                f"{stroke.what} runs through the box “{each.what}”"
                for each in full
                if stroke.meets(Area(each.left + 1, each.top + 1, each.right - 1, each.bottom - 1, ""))
            )


@pytest.mark.parametrize("number", range(len(drawn())), ids=lambda number: drawn()[number].name)
def test_nothing_lies_on_anything_else(number: int) -> None:
    assert not list(clashes(lay_out(drawn()[number])))
