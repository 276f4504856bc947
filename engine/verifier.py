#!/usr/bin/env python3
"""Stand-alone verifier of an Anliu bundle (安流卷宗校验). Needs Python 3.11 or later and nothing else.

    python verifier.py BUNDLE.zip            checks every case, the audit log, definitions and files
    python verifier.py BUNDLE.zip --head H   also that the hash over all chain heads is H (from an earlier seal)

Exit 0: everything fits. 1: something does not; the first break of each chain is printed. 2: not a bundle.

A bundle is a ZIP with `manifest.json` and, for each tenant's export:
    cases/<id>.jsonl       one line a group: {"revision", "at", "occurred", "actor", "acting_for", "body", "private", "hash"}
    audit.jsonl            one line an entry: {"sequence", "at", "actor", "kind", "body", "hash"}
    definitions/<digest>   the canonical text of each version
    files/<sha256>         attachments
Hashes: a case chain begins with SHA-256("anliu case <tenant> <case> <digest>"), where the digest is that of the version
the case began under (`origin` of its first CaseMigrated event; without one that of the manifest), and goes on with
SHA-256(previous + "\\n" + body). The audit chain begins with SHA-256("anliu audit <tenant>") and goes on with
SHA-256 of previous, at, actor, kind and body, a line each. A definition is named by the SHA-256 of its text, a file
by that of its bytes. A confidential value is a commitment: SHA-256(salt + "\\n" + canonical JSON of the value); salt
and value may be missing (masked or erased), the chain stands without them.
"""

import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any


def sha256(text: str) -> str:
    """Hash text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def canonical(value: Any) -> str:
    """Write JSON as commitments are taken of it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Bundle:
    """An opened bundle and what was found wrong in it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = set(archive.namelist())
        self.manifest = json.loads(self.text("manifest.json"))
        self.problems: list[str] = []
        self.groups = 0
        self.masked = 0

    def text(self, name: str) -> str:
        """Read a member as text."""
        return self.archive.read(name).decode("utf-8")

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Read a member of JSON lines."""
        return [json.loads(line) for line in self.text(name).split("\n") if line.strip()]

    def wrong(self, place: str, what: str) -> None:
        """Note something that does not fit."""
        self.problems.append(f"{place}: {what}")

    # ---- cases

    def check_cases(self) -> list[tuple[int, str]]:
        """Follow the chain of every case; return the heads."""
        heads = []
        for case in self.manifest["cases"]:
            head = self.check_case(case)
            if head is not None:
                heads.append((case["id"], head))
        return heads

    def check_case(self, case: dict[str, Any]) -> str | None:
        """Follow one chain up to its first break."""
        place = f"case {case['id']} ({case['number']})"
        name = f"cases/{case['id']}.jsonl"
        if name not in self.names:
            self.wrong(place, "is missing from the bundle")
            return None
        groups = self.lines(name)
        versions = versions_of(groups, case["digest"])
        if versions[-1] != case["digest"]:
            self.wrong(
                place, f"the last migration leads to {versions[-1]}, the manifest says {case['digest']}"
            )
        for digest in versions:
            if f"definitions/{digest}" not in self.names:
                self.wrong(f"definition {digest}", "is missing from the bundle")
        previous = sha256(f"anliu case {self.manifest['tenant']} {case['id']} {versions[0]}")
        count = 0
        for group in groups:
            count += 1
            here = f"{place}, group {group['revision']}"
            if group["revision"] != count:
                self.wrong(here, f"expected group {count}")
                return None
            found = sha256(f"{previous}\n{group['body']}")
            if found != group["hash"]:
                self.wrong(here, f"hash is {group['hash']}, the content gives {found}")
                return None
            self.check_group(here, group)
            previous = found
        self.groups += count
        if count != case["revision"] or previous != case["head"]:
            self.wrong(
                place,
                f"ends with group {count}, {previous}; the manifest says {case['revision']}, {case['head']}",
            )
            return None
        return previous

    def check_group(self, here: str, group: dict[str, Any]) -> None:
        """Compare a group with the columns beside it and with what its commitments were taken of."""
        events = json.loads(group["body"])
        head = events[0]
        stated = (head["revision"], moment(head["at"]), head["by"], head.get("acting_for"))
        columns = (group["revision"], moment(group["at"]), group["actor"], group["acting_for"])
        if head.get("kind") != "Acted" or stated != columns:
            self.wrong(here, f"columns {columns} differ from the content {stated}")
        kept = json.loads(group["private"]) if group.get("private") else {}
        for digest, (salt, value) in kept.items():
            if sha256(f"{salt}\n{canonical(value)}") != digest:
                self.wrong(here, f"the value kept for commitment {digest} is another one")
        self.masked += sum(1 for digest in commitments(events) if digest not in kept)

    # ---- the rest

    def check_audit(self) -> str | None:
        """Follow the audit chain."""
        if "audit.jsonl" not in self.names:
            return None
        previous = sha256(f"anliu audit {self.manifest['tenant']}")
        count = 0
        for entry in self.lines("audit.jsonl"):
            count += 1
            texts = (previous, entry["at"], entry["actor"], entry["kind"], entry["body"])
            found = sha256("\n".join(texts))
            if entry["sequence"] != count or found != entry["hash"]:
                self.wrong(
                    f"audit entry {entry['sequence']}", f"hash is {entry['hash']}, the content gives {found}"
                )
                return None
            previous = found
        self.groups += count
        return previous

    def check_definitions(self) -> None:
        """Compare each version with its digest."""
        for name in sorted(self.names):
            folder, _, digest = name.partition("/")
            if folder == "definitions" and digest and sha256(self.text(name)) != digest:
                self.wrong(f"definition {digest}", "the text has another digest")

    def check_files(self) -> None:
        """Compare each attachment with its hash; attachments may be left out of a bundle."""
        for name in sorted(self.names):
            folder, _, digest = name.partition("/")
            if folder == "files" and digest:
                found = hashlib.sha256(self.archive.read(name)).hexdigest()
                if found != digest:
                    self.wrong(f"file {digest}", f"the bytes give {found}")


