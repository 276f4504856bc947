"""The hash chain of a case: each group of events is hashed with the hash before it, as stored."""

import hashlib
import json
from collections.abc import Sequence

from engine.commitments import seal, unseal
from engine.events import Event, decode, encode


def genesis(tenant: str, case: int, digest: str) -> str:
    """Return the hash that a case's chain begins with: it binds tenant, case and version of the definition."""
    return hashlib.sha256(f"anliu case {tenant} {case} {digest}".encode()).hexdigest()


def link_hash(previous: str, body: str) -> str:
    """Return the hash of a group: SHA-256 of the previous hash, a line break, and the stored bytes."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def write_group(events: Sequence[Event], confidential: frozenset[tuple[str, str]]) -> tuple[str, str | None]:
    """Return the body of a group as JSON text, and what is kept beside it."""
    encoded = encode(events)
    private = seal(encoded, confidential)
    return json.dumps(encoded, ensure_ascii=False, separators=(",", ":")), private


def read_group(body: str, private: str | None) -> list[Event]:
    """Return the events of a group."""
    return decode(unseal(json.loads(body), private))
