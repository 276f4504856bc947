"""规则 with 自 and 至: several versions of one rule, each for the facts of its time."""

from datetime import date

from dsl import compile_text
from engine.definition import Rule
from engine.expressions import Literal

TEXT = """
角色 经办
表单 登记
  人数：人数 必填
  日期：日期 必填

规则 奖金：金额{first}
  一般 = 3000元
  例外 多人 若 登记.人数 ≥ 3 则 5000元

规则 奖金：{type}{second}
  一般 = {base}

规程 奖励
  版本 “1”
  适用日 登记.日期
  启动 表单 登记 承办 经办
  步骤 核定
    承办 经办
    若 奖金（登记.人数） ≥ 4000元 则 终止 “待审”
    否则 办结
"""


def text(first: str = " 自 2020-01-01 至 2022-12-31", second: str = " 自 2023-01-01", **more: str) -> str:
    values = {"type": "金额", "base": "8000元"} | more
    return TEXT.format(first=first, second=second, **values)


def rule(written: str) -> Rule:
    (definition,) = compile_text(written, "奖励.flow").definitions
    (found,) = definition.rules
    return found


def codes(written: str) -> set[str]:
    return {each.code for each in compile_text(written, "奖励.flow").findings}


def test_the_versions_follow_one_another_whatever_their_order_in_the_text() -> None:
    later_first = text(" 自 2023-01-01", " 自 2020-01-01 至 2022-12-31")
    assert [each.valid_from for each in rule(text()).versions] == [date(2020, 1, 1), date(2023, 1, 1)]
    assert [each.valid_from for each in rule(later_first).versions] == [date(2020, 1, 1), date(2023, 1, 1)]


def test_all_versions_have_the_inputs_of_all() -> None:
    first, second = rule(text()).versions
    assert [each.name for each in first.inputs] == ["人数"]
    assert second.inputs == first.inputs


def test_each_version_has_its_own_figures() -> None:
    first, second = rule(text()).versions
    assert [each.base.value for each in (first, second) if isinstance(each.base, Literal)] == [3000, 8000]
    assert (len(first.exceptions), len(second.exceptions)) == (1, 0)


def test_versions_that_overlap_or_leave_days_out_are_told() -> None:
    assert "B04" in codes(text(first="", second=" 自 2023-01-01"))
    assert "B04" in codes(text(first=" 自 2020-01-01 至 2023-06-30"))
    assert "B11" in codes(text(first=" 自 2020-01-01 至 2022-06-30"))
    assert not codes(text()) & {"B04", "B11"}


def test_versions_of_different_types_are_refused() -> None:
    assert "K08" in codes(text(type="人数", base="3人"))
