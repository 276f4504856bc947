"""The compiler under hostile texts; `python -m tests.properties.fuzz` does the same for as long as one likes."""

from pathlib import Path
from random import Random

import pytest

from dsl import compile_text
from dsl.describing import describe
from dsl.diagram import svg
from dsl.format import Unreadable, format_text
from engine.compiled import Program
from tests.properties.fuzz import NESTED, check, huge, run
from tests.unit.compute.case import ACase

DEEP = 10_000
FOUND = Path("tests/data/hostile")


@pytest.mark.parametrize("closed", [0, DEEP], ids=["open", "closed"])
@pytest.mark.parametrize("kind", [kind for kind in NESTED if kind != "blocks"])
def test_nesting_ten_thousand_deep_is_answered(kind: str, closed: int) -> None:
    findings = compile_text(NESTED[kind](DEEP, closed)).findings

    assert findings and all(finding.place.line == 6 for finding in findings if finding.code == "S121")


@pytest.mark.parametrize("closed", [0, 1_000], ids=["open", "closed"])
def test_a_thousand_blocks_inside_each_other_are_answered(closed: int) -> None:
    assert compile_text(NESTED["blocks"](1_000, closed)).findings


def test_what_is_too_deep_to_read_is_not_indented_either() -> None:
    """Ten thousand blocks inside each other would be six hundred megabytes of spaces."""
    with pytest.raises(Unreadable) as refused:
        format_text(NESTED["blocks"](DEEP, DEEP))

    assert [finding.code for finding in refused.value.findings] == ["S121"]


@pytest.mark.parametrize("path", sorted(FOUND.iterdir()), ids=lambda path: path.stem)
def test_what_the_fuzzer_found_stays_answered(path: Path) -> None:
    check(path.read_bytes(), Random(1))


def test_a_line_of_five_megabytes_is_answered() -> None:
    text = huge(Random(1))

    assert [finding.code for finding in compile_text(text).findings] == ["S115"]


def test_hostile_texts_are_answered() -> None:
    run(seconds=600, seed=20230410, most=6)


@pytest.mark.slow
def test_hostile_texts_are_answered_for_an_hour() -> None:
    run(seconds=3600, seed=1)


EVIL = (
    "{{7*7}}",
    "{% raise %}",
    "'); __import__('os').abort(); ('",
    '"""); raise SystemExit; ("""',
    "\\N{BULLET}\\x00\\",
    "${HOME} $(id) `id",
    "%s %(x)s {0.__class__}",
    "<script>alert(1)</script>]]>",
)
PROCESS = """角色 甲
枚举 级别：`{word}`、乙
表单 登记
  `{word}`：文本 必填
  级别：级别 必填
判定表 定：文本 取 首条
  | 登记.级别 | 得 定 |
  | `{word}` | “{text}” |
  | - | “别的” |
规程 试
  版本 “{text}”
  依据 《某法》第一条
  启动 表单 登记 承办 甲
  办结条件
    原样：登记.`{word}` = “{text}” 且 登记.级别 = `{word}` 且 定（登记） = “{text}”
  步骤 `办{word}`
    承办 甲
    时限 1日
    逾期 则 通知 甲 “{text}”
    完成后 办结
"""


@pytest.mark.parametrize("evil", EVIL)
def test_words_of_an_author_stay_words(evil: str) -> None:
    """Neither Python nor a template evaluates what a definition says: it comes out as it went in."""
    word = evil.replace("`", "'")
    compiled = compile_text(PROCESS.format(word=word, text=evil))
    (definition,) = compiled.definitions
    assert [finding.message for finding in compiled.findings if finding.severity == "error"] == []
    (gate,) = definition.gates

    case = ACase(forms={"登记": {word: evil, "级别": word}})

    assert Program(definition).value(gate.condition, case) is True
    assert evil in describe(definition)
    assert "<script>" not in svg(definition)
