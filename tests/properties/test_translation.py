"""Chinese to English and back gives the same bytes; every accepted way of writing gives one canonical form."""

from pathlib import Path
from random import Random

import pytest
from lark import Token

from dsl.format import format_text
from dsl.grammar import parser
from dsl.numerals import write_chinese
from dsl.parse import parse
from dsl.source import Source
from dsl.vocabulary import keywords
from tests.properties.generated import text

ROOT = Path(__file__).parents[2]
DEFINITIONS = sorted(
    path
    for folder in ("processes", "tests/data", "tests/benchmarks")
    for path in (ROOT / folder).rglob("*.flow")
)
BLOCK = 60
_WIDE = {"、": ("，", ", "), "；": ("；", ";"), "（": ("(",), "）": (")",), "：": (":",), "|": ("｜",)}


def survives(written: str) -> None:
    canonical = format_text(written)
    english = format_text(canonical, "en")
    assert format_text(canonical) == canonical
    assert format_text(english, "en") == english
    assert format_text(english) == canonical
    trees = [parse(Source("x", each))[0] for each in (written, canonical, english)]
    assert trees[0] == trees[1] == trees[2]


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: "/".join(path.parts[-2:]))
def test_every_definition_comes_back(path: Path) -> None:
    survives(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("block", range(300 // BLOCK))
def test_every_construct_in_every_spelling_comes_back(block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        survives(text(seed))


@pytest.mark.slow
def test_ten_thousand_generated_definitions_come_back() -> None:
    for seed in range(10_000):
        survives(text(seed))


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: "/".join(path.parts[-2:]))
def test_spellings_of_a_clerk_are_printed_as_one(path: Path) -> None:
    """Half-width signs, aliases, English words, Chinese numerals, a colon behind 承办, a full stop at the end."""
    written = path.read_text(encoding="utf-8")

    assert format_text(respelt(written, Random(path.name))) == format_text(written)


def respelt(written: str, random: Random) -> str:
    """The same definition as somebody else would type it."""
    source = Source("x", written)
    pieces, end = [], 0
    for token in parser().parse_interactive(source.folded).iter_parse():
        start = token.start_pos or 0
        pieces += [written[end:start], _respelt(token, written[start : token.end_pos], random)]
        end = token.end_pos or 0
    return "".join(pieces)


def _respelt(token: Token, written: str, random: Random) -> str:
    word = keywords().get(token.type)
    if word is not None and word.kind != "suffix" and random.random() < 0.3:
        return random.choice(word.spellings) + (random.choice(":：") if word.colon else "")
    if token.type in ("_C", "_S", "LPR", "RPR", "COLON", "VBAR") and written in _WIDE:
        return random.choice((written, *_WIDE[written]))
    if token.type in ("DURATION", "QTY"):
        digits = written[: len(written) - len(written.lstrip("0123456789"))]
        if digits and int(digits) not in (0, 2) and random.random() < 0.5:
            return write_chinese(int(digits)) + written[len(digits) :].lstrip()
    if token.type == "_NL" and written.startswith("\n") and random.random() < 0.3:
        return random.choice(("。", "  ", "\r")) + written
    return written
