"""文书 的 核稿、会签 和 本案.文书.编号: how they are read, said, translated and checked."""

import pytest

from dsl import compile_text
from dsl.describing import chapters
from dsl.format import format_text
from dsl.walk import parts
from engine.definition import Performer
from engine.expressions import DocumentFact, DocumentRef

TEXT = """角色 经办、秘书、财政、司法、镇长

表单 申请
  事由：文本 必填

文书 批复 内部
  文号 “润批〔{{年}}〕{{序号}}号”
  {lines}
  签发 镇长

规程 审批
  版本 “1”
  依据 《润政发〔2023〕1号》第一条
  启动 表单 申请 承办 经办

  步骤 拟稿
    承办 经办
    {issuing}
    时限 2个工作日 本地

  步骤 归档
    承办 经办
    {check}
    时限 2个工作日 本地
    完成后 办结
"""
LINES = "核稿 秘书\n  会签 财政、司法"


def text(
    lines: str = LINES, issuing: str = "出具 批复", check: str = "核对 本案.批复.编号 已填 “没有文号”"
) -> str:
    return TEXT.format(lines=lines, issuing=issuing, check=check)


def codes(given: str) -> set[str]:
    return {each.code for each in compile_text(given, "审批.flow").findings if each.severity.value == "error"}


def test_who_looks_over_and_who_agrees() -> None:
    (made,) = compile_text(text(), "审批.flow").definitions
    (paper,) = made.documents
    assert paper.reviewed_by == (Performer("秘书"),)
    assert paper.cosigned_by == (Performer("财政"), Performer("司法"))


def test_the_number_of_a_paper_is_a_fact_of_the_case() -> None:
    (made,) = compile_text(text(), "审批.flow").definitions
    assert DocumentRef("批复", DocumentFact.NUMBER) in parts((made.nodes[-1],))


@pytest.mark.parametrize("line", ["核稿 秘书", "会签 财政、司法"])
def test_a_paper_that_is_looked_over_is_not_issued_by_the_way_taken(line: str) -> None:
    assert "Y06" in codes(text(line, "完成后 出具 批复；转 归档"))
    assert codes(text(line)) == set()


def test_a_fact_that_papers_do_not_have_names_those_that_they_have() -> None:
    found = compile_text(text(check="核对 本案.批复.页数 = 1 “一页”"), "审批.flow").findings
    assert any("编号" in (each.hint or "") or "编号" in each.message for each in found)


def test_it_is_said_in_prose() -> None:
    (made,) = compile_text(text(), "审批.flow").definitions
    said = str(chapters(made))
    assert "由秘书核稿" in said and "经财政、司法会签" in said


def test_both_languages_have_the_words_and_come_back() -> None:
    english = format_text(text(), "en")
    assert "reviewed_by 秘书" in english and "countersign 财政, 司法" in english
    assert format_text(english) == format_text(text())
