"""What expressions mean, one rule a test."""

import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from engine.compiled import Program
from engine.definition import (
    Citation,
    Data,
    DatedValue,
    Definition,
    Enumeration,
    Field,
    Form,
    Parameter,
)
from engine.expressions import (
    Among,
    And,
    Arithmetic,
    Between,
    CaseFact,
    CaseRef,
    Compare,
    Comparison,
    DataRef,
    ElementRef,
    Expression,
    Extreme,
    Extremum,
    FieldRef,
    Filled,
    FormRef,
    InstanceRef,
    LinkedCasesClosed,
    Literal,
    NodeFact,
    NodeRef,
    Not,
    Operator,
    Or,
    OutcomeRef,
    ParameterRef,
    Quantified,
    Quantifier,
    Today,
    UnitAttribute,
)
from engine.values import Kind, Span, Type, Unit, Value
from tests.unit.calendar.test_deadlines import at
from tests.unit.compute.case import ACase

TEXT, INTEGER, MONEY, YES_NO = Type(Kind.TEXT), Type(Kind.INTEGER), Type(Kind.MONEY), Type(Kind.YES_NO)
GRADE = Type(Kind.ENUM, "等级")
DEFINITION = Definition(
    name="试验",
    version="1",
    nodes=(),
    regions=(),
    starts=(),
    forms=(
        Form(
            "登记",
            (
                Field("人数", INTEGER),
                Field("金额", MONEY),
                Field("等级", GRADE),
                Field("重大", YES_NO),
                Field("日期", Type(Kind.DATE)),
                Field("时间", Type(Kind.TIME)),
                Field("清单", Type(Kind.LIST, "房屋")),
                Field("名单", Type(Kind.PEOPLE)),
            ),
        ),
    ),
    data=(Data("次数", INTEGER),),
    enumerations=(Enumeration("等级", ("重大", "较大", "一般"), ordered=True),),
    parameters=(
        Parameter(
            "比例",
            Type(Kind.RATIO),
            local=False,
            values=(
                DatedValue(date(2018, 1, 4), Literal(Decimal("0.15"), Type(Kind.RATIO))),
                DatedValue(date(2023, 1, 1), Literal(Decimal("0.30"), Type(Kind.RATIO))),
            ),
            basis=(Citation("办法"),),
        ),
        Parameter(
            "期限",
            Type(Kind.DURATION),
            True,
            (DatedValue(date(2023, 4, 10), Literal(Span(10, Unit.DAY), TEXT)),),
        ),
    ),
)
PROGRAM = Program(DEFINITION)
PEOPLE = FieldRef("登记", "人数")
AMOUNT = FieldRef("登记", "金额")


def number(value: int) -> Literal:
    return Literal(value, INTEGER)


def word(value: str) -> Literal:
    return Literal(value, TEXT)


def filled(**fields: Value) -> ACase:
    """A case whose form 登记 holds these fields."""
    return ACase(forms={"登记": fields})


def evaluated(expression: Expression, case: ACase | None = None) -> Value:
    return PROGRAM.value(expression, case or ACase())


def compared(left: Expression, operator: Comparison, right: Expression, **more: str) -> Compare:
    return Compare(operator, left, right, more.get("order"))


@pytest.mark.parametrize("operator", [Comparison.LT, Comparison.LE, Comparison.GT, Comparison.GE])
def test_ordering_with_a_missing_operand_is_false_both_ways(operator: Comparison) -> None:
    assert evaluated(compared(PEOPLE, operator, number(3))) is False
    assert evaluated(compared(number(3), operator, PEOPLE)) is False


def test_missing_is_a_value_of_its_own_for_equality() -> None:
    assert evaluated(compared(PEOPLE, Comparison.EQ, Literal(None, INTEGER))) is True
    assert evaluated(compared(PEOPLE, Comparison.NE, number(3))) is True


def test_integers_and_decimals_compare_exactly() -> None:
    case = filled(人数=3, 金额=Decimal("3.00"))
    assert evaluated(compared(PEOPLE, Comparison.EQ, AMOUNT), case) is True
    assert evaluated(compared(AMOUNT, Comparison.GE, number(3)), case) is True


