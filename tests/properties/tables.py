"""Random small decision tables, and every point of their space."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from hypothesis import strategies as st

from engine.definition import (
    AnyValue,
    Cell,
    Definition,
    Enumeration,
    HitPolicy,
    Input,
    Interval,
    OneOf,
    Row,
    Table,
    TableVersion,
)
from engine.expressions import Literal
from engine.values import Kind, Type, Value

MEMBERS: tuple[Value, ...] = ("重大", "较大", "一般")
GRADE = Type(Kind.ENUM, "等级")
FINE = Type(Kind.MONEY)
FINES: tuple[Value, ...] = (Decimal("0.1"), Decimal("0.2"), Decimal(5))
ENUMERATION = Enumeration("等级", ("重大", "较大", "一般"), ordered=True)
FIRST_DAY = date(2024, 2, 27)
TOP = 5  # greatest bound of a number; every piece of an axis has a point up to TOP + 1

INPUTS = {
    Kind.HEADCOUNT: Input("人数", Type(Kind.HEADCOUNT)),
    Kind.MONEY: Input("金额", Type(Kind.MONEY)),
    Kind.DATE: Input("日期", Type(Kind.DATE)),
    Kind.YES_NO: Input("重大", Type(Kind.YES_NO)),
    Kind.ENUM: Input("等级", GRADE),
}
POINTS: dict[Kind, list[Value]] = {
    Kind.HEADCOUNT: list(range(TOP + 2)),
    Kind.MONEY: [Decimal(n) / 2 for n in range(2 * TOP + 3)],
    Kind.DATE: [FIRST_DAY + timedelta(days=n) for n in range(-1, TOP + 2)],
    Kind.YES_NO: [True, False],
    Kind.ENUM: list(MEMBERS),
}


def _constants(kind: Kind) -> st.SearchStrategy[Literal]:
    if kind is Kind.YES_NO:
        return st.booleans().map(lambda value: Literal(value, Type(kind)))
    if kind is Kind.ENUM:
        return st.sampled_from(MEMBERS).map(lambda value: Literal(value, GRADE))
    return st.integers(0, TOP).map(lambda n: Literal(_number(kind, n), Type(kind)))


def _number(kind: Kind, n: int) -> Value:
    match kind:
        case Kind.HEADCOUNT:
            return n
        case Kind.DATE:
            return FIRST_DAY + timedelta(days=n)
        case _:
            return Decimal(n)


def cells(kind: Kind) -> st.SearchStrategy[Cell]:
    """`-`, a list of values, or an interval with open and closed bounds."""
    anything: st.SearchStrategy[Cell] = st.just(AnyValue())
    listed = st.lists(_constants(kind), min_size=1, max_size=2).map(lambda members: OneOf(tuple(members)))
    if kind is Kind.YES_NO:
        return anything | listed
    bound = st.none() | _constants(kind)
    return anything | listed | st.builds(Interval, bound, bound, st.booleans(), st.booleans())


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table of up to three inputs and five rows with any hit policy."""
    kinds = draw(st.lists(st.sampled_from(list(INPUTS)), min_size=1, max_size=3, unique=True))
    policy = draw(st.sampled_from(list(HitPolicy)))
    figures = policy.aggregates and (policy is not HitPolicy.COUNT or draw(st.booleans()))
    result_type, values = (FINE, FINES) if figures else (GRADE, MEMBERS)
    result = st.sampled_from(values).map(lambda value: (Literal(value, result_type),))
    row = st.builds(Row, st.tuples(*(cells(kind) for kind in kinds)), result)
    rows = tuple(draw(st.lists(row, min_size=1, max_size=5)))
    return Table(
        "表",
        tuple(INPUTS[kind] for kind in kinds),
        (Input("结果", result_type),),
        policy,
        (TableVersion(rows),),
    )


def space(table: Table) -> list[tuple[Value, ...]]:
    """Every point that can matter."""
    return list(product(*(POINTS[each.type.kind] for each in table.inputs)))


def definition_of(table: Table) -> Definition:
    """A definition that holds only this table."""
    return Definition(
        name="试验",
        version="1",
        nodes=(),
        regions=(),
        starts=(),
        tables=(table,),
        enumerations=(ENUMERATION,),
    )
