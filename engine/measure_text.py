"""口径: what a statistic counts, in Chinese sentences made from its definition."""

from collections.abc import Iterator

from engine.expressions import (
    Among,
    And,
    Arithmetic,
    Between,
    Compare,
    ElementRef,
    Expression,
    Extreme,
    Extremum,
    Filled,
    Literal,
    Not,
    Or,
    ParameterRef,
    RuleCall,
    TableCall,
    Today,
)
from engine.register_definition import Counting, Measure, Statistic
from engine.sentences import value_text


def meaning(statistic: Statistic) -> tuple[str, ...]:
    """Say what a statistic counts, by which date and over which rows."""
    return tuple(_lines(statistic))


def _lines(statistic: Statistic) -> Iterator[str]:
    yield f"取自台账“{statistic.register}”，只数您可以查看的案件"
    if statistic.counted_on is not None:
        yield f"按“{statistic.counted_on}”归入每一期"
    if statistic.denominator is None:
        yield _measure(statistic.numerator)
        return
    yield f"分子：{_measure(statistic.numerator)}"
    yield f"分母：{_measure(statistic.denominator)}；分母为 0 时不算比例"


def _measure(measure: Measure) -> str:
    what = f"“{measure.column}”之和" if measure.counting is Counting.TOTAL else "件数"
    if measure.condition is None:
        return f"全部行的{what}"
    return f"满足“{text_of(measure.condition)}”的{what}"


def text_of(expression: Expression) -> str:
    """Write the condition of a measure as it is written in 规程, columns without the name of the register."""
    match expression:
        case And(terms):
            return " 且 ".join(_inner(term, Or) for term in terms)
        case Or(terms):
            return " 或 ".join(_inner(term, And) for term in terms)
        case Not(term):
            return f"非 {_inner(term, And, Or)}"
        case Compare(operator, left, right):
            return f"{text_of(left)} {operator.value} {text_of(right)}"
        case Arithmetic(operator, left, right):
            return f"{text_of(left)} {operator.value} {text_of(right)}"
        case Among(value, members):
            return f"{text_of(value)} 属于 （{'、'.join(text_of(member) for member in members)}）"
        case Between(value, low, high, low_closed, high_closed):
            first, last = ("" if each is None else text_of(each) for each in (low, high))
            opened, shut = "[" if low_closed else "(", "]" if high_closed else ")"
            return f"{text_of(value)} 介于 {opened}{first}..{last}{shut}"
        case Filled(value):
            return f"{text_of(value)} 已填"
        case Extreme(which, terms):
            word = "最小" if which is Extremum.MIN else "最大"
            return f"{word}（{'、'.join(text_of(term) for term in terms)}）"
        case ElementRef(variable, field):
            return field or variable
        case ParameterRef(name):
            return name
        case TableCall(name, arguments) | RuleCall(name, arguments):
            return f"{name}（{'、'.join(text_of(argument) for argument in arguments)}）"
        case Today():
            return "今日"
        case Literal(value):
            return value_text(value)
        case _:
            return "…"


def _inner(term: Expression, *bracketed: type) -> str:
    text = text_of(term)
    return f"（{text}）" if isinstance(term, bracketed) else text
