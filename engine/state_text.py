"""The state of a case as text: positional lists, the number of the layout first."""

import json

from engine.codec import positional, unpositional
from engine.state import CaseState

LAYOUT = 8
"""Raised when the fields of the state or of its records change; older texts are rebuilt by replay."""


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


class LayoutChanged(ValueError):
    """The text was written by another version of the program; rebuild the state by replay."""


def encode_state(state: CaseState) -> str:
    """Write a state; equal states give equal texts when their dicts have the same order."""
    return _encoder.encode([LAYOUT, *positional(state)])


def decode_state(text: str) -> CaseState:
    """Read what `encode_state` wrote.

    Raises:
        LayoutChanged: for a text of another layout.
    """
    layout, *fields = json.loads(text)
    if layout != LAYOUT:
        raise LayoutChanged(layout)
    return unpositional(CaseState, fields)
