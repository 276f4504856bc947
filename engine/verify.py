"""Check what is stored against itself: hash chains, the columns beside them, commitments, and replay."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine import audit, chain, statements
from engine.commitments import broken_commitments
from engine.definition_text import digest_of
from engine.edge_refusals import FileDamaged, NotFound
from engine.events import Acted, CopyKept, DocumentIssued, Event, FormSubmitted
from engine.evolve import replay
from engine.files import FileStore
from engine.moments import write_moment, write_optional
from engine.state import CaseState
from engine.state_text import LayoutChanged, decode_state
from engine.store import Session
from engine.values import files_in
from engine.views import Verification

_BATCH = 200


@dataclass(frozen=True, slots=True)
class _Break:
    """The first place that does not fit."""

    place: str
    expected: str
    found: str


def verify(session: Session, files: FileStore, case: int | None = None) -> Verification:
    """Follow the chain of one case, or of all cases and the audit log, and look at every file, up to the first break."""
    cases = groups = 0
    head = ""
    for row in _cases(session, case):
        count, head, broken = _verify_case(session, files, *row)
        cases, groups = cases + 1, groups + count
        if broken is not None:
            return Verification(False, cases, groups, head, broken.place, broken.expected, broken.found)
    if case is not None:
        return Verification(True, cases, groups, head)
    count, audit_head, entry = audit.check(session)
    if entry is not None:
        place = f"审计记录第{entry.sequence}条"
        return Verification(False, cases, groups, audit_head, place, "前一条的校验值", entry.hash)
    broken = _definitions(session)
    if broken is not None:
        return Verification(False, cases, groups, audit_head, broken.place, broken.expected, broken.found)
    return Verification(True, cases, groups + count, audit_head)


def _cases(session: Session, case: int | None) -> Iterator[tuple[int, str, str, int, str, str]]:
    after = 0 if case is None else case - 1
    limit = _BATCH if case is None else 1
    while rows := session.all(statements.case_heads, after=after, limit=limit):
        for row in rows:
            if case is None or row[0] == case:
                yield row[0], row[1], row[2], row[3], row[4], row[5]
        if case is not None:
            return
        after = rows[-1][0]


def _verify_case(
    session: Session,
    files: FileStore,
    case: int,
    name: str,
    digest: str,
    revision: int,
    head: str,
    state: str,
) -> tuple[int, str, _Break | None]:
    rows = session.all(statements.read_groups, case=case, until=1 << 62)
    versions = chain.versions_of(((row[0], row[6]) for row in rows), digest)
    previous = chain.genesis(session.tenant, case, versions[0][1])
    events: list[Event] = []
    count = 0
    for row in rows:
        number, at, occurred, actor, acting_for, _, body, private, stored = row
        place = f"{name}第{number}条"
        found = chain.link_hash(previous, body)
        if number != count + 1:
            return count, previous, _Break(f"{name}第{count + 1}条", "连续的序号", f"序号{number}")
        if found != stored:
            return count, previous, _Break(place, stored, found)
        group = chain.read_group(body, private)
        acted = group[0]
        columns = (at, occurred, actor, acting_for)
        if not isinstance(acted, Acted) or _columns(acted) != columns or acted.revision != number:
            return count, previous, _Break(place, "与记录正文一致的时间和人员", json.dumps(columns))
        broken = broken_commitments(private)
        if broken:
            return count, previous, _Break(place, broken[0], "保密内容与承诺值不符")
        broken_file = next(filter(None, (_broken_file(files, place, each) for each in files_of(group))), None)
        if broken_file is not None:
            return count, previous, broken_file
        events += group
        previous, count = stored, count + 1
    if versions[-1][1] != digest:
        return count, previous, _Break(f"{name}的规程版本", versions[-1][1], digest)
    if (count, previous) != (revision, head):
        return count, previous, _Break(f"{name}", f"末条{revision}，{head}", f"末条{count}，{previous}")
    if _differs(state, replay(events)):
        return count, previous, _Break(f"{name}的当前状态", "与办理记录重放一致", "不一致")
    return count, previous, None


def _broken_file(files: FileStore, place: str, sha256: str) -> _Break | None:
    """Look whether a file that the history vouches for is there and unchanged."""
    try:
        files.path(sha256)
    except NotFound:
        return _Break(f"{place}的文件", sha256, "文件不见了")
    except FileDamaged:
        return _Break(f"{place}的文件", sha256, "文件内容已变")
    return None


def files_of(events: Sequence[Event]) -> Iterator[str]:
    """Yield the digests of all files that a group speaks of: attachments, papers and their copies."""
    for event in events:
        match event:
            case Acted(files=files):
                yield from files
            case FormSubmitted(values=values):
                yield from (file.sha256 for file in files_in(tuple(values.values())))
            case DocumentIssued(sha256=sha256) | CopyKept(sha256=sha256) if sha256:
                yield sha256
            case _:
                pass


def _columns(acted: Acted) -> tuple[str, str | None, str, str | None]:
    return (write_moment(acted.at), write_optional(acted.occurred_at), acted.by, acted.acting_for)


def _differs(text: str, replayed: CaseState) -> bool:
    try:
        return decode_state(text) != replayed
    except LayoutChanged:
        return False  # it is rebuilt by replay when it is next used


def _definitions(session: Session) -> _Break | None:
    for digest, body in session.all(statements.read_definitions):
        found = digest_of(body)
        if found != digest:
            return _Break(f"规程版本{digest[:12]}", digest, found)
    return None
