"""Slips of new authors in the first process of the README: each is answered with what to do, without echoes."""

from pathlib import Path

import pytest

from dsl.compile import compile_sources
from dsl.findings import render_all
from dsl.source import Source
from tests.golden.cases import paths, read
from tests.unit.dsl.first_process import first_process

CASES = paths("slips")
MOST = 2
"""Findings of one slip: a misspelt name may be told where it is declared and where it is used."""


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_新手写错一处_逐条说清怎样改(path: Path) -> None:
    case = read(path)
    right, wrong = case.parts["原文"].rstrip("\n"), case.parts["写成"].rstrip("\n")
    text = first_process()
    assert right in text
    source = Source("备案.flow", text.replace(right, wrong, 1))
    findings = compile_sources([source]).findings
    assert 1 <= len(findings) <= MOST and all(each.hint for each in findings)
    case.check(诊断=render_all(findings, {source.name: source}))


def test_写错的样子够多() -> None:
    assert len(CASES) >= 25
