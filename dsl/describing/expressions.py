"""Expressions as a leader reads them: “定级单”的“等级”为“重大”，并且“整改资金”不少于5万元."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from dsl.literals import write_money
from engine.deadline_text import span_text
from engine.definition import Block, Branch, Definition
from engine.expressions import (
    Among,
    And,
    Arithmetic,
    Between,
    CaseFact,
    CaseRef,
    CertificateOf,
    Compare,
    Comparison,
    DataRef,
    DocumentFact,
    DocumentRef,
    ElementRef,
    Expression,
    Extreme,
    Extremum,
    FieldRef,
    Filled,
    FormRef,
    InputRef,
    InstanceRef,
    LinkedCasesClosed,
    Literal,
    NodeFact,
    NodeRef,
    Not,
    Operator,
    Or,
    OutcomeRef,
    ParameterRef,
    Quantified,
    Quantifier,
    RuleCall,
    TableCall,
    Today,
    UnitAttribute,
    UnitOf,
)
from engine.sentences import value_text
from engine.values import Kind, Span

_COMPARED: Final = {
    Comparison.EQ: "为",
    Comparison.NE: "不是",
    Comparison.LT: "少于",
    Comparison.LE: "不超过",
    Comparison.GT: "超过",
    Comparison.GE: "不少于",
}
_DAYS: Final = {
    Comparison.LT: "早于",
    Comparison.LE: "不晚于",
    Comparison.GT: "晚于",
    Comparison.GE: "不早于",
}
_RECKONED: Final = {Operator.ADD: "加", Operator.SUB: "减", Operator.MUL: "乘以", Operator.DIV: "除以"}
_MOMENTS: Final = (Kind.DATE, Kind.TIME)
_MOMENT_FACTS: Final = (
    CaseFact.STARTED_AT,
    CaseFact.OCCURRED_AT,
    CaseFact.CLOSED_AT,
    CaseFact.TERM_FIRST,
    CaseFact.TERM_LAST,
    NodeFact.STARTED_AT,
    NodeFact.COMPLETED_AT,
)
_GRAVITY: Final = {
    Comparison.LT: "轻于",
    Comparison.LE: "不重于",
    Comparison.GT: "重于",
    Comparison.GE: "不轻于",
}
_CASE: Final = {
    CaseFact.NUMBER: "本案编号",
    CaseFact.STATUS: "本案状态",
    CaseFact.STARTED_AT: "立案时间",
    CaseFact.OCCURRED_AT: "发生时间",
    CaseFact.CLOSED_AT: "办结时间",
    CaseFact.STARTED_BY: "发起人",
    CaseFact.ENTRY: "登记方式",
    CaseFact.TERM: "期次",
    CaseFact.TERM_FIRST: "期初",
    CaseFact.TERM_LAST: "期末",
    CaseFact.OWED_BY: "应办人",
    CaseFact.OWED_FOR: "应办人负责的村、单位或行业",
    CaseFact.MISSED_IN_A_ROW: "连续未完成的期数",
    CaseFact.MISSED_IN_YEAR: "本自然年未完成的期数",
    CaseFact.DRAWN: "抽中",
    CaseFact.DISPROVED: "抽查不属实",
}
_NODE: Final = {
    NodeFact.STARTED_AT: "的开始时间",
    NodeFact.COMPLETED_AT: "的完成时间",
    NodeFact.DONE_BY: "的承办人",
    NodeFact.ROUNDS: "的次数",
    NodeFact.EXTENSIONS: "的延期次数",
    NodeFact.OUTCOME: "的结论",
    NodeFact.IS_DONE: "已经办完",
    NodeFact.IS_LATE: "已经逾期",
    NodeFact.DAYS_LATE: "逾期的天数",
    NodeFact.DUE_ON: "的应办日期",
}
_DOCUMENT: Final = {
    DocumentFact.NUMBER: "的文号",
    DocumentFact.ISSUED_AT: "的签发时间",
    DocumentFact.SERVED_AT: "的送达时间",
}


def said(expression: Expression, definition: Definition) -> str:
    """Say an expression in Chinese; a condition is a clause, a value a noun."""
    return _Speaker(definition).say(expression)


class _Speaker:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def say(self, e: Expression) -> str:
        match e:
            case Literal(value, declared):
                return _constant(value, declared.kind)
            case FieldRef(form, field):
                return f"“{form}”的“{field}”"
            case ElementRef(variable, field):
                return f"该项“{field}”" if field else f"“{variable}”的这一项"
            case FormRef(name) | DataRef(name) | ParameterRef(name) | InputRef(name):
                return f"“{name}”"
            case CaseRef(fact):
                return _CASE[fact]
            case DocumentRef(document, fact):
                return f"《{document}》{_DOCUMENT[fact]}"
            case NodeRef(node, fact):
                return f"“{self.definition.nodes[node].name}”{_NODE[fact]}"
            case OutcomeRef():
                return "结论"
            case Today():
                return "今天"
            case LinkedCasesClosed(process):
                return f"由本案引起的“{process}”都已结束"
            case Compare():
                return self._compared(e)
            case Among(value, members):
                return f"{self.say(value)}是{self._listed(members, '、')}之一"
            case Between():
                return self._between(e)
            case And(terms):
                return "，并且".join(self._inner(term) for term in terms)
            case Or(terms):
                return "，或者".join(self._inner(term) for term in terms)
            case Not(Filled(value)):
                return f"没有填{self.say(value)}"
            case Not(NodeRef(node, NodeFact.IS_DONE)):
                return f"“{self.definition.nodes[node].name}”还没有办完"
            case Not(term):
                return f"并非{self._inner(term)}"
            case Filled(value):
                return f"已填{self.say(value)}"
            case Arithmetic(operator, left, right):
                if self._is_moment(left) and not self._is_moment(right):
                    return f"{self.say(left)}{'之后' if operator == '+' else '之前'}{self._operand(right)}"
                return f"{self._operand(left)}{_RECKONED[operator]}{self._operand(right)}"
            case Extreme(which, terms):
                word = "最小" if which is Extremum.MIN else "最大"
                return f"{self._listed(terms, '、')}中{word}的一个"
            case Quantified():
                return self._quantified(e)
            case InstanceRef(node, branch):
                return f"各个“{self._branch(node, branch).name}”"
            case TableCall(table, arguments, output):
                given = "、".join(self._given(table, arguments))
                named = "" if output == table else f"的“{output}”"
                return f"按判定表“{table}”{f'（由{given}）' if given else ''}得出{named or '的结果'}"
            case RuleCall(rule, _):
                return f"按规则“{rule}”算出的数"
            case UnitAttribute(unit, attribute):
                return f"{self.say(unit)}的{attribute}"
            case UnitOf(person):
                return f"{self.say(person)}的单位"
            case CertificateOf(person):
                return f"{self.say(person)}的证号"

    def _given(self, name: str, arguments: Iterable[Expression]) -> Iterator[str]:
        """What a table is asked with; a constant says which input it is."""
        table = next((each for each in self.definition.tables if each.name == name), None)
        inputs = () if table is None else table.inputs
        for number, argument in enumerate(arguments):
            named = isinstance(argument, Literal) and number < len(inputs)
            yield f"“{inputs[number].name}”为{self.say(argument)}" if named else self.say(argument)

    def _compared(self, e: Compare) -> str:
        left = self.say(e.left)
        if isinstance(e.right, Literal) and isinstance(e.right.value, bool):
            yes = e.right.value is (e.operator is Comparison.EQ)
            return f"{left}为“{'是' if yes else '否'}”"
        return f"{left}{self._words(e)[e.operator]}{self.say(e.right)}"

    def _words(self, e: Compare) -> Mapping[Comparison, str]:
        if e.operator in (Comparison.EQ, Comparison.NE):
            return _COMPARED
        if e.order is not None:
            return _GRAVITY
        return _DAYS if self._is_moment(e.left) or self._is_moment(e.right) else _COMPARED

    def _is_moment(self, e: Expression) -> bool:
        """Whether a value is a day or time, as far as the definition says it."""
        match e:
            case Today():
                return True
            case Literal(_, declared):
                return declared.kind in _MOMENTS
            case FieldRef(form, field):
                return self._field_kind(form, field) in _MOMENTS
            case DataRef(name):
                return any(each.name == name and each.type.kind in _MOMENTS for each in self.definition.data)
            case CaseRef(fact):
                return fact in _MOMENT_FACTS
            case DocumentRef(_, fact):
                return fact is not DocumentFact.NUMBER
            case NodeRef(_, fact):
                return fact in _MOMENT_FACTS
            case Arithmetic(_, left, right):
                return self._is_moment(left) is not self._is_moment(right)
            case Extreme(_, terms):
                return any(map(self._is_moment, terms))
            case _:
                return False

    def _field_kind(self, form: str, field: str) -> Kind | None:
        fields = (each for own in self.definition.forms if own.name == form for each in own.fields)
        return next((each.type.kind for each in fields if each.name == field), None)

    def _between(self, e: Between) -> str:
        words = _DAYS if self._is_moment(e.value) else _COMPARED
        parts = []
        if e.low is not None:
            parts.append(words[Comparison.GE if e.low_closed else Comparison.GT] + self.say(e.low))
        if e.high is not None:
            parts.append(words[Comparison.LE if e.high_closed else Comparison.LT] + self.say(e.high))
        return f"{self.say(e.value)}{'、'.join(parts)}"

    def _quantified(self, e: Quantified) -> str:
        items = self.say(e.items)
        where = "" if e.condition is None else self.say(e.condition)
        each = where.replace(
            "该项“", "“"
        )  # beside the list of which they are there is no doubt whose they are
        match e.quantifier:
            case Quantifier.ALL:
                return f"{items}每一项都满足：{where}"
            case Quantifier.ANY:
                return f"{items}至少有一项满足：{where}"
            case Quantifier.COUNT:
                return f"{items}{f'中{each}' if each else ''}的项数"
            case Quantifier.TOTAL:
                of = "" if e.of is None else self.say(e.of)
                return f"{items}各项{of.removeprefix('该项')}之和"
            case Quantifier.SELECT:
                return f"{items}中{each}的各项"

    def _inner(self, e: Expression) -> str:
        """A term of 且 or 或: one that is itself a choice stands in brackets."""
        return f"（{self.say(e)}）" if isinstance(e, Or | And) else self.say(e)

    def _operand(self, e: Expression) -> str:
        return f"（{self.say(e)}）" if isinstance(e, Arithmetic) else self.say(e)

    def _listed(self, terms: Iterable[Expression], sign: str) -> str:
        return sign.join(self.say(term) for term in terms)

    def _branch(self, node: int, branch: int) -> Branch:
        block = self.definition.nodes[node]
        assert isinstance(block, Block)
        return block.branches[branch]


def _constant(value: object, kind: Kind) -> str:
    match value:
        case None:
            return "未填"
        case bool():
            return "“是”" if value else "“否”"
        case Span():
            return span_text(value)
        case int() | Decimal() if kind is Kind.MONEY:
            return write_money(Decimal(value), "zh")
        case int() | Decimal() if kind is Kind.RATIO:
            return f"{value_text(Decimal(value) * 100)}%"
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case str():
            return f"“{value}”"
        case _:
            return value_text(value)  # type: ignore[arg-type]  # a constant is a value
