"""Decision tables: heads become typed inputs and outputs, cells become values and intervals, versions are merged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from dsl import declarations as surface
from dsl.citations import basis_of, citations, obligations_of
from dsl.context import Captured, Context, Env, Signature
from dsl.declarations import (
    AnyCell,
    BasisColumn,
    CitationCell,
    CompareCell,
    InputColumn,
    Inputs,
    IntervalCell,
    LawDay,
    ResultColumn,
    ValidityCell,
    ValidityColumn,
    ValuesCell,
)
from dsl.elaborate import elaborate
from dsl.expressions import (
    Arithmetic,
    ArithmeticOperator,
    Expr,
    MoneyLiteral,
    Name,
    NumberLiteral,
    Operator,
    QuantityLiteral,
    RatioLiteral,
    Ref,
)
from dsl.references import UNKNOWN, Typed, reference
from dsl.report import suggestion
from dsl.types import INTEGER, ORDERED, SUMMABLE, collected, is_assignable, name_of, type_of
from engine.definition import (
    AnyValue,
    Cell,
    Citation,
    HitPolicy,
    Input,
    Interval,
    OneOf,
    Row,
    Table,
    TableVersion,
)
from engine.expressions import Expression, Literal, TableCall
from engine.values import Kind, Type


@dataclass(frozen=True, slots=True)
class Head:
    """The columns of one version: position -> input or output."""

    inputs: dict[int, Input]
    outputs: dict[int, tuple[str, Type | None]]


def lower_table(context: Context, name: str) -> tuple[Signature, Table] | None:
    """Lower every version of a table; None when its head cannot be understood (reported)."""
    versions = context.scope.tables[name]
    captured = Captured()
    heads = [_head(context, version, captured) for version in versions]
    usable = [(version, head) for version, head in zip(versions, heads, strict=True) if head is not None]
    if not usable:
        return None
    first, head = usable[0]
    outputs = tuple(head.outputs.values())
    _check_heads(context, usable)
    lowered = tuple(_version(context, version, own, captured) for version, own in usable)
    inputs = tuple(captured.inputs.values())
    _use_enumerations(context, [*(each.type for each in inputs), *(value_type for _, value_type in outputs)])
    policy = HitPolicy((first.policy or surface.HitPolicy.UNIQUE).value)
    _check_policy(context, first, policy, outputs[0][1])
    _check_figure(context, first, policy, [each for _, each in outputs])
    table = Table(
        name,
        inputs,
        tuple(Input(column, value_type or Type(Kind.TEXT)) for column, value_type in outputs),
        policy,
        tuple(_widened(context, version, len(inputs)) for version in _in_order(context, usable, lowered)),
        any(isinstance(each, LawDay) and each.lenient for version in versions for each in version.properties),
        tuple(dict.fromkeys(each for version in versions for each in obligations_of(version.properties))),
    )
    if policy.lists:
        outputs = tuple((column, each and collected(each)) for column, each in outputs)
    if policy is HitPolicy.COUNT:
        outputs = tuple((column, INTEGER) for column, _ in outputs)
    return Signature(name, inputs, outputs, is_rule=False), table


def _use_enumerations(context: Context, value_types: Iterable[Type | None]) -> None:
    """The order and the members of what a table reads and answers go with it."""
    for value_type in value_types:
        if value_type is not None and value_type.kind is Kind.ENUM:
            context.use("enumeration", value_type.of or "")


# ---- heads


def declared_inputs(context: Context, properties: Iterable[object], captured: Captured) -> bool:
    """Add the inputs of 输入 lines; tell whether there are any."""
    found = False
    for line in properties:
        if isinstance(line, Inputs):
            found = True
            for each in line.inputs:
                value_type = type_of(each.type, context.scope, context.report)
                if value_type is None:
                    captured.unclear.add(each.name.text)
                made = Input(each.name.text, value_type or Type(Kind.TEXT))
                captured.inputs.setdefault(each.name.text, made)
    return found


def _head(context: Context, version: surface.Table, captured: Captured) -> Head | None:
    result = type_of(version.type, context.scope, context.report)
    declared = declared_inputs(context, version.properties, captured)
    inputs: dict[int, Input] = {}
    outputs: dict[int, tuple[str, Type | None]] = {}
    for position, column in enumerate(version.columns):
        match column:
            case InputColumn(ref):
                found = _input(context, ref, captured, declared)
                if found is None:
                    return None
                inputs[position] = found
            case ResultColumn(name):
                outputs[position] = (name.text, _output_type(context, result, name))
            case BasisColumn() | ValidityColumn():
                pass
    if not outputs:
        context.report.error(
            "B05", version.name.place, f"判定表“{version.name.text}”没有结果列", "结果列的表头写“得 名称”"
        )
        return None
    return Head(inputs, outputs)


def _input(context: Context, ref: Ref, captured: Captured, declared: bool) -> Input | None:
    known = captured.inputs.get(ref.text)
    if known is not None:
        return known
    word = ref.parts[0].text
    if declared:
        hint = suggestion(ref.text, captured.inputs, "先写在“输入”一行里")
        context.report.error("N02", ref.place, f"“输入”里没有“{ref.text}”", hint)
        return None
    inner = context.signature(word) if len(ref.parts) == 1 else None
    if inner is not None and inner.outputs[0][1] is not None and not inner.is_rule:
        sources = [each.source for each in inner.inputs if each.source is not None]
        if len(sources) == len(inner.inputs):
            context.use("table", word)
            source = TableCall(word, tuple(sources), inner.outputs[0][0])
            return captured.add(ref.text, inner.outputs[0][1], source)
    found = reference(context, ref, Env())
    return None if found.type is None else captured.add(ref.text, found.type, found.expression)


def _output_type(context: Context, result: Type | None, name: Name) -> Type | None:
    if result is None or result.kind is not Kind.RECORD:
        return result
    context.use("form", result.of or "")
    field = context.fields(result.of or "").get(name.text)
    if field is None:
        fields = context.fields(result.of or "")
        hint = suggestion(name.text, fields, "结果列的名称要与结果表单的字段相同")
        context.report.error("N02", name.place, f"表单“{result.of}”没有字段“{name.text}”", hint)
        return None
    return field[1]


def _check_heads(context: Context, usable: Sequence[tuple[surface.Table, Head]]) -> None:
    columns = [name for name, _ in usable[0][1].outputs.values()]
    for version, head in usable[1:]:
        if [name for name, _ in head.outputs.values()] != columns or version.policy != usable[0][0].policy:
            context.report.error(
                "B08",
                version.name.place,
                f"判定表“{version.name.text}”各版本的结果列或取法不同",
                "各版本的“取”和结果列要一致",
            )


_WEIGHING: Final = {HitPolicy.GRAVEST: "最重", HitPolicy.LIGHTEST: "最轻", HitPolicy.OUTPUT_ORDER: "按轻重"}
"""Policies that ask which of two results is graver."""


def _check_policy(context: Context, table: surface.Table, policy: HitPolicy, result: Type | None) -> None:
    if policy not in _WEIGHING or result is None:
        return
    if result.kind is Kind.ENUM and context.scope.enumerations[result.of or ""].gravest_first:
        return
    if result.kind in ORDERED:
        return
    word = _WEIGHING[policy]
    context.report.error(
        "B06",
        table.name.place,
        f"“取 {word}”要求结果有轻重之分，{name_of(result)}没有",
        "在结果的枚举后面写“从重到轻”，并按由重到轻排列取值",
    )


_FIGURES: Final = {
    HitPolicy.SUM: "合计",
    HitPolicy.MIN: "最小",
    HitPolicy.MAX: "最大",
    HitPolicy.COUNT: "计数",
}


def _check_figure(
    context: Context, table: surface.Table, policy: HitPolicy, results: Sequence[Type | None]
) -> None:
    """What is added up or compared is one column of figures."""
    if policy not in _FIGURES:
        return
    word, result = _FIGURES[policy], results[0]
    if len(results) > 1:
        what, hint = f"“取 {word}”只有一个结果列", "一张表得一个数；另一个结果另写一张表"
        context.report.error("B07", table.name.place, what, hint)
    elif result is None or policy is HitPolicy.COUNT:
        return
    elif result.kind not in (SUMMABLE if policy is HitPolicy.SUM else ORDERED):
        able = "能相加" if policy is HitPolicy.SUM else "能比大小"
        what = f"“取 {word}”要求结果是{able}的数，{name_of(result)}不是"
        hint = "结果写成数、人数、金额或比例；有轻重的枚举写“取 最重”“取 最轻”"
        context.report.error("B07", table.name.place, what, hint)


# ---- rows


def _version(context: Context, version: surface.Table, head: Head, captured: Captured) -> TableVersion:
    basis = basis_of(version.properties)
    law = basis[0].law if basis else ""
    order = {each.name: position for position, each in head.inputs.items()}
    rows = tuple(
        _row(context, row, head, [order.get(each.name) for each in captured.inputs.values()], captured, law)
        for row in version.rows
    )
    validity = version.validity
    return TableVersion(
        rows,
        None if validity is None else validity.valid_from,
        None if validity is None else validity.valid_until,
        basis,
    )


def _row(
    context: Context, row: surface.Row, head: Head, order: list[int | None], captured: Captured, law: str
) -> Row:
    inputs = list(captured.inputs.values())
    cells = tuple(
        AnyValue()
        if position is None or inputs[index].name in captured.unclear
        else _cell(context, row.cells[position], inputs[index].type)
        for index, position in enumerate(order)
    )
    results = tuple(
        _result(context, row.cells[position], value_type, captured)
        for position, (_, value_type) in head.outputs.items()
    )
    basis: tuple[Citation, ...] = ()
    validity: surface.Validity | None = None
    for cell in row.cells:
        match cell:
            case CitationCell(written):
                basis = citations(written, law)
            case ValidityCell(found):
                validity = found
            case _:
                pass
    made = Row(
        cells,
        results,
        basis,
        None if validity is None else validity.valid_from,
        None if validity is None else validity.valid_until,
    )
    return context.places.note(made, row.place)


def _cell(context: Context, cell: surface.Cell, value_type: Type) -> Cell:
    match cell:
        case AnyCell() | CitationCell() | ValidityCell():
            return AnyValue()
        case ValuesCell(
            values=(
                Arithmetic(
                    operator=ArithmeticOperator.SUB,
                    left=(NumberLiteral() | MoneyLiteral() | QuantityLiteral() | RatioLiteral()),
                    right=(NumberLiteral() | MoneyLiteral() | QuantityLiteral() | RatioLiteral()),
                ) as written,
            )
        ):
            hint = "写成两头的值，例如 20人以上100人以下，或 [20..100]"
            context.report.error("B09", written.place, "这一格读成了减法，范围不这样写", hint)
            return AnyValue()
        case ValuesCell(values):
            return OneOf(tuple(_bound(context, value, value_type) for value in values))
        case IntervalCell(bounds):
            low = None if bounds.low is None else _bound(context, bounds.low, value_type, ordered=True)
            high = None if bounds.high is None else _bound(context, bounds.high, value_type, ordered=True)
            return Interval(low, high, bounds.low_closed, bounds.high_closed)
        case CompareCell(operator, value):
            return _compared(context, operator, value, value_type)


def _compared(context: Context, operator: Operator, value: Expr, value_type: Type) -> Cell:
    match operator:
        case Operator.EQ:
            return OneOf((_bound(context, value, value_type),))
        case Operator.NE:
            return _other_than(context, value, value_type)
        case Operator.GE | Operator.GT:
            return Interval(
                _bound(context, value, value_type, ordered=True), None, operator is Operator.GE, False
            )
        case Operator.LE | Operator.LT:
            return Interval(
                None, _bound(context, value, value_type, ordered=True), False, operator is Operator.LE
            )


def _other_than(context: Context, value: Expr, value_type: Type) -> Cell:
    found = _bound(context, value, value_type)
    members = (True, False) if value_type.kind is Kind.YES_NO else context.members(value_type)
    if not members:
        context.report.error("B09", value.place, "≠ 只能用于枚举或是否", "数值写成区间，例如 [1..5]")
        return AnyValue()
    left = found.value if isinstance(found, Literal) else None
    return OneOf(tuple(Literal(member, value_type) for member in members if member != left))


def _bound(context: Context, value: Expr, value_type: Type, *, ordered: bool = False) -> Expression:
    found = elaborate(
        context, value, Env(), Typed(Literal(None, value_type), value_type, context.members(value_type))
    )
    suits = (
        found.type is None or is_assignable(value_type, found.type) or is_assignable(found.type, value_type)
    )
    if not suits or (ordered and value_type.kind not in ORDERED):
        context.report.error(
            "K01",
            value.place,
            f"这一列是{name_of(value_type)}，写的是{name_of(found.type) if found.type else '别的值'}",
            "改成这一列能取的值；金额要写单位",
        )
    return found.expression


def _result(context: Context, cell: surface.Cell, value_type: Type | None, captured: Captured) -> Expression:
    if not isinstance(cell, ValuesCell) or len(cell.values) != 1:
        context.report.error("B10", cell.place, "结果列要写一个值", "一格写一个结果；几个结果分成几行或几列")
        return Literal(None, value_type or Type(Kind.TEXT))
    value = cell.values[0]
    expected = (
        UNKNOWN
        if value_type is None
        else Typed(Literal(None, value_type), value_type, context.members(value_type))
    )
    found = elaborate(context, value, Env(captured=captured), expected)
    if value_type is not None and found.type is not None and not is_assignable(value_type, found.type):
        context.report.error(
            "K01",
            value.place,
            f"这一列的结果是{name_of(value_type)}，写的是{name_of(found.type)}",
            "改成同一类的值；金额要写单位",
        )
    return found.expression


def _widened(context: Context, version: TableVersion, width: int) -> TableVersion:
    """Give rows lowered before a later input was met a cell that any value matches."""
    rows = []
    for row in version.rows:
        place = context.places.of(row)
        wide = replace(row, cells=(*row.cells, *(AnyValue(),) * (width - len(row.cells))))
        rows.append(wide if place is None else context.places.note(wide, place))
    return replace(version, rows=tuple(rows))


# ---- versions


def _in_order(
    context: Context, usable: Sequence[tuple[surface.Table, Head]], lowered: tuple[TableVersion, ...]
) -> list[TableVersion]:
    pairs = sorted(
        zip((version for version, _ in usable), lowered, strict=True),
        key=lambda pair: pair[1].valid_from or date.min,
    )
    for (_, earlier), (written, later) in pairwise(pairs):
        check_succession(context, written, earlier.valid_until, later.valid_from)
    return [version for _, version in pairs]


def check_succession(
    context: Context, written: surface.Table | surface.Rule, until: date | None, start: date | None
) -> None:
    """Report versions that overlap in time, or leave days without any."""
    name = written.name
    if until is None or start is None or until >= start:
        context.report.error(
            "B04",
            name.place,
            f"“{name.text}”两个版本的施行日期重叠",
            "前一版写“至”，止日早于后一版的起日",
        )
    elif start - until > timedelta(days=1):
        context.report.warning(
            "B11",
            name.place,
            f"“{name.text}”在 {until.isoformat()} 之后、{start.isoformat()} 之前没有版本",
            "前一版的止日写到后一版起日的前一天",
        )
