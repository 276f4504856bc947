"""What is stored and hashed has the bytes of the standard library, so that anybody can check it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from engine.json_text import read_json, write_canonical_json, write_json

_text = st.text(st.characters(exclude_categories=["Cs"]))
_plain = st.none() | st.booleans() | st.integers() | _text
_json = st.recursive(_plain, lambda inner: st.lists(inner) | st.dictionaries(_text, inner))


@given(_json)
def test_the_bytes_are_those_of_the_standard_library(value: object) -> None:
    assert write_json(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@given(_json)
def test_the_canonical_bytes_are_too(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert write_canonical_json(value) == text


@given(_json)
def test_what_was_written_is_read_back(value: object) -> None:
    assert read_json(write_json(value)) == value
