"""Turn the records of state and history into JSON and back, by the types they declare.

Two forms: named (a dict, defaults left out, times as people write them) for the history that people read, positional
(a list, times as microseconds) for the state. Values describe themselves ({"date": "2023-04-10"}), so that nothing
needs the definition to be read back. For each kind of record the code is generated once, from its declared types
only: reading and writing the state is a good part of the cost of a command.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import count
from types import NoneType, UnionType
from typing import Any, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT

from engine.values import FileRef, Json, Span, Unit, Value

T = TypeVar("T")

_Hint: TypeAlias = Any
"""A declared type; `Any` stays at this border, as does the JSON that generated code reads."""

__all__ = ["Json", "named", "pack", "positional", "unnamed", "unpack", "unpositional"]


# ---- values


def pack(value: Value) -> Json:
    """Write a value so that `unpack` gives it back without knowing its type."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return {"decimal": format(value, "f")}
        case datetime():
            return {"time": _iso(value)}
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


# ---- moments

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _iso(moment: datetime) -> str:
    return _iso_text(moment if moment.tzinfo is UTC else moment.astimezone(UTC))


@lru_cache(maxsize=256)
def _iso_text(moment: datetime) -> str:
    return moment.isoformat()  # the events of one command share a few moments


def _micros(moment: datetime) -> int:
    return _micros_since(moment if moment.tzinfo is UTC else moment.astimezone(UTC))


