"""The audit log: a hash chain over everything that is not a case (accounts, deployments, calendars, parameters …)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import statements
from engine.moments import read_moment, write_moment
from engine.store import Session, Unit
from engine.values import Json


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit log; `kind` is a past participle (definition_deployed, password_reset …)."""

    sequence: int
    at: datetime
    actor: str
    kind: str
    body: Mapping[str, Json]
    hash: str


def genesis(tenant: str) -> str:
    """Return the hash that a tenant's audit chain begins with."""
    return hashlib.sha256(f"anliu audit {tenant}".encode()).hexdigest()


def link_hash(previous: str, at: str, actor: str, kind: str, body: str) -> str:
    """Return the hash of an entry: over the previous one and the stored texts, a line each."""
    return hashlib.sha256(f"{previous}\n{at}\n{actor}\n{kind}\n{body}".encode()).hexdigest()


def record(unit: Unit, now: datetime, actor: str, kind: str, body: Mapping[str, Json]) -> None:
    """Append an entry in this unit of work; two at once are a conflict, the later one runs again."""
    found = unit.one(statements.audit_head)
    sequence, previous = found or (0, genesis(unit.tenant))
    pending = unit.latest_audit
    if pending is not None:
        sequence, previous = pending
    at, text = write_moment(now), json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = link_hash(previous, at, actor, kind, text)
    unit.write(
        statements.add_audit, sequence=sequence + 1, at=at, actor=actor, kind=kind, body=text, hash=digest
    )
    unit.latest_audit = (sequence + 1, digest)


def entries(session: Session) -> tuple[AuditEntry, ...]:
    """Return the whole log, oldest first."""
    return tuple(
        AuditEntry(sequence, read_moment(at), actor, kind, json.loads(body), digest)
        for sequence, at, actor, kind, body, digest in session.all(statements.read_audit)
    )


def check(session: Session) -> tuple[int, str, AuditEntry | None]:
    """Follow the chain.

    Returns: how many entries fit, the last good hash, and the first entry that does not fit, if any.
    """
    previous, count = genesis(session.tenant), 0
    for sequence, at, actor, kind, body, digest in session.all(statements.read_audit):
        if sequence != count + 1 or link_hash(previous, at, actor, kind, body) != digest:
            return count, previous, AuditEntry(sequence, read_moment(at), actor, kind, {}, digest)
        previous, count = digest, count + 1
    return count, previous, None
