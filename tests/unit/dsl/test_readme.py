"""The first process of dsl/README.md is what a new author copies: it compiles without a finding."""

from pathlib import Path

from dsl import compile_text
from dsl.format import format_text
from dsl.walk import parts
from engine.definition import Back, Block, Step

README = Path("dsl/README.md").read_text(encoding="utf-8")


def test_the_first_process_is_clean_and_canonical() -> None:
    blocks = README.split("```")[1::2]
    (example,) = [block.lstrip("\n") for block in blocks if "规程 小餐饮备案" in block]

    compiled = compile_text(example)

    assert [finding.message for finding in compiled.findings] == []
    assert format_text(example) == example
    (definition,) = compiled.definitions
    assert sum(isinstance(node, Step) for node in definition.nodes) == 8
    assert any(isinstance(node, Block) for node in definition.nodes) and definition.tables
    assert any(isinstance(part, Back) and part.limit == 2 for part in parts(definition.nodes))