def test_at_least_as_grave() -> None:
    grave = compared(FieldRef("登记", "等级"), Comparison.GE, Literal("较大", GRADE), order="等级")
    assert [evaluated(grave, filled(等级=grade)) for grade in ("重大", "较大", "一般", None, "特大")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_date_and_a_time_compare_by_local_day() -> None:
    same = compared(FieldRef("登记", "日期"), Comparison.EQ, FieldRef("登记", "时间"))
    assert evaluated(same, filled(日期=date(2023, 4, 3), 时间=at("2023-04-03 00:30"))) is True


def test_periods_compare_by_their_usual_length() -> None:
    month, days = Literal(Span(1, Unit.MONTH), TEXT), Literal(Span(15, Unit.WORKING_DAY), TEXT)
    assert evaluated(compared(days, Comparison.LT, month)) is True


def test_conditions_are_two_valued() -> None:
    grave = FieldRef("登记", "重大")
    assert PROGRAM.holds(grave, ACase()) is False
    assert evaluated(Not(grave)) is True
    assert evaluated(And((grave, Literal(True, YES_NO)))) is False
    assert evaluated(Or((grave, Literal(True, YES_NO)))) is True
    assert (evaluated(And(())), evaluated(Or(()))) == (True, False)


def test_one_of() -> None:
    among = Among(FieldRef("登记", "等级"), (Literal("重大", GRADE), Literal("较大", GRADE)))
    assert [evaluated(among, filled(等级=grade)) for grade in ("较大", "一般", None)] == [True, False, False]


def test_one_of_the_people_of_a_list() -> None:
    among = Among(word("wang-jie"), (FieldRef("登记", "名单"),))
    assert evaluated(among, filled(名单=("li-ke", "wang-jie"))) is True
    assert evaluated(among, filled(名单=("li-ke",))) is False


@pytest.mark.parametrize(("value", "inside"), [(2, False), (3, True), (9, True), (10, False), (None, False)])
def test_between_closed_below_and_open_above(value: Value, inside: bool) -> None:
    between = Between(PEOPLE, number(3), number(10), low_closed=True, high_closed=False)
    assert evaluated(between, filled(人数=value)) is inside


@pytest.mark.parametrize(
    ("value", "is_filled"), [(None, False), ("", False), ((), False), (0, True), (False, True)]
)
def test_filled(value: Value, is_filled: bool) -> None:
    assert evaluated(Filled(PEOPLE), filled(人数=value)) is is_filled


def arithmetic(left: Value, operator: Operator, right: Value) -> Value:
    return evaluated(Arithmetic(operator, Literal(left, TEXT), Literal(right, TEXT)))


def test_arithmetic_is_exact() -> None:
    assert arithmetic(Decimal("0.1"), Operator.ADD, Decimal("0.2")) == Decimal("0.3")
    assert arithmetic(Decimal("99999999999999999999999999.99"), Operator.MUL, 3) == Decimal(
        "299999999999999999999999999.97"
    )
    assert arithmetic(7, Operator.SUB, 9) == -2
    assert arithmetic(1, Operator.DIV, 8) == Decimal("0.125")


def test_arithmetic_on_a_missing_operand_is_missing() -> None:
    assert [arithmetic(None, operator, 1) for operator in Operator] == [None] * 4
    assert arithmetic(5, Operator.DIV, 0) is None


def test_yes_is_not_the_number_one() -> None:
    assert arithmetic(True, Operator.ADD, 1) is None


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        (date(2023, 4, 3), Span(3, Unit.WORKING_DAY), date(2023, 4, 7)),
        (date(2023, 8, 5), Span(60, Unit.DAY), date(2023, 10, 4)),
        (date(2023, 1, 31), Span(1, Unit.MONTH), date(2023, 2, 28)),
        (date(2024, 2, 29), Span(1, Unit.YEAR), date(2025, 2, 28)),
        (date(2023, 4, 3), Span(2, Unit.WEEK), date(2023, 4, 17)),
        (at("2023-12-31 23:30"), Span(1, Unit.HOUR), at("2024-01-01 00:30")),
        (at("2023-04-03 16:20"), Span(2, Unit.DAY), at("2023-04-05 16:20")),
    ],
)
def test_a_date_plus_a_period_counts_as_the_law_counts(start: date, span: Span, end: date) -> None:
    assert arithmetic(start, Operator.ADD, span) == end
    assert arithmetic(span, Operator.ADD, start) == end


@pytest.mark.parametrize(
    ("end", "span", "start"),
    [
        (date(2023, 4, 7), Span(3, Unit.WORKING_DAY), date(2023, 4, 3)),
        (date(2023, 3, 31), Span(1, Unit.MONTH), date(2023, 2, 28)),
        (date(2024, 2, 29), Span(1, Unit.YEAR), date(2023, 2, 28)),
        (date(2023, 4, 17), Span(2, Unit.WEEK), date(2023, 4, 3)),
        (date(2023, 4, 5), Span(5, Unit.DAY), date(2023, 3, 31)),
        (at("2024-01-01 00:30"), Span(90, Unit.MINUTE), at("2023-12-31 23:00")),
    ],
)
def test_a_date_minus_a_period_goes_back(end: date, span: Span, start: date) -> None:
    assert arithmetic(end, Operator.SUB, span) == start


