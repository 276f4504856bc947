"""Texts: arbitrary ones, ones made of the words of the language, and damaged definitions."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import strategies as st
from lark import Token

from dsl.grammar import parser
from dsl.source import Source
from dsl.vocabulary import keywords

DEFINITIONS = Path(__file__).parents[1] / "data" / "definitions"
_SIGNS = [
    *'（），、；：。|=≥≤-+×÷[]“”"「」《》`#.\t\r\n\x00\u200b\u202e\ufeff\ufffd',
    "..",
    "  ",
    "\n  ",
    "\n    ",
    "\ud800",
]
_LITERALS = [
    "15个工作日",
    "三分之二",
    "3万元",
    "2次",
    "每月",
    "第三条",
    "《法》",
    "2023-02-30",
    "A08-03",
    "C09",
    "6月1日",
    "7",
]
_NAMES = ["甲", "乙", "本案", "重大", "结论", "步聚", "承办甲"]


@cache
def definitions() -> tuple[str, ...]:
    """The worked definitions."""
    return tuple(path.read_text("utf-8") for path in sorted(DEFINITIONS.glob("*.flow")))


def word_salads() -> st.SearchStrategy[str]:
    """Words, signs and literals of the language in any order."""
    words = [spelling for keyword in keywords().values() for spelling in keyword.spellings]
    piece = st.sampled_from(words) | st.sampled_from(_SIGNS) | st.sampled_from(_LITERALS + _NAMES)
    return st.lists(piece | st.just(" "), max_size=60).map("".join)


def shuffled_lines() -> st.SearchStrategy[str]:
    """Lines of the worked definitions in any order."""
    lines = sorted({line for text in definitions() for line in text.splitlines()})
    return st.lists(st.sampled_from(lines), max_size=40).map("\n".join)


def excerpts() -> st.SearchStrategy[str]:
    """Whole sections of the worked definitions, in any order: most of them can be read."""
    sections = sorted({section for text in definitions() for section in _sections(text)})
    return st.lists(st.sampled_from(sections), max_size=6).map("\n".join)


def _sections(text: str) -> Iterator[str]:
    section: list[str] = []
    for line in text.splitlines():
        if section and line and not line.startswith((" ", "#")):
            yield "\n".join(section)
            section = []
        section.append(line)
    yield "\n".join(section)


@dataclass(frozen=True, slots=True)
class Fault:
    """A definition with one token deleted, doubled, replaced, exchanged with the next, or misspelt."""

    kind: str
    line: int
    text: str


def faults(number: int, seed: int) -> Iterator[Fault]:
    """So many one-token faults in the long definitions, the same for the same seed."""
    chance = random.Random(seed)
    sources = [Source("", text) for text in definitions() if text.count("\n") > 120]
    tokens = [_tokens(source) for source in sources]
    while number:
        index = chance.randrange(len(sources))
        source, words = sources[index], tokens[index]
        place = chance.randrange(len(words) - 1)
        kind = chance.choice(("delete", "double", "replace", "exchange", "misspell"))
        after = words[place + 1]
        if kind == "exchange" and source.line_of(after.start_pos or 0) != source.line_of(
            words[place].start_pos or 0
        ):
            continue
        number -= 1
        yield Fault(
            kind,
            source.line_of(words[place].start_pos or 0),
            _damaged(source.text, kind, words, place, chance),
        )


def _tokens(source: Source) -> list[Token]:
    stream = parser().parse_interactive(source.folded).iter_parse()
    return [token for token in stream if token.type not in ("_NL", "$END")]


def _damaged(text: str, kind: str, words: list[Token], place: int, chance: random.Random) -> str:
    token, after = words[place], words[place + 1]
    start, end = token.start_pos or 0, token.end_pos or 0
    match kind:
        case "delete":
            return text[:start] + text[end:]
        case "double":
            return f"{text[:end]} {text[start:]}"
        case "replace":
            other = chance.choice(words)
            return text[:start] + text[other.start_pos or 0 : other.end_pos or 0] + text[end:]
        case "exchange":
            first, last = after.start_pos or 0, after.end_pos or 0
            return text[:start] + text[first:last] + text[end:first] + text[start:end] + text[last:]
        case _:
            where = chance.randrange(start, end)
            return text[:where] + chance.choice("的口日目士土&％〇") + text[where + 1 :]
