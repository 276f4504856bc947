"""The state of a case as text: positional lists, the number of the layout first."""

from engine.codec import positional, unpositional
from engine.json_text import read_json, write_json
from engine.state import CaseState

LAYOUT = 10
"""Raised when the fields of the state or of its records change; older texts are rebuilt by replay."""


class LayoutChanged(ValueError):
    """The text was written by another version of the program; rebuild the state by replay."""


def encode_state(state: CaseState) -> str:
    """Write a state; equal states give equal texts when their dicts have the same order."""
    return write_json([LAYOUT, *positional(state)])


def decode_state(text: str) -> CaseState:
    """Read what `encode_state` wrote.

    Raises:
        LayoutChanged: for a text of another layout.
    """
    layout, *fields = read_json(text)
    if layout != LAYOUT:
        raise LayoutChanged(layout)
    return unpositional(CaseState, fields)
