"""A process is checked again only when something that its checks looked at has changed."""

from collections.abc import Mapping

import pytest

from dsl.compile import compile_files
from dsl.memo import Memo
from dsl.parse import parse
from dsl.report import Report
from dsl.source import Source
from dsl.tree import File
from engine.definition import Definition

SHARED = "角色 甲\n枚举 等级：高、低\n表单 登记\n  等级：等级 必填\n表单 回单\n  说明：文本\n"
FIRST = "引用 共用\n规程 一\n  依据 《某法》第一条\n  启动 表单 登记 承办 甲\n  步骤 办\n    承办 甲\n    完成后 办结\n"
SECOND = FIRST.replace("规程 一", "规程 二").replace("表单 登记", "表单 回单")


class Desk:
    """Texts as an editor holds them: a text that stays keeps its tree."""

    def __init__(self) -> None:
        self.memo = Memo()
        self.trees: dict[str, tuple[str, File]] = {}

    def compile(self, texts: Mapping[str, str]) -> dict[str, Definition]:
        for name, text in texts.items():
            if name not in self.trees or self.trees[name][0] != text:
                self.trees[name] = text, parse(Source(name, text))[0]
        files = [(name, self.trees[name][1]) for name in texts]
        _, lowered, _ = compile_files(files, Report(), self.memo)
        return {each.definition.name: each.definition for each in lowered}


TEXTS = {"共用": SHARED, "甲": FIRST, "乙": SECOND}


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ("甲", FIRST.replace("办结", "终止 “不办”")),
        ("共用", SHARED.replace("说明：文本", "说明：长文本")),
        ("共用", SHARED.replace("表单 登记", "表单 登记表")),
        ("共用", SHARED.replace("高、低", "高、中、低")),
        ("共用", SHARED.replace("角色 甲", "角色 丙")),
        ("乙", SECOND.replace("规程 二", "规程 三")),
    ],
)
def test_a_change_gives_what_compiling_afresh_gives(changed: str, text: str) -> None:
    desk = Desk()
    desk.compile(TEXTS)

    assert desk.compile(TEXTS | {changed: text}) == Desk().compile(TEXTS | {changed: text})


def test_a_process_in_a_file_apart_is_not_checked_again() -> None:
    desk = Desk()
    before = desk.compile(TEXTS)

    after = desk.compile(TEXTS | {"甲": FIRST.replace("办结", "终止 “不办”")})

    assert after["二"] is before["二"]


def test_a_line_that_cannot_be_read_elsewhere_changes_nothing() -> None:
    desk = Desk()
    before = desk.compile(TEXTS)

    after = desk.compile(TEXTS | {"甲": FIRST.replace("承办 甲\n    完成后", "承 办 甲\n    完成后")})

    assert after["二"] is before["二"]


def test_a_register_over_another_process_concerns_that_process_alone() -> None:
    desk = Desk()
    texts = TEXTS | {"丙": "台账 全部：二\n  编号：本案.编号\n"}
    before = desk.compile(texts)

    after = desk.compile(texts | {"乙": SECOND.replace("办结", "终止 “不办”")})

    assert after["一"] is before["一"] and after["二"] != before["二"]
