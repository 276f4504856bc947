"""A repair that a finding offers does away with that finding, and every code has an English sentence."""

import re
from pathlib import Path

import pytest

from dsl import compile_text
from dsl.explain import CODES
from dsl.repair import repaired
from dsl.source import Source
from tests.golden.cases import paths, read

CASES = paths("findings")


def offered(path: Path) -> bool:
    """Whether the first finding of the file's own code can be repaired by a machine."""
    return any(each.code == path.stem and each.fix for each in compile_text(read(path).text("规程")).findings)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_自动改正以后不再提示(path: Path) -> None:
    text = read(path).text("规程")
    own = [each for each in compile_text(text).findings if each.code == path.stem]
    fixed, made = repaired(Source("<text>", text), own)
    left = [each for each in compile_text(fixed).findings if each.code == path.stem]
    assert len(left) == len(own) - len(made)
    if made:
        assert {each.code for each in compile_text(fixed).findings if each.code.startswith("S")} == set()


def test_能自动改正的不少() -> None:
    assert sum(offered(path) for path in CASES) >= 20


@pytest.mark.parametrize("code", sorted(CODES))
def test_每一种检查都有英文说明(code: str) -> None:
    sentence = CODES[code].english
    assert sentence.isascii()
    assert re.fullmatch(r"[A-Z].{20,}\.", sentence)
    assert CODES[code].title_en.isascii()
