"""The state of a case as text: the number of the layout, then the fields of the state in order.

What a case remembers of every step it has done is written as lists, everything else with the names of its fields.
"""

from functools import cache
from operator import attrgetter
from typing import Any, cast, get_args, get_origin, get_type_hints

import msgspec

from engine.codec import pack, unpack
from engine.json_text import write_json
from engine.state import CaseState

LAYOUT = 13
"""Raised when the fields of the state or of its records change; older texts are rebuilt by replay."""

_HINTS = get_type_hints(CaseState)
_DICTS = tuple(name for name, hint in _HINTS.items() if get_origin(hint) is dict and name != "data")
_PLAIN = tuple(name for name, hint in _HINTS.items() if get_origin(hint) is not dict)
_plain, _dicts = attrgetter(*_PLAIN), attrgetter(*_DICTS)


class LayoutChanged(ValueError):
    """The text was written by another version of the program; rebuild the state by replay."""


def encode_state(state: CaseState) -> str:
    """Write a state; equal states give equal texts when their dicts have the same order."""
    data = {name: pack(value) for name, value in state.data.items()}
    return write_json((LAYOUT, _plain(state), [tuple(each.items()) for each in _dicts(state)], data))


def decode_state(text: str) -> CaseState:
    """Read what `encode_state` wrote.

    Raises:
        LayoutChanged: for a text of another layout.
    """
    if not text.startswith(f"[{LAYOUT},"):
        raise LayoutChanged(text[: text.find(",")])
    _, plain, dicts, data = _decoder().decode(text)
    fields = dict(zip(_PLAIN, plain, strict=True)) | dict(zip(_DICTS, map(dict, dicts), strict=True))
    return CaseState(**fields, data={name: unpack(value) for name, value in data.items()})


@cache
def _decoder() -> msgspec.json.Decoder[tuple[int, tuple[Any, ...], tuple[Any, ...], dict[str, Any]]]:
    of_tuple, of_list = cast(Any, tuple).__class_getitem__, cast(Any, list).__class_getitem__
    plain = of_tuple(tuple(_HINTS[name] for name in _PLAIN))
    dicts = of_tuple(tuple(of_list(of_tuple(get_args(_HINTS[name]))) for name in _DICTS))
    return msgspec.json.Decoder(of_tuple((int, plain, dicts, dict[str, Any])))