@lru_cache(maxsize=256)
def _micros_since(moment: datetime) -> int:
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _from_micros(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


# ---- records


def named(record: object) -> dict[str, Json]:
    """Write a record as a dict, without the fields that have their default."""
    return cast("dict[str, Json]", _function("write_named", type(record))(record))


def unnamed(kind: type[T], data: Mapping[str, Json]) -> T:
    """Read what `named` wrote; other keys are ignored."""
    return cast(T, _function("read_named", kind)(data))


def positional(record: object) -> list[Json]:
    """Write a record as the list of its fields in order."""
    return cast("list[Json]", _function("write", type(record))(record))


def unpositional(kind: type[T], data: Json) -> T:
    """Read what `positional` wrote.

    Raises:
        ValueError: for a list of another length.
    """
    return cast(T, _function("read", kind)(data))


# ---- generated code

_space: dict[str, Any] = {
    "Span": Span,
    "Unit": Unit,
    "date_of": date.fromisoformat,
    "from_micros": _from_micros,
    "iso": _iso,
    "micros": _micros,
    "moment_of": datetime.fromisoformat,
    "pack": pack,
    "unpack": unpack,
}
"""What generated functions see: these helpers, the kinds of records and enumerations, defaults, and each other."""

_known: dict[tuple[str, type], Callable[[Any], Any]] = {}
_numbers = count()


def _function(form: str, kind: type) -> Callable[[Any], Any]:
    known = _known.get((form, kind))
    return known if known is not None else _generate(form, kind)


def _generate(form: str, kind: type) -> Callable[[Any], Any]:
    """Generate the function of a form for a kind of record, and those of the kinds it is made of."""
    body = {
        "write": _write_body,
        "read": _read_body,
        "write_named": _write_named_body,
        "read_named": _read_named_body,
    }[form](kind)
    exec(f"def {_name(form, kind)}(r):\n {body}", _space)  # noqa: S102  # made here from declared types only
    function = _known[form, kind] = cast(Callable[[Any], Any], _space[_name(form, kind)])
    return function


def _name(form: str, kind: type) -> str:
    return f"{form}_{kind.__name__}"


def _hints(kind: type) -> Iterator[tuple[str, _Hint, object]]:
    """Yield name, declared type and default of each field; NODEFAULT when there is none."""
    hints = get_type_hints(kind)
    for field in msgspec.structs.fields(kind):
        default = field.default if field.default_factory is NODEFAULT else field.default_factory()
        yield field.name, hints[field.name], default


def _write_body(kind: type) -> str:
    parts = [_write(hint, f"r.{name}", "write") for name, hint, _ in _hints(kind)]
    return f"return [{', '.join(parts)}]"


def _read_body(kind: type) -> str:
    _space[kind.__name__] = kind
    names = [f"v{position}" for position, _ in enumerate(_hints(kind))]
    parts = [_read(hint, name, "read") for name, (_, hint, _) in zip(names, _hints(kind), strict=True)]
    return f"{', '.join(names)}, = r\n return {kind.__name__}({', '.join(parts)})"


def _write_named_body(kind: type) -> str:
    lines = ["d = {}"]
    for name, hint, default in _hints(kind):
        write = f"d[{name!r}] = {_write(hint, 'v', 'write_named')}"
        lines.append(f"v = r.{name}")
        lines.append(write if default is NODEFAULT else f"if v != {_constant(default)}: {write}")
    return "\n ".join([*lines, "return d"])


def _read_named_body(kind: type) -> str:
    _space[kind.__name__] = kind
    parts: list[str] = []
    for name, hint, default in _hints(kind):
        read = _read(hint, f"r[{name!r}]", "read_named")
        parts.append(
            f"{name}={read}"
            if default is NODEFAULT
            else f"{name}=({read} if {name!r} in r else {_constant(default)})"
        )
    return f"return {kind.__name__}({', '.join(parts)})"


class _Later:
    """Stands for a function until its first call."""

    __slots__ = ("form", "kind")

    def __init__(self, form: str, kind: type) -> None:
        self.form = form
        self.kind = kind

    def __call__(self, record: Any) -> Any:
        return _function(self.form, self.kind)(record)


def _constant(value: object) -> str:
    name = f"c{next(_numbers)}"
    _space[name] = value
    return name


def _inner(form: str, kind: type) -> str:
    """Return the name of another record's function; it is generated when first needed."""
    name = _name(form, kind)
    if name not in _space:
        _space[name] = _Later(form, kind)
    return name


def _is_union(hint: _Hint) -> bool:
    origin: Any = get_origin(hint)
    return origin in (Union, UnionType)


def _is_value(hint: _Hint) -> bool:
    """Tell whether a hint is `Value` itself, a part of it, or another union of plain values."""
    members = [member for member in get_args(hint) if member is not NoneType]
    return _is_union(hint) and len(members) > 1


def _optional(hint: _Hint) -> _Hint | None:
    if not _is_union(hint):
        return None
    return next(member for member in get_args(hint) if member is not NoneType)


def _is_plain(hint: _Hint) -> bool:
    return hint in (int, str, bool, NoneType) or (
        (inner := _optional(hint)) is not None and not _is_value(hint) and inner in (int, str, bool)
    )


def _write(hint: _Hint, value: str, form: str) -> str:
    """Return the source that writes a value of a declared type."""
    if _is_plain(hint):
        return value
    if _is_value(hint):
        return f"pack({value})"
    optional = _optional(hint)
    if optional is not None:
        return f"(None if {value} is None else {_write(optional, value, form)})"
    origin: Any = get_origin(hint)
    arguments = get_args(hint)
    each = f"x{next(_numbers)}"
    if origin is tuple and arguments[-1] is Ellipsis:
        inner = _write(arguments[0], each, form)
        return f"list({value})" if inner == each else f"[{inner} for {each} in {value}]"
    if origin is tuple:
        parts = (_write(item, f"{value}[{position}]", form) for position, item in enumerate(arguments))
        return f"[{', '.join(parts)}]"
    if origin is dict:
        key, item = _write(arguments[0], each, form), _write(arguments[1], f"{each}v", form)
        return f"[[{key}, {item}] for {each}, {each}v in {value}.items()] if {value} else []"
    if origin is not None and issubclass(origin, Mapping):
        return f"{{k: pack({each}) for k, {each} in {value}.items()}}"
    return _write_single(hint, value, form)


def _write_single(hint: type, value: str, form: str) -> str:
    if hint is datetime:
        return f"iso({value})" if form == "write_named" else f"micros({value})"
    if hint is date:
        return f"{value}.isoformat()"
    if issubclass(hint, StrEnum):
        return f"{value}._value_"
    if hint is Span:
        return f"[{value}.count, {value}.unit.value]"
    assert issubclass(hint, msgspec.Struct), hint
    return f"{_inner(form, hint)}({value})"


def _read(hint: _Hint, value: str, form: str) -> str:
    """Return the source that reads a value of a declared type."""
    if _is_plain(hint):
        return value
    if _is_value(hint):
        return f"unpack({value})"
    optional = _optional(hint)
    if optional is not None:
        return f"(None if {value} is None else {_read(optional, value, form)})"
    origin: Any = get_origin(hint)
    arguments = get_args(hint)
    each = f"x{next(_numbers)}"
    if origin is tuple and arguments[-1] is Ellipsis:
        inner = _read(arguments[0], each, form)
        return f"tuple({value})" if inner == each else f"tuple([{inner} for {each} in {value}])"
    if origin is tuple:
        parts = (_read(item, f"{value}[{position}]", form) for position, item in enumerate(arguments))
        return f"({', '.join(parts)},)"
    if origin is dict:
        key, item = _read(arguments[0], each, form), _read(arguments[1], f"{each}v", form)
        return f"{{{key}: {item} for {each}, {each}v in {value}}}"
    if origin is not None and issubclass(origin, Mapping):
        return f"{{k: unpack({each}) for k, {each} in {value}.items()}}"
    return _read_single(hint, value, form)


def _read_single(hint: type, value: str, form: str) -> str:
    if hint is datetime:
        return f"moment_of({value})" if form == "read_named" else f"from_micros({value})"
    if hint is date:
        return f"date_of({value})"
    if issubclass(hint, StrEnum):
        members = _constant({member.value: member for member in hint})
        return f"{members}[{value}]"
    if hint is Span:
        return f"Span({value}[0], Unit({value}[1]))"
    assert issubclass(hint, msgspec.Struct), hint
    return f"{_inner(form, hint)}({value})"
