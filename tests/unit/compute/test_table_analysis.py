"""What the analysis of a decision table says, one rule a test."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.definition import (
    Cell,
    Citation,
    DatedValue,
    Enumeration,
    HitPolicy,
    Input,
    Interval,
    OneOf,
    Parameter,
    Table,
    TableVersion,
)
from engine.expressions import Arithmetic, InputRef, Literal, Operator, ParameterRef, Today
from engine.table_analysis import ROW_VALIDITY, TableFinding, TableProblem, analyse
from engine.values import Kind, Span, Type, Unit, Value
from tests.unit.compute.test_tables import (
    ACCIDENT,
    ANY,
    GRADE,
    GRADES,
    PEOPLE,
    YES_NO,
    a_table,
    at_least,
    below,
    grade,
    row,
)

ENUMERATIONS = (Enumeration("等级", GRADES, ordered=True),)
LIMIT = Parameter("门槛", PEOPLE, True, (DatedValue(date(2020, 1, 1), Literal(5, PEOPLE)),))

COUNTED = (HitPolicy.SUM, HitPolicy.COUNT)


def findings(table: Table, problem: TableProblem | None = None) -> list[TableFinding]:
    found = analyse(table, ENUMERATIONS, (LIMIT,))
    return [each for each in found if problem is None or each.problem is problem]


def gaps(kind: Kind, *cells: Cell, of: str | None = None) -> list[Value]:
    """Witnesses of the gaps of a table with one input."""
    table = a_table(
        HitPolicy.FIRST, *(row("一般事故", cell) for cell in cells), inputs=(Input("某", Type(kind, of)),)
    )
    return [finding.witness[0][1] for finding in findings(table, TableProblem.GAP)]


def interval(low: Literal | None, high: Literal | None, bounds: str) -> Interval:
    """An interval with bounds written as in [1..3)."""
    return Interval(low, high, bounds[0] == "[", bounds[1] == "]")


def number(value: str) -> Literal:
    return Literal(Decimal(value), Type(Kind.NUMBER))


def day(text: str) -> Literal:
    return Literal(date.fromisoformat(text), Type(Kind.DATE))


def span(count: int, unit: Unit) -> Literal:
    return Literal(Span(count, unit), Type(Kind.DURATION))


def test_合计和计数没有缺口最大有() -> None:
    rows = (row("重大事故", at_least(3), ANY),)
    counted = [len(findings(a_table(policy, *rows), TableProblem.GAP)) for policy in COUNTED]
    assert (counted, len(findings(a_table(HitPolicy.MAX, *rows), TableProblem.GAP))) == ([0, 0], 1)


def test_重叠的两行合计时不能合并() -> None:
    apart = (row("一般事故", at_least(1, below=3), ANY), row("一般事故", at_least(3), ANY))
    both = (row("一般事故", at_least(1, below=4), ANY), row("一般事故", at_least(3), ANY))
    for policy in COUNTED:
        assert len(findings(a_table(policy, *apart), TableProblem.MERGEABLE)) == 1
        assert findings(a_table(policy, *both), TableProblem.MERGEABLE) == []


def test_事故等级表没有缺口也没有多余的行() -> None:
    assert findings(ACCIDENT) == []


def test_少一行就有缺口并给出实例() -> None:
    rows = ACCIDENT.versions[0].rows
    table = replace(ACCIDENT, versions=(TableVersion(rows[:6]),))
    assert findings(table, TableProblem.GAP)[0].witness == (("死亡", 0), ("损失", Decimal(0)))


def test_整数之间没有缝隙() -> None:
    assert gaps(Kind.HEADCOUNT, below(3), Interval(Literal(2, PEOPLE), None, False, False)) == []


def test_小数之间有缝隙() -> None:
    cells = (interval(None, number("2"), "(]"), interval(number("3"), None, "[)"))
    assert gaps(Kind.NUMBER, *cells) == [Decimal("2.5")]


def test_开区间漏掉端点() -> None:
    cells = (interval(None, number("3"), "()"), interval(number("3"), None, "()"))
    assert gaps(Kind.NUMBER, *cells) == [Decimal(3)]


def test_写了负数的列从负数查起() -> None:
    cells = (interval(number("-5"), None, "[)"),)
    assert gaps(Kind.NUMBER, *cells) == [Decimal(-6)]


def test_日期逐日相接() -> None:
    cells = (interval(None, day("2023-04-09"), "(]"), interval(day("2023-04-10"), None, "[)"))
    assert gaps(Kind.DATE, *cells) == []
    assert gaps(Kind.DATE, cells[0], interval(day("2023-04-11"), None, "[)")) == [date(2023, 4, 10)]


def test_期限按长短比较() -> None:
    cells = (interval(None, span(24, Unit.HOUR), "(]"), interval(span(1, Unit.DAY), None, "()"))
    assert gaps(Kind.DURATION, *cells) == []
    assert gaps(Kind.DURATION, interval(None, span(1, Unit.DAY), "()"), cells[1]) == [Span(1, Unit.DAY)]


def test_枚举缺一个取值() -> None:
    assert gaps(Kind.ENUM, OneOf(tuple(grade(each) for each in GRADES[:3])), of="等级") == ["一般事故"]


def test_等级以上按从重到轻() -> None:
    cells = (Interval(grade("较大事故"), None, True, False), OneOf((grade("一般事故"),)))
    assert gaps(Kind.ENUM, *cells, of="等级") == []


def test_文本总有其他取值() -> None:
    text = Type(Kind.TEXT)
    assert gaps(Kind.TEXT, OneOf((Literal("煤矿", text),))) == ["（其他）"]


def test_是否两个取值() -> None:
    assert gaps(Kind.YES_NO, OneOf((Literal(True, YES_NO),))) == [False]


def test_空表整个是缺口() -> None:
    assert len(findings(a_table(HitPolicy.FIRST), TableProblem.GAP)) == 1


def test_唯一的表里两行冲突并给出实例() -> None:
    table = a_table(HitPolicy.UNIQUE, row("重大事故", at_least(10), ANY), row("一般事故", below(11), ANY))
    conflict = findings(table, TableProblem.CONFLICT)
    assert [(each.rows, each.witness[0]) for each in conflict] == [((1, 2), ("死亡", 10))]


def test_取一致时结果相同不算问题() -> None:
    rows = (row("重大事故", at_least(10), ANY), row("重大事故", below(11), ANY))
    assert findings(a_table(HitPolicy.UNIQUE, *rows), TableProblem.OVERLAP)[0].rows == (1, 2)
    assert findings(a_table(HitPolicy.ANY, *rows), TableProblem.OVERLAP) == []


def test_首条的表里被前面挡住的行() -> None:
    table = a_table(HitPolicy.FIRST, row("重大事故", at_least(3), ANY), row("一般事故", at_least(5), ANY))
    assert [each.rows for each in findings(table, TableProblem.MASKED)] == [(2, 1)]


def test_取最重时总被更重的盖过的行() -> None:
    table = a_table(HitPolicy.GRAVEST, row("重大事故", ANY, ANY), row("一般事故", at_least(5), ANY))
    assert [each.rows for each in findings(table, TableProblem.MASKED)] == [(2, 1)]
    lightest = replace(table, policy=HitPolicy.LIGHTEST)
    assert findings(lightest, TableProblem.MASKED) == []


def test_自相矛盾的格使整行用不上() -> None:
    empty = Interval(Literal(5, PEOPLE), Literal(3, PEOPLE), True, True)
    table = a_table(HitPolicy.FIRST, row("重大事故", empty, ANY), row("一般事故", ANY, ANY))
    assert [each.rows for each in findings(table, TableProblem.MASKED)] == [(1,)]


def test_相接而结果相同的两行可以合并() -> None:
    table = a_table(
        HitPolicy.UNIQUE,
        row("一般事故", below(3), ANY),
        row("一般事故", at_least(3, 10), ANY),
        row("重大事故", at_least(10), ANY),
    )
    assert [(each.rows, each.column) for each in findings(table, TableProblem.MERGEABLE)] == [
        ((1, 2), "死亡")
    ]


def test_依据不同的两行不合并() -> None:
    table = a_table(
        HitPolicy.UNIQUE,
        row("一般事故", below(3), ANY, cites="第三条（三）"),
        row("一般事故", at_least(3), ANY, cites="第三条（四）"),
    )
    assert findings(table, TableProblem.MERGEABLE) == []


def test_不相接的两行不合并() -> None:
    table = a_table(
        HitPolicy.UNIQUE,
        row("一般事故", below(3), ANY),
        row("重大事故", at_least(3, 10), ANY),
        row("一般事故", at_least(10), ANY),
    )
    assert findings(table, TableProblem.MERGEABLE) == []


def test_行的有效期是一条轴() -> None:
    old = replace(row("重大事故", ANY, ANY), valid_until=date(2025, 12, 31))
    new = replace(row("一般事故", ANY, ANY), valid_from=date(2026, 1, 2))
    gap = findings(a_table(HitPolicy.UNIQUE, old, new), TableProblem.GAP)
    assert [each.witness[-1] for each in gap] == [(ROW_VALIDITY, date(2026, 1, 1))]


def test_参数的界限按最新的数值() -> None:
    above = Interval(ParameterRef("门槛"), None, True, False)
    assert gaps(Kind.HEADCOUNT, above, below(4)) == [4]
    shifted = Interval(Arithmetic(Operator.SUB, ParameterRef("门槛"), Literal(1, PEOPLE)), None, True, False)
    assert gaps(Kind.HEADCOUNT, shifted, below(4)) == []


@pytest.mark.parametrize("bound", [InputRef("死亡"), Today()])
def test_算不出的格如实指出(bound: InputRef | Today) -> None:
    table = a_table(HitPolicy.FIRST, row("一般事故", Interval(bound, None, True, False), ANY))
    assert findings(table) == [TableFinding(TableProblem.NOT_CONSTANT, 0, (1,))]


def test_每个版本各查各的() -> None:
    full, short = (
        TableVersion((row("一般事故", ANY, ANY),)),
        TableVersion((row("一般事故", at_least(1), ANY),)),
    )
    table = replace(ACCIDENT, policy=HitPolicy.FIRST, versions=(full, short))
    assert [(each.problem, each.version) for each in findings(table)] == [(TableProblem.GAP, 1)]


def test_几十行五列的大表也查得全() -> None:
    """Rows of five axes with 2^4 combinations of yes and no, and 12 bands of a number: 192 rows, no gap."""
    answers = [OneOf((Literal(value, YES_NO),)) for value in (True, False)]
    bands = [at_least(n, n + 1) for n in range(11)] + [at_least(11)]
    rows = [
        row("一般事故", a, b, c, d, band)
        for a in answers
        for b in answers
        for c in answers
        for d in answers
        for band in bands
    ]
    inputs = (*(Input(name, YES_NO) for name in "甲乙丙丁"), Input("人数", PEOPLE))
    table = a_table(HitPolicy.UNIQUE, *rows, inputs=inputs)
    found = analyse(table, (Enumeration(GRADE.of or "", GRADES),))
    assert {each.problem for each in found} == {TableProblem.MERGEABLE}
    missing = replace(table, versions=(TableVersion(tuple(rows[:100] + rows[101:])),))
    gap = [each for each in analyse(missing, ENUMERATIONS) if each.problem is TableProblem.GAP]
    assert [dict(each.witness) for each in gap] == [
        {"甲": False, "乙": True, "丙": True, "丁": True, "人数": 4}
    ]


def test_引用依据的行照常分析() -> None:
    cited = replace(row("一般事故", ANY, ANY), basis=(Citation("条例", "第三条"),))
    assert findings(a_table(HitPolicy.UNIQUE, cited)) == []
