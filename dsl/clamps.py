"""下限 and 上限 of a rule: bounds that contradict each other, never act, or always act.

By intervals: each result lies between two numbers, money, headcounts and ratios not below zero; what is unknown may be
anything.
"""

from decimal import Decimal
from math import inf
from typing import TypeAlias

from dsl import declarations
from dsl.lower import Lowered
from dsl.report import Report
from dsl.table_checks import text_of
from engine.definition import Definition, Rule
from engine.expressions import (
    Arithmetic,
    Expression,
    Extreme,
    Extremum,
    InputRef,
    Literal,
    Operator,
    ParameterRef,
)
from engine.values import Kind

_Range: TypeAlias = tuple[Decimal | float, Decimal | float]
_ANYTHING: _Range = (-inf, inf)
_NOT_NEGATIVE = frozenset({Kind.MONEY, Kind.HEADCOUNT, Kind.RATIO})


def check_clamps(process: Lowered, report: Report) -> None:
    """Check the bounds of every rule that the process uses."""
    for rule in (version for whole in process.definition.rules for version in whole.versions):
        floor = _range(process.definition, rule, rule.floor)
        ceiling = _range(process.definition, rule, rule.ceiling)
        if floor is not None and ceiling is not None and floor[0] > ceiling[1]:
            text = f"规则“{rule.name}”的下限大于上限，结果总是互相矛盾"
            _report(process, rule, declarations.Floor, text, report)
            continue
        results = [
            _range(process.definition, rule, each)
            for each in (rule.base, *(e.result for e in rule.exceptions))
        ]
        ranges = [each for each in results if each is not None]
        if floor is not None and all(high <= floor[0] for _, high in ranges):
            value = text_of(_value(floor[0]), rule.type)
            text = f"规则“{rule.name}”不论怎样都得下限 {value}，一般和例外都没有用"
            _report(process, rule, declarations.Floor, text, report)
        elif floor is not None and all(low >= floor[1] for low, _ in ranges):
            text = f"规则“{rule.name}”的下限从不起作用：结果不会低于它"
            _report(process, rule, declarations.Floor, text, report)
        if ceiling is not None and all(low >= ceiling[1] for low, _ in ranges):
            value = text_of(_value(ceiling[1]), rule.type)
            text = f"规则“{rule.name}”不论怎样都得上限 {value}，一般和例外都没有用"
            _report(process, rule, declarations.Ceiling, text, report)
        elif ceiling is not None and all(high <= ceiling[0] for _, high in ranges):
            text = f"规则“{rule.name}”的上限从不起作用：结果不会高于它"
            _report(process, rule, declarations.Ceiling, text, report)


def _value(bound: Decimal | float) -> Decimal | int | None:
    return bound if isinstance(bound, Decimal | int) else None


def _report(
    process: Lowered,
    rule: Rule,
    kind: type[declarations.Floor] | type[declarations.Ceiling],
    text: str,
    report: Report,
) -> None:
    versions = process.declared.scope.rules[rule.name]
    days = [None if each.validity is None else each.validity.valid_from for each in versions]
    written = versions[days.index(rule.valid_from)]
    place = next((each.place for each in written.bounds if isinstance(each, kind)), written.name.place)
    report.warning("B15", place, text, "检查数额和单位（元、万元、%），或删去这一行")


def _range(definition: Definition, rule: Rule, expression: Expression | None) -> _Range | None:
    """Return the numbers between which a value lies; None for no number at all."""
    match expression:
        case None:
            return None
        case Literal(bool()):
            return None
        case Literal(Decimal() | int() as value):
            return Decimal(value), Decimal(value)
        case ParameterRef(name):
            for parameter in definition.parameters:
                if parameter.name == name and parameter.values:
                    return _range(definition, rule, parameter.values[-1].value)
            return _ANYTHING
        case InputRef(name):
            kind = next((each.type.kind for each in rule.inputs if each.name == name), None)
            return (Decimal(0), inf) if kind in _NOT_NEGATIVE else _ANYTHING
        case Arithmetic(operator, left, right):
            one, other = _range(definition, rule, left), _range(definition, rule, right)
            return _ANYTHING if one is None or other is None else _computed(operator, one, other)
        case Extreme(which, terms):
            ranges = [_range(definition, rule, term) or _ANYTHING for term in terms]
            choose = min if which is Extremum.MIN else max
            return choose(low for low, _ in ranges), choose(high for _, high in ranges)
        case _:
            return _ANYTHING


def _computed(operator: Operator, one: _Range, other: _Range) -> _Range:
    """Interval arithmetic where both ends are plain; anything else may be anything."""
    match operator:
        case Operator.ADD:
            return _add(one[0], other[0]), _add(one[1], other[1])
        case Operator.SUB:
            return _add(one[0], -other[1]), _add(one[1], -other[0])
        case Operator.MUL if one[0] >= 0 and other[0] >= 0:
            return _times(one[0], other[0]), _times(one[1], other[1])
        case _:
            return _ANYTHING


def _add(one: Decimal | float, other: Decimal | float) -> Decimal | float:
    exact = isinstance(one, Decimal) and isinstance(other, Decimal)
    return one + other if exact else float(one) + float(other)  # type: ignore[operator]  # exact only of two decimals


def _times(one: Decimal | float, other: Decimal | float) -> Decimal | float:
    if one == 0 or other == 0:
        return Decimal(0)
    exact = isinstance(one, Decimal) and isinstance(other, Decimal)
    return one * other if exact else float(one) * float(other)  # type: ignore[operator]  # exact only of two decimals
