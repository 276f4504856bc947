"""Expressions and literals."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from lark import Token

from dsl import expressions as tree
from dsl.building.site import Node, Site, node, nodes, the, word, words
from dsl.literals import read_date, read_money, read_number, read_period, read_quantity, read_share, read_span
from dsl.placeholders import NO_DATE, NO_PERIOD, NO_QUANTITY, NO_SPAN
from engine.values import Span


def expr(site: Site, parsed: Node) -> tree.Expr:
    """An expression, given as an `expr` node or as any node that an expression may be."""
    if parsed.data == "expr":
        return expr(site, the(node(parsed)))
    return _EXPRESSIONS[parsed.data](site, parsed)


def operands(site: Site, parsed: Node) -> tuple[tree.Expr, ...]:
    """The expressions among the children, in order."""
    return tuple(
        expr(site, child) for child in nodes(parsed) if child.data == "expr" or child.data in _EXPRESSIONS
    )


def operand(site: Site, parsed: Node) -> tree.Expr:
    """The only expression among the children."""
    return operands(site, parsed)[0]


def given(site: Site, parsed: Node) -> tree.Expr | None:
    """The condition after 若, when there is one."""
    found = node(parsed, "given")
    return None if found is None else operand(site, found)


def where(site: Site, parsed: Node) -> tree.Expr | None:
    """The condition after 满足, when there is one."""
    found = node(parsed, "where")
    return None if found is None else operand(site, found)


def type_ref(site: Site, parsed: Node) -> tree.TypeRef:
    """The `type` child."""
    found = the(node(parsed, "type"))
    return tree.TypeRef(
        site.name(the(word(found, "NAME"))), site.names(node(found, "names")), place=site.place(found)
    )


def span_of(site: Site, token: Token) -> Span:
    """A duration token."""
    return site.value(token, read_span, NO_SPAN)


def count_of(site: Site, token: Token | None) -> int | None:
    """The number of a quantity token, without its measure word."""
    return None if token is None else site.value(token, read_quantity, NO_QUANTITY)[0]


def share_of(site: Site, token: Token) -> Fraction:
    """A percentage or fraction token."""
    return site.value(token, read_share, Fraction(1))


def period_of(site: Site, token: Token) -> tree.PeriodLiteral:
    """A period token."""
    return tree.PeriodLiteral(*site.value(token, read_period, NO_PERIOD), place=site.place(token))


def comparison(token: Token) -> tree.Operator:
    """The operator of a comparison token."""
    return _OPERATORS[str(token)]


_OPERATORS: Final = {
    "=": tree.Operator.EQ,
    "≠": tree.Operator.NE,
    "!=": tree.Operator.NE,
    "<>": tree.Operator.NE,
    "<": tree.Operator.LT,
    "≤": tree.Operator.LE,
    "<=": tree.Operator.LE,
    ">": tree.Operator.GT,
    "≥": tree.Operator.GE,
    ">=": tree.Operator.GE,
}


def interval(site: Site, parsed: Node) -> tree.Interval:
    """The `interval` child: a square bracket counts its bound, a round one does not."""
    found = the(node(parsed, "interval"))
    low, high = operands(site, found)
    first, last = found.children[0], found.children[-1]
    return tree.Interval(
        low,
        high,
        isinstance(first, Token) and first.type == "LBR",
        isinstance(last, Token) and last.type == "RBR",
        place=site.place(found),
    )


def _literal(site: Site, parsed: Node) -> tree.Literal:
    token = parsed.children[0]
    assert isinstance(token, Token)
    place = site.place(parsed)
    match token.type:
        case "NUMBER":
            return tree.NumberLiteral(site.value(token, read_number, Decimal(0)), place=place)
        case "MONEY":
            return tree.MoneyLiteral(site.value(token, read_money, Decimal(0)), place=place)
        case "PERCENT":
            return tree.RatioLiteral(share_of(site, token), place=place)
        case "DURATION":
            return tree.DurationLiteral(span_of(site, token), place=place)
        case "QTY":
            return tree.QuantityLiteral(*site.value(token, read_quantity, NO_QUANTITY), place=place)
        case "DATE":
            return tree.DateLiteral(site.value(token, read_date, NO_DATE), place=place)
        case "PERIOD":
            return period_of(site, token)
        case "STRING":
            return tree.TextLiteral(the(site.text(token)), place=place)
        case _:
            return tree.YesNoLiteral(token.type == "K_TRUE", place=place)


def _compare(site: Site, parsed: Node) -> tree.Comparison:
    left, right = operands(site, parsed)
    sign = word(parsed, "CMP")
    operator = comparison(sign) if sign else tree.Operator.EQ
    return tree.Comparison(operator, left, right, place=site.place(parsed))


_SIGNS: Final = {
    "+": tree.ArithmeticOperator.ADD,
    "-": tree.ArithmeticOperator.SUB,
    "*": tree.ArithmeticOperator.MUL,
    "/": tree.ArithmeticOperator.DIV,
}


def _arithmetic(site: Site, parsed: Node) -> tree.Arithmetic:
    left, right = operands(site, parsed)
    sign = the(word(parsed, "PLUS", "DASH", "TIMES"))
    return tree.Arithmetic(_SIGNS[str(sign)], left, right, place=site.place(parsed))


def _among(site: Site, parsed: Node) -> tree.Among:
    value, *members = operands(site, parsed)
    return tree.Among(value, tuple(members), place=site.place(parsed))


_QUANTIFIERS: Final = {
    "all_of": tree.Quantifier.ALL,
    "any_of": tree.Quantifier.ANY,
    "count_of": tree.Quantifier.COUNT,
    "total_of": tree.Quantifier.TOTAL,
    "select": tree.Quantifier.SELECT,
}


def quantified(site: Site, parsed: Node) -> tree.Quantified:
    """全部, 任一, 计数, 合计, 选取."""
    items = site.ref(the(node(parsed, "ref")))
    return tree.Quantified(_QUANTIFIERS[parsed.data], items, where(site, parsed), place=site.place(parsed))


def _call(site: Site, parsed: Node) -> tree.Call:
    function, *column = (site.name(token) for token in words(parsed, "NAME"))
    return tree.Call(
        function, operands(site, parsed), column[0] if column else None, place=site.place(parsed)
    )


def _filled(site: Site, parsed: Node) -> tree.Filled:
    return tree.Filled(site.ref(the(node(parsed, "ref"))), place=site.place(parsed))


def _first_name(site: Site, parsed: Node) -> tree.Name:
    return site.name(the(word(parsed, "NAME")))


_EXPRESSIONS: Final[Mapping[str, Callable[[Site, Node], tree.Expr]]] = MappingProxyType(
    {
        "ref": lambda site, parsed: site.ref(parsed),
        "or": lambda site, parsed: tree.Or(operands(site, parsed), place=site.place(parsed)),
        "and": lambda site, parsed: tree.And(operands(site, parsed), place=site.place(parsed)),
        "not": lambda site, parsed: tree.Not(operand(site, parsed), place=site.place(parsed)),
        "compare": _compare,
        "among": _among,
        "between": lambda site, parsed: tree.Between(
            operand(site, parsed), interval(site, parsed), place=site.place(parsed)
        ),
        "filled": _filled,
        "done": lambda site, parsed: tree.NodeDone(_first_name(site, parsed), place=site.place(parsed)),
        "late": lambda site, parsed: tree.NodeLate(_first_name(site, parsed), place=site.place(parsed)),
        "closed": lambda site, parsed: tree.CasesClosed(_first_name(site, parsed), place=site.place(parsed)),
        "add": _arithmetic,
        "multiply": _arithmetic,
        "outcome": lambda site, parsed: tree.OutcomeWord(place=site.place(parsed)),
        "function": _call,
    }
    | dict.fromkeys(_QUANTIFIERS, quantified)
    | dict.fromkeys(
        ("number", "money", "percent", "duration", "quantity", "date", "period", "text", "yes", "no"),
        _literal,
    )
)
