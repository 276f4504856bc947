"""The state of a case as text: the number of the layout, then the fields of the state in order.

What a case remembers for ever (completions of steps, submissions) is written as lists without names: it grows with the
steps of the definition. Everything else has the names of its fields, as in the history.
"""

from functools import cache
from operator import attrgetter
from typing import Any, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec.structs import astuple

from engine.codec import pack, unpack
from engine.json_text import write_json
from engine.marking import NodeRecord, Submission
from engine.state import CaseState

LAYOUT = 15
"""Raised when the fields of the state or of its records change; older texts are rebuilt by replay."""

_HINTS = get_type_hints(CaseState)
_MAPS = {name: get_args(hint) for name, hint in _HINTS.items() if get_origin(hint) is dict and name != "data"}
_LISTED = {name: kind for name, (_, kind) in _MAPS.items() if kind in (NodeRecord, Submission)}
_PLAIN = tuple(name for name, hint in _HINTS.items() if get_origin(hint) is not dict)
_DICTS = tuple(name for name in _MAPS if name not in _LISTED)
_plain, _dicts, _listed = attrgetter(*_PLAIN), attrgetter(*_DICTS), attrgetter(*_LISTED)


class LayoutChanged(ValueError):
    """The text was written by another version of the program; rebuild the state by replay."""


def encode_state(state: CaseState) -> str:
    """Write a state; equal states give equal texts when their dicts have the same order."""
    return write_json(
        (
            LAYOUT,
            _plain(state),
            [tuple(each.items()) for each in _dicts(state)],
            [[(key, astuple(record)) for key, record in each.items()] for each in _listed(state)],
            {name: pack(value) for name, value in state.data.items()},
        )
    )


def decode_state(text: str) -> CaseState:
    """Read what `encode_state` wrote.

    Raises:
        LayoutChanged: for a text of another layout.
    """
    if not text.startswith(f"[{LAYOUT},"):
        raise LayoutChanged(text[: text.find(",")])
    _, plain, dicts, listed, data = _decoder().decode(text)
    fields = dict(zip(_PLAIN, plain, strict=True)) | dict(zip(_DICTS, map(dict, dicts), strict=True))
    for (name, kind), rows in zip(_LISTED.items(), listed, strict=True):
        fields[name] = {key: kind(*values) for key, values in rows}
    return CaseState(**fields, data={name: unpack(value) for name, value in data.items()})


@cache
def _decoder() -> msgspec.json.Decoder[tuple[int, Any, Any, Any, dict[str, Any]]]:
    of_tuple, of_list = cast(Any, tuple).__class_getitem__, cast(Any, list).__class_getitem__

    def maps(kinds: list[tuple[Any, Any]]) -> Any:
        return of_tuple(tuple(of_list(of_tuple(each)) for each in kinds))

    plain = of_tuple(tuple(_HINTS[name] for name in _PLAIN))
    dicts = maps([_MAPS[name] for name in _DICTS])
    listed = maps([(_MAPS[name][0], _row(kind)) for name, kind in _LISTED.items()])
    return msgspec.json.Decoder(of_tuple((int, plain, dicts, listed, dict[str, Any])))


def _row(kind: type) -> Any:
    """Return the type of a record written as the list of its fields."""
    return cast(Any, tuple).__class_getitem__(tuple(get_type_hints(kind).values()))
