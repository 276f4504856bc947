"""Templates of documents: found beside the definitions, checked against what the document uses, put into the definition.

A definition carries its templates, so that a case keeps them as it keeps its rules. A template is a .docx in `documents`
beside the definition, or in `documents` of what is shared; what it prints is named as in the line 使用.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dsl.declarations import DocumentUses, Template
from dsl.lower import Lowered
from dsl.report import Report
from dsl.source import Place
from dsl.surroundings import Templates
from engine.definition import Document
from engine.expressions import Literal

FOLDER = "documents"


def template_beside(source: str, process: str, file: str) -> bytes | None:
    """Find a template beside the text it is named in, or among what is shared."""
    del process
    folder = Path(source).parent
    for place in (folder / FOLDER, folder, folder / "shared" / FOLDER, folder.parent / "shared" / FOLDER):
        path = place / file
        if path.is_file():
            return path.read_bytes()
    return None


def with_templates(lowered: Lowered, templates: Templates, report: Report) -> Lowered:
    """Return a process whose documents carry their templates; report what does not fit."""
    documents = tuple(
        _with_template(lowered, document, templates, report) for document in lowered.definition.documents
    )
    return replace(lowered, definition=replace(lowered.definition, documents=documents))


def _with_template(lowered: Lowered, document: Document, templates: Templates, report: Report) -> Document:
    written = lowered.declared.scope.documents[document.name]
    line = next((each for each in written.properties if isinstance(each, Template)), None)
    if line is None or document.template is None:
        return document
    content = templates(lowered.declared.scope.source, lowered.definition.name, document.template)
    if content is None:
        report.info(
            "Y01",
            line.place,
            f"没有找到“{document.name}”的模板“{document.template}”，签发时按标准版式把“使用”的字段列成一张表",
            f"把文件放在本流程的 {FOLDER} 文件夹里；可以用 anliu template 先生成一份再用 Word 或 WPS 改",
        )
        return document
    from engine.documents.template import BadTemplate, placeholders  # only texts with templates need Word

    try:
        printed = placeholders(content)
    except BadTemplate as problem:
        report.error(
            "Y02",
            line.place,
            f"模板“{document.template}”读不了：{problem}",
            "用 Word 或 WPS 改好后另存为 .docx",
        )
        return document
    if not any(isinstance(use, Literal) for use in document.uses):  # in place of what is not understood
        _compare(lowered, document, printed, line.place, report)
    made = replace(document, content=b64encode(content).decode("ascii"))
    return lowered.places.note(made, written.name.place)


def _compare(
    lowered: Lowered, document: Document, printed: tuple[tuple[str, ...], ...], place: Place, report: Report
) -> None:
    from engine.documents.snapshot import is_standing, path_of

    used = [path_of(use, lowered.definition) for use in document.uses]
    for path in printed:
        if not is_standing(path) and not any(path[: len(each)] == each for each in used):
            name = ".".join(path)
            report.error(
                "Y03",
                place,
                f"模板“{document.template}”里的“{name}”，文书“{document.name}”没有写在“使用”里",
                f"在“使用”里加上“{name}”，或改模板",
            )
    for path, at in _unprinted(lowered, document, used, printed):
        report.warning(
            "Y04",
            at,
            f"文书“{document.name}”使用了“{'.'.join(path)}”，模板“{document.template}”里没有",
            "在模板里写上它，或从“使用”里删去",
        )


def _unprinted(
    lowered: Lowered,
    document: Document,
    used: list[tuple[str, ...]],
    printed: tuple[tuple[str, ...], ...],
) -> Iterator[tuple[tuple[str, ...], Place]]:
    lines = lowered.declared.scope.documents[document.name].properties
    places = [ref.place for line in lines if isinstance(line, DocumentUses) for ref in line.refs]
    for path, place in zip(used, places, strict=True):
        if not any(each[: len(path)] == path for each in printed):
            yield path, place
