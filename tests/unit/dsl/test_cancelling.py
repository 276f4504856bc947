"""可撤销: a document that is out already when the case may still be cancelled (C31), beside handlers too."""

from dsl import compile_text

TEXT = """角色 登记员、审核员

表单 登记
  名称：文本 必填
表单 进展
  情况：文本 必填

文书 通知书 内部
  使用 登记.名称
文书 进展书 内部
  使用 进展.情况

规程 试办
  版本 “1”
  依据 《某办法》第一条
  启动 表单 登记 承办 登记员
  可撤销 登记员 若 {until} 则 终止 “误报”

  步骤 受理
    承办 审核员
    时限 3个工作日
    逾期 则 催办 审核员
    出具 通知书

  步骤 结束
    承办 登记员
    时限 1日
    逾期 则 催办 审核员
    完成后 办结

  随时 报进展
    启动 承办 登记员
    步骤 填进展
      承办 登记员
      填写 进展
      时限 1日
      逾期 则 催办 审核员
{issued}"""


def told(until: str, issued: str = "") -> list[str]:
    found = compile_text(TEXT.format(until=until, issued=issued), "试办.flow").findings
    return [each.message for each in found if each.code == "C31"]


def test_a_handler_beside_all_of_the_case_does_not_forget_what_ends_cancelling() -> None:
    assert told("非 受理 已完成") == []


def test_cancelling_after_the_document_is_told_whatever_runs_beside() -> None:
    assert told("非 结束 已完成") == ["“受理”出具“通知书”以后案件仍可撤销，而没有写撤销时怎样收回"]


def test_a_document_of_the_handler_itself_is_told() -> None:
    issued = (
        "      出具 进展书\n    步骤 存档\n      承办 登记员\n      时限 1日\n      逾期 则 催办 审核员\n"
    )
    assert told("非 受理 已完成", issued) == ["“填进展”出具“进展书”以后案件仍可撤销，而没有写撤销时怎样收回"]
