"""How values and people read in the prose of a definition."""

from datetime import date
from decimal import Decimal

import pytest

from dsl.describing import describe
from dsl.describing.expressions import said
from dsl.describing.people import performers
from engine.definition import Block, Branch, Data, Definition, Field, Form, Performer, Region, Step
from engine.expressions import (
    Arithmetic,
    Between,
    CaseFact,
    CaseRef,
    Compare,
    Comparison,
    DataRef,
    Expression,
    FieldRef,
    Literal,
    NodeFact,
    NodeRef,
    Operator,
    Today,
)
from engine.values import Kind, Span, Type, Unit

FORM = Form(
    "登记",
    (
        Field("期限", Type(Kind.DATE)),
        Field("金额", Type(Kind.MONEY)),
        Field("等级", Type(Kind.ENUM, "等级")),
        Field("五到位", Type(Kind.YES_NO)),
    ),
)
DEFINITION = Definition("试", "1", (), (), (), forms=(FORM,), data=(Data("到期", Type(Kind.DATE)),))
DUE, SUM = FieldRef("登记", "期限"), FieldRef("登记", "金额")


def literal(value: object, kind: Kind) -> Literal:
    return Literal(value, Type(kind))  # type: ignore[arg-type]  # values of several kinds


def later(days: int) -> Expression:
    span = literal(Span(days, Unit.DAY), Kind.DURATION)
    return Arithmetic(Operator.ADD, Today(), span)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (Compare(Comparison.GE, DUE, Today()), "“登记”的“期限”不早于今天"),
        (Compare(Comparison.LE, DUE, DataRef("到期")), "“登记”的“期限”不晚于“到期”"),
        (Compare(Comparison.GT, DUE, later(30)), "“登记”的“期限”晚于今天之后30日"),
        (Compare(Comparison.LT, Today(), DataRef("到期")), "今天早于“到期”"),
        (Arithmetic(Operator.MUL, SUM, literal(Decimal(2), Kind.NUMBER)), "“登记”的“金额”乘以2"),
        (Compare(Comparison.GE, SUM, literal(Decimal(50000), Kind.MONEY)), "“登记”的“金额”不少于5万元"),
        (Compare(Comparison.LT, SUM, literal(Decimal(50000), Kind.MONEY)), "“登记”的“金额”少于5万元"),
        (
            Compare(Comparison.NE, FieldRef("登记", "等级"), literal("不需要停产", Kind.ENUM)),
            "“登记”的“等级”不是“不需要停产”",
        ),
        (
            Compare(Comparison.EQ, FieldRef("登记", "五到位"), literal(True, Kind.YES_NO)),
            "“登记”的“五到位”为“是”",
        ),
        (
            Between(DUE, literal(date(2023, 4, 1), Kind.DATE), literal(date(2023, 4, 30), Kind.DATE), True, False),
            "“登记”的“期限”不早于2023年4月1日、早于2023年4月30日",
        ),
    ],
)  # fmt: skip
def test_days_are_earlier_and_later_amounts_more_and_less_and_values_in_quotes(
    expression: Expression, words: str
) -> None:
    assert said(expression, DEFINITION) == words


def test_the_last_step_of_all_closes_the_case_and_that_of_a_branch_only_the_branch() -> None:
    nodes = (
        Block("会商", 0, (Branch("甲", 1),)),
        Step("甲办", 1, (Performer("甲"),)),
        Step("发证", 0, (Performer("乙"),)),
    )
    process = Definition("试", "1", nodes, (Region((0, 2)), Region((1,), 0, 0)), ())

    told = describe(process)

    assert "甲办。由甲办理。办完后，这一段结束。" in told
    assert "发证。由乙办理。办完后，案件办结。" in told


def test_how_many_people_and_which_stand_behind_the_role() -> None:
    who = (Performer("执法人员", seats=2), Performer("监管站所", scope=FieldRef("登记", "等级")))

    assert performers(who, DEFINITION) == "执法人员（至少2人）或监管站所（按“登记”的“等级”确定）"


def test_every_fact_of_a_case_has_words() -> None:
    for fact in CaseFact:
        assert said(CaseRef(fact), DEFINITION)
    process = Definition("试", "1", (Step("甲办", 0, (Performer("甲"),)),), (Region((0,)),), ())
    for node_fact in NodeFact:
        assert said(NodeRef(0, node_fact), process).startswith("“甲办”")
