"""Types of expressions: which may be compared, calculated with or put into a field, and what they are called."""

from typing import Final

from dsl.expressions import ArithmeticOperator, TypeRef
from dsl.report import Report, suggestion
from dsl.scope import Scope
from dsl.vocabulary import keyword_of
from engine.values import Kind, Type

WORDS: Final = {
    "文本": Kind.TEXT,
    "长文本": Kind.LONG_TEXT,
    "整数": Kind.INTEGER,
    "数": Kind.NUMBER,
    "人数": Kind.HEADCOUNT,
    "金额": Kind.MONEY,
    "比例": Kind.RATIO,
    "日期": Kind.DATE,
    "时间": Kind.TIME,
    "期限": Kind.DURATION,
    "频次": Kind.FREQUENCY,
    "是否": Kind.YES_NO,
    "附件": Kind.ATTACHMENT,
    "照片": Kind.PHOTO,
    "人员": Kind.PERSON,
    "人员名单": Kind.PEOPLE,
    "单位": Kind.UNIT,
    "地点": Kind.PLACE,
}
_NAMES: Final = {kind: word for word, kind in WORDS.items()} | {Kind.LIST: "清单", Kind.RECORD: "表单"}

_TEXTS: Final = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.PLACE})
_COUNTS: Final = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.HEADCOUNT})
_PLAIN: Final = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.RATIO})
_NUMBERS: Final = _COUNTS | {Kind.RATIO}
_SPANS: Final = frozenset({Kind.DURATION, Kind.FREQUENCY})
_MOMENTS: Final = frozenset({Kind.DATE, Kind.TIME})
_FILES: Final = frozenset({Kind.ATTACHMENT, Kind.PHOTO})
ORDERED: Final = _NUMBERS | _MOMENTS | {Kind.MONEY}
SUMMABLE: Final = _NUMBERS | {Kind.MONEY}

YES_NO: Final = Type(Kind.YES_NO)
TEXT: Final = Type(Kind.TEXT)
INTEGER: Final = Type(Kind.INTEGER)


def type_of(ref: TypeRef, scope: Scope, report: Report) -> Type | None:
    """Return what a written type means; None when it is unknown (reported)."""
    word = ref.name.text
    if word == "清单":
        return _list(ref, scope, report)
    if word in WORDS:
        return Type(WORDS[word])
    if word in scope.enumerations:
        return Type(Kind.ENUM, word)
    if word in scope.forms:
        return Type(Kind.RECORD, word)
    if keyword_of(word) is not None:
        means = "写成 名称：类型，类型如 文本、金额、日期，或枚举的名称"
        report.error("N13", ref.name.place, f"“{word}”前面缺类型", means)
    elif word not in scope.lost and scope.complete:
        hint = suggestion(
            word, [*WORDS, *scope.enumerations], "写一个基本类型（如 文本、金额、日期）或枚举的名称"
        )
        report.undeclared("N13", ref.name, f"没有名为“{word}”的类型或枚举", hint)
    return None


def _list(ref: TypeRef, scope: Scope, report: Report) -> Type | None:
    if len(ref.arguments) != 1:
        report.error("N13", ref.place, "清单要写明每一项的表单", "写成 清单（表单名）")
        return None
    form = ref.arguments[0]
    if form.text in scope.forms:
        return Type(Kind.LIST, form.text)
    if form.text not in scope.lost and scope.complete:
        hint = suggestion(form.text, scope.forms, "先用“表单”声明每一项的字段")
        report.undeclared("N15", form, f"没有名为“{form.text}”的表单", hint)
    return None


def collected(element: Type) -> Type:
    """Return the type of a list of such values: people make a list of people, others are named after themselves."""
    if element.kind is Kind.PERSON:
        return Type(Kind.PEOPLE)
    return Type(Kind.LIST, element.of or _NAMES[element.kind])


def element_of(value: Type, scope: Scope) -> Type | None:
    """Return the type of what a collected list holds; None for anything else, also for a list of forms."""
    if value.kind is not Kind.LIST or value.of is None:
        return None
    if value.of in WORDS:
        return Type(WORDS[value.of])
    return Type(Kind.ENUM, value.of) if value.of in scope.enumerations else None


