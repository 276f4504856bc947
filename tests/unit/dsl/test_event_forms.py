"""启动 事件 E 填写 F: how it is read, said, translated and checked."""

import pytest

from dsl import compile_text
from dsl.describing import chapters
from dsl.findings import Finding
from dsl.format import format_text
from engine.definition import ByEvent

TEXT = """角色 经办、站长

枚举 级别：高、低

表单 申请
  事由：文本 必填
表单 来电单
  {fields}

事件 来电（来电人：文本、次数：整数、级别：级别）

规程 登记
  版本 “1”
  依据 《润政发〔2023〕1号》第一条
  启动 表单 申请 承办 经办

  步骤 办理
    承办 经办
    查看 申请
    {asked}
    时限 10个工作日 本地
    完成后 发出 来电（来电人 = 申请.事由、次数 = 1、级别 = 高）；办结

  随时 接听
    启动 事件 来电 填写 来电单{when}
    步骤 回电
      承办 站长
      查看 来电单
      时限 1日 本地
"""


def text(
    fields: str = "来电人：文本 必填\n  次数：整数",
    asked: str = "核对 申请.事由 = “甲” “不是甲”",
    when: str = "",
) -> str:
    return TEXT.format(fields=fields, asked=asked, when=when)


def errors(given: str) -> list[Finding]:
    return [each for each in compile_text(given, "登记.flow").findings if each.severity.value == "error"]


def test_the_handler_knows_its_form() -> None:
    (made,) = compile_text(text(), "登记.flow").definitions
    assert made.handlers[0].start == ByEvent("来电", None, "来电单")
    assert {each.name for each in made.forms} == {"申请", "来电单"}


def test_its_steps_and_its_condition_may_read_what_came() -> None:
    assert errors(text()) == []
    assert errors(text(when=" 若 来电单.次数 > 1")) == []


def test_the_main_flow_may_not_it_has_perhaps_not_come() -> None:
    (found,) = errors(text(asked="核对 来电单.来电人 = “甲” “不是甲”"))
    assert found.code == "D01"


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        ("来电人：文本 必填\n  住址：文本 必填", "K11", "事件“来电”不带“住址”，表单“来电单”却必填"),
        ("来电人：日期", "K12", "“来电单”的“来电人”要日期，事件“来电”带的是文本"),
    ],
)
def test_a_form_that_the_event_cannot_fill_is_told(fields: str, code: str, message: str) -> None:
    assert (code, message) in [(each.code, each.message) for each in errors(text(fields))]


def test_a_form_that_does_not_exist_is_unknown() -> None:
    found = errors(text().replace("填写 来电单", "填写 去电单"))
    assert any(each.code == "N15" and "去电单" in each.message for each in found)


def test_it_is_said_in_prose() -> None:
    (made,) = compile_text(text(), "登记.flow").definitions
    assert "收到“来电”时自动启动，带来的内容记入“来电单”" in str(chapters(made))


def test_both_languages_have_the_line_and_come_back() -> None:
    english = format_text(text(), "en")
    assert "start event 来电 fill 来电单" in english
    assert format_text(english) == format_text(text())
