"""Short Chinese phrases that refusals and notices are made of."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from engine.deadline_text import citation_text, span_text
from engine.definition import Citation
from engine.values import FileRef, Span, Value


def basis_text(basis: Iterable[Citation]) -> str:
    """Write citations in one line."""
    return "、".join(citation_text(citation) for citation in basis)


def value_text(value: Value) -> str:
    """Write a value as an official reads it."""
    match value:
        case None:
            return "（未填）"
        case bool():
            return "是" if value else "否"
        case Decimal():
            return format(value.normalize(), "f") if value else "0"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case Span():
            return span_text(value)
        case FileRef(name=name):
            return name
        case tuple():
            return "、".join(value_text(each) for each in value)
        case int() | str():
            return str(value)
        case _:
            return "；".join(f"{name}：{value_text(each)}" for name, each in value.items())


def moment_text(moment: datetime, zone: tzinfo) -> str:
    """Write a moment in local time: 4月7日24时, 4月7日9时30分."""
    local = moment.astimezone(zone)
    if (local.hour, local.minute) == (0, 0):
        before = local - timedelta(days=1)
        return f"{before.month}月{before.day}日24时"
    return f"{local.month}月{local.day}日{local.hour}时" + (f"{local.minute}分" if local.minute else "")
