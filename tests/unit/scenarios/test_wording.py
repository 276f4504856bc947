"""Step texts: what makes no difference, and what does."""

import pytest

from dsl.scenarios.wording import Pattern, UnbalancedQuotes, names, normal, same


@pytest.mark.parametrize(
    "written",
    [
        "赵强办理“验收”，结论“合格”：",
        '赵强 办理"验收"，结论 "合格"',
        "赵强办理「验收」,结论「合格」。",
        "赵强\u3000办理“验收”， 结论“合格”",
    ],
)
def test_引号空格全角半角不影响(written: str) -> None:
    assert normal(written) == '赵强办理"验收",结论"合格"'


def test_引号里面原样保留() -> None:
    assert normal("办理记录含“第 3 行：（一）”") == '办理记录含"第 3 行：（一）"'


def test_日期和钟点之间的空格保留() -> None:
    assert normal("时间是 2023-04-10 09:00") == "时间是2023-04-10 09:00"


def test_引号不成对要报告() -> None:
    with pytest.raises(UnbalancedQuotes):
        normal("赵强办理“验收")


def test_方括号里的可以不写() -> None:
    pattern = Pattern('{人}办理"{步骤}"[,结论"{结论}"]')
    assert pattern.match(normal("赵强办理“验收”")) == {"人": "赵强", "步骤": "验收"}
    assert pattern.match(normal("赵强办理“验收”，结论“合格”")) == {
        "人": "赵强",
        "步骤": "验收",
        "结论": "合格",
    }


def test_人名可以加引号() -> None:
    assert Pattern('{人}认领"{步骤}"').match(normal("“赵强”认领“验收”")) == {"人": "赵强", "步骤": "验收"}


def test_几个词中的一个() -> None:
    pattern = Pattern("{人}{操作=挂起|恢复}本案")
    assert pattern.match("赵强恢复本案") == {"人": "赵强", "操作": "恢复"}
    assert pattern.match("赵强删除本案") is None


def test_名单() -> None:
    assert names(normal("案件停在“甲”、“乙”")) == ("甲", "乙")


def test_姓名里的括号不分全角半角() -> None:
    assert same("乡长（教学）", "乡长(教学)") and not same("乡长", "乡长（教学）")
