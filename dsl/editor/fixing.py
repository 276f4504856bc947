"""Repairs that an editor offers for the findings of some lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dsl.editor.workspace import Analysis
from dsl.findings import Edit, Finding


@dataclass(frozen=True, slots=True)
class Repair:
    """A repair of a finding: what it is called, and the edits of each text."""

    title: str
    finding: Finding
    edits: Mapping[str, tuple[Edit, ...]]


def repairs(analysis: Analysis, name: str, first: int, last: int) -> Iterator[Repair]:
    """Return the repairs of the findings that touch lines `first` to `last` of a text."""
    for finding in analysis.findings[name]:
        if not finding.fix or finding.place.end_line < first or last < finding.place.line:
            continue
        edits: dict[str, tuple[Edit, ...]] = {}
        for edit in finding.fix:
            edits[edit.place.source] = (*edits.get(edit.place.source, ()), edit)
        yield Repair(f"改正 {finding.code}：{finding.hint}", finding, edits)
