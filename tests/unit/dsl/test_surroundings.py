"""Definitions against the law register and the organisation: one rule a test."""

from datetime import date

import pytest

from dsl import compile_paths
from dsl.compile import compile_sources
from dsl.laws import BadRegister, read_register
from dsl.source import Source
from dsl.surroundings import Surroundings
from engine.directory import Organisation
from engine.staffing import conflicts, holders_on
from tests.unit.dsl.building import a_step, a_text, definition_of

LAWS = """{"laws": [
 {"title": "某办法", "aliases": ["办法"], "kind": "部门规章",
  "versions": [{"name": "2010", "from": "2010-01-01", "until": "2019-12-31", "length": 20},
               {"name": "2020", "from": "2020-01-01", "length": 30}],
  "articles": [{"article": "第九条", "gist": "", "extension": "30日"},
               {"article": "第十条", "version": "2010", "gist": ""}]},
 {"title": "某通知", "kind": "规范性文件", "versions": [{"name": "2021", "from": "2021-01-01"}], "articles": []}
]}"""


def found(*lines: str, declarations: str = "") -> list[str]:
    """Codes of a text against the register."""
    text = a_text(declarations=declarations, steps=a_step("受理", *lines))
    return [
        each.code for each in compile_sources([Source("x", text)], Surroundings(read_register(LAWS))).findings
    ]


def test_没有法规库就不核对条文() -> None:
    text = a_text(steps=a_step("受理", "依据 《某办法》第九十九条"))
    assert compile_sources([Source("x", text)]).findings == ()


def test_别名也认得() -> None:
    assert found("依据 《办法》第三十条") == []


def test_条文号超过总条数的没有这一条() -> None:
    assert found("依据 《某办法》第三十一条") == ["F01"]


def test_只见于旧文本的条文要核对() -> None:
    assert found("依据 《某办法》第十条") == ["F02"]


def test_旧版判定表可以依据旧文本() -> None:
    table = """
判定表 分级：等级 取 首条 自 2010-01-01 至 2019-12-31
  依据 《某办法》第十条
  输入 人数：人数
  | 人数 | 得 等级 |
  | -    | 重大    |

判定表 分级：等级 取 首条 自 2020-01-01
  依据 《某办法》第十一条
  输入 人数：人数
  | 人数 | 得 等级 |
  | -    | 一般    |
"""
    lines = ("若 分级（登记.人数） = 重大 则 办结", "否则 转 结束")
    assert found(*lines, declarations=table) == []
    assert found(*lines, declarations=table.replace("第十一条", "第十条")) == ["F02"]


def test_几行延期合计不能超过上限() -> None:
    line = "延期 至多 20日 1次 承办 登记员 批准 《某办法》第九条"
    assert found(line) == []
    assert found(line, line) == ["T10"]


def test_读不懂的法规库说明为什么() -> None:
    with pytest.raises(BadRegister, match="法规库读不懂"):
        read_register('{"laws": [{"title": "某办法"}]}')


def test_本库的规程与法规库一致() -> None:
    assert [each.code for each in compile_paths(["processes"]).findings] == []


class Test机构:
    TOWN = Organisation.from_json(
        {
            "people": [{"account": name, "name": name} for name in ("甲", "乙")],
            "posts": [
                {"role": "登记员", "account": "甲"},
                {"role": "审核员", "account": "甲"},
                {"role": "审核员", "account": "乙", "until": "2023-12-31"},
            ],
        }
    )

    def test_离任以后安排不开(self) -> None:
        steps = a_step("受理").replace("承办 审核员", "承办 登记员") + a_step("复核", "回避 受理")
        source = Source("x", a_text(steps=steps))
        before = Surroundings(None, self.TOWN, date(2023, 5, 1))
        after = Surroundings(None, self.TOWN, date(2024, 5, 1))
        assert [each.code for each in compile_sources([source], before).findings] == []
        assert [each.code for each in compile_sources([source], after).findings] == ["S03"]

    def test_环形的回避两个人够_三角形的要三个人(self) -> None:
        ring = a_step("一") + a_step("二", "回避 一") + a_step("三", "回避 二") + a_step("四", "回避 三、一")
        text = a_text(steps=ring).replace("角色 登记员、审核员", "角色 登记员\n角色 审核员 至少 3人")
        two = {"审核员": frozenset("甲乙"), "登记员": frozenset("丙")}
        three = {"审核员": frozenset("甲乙丁"), "登记员": frozenset("丙")}
        triangle = text.replace("回避 二\n", "回避 二、一\n")
        assert conflicts(definition_of(text), two) == ()
        assert len(conflicts(definition_of(triangle), two)) == 1
        assert conflicts(definition_of(triangle), three) == ()

    def test_任职按日期(self) -> None:
        assert holders_on(self.TOWN, date(2024, 1, 1))["审核员"] == {"甲"}
        assert holders_on(self.TOWN, None)["审核员"] == {"甲", "乙"}