def test_a_date_minus_a_date_is_whole_days() -> None:
    assert arithmetic(date(2023, 4, 10), Operator.SUB, date(2023, 4, 3)) == 7
    assert arithmetic(at("2023-04-10 01:00"), Operator.SUB, at("2023-04-09 23:00")) == 1


def test_periods_of_one_unit_add_and_multiply() -> None:
    assert arithmetic(Span(60, Unit.DAY), Operator.ADD, Span(30, Unit.DAY)) == Span(90, Unit.DAY)
    assert arithmetic(Span(60, Unit.DAY), Operator.SUB, Span(30, Unit.DAY)) == Span(30, Unit.DAY)
    assert arithmetic(Span(60, Unit.DAY), Operator.MUL, 2) == Span(120, Unit.DAY)
    assert arithmetic(2, Operator.MUL, Span(60, Unit.DAY)) == Span(120, Unit.DAY)
    assert arithmetic(Span(60, Unit.DAY), Operator.ADD, Span(1, Unit.MONTH)) is None


def test_least_and_greatest() -> None:
    terms = (AMOUNT, number(300))
    assert evaluated(Extreme(Extremum.MIN, terms), filled(金额=Decimal(200))) == 200
    assert evaluated(Extreme(Extremum.MAX, terms), filled(金额=Decimal(200))) == 300
    assert evaluated(Extreme(Extremum.MAX, terms)) is None


HOUSES = FieldRef("登记", "清单")
DANGEROUS = compared(ElementRef("清单", "等级"), Comparison.EQ, word("D"))


def houses(*grades: str) -> ACase:
    return filled(
        清单=tuple({"等级": grade, "人数": n, "名": ("甲",) * n} for n, grade in enumerate(grades, 1))
    )


def over(quantifier: Quantifier, of: Expression | None = None) -> Quantified:
    return Quantified(quantifier, HOUSES, "清单", DANGEROUS, of)


def test_quantifiers_over_a_list() -> None:
    case = houses("D", "C", "D")
    assert evaluated(over(Quantifier.ALL), case) is False
    assert evaluated(over(Quantifier.ANY), case) is True
    assert evaluated(over(Quantifier.COUNT), case) == 2
    assert evaluated(over(Quantifier.TOTAL, ElementRef("清单", "人数")), case) == 4
    selected = evaluated(over(Quantifier.SELECT), case)
    assert isinstance(selected, tuple) and len(selected) == 2


def test_quantifiers_over_nothing() -> None:
    assert evaluated(over(Quantifier.ALL)) is True
    assert evaluated(over(Quantifier.ANY)) is False
    assert evaluated(over(Quantifier.TOTAL, ElementRef("清单", "人数"))) == 0


def test_a_total_with_a_missing_part_is_missing() -> None:
    case = filled(清单=({"等级": "D"}, {"等级": "D", "人数": 2}))
    assert evaluated(over(Quantifier.TOTAL, ElementRef("清单", "人数")), case) is None


def test_quantifiers_nest_and_a_list_may_be_selected_first() -> None:
    many = Compare(Comparison.GT, ElementRef("清单", "人数"), number(1))
    inner = Quantified(Quantifier.SELECT, HOUSES, "清单", DANGEROUS)
    people = Quantified(
        Quantifier.ANY,
        ElementRef("清单", "名"),
        "名",
        compared(ElementRef("名", None), Comparison.EQ, word("甲")),
    )
    case = houses("D", "C", "D")
    assert evaluated(Quantified(Quantifier.COUNT, inner, "清单", many), case) == 1
    assert evaluated(Quantified(Quantifier.COUNT, HOUSES, "清单", And((many, people))), case) == 2


def test_an_element_outside_a_quantifier_is_that_of_the_instance() -> None:
    case = ACase(elements={"名单": {"区域": "润城村"}})
    assert evaluated(ElementRef("名单", "区域"), case) == "润城村"
    assert evaluated(ElementRef("名单", "电话"), case) is None


