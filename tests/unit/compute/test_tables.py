"""Decision tables and rules: hit policies, versions, the rows that decided, exceptions and bounds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.compiled import Program
from engine.definition import (
    AnyValue,
    Cell,
    Citation,
    DatedValue,
    Definition,
    Enumeration,
    HitPolicy,
    Input,
    Interval,
    OneOf,
    Parameter,
    Row,
    Rule,
    RuleException,
    Table,
    TableVersion,
)
from engine.expressions import (
    Arithmetic,
    Compare,
    Comparison,
    Expression,
    InputRef,
    Literal,
    Operator,
    ParameterRef,
    RuleCall,
    TableCall,
)
from engine.rules import Bound, Conclusion, ExceptionsDisagree
from engine.tables import Decision, RowsDisagree, version_on
from engine.values import Kind, Type, Value
from tests.unit.compute.case import ACase

PEOPLE, MONEY, GRADE, YES_NO = (
    Type(Kind.HEADCOUNT),
    Type(Kind.MONEY),
    Type(Kind.ENUM, "等级"),
    Type(Kind.YES_NO),
)
ANY = AnyValue()
GRADES = ("特别重大事故", "重大事故", "较大事故", "一般事故")
REGULATION = "生产安全事故报告和调查处理条例"


def grade(name: str) -> Literal:
    return Literal(name, GRADE)


def at_least(value: int, below: int | None = None) -> Interval:
    """The cell n以上 or n以上m以下: the first counts itself, the second does not."""
    high = None if below is None else Literal(below, PEOPLE)
    return Interval(Literal(value, PEOPLE), high, low_closed=True, high_closed=False)


def below(value: int) -> Interval:
    return Interval(None, Literal(value, PEOPLE), low_closed=False, high_closed=False)


def row(result: Value | Expression, *cells: Cell, cites: str = "") -> Row:
    given = result if isinstance(result, Literal | Arithmetic | ParameterRef) else Literal(result, GRADE)  # type: ignore[arg-type]  # the rest are values
    return Row(cells, (given,), (Citation(REGULATION, cites),) if cites else ())


def a_table(policy: HitPolicy, *rows: Row, inputs: tuple[Input, ...] | None = None) -> Table:
    """A table of deaths and losses that gives a grade."""
    columns = inputs or (Input("死亡", PEOPLE), Input("损失", MONEY))
    return Table("判级", columns, (Input("等级", GRADE),), policy, (TableVersion(rows),))


def a_definition(*tables: Table, rules: tuple[Rule, ...] = ()) -> Definition:
    return Definition(
        name="试验",
        version="1",
        nodes=(),
        regions=(),
        starts=(),
        tables=tables,
        rules=rules,
        enumerations=(Enumeration("等级", GRADES, ordered=True),),
    )


def decided(table: Table, *arguments: Value, case: ACase | None = None, **more: object) -> Decision:
    return Program(replace(a_definition(table), **more)).decide(  # type: ignore[arg-type]  # fields passed through
        case or ACase(), table.name, arguments
    )


def fired(decision: Decision) -> list[int]:
    return [each.number for each in decision.rows]


ACCIDENT = a_table(
    HitPolicy.GRAVEST,
    row("特别重大事故", at_least(30), ANY, cites="第三条（一）"),
    row("特别重大事故", ANY, at_least(100_000_000), cites="第三条（一）"),
    row("重大事故", at_least(10, 30), ANY, cites="第三条（二）"),
    row("重大事故", ANY, at_least(50_000_000, 100_000_000), cites="第三条（二）"),
    row("较大事故", at_least(3, 10), ANY, cites="第三条（三）"),
    row("较大事故", ANY, at_least(10_000_000, 50_000_000), cites="第三条（三）"),
    row("一般事故", below(3), ANY, cites="第三条（四）"),
    row("一般事故", ANY, below(10_000_000), cites="第三条（四）"),
)


@pytest.mark.parametrize(
    ("deaths", "loss", "result", "rows"),
    [
        (2, Decimal("9999999.99"), "一般事故", [7, 8]),
        (3, Decimal(0), "较大事故", [5]),
        (9, Decimal(50_000_000), "重大事故", [4]),
        (30, Decimal(0), "特别重大事故", [1]),
    ],
)
def test_取最重并说明依据哪几行(deaths: int, loss: Decimal, result: str, rows: list[int]) -> None:
    decision = decided(ACCIDENT, deaths, loss)
    assert (decision.results, fired(decision)) == ((result,), rows)
    assert decision.rows[0].basis[0].law == REGULATION


def test_最轻() -> None:
    lightest = replace(ACCIDENT, policy=HitPolicy.LIGHTEST)
    assert decided(lightest, 30, Decimal(0)).results == ("一般事故",)


def test_没有填写的输入只符合任意格() -> None:
    assert fired(decided(ACCIDENT, None, Decimal(60_000_000))) == [4]
    assert decided(ACCIDENT, None, None) == Decision((None,), (), date(2026, 11, 25), ())


def test_唯一而两行结果不同时拒绝并指明哪几行() -> None:
    table = a_table(HitPolicy.UNIQUE, row("较大事故", at_least(3), ANY), row("重大事故", at_least(10), ANY))
    with pytest.raises(RowsDisagree, match="第1、2行同时成立"):
        decided(table, 12, Decimal(0))


def test_一致允许结果相同的多行() -> None:
    table = a_table(HitPolicy.ANY, row("重大事故", at_least(3), ANY), row("重大事故", at_least(10), ANY))
    assert fired(decided(table, 12, Decimal(0))) == [1, 2]


def test_首条取表中第一行() -> None:
    table = a_table(HitPolicy.FIRST, row("重大事故", at_least(10), ANY), row("一般事故", ANY, ANY))
    assert (decided(table, 12, None).results, decided(table, 2, None).results) == (
        ("重大事故",),
        ("一般事故",),
    )


def test_汇总按行序列出并去掉重复() -> None:
    rows = (row("重大事故", at_least(1), ANY), row("一般事故", ANY, ANY), row("重大事故", at_least(2), ANY))
    table = a_table(HitPolicy.COLLECT, *rows)
    assert decided(table, 5, None).results == (("重大事故", "一般事故"),)
    assert decided(a_table(HitPolicy.COLLECT, rows[0]), 0, None).results == ((),)


def test_按行和按轻重都不去掉重复() -> None:
    rows = (row("一般事故", ANY, ANY), row("重大事故", at_least(1), ANY), row("一般事故", at_least(2), ANY))
    in_rows = decided(a_table(HitPolicy.RULE_ORDER, *rows), 5, None)
    assert in_rows.results == (("一般事故", "重大事故", "一般事故"),)
    by_gravity = decided(a_table(HitPolicy.OUTPUT_ORDER, *rows), 5, None)
    assert by_gravity.results == (("重大事故", "一般事故", "一般事故"),)
    assert [each.number for each in by_gravity.rows] == [2, 1, 3]


POINTS_OFF = (
    row(Literal(Decimal("0.1"), MONEY), at_least(1), ANY),
    row(Literal(Decimal("0.2"), MONEY), at_least(2), ANY),
    row(Literal(Decimal("0.1"), MONEY), at_least(3), ANY),
)


@pytest.mark.parametrize(
    ("policy", "one", "all_three", "none"),
    [
        (HitPolicy.SUM, Decimal("0.1"), Decimal("0.4"), 0),
        (HitPolicy.MIN, Decimal("0.1"), Decimal("0.1"), None),
        (HitPolicy.MAX, Decimal("0.1"), Decimal("0.2"), None),
        (HitPolicy.COUNT, 1, 3, 0),
    ],
)
def test_符合的各行合成一个数(policy: HitPolicy, one: Value, all_three: Value, none: Value) -> None:
    """DMN 1.5, 8.2.10: C+ C< C> C#; sums are exact."""
    table = a_table(policy, *POINTS_OFF)
    assert [decided(table, deaths, None).results[0] for deaths in (1, 3, 0)] == [one, all_three, none]
    assert [each.number for each in decided(table, 3, None).rows] == [1, 2, 3]


