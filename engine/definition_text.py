"""A definition as canonical JSON and back: what versions store, and what their digest is taken of.

Every record is a dict whose `_` names its class; fields that have their default are left out, so that a field added
to the language later does not change the digests of earlier versions. Stored versions run without the parser.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import ModuleType
from typing import Any, get_args, get_type_hints

from engine import (
    action_definition,
    citation,
    declared,
    expressions,
    limit_definition,
    node_definition,
    recurrence,
    register_definition,
    table_definition,
    values,
)
from engine import definition as whole
from engine.definition import Definition
from engine.values import Json, Span, Unit

LAYOUT = 1
"""Number of this form of writing; a reader refuses a later one."""


class UnreadableDefinition(ValueError):
    """A stored definition was written by a newer program, or is damaged."""


def write_definition(definition: Definition) -> str:
    """Write a definition as canonical JSON text: sorted keys, no spaces, Chinese as it is."""
    body = {"layout": LAYOUT, "definition": _write(definition)}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_definition(text: str) -> Definition:
    """Read what `write_definition` wrote.

    Raises:
        UnreadableDefinition: not such a text, or one of a newer layout.
    """
    try:
        body = json.loads(text)
        if body["layout"] != LAYOUT:
            raise UnreadableDefinition(f"layout {body['layout']} is not {LAYOUT}")
        definition = _read(body["definition"])
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise UnreadableDefinition(str(error)) from error
    if not isinstance(definition, Definition):
        raise UnreadableDefinition("the text holds no definition")
    return definition


def digest_of(text: str) -> str:
    """Return the name of a version: SHA-256 of its canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _write(value: object) -> Json:
    match value:
        case StrEnum():
            return value.value
        case None | bool() | int() | str():
            return value
        case Decimal():
            return {"_": "decimal", "text": format(value, "f")}
        case datetime():
            return {"_": "time", "text": value.isoformat()}
        case date():
            return {"_": "date", "text": value.isoformat()}
        case Span(number, unit):
            return {"_": "Span", "count": number, "unit": unit.value}
        case tuple():
            return [_write(element) for element in value]
        case Mapping():
            return {"_": "record", "fields": {str(key): _write(element) for key, element in value.items()}}
        case _ if is_dataclass(value) and not isinstance(value, type):
            written: dict[str, Json] = {"_": type(value).__name__}
            for name, default in _defaults(type(value)):
                content = getattr(value, name)
                if default is MISSING or content != default or type(content) is not type(default):
                    written[name] = _write(content)
            return written
        case _:
            raise TypeError(f"a definition cannot hold {value!r}")


_SCALARS: Mapping[str, Callable[[str], object]] = {
    "decimal": Decimal,
    "time": datetime.fromisoformat,
    "date": date.fromisoformat,
}


def _read(data: Any) -> Any:
    """`Any` because the JSON decides the class; the constructors of the definition give the types back."""
    if isinstance(data, list):
        return tuple(_read(element) for element in data)
    if not isinstance(data, dict):
        return data
    kind = data["_"]
    if kind in _SCALARS:
        return _SCALARS[kind](data["text"])
    if kind == "Span":
        return Span(data["count"], Unit(data["unit"]))
    if kind == "record":
        return {key: _read(element) for key, element in data["fields"].items()}
    cls = _classes()[kind]
    enums = _enums(cls)
    return cls(
        **{
            name: _members(enums[name], content) if name in enums and content is not None else _read(content)
            for name, content in data.items()
            if name != "_"
        }
    )


def _members(kind: type[StrEnum], content: Any) -> StrEnum | tuple[StrEnum, ...]:
    """Return a member of an enumeration, or several."""
    return tuple(map(kind, content)) if isinstance(content, list) else kind(content)


@cache
def _defaults(cls: type) -> tuple[tuple[str, object], ...]:
    return tuple((field.name, field.default) for field in fields(cls))


_MODULES = (
    whole,
    declared,
    table_definition,
    limit_definition,
    action_definition,
    node_definition,
    citation,
    register_definition,
    expressions,
    recurrence,
    values,
)
"""Where the records of a definition are declared; a stored text names them by class alone."""


@cache
def _classes() -> Mapping[str, Callable[..., object]]:
    return {name: cls for module in _MODULES for name, cls in _public(module) if is_dataclass(cls)}


def _public(module: ModuleType) -> list[tuple[str, type]]:
    return [
        (name, member)
        for name, member in vars(module).items()
        if isinstance(member, type) and member.__module__ == module.__name__
    ]


@cache
def _enums(cls: type) -> Mapping[str, type[StrEnum]]:
    found: dict[str, type[StrEnum]] = {}
    for name, hint in get_type_hints(cls).items():
        for kind in (hint, *get_args(hint)):
            if isinstance(kind, type) and issubclass(kind, StrEnum):
                found[name] = kind
    return found
