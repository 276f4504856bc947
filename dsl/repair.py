"""Carry out the repairs that findings offer: edits of a text, from the end to the beginning."""

from collections.abc import Iterable

from dsl.findings import Edit, Finding
from dsl.source import Place, Source


def repaired(source: Source, findings: Iterable[Finding]) -> tuple[str, tuple[Finding, ...]]:
    """Return the text after every repair that does not touch another, and the findings so repaired.

    A repair is made whole or not at all: one with an edit in another file, or where a repair before it wrote, is
    left for the next round.
    """
    taken: list[Place] = []
    made: list[Finding] = []
    edits: list[Edit] = []
    for finding in findings:
        places = [edit.place for edit in finding.fix]
        if not places or any(place.source != source.name for place in places):
            continue
        if any(_touch(place, other) for place in places for other in taken):
            continue
        taken += places
        edits += finding.fix
        made.append(finding)
    return edited(source, edits), tuple(made)


def edited(source: Source, edits: Iterable[Edit]) -> str:
    """Return the text after edits that do not touch each other."""
    text = source.text
    for edit in sorted(edits, key=lambda edit: (edit.place.line, edit.place.column), reverse=True):
        start = source.offset(edit.place.line, edit.place.column)
        end = source.offset(edit.place.end_line, edit.place.end_column)
        text = text[:start] + edit.text + text[end:]
    return text


def _touch(one: Place, other: Place) -> bool:
    """Tell whether two places share a character or an insertion would fall into one of them."""
    first, second = sorted((one, other), key=lambda place: (place.line, place.column))
    return (second.line, second.column) <= (first.end_line, first.end_column)