def test_有一行没有结果合计就没有() -> None:
    unknown = Arithmetic(Operator.MUL, InputRef("损失"), Literal(2, MONEY))
    table = a_table(HitPolicy.SUM, POINTS_OFF[0], row(unknown, ANY, ANY))
    assert decided(table, 1, None).results == (None,)


def test_最重也比较金额() -> None:
    fines = Table(
        "罚款",
        (Input("死亡", PEOPLE),),
        (Input("金额", MONEY),),
        HitPolicy.GRAVEST,
        (TableVersion((row(Literal(Decimal(300), MONEY), ANY), row(Literal(Decimal(500), MONEY), ANY))),),
    )
    assert decided(fines, 1).results == (Decimal(500),)


def test_结果可以是输入的算式() -> None:
    double = Arithmetic(Operator.MUL, InputRef("损失"), Literal(2, MONEY))
    table = a_table(HitPolicy.UNIQUE, row(double, ANY, ANY))
    assert decided(table, 1, Decimal("10.5")).results == (Decimal("21.0"),)


def test_枚举格与等级以上格() -> None:
    inputs = (Input("等级", GRADE), Input("伤亡", YES_NO))
    above = Interval(grade("较大事故"), None, low_closed=True, high_closed=False)
    table = a_table(
        HitPolicy.FIRST,
        row("甲", above, ANY),
        row("乙", OneOf((grade("一般事故"),)), OneOf((Literal(True, YES_NO),))),
        row("丙", ANY, ANY),
        inputs=inputs,
    )
    answers = [decided(table, level, hurt).results[0] for level in GRADES for hurt in (True, False)]
    assert answers == ["甲"] * 6 + ["乙", "丙"]


