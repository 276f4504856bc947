"""What is done with an issued document: served, declared void, copied."""

from engine.case_scope import status_text
from engine.commands import KeepCopy, ServeDocument, VoidDocument
from engine.deciding.draft import Draft
from engine.deciding.finding import require_participant
from engine.events import CopyKept, DocumentServed, DocumentVoided
from engine.refusals import CaseNotOpen, ReasonMissing, ServiceIncomplete, UnknownName
from engine.serving import lacks, served_at
from engine.views import CaseStatus


def serve(draft: Draft, command: ServeDocument) -> None:
    """送达 of an issued document; the limit that runs from it starts when it was really served.

    Also after the case was closed: what was issued last is served then.
    """
    if draft.state.status is CaseStatus.VOID:
        raise CaseNotOpen(status_text(draft.state.status))
    require_participant(draft, "登记送达")
    paper = draft.state.papers.get(command.document)
    if paper is None:
        raise UnknownName("已出具文书", command.document)
    zone = draft.facts.zone
    missing = tuple(lacks(command.service, paper.issued_at, draft.now, zone, has_files=bool(draft.act.files)))
    if missing:
        raise ServiceIncomplete(command.document, missing)
    at = served_at(command.service, draft.act.occurred_at or draft.now, zone)
    draft.emit(DocumentServed(command.document, command.to, command.complete, at, command.service))


def void(draft: Draft, command: VoidDocument) -> None:
    """作废 of an issued document, by whoever takes part in the case, for a reason; also after the case was closed."""
    require_participant(draft, "作废文书")
    if not draft.act.reason.strip():
        raise ReasonMissing("作废文书")
    draft.emit(DocumentVoided(command.id, command.document))


def keep_copy(draft: Draft, command: KeepCopy) -> None:
    """Vouch for the PDF of an issued document."""
    draft.emit(CopyKept(command.id, command.sha256))
