"""Every finding says and advises the same in English, with the same names, numbers and places."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pytest

from dsl.compile import compile_sources
from dsl.english import in_english
from dsl.findings import Finding, Severity, english, english_hint, render
from dsl.source import Source
from tests.golden.cases import Case, paths, read, surroundings

CHINESE = re.compile("[\u3400-\u9fff]+")
SAID = {"error", "warning", "info", "report", "suggestion", "Hint", "Finding", "_step_error"}


@pytest.mark.parametrize(
    ("chinese", "expected"),
    [
        ("没有名为“整治”的步骤", 'there is no step "整治"'),
        ("“重要”不是“等级”的取值", '"重要" is no member of "等级"'),
        ("“级别”是等级，值是金额", '"级别" is 等级, the value is money'),
        ("步骤“整改”的时限既没有依据也没有写“本地”", 'the deadline of the step "整改" has neither a basis nor "local"'),
        ("判定表“定级”有缺口：人数 = 3人、金额 = 3万元时没有一行符合", 'the table "定级" has a gap: no row fits headcount = 3 persons, money = CNY 30000'),
        ("延期合计超过《某办法》第九条允许的 30日", "the extensions add up to more than the 30 days that 《某办法》 art.9 allows"),
        ("此处可以写：时限、填写等", "here you may write: deadline, fill and so on"),
    ],
)  # fmt: skip
def test_the_values_of_a_sentence_are_kept_and_words_of_the_language_translated(
    chinese: str, expected: str
) -> None:
    assert in_english(chinese) == expected


def test_a_sentence_that_is_not_in_the_table_has_no_english() -> None:
    assert in_english("从来没有写过的一句话") is None


def test_a_finding_is_shown_with_its_hint_in_english() -> None:
    source = Source("整改.flow", "    转 整治\n")
    finding = Finding("N03", Severity.ERROR, "没有名为“整治”的步骤", "是否为“整改”？", source.place(6, 8))

    assert render(finding, source, "en").split("\n") == [
        'N03 error: there is no step "整治"',
        "  整改.flow:1:7",
        "        转 整治",
        '           ^^^^ did you mean "整改"?',
    ]


@pytest.mark.parametrize("path", [*paths("findings"), *paths("reading")], ids=lambda path: path.stem)
def test_nothing_but_the_authors_own_words_stays_chinese(path: Path) -> None:
    case = read(path)
    beside = "".join(case.parts.get(name, "") for name in ("旧版", "义务清单", "机构", "法规库"))
    for source, finding in _findings(case, path.stem):
        assert in_english(finding.message) is not None, finding.message
        assert in_english(finding.hint) is not None, finding.hint
        for word in CHINESE.findall(english(finding) + english_hint(finding)):
            assert word in normalize("NFKC", source.text + beside), (
                f"{finding.message} / {finding.hint}: {word} is not the author's"
            )


@pytest.mark.parametrize("module", sorted(Path("dsl").rglob("*.py")), ids=str)
def test_every_sentence_that_a_pass_says_is_in_the_table(module: Path) -> None:
    missing = [text for text in _sentences(module) if in_english(text.replace("{}", "甲")) is None]

    assert not missing, "write their English into dsl/english.tsv"


def _findings(case: Case, name: str) -> Iterator[tuple[Source, Finding]]:
    source = Source(name, case.text("规程" if "规程" in case.parts else next(iter(case.parts))))
    for finding in compile_sources([source], surroundings(case)).findings:
        yield source, finding


def _sentences(module: Path) -> Iterator[str]:
    """Chinese texts written in the calls that report a finding; a slot for what is computed."""
    if module.stem.endswith("_codes") or {"scenarios", "describing"} & set(module.parts):
        return
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in SAID:
            yield from (text for each in node.args for text in _texts(each) if CHINESE.search(text))


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(str() as text):
            yield text
        case ast.JoinedStr(values):
            yield "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in values)
        case ast.IfExp(_, body, orelse):
            yield from _texts(body)
            yield from _texts(orelse)
        case _:
            return
