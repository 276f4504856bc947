"""Every message of the reader, with the text that causes it."""

from pathlib import Path

import pytest

from dsl.findings import render_all
from dsl.parse import parse
from dsl.source import Source
from dsl.syntax_codes import SYNTAX_CODES
from tests.golden.cases import paths, read

CASES = paths("reading")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_读不懂的地方逐条说清(path: Path) -> None:
    case = read(path)
    source = Source(f"{path.stem}.flow", case.text("规程"))
    findings = parse(source)[1]
    case.check(
        诊断=render_all(findings, {source.name: source}),
        英文=render_all(findings, {source.name: source}, "en"),
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_改正以后照读无误(path: Path) -> None:
    assert parse(Source(path.stem, read(path).text("改正")))[1] == ()


def test_每一种诊断都有例子() -> None:
    shown = {
        entry.code
        for entry in SYNTAX_CODES
        if any(f"\n{entry.code} " in path.read_text("utf-8") for path in CASES)
    }
    assert shown == {entry.code for entry in SYNTAX_CODES}