def test_instances_of_a_branch_are_asked_each_in_its_own_scope() -> None:
    done = NodeRef(4, NodeFact.IS_DONE)
    called = ACase(nodes={(4, NodeFact.IS_DONE): True})
    all_called = Quantified(Quantifier.ALL, InstanceRef(2, 0), "名单", done)
    assert evaluated(all_called, ACase(branches={(2, 0): [(called, "甲"), (called, "乙")]})) is True
    assert evaluated(all_called, ACase(branches={(2, 0): [(called, "甲"), (ACase(), "乙")]})) is False
    assert evaluated(InstanceRef(2, 0), ACase(branches={(2, 0): [(called, "甲")]})) == ("甲",)


def test_the_scope_answers_for_everything_else() -> None:
    case = ACase(
        forms={"登记": {"人数": 1}},
        values={"次数": 2},
        facts={CaseFact.NUMBER: "润隐〔2026〕1号"},
        nodes={(3, NodeFact.ROUNDS): 2},
        chosen="合格",
        closed=frozenset({"督办"}),
        attributes={("润城煤矿", "行业"): "煤矿"},
    )
    assert evaluated(FormRef("登记"), case) == {"人数": 1}
    assert evaluated(DataRef("次数"), case) == 2
    assert evaluated(CaseRef(CaseFact.NUMBER), case) == "润隐〔2026〕1号"
    assert evaluated(NodeRef(3, NodeFact.ROUNDS), case) == 2
    assert evaluated(OutcomeRef(), case) == "合格"
    assert evaluated(Today(), case) == case.today
    assert evaluated(LinkedCasesClosed("督办"), case) is True
    assert evaluated(UnitAttribute(word("润城煤矿"), "行业"), case) == "煤矿"


SET = date(2024, 1, 1)
RATIO, LIMIT = ParameterRef("比例"), ParameterRef("期限")


def as_of(field: str, lenient: bool = False) -> Program:
    return Program(replace(DEFINITION, law_as_of=FieldRef("登记", field), lenient=lenient))


def test_a_parameter_is_read_as_of_the_day_the_law_counts() -> None:
    assert evaluated(RATIO) == Decimal("0.30")
    assert as_of("日期").value(RATIO, filled(日期=date(2020, 5, 1))) == Decimal("0.15")
    assert as_of("时间").value(RATIO, filled(时间=at("2022-12-31 23:30"))) == Decimal("0.15")
    assert as_of("日期").value(RATIO, ACase()) == Decimal("0.30")


def test_before_the_first_dated_value_the_first_counts() -> None:
    assert as_of("日期").value(RATIO, filled(日期=date(2010, 5, 1))) == Decimal("0.15")


def test_从轻_takes_the_smaller_of_then_and_now() -> None:
    lenient = as_of("日期", lenient=True)
    assert lenient.value(RATIO, filled(日期=date(2020, 5, 1))) == Decimal("0.15")
    assert lenient.value(RATIO, filled(日期=date(2024, 5, 1))) == Decimal("0.30")


def test_an_administrator_sets_local_parameters_but_never_law() -> None:
    case = ACase(figures={"比例": (SET, Decimal("0.9")), "期限": (SET, Span(7, Unit.DAY))})
    assert evaluated(LIMIT, case) == Span(7, Unit.DAY)
    assert evaluated(RATIO, case) == Decimal("0.30")


def test_no_word_of_an_author_stands_in_the_generated_source() -> None:
    """Names and texts are constants bound from outside, whatever is written in them."""
    evil = '"); __import__("os").system("x")  #'
    expression = And(
        (
            Compare(Comparison.EQ, FieldRef(evil, evil), Literal(evil, TEXT)),
            Quantified(Quantifier.ANY, DataRef(evil), evil, Filled(ElementRef(evil, evil))),
            Filled(UnitAttribute(ParameterRef(evil), evil)),
        )
    )
    module = PROGRAM.module()
    module.condition(expression)
    words = set(re.findall(r"[^\W\d]\w*", module.source))
    python = "def|return|and|not|is|in|for|or|any|None|True"
    ours = "library|parameter|field|data|attribute|part|is_filled|compare|zone"
    allowed = rf"[a-z]\d*|{python}|{ours}"
    assert {each for each in words if not re.fullmatch(allowed, each)} == set()
    assert "os" not in module.source and "(" + '"' not in module.source


def test_a_program_compiles_an_expression_once() -> None:
    program = Program(DEFINITION)
    expression = compared(PEOPLE, Comparison.GT, number(3))
    assert program.holds(expression, filled(人数=5)) is True
    assert program.holds(expression, filled(人数=2)) is False
    assert len(program._conditions) == 1


def test_a_moment_is_a_datetime_everywhere() -> None:
    assert isinstance(arithmetic(at("2023-04-03 16:20"), Operator.SUB, Span(1, Unit.DAY)), datetime)
