"""The PDF of an issued document: made once from the .docx, kept, and vouched for by the history like the paper itself."""

from dataclasses import dataclass

from engine import statements
from engine.casework import Casework, Work, execute
from engine.commands import SYSTEM, Act, KeepCopy
from engine.documents.page import pdf
from engine.moments import write_moment
from engine.records import IssuedDocument, Records, StoredFile
from engine.state_cache import StateCache
from engine.town import Town

MEDIA_TYPE = "application/pdf"


@dataclass(frozen=True, slots=True)
class Printing:
    """Copies of a town's documents."""

    town: Town
    cache: StateCache
    records: Records

    def copy(self, id: str, by: str | None = None) -> StoredFile:
        """Return the PDF of a document, made when it is first asked for.

        Raises:
            NoPdf: it cannot be made on this machine.
        """
        document = self.records.document(id, by)
        sha256 = document.view.pdf or self._keep(document)
        return self.records.file(sha256, by)

    def _keep(self, document: IssuedDocument) -> str:
        view = document.view
        name = f"{view.name}{view.number}.pdf"
        sha256, size = self.town.files.add(pdf(document.paper, view.title), name)
        n = int(view.id.partition("-")[2])

        def plan(casework: Casework) -> Work:
            work = casework.load(document.case)
            casework.unit.write(
                statements.add_file,
                sha256=sha256,
                name=name,
                media_type=MEDIA_TYPE,
                size=size,
                at=write_moment(casework.now),
                actor=SYSTEM,
            )
            casework.run(work, KeepCopy(Act(SYSTEM), n, sha256))
            return work

        execute(self.town, self.cache, plan, by=SYSTEM, key=f"pdf:{self.town.tenant}:{view.id}")
        kept = self.records.document(view.id)
        return kept.view.pdf
