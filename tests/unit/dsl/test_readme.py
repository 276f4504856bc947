"""The first process of dsl/README.md is what a new author copies: it compiles without a finding."""

import re
from pathlib import Path

from dsl import compile_text
from dsl.format import format_text
from dsl.types import WORDS
from dsl.vocabulary import builtins_to_english
from dsl.walk import parts
from engine.definition import Back, Block, Step
from tests.unit.dsl.first_process import first_process


def test_the_first_process_is_clean_and_canonical() -> None:
    example = first_process()

    compiled = compile_text(example)

    assert [finding.message for finding in compiled.findings] == []
    assert format_text(example) == example
    (definition,) = compiled.definitions
    assert sum(isinstance(node, Step) for node in definition.nodes) == 8
    assert any(isinstance(node, Block) for node in definition.nodes) and definition.tables
    assert any(isinstance(part, Back) and part.limit == 2 for part in parts(definition.nodes))


def test_the_table_of_types_lists_each_once_in_both_languages() -> None:
    table = Path("dsl/README.md").read_text("utf-8").split("| type | English |")[1].split("\n\n")[0]

    rows = re.findall(r"^\| `([^`（]+)[^`]*` \| `([^`(]+)[^`]*` \|", table, re.MULTILINE)

    assert [word for word, _ in rows] == [*WORDS, "清单"]
    assert all(builtins_to_english()[word] == english for word, english in rows)
