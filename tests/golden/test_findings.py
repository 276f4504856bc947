"""Every check with a text that it refuses, what it says, and the same text put right."""

import re
from pathlib import Path

import pytest

from dsl.compile import compile_sources
from dsl.explain import CODES
from dsl.findings import render_all
from dsl.source import Source
from dsl.syntax_codes import SYNTAX_CODES
from tests.golden.cases import paths, read, surroundings

CASES = paths("findings")
CHECKS = CODES.keys() - {entry.code for entry in SYNTAX_CODES}
UNSHOWN = {"C22"}  # only a definition built by code can be malformed: tests/unit/soundness


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_每一种检查都说清错在哪里(path: Path) -> None:
    case = read(path)
    source = Source(f"{path.stem}.flow", case.text("规程"))
    findings = compile_sources([source], surroundings(case)).findings
    assert path.stem in {finding.code for finding in findings}
    case.check(
        诊断=render_all(findings, {source.name: source}),
        英文=render_all(findings, {source.name: source}, "en"),
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_改正以后不再提示(path: Path) -> None:
    case = read(path)
    findings = compile_sources([Source(path.stem, case.text("改正"))], surroundings(case)).findings
    assert path.stem not in {finding.code for finding in findings}


def test_每一种检查都有例子() -> None:
    assert {path.stem for path in CASES} == CHECKS - UNSHOWN


def test_程序里用到的每个代码都有说明() -> None:
    raised = {
        code
        for module in Path("dsl").rglob("*.py")
        if not module.stem.endswith("_codes")
        for code in re.findall(r'"([A-Z]\d\d\d?)"', module.read_text("utf-8"))
    }
    assert raised <= CODES.keys()
