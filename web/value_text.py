"""Values of fields as text, for facts, history and documents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from engine.definition import Form
from engine.values import FileRef, Kind, Record, Span, Type, Unit, Value
from web.moments import Moments

UNIT_WORDS = {
    Unit.MINUTE: "分钟",
    Unit.HOUR: "小时",
    Unit.WORKING_DAY: "个工作日",
    Unit.DAY: "日",
    Unit.WEEK: "周",
    Unit.MONTH: "个月",
    Unit.YEAR: "年",
}


@dataclass(frozen=True, slots=True)
class Names:
    """What codes are called: people by account, units by code, forms of list elements by name."""

    moments: Moments
    people: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, Form] = field(default_factory=dict)


def value_text(value: Value, type: Type, names: Names) -> str:
    """Print a value of a field; a dash for one that was not filled in."""
    if value in (None, "", ()):
        return "—"
    match type.kind:
        case Kind.YES_NO:
            return "是" if value else "否"
        case Kind.HEADCOUNT:
            return f"{value} 人"
        case Kind.MONEY | Kind.NUMBER if isinstance(value, Decimal | int):
            return f"{plain_number(value)} 元" if type.kind is Kind.MONEY else plain_number(value)
        case Kind.RATIO if isinstance(value, Decimal | int):
            return f"{plain_number(Decimal(value) * 100)}%"
        case Kind.DATE if isinstance(value, date):
            return value.isoformat()
        case Kind.TIME if isinstance(value, datetime):
            return names.moments.minute(value)
        case Kind.DURATION | Kind.FREQUENCY if isinstance(value, Span):
            return span_text(value) if type.kind is Kind.DURATION else f"每 {span_text(value)}"
        case Kind.PERSON:
            return names.people.get(str(value), str(value))
        case Kind.PEOPLE if isinstance(value, tuple):
            return "、".join(names.people.get(str(account), str(account)) for account in value)
        case Kind.UNIT:
            return names.units.get(str(value), str(value))
        case Kind.ATTACHMENT | Kind.PHOTO if isinstance(value, tuple):
            return "、".join(file.name for file in value if isinstance(file, FileRef))
        case Kind.LIST if isinstance(value, tuple):
            return f"共 {len(value)} 条"
        case Kind.RECORD if isinstance(value, Mapping):
            return record_text(value, type.of or "", names)
        case _:
            return loose_text(value, names)


def loose_text(value: Value, names: Names) -> str:
    """Print a value whose declared type is not at hand."""
    match value:
        case None:
            return "—"
        case bool():
            return "是" if value else "否"
        case Decimal() | int():
            return plain_number(value)
        case datetime():
            return names.moments.minute(value)
        case date():
            return value.isoformat()
        case Span():
            return span_text(value)
        case FileRef():
            return value.name
        case str():
            return value
        case tuple():
            return "、".join(loose_text(element, names) for element in value) or "—"
        case _:
            return "；".join(f"{key}：{loose_text(element, names)}" for key, element in value.items())


def record_text(record: Record, form: str, names: Names) -> str:
    """Print one element of a list in a line."""
    known = names.records.get(form)
    if known is None:
        return loose_text(record, names)
    return "；".join(
        f"{each.name}：{value_text(record.get(each.name), each.type, names)}" for each in known.fields
    )


def plain_number(number: Decimal | int) -> str:
    """Print with thousands separated and no superfluous zeros: `1,250,000.5`."""
    text = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span_text(span: Span) -> str:
    """Print `15个工作日`, `60日`, `2小时`."""
    return f"{span.count}{UNIT_WORDS[span.unit]}"
