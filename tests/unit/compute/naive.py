"""The meaning of expressions and tables, written as plainly as possible, to compare the compiler with."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Context, Decimal
from typing import Any

from engine.definition import (
    AnyValue,
    Cell,
    Definition,
    HitPolicy,
    OneOf,
    Table,
    TableVersion,
)
from engine.definition import Interval as Bounds
from engine.expressions import (
    Among,
    And,
    Arithmetic,
    Between,
    Compare,
    Comparison,
    ElementRef,
    Expression,
    Extreme,
    Extremum,
    FieldRef,
    Filled,
    InputRef,
    Literal,
    Not,
    Operator,
    Or,
    Quantified,
    Quantifier,
    TableCall,
)
from engine.values import Kind, Value
from tests.unit.compute.case import ACase

EXACT = Context(prec=60)


def walk(definition: Definition, case: ACase, e: Expression, inputs: Mapping[str, Value] = {}) -> Any:
    """Evaluate by walking the tree; covers the expressions that `tests.properties` generates."""

    def sub(part: Expression) -> Any:
        return walk(definition, case, part, inputs)

    match e:
        case Literal(value):
            return value
        case FieldRef(form, field):
            return case.field(form, field)
        case InputRef(name):
            return inputs[name]
        case ElementRef(variable, None):
            return case.element(variable)
        case ElementRef(variable, field):
            element = case.element(variable)
            return element.get(str(field)) if isinstance(element, Mapping) else None
        case And(terms):
            return all(sub(term) is True for term in terms)
        case Or(terms):
            return any(sub(term) is True for term in terms)
        case Not(term):
            return sub(term) is not True
        case Compare(operator, left, right, order):
            return compared(definition, operator, sub(left), sub(right), order)
        case Among(value, members):
            found = sub(value)
            return found is not None and any(found == sub(member) for member in members)
        case Between(value, low, high, low_closed, high_closed):
            found = sub(value)
            lower = low is None or compared(definition, _at_least(low_closed), found, sub(low), None)
            upper = high is None or compared(definition, _at_most(high_closed), found, sub(high), None)
            return found is not None and lower and upper
        case Filled(value):
            return sub(value) not in (None, "", ())
        case Arithmetic(operator, left, right):
            return computed(operator, sub(left), sub(right))
        case Extreme(which, terms):
            values = [sub(term) for term in terms]
            pick = min if which is Extremum.MIN else max
            return None if None in values else pick(values)
        case Quantified():
            return quantified(definition, case, e, inputs)
        case TableCall(name, arguments, output):
            table = next(each for each in definition.tables if each.name == name)
            column = [each.name for each in table.outputs].index(output)
            return answer(definition, case, table, [sub(each) for each in arguments])[column]
        case other:
            raise NotImplementedError(other)


def compared(
    definition: Definition, operator: Comparison, left: Value, right: Value, order: str | None
) -> bool:
    """Compare two values; missing is a value only for = and ≠."""
    if operator is Comparison.EQ:
        return left == right
    if operator is Comparison.NE:
        return left != right
    if left is None or right is None:
        return False
    one: Any = left
    other: Any = right
    if order is not None:
        members = next(enum.members for enum in definition.enumerations if enum.name == order)
        if left not in members or right not in members:
            return False
        one, other = -members.index(str(left)), -members.index(str(right))
    if operator is Comparison.LT:
        return bool(one < other)
    if operator is Comparison.LE:
        return bool(one <= other)
    return bool(one > other) if operator is Comparison.GT else bool(one >= other)


def computed(operator: Operator, left: Any, right: Any) -> Value:
    """Compute exactly; anything missing, and division by zero, is missing."""
    if left is None or right is None or (operator is Operator.DIV and right == 0):
        return None
    one, other = Decimal(left), Decimal(right)
    if operator is Operator.ADD:
        return EXACT.add(one, other)
    if operator is Operator.SUB:
        return EXACT.subtract(one, other)
    return EXACT.multiply(one, other) if operator is Operator.MUL else EXACT.divide(one, other)


def quantified(definition: Definition, case: ACase, e: Quantified, inputs: Mapping[str, Value]) -> Any:
    """Walk over the elements of a list one by one."""
    chosen: list[tuple[Value, ACase]] = []
    elements = walk(definition, case, e.items, inputs) or ()
    for element in elements:
        inside = replace(case, elements={**case.elements, e.variable: element})
        if e.condition is None or walk(definition, inside, e.condition, inputs) is True:
            chosen.append((element, inside))
    match e.quantifier:
        case Quantifier.ALL:
            return len(chosen) == len(elements)
        case Quantifier.ANY:
            return bool(chosen)
        case Quantifier.COUNT:
            return len(chosen)
        case Quantifier.SELECT:
            return tuple(element for element, _ in chosen)
        case Quantifier.TOTAL:
            assert e.of is not None
            parts = [walk(definition, inside, e.of, inputs) for _, inside in chosen]
            return None if None in parts else sum(parts)


def answer(definition: Definition, case: ACase, table: Table, arguments: list[Value]) -> tuple[Any, ...]:
    """Answer a table row by row; a ValueError stands for rows that disagree."""
    inputs = {each.name: value for each, value in zip(table.inputs, arguments, strict=True)}
    version = next((each for each in table.versions if _valid(each, case.today)), None)
    rows = () if version is None else version.rows
    hits = [
        tuple(walk(definition, case, result, inputs) for result in row.results)
        for row in rows
        if all(
            matches(definition, cell, each.type.kind, each.type.of, inputs[each.name])
            for cell, each in zip(row.cells, table.inputs, strict=True)
        )
    ]
    if table.policy is HitPolicy.COLLECT and version is not None:
        columns = [[hit[column] for hit in hits] for column in range(len(table.outputs))]
        return tuple(tuple(v for n, v in enumerate(col) if v not in col[:n]) for col in columns)
    if table.policy in (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER) and version is not None:
        if table.policy is HitPolicy.OUTPUT_ORDER:
            hits = sorted(hits, key=lambda hit: -_weight(definition, table, hit[0]))
        return tuple(tuple(hit[column] for hit in hits) for column in range(len(table.outputs)))
    if table.policy is HitPolicy.COUNT and version is not None:
        return tuple(len(hits) for _ in table.outputs)
    if table.policy is HitPolicy.SUM and version is not None:
        columns = [[hit[column] for hit in hits] for column in range(len(table.outputs))]
        return tuple(None if None in column else sum(column) for column in columns)
    if not hits:
        return tuple(None for _ in table.outputs)
    if table.policy in (HitPolicy.MIN, HitPolicy.MAX):
        best = min if table.policy is HitPolicy.MIN else max
        columns = [[hit[column] for hit in hits] for column in range(len(table.outputs))]
        return tuple(None if None in column else best(column) for column in columns)
    if table.policy in (HitPolicy.UNIQUE, HitPolicy.ANY) and any(hit != hits[0] for hit in hits):
        raise ValueError("rows disagree")
    if table.policy in (HitPolicy.GRAVEST, HitPolicy.LIGHTEST):
        weights = [_weight(definition, table, hit[0]) for hit in hits]
        wanted = max(weights) if table.policy is HitPolicy.GRAVEST else min(weights)
        return hits[weights.index(wanted)]
    return hits[0]


def matches(definition: Definition, cell: Cell, kind: Kind, of: str | None, value: Any) -> bool:
    """Tell whether a value passes a cell; a missing one passes only `-`."""
    match cell:
        case AnyValue():
            return True
        case OneOf(members):
            return value is not None and any(value == m.value for m in members if isinstance(m, Literal))
        case Bounds(low, high, low_closed, high_closed):
            order = of if kind is Kind.ENUM else None
            lower = low is None or compared(definition, _at_least(low_closed), value, _constant(low), order)
            upper = high is None or compared(definition, _at_most(high_closed), value, _constant(high), order)
            return value is not None and lower and upper


def _constant(e: Expression) -> Value:
    assert isinstance(e, Literal)
    return e.value


def _at_least(closed: bool) -> Comparison:
    return Comparison.GE if closed else Comparison.GT


def _at_most(closed: bool) -> Comparison:
    return Comparison.LE if closed else Comparison.LT


def _weight(definition: Definition, table: Table, value: Any) -> Any:
    of = table.outputs[0].type.of
    members = next((enum.members for enum in definition.enumerations if enum.name == of), None)
    return value if members is None else -members.index(value)


def _valid(version: TableVersion, day: date) -> bool:
    assert not isinstance(day, datetime)
    first, last = version.valid_from or date.min, version.valid_until or date.max
    return first <= day <= last