def test_日期格与时间输入按当地日比较() -> None:
    new = Interval(Literal(date(2023, 4, 10), Type(Kind.DATE)), None, low_closed=True, high_closed=False)
    table = a_table(HitPolicy.FIRST, row("新", new), row("旧", ANY), inputs=(Input("日期", Type(Kind.DATE)),))
    assert decided(table, date(2023, 4, 10)).results == ("新",)
    assert decided(table, date(2023, 4, 9)).results == ("旧",)


def test_格的界限可以是参数() -> None:
    limit = Interval(ParameterRef("门槛"), None, low_closed=True, high_closed=False)
    table = a_table(HitPolicy.FIRST, row("重大事故", limit, ANY), row("一般事故", ANY, ANY))
    threshold = Parameter("门槛", PEOPLE, True, (DatedValue(date(2020, 1, 1), Literal(5, PEOPLE)),))
    assert decided(table, 5, None, parameters=(threshold,)).results == ("重大事故",)
    local = ACase(figures={"门槛": (date(2024, 1, 1), 6)})
    assert decided(table, 5, None, parameters=(threshold,), case=local).results == ("一般事故",)


OLD = TableVersion((row("重大事故", ANY, ANY),), date(2007, 6, 1), date(2021, 8, 31))
NEW = TableVersion((row("较大事故", ANY, ANY),), date(2021, 9, 1), None, (Citation(REGULATION),))
VERSIONED = replace(ACCIDENT, policy=HitPolicy.UNIQUE, versions=(OLD, NEW))


def read_on(day: date, **more: object) -> Decision:
    law = Literal(day, Type(Kind.DATE))
    return decided(replace(VERSIONED, **more), 1, Decimal(0), law_as_of=law)  # type: ignore[arg-type]


def test_按适用日选用版本() -> None:
    assert [
        version_on(VERSIONED, day) for day in (date(2007, 6, 1), date(2021, 8, 31), date(2021, 9, 1))
    ] == [
        OLD,
        OLD,
        NEW,
    ]
    assert read_on(date(2021, 8, 31)).results == ("重大事故",)
    assert read_on(date(2021, 9, 1)).basis == (Citation(REGULATION),)


def test_施行之前没有结果() -> None:
    assert version_on(VERSIONED, date(2000, 1, 1)) is None
    assert read_on(date(2000, 1, 1)).results == (None,)


def test_从轻取新旧版本中较轻的结果并记下日期() -> None:
    decision = read_on(date(2021, 8, 31), lenient=True)
    assert (decision.results, decision.day) == (("较大事故",), date(2026, 11, 25))


def test_行有自己的有效期() -> None:
    old = replace(row("重大事故", ANY, ANY), valid_until=date(2025, 12, 31))
    new = replace(row("较大事故", ANY, ANY), valid_from=date(2026, 1, 1))
    table = a_table(HitPolicy.UNIQUE, old, new)
    assert decided(table, 1, None).results == ("较大事故",)
    assert decided(table, 1, None, law_as_of=Literal(date(2025, 1, 1), Type(Kind.DATE))).results == (
        "重大事故",
    )


def test_一张表供表达式调用并留下所依据的行() -> None:
    case = ACase()
    call = TableCall("判级", (Literal(12, PEOPLE), Literal(Decimal(0), MONEY)), "等级")
    assert Program(a_definition(ACCIDENT)).value(call, case) == "重大事故"
    ((name, decision),) = case.read
    assert name == "判级" and isinstance(decision, Decision) and fired(decision) == [3]


# ---- rules


