"""One mistake gives one message: what follows from it, or repeats it, is not reported again."""

from collections import Counter
from collections.abc import Iterable

import pytest

from dsl.compile import compile_sources
from dsl.editor.workspace import Workspace
from dsl.findings import Finding, render
from dsl.repair import repaired
from dsl.source import Source
from tests.unit.dsl.first_process import first_process

TEXT = first_process()


def findings(*changes: tuple[str, str]) -> tuple[Finding, ...]:
    return compile_sources([Source("示例.flow", changed(changes))]).findings


def changed(changes: Iterable[tuple[str, str]]) -> str:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


SLIPS = {
    "没有声明的角色，用了几处": (("检查员、站长", "检查员"), ["R01"]),
    "没有声明的表单，既填写又查看": (
        ("表单 整改单\n  说明：长文本 必填\n", ""),
        ["N15"],
    ),
    "没有声明的数据，既置又判断": (("  数据 规模：规模\n", ""), ["N01"]),
    "没有声明的枚举，表里有它的取值": (("枚举 规模 从重到轻：大、中、小\n", ""), ["N13"]),
    "表单的标题写了两遍": (("表单 检查单\n", "表单 检查单\n表单 检查单\n"), ["S109"]),
    "判定表有缺口，后面的条件因此不成立": (("  | 100人以上         | 大      |\n", ""), ["B01"]),
    "步骤编了号": (("  步骤 整改", "  步骤3 整改"), ["S104"]),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_一处错只说一次(slip: str) -> None:
    change, codes = SLIPS[slip]
    assert [each.code for each in findings(change)] == codes


def test_其余各处的行号写在后面() -> None:
    (found,) = findings(("检查员、站长", "检查员"))
    lines = changed([("检查员、站长", "检查员")]).splitlines()
    uses = [number for number, line in enumerate(lines, 1) if "站长" in line]
    assert [found.place.line, *dict.fromkeys(each.line for each in found.again)] == uses
    assert render(found).endswith(f"同样：第 {'、'.join(map(str, uses[1:]))} 行")
    assert render(found, lang="en").endswith(f"also on line {', '.join(map(str, uses[1:]))}")


def test_改正一次改掉各处() -> None:
    source = Source("示例.flow", changed([("检查员、站长", "检查员、站张")]))
    found = [each for each in compile_sources([source]).findings if each.code == "R01"]
    assert "站长" not in repaired(source, found)[0]


def test_编辑器里说的也一样() -> None:
    text = changed([("检查员、站长", "检查员")])
    workspace = Workspace()
    workspace.update("示例.flow", text)
    assert workspace.analysis().findings["示例.flow"] == compile_sources([Source("示例.flow", text)]).findings


def test_不同的名称各说一次() -> None:
    found = findings(("检查员、站长", "检查员"), ("转 定档", "转 定挡"))
    assert Counter(each.code for each in found) == {"R01": 1, "N03": 1}


MEANT = {
    "的": (("标题 申请.店名", "标题 申请的店名"), "写成“申请.店名”"),
    "期限": (("时限 10日 本地", "时限 十个工作天 本地"), "期限写成 5个工作日、10日、2小时这样"),
    "在几日内": (("时限 10日 本地", "时限 不超过10日 本地"), "期限只写多长：10日"),
    "立即": (("时限 10日 本地", "时限 立即 本地"), "期限写成 5个工作日、10日、2小时这样"),
    "置两次": (
        ("    置 规模 = 定规模", "    置 规模 = 大\n    置 规模 = 定规模"),
        "一步里只留一行“置”；分情况的写成“若 … 则 置 …”",
    ),
}

READ_ON = {
    "或者若": (("否则若 规模 = 大", "或者若 规模 = 大"), "否则若"),
    "不然": (("    否则 转 定档", "    不然 转 定档"), "否则"),
    "那么": (("不合格 则 转 整改", "不合格 那么 转 整改"), "则"),
    "within": (("时限 10日 本地", "时限 within 10 days 本地"), "10 days"),
}


@pytest.mark.parametrize("slip", READ_ON)
def test_平常说法换成规程的词就对了(slip: str) -> None:
    change, word = READ_ON[slip]
    found = findings(change)
    assert {each.hint for each in found} == {f"请写成：{word}"}
    source = Source("示例.flow", changed([change]))
    assert compile_sources([Source("示例.flow", repaired(source, found)[0])]).findings == ()


@pytest.mark.parametrize("slip", MEANT)
def test_看得出本意的说本意(slip: str) -> None:
    change, hint = MEANT[slip]
    assert [each.hint for each in findings(change)] == [hint]
