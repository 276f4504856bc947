"""What may be submitted: required fields, types, checks, computed values. All mistakes are told at once."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from engine.case_scope import CaseScope
from engine.deciding.draft import Draft
from engine.definition import Field, Form
from engine.expressions import Compare, Comparison, Expression, FieldRef, Literal
from engine.refusals import InvalidForm
from engine.sentences import value_text
from engine.values import FileRef, Kind, Record, Span, Type, Value

Errors = dict[str, str]

_EXPECTED = {
    Kind.TEXT: "应为一行文字",
    Kind.LONG_TEXT: "应为文字",
    Kind.INTEGER: "应为整数",
    Kind.NUMBER: "应为数字",
    Kind.HEADCOUNT: "应为人数，不小于 0 的整数",
    Kind.MONEY: "应为金额（元）",
    Kind.RATIO: "应为比例",
    Kind.DATE: "应为日期",
    Kind.TIME: "应为日期和时间",
    Kind.DURATION: "应为期限，如 15 日",
    Kind.FREQUENCY: "应为周期，如每 15 日",
    Kind.YES_NO: "应选“是”或“否”",
    Kind.ATTACHMENT: "应上传附件",
    Kind.PHOTO: "应上传照片",
    Kind.PERSON: "应选择一名人员",
    Kind.PEOPLE: "应选择人员",
    Kind.UNIT: "应选择单位",
    Kind.PLACE: "应填写地点",
    Kind.ENUM: "应从所列项中选择",
    Kind.LIST: "应为清单",
    Kind.RECORD: "应为表单内容",
}


def checked(
    draft: Draft, names: Iterable[str], given: Mapping[str, Record], scope: CaseScope
) -> dict[str, Record]:
    """Return complete records of the forms, or every mistake in them.

    Raises:
        InvalidForm: field -> sentence; of several forms "form.field" -> sentence.
    """
    wanted = tuple(names)
    errors: Errors = {}
    for name in given:
        if name not in wanted:
            errors[name] = "本步骤不填写此表单"
    records: dict[str, Record] = {name: _complete(draft, name, given.get(name, {}), scope) for name in wanted}
    proposing = draft.scope(scope.region, scope.key, chosen=scope.chosen, proposed=records)
    for name in wanted:
        found: Errors = {}
        _check_unknown(draft.graph.forms[name], given.get(name, {}), found)
        _check_record(draft, draft.graph.forms[name], records[name], proposing, found)
        _check_people(draft, name, records[name], found)
        prefix = f"{name}." if len(wanted) > 1 else ""
        errors.update({f"{prefix}{field}": sentence for field, sentence in found.items()})
    if errors:
        raise InvalidForm(errors)
    return records


def filled_with(draft: Draft, form: str, given: Record, key: str = "") -> dict[str, Value]:
    """Return the record of a form that another case fills: what is computed and what is proposed is added."""
    fields = draft.graph.forms[form].fields
    record: dict[str, Value] = {field.name: given.get(field.name) for field in fields}
    for field in fields:
        proposed = draft.scope(0, key, proposed={form: record})
        if field.computed is not None:
            record[field.name] = draft.value(field.computed, proposed)
        elif field.default is not None and field.name not in given:
            record[field.name] = draft.value(field.default, proposed)
    return record


def brought(draft: Draft, form: str | None, arguments: Record, key: str = "") -> Mapping[str, Record]:
    """Return the form that an event fills; what the form does not have, or of another type, is left out."""
    if form is None:
        return {}
    types = {field.name: field.type for field in draft.graph.forms[form].fields}
    fitting = {
        name: value
        for name, value in arguments.items()
        if name in types and value is not None and is_of_type(draft, types[name], value)
    }
    return {form: filled_with(draft, form, fitting, key)}


def _complete(draft: Draft, name: str, given: Record, scope: CaseScope) -> dict[str, Value]:
    """Fill in defaults and computed values; what is missing is None, an empty text or list is missing."""
    form = draft.graph.forms[name]
    record: dict[str, Value] = {field.name: _present(given.get(field.name)) for field in form.fields}
    for field in form.fields:
        if field.default is not None and field.name not in given:
            record[field.name] = draft.value(field.default, _proposing(draft, scope, name, record))
    for field in form.fields:
        if field.computed is not None:
            proposing = _proposing(draft, scope, name, record)
            record[field.name] = draft.value(field.computed, proposing)
            draft.computed += proposing.decisions
    return record


def _proposing(draft: Draft, scope: CaseScope, form: str, record: Record) -> CaseScope:
    return draft.scope(scope.region, scope.key, chosen=scope.chosen, proposed={form: record})


def _present(value: Value) -> Value:
    return value if value or isinstance(value, bool | int | Decimal) else None


def _check_unknown(form: Form, given: Record, errors: Errors) -> None:
    known = {field.name for field in form.fields}
    for name in given:
        if name not in known:
            errors[name] = "表单没有此项"


def _check_record(draft: Draft, form: Form, record: Record, scope: CaseScope, errors: Errors) -> None:
    for field in form.fields:
        sentence = _mistake(draft, field, record.get(field.name), scope, errors)
        if sentence is not None:
            errors[field.name] = sentence


def _check_people(draft: Draft, form: str, record: Record, errors: Errors) -> None:
    """A field that names the holders of a role names as many as it needs: fewer could never do their step."""
    for (where, field), (fewest, role) in draft.graph.fewest.items():
        people = record.get(field)
        if where == form and field not in errors and isinstance(people, tuple) and len(set(people)) < fewest:
            note = draft.graph.roles[role].note
            errors[field] = f"“{role}”至少要 {fewest} 人" + (f"：{note}" if note else "")


def _mistake(draft: Draft, field: Field, value: Value, scope: CaseScope, errors: Errors) -> str | None:
    if value is None:
        needed = field.required is not None and draft.holds(field.required, scope)
        return "必填" if needed else None
    if not is_of_type(draft, field.type, value):
        return _EXPECTED[field.type.kind]
    if field.type.kind is Kind.LIST and isinstance(value, tuple):
        _check_rows(draft, field, value, scope, errors)
    for check in field.checks:
        if not draft.holds(check, scope):
            return check_text(check)
    return None


def _check_rows(
    draft: Draft, field: Field, rows: tuple[Value, ...], scope: CaseScope, errors: Errors
) -> None:
    form = draft.graph.forms[field.type.of or ""]
    for number, row in enumerate(rows, start=1):
        if isinstance(row, Mapping):
            found: Errors = {}
            inner = draft.scope(
                scope.region, scope.key, chosen=scope.chosen, proposed={**scope.proposed, form.name: row}
            )
            _check_unknown(form, row, found)
            _check_record(draft, form, row, inner, found)
            errors.update({f"{field.name}[{number}].{name}": sentence for name, sentence in found.items()})


def is_of_type(draft: Draft, declared: Type, value: Value) -> bool:
    """Tell whether a value that is not missing is one of a declared type."""
    match declared.kind:
        case Kind.TEXT:
            return isinstance(value, str) and "\n" not in value
        case Kind.LONG_TEXT | Kind.PERSON | Kind.UNIT | Kind.PLACE:
            return isinstance(value, str)
        case Kind.INTEGER:
            return _is_whole(value)
        case Kind.HEADCOUNT:
            return isinstance(value, int) and _is_whole(value) and value >= 0
        case Kind.NUMBER | Kind.MONEY | Kind.RATIO:
            return isinstance(value, Decimal) or _is_whole(value)
        case Kind.DATE:
            return isinstance(value, date) and not isinstance(value, datetime)
        case Kind.TIME:
            return isinstance(value, datetime) and value.tzinfo is not None
        case Kind.DURATION | Kind.FREQUENCY:
            return isinstance(value, Span)
        case Kind.YES_NO:
            return isinstance(value, bool)
        case Kind.ATTACHMENT | Kind.PHOTO:
            return isinstance(value, tuple) and all(isinstance(each, FileRef) for each in value)
        case Kind.PEOPLE:
            return isinstance(value, tuple) and all(isinstance(each, str) for each in value)
        case Kind.ENUM:
            members = {enum.name: enum.members for enum in draft.definition.enumerations}
            return isinstance(value, str) and value in members.get(declared.of or "", ())
        case Kind.LIST:
            return isinstance(value, tuple) and all(isinstance(each, Mapping) for each in value)
        case Kind.RECORD:
            return isinstance(value, Mapping)


def _is_whole(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def check_text(check: Expression) -> str:
    """Say what a check asks for: 应 ≥ 0; 应 ≤ “完成日期”."""
    if isinstance(check, Compare) and check.operator is not Comparison.NE:
        return f"应 {check.operator.value} {_operand_text(check.right)}"
    if isinstance(check, Compare):
        return f"不得为 {_operand_text(check.right)}"
    return "不符合填写要求"


def _operand_text(operand: Expression) -> str:
    match operand:
        case Literal(value):
            return value_text(value)
        case FieldRef(_, field):
            return f"“{field}”"
        case _:
            return "规定的值"