def name_of(type: Type) -> str:
    """Return the Chinese name of a type."""
    if type.kind is Kind.ENUM:
        return type.of or "枚举"
    name = _NAMES[type.kind]
    return f"{name}（{type.of}）" if type.of else name


def are_comparable(left: Type, right: Type) -> bool:
    """Tell whether = and ≠ between the two mean something; enumerations of one name are the same."""
    pair = {left.kind, right.kind}
    if left == right:
        return True
    if Kind.ENUM in pair:
        return False
    for group in (_TEXTS, _NUMBERS, _SPANS, _MOMENTS, _FILES, frozenset({Kind.PERSON, Kind.PEOPLE})):
        if pair <= group:
            return True
    return False


def are_ordered(left: Type, right: Type) -> bool:
    """Tell whether <, ≤, >, ≥ between the two mean something; members of an enumeration are checked elsewhere."""
    if left.kind is Kind.ENUM or right.kind is Kind.ENUM:
        return left == right
    return left.kind in ORDERED | _SPANS and are_comparable(left, right)


def is_assignable(target: Type, value: Type) -> bool:
    """Tell whether a field or argument of type `target` may hold such a value; enumerations by name."""
    if target == value:
        return True
    match target.kind:
        case Kind.TEXT | Kind.LONG_TEXT | Kind.PLACE:
            return value.kind in _TEXTS | {Kind.ENUM}
        case Kind.NUMBER:
            return value.kind in _NUMBERS
        case Kind.INTEGER | Kind.HEADCOUNT:
            return value.kind in (Kind.INTEGER, Kind.HEADCOUNT)
        case Kind.RATIO:
            return value.kind in _PLAIN
        case Kind.DURATION | Kind.FREQUENCY:
            return value.kind in _SPANS
        case Kind.ATTACHMENT | Kind.PHOTO:
            return value.kind in _FILES
        case Kind.PEOPLE:
            return value.kind is Kind.PERSON
        case _:
            return False


def calculated(operator: ArithmeticOperator, left: Type, right: Type) -> Type | None:
    """Return the type of a calculation; None when the two do not go together."""
    match operator:
        case ArithmeticOperator.ADD:
            return _sum(left, right) or (_sum(right, left) if right.kind in _MOMENTS else None)
        case ArithmeticOperator.SUB:
            if left.kind in _MOMENTS and right.kind in _MOMENTS:
                return INTEGER
            return _sum(left, right)
        case ArithmeticOperator.MUL:
            return _product(left, right) or _product(right, left)
        case ArithmeticOperator.DIV:
            return _quotient(left, right)


def _sum(left: Type, right: Type) -> Type | None:
    if left.kind in _MOMENTS and right.kind in _SPANS:
        return left
    if left.kind is Kind.MONEY and right.kind is Kind.MONEY:
        return left
    if left.kind in _NUMBERS and right.kind in _NUMBERS:
        if left == right:
            return left
        whole = {left.kind, right.kind} <= {Kind.INTEGER, Kind.HEADCOUNT}
        return INTEGER if whole else Type(Kind.NUMBER)
    return None


def _product(left: Type, right: Type) -> Type | None:
    if left.kind is Kind.MONEY and right.kind in _NUMBERS:
        return left
    if left.kind is Kind.DURATION and right.kind is Kind.INTEGER:
        return left
    if left.kind in _NUMBERS and right.kind in _NUMBERS:
        whole = {left.kind, right.kind} <= {Kind.INTEGER, Kind.HEADCOUNT}
        if left.kind is right.kind is Kind.RATIO:
            return left
        return INTEGER if whole else Type(Kind.NUMBER)
    return None


def _quotient(left: Type, right: Type) -> Type | None:
    if left.kind is Kind.MONEY:
        return left if right.kind in _NUMBERS else Type(Kind.RATIO) if right.kind is Kind.MONEY else None
    return Type(Kind.RATIO) if left.kind in _NUMBERS and right.kind in _NUMBERS else None
