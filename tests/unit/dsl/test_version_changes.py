"""A new version against the one that running cases are under: one rule a test."""

import pytest

from dsl.compile import compile_sources, compile_text
from dsl.source import Source
from dsl.surroundings import Surroundings
from tests.unit.dsl.building import a_step, a_text

BLOCK = """
  并行 会办
    分支 左
      步骤 甲
        承办 审核员
        时限 3日
        逾期 则 催办 审核员
    分支 右
      步骤 乙
        承办 审核员
        时限 3日
        逾期 则 催办 审核员
  汇合 会办
"""
OLD = a_text(declarations="\n表单 方案\n  期限：日期 必填\n", steps=a_step("实施", "填写 方案") + BLOCK)


def told(new: str, old: str = OLD) -> list[tuple[str, str]]:
    """Codes and first names of what a new version says of the one before."""
    before = {each.name: each for each in compile_text(old).definitions}
    found = compile_sources([Source("新", new)], Surroundings(before=before)).findings
    return [(each.code, each.message.split("“")[1].split("”")[0]) for each in found if each.code[0] == "M"]


def test_同一版什么也不说() -> None:
    assert told(OLD) == []


def test_增加步骤和改期限不妨碍在办案件() -> None:
    assert told(OLD.replace(BLOCK, a_step("再核") + BLOCK).replace("时限 3日", "时限 9日")) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("步骤 实施", "步骤 执行", [("M01", "实施")]),
        ("分支 左", "分支 前", [("M01", "左"), ("M02", "甲"), ("M02", "会办")]),
        ("    承办 审核员\n    时限 3个", "    承办 各 审核员\n    时限 3个", [("M02", "实施")]),
        ("  期限：日期 必填", "  期限：文本 必填", [("M03", "方案")]),
        ("    填写 方案\n", "", [("M03", "方案")]),
    ],
)
def test_在办案件去不了的地方(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    assert before in OLD
    assert sorted(told(OLD.replace(before, after))) == sorted(expected)


def test_步骤移进并行() -> None:
    step = a_step("实施", "填写 方案")
    inside = "\n".join(f"    {line}" if line else "" for line in step.split("\n"))
    assert ("M02", "实施") in told(OLD.replace(step, "").replace("    分支 右\n", f"    分支 右\n{inside}"))
