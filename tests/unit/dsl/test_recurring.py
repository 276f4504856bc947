"""例行: what a recurring duty becomes, and what the compiler finds in it."""

import pytest

from dsl import compile_text
from dsl.format import format_text
from engine.definition import AnchorKind, ByRecurrence, Definition, Finish, Step, Wait
from engine.expressions import CaseFact, CaseRef, Compare, Comparison, Literal, ParameterRef
from engine.recurrence import Cycle, MonthDay, Recurrence

HEAD = """角色 登记员、审核员
角色 网格员 按 村

表单 记录
  情况：文本 必填
"""
LINES = {
    "依据": "《某办法》第一条",
    "周期": "每月 至少 1次",
    "承办": "各 登记员",
    "填写": "记录",
    "未完成": "则 通知 审核员",
}


def a_duty(*more: str, **changed: str) -> str:
    """Return a duty that compiles without a finding, with lines changed and added."""
    lines = [f"{word} {rest}" for word, rest in {**LINES, **changed}.items()]
    return f"{HEAD}\n例行 月检\n" + "".join(f"  {line}\n" for line in (*lines, *more))


def lowered(*more: str, **changed: str) -> Definition:
    compiled = compile_text(a_duty(*more, **changed))
    assert compiled.ok, compiled.findings
    (definition,) = compiled.definitions
    return definition


def start(definition: Definition) -> ByRecurrence:
    (found,) = definition.starts
    assert isinstance(found, ByRecurrence)
    return found


def owed(definition: Definition) -> Step:
    found = definition.nodes[0]
    assert isinstance(found, Step)
    return found


def codes(*more: str, **changed: str) -> list[str]:
    """Codes of the findings; the role that only one test needs is unused in the others (U01)."""
    return [each.code for each in compile_text(a_duty(*more, **changed)).findings if each.code != "U01"]


# ---- what it becomes


def test_一个例行是一个只有一步的规程_单独发布() -> None:
    definition = lowered("版本 “2”")
    assert (definition.name, definition.version, len(definition.nodes)) == ("月检", "2", 1)
    assert owed(definition).after is not None and owed(definition).after.move == Finish()  # type: ignore[union-attr]


def test_各_角色_的承办就是本项的应办人() -> None:
    definition = lowered()
    role = next(each for each in definition.roles if each.name == "登记员")
    assert start(definition).each == "登记员" and role.taken == CaseRef(CaseFact.OWED_BY)


def test_不写_各_的全镇一期一件() -> None:
    definition = lowered(承办="登记员 或 审核员")
    assert start(definition).each is None
    assert [way.role for way in owed(definition).performers] == ["登记员", "审核员"]


def test_按村的角色_属地就是应办人的村() -> None:
    definition = lowered(承办="各 网格员")
    assert start(definition).scoped and definition.territory == CaseRef(CaseFact.OWED_FOR)


def test_不写时限_期末到期() -> None:
    (deadline,) = owed(lowered()).deadlines
    assert deadline.until == CaseRef(CaseFact.TERM_LAST)


def test_时限从期初算_本地的成为参数() -> None:
    definition = lowered("时限 10日 本地")
    (deadline,) = owed(definition).deadlines
    assert deadline.anchor.kind is AnchorKind.MOMENT
    assert deadline.anchor.moment == CaseRef(CaseFact.TERM_FIRST)
    assert deadline.span == ParameterRef("月检.月检.时限")


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("每个工作日 至少 1次", Recurrence(Cycle.WORKING_DAY)),
        ("每2周 至少 3次", Recurrence(Cycle.WEEK, 2, 3)),
        ("每旬 至少 1次", Recurrence(Cycle.TEN_DAYS)),
        ("每半年 至少 1次", Recurrence(Cycle.HALF_YEAR)),
    ],
)
def test_周期(written: str, rule: Recurrence) -> None:
    assert start(lowered(周期=written)).recurrence == rule


def test_窗口和本地() -> None:
    made = start(lowered("窗口 10月1日 至 5月31日 本地"))
    assert made.local
    assert made.recurrence == Recurrence(Cycle.MONTH, opens=MonthDay(10, 1), closes=MonthDay(5, 31))


def test_未完成依次成为逾期的几级_各有次数() -> None:
    ladder = owed(lowered("未完成 连续 2次 则 升级 给 审核员", "未完成 累计 3次 则 通知 审核员")).overdue
    guards = [rung.when for rung in ladder]

    def count(fact: CaseFact, operator: Comparison, number: int) -> tuple[CaseFact, Comparison, int]:
        return fact, operator, number

    found = [
        count(guard.left.fact, guard.operator, guard.right.value)  # type: ignore[arg-type]
        for guard in guards
        if isinstance(guard, Compare) and isinstance(guard.left, CaseRef) and isinstance(guard.right, Literal)
    ]
    assert guards[0] is None and not ladder[0].actions.effects  # the end of the period itself
    assert found == [
        (CaseFact.MISSED_IN_A_ROW, Comparison.GE, 1),
        (CaseFact.MISSED_IN_A_ROW, Comparison.EQ, 2),
        (CaseFact.MISSED_IN_YEAR, Comparison.EQ, 3),
    ]


def test_抽查是等抽签和核实两步() -> None:
    definition = lowered("抽查 10% 承办 审核员")
    _, waiting, check = definition.nodes
    assert isinstance(waiting, Wait) and isinstance(check, Step)
    assert (start(definition).share, start(definition).check) == ((1, 10), 2)
    assert check.skip_unless == CaseRef(CaseFact.DRAWN) and check.outcomes == ("属实", "不属实")


# ---- what is found in it


def test_写全了的没有诊断() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("more", "changed", "code"),
    [
        ((), {"周期": "每2小时 至少 1次"}, "E02"),
        ((), {"周期": "每月 至少 0次"}, "E02"),
        ((), {"承办": "登记员、审核员"}, "E03"),
        (("时限 2个月",), {}, "E04"),
        (("提醒 提前 40日",), {}, "E04"),
        (("未完成 连续 1次 则 通知 审核员",), {}, "E06"),
        (("未完成 累计 13次 则 通知 审核员",), {}, "E06"),
        (("逾期 3日 则 终止 “未做”",), {}, "E07"),
        (("抽查 120% 承办 审核员",), {}, "E08"),
        (("窗口 6月1日 至 6月30日", "窗口 7月1日 至 7月31日"), {}, "E01"),
        (("未完成 连续 2次 则 通知 审查员",), {}, "R01"),
        (("完成后 通知 审核员；转 结束",), {}, "E07"),
    ],
)
def test_写错的有诊断(more: tuple[str, ...], changed: dict[str, str], code: str) -> None:
    assert code in codes(*more, **changed)


@pytest.mark.parametrize(
    ("more", "changed"),
    [
        (("时限 20个工作日",), {}),
        (("时限 31日",), {}),
        (("未完成 累计 12次 则 通知 审核员",), {}),
        (("抽查 100% 承办 审核员",), {}),
        (("时限 1个月",), {"周期": "每季度 至少 1次"}),
        (("逾期 3日 则 升级 给 审核员",), {}),
    ],
)
def test_刚好够的没有诊断(more: tuple[str, ...], changed: dict[str, str]) -> None:
    assert codes(*more, **changed) == []


def test_中文和英文往返一字不差() -> None:
    text = format_text(
        a_duty("窗口 10月1日 至 5月31日 本地", "抽查 10% 承办 审核员", "未完成 连续 2次 则 升级 给 审核员"),
        "zh",
    )
    assert format_text(format_text(text, "en"), "zh") == text
