"""The hash chain of a case: each group of events is hashed with the hash before it, as stored."""

import hashlib
from collections.abc import Iterable, Sequence

from engine.commitments import seal, unseal
from engine.events import Event, decode, encode
from engine.json_text import read_json, write_json


def genesis(tenant: str, case: int, digest: str) -> str:
    """Return the hash that a case's chain begins with: it binds tenant, case and version of the definition."""
    return hashlib.sha256(f"anliu case {tenant} {case} {digest}".encode()).hexdigest()


def link_hash(previous: str, body: str) -> str:
    """Return the hash of a group: SHA-256 of the previous hash, a line break, and the stored bytes."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def versions_of(groups: Iterable[tuple[int, str]], digest: str) -> list[tuple[int, str]]:
    """Return under which versions a case was decided: (first revision, digest), oldest first.

    Args:
        groups: revision and body of each group in order.
        digest: the version that the case is under now.

    Each migration names both versions, so that the first one, which the chain begins with, is found in the chain.
    """
    found: list[tuple[int, str, str]] = []
    for revision, body in groups:
        if '"CaseMigrated"' in body:
            found += [
                (revision, event["origin"], event["target"])
                for event in read_json(body)
                if event["kind"] == "CaseMigrated"
            ]
    if not found:
        return [(1, digest)]
    return [(1, found[0][1]), *((revision + 1, target) for revision, _, target in found)]


def version_after(versions: Sequence[tuple[int, str]], revision: int) -> str:
    """Return the version that a case was under after a group."""
    return next(digest for first, digest in reversed(versions) if first <= max(revision + 1, 1))


def write_group(events: Sequence[Event], confidential: frozenset[tuple[str, str]]) -> tuple[str, str | None]:
    """Return the body of a group as JSON text, and what is kept beside it."""
    encoded = encode(events)
    private = seal(encoded, confidential)
    return write_json(encoded), private


def read_group(body: str, private: str | None) -> list[Event]:
    """Return the events of a group."""
    return decode(unseal(read_json(body), private))
