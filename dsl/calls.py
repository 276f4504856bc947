"""Calls of decision tables and rules: which value each input takes."""

from dsl.context import Context, Signature
from dsl.expressions import Call
from dsl.references import UNKNOWN, Typed, asked_of_others
from dsl.report import suggestion
from dsl.source import Place
from dsl.types import element_of, is_assignable, name_of
from engine.definition import Input
from engine.expressions import (
    ElementRef,
    Expression,
    FieldRef,
    FormRef,
    RuleCall,
    TableCall,
)
from engine.values import Kind, Type

Argument = tuple[Typed, Place]


def call(context: Context, expression: Call, arguments: tuple[Argument, ...]) -> Typed:
    """Lower a call.

    A single form (or an entry of a list) gives the inputs that are called like its fields; other inputs read what the
    head of the table names. Otherwise arguments count by position, and inputs left over read what the head names.
    """
    name = expression.function
    signature = context.signature(name.text)
    if signature is None:
        if name.text in context.scope.statistics:
            return asked_of_others(context, name)
        if not _is_known(context, name.text) and not context.is_forgiven(name.text):
            known = [*context.scope.tables, *context.scope.rules, "最小", "最大", "逾期天数"]
            hint = suggestion(name.text, known, "括号前面写判定表或规则的名称")
            context.report.undeclared("N14", name, f"没有名为“{name.text}”的判定表或规则", hint)
        return UNKNOWN
    context.use("rule" if signature.is_rule else "table", name.text)
    values = _bind(context, signature, arguments, expression)
    return UNKNOWN if values is None else _result(context, signature, values, expression)


def _is_known(context: Context, name: str) -> bool:
    return name in context.scope.tables or name in context.scope.rules


def _result(
    context: Context, signature: Signature, values: tuple[Expression, ...], expression: Call
) -> Typed:
    place = expression.place
    if signature.is_rule:
        value_type = signature.outputs[0][1]
        made = context.places.note(RuleCall(signature.name, values), place)
        return Typed(made, value_type, context.members(value_type))
    outputs = dict(signature.outputs)
    column = signature.outputs[0][0] if expression.column is None else expression.column.text
    if column not in outputs and expression.column is not None:
        hint = suggestion(column, outputs, f"可以写：{'、'.join(outputs)}")
        context.report.error(
            "N02", expression.column.place, f"判定表“{signature.name}”没有结果列“{column}”", hint
        )
        return UNKNOWN
    value_type = outputs[column]
    held = None if value_type is None else element_of(value_type, context.scope) or value_type
    if held is not None and held.kind is Kind.ENUM:
        context.use("enumeration", held.of or "")
    call_ = context.places.note(TableCall(signature.name, values, column), place)
    return Typed(call_, value_type, context.members(value_type))


def _bind(
    context: Context, signature: Signature, arguments: tuple[Argument, ...], expression: Call
) -> tuple[Expression, ...] | None:
    if len(arguments) == 1:
        given = arguments[0][0]
        if given.type is None:
            return None
        if given.type.kind is Kind.RECORD and not _takes_record(signature, given.type):
            return _by_name(context, signature, given, expression)
    return _by_position(context, signature, arguments, expression)


def _takes_record(signature: Signature, value_type: Type) -> bool:
    return any(each.type == value_type for each in signature.inputs)


def _by_name(
    context: Context, signature: Signature, record: Typed, expression: Call
) -> tuple[Expression, ...] | None:
    values, missing = [], []
    for each in signature.inputs:
        value = _of_record(context, each, record, expression.place)
        if value is None:
            missing.append(each.name)
        else:
            values.append(value)
    if missing and record.type is not None:
        context.report.error(
            "K04",
            expression.place,
            f"“{signature.name}”要用到“{'、'.join(missing)}”，表单“{record.type.of}”里没有",
            "在括号里逐个写出各输入的值，或在该表单中加上同名字段",
        )
        return None
    return tuple(values)


def _of_record(context: Context, each: Input, record: Typed, place: Place) -> Expression | None:
    """The value that an input takes from a record: the field of its name, else what the head of the table reads."""
    form = record.type.of if record.type is not None else None
    found = context.fields(form or "").get(each.name)
    if found is not None and (found[1] is None or is_assignable(each.type, found[1])):
        return context.places.note(_part(record.expression, each.name), place)
    match each.source:
        case TableCall(table, _, output):
            inner = context.signature(table)
            if inner is None:
                return None
            values = [_of_record(context, part, record, place) for part in inner.inputs]
            if any(value is None for value in values):
                return each.source
            known = tuple(value for value in values if value is not None)
            return context.places.note(TableCall(table, known, output), place)
        case source:
            return None if source is None else context.places.note(_copy(source), place)


def _copy(source: Expression) -> Expression:
    """A reference of its own, so that it has the place of the call and not of the table's head."""
    match source:
        case FieldRef(form, field):
            return FieldRef(form, field)
        case _:
            return source


def _part(record: Expression, field: str) -> Expression:
    match record:
        case FormRef(form):
            return FieldRef(form, field)
        case ElementRef(variable, _):
            return ElementRef(variable, field)
        case _:
            return record


def _by_position(
    context: Context, signature: Signature, arguments: tuple[Argument, ...], expression: Call
) -> tuple[Expression, ...] | None:
    rest = signature.inputs[len(arguments) :]
    if len(arguments) > len(signature.inputs) or any(each.source is None for each in rest):
        context.report.error(
            "K04",
            expression.place,
            f"“{signature.name}”有 {len(signature.inputs)} 个输入，写了 {len(arguments)} 个",
            f"依次写：{'、'.join(each.name for each in signature.inputs)}",
        )
        return None
    for each, (value, place) in zip(signature.inputs, arguments, strict=False):
        if value.type is not None and not is_assignable(each.type, value.type):
            context.report.error(
                "K04",
                place,
                f"“{signature.name}”的“{each.name}”要{name_of(each.type)}，写的是{name_of(value.type)}",
                "改成类型相符的值",
            )
            return None
    sources = [each.source for each in rest if each.source is not None]
    return (*(value.expression for value, _ in arguments), *(_copy(source) for source in sources))
