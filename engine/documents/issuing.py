"""Making papers: for each document that a command issues, the filled .docx, and what is wrong with it.

The paper is made while its number is taken, in the same transaction; its digest goes into the event, so that the history
vouches for the file. What is wrong is found here, before anything is recorded.
"""

from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from engine.answers import Answers
from engine.case_scope import CaseScope
from engine.definition import Definition, Document, Step
from engine.directory import Directory
from engine.documents.layout import build
from engine.documents.lint import Expected, PaperFinding, lint
from engine.documents.paper import Paper, Part, PartKind, read_docx
from engine.documents.snapshot import Head, Snapshot
from engine.documents.template import fill
from engine.events import Acted, DocumentIssued, Event, StepCompleted
from engine.graph import graph_of
from engine.record import replace
from engine.sentences import basis_text
from engine.signing import signed_apart
from engine.state import CaseState
from engine.town import Town

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Made:
    """A paper that a command issues: the event, the file, what it says and what is wrong with it."""

    event: DocumentIssued
    document: Document
    content: bytes
    paper: Paper
    findings: tuple[PaperFinding, ...]

    @property
    def file_name(self) -> str:
        """Name of the file: document and number."""
        return f"{self.event.document}{self.event.number}.docx"


def papers(
    town: Town,
    definition: Definition,
    state: CaseState,
    events: Sequence[Event],
    facts: Answers,
    *,
    preview: bool = False,
) -> tuple[Made, ...]:
    """Make the papers of a group of events.

    Args:
        state: as it is after the group.
        preview: nothing is issued: the number is left open.
    """
    acted = events[0]
    assert isinstance(acted, Acted), acted
    return tuple(
        _make(town, definition, state, facts, acted, event, officers, preview=preview)
        for event, officers in _issued(definition, events, acted)
    )


def _issued(
    definition: Definition, events: Sequence[Event], acted: Acted
) -> Iterator[tuple[DocumentIssued, tuple[str, ...]]]:
    """Yield the issues with the people of the step that was done last before; who only signed it is none of them."""
    actor = acted.acting_for or acted.by
    officers: tuple[str, ...] = (actor,)
    step = None if acted.node is None else definition.nodes[acted.node]
    signs = isinstance(step, Step) and bool(signed_apart(definition, step))
    for event in events:
        match event:
            case StepCompleted(by=by) if by:
                officers = tuple(each for each in by if not (signs and each in (actor, acted.by)))
            case DocumentIssued(reviewed=reviewed, cosigned=cosigned):
                yield event, tuple(each for each in officers if each not in (*reviewed, *cosigned))
            case _:
                pass


def _make(
    town: Town,
    definition: Definition,
    state: CaseState,
    facts: Answers,
    acted: Acted,
    event: DocumentIssued,
    officers: tuple[str, ...],
    *,
    preview: bool,
) -> Made:
    document = next(each for each in definition.documents if each.name == event.document)
    graph, directory = graph_of(definition), town.directory
    issuer = issuing_organ(town.name, directory, document, facts)
    head = Head(
        "" if preview else event.number,
        issuer,
        facts.today,
        acted.acting_for or acted.by,
        officers,
        event.reviewed,
        event.cosigned,
    )
    region = 0 if acted.node is None else graph.region_of(acted.node)
    snapshot = Snapshot(document, graph, CaseScope(graph, state, facts, region, event.key), directory, head)
    template = template_of(document)
    content = build(standard(snapshot)) if template is None else fill(template, snapshot.values())
    paper = read_docx(content)
    findings = lint(paper, Expected(document.states, issuer if document.power else "", facts.today))
    title = paper.text_of(PartKind.TITLE) or document.name
    made = replace(
        event,
        title=title.replace("\n", ""),
        sha256=sha256(content).hexdigest(),
        template="" if template is None else sha256(template).hexdigest(),
        doubts=tuple(f"{each.code} {each.message}" for each in findings),
    )
    return Made(made, document, content, paper, findings)


def issuing_organ(town: str, directory: Directory, document: Document, facts: Answers) -> str:
    """Return in whose name a document goes out: of whoever delegated its power, else of the town."""
    held = None if document.power is None else directory.held_power(document.power, facts.today)
    if held is not None and held.in_name_of:
        return held.in_name_of
    return directory.head_organ() or town


def template_of(document: Document) -> bytes | None:
    """Return the template that the version of the process carries."""
    return None if document.content is None else _decoded(document.content)


@lru_cache(maxsize=256)
def _decoded(content: str) -> bytes:
    return b64decode(content)


def standard(snapshot: Snapshot) -> tuple[Part, ...]:
    """Return the layout of a document without a template: the used fields as a table, basis, issuer and day."""
    document, head = snapshot.document, snapshot.head
    rows = (("案件编号", snapshot.scope.state.number), *snapshot.rows())
    values = snapshot.values()["文书"]
    basis = (Part(PartKind.BODY, f"依据：{basis_text(document.basis)}"),) if document.basis else ()
    return (
        Part(PartKind.LETTERHEAD, head.issuer),
        Part(PartKind.NUMBER, values["文号"]),
        Part(PartKind.TITLE, document.name),
        Part(PartKind.TABLE, rows=rows),
        *basis,
        Part(PartKind.BODY, f"经办人：{values['经办人']}"),
        Part(PartKind.SIGNATURE, head.issuer),
        Part(PartKind.DATE, values["日期"]),
    )
