"""What is kept: cases as they are or were, histories, documents, files, the audit log; and that all of it is whole."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from engine import audit, statements, verify
from engine.audit import AuditEntry
from engine.casefile import CaseFile
from engine.commands import SYSTEM
from engine.documents.paper import Paper, read_docx
from engine.edge_refusals import NotFound, NotVisible
from engine.given import Given
from engine.moments import write_moment
from engine.store import Session
from engine.town import Town, transact
from engine.values import FileRef
from engine.views import Case, DocumentView, Entry, Verification


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that may be given out: where it lies and what it is."""

    path: Path
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """An issued document with its text as it was issued."""

    view: DocumentView
    case: int
    case_number: str
    paper: Paper
    path: Path


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a town."""

    town: Town
    given: Given

    def case(self, id: int | str, at: int | datetime | None = None, by: str | None = None) -> Case:
        """Return a case by id or number, as it is or was at a revision or moment."""
        file = CaseFile.open(
            self.town, Session(self.town.store, self.town.tenant), self.given.case_id(id), by
        )
        log_opening(self.town, file)
        return file.view(at)

    def history(self, id: int | str, by: str | None = None) -> tuple[Entry, ...]:
        """Return the history of a case, oldest first."""
        return CaseFile.open(
            self.town, Session(self.town.store, self.town.tenant), self.given.case_id(id), by
        ).entries()

    def document(self, id: str, by: str | None = None) -> IssuedDocument:
        """Return an issued document by its id ("12-34")."""
        case, n = self.given.item_id(id)
        file = CaseFile.open(self.town, Session(self.town.store, self.town.tenant), case, by)
        rows = file.session.all(statements.read_documents, case=case)
        row = next((each for each in rows if each[0] == n), None)
        if row is None:
            raise NotFound("文书", id)
        view = file.document(row)
        path = self.town.files.path(view.sha256, view.name)
        return IssuedDocument(view, case, file.row.number, read_docx(path.read_bytes()), path)

    def verify(self, id: int | str | None = None) -> Verification:
        """Check the hash chain of a case, or everything."""
        with self.town.store.reading(self.town.tenant) as session:
            return verify.verify(session, self.town.files, None if id is None else self.given.case_id(id))

    def audit_log(self, limit: int = 200) -> tuple[AuditEntry, ...]:
        """Return the latest entries of the audit log, newest first."""
        return tuple(reversed(audit.entries(Session(self.town.store, self.town.tenant))))[:limit]

    def add_file(
        self,
        content: bytes | BinaryIO,
        name: str,
        media_type: str = "application/octet-stream",
        by: str = SYSTEM,
        limit: int | None = None,
    ) -> FileRef:
        """Store an attachment of at most `limit` bytes, and never more than the town's setting.

        Raises:
            FileTooLarge, StorageFull: nothing is kept.
        """
        allowed = self.town.file_limit if limit is None else min(limit, self.town.file_limit)
        sha256, size = self.town.files.add(content, name, allowed)
        row = {"sha256": sha256, "name": name, "media_type": media_type, "size": size, "actor": by}
        at = write_moment(self.town.now)
        transact(self.town, lambda unit: unit.write(statements.add_file, at=at, **row))
        return FileRef(sha256, name, size, media_type)

    def file(self, sha256: str, by: str | None = None) -> StoredFile:
        """Return a file to somebody who uploaded it or may open a case it belongs to; its hash is checked."""
        session = Session(self.town.store, self.town.tenant)
        row = session.one(statements.read_file, sha256=sha256)
        if row is None:
            raise NotFound("文件", sha256)
        name, media_type, size, actor = row
        if by is not None and by != actor and not self._sees_file(session, sha256, by):
            raise NotVisible("该文件")
        return StoredFile(self.town.files.path(sha256, name), name, media_type, size, sha256)

    def _sees_file(self, session: Session, sha256: str, by: str) -> bool:
        for (case,) in session.all(statements.cases_with_file, sha256=sha256):
            try:
                CaseFile.open(self.town, session, case, by)
            except NotVisible:
                continue
            return True
        return False


def log_opening(town: Town, file: CaseFile) -> None:
    """Leave a trace when somebody opens a case that is none of his."""
    if not file.restricted or file.who is None:
        return
    account, number = file.who.account, file.row.number
    body = {"case": number, "process": file.row.process}
    transact(
        town,
        lambda unit: audit.record(unit, town.now, account, "case_opened", {**body}),
    )
