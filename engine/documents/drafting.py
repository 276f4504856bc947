"""The first draft of a template: every field of the document in its place, in the layout of GB/T 9704."""

from engine.definition import Definition, Document
from engine.documents.layout import build
from engine.documents.paper import Part, PartKind
from engine.documents.snapshot import path_of
from engine.documents.wording import statements
from engine.labels import label_of


def draft(document: Document, definition: Definition) -> bytes:
    """Return a .docx to be edited in Word or WPS."""
    paths = [(label_of(use), ".".join(path_of(use, definition))) for use in document.uses]
    rows = tuple((label, f"{{{{ {path} }}}}") for label, path in paths)
    return build(
        (
            Part(PartKind.LETTERHEAD, "{{ 文书.机关 }}"),
            Part(PartKind.NUMBER, "{{ 文书.文号 }}"),
            Part(PartKind.TITLE, document.name),
            Part(PartKind.TABLE, rows=(("案件编号", "{{ 本案.编号 }}"), *rows)),
            *(Part(PartKind.BODY, statements()[demand]) for demand in document.states),
            Part(PartKind.SIGNATURE, "{{ 文书.机关 }}"),
            Part(PartKind.DATE, "{{ 文书.日期 }}"),
        )
    )
