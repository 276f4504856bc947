"""Rules before use: two exceptions that hold together with different results, neither winning over the other.

Inputs that conditions compare with constants are tried at each constant and beside it, enumerations at each member.
What stays unknown (a calculation, a call) is taken as not holding, so that only certain clashes are reported.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import combinations, islice, product

from dsl.lower import Lowered
from dsl.report import Report
from dsl.table_checks import text_of
from dsl.walk import parts
from engine.definition import Rule, RuleException
from engine.expressions import Among, And, Compare, Comparison, Expression, InputRef, Literal, Not, Or
from engine.values import Kind, Type, Value

_MOST = 20_000
Values = Mapping[str, Value]


def check_rules(process: Lowered, report: Report) -> None:
    """Check the exceptions of every rule that the process uses."""
    for rule in (version for whole in process.definition.rules for version in whole.versions):
        for one, other in combinations(rule.exceptions, 2):
            if one.result != other.result and not _wins(rule, one, other) and not _wins(rule, other, one):
                witness = _witness(process, rule, one, other)
                if witness is not None:
                    _report(process, rule, one, other, witness, report)


def _wins(rule: Rule, one: RuleException, other: RuleException) -> bool:
    """Tell whether an exception overrides another, directly or through a third."""
    todo, seen = [*one.overrides], set()
    while todo:
        name = todo.pop()
        if name == other.name:
            return True
        if name not in seen:
            seen.add(name)
            todo += [each for found in rule.exceptions if found.name == name for each in found.overrides]
    return False


def _witness(process: Lowered, rule: Rule, one: RuleException, other: RuleException) -> Values | None:
    named = {part.name for part in parts((one.condition, other.condition)) if isinstance(part, InputRef)}
    types = {each.name: each.type for each in rule.inputs if each.name in named}
    axes = [(name, _points(process, name, each, (one, other))) for name, each in types.items()]
    for values in islice(product(*(points for _, points in axes)), _MOST):
        tried = dict(zip((name for name, _ in axes), values, strict=True))
        if _holds(process, one.condition, tried) and _holds(process, other.condition, tried):
            return tried
    return None


def _points(
    process: Lowered, name: str, value_type: Type, exceptions: Iterable[RuleException]
) -> list[Value]:
    match value_type.kind:
        case Kind.YES_NO:
            return [True, False]
        case Kind.ENUM:
            members = {each.name: each.members for each in process.definition.enumerations}
            return [*members.get(value_type.of or "", ())]
        case _:
            found: list[Value] = []
            for each in exceptions:
                for constant in _constants(each.condition, name):
                    found += _around(constant)
            return list(dict.fromkeys(found)) or [None]


def _constants(condition: Expression, name: str) -> Iterable[Value]:
    for part in parts(condition):
        match part:
            case Compare(_, InputRef(found), Literal(value)) | Compare(_, Literal(value), InputRef(found)):
                if found == name:
                    yield value
            case _:
                pass


def _around(value: Value) -> list[Value]:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return [value - 1, value, value + 1]
    return [value]


def _holds(process: Lowered, condition: Expression, values: Values) -> bool:
    match condition:
        case And(terms):
            return all(_holds(process, term, values) for term in terms)
        case Or(terms):
            return any(_holds(process, term, values) for term in terms)
        case Not(Compare() | Among() | And() | Or() as term) if _is_plain(term):
            return not _holds(process, term, values)
        case Compare(operator, left, right, order):
            return _compare(process, operator, _value(left, values), _value(right, values), order)
        case Among(value, members):
            return _value(value, values) in [_value(member, values) for member in members]
        case _:
            return _value(condition, values) is True


def _is_plain(condition: Expression) -> bool:
    """Tell whether a condition is decided by inputs and constants alone."""
    return all(
        isinstance(part, And | Or | Not | Compare | Among | InputRef | Literal)
        for part in parts(condition)
        if isinstance(part, Expression)
    )


def _value(expression: Expression, values: Values) -> Value:
    match expression:
        case Literal(value):
            return value
        case InputRef(name):
            return values.get(name)
        case _:
            return None


def _compare(process: Lowered, operator: Comparison, left: Value, right: Value, order: str | None) -> bool:
    if left is None or right is None:
        return False
    match operator:
        case Comparison.EQ:
            return left == right
        case Comparison.NE:
            return left != right
        case _:
            ranks = next(
                (each.members for each in process.definition.enumerations if each.name == order), None
            )
            if ranks is not None:
                left, right = -ranks.index(str(left)), -ranks.index(str(right))
            return _is_ordered(operator, left, right)


def _is_ordered(operator: Comparison, left: Value, right: Value) -> bool:
    if not isinstance(left, int | Decimal) or not isinstance(right, int | Decimal):
        return False
    match operator:
        case Comparison.LT:
            return left < right
        case Comparison.LE:
            return left <= right
        case Comparison.GT:
            return left > right
        case _:
            return left >= right


def _report(
    process: Lowered, rule: Rule, one: RuleException, other: RuleException, witness: Values, report: Report
) -> None:
    types = {each.name: each.type for each in rule.inputs}
    example = "、".join(f"{name} = {text_of(value, types[name])}" for name, value in witness.items())
    first, second = (f"“{each.name}”" if each.name else "（未命名）" for each in (one, other))
    report.error(
        "B14",
        process.place_of(other),
        f"规则“{rule.name}”的例外{first}与{second}会同时成立而结果不同：{example}",
        "在其中一个后面写“优先于 另一个”，或把条件改得互不重叠",
        witness=(example,),
    )
