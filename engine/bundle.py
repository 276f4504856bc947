"""Export what proves a case or a whole town as one ZIP that `engine/verifier.py` checks without this software."""

import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine import statements
from engine.chain import versions_of
from engine.store import Session
from engine.town import Town

_GROUP = ("revision", "at", "occurred", "actor", "acting_for", "body", "private", "hash")
_BATCH = 200


def export_bundle(
    town: Town, path: Path, cases: Iterable[int] | None = None, *, private: bool = False, files: bool = True
) -> Path:
    """Write a bundle.

    Args:
        cases: which cases; None: all, with the audit log.
        private: also the salts and values of confidential fields; without them the chain verifies all the same.
        files: also the attachments.
    """
    part = path.with_name(f"{path.name}.part")
    with (
        town.store.reading(town.tenant) as session,
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        rows = [row for row in _heads(session) if cases is None or row[0] in set(cases)]
        manifest = {"format": 1, "tenant": town.tenant, "cases": [_case(row) for row in rows]}
        archive.writestr("manifest.json", _json(manifest))
        for row in rows:
            archive.writestr(f"cases/{row[0]}.jsonl", _groups(session, row[0], private=private))
        if cases is None:
            archive.writestr("audit.jsonl", _audit(session))
        used = {digest for row in rows for digest in _versions(session, row[0], row[2])}
        for digest, body in session.all(statements.read_definitions):
            if digest in used:
                archive.writestr(f"definitions/{digest}", body)
        if files:
            _add_files(town, session, archive, [row[0] for row in rows])
    part.replace(path)
    return path


def _heads(session: Session) -> Iterable[Any]:
    after = 0
    while rows := session.all(statements.case_heads, after=after, limit=_BATCH):
        yield from rows
        after = rows[-1][0]


def _versions(session: Session, case: int, digest: str) -> Iterable[str]:
    """Return every version that a case was decided under."""
    rows = session.all(statements.read_groups, case=case, until=1 << 62)
    return [version for _, version in versions_of(((row[0], row[6]) for row in rows), digest)]


def _case(row: Any) -> dict[str, object]:
    case, number, digest, revision, head, _ = row
    return {
        "id": case,
        "number": number,
        "digest": digest,
        "revision": revision,
        "head": head,
    }


def _groups(session: Session, case: int, *, private: bool) -> str:
    lines: list[str] = []
    for revision, at, occurred, actor, acting_for, _, body, kept, digest in session.all(
        statements.read_groups, case=case, until=1 << 62
    ):
        values = (revision, at, occurred, actor, acting_for, body, kept if private else None, digest)
        lines.append(_json(dict(zip(_GROUP, values, strict=True))))
    return "\n".join(lines)


def _audit(session: Session) -> str:
    names = ("sequence", "at", "actor", "kind", "body", "hash")
    return "\n".join(_json(dict(zip(names, row, strict=True))) for row in session.all(statements.read_audit))


def _add_files(town: Town, session: Session, archive: zipfile.ZipFile, cases: list[int]) -> None:
    hashes = {row[0]: row[1] for case in cases for row in session.all(statements.files_of_case, case=case)}
    for sha256, name in sorted(hashes.items()):
        archive.write(town.files.path(sha256, name), f"files/{sha256}")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
