"""Turn what state and history are made of into JSON and back.

msgspec writes and reads records in C, by the types they declare: named fields, defaults left out, moments and dates as
people write them. What may hold a value of any type (a filled form, data of a case) is packed before: such a value
describes itself ({"date": "2023-04-10"}), so that nothing needs the definition to be read back.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from engine.values import FileRef, Json, Span, Unit, Value

T = TypeVar("T")

_Hint: TypeAlias = Any
"""A declared type; `Any` stays at this border, as does the JSON that is read."""

__all__ = ["Json", "holds_values", "pack", "packed", "read", "unpack"]


# ---- values


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
        case Span(number, unit):
            return {"span": [number, unit.value]}
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


def _span(content: Any) -> Value:
    return Span(content[0], Unit(content[1]))


_UNPACK: Mapping[str, Callable[[Any], Value]] = {
    "decimal": Decimal,
    "time": datetime.fromisoformat,
    "date": date.fromisoformat,
    "span": _span,
    "file": lambda content: FileRef(*content),
    "record": lambda content: {key: unpack(element) for key, element in content.items()},
}


# ---- records


def holds_values(kind: type) -> bool:
    """Tell whether records of a kind hold values of any type, which must be packed."""
    return _holds(kind)


def packed(record: object) -> dict[str, Json]:
    """Return a record that holds values as a dict for `engine.json_text`, defaults left out."""
    kind: _Hint = type(record)
    return cast("dict[str, Json]", _packer(kind)(record))


def read(kind: type[T], data: Json | Mapping[str, Json]) -> T:
    """Return a record from its JSON; keys that it does not declare are ignored.

    Raises:
        ValueError: it is none of that kind.
    """
    hint: _Hint = kind
    return cast(T, _reader(hint)(data))


@cache
def _holds(hint: _Hint) -> bool:
    """Tell whether a value of a declared type is or contains a `Value`; records may contain their own kind."""
    seen: list[_Hint] = [hint]
    for each in seen:  # grows
        if _is_value(each):
            return True
        is_record = isinstance(each, type) and issubclass(each, msgspec.Struct)
        inner = get_type_hints(each).values() if is_record else get_args(each)
        seen += [one for one in inner if one not in seen]
    return False


def _is_value(hint: _Hint) -> bool:
    """Tell whether a hint is `Value`."""
    origin: Any = get_origin(hint)
    return origin in (Union, UnionType) and FileRef in get_args(hint)


@cache
def _packer(hint: _Hint) -> Callable[[Any], Any]:
    """Return what makes a value of a declared type one that msgspec writes so that it can be read back."""
    if _is_value(hint):
        return pack
    if not _holds(hint):
        return lambda value: value
    if isinstance(hint, type):
        return _record_packer(hint)
    arguments, origin = get_args(hint), cast(Any, get_origin(hint))
    if origin is not tuple:
        return lambda value: {key: pack(element) for key, element in value.items()}
    if arguments[-1] is Ellipsis:
        each = _packer(arguments[0])
        return lambda value: [each(element) for element in value]
    parts = [_packer(argument) for argument in arguments]
    return lambda value: [part(element) for part, element in zip(parts, value, strict=True)]


def _record_packer(kind: type) -> Callable[[Any], dict[str, Json]]:
    hints, config = get_type_hints(kind), cast(msgspec.Struct, kind).__struct_config__
    begin: dict[str, Json] = {} if config.tag_field is None else {config.tag_field: config.tag}
    fields = [(each.name, _default(each), _packer(hints[each.name])) for each in msgspec.structs.fields(kind)]

    def write(record: Any) -> dict[str, Json]:
        data = dict(begin)
        for name, default, packer in fields:
            value = getattr(record, name)
            if value != default:
                data[name] = packer(value)
        return data

    return write


@cache
def _reader(hint: _Hint) -> Callable[[Any], Any]:
    """Return what reads a value of a declared type from JSON."""
    if _is_value(hint):
        return unpack
    if not _holds(hint):
        return lambda data: msgspec.convert(data, hint)
    if isinstance(hint, type):
        hints = get_type_hints(hint)
        fields = {name: _reader(inner) for name, inner in hints.items() if not name.startswith("__")}
        return lambda data: hint(**{name: fields[name](data[name]) for name in fields if name in data})
    arguments, origin = get_args(hint), cast(Any, get_origin(hint))
    if origin is not tuple:
        return lambda data: {key: unpack(element) for key, element in data.items()}
    if arguments[-1] is Ellipsis:
        each = _reader(arguments[0])
        return lambda data: tuple([each(element) for element in data])
    parts = [_reader(argument) for argument in arguments]
    return lambda data: tuple([part(element) for part, element in zip(parts, data, strict=True)])


def _default(field: msgspec.structs.FieldInfo) -> object:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
