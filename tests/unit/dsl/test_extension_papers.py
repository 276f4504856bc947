"""延期 … 出具 文书: the paper that grants an extension, how it is read, said, translated and checked."""

import pytest

from dsl import compile_text
from dsl.compile import compile_sources
from dsl.describing import chapters
from dsl.findings import Finding
from dsl.format import format_text
from dsl.source import Source
from dsl.surroundings import Surroundings
from engine.definition import Definition, Step
from engine.documents.layout import build
from engine.documents.paper import Part, PartKind

TEXT = """角色 经办、站长、镇长、企业

表单 申请
  事由：文本 必填
表单 延期申请
  理由：文本 必填
表单 结果单
  结果：文本 必填

文书 延期批复 内部
  文号 “延〔{{年}}〕{{序号}}号”
  使用 {uses}
  签发 {signer}
  送达 企业 5日 本地

规程 整改
  版本 “1”
  依据 《润政发〔2023〕1号》第一条
  启动 表单 申请 承办 经办

  总时限 全程 60日 自 启动 至 办结 本地
    {clock}

  步骤 办理
    承办 经办
    查看 申请
    填写 结果单
    时限 10个工作日 本地
    {step}
    完成后 办结
"""
ON_STEP = "延期 至多 5个工作日 1次 承办 站长 批准 凭 延期申请 出具 延期批复 本地"
ON_CLOCK = "延期 至多 30日 1次 承办 站长 批准 凭 延期申请 出具 延期批复 本地"
REMINDER = "提醒 提前 3日"


def text(
    step: str = ON_STEP, clock: str = REMINDER, uses: str = "申请.事由、延期申请.理由", signer: str = "站长"
) -> str:
    return TEXT.format(step=step, clock=clock, uses=uses, signer=signer)


def errors(given: str) -> list[Finding]:
    return [each for each in compile_text(given, "整改.flow").findings if each.severity.value == "error"]


def compiled(given: str) -> Definition:
    (made,) = compile_text(given, "整改.flow").definitions
    return made


def test_the_rung_names_its_paper() -> None:
    step = compiled(text()).nodes[0]
    assert isinstance(step, Step)
    assert step.extensions[0].documents == ("延期批复",)


def test_a_clock_has_one_too() -> None:
    made = compiled(text(REMINDER, ON_CLOCK))
    assert next(each for each in made.clocks if each.name == "全程").extensions[0].documents == ("延期批复",)


def test_what_the_paper_reads_is_written_before_it_is_granted() -> None:
    assert errors(text()) == []
    assert errors(text(REMINDER, ON_CLOCK)) == []


@pytest.mark.parametrize(("step", "clock"), [(ON_STEP, REMINDER), (REMINDER, ON_CLOCK)])
def test_what_only_the_step_itself_fills_is_read_too_early(step: str, clock: str) -> None:
    given = text(step, clock, uses="申请.事由、结果单.结果")
    (found,) = errors(given)
    assert found.code == "D03"
    assert "延期 至多" in given.splitlines()[found.place.line - 1]
    assert found.message == "批准延期出具“延期批复”时，“结果单”可能还没有填写"


@pytest.mark.parametrize(
    ("step", "clock", "owner"), [(ON_STEP, REMINDER, "办理"), (REMINDER, ON_CLOCK, "全程")]
)
def test_who_grants_it_signs_it(step: str, clock: str, owner: str) -> None:
    (found,) = errors(text(step, clock, signer="镇长"))
    assert found.code == "Y06"
    assert found.message == f"“延期批复”要由镇长签发，“{owner}”批准延期时却由站长出具"


def test_its_service_has_a_clock_and_who_granted_it_is_reminded() -> None:
    (clock,) = [each for each in compiled(text()).clocks if each.name == "送达延期批复"]
    assert clock.reminders[0].to == ("站长",)


def test_a_paper_that_does_not_exist_is_unknown() -> None:
    found = errors(text(ON_STEP.replace("出具 延期批复", "出具 延期答复")))
    assert any("延期答复" in each.message for each in found)


def test_it_is_said_in_prose() -> None:
    assert "凭“延期申请”，批准时出具“延期批复”" in str(chapters(compiled(text())))


def test_both_languages_have_the_line_and_come_back() -> None:
    english = format_text(text(), "en")
    assert "upon 延期申请 issue 延期批复 local" in english
    assert format_text(english) == format_text(text())


def test_a_use_that_is_not_understood_is_told_once_and_not_missed_in_the_template() -> None:
    content = build([Part(PartKind.BODY, "{{ 申请.事由 }}，延到 {{ 本案.办理.应办 }}")])
    given = text(uses="申请.事由、办理.应办").replace("  文号", "  模板 “批复.docx”\n  文号")
    found = compile_sources([Source("整改.flow", given)], Surroundings(templates=lambda *_: content)).findings
    codes = {each.code for each in found}
    assert "N01" in codes and codes.isdisjoint({"Y03", "Y04"})
