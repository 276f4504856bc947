"""What registers, statistics and prefilled starts become, and what may stand in them."""

from datetime import date
from decimal import Decimal

from dsl.compile import compile_sources
from dsl.source import Source
from engine.expressions import CaseFact, CaseRef, Compare, ElementRef, FieldRef, FormRef, Literal
from engine.register_definition import Column, Counting, Measure, Preset, Register, Statistic
from engine.values import Kind, Span, Type, Unit
from tests.unit.dsl.building import a_text, codes, definition_of

REGISTER = """
台账 试办台账：试办
  编号：本案.编号
  名称：登记.名称
  金额：登记.金额
  日期：登记.日期
  等级：登记.等级
"""


def a_statistic(*lines: str, type: str = "比例") -> str:
    own = "".join(f"  {line}\n" for line in lines)
    return f"\n统计 率：{type}\n  取自 试办台账\n{own}"


def the_register(text: str) -> Register:
    (register,) = definition_of(text).registers
    return register


def the_statistic(*lines: str, type: str = "比例") -> Statistic:
    (statistic,) = definition_of(a_text(rest=REGISTER + a_statistic(*lines, type=type))).statistics
    return statistic


def test_台账的列是本案的表达式_带类型() -> None:
    columns = the_register(a_text(rest=REGISTER)).columns
    assert columns[0] == Column("编号", Type(Kind.TEXT), CaseRef(CaseFact.NUMBER))
    assert columns[2] == Column("金额", Type(Kind.MONEY), FieldRef("登记", "金额"))


def test_表单的台账_每次填报一行() -> None:
    register = the_register(a_text(rest="\n台账 名册：登记\n  名称：登记.名称\n"))
    assert (register.each, register.variable) == (FormRef("登记"), "登记")
    assert register.columns[0].value == ElementRef("登记", "名称")


def test_台账可以写在别的文件里_用自己文件的判定表() -> None:
    process = Source("甲.flow", a_text())
    other = Source(
        "乙.flow",
        "判定表 档次：文本 取 唯一\n  输入 金额：金额\n  | 金额 | 得 档次 | 依据 |\n"
        "  | - | “一档” | 《某办法》第一条 |\n\n"
        "台账 试办台账：试办\n  档次：档次（登记.金额）\n",
    )
    (definition,) = compile_sources([process, other]).definitions
    assert [table.name for table in definition.tables] == ["档次"]
    assert [column.name for column in definition.registers[0].columns] == ["档次"]


def test_统计数台账的行_按日期列归期() -> None:
    made = the_statistic(
        "计入 试办台账.日期",
        "分子 计数 试办台账 满足（试办台账.等级 = 重大）",
        "分母 计数 试办台账",
        "分组 试办台账.等级",
        "周期 每月、每年",
    )
    assert made.denominator == Measure(Counting.COUNT, None, None)
    assert (made.counted_on, made.groups) == ("日期", ("等级",))
    assert made.periods == (Span(1, Unit.MONTH), Span(1, Unit.YEAR))


def test_合计一列金额() -> None:
    made = the_statistic("分子 合计 试办台账.金额", type="金额")
    assert made.numerator == Measure(Counting.TOTAL, None, "金额")


def test_期末是统计里的一天_别处没有() -> None:
    made = the_statistic("计入 试办台账.日期", "分子 计数 试办台账 满足（试办台账.日期 ≤ 期末）", type="整数")
    assert isinstance(made.numerator.condition, Compare)
    assert made.numerator.condition.right == ElementRef("期末", None)
    assert codes(a_text(head="  数据 到期：日期 = 期末\n")) == ["N01"]


def test_没有的列有近似名提示() -> None:
    text = a_text(rest=REGISTER + a_statistic("分子 计数 试办台账 满足（试办台账.等及 = 重大）", type="整数"))
    assert codes(text) == ["N02"]


def test_合计文字没有意义() -> None:
    assert "K02" in codes(a_text(rest=REGISTER + a_statistic("分子 合计 试办台账.名称", type="金额")))


def test_分子的条件蕴含分母的条件_写法不同也认得() -> None:
    rate = a_statistic(
        "分子 计数 试办台账 满足（试办台账.金额 > 3000元）",
        "分母 计数 试办台账 满足（试办台账.金额 ≥ 1000元）",
    )
    assert codes(a_text(rest=REGISTER + rate)) == []
    assert codes(a_text(rest=REGISTER + rate.replace("> 3000元", "< 3000元"))) == ["L06"]


def test_统计和台账在全部文件中不重名() -> None:
    other = "\n台账 试办：登记\n  名称：登记.名称\n"
    assert "N05" in codes(a_text(rest=other))


def test_实例预填启动表单() -> None:
    preset = "\n实例 大额试办：试办\n  名称 = “大额”\n  等级 = 重大\n  金额 = 3万元\n  日期 = 2023-04-10\n"
    (made,) = definition_of(a_text(rest=preset)).presets
    assert made == Preset(
        "大额试办",
        (
            ("名称", Literal("大额", Type(Kind.TEXT))),
            ("等级", Literal("重大", Type(Kind.ENUM, "等级"))),
            ("金额", Literal(Decimal(30000), Type(Kind.MONEY))),
            ("日期", Literal(date(2023, 4, 10), Type(Kind.DATE))),
        ),
    )


def test_实例只能填启动表单有的字段_类型要对() -> None:
    assert codes(a_text(rest="\n实例 甲：试办\n  名字 = “甲”\n")) == ["K10"]
    assert codes(a_text(rest="\n实例 甲：试办\n  人数 = “甲”\n")) == ["K12"]
