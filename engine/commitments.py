"""Confidential values in the history: the hashed body holds salted commitments, the values stand beside it.

So an export without the values still verifies, and a value can be erased while the chain stands.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from engine.json_text import write_canonical_json
from engine.values import Json

COMMITMENT = "commitment"
"""Key of a commitment in the place of a value: {"commitment": "<sha256>"}."""

HOLDING_VALUES = ("FormSubmitted", "CorrectionProposed")
"""Kinds of events that hold the values of a form."""


def commitment(salt: str, value: Json) -> str:
    """Return the SHA-256 of a salt and the canonical JSON of a value."""
    return hashlib.sha256(f"{salt}\n{write_canonical_json(value)}".encode()).hexdigest()


def seal(events: Sequence[object], fields: frozenset[tuple[str, str]]) -> str | None:
    """Replace confidential values in encoded events by commitments, in place.

    Returns: JSON of commitment -> [salt, value] to keep beside the body; None when there is nothing to keep.
    """
    if not fields:
        return None
    kept: dict[str, Json] = {}
    for event in events:
        values = event.get("values") if isinstance(event, dict) else None
        if not isinstance(event, dict) or event["kind"] not in HOLDING_VALUES or values is None:
            continue
        for name, value in values.items():
            if value is not None and (str(event["form"]), name) in fields:
                salt = secrets.token_hex(16)
                digest = commitment(salt, value)
                kept[digest] = [salt, value]
                values[name] = {COMMITMENT: digest}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) if kept else None


def unseal(events: Sequence[dict[str, Any]], private: str | None) -> Sequence[dict[str, Any]]:
    """Put the values back, in place; an erased one becomes missing."""
    kept: Mapping[str, Any] = json.loads(private) if private else {}
    for event in events:
        values = event.get("values")
        if event["kind"] in HOLDING_VALUES and isinstance(values, dict):
            for name, value in values.items():
                if isinstance(value, dict) and COMMITMENT in value:
                    values[name] = kept[value[COMMITMENT]][1] if value[COMMITMENT] in kept else None
    return events


def broken_commitments(private: str | None) -> list[str]:
    """Return the commitments whose kept value is another one now."""
    kept: Mapping[str, Any] = json.loads(private) if private else {}
    return [digest for digest, (salt, value) in kept.items() if commitment(salt, value) != digest]
