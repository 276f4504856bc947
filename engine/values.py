"""Values that fields, process data and expressions carry, and how they are stored as JSON."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias, Union

from engine.record import Struct, record


class Unit(StrEnum):
    """A unit of time; working days follow the calendar, hours and minutes never stop."""

    MINUTE = "minute"
    HOUR = "hour"
    WORKING_DAY = "working_day"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Span(Struct, array_like=True):
    """A length of time as the law writes it: 15个工作日, 60日, 2小时. Not a number of seconds; as JSON [15, "working_day"]."""

    count: int
    unit: Unit


@record
class FileRef:
    """An attachment or photo: content address, name and size in bytes of the stored original."""

    sha256: str
    name: str
    size: int
    media_type: str


Record: TypeAlias = Mapping[str, "Value"]
Value: TypeAlias = Union[
    None, bool, int, Decimal, str, date, datetime, Span, FileRef, tuple["Value", ...], Mapping[str, "Value"]
]


class Kind(StrEnum):
    """What a field holds. In brackets: the Python value."""

    TEXT = "text"  # str, one line
    LONG_TEXT = "long_text"  # str
    INTEGER = "integer"  # int
    NUMBER = "number"  # Decimal
    HEADCOUNT = "headcount"  # int, persons
    MONEY = "money"  # Decimal, yuan
    RATIO = "ratio"  # Decimal, 0.15 is 15 %
    DATE = "date"  # date, local day
    TIME = "time"  # aware datetime
    DURATION = "duration"  # Span
    FREQUENCY = "frequency"  # Span, "every 15 days"
    YES_NO = "yes_no"  # bool
    ATTACHMENT = "attachment"  # tuple[FileRef, ...]
    PHOTO = "photo"  # tuple[FileRef, ...]
    PERSON = "person"  # str, account
    PEOPLE = "people"  # tuple[str, ...], accounts
    UNIT = "organisation"  # str, code of a unit, village or enterprise
    PLACE = "place"  # str
    ENUM = "enum"  # str, member of the enumeration `of`
    LIST = "list_of"  # tuple[Record, ...], records of the form `of`
    RECORD = "record"  # Record of the form `of` (an element of a list, a whole form)


@record
class Type:
    """Type of a value; `of` names the enumeration of an ENUM or the form of a LIST or RECORD."""

    kind: Kind
    of: str | None = None


Json: TypeAlias = Union[None, bool, int, str, list["Json"], dict[str, "Json"]]


def to_json(value: Value) -> Json:
    """Encode a value so that `from_json` with its type gives it back; decimals and dates become text."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return format(value.normalize(), "f") if value else "0"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Span(count, unit):
            return [count, unit.value]
        case FileRef(sha256, name, size, media_type):
            return {"sha256": sha256, "name": name, "size": size, "media_type": media_type}
        case tuple():
            return [to_json(element) for element in value]
        case _:
            return {key: to_json(element) for key, element in value.items()}


def from_json(type: Type, data: Json, fields: Mapping[str, Mapping[str, Type]]) -> Value:
    """Decode what `to_json` wrote.

    Args:
        type: declared type of the value.
        data: the stored JSON.
        fields: form name -> field name -> type, for the records of lists.

    Raises:
        ValueError, TypeError: when ``data`` is not a value of that type.
    """
    if data is None:
        return None
    match type.kind:
        case Kind.INTEGER | Kind.HEADCOUNT:
            return int(_scalar(data))
        case Kind.NUMBER | Kind.MONEY | Kind.RATIO:
            return Decimal(str(_scalar(data)))
        case Kind.DATE:
            return date.fromisoformat(str(data))
        case Kind.TIME:
            return datetime.fromisoformat(str(data))
        case Kind.YES_NO:
            return _boolean(data)
        case Kind.DURATION | Kind.FREQUENCY:
            count, unit = _list(data)
            return Span(int(_scalar(count)), Unit(str(unit)))
        case Kind.ATTACHMENT | Kind.PHOTO:
            return tuple(_file(element) for element in _list(data))
        case Kind.PEOPLE:
            return tuple(str(element) for element in _list(data))
        case Kind.LIST:
            record = Type(Kind.RECORD, type.of)
            return tuple(from_json(record, element, fields) for element in _list(data))
        case Kind.RECORD:
            types = fields[type.of or ""]
            return {name: from_json(types[name], element, fields) for name, element in _dict(data).items()}
        case Kind.TEXT | Kind.LONG_TEXT | Kind.PERSON | Kind.UNIT | Kind.PLACE | Kind.ENUM:
            return str(data)


def _scalar(data: Json) -> int | str:
    if isinstance(data, bool) or not isinstance(data, int | str):
        raise TypeError(data)
    return data


def _boolean(data: Json) -> bool:
    if not isinstance(data, bool):
        raise TypeError(data)
    return data


def _list(data: Json) -> list[Json]:
    if not isinstance(data, list):
        raise TypeError(data)
    return data


def _dict(data: Json) -> dict[str, Json]:
    if not isinstance(data, dict):
        raise TypeError(data)
    return data


def _file(data: Json) -> FileRef:
    file = _dict(data)
    return FileRef(
        str(file["sha256"]), str(file["name"]), int(_scalar(file["size"])), str(file["media_type"])
    )


def files_in(value: Value) -> Iterator[FileRef]:
    """Yield the attachments inside a value."""
    match value:
        case FileRef():
            yield value
        case tuple():
            for each in value:
                yield from files_in(each)
        case dict():
            yield from files_in(tuple(value.values()))
        case _:
            return
