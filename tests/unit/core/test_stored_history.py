"""A history is read for ever: events as an earlier version stored them mean the same, and are written alike."""

import json
from pathlib import Path

import pytest

from engine.events import decode, encode
from engine.json_text import read_json, write_json

STORED = (
    (Path(__file__).parents[2] / "data" / "history" / "events.jsonl").read_text(encoding="utf-8").splitlines()
)
"""One event of a kind in each line; lines may be added, never changed."""


@pytest.mark.parametrize("line", STORED, ids=lambda line: json.loads(line)["kind"])
def test_a_stored_event_is_read_and_written_alike(line: str) -> None:
    (event,) = decode([read_json(line)])
    written = write_json(encode([event]))
    assert decode(read_json(written)) == [event]
    assert _alike(written) == [_alike(line)]


def _alike(text: str) -> object:
    """Read JSON with every moment of UTC spelt one way."""
    return read_json(text.replace('+00:00"', 'Z"'))
