"""Turn the records of state and history into JSON and back, by the types they declare.

Two forms: named (a dict, defaults left out) for the history that people read, positional (a list) for the state.
Values describe themselves ({"date": "2023-04-10"}), so that nothing needs the definition to be read back.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from engine.values import FileRef, Json, Span, Unit, Value

T = TypeVar("T")

Writer: TypeAlias = Callable[[Any], Json]
Reader: TypeAlias = Callable[[Any], Any]
"""`Any` stays at this border: what it carries is given by the declared type of a field."""

__all__ = ["Json", "named", "pack", "positional", "unnamed", "unpack", "unpositional"]


def pack(value: Value) -> Json:
    """Write a value so that `unpack` gives it back without knowing its type."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return {"decimal": format(value, "f")}
        case datetime():
            return {"time": value.astimezone(UTC).isoformat()}
        case date():
            return {"date": value.isoformat()}
        case Span(count, unit):
            return {"span": [count, unit.value]}
        case FileRef(sha256, name, size, media_type):
            return {"file": [sha256, name, size, media_type]}
        case tuple():
            return [pack(element) for element in value]
        case _:
            return {"record": {key: pack(element) for key, element in value.items()}}


def unpack(data: Json) -> Value:
    """Read what `pack` wrote."""
    if isinstance(data, list):
        return tuple(unpack(element) for element in data)
    if not isinstance(data, dict):
        return data
    ((kind, content),) = data.items()
    return _UNPACK[kind](content)


def _unit_span(content: Any) -> Value:
    return Span(content[0], Unit(content[1]))


_UNPACK: Mapping[str, Callable[[Any], Value]] = {
    "decimal": Decimal,
    "time": datetime.fromisoformat,
    "date": date.fromisoformat,
    "span": _unit_span,
    "file": lambda content: FileRef(*content),
    "record": lambda content: {key: unpack(element) for key, element in content.items()},
}


def named(record: object) -> dict[str, Json]:
    """Write a record as a dict, without the fields that have their default."""
    return {
        name: write(value)
        for name, write, default in _named_writers(_key(record))
        if (value := getattr(record, name)) != default
    }


def unnamed(kind: type[T], data: Mapping[str, Json]) -> T:
    """Read what `named` wrote; other keys are ignored."""
    readers = _named_readers(cast(Hashable, kind))
    return kind(**{name: read(data[name]) for name, read in readers if name in data})


def positional(record: object) -> list[Json]:
    """Write a record as the list of its fields in order."""
    return [write(getattr(record, name)) for name, write in _writers(_key(record))]


def unpositional(kind: type[T], data: Json) -> T:
    """Read what `positional` wrote."""
    return kind(
        *[
            read(item)
            for read, item in zip(_readers(cast(Hashable, kind)), cast("list[Json]", data), strict=True)
        ]
    )


def _key(record: object) -> Hashable:
    return cast(Hashable, type(record))


def _hints(kind: Hashable) -> list[tuple[Field[Any], Any]]:
    hints = get_type_hints(kind)
    return [(field, hints[field.name]) for field in fields(cast("type[Any]", kind))]


@cache
def _named_writers(kind: Hashable) -> tuple[tuple[str, Writer, object], ...]:
    return tuple((field.name, _writer(hint, True), field.default) for field, hint in _hints(kind))


@cache
def _named_readers(kind: Hashable) -> tuple[tuple[str, Reader], ...]:
    return tuple((field.name, _reader(hint, True)) for field, hint in _hints(kind))


@cache
def _writers(kind: Hashable) -> tuple[tuple[str, Writer], ...]:
    return tuple((field.name, _writer(hint, False)) for field, hint in _hints(kind))


@cache
def _readers(kind: Hashable) -> tuple[Reader, ...]:
    return tuple(_reader(hint, False) for _, hint in _hints(kind))


def _is_value(hint: Any) -> bool:
    """Tell whether a hint is `Value` itself, a part of it, or another union of plain values."""
    members = [member for member in get_args(hint) if member is not NoneType]
    return get_origin(hint) in (Union, UnionType) and len(members) > 1


def _same(data: Any) -> Any:
    return data


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _writer(hint: Any, by_name: bool) -> Writer:
    if hint in (int, str, bool, NoneType):
        return _same
    if _is_value(hint):
        return pack
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        inner = _writer(next(member for member in arguments if member is not NoneType), by_name)
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        return _tuple_writer(arguments, by_name)
    if origin is dict:
        key, item = _writer(arguments[0], by_name), _writer(arguments[1], by_name)
        return lambda value: [[key(k), item(v)] for k, v in value.items()]
    if origin is not None and issubclass(origin, Mapping):
        return lambda value: {key: pack(item) for key, item in value.items()}
    if hint is datetime:
        return _moment
    if hint is date:
        return lambda value: cast(date, value).isoformat()
    if issubclass(hint, StrEnum):
        return lambda value: cast(StrEnum, value).value
    if hint is Span:
        return lambda value: [value.count, value.unit.value]
    assert is_dataclass(hint), hint
    return named if by_name else positional


def _tuple_writer(arguments: tuple[Any, ...], by_name: bool) -> Writer:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        inner = _writer(arguments[0], by_name)
        return list if inner is _same else lambda value: [inner(item) for item in value]
    inners = [_writer(argument, by_name) for argument in arguments]
    return lambda value: [inner(item) for inner, item in zip(inners, value, strict=True)]


def _reader(hint: Any, by_name: bool) -> Reader:
    if hint in (int, str, bool, NoneType):
        return _same
    if _is_value(hint):
        return unpack
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        inner = _reader(next(member for member in arguments if member is not NoneType), by_name)
        return lambda data: None if data is None else inner(data)
    if origin is tuple:
        return _tuple_reader(arguments, by_name)
    if origin is dict:
        key, item = _reader(arguments[0], by_name), _reader(arguments[1], by_name)
        return lambda data: {key(k): item(v) for k, v in data}
    if origin is not None and issubclass(origin, Mapping):
        return lambda data: {key: unpack(item) for key, item in data.items()}
    if hint is datetime:
        return datetime.fromisoformat
    if hint is date:
        return date.fromisoformat
    if issubclass(hint, StrEnum):
        return cast(Reader, hint)
    if hint is Span:
        return lambda data: Span(data[0], Unit(data[1]))
    assert is_dataclass(hint), hint
    kind = cast("type[object]", hint)
    return (lambda data: unnamed(kind, data)) if by_name else (lambda data: unpositional(kind, data))


def _tuple_reader(arguments: tuple[Any, ...], by_name: bool) -> Reader:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        inner = _reader(arguments[0], by_name)
        return tuple if inner is _same else lambda data: tuple(inner(item) for item in data)
    inners = [_reader(argument, by_name) for argument in arguments]
    return lambda data: tuple(inner(item) for inner, item in zip(inners, data, strict=True))
