"""A text and its places: folding, lines and columns.

Every later pass speaks of places in code points (from 1). A caret is drawn by display width, because a Chinese
character takes two columns.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import field
from itertools import accumulate
from typing import Final

from engine.record import record


@record
class Place:
    """A stretch of a text: lines and columns from 1, in code points; the end is just past the last character."""

    source: str
    line: int
    column: int
    end_line: int
    end_column: int


def _fold_table() -> dict[int, str]:
    """Full-width forms and spaces that the grammar treats as their half-width twins."""
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F), " ")
    table |= {ord("×"): "*", ord("÷"): "/", ord("—"): "-", ord("–"): "-", ord("−"): "-", ord("∶"): ":"}
    table |= {ord("≧"): "≥", ord("≦"): "≤", ord("【"): "[", ord("】"): "]"}
    return table


FOLD: Final = _fold_table()
BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ZERO_WIDTH: Final = frozenset(
    "\u00ad\u034f\u115f\u1160\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
)
_HIDDEN = re.compile("[" + "".join(sorted(BIDI | ZERO_WIDTH)) + "]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\ud800-\udfff]")
_FINAL_STOP = re.compile(r"。+(?=[ \t]*(?:(?:#|//)[^\n]*)?(?:\n|$))")


def fold(text: str) -> str:
    """Replace one code point by one code point, so that every offset stays true.

    Full-width signs become half-width, every kind of line end becomes a line feed in the same place, a full stop
    at the end of a line, hidden and control characters become blanks (a hidden one inside a word an underscore).
    """
    folded = text.translate(FOLD)
    folded = re.sub("\r(?=\n)", " ", folded).replace("\r", "\n")
    folded = _HIDDEN.sub(lambda found: _stand_in(folded, found.start()), folded)
    folded = _CONTROL.sub(" ", folded)
    return _FINAL_STOP.sub(lambda found: " " * len(found.group()), folded)


def _stand_in(text: str, offset: int) -> str:
    inside = 0 < offset < len(text) - 1 and text[offset - 1].isalnum() and text[offset + 1].isalnum()
    return "_" if inside else " "


def to_utf16(line: str, column: int) -> int:
    """Number of UTF-16 units before a code-point column (from 1) of a line: editors count so, 𠮷 and emoji as two."""
    return len(line[: max(column - 1, 0)].encode("utf-16-le", "surrogatepass")) // 2


def from_utf16(line: str, units: int) -> int:
    """The code-point column (from 1) behind that many UTF-16 units; inside a pair, before it; held inside the line."""
    column = 1
    for character in line:
        units -= 2 if character > "\uffff" else 1
        if units < 0:
            break
        column += 1
    return column


def is_hidden(character: str) -> bool:
    """Whether the character cannot be seen: bidi controls, zero-width characters."""
    return character in BIDI or character in ZERO_WIDTH


def is_control(character: str) -> bool:
    """Whether the character has no business in a text: control codes, lone surrogates."""
    return _CONTROL.match(character) is not None


def display_width(text: str) -> int:
    """Number of terminal columns that the text takes; wide characters take two, combining ones none."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or is_hidden(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@record
class Source:
    """A named text together with its folded twin and the offsets where its lines start."""

    name: str
    text: str
    folded: str = field(init=False, repr=False, compare=False)
    line_starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        folded = fold(self.text)
        lengths = (len(line) + 1 for line in folded.split("\n"))
        object.__setattr__(self, "folded", folded)
        object.__setattr__(self, "line_starts", (0, *accumulate(lengths))[:-1])

    @classmethod
    def from_bytes(cls, name: str, data: bytes) -> "Source":
        """Decode UTF-8; what is no UTF-8 becomes U+FFFD, which the parser reports."""
        return cls(name, data.decode("utf-8", errors="replace"))

    def line_of(self, offset: int) -> int:
        """Number (from 1) of the line that holds the offset."""
        return bisect_right(self.line_starts, offset)

    def line_text(self, line: int) -> str:
        """The original text of a line (from 1), without its line end; empty past the end."""
        if not 1 <= line <= len(self.line_starts):
            return ""
        start = self.line_starts[line - 1]
        end = self.line_starts[line] - 1 if line < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r")

    def place(self, start: int, end: int) -> Place:
        """The place of the stretch from offset `start` up to `end`."""
        first, last = self.line_of(start), self.line_of(max(start, end))
        return Place(
            self.name,
            first,
            start - self.line_starts[first - 1] + 1,
            last,
            max(start, end) - self.line_starts[last - 1] + 1,
        )

    def offset(self, line: int, column: int) -> int:
        """The offset of a code-point column; held inside the text."""
        start = self.line_starts[min(max(line, 1), len(self.line_starts)) - 1]
        return min(start + max(column, 1) - 1, len(self.text))
