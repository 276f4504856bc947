"""Conditions of a definition in words a form can show beside a field (必填 若 …)."""

from engine.expressions import (
    Among,
    And,
    Compare,
    Comparison,
    DataRef,
    ElementRef,
    Expression,
    FieldRef,
    Filled,
    Literal,
    Not,
    Or,
    OutcomeRef,
    ParameterRef,
    Today,
)
from engine.values import Span
from web.value_text import plain_number, span_text

_WORDS = {
    Comparison.EQ: "为",
    Comparison.NE: "不是",
    Comparison.LT: "小于",
    Comparison.LE: "不大于",
    Comparison.GT: "大于",
    Comparison.GE: "不小于",
}


def condition_text(expression: Expression) -> str | None:
    """Say a condition in Chinese, or None when it is too involved to be read beside a field."""
    match expression:
        case And(terms):
            return _joined(terms, "且")
        case Or(terms):
            return _joined(terms, "或")
        case Not(Filled(value)):
            return _around(operand_text(value), "", "未填")
        case Filled(value):
            return _around(operand_text(value), "", "已填")
        case Compare(operator, left, right):
            return _sides(operand_text(left), _WORDS[operator], operand_text(right))
        case Among(value, members):
            names = [operand_text(member) for member in members]
            if None in names:
                return None
            return _sides(operand_text(value), "为", "、".join(name for name in names if name))
        case _:
            return None


def operand_text(expression: Expression) -> str | None:
    """Say a side of a comparison; None when it is a computation."""
    match expression:
        case FieldRef(_, field):
            return f"“{field}”"
        case ElementRef(_, field) if field is not None:
            return f"“{field}”"
        case DataRef(name) | ParameterRef(name):
            return f"“{name}”"
        case OutcomeRef():
            return "“结论”"
        case Today():
            return "今天"
        case Literal(value):
            return literal_text(value)
        case _:
            return None


def literal_text(value: object) -> str:
    """Say a constant."""
    match value:
        case bool():
            return "“是”" if value else "“否”"
        case Span():
            return span_text(value)
        case int():
            return plain_number(value)
        case str():
            return f"“{value}”"
        case _:
            return str(value)


def _joined(terms: tuple[Expression, ...], word: str) -> str | None:
    said = [condition_text(term) for term in terms]
    return None if None in said else f"，{word}".join(text for text in said if text)


def _sides(left: str | None, word: str, right: str | None) -> str | None:
    return None if left is None or right is None else f"{left}{word}{right}"


def _around(text: str | None, before: str, after: str) -> str | None:
    return None if text is None else f"{before}{text}{after}"
