"""Expressions: from surface words to typed expressions of the engine, every mistake reported where it stands."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from dsl import expressions as surface
from dsl.calls import call
from dsl.context import Context, Env
from dsl.expressions import (
    Among,
    And,
    Arithmetic,
    Between,
    Call,
    CasesClosed,
    Comparison,
    DateLiteral,
    DurationLiteral,
    Expr,
    Filled,
    Interval,
    MoneyLiteral,
    NodeDone,
    NodeLate,
    Not,
    NumberLiteral,
    Or,
    OutcomeWord,
    PeriodLiteral,
    PeriodUnit,
    Quantified,
    QuantityLiteral,
    RatioLiteral,
    Ref,
    TextLiteral,
    YesNoLiteral,
)
from dsl.references import UNKNOWN, Typed, asked_of_others, is_bare, node_number, reference
from dsl.report import suggestion
from dsl.source import Place
from dsl.types import INTEGER, TEXT, YES_NO, are_comparable, are_ordered, calculated, element_of, name_of
from engine import expressions as lowered
from engine.expressions import Expression, Literal, NodeFact
from engine.values import Kind, Span, Type, Unit, Value

PERIODS: Final = {
    PeriodUnit.HOUR: Span(1, Unit.HOUR),
    PeriodUnit.DAY: Span(1, Unit.DAY),
    PeriodUnit.WORKING_DAY: Span(1, Unit.WORKING_DAY),
    PeriodUnit.WEEK: Span(1, Unit.WEEK),
    PeriodUnit.TEN_DAYS: Span(10, Unit.DAY),
    PeriodUnit.MONTH: Span(1, Unit.MONTH),
    PeriodUnit.QUARTER: Span(3, Unit.MONTH),
    PeriodUnit.HALF_YEAR: Span(6, Unit.MONTH),
    PeriodUnit.YEAR: Span(1, Unit.YEAR),
}


def elaborate(context: Context, expression: Expr, env: Env, expected: Typed | None = None) -> Typed:
    """Lower an expression; `expected` is what it is compared with or put into.

    An unknown part gives `UNKNOWN`, which is compatible with everything, so that one mistake is reported once.
    """
    match expression:
        case Ref():
            return reference(context, expression, env, expected)
        case OutcomeWord():
            return _outcome(context, expression, env)
        case Or(terms):
            return _truth(lowered.Or(_conditions(context, terms, env)))
        case And(terms):
            return _truth(lowered.And(_conditions(context, terms, env)))
        case Not(term):
            return _truth(lowered.Not(condition(context, term, env)))
        case Comparison():
            return _comparison(context, expression, env)
        case Among(value, members):
            left = elaborate(context, value, env)
            right = tuple(_member(context, left, member, env) for member in members)
            return _truth(lowered.Among(left.expression, right))
        case Between(value, bounds):
            left = elaborate(context, value, env)
            return _truth(interval(context, left, bounds, env))
        case Filled(value):
            return _truth(lowered.Filled(reference(context, value, env).expression))
        case NodeDone(node):
            return _node_fact(context, node, NodeFact.IS_DONE)
        case NodeLate(node):
            return _node_fact(context, node, NodeFact.IS_LATE)
        case CasesClosed():
            return _cases_closed(context, expression)
        case Quantified():
            return _quantified(context, expression, env)
        case Arithmetic():
            return _arithmetic(context, expression, env)
        case Call():
            return _call(context, expression, env)
        case _:
            return literal(expression)


def condition(context: Context, expression: Expr, env: Env) -> Expression:
    """Lower an expression that must be a condition."""
    found = elaborate(context, expression, env)
    if found.type is not None and found.type.kind is not Kind.YES_NO:
        context.report.error(
            "K03",
            expression.place,
            f"这里要写条件，写的是{name_of(found.type)}",
            "用 =、≥、已填、已完成 等写成一个判断",
        )
    return found.expression


def interval(context: Context, value: Typed, bounds: Interval, env: Env) -> lowered.Between:
    """Lower 介于 […] of a value already lowered."""
    low = None if bounds.low is None else _ordered(context, value, bounds.low, env).expression
    high = None if bounds.high is None else _ordered(context, value, bounds.high, env).expression
    return lowered.Between(value.expression, low, high, bounds.low_closed, bounds.high_closed)


def literal(expression: surface.Literal) -> Typed:
    """Lower a constant."""
    match expression:
        case NumberLiteral(value):
            whole = value == value.to_integral_value()
            return _constant(int(value), INTEGER) if whole else _constant(value, Type(Kind.NUMBER))
        case MoneyLiteral(value):
            return _constant(value, Type(Kind.MONEY))
        case RatioLiteral(share):
            return _constant(Decimal(share.numerator) / Decimal(share.denominator), Type(Kind.RATIO))
        case DurationLiteral(span):
            return _constant(span, Type(Kind.DURATION))
        case QuantityLiteral(count, unit):
            return _constant(count, Type(Kind.HEADCOUNT if unit in ("人", "人次") else Kind.INTEGER))
        case DateLiteral(day):
            return _constant(day, Type(Kind.DATE))
        case PeriodLiteral():
            return _constant(period(expression), Type(Kind.FREQUENCY))
        case TextLiteral(text):
            return _constant(text, TEXT)
        case YesNoLiteral(value):
            return _constant(value, YES_NO)


def period(written: PeriodLiteral) -> Span:
    """Return the span of 每旬, 每季度; 旬 counts as ten days."""
    one = PERIODS[written.unit]
    return Span(one.count * written.count, one.unit)


def _constant(value: Value, value_type: Type) -> Typed:
    return Typed(Literal(value, value_type), value_type)


def _truth(expression: Expression) -> Typed:
    return Typed(expression, YES_NO)


def _conditions(context: Context, terms: Sequence[Expr], env: Env) -> tuple[Expression, ...]:
    return tuple(condition(context, term, env) for term in terms)


# ---- comparisons


def _comparison(context: Context, expression: Comparison, env: Env) -> Typed:
    left, right = expression.left, expression.right
    operator = lowered.Comparison(expression.operator.value)
    if isinstance(left, Ref) and is_bare(context, left, env) and not _is_bare(context, right, env):
        second = elaborate(context, right, env)
        first = elaborate(context, left, env, second)
    else:
        first = elaborate(context, left, env)
        second = elaborate(context, right, env, first)
    order = None
    if operator in (lowered.Comparison.EQ, lowered.Comparison.NE):
        _check_equal(context, first, second, expression.place)
    else:
        order = _check_order(context, first, second, expression.place)
    return _truth(lowered.Compare(operator, first.expression, second.expression, order))


def _is_bare(context: Context, expression: Expr, env: Env) -> bool:
    return isinstance(expression, Ref) and is_bare(context, expression, env)


def _member(context: Context, value: Typed, expression: Expr, env: Env) -> Expression:
    """Lower what a value may be one of: a value, or a list that a table collects (汇总)."""
    found = elaborate(context, expression, env, value)
    element = None if found.type is None else element_of(found.type, context.scope)
    _check_equal(context, value, found if element is None else replace(found, type=element), expression.place)
    return found.expression


def _compatible(context: Context, value: Typed, expression: Expr, env: Env) -> Typed:
    found = elaborate(context, expression, env, value)
    _check_equal(context, value, found, expression.place)
    return found


def _ordered(context: Context, value: Typed, bound: Expr, env: Env) -> Typed:
    found = elaborate(context, bound, env, value)
    _check_order(context, value, found, bound.place)
    return found


def _check_equal(context: Context, left: Typed, right: Typed, place: Place) -> None:
    if left.type is None or right.type is None or are_comparable(left.type, right.type):
        return
    if left.choices and left.type.kind is Kind.TEXT and right.type.kind is Kind.ENUM:
        return
    one, other = name_of(left.type), name_of(right.type)
    context.report.error("K01", place, f"{one}不能与{other}比较", _repair(left.type, right.type))


def _check_order(context: Context, left: Typed, right: Typed, place: Place) -> str | None:
    """Check an ordering comparison; return the enumeration whose gravity orders the operands."""
    if left.type is None or right.type is None:
        return None
    if not are_ordered(left.type, right.type):
        one, other = name_of(left.type), name_of(right.type)
        context.report.error("K01", place, f"{one}与{other}不能比大小", _repair(left.type, right.type))
        return None
    if left.type.kind is not Kind.ENUM or left.type.of is None:
        return None
    if not context.scope.enumerations[left.type.of].gravest_first:
        context.report.error(
            "K05",
            place,
            f"枚举“{left.type.of}”没有轻重之分，不能比大小",
            "在枚举后面写“从重到轻”，并按由重到轻排列取值",
        )
        return None
    return left.type.of


def _repair(left: Type, right: Type) -> str:
    kinds = {left.kind, right.kind}
    if Kind.MONEY in kinds:
        return "金额要写单位：3000元、3万元"
    if Kind.DURATION in kinds:
        return "期限只能与期限比较；日期与今日比较"
    if Kind.ENUM in kinds:
        return "只能与同一枚举的取值比较"
    return "两边要是同一类的值"


# ---- calculation, facts, lists, calls


def _arithmetic(context: Context, expression: Arithmetic, env: Env) -> Typed:
    left = elaborate(context, expression.left, env)
    right = elaborate(context, expression.right, env)
    operator = lowered.Operator(expression.operator.value)
    made = lowered.Arithmetic(operator, left.expression, right.expression)
    if left.type is None or right.type is None:
        return Typed(made, None)
    value_type = calculated(expression.operator, left.type, right.type)
    if value_type is None:
        context.report.error(
            "K02",
            expression.place,
            f"{name_of(left.type)} {expression.operator.value} {name_of(right.type)} 没有意义",
            "检查单位：金额只能与金额相加，日期只能加减期限",
        )
    return Typed(made, value_type)


def _outcome(context: Context, word: OutcomeWord, env: Env) -> Typed:
    if env.own_form is not None and "结论" in context.fields(env.own_form):
        name = surface.Name("结论", place=word.place)
        return reference(context, Ref((name,), place=word.place), env)
    outcomes = env.outcomes
    if env.own_form is not None:
        outcomes = context.nodes.asked_with.get(env.own_form) or None
    if outcomes is None:
        context.report.error(
            "K06",
            word.place,
            "这里没有可用的“结论”",
            "在这一步加一行“结论 …、…”才能用它；别的步骤的结论写“本案.步骤.结论”",
        )
        return UNKNOWN
    return Typed(context.places.note(lowered.OutcomeRef(), word.place), TEXT, outcomes)


def _node_fact(context: Context, name: surface.Name, fact: NodeFact) -> Typed:
    node = node_number(context, name)
    return UNKNOWN if node is None else _truth(context.places.note(lowered.NodeRef(node, fact), name.place))


def _cases_closed(context: Context, expression: CasesClosed) -> Typed:
    name = expression.process
    if name.text not in context.world.processes and not context.is_forgiven(name.text):
        hint = suggestion(
            name.text, context.world.processes, "“已办结”前面写规程的名称；本案的步骤写“已完成”"
        )
        context.report.undeclared("N10", name, f"没有名为“{name.text}”的规程", hint)
        return UNKNOWN
    made = lowered.LinkedCasesClosed(name.text)
    return _truth(context.places.note(made, expression.place))


def _quantified(context: Context, expression: Quantified, env: Env) -> Typed:
    quantifier = lowered.Quantifier(expression.quantifier.value)
    total = quantifier is lowered.Quantifier.TOTAL
    source = expression.items
    if total and len(source.parts) > 1:
        source = Ref(source.parts[:-1], place=source.place)
    items = list_of(context, source, env)
    if items is None:
        return UNKNOWN
    expressions, element, variable = items
    inner = walking(env, source, variable, element)
    where = None if expression.condition is None else condition(context, expression.condition, inner)
    of: Typed | None = None
    if total:
        of = reference(context, _summed(context, items, expression.items.last), inner)
    made = lowered.Quantified(quantifier, expressions, variable, where, None if of is None else of.expression)
    match quantifier:
        case lowered.Quantifier.ALL | lowered.Quantifier.ANY:
            return _truth(made)
        case lowered.Quantifier.COUNT:
            return Typed(made, INTEGER)
        case lowered.Quantifier.TOTAL:
            return Typed(made, None if of is None else of.type)
        case lowered.Quantifier.SELECT:
            of_form = element.of if element is not None and element.kind is Kind.RECORD else None
            return Typed(made, Type(Kind.LIST, of_form) if of_form else Type(Kind.PEOPLE))


def _summed(context: Context, items: tuple[Expression, Type | None, str], last: surface.Name) -> Ref:
    """What is added up: a field of each entry; of an instance also one that only one form has."""
    source, element, variable = items
    owner = variable
    if isinstance(source, lowered.InstanceRef) and last.text not in context.fields(
        (element.of or "") if element is not None else ""
    ):
        forms = [form for form in context.scope.forms if last.text in context.fields(form)]
        owner = forms[0] if len(forms) == 1 else variable
    return Ref((surface.Name(owner, place=last.place), last), place=last.place)


def walking(env: Env, source: Ref, variable: str, element: Type | None) -> Env:
    """Return the meaning of words inside the brackets of a quantifier, or in an instance branch."""
    path = tuple(part.text for part in source.parts)
    return replace(env, elements={**env.elements, variable: element}, paths={**env.paths, path: variable})


def list_of(context: Context, ref: Ref, env: Env) -> tuple[Expression, Type | None, str] | None:
    """Lower a list; return it, the type of its elements, and what an element is called."""
    word = ref.parts[0].text
    if word in context.scope.registers and word not in env.elements:
        asked_of_others(context, ref.parts[0])
        return None
    branch = context.nodes.branches.get(word) if len(ref.parts) == 1 else None
    if branch is not None and branch.variable is not None:
        made = context.places.note(lowered.InstanceRef(branch.block, branch.position), ref.place)
        return made, branch_element(context, branch.path), word
    found = reference(context, ref, env)
    if found.type is None:
        return None
    match found.type.kind:
        case Kind.LIST:
            return found.expression, Type(Kind.RECORD, found.type.of), ref.last.text
        case Kind.PEOPLE:
            return found.expression, Type(Kind.PERSON), ref.last.text
        case _:
            context.report.error(
                "K07",
                ref.place,
                f"“{ref.text}”是{name_of(found.type)}，不是清单",
                "这里要写清单、人员名单，或带“各”的分支名",
            )
            return None


def branch_element(context: Context, path: tuple[str, ...]) -> Type | None:
    """Return the type of the element of an instance branch whose list was written as `path`."""
    if len(path) < 2:
        return context.data.get(path[0])
    found = context.fields(path[0]).get(path[1])
    value_type = found[1] if found is not None else None
    if value_type is None:
        return None
    return Type(Kind.RECORD, value_type.of) if value_type.kind is Kind.LIST else Type(Kind.PERSON)


def _call(context: Context, expression: Call, env: Env) -> Typed:
    name = expression.function.text
    if name in ("最小", "最大"):
        return _extreme(context, expression, env)
    if name == "逾期天数":
        return _days_late(context, expression)
    arguments = tuple((elaborate(context, each, env), each.place) for each in expression.arguments)
    return call(context, expression, arguments)


def _extreme(context: Context, expression: Call, env: Env) -> Typed:
    which = lowered.Extremum.MIN if expression.function.text == "最小" else lowered.Extremum.MAX
    first = elaborate(context, expression.arguments[0], env)
    rest = [_ordered(context, first, each, env) for each in expression.arguments[1:]]
    made = lowered.Extreme(which, (first.expression, *(each.expression for each in rest)))
    return Typed(made, first.type)


def _days_late(context: Context, expression: Call) -> Typed:
    argument = expression.arguments[0]
    if len(expression.arguments) != 1 or not isinstance(argument, Ref) or len(argument.parts) > 1:
        context.report.error(
            "K04", expression.place, "“逾期天数”的括号里写一个步骤", "写成 逾期天数（步骤名）"
        )
        return UNKNOWN
    node = node_number(context, argument.parts[0])
    if node is None:
        return UNKNOWN
    made = lowered.NodeRef(node, NodeFact.DAYS_LATE)
    return Typed(context.places.note(made, expression.place), INTEGER)