def versions_of(groups: list[dict[str, Any]], digest: str) -> list[str]:
    """Return the versions that a case was decided under, oldest first.

    A migration names the version before and after it; what follows it was decided under the latter. Without one the
    case has been under `digest` all along.
    """
    events = (event for group in groups for event in json.loads(group["body"]))
    moves = [event for event in events if event.get("kind") == "CaseMigrated"]
    return [moves[0]["origin"], *(event["target"] for event in moves)] if moves else [digest]


def moment(text: str) -> datetime:
    """Read a moment in any of the two forms it is written in."""
    return datetime.fromisoformat(text).astimezone(UTC)


def commitments(value: Any) -> Iterator[str]:
    """Yield every commitment inside a value."""
    if isinstance(value, dict):
        if set(value) == {"commitment"}:
            yield value["commitment"]
        for inner in value.values():
            yield from commitments(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from commitments(inner)


def seal(heads: list[tuple[int, str]], audit_head: str | None) -> str:
    """Return one hash over all chain heads."""
    lines = [f"{case} {head}" for case, head in sorted(heads)] + [f"audit {audit_head}"]
    return sha256("\n".join(lines))


def check(path: str, expected: str | None = None) -> tuple[str, list[str], tuple[int, int, int]]:
    """Check a bundle; return its seal, what is wrong, and counts."""
    with zipfile.ZipFile(path) as archive:
        bundle = Bundle(archive)
        heads = bundle.check_cases()
        audit_head = bundle.check_audit()
        bundle.check_definitions()
        bundle.check_files()
    found = seal(heads, audit_head)
    if expected is not None and found != expected:
        bundle.wrong("seal", f"is {found}, expected {expected}")
    return found, bundle.problems, (len(heads), bundle.groups, bundle.masked)


def main(arguments: list[str]) -> int:
    """Run from the command line."""
    expected = None
    if "--head" in arguments:
        position = arguments.index("--head")
        expected = arguments[position + 1] if position + 1 < len(arguments) else ""
        arguments = arguments[:position] + arguments[position + 2 :]
    if len(arguments) != 1:
        sys.stderr.write(__doc__)
        return 2
    try:
        found, problems, (cases, groups, masked) = check(arguments[0], expected)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        sys.stderr.write(f"not a readable bundle: {error!r}\n")
        return 2
    for problem in problems:
        sys.stdout.write(f"不符 BROKEN  {problem}\n")
    verdict = "不符 BROKEN" if problems else "相符 OK"
    sys.stdout.write(
        f"{verdict}: {cases} cases, {groups} groups, {masked} values masked or erased\nseal {found}\n"
    )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
