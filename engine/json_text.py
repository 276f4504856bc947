"""JSON text as it is stored and hashed: compact, keys as they come, only what must be escaped is.

msgspec writes the same bytes as `json.dumps(ensure_ascii=False, separators=(",", ":"))` for everything stored here
(decimals, moments and dates are text), in a tenth of the time. A test compares the two; `engine.verifier`, which must
not depend on us, keeps the standard library.
"""

from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode
_encode_sorted = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder().decode


def write_json(value: object) -> str:
    """Write a value of dicts, lists, text, integers, truth values and None."""
    return _encode(value).decode()


def write_canonical_json(value: object) -> str:
    """Write a value with the keys of its dicts in order: equal values give equal texts."""
    return _encode_sorted(value).decode()


def read_json(text: str) -> Any:
    """Read JSON text.

    Raises:
        ValueError: it is none.
    """
    return _decode(text)
