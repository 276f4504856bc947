"""Text -> surface tree and findings."""

from lark.exceptions import UnexpectedInput

from dsl.building import Site, declaration
from dsl.characters import deceptions
from dsl.findings import Finding, Severity, in_order
from dsl.grammar import parser
from dsl.source import Source
from dsl.tree import File


def parse(source: Source) -> tuple[File, tuple[Finding, ...]]:
    """The declarations of a text and everything that could not be read."""
    place = source.place(0, len(source.text))
    findings = deceptions(source)
    text = source.folded if source.folded.endswith("\n") else source.folded + "\n"
    try:
        parsed = parser().parse(text)
    except UnexpectedInput as error:
        offset = error.pos_in_stream or 0
        findings.append(Finding("S104", Severity.ERROR, "读不下去", "", source.place(offset, offset + 1)))
        return File((), place=place), tuple(findings)
    site = Site(source, findings)
    declarations = tuple(declaration(site, child) for child in parsed.children)
    return File(declarations, place=place), in_order(site.findings)
