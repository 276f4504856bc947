"""A definition in the words that a leader reads."""

from pathlib import Path

import pytest

from dsl import compile_paths, compile_text
from dsl.describing import describe
from dsl.findings import has_errors, render_all
from tests.golden.cases import paths, read


@pytest.mark.parametrize("path", paths("describing"), ids=lambda path: path.stem)
def test_流程写成中文(path: Path) -> None:
    case = read(path)

    compiled = compile_text(case.text("规程"))

    assert not has_errors(compiled.findings), render_all(compiled.findings, {})
    case.check(说明="\n".join(map(describe, compiled.definitions)))


def test_每一步_每个角色_每份文书都说到() -> None:
    for definition in compile_paths(["processes"]).definitions:
        said = describe(definition)
        named = [*definition.nodes, *definition.documents, *definition.gates, *definition.handlers]
        assert [each.name for each in named if each.name not in said] == []