def more_than(name: str, value: int) -> Compare:
    return Compare(Comparison.GT, InputRef(name), Literal(value, MONEY))


def money(value: int) -> Literal:
    return Literal(Decimal(value), MONEY)


REWARD = Rule(
    "奖励",
    MONEY,
    (Input("罚款", MONEY), Input("职工", YES_NO)),
    base=Arithmetic(Operator.MUL, InputRef("罚款"), Literal(Decimal("0.15"), Type(Kind.RATIO))),
    exceptions=(
        RuleException("职工举报", (), InputRef("职工"), money(50_000)),
        RuleException("巨额", ("职工举报",), more_than("罚款", 10_000_000), money(100_000)),
    ),
    floor=money(3_000),
    ceiling=money(300_000),
)


def rewarded(fine: int, employee: bool = False, rule: Rule = REWARD) -> Value:
    call = RuleCall(rule.name, (money(fine), Literal(employee, YES_NO)))
    return Program(a_definition(rules=(rule,))).value(call, ACase())


def test_一般计算与上下限() -> None:
    assert [rewarded(fine) for fine in (100_000, 1_000, 5_000_000)] == [15_000, 3_000, 300_000]


def test_例外优先于一般() -> None:
    assert rewarded(100_000, employee=True) == 50_000


def test_写明优先的例外胜过被它优先的例外() -> None:
    assert rewarded(20_000_000, employee=True) == 100_000


def test_两个例外同时成立而未写明优先时拒绝() -> None:
    first, second = REWARD.exceptions
    unclear = replace(REWARD, exceptions=(first, replace(second, overrides=())))
    with pytest.raises(ExceptionsDisagree, match="例外“职工举报”、“巨额”同时成立"):
        rewarded(20_000_000, employee=True, rule=unclear)


def rewarded_on(day: date, rule: Rule) -> Value:
    call = RuleCall(rule.name, (money(100_000), Literal(False, YES_NO)))
    return Program(a_definition(rules=(rule,))).value(call, ACase(today=day))


def test_规则按当日施行的版本得出() -> None:
    old = replace(REWARD, valid_from=date(2018, 1, 1), valid_until=date(2022, 12, 31))
    new = replace(REWARD, base=money(20_000), valid_from=date(2023, 1, 1))
    whole = replace(old, later=(new,))
    assert rewarded_on(date(2022, 12, 31), whole) == 15_000
    assert rewarded_on(date(2023, 1, 1), whole) == 20_000


def test_没有版本施行的日子规则没有结果() -> None:
    assert rewarded_on(date(2017, 12, 31), replace(REWARD, valid_from=date(2018, 1, 1))) is None


def concluded(fine: int, *, employee: bool = False, rule: Rule = REWARD) -> Conclusion:
    """Return what the reward's rule told of itself."""
    case = ACase()
    call = RuleCall(rule.name, (money(fine), Literal(employee, YES_NO)))
    Program(a_definition(rules=(rule,))).value(call, case)
    ((name, answer),) = case.read
    assert name == rule.name and isinstance(answer, Conclusion)
    return answer


def test_规则说明由哪一条得出() -> None:
    assert concluded(100_000).cases == ()
    assert concluded(100_000, employee=True).cases == ("职工举报",)
    assert concluded(20_000_000, employee=True).cases == ("巨额",)


def test_没有名称的例外按次序称呼() -> None:
    first, second = REWARD.exceptions
    unnamed = replace(REWARD, exceptions=(second, replace(first, name=None)))
    assert concluded(100_000, employee=True, rule=unnamed).cases == ("第2条",)


def test_规则说明到了哪个界限() -> None:
    assert [concluded(fine).bound for fine in (100_000, 1_000, 5_000_000)] == [
        None,
        Bound.FLOOR,
        Bound.CEILING,
    ]


def test_规则的依据先写例外的条文() -> None:
    general, special = Citation("《奖励办法》", "第三条"), Citation("《奖励办法》", "第四条")
    exceptions = tuple(replace(each, basis=(special,)) for each in REWARD.exceptions)
    rule = replace(REWARD, basis=(general,), exceptions=exceptions)
    assert concluded(100_000, employee=True, rule=rule).basis == (special, general)
    assert concluded(100_000, rule=rule).basis == (general,)


def test_结果相同的例外不算冲突() -> None:
    first, second = REWARD.exceptions
    same = replace(REWARD, exceptions=(first, replace(second, overrides=(), result=money(50_000))))
    assert rewarded(20_000_000, employee=True, rule=same) == 50_000
