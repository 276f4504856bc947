"""Checking and deploying definitions, as text: findings with line, caret and hint."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dsl import Compiled, compile_sources
from dsl.findings import Finding, Severity, in_order, render, summary
from dsl.parse import parse
from dsl.source import Source
from dsl.surroundings import Surroundings, Templates
from dsl.tree import Process
from engine.definition import Definition


@dataclass(frozen=True, slots=True)
class FlowText:
    """A file of definitions as it was given."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class FindingText:
    """A finding ready to print."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Outcome of a check: what may be deployed, or everything that stands in the way."""

    files: tuple[FlowText, ...]
    findings: tuple[FindingText, ...]
    summary: str
    deployable: tuple[str, ...]
    ok: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A compiled set together with what belongs to the given files alone."""

    definitions: tuple[Definition, ...]
    findings: tuple[Finding, ...]
    sources: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """Whether the given definitions may be deployed."""
        return bool(self.definitions) and all(each.severity is Severity.INFO for each in self.findings)


def library_texts(folders: Iterable[Path]) -> tuple[FlowText, ...]:
    """All .flow files of the folders; a later folder replaces a file of the same name."""
    found: dict[str, FlowText] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.flow")) if folder.is_dir() else ():
            key = path.name if path.name != "process.flow" else f"{path.parent.name}/{path.name}"
            found[key] = FlowText(key, path.read_bytes().decode("utf-8", "replace"))
    return tuple(found.values())


def check_texts(
    given: Sequence[FlowText], library: Sequence[FlowText], templates: Templates | None = None
) -> Checked:
    """Compile the given files in the company of the library; findings in library files are not theirs.

    A process of the given files replaces one of the same name in the library.
    """
    names = {each.name for each in given}
    own = _processes(given)
    company = [each for each in library if each.name not in names and not own & _processes([each])]
    sources = [Source(each.name, each.text) for each in (*given, *company)]
    compiled = compile_sources(sources, Surroundings(templates=templates))
    texts = {each.text for each in given}
    mine = tuple(each for each in compiled.definitions if compiled.sources.get(each.name) in texts)
    return Checked(
        mine, _of_files(compiled, names), {each.name: compiled.sources[each.name] for each in mine}
    )


def check_page(given: Sequence[FlowText], checked: Checked) -> CheckPage:
    """Make the page of a check."""
    sources = {each.name: Source(each.name, each.text) for each in given}
    return CheckPage(
        files=tuple(given),
        findings=tuple(
            FindingText(each.severity.value, render(each, sources.get(each.place.source)))
            for each in checked.findings
        ),
        summary=summary(checked.findings),
        deployable=tuple(each.name for each in checked.definitions),
        ok=checked.ok,
    )


def _of_files(compiled: Compiled, names: set[str]) -> tuple[Finding, ...]:
    return in_order(each for each in compiled.findings if each.place.source in names)


def _processes(texts: Sequence[FlowText]) -> set[str]:
    files = [parse(Source(each.name, each.text))[0] for each in texts]
    return {
        declared.name.text
        for file in files
        for declared in file.declarations
        if isinstance(declared, Process)
    }
