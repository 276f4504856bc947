"""Texts that are checked as one set, kept between changes so that only what changed is read and checked again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from dsl.characters import twins
from dsl.compile import compile_files
from dsl.editor.sections import sections
from dsl.findings import Finding
from dsl.lower import Lowered
from dsl.memo import Memo
from dsl.once import said_once
from dsl.parse import LARGEST, Part, parse_part
from dsl.report import Report
from dsl.scope import World
from dsl.source import Place, Source
from dsl.surroundings import NOWHERE, Surroundings
from dsl.tree import File


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A section as it was read; places in its tree name `key` and count lines from its beginning."""

    key: str
    text: str
    part: Part


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it stands: its sections with the line (from 1) at which each starts, and their trees as one."""

    source: Source
    sections: tuple[tuple[int, Section], ...]
    file: File

    @property
    def name(self) -> str:
        """The name of the text, its path."""
        return self.source.name

    def section_at(self, line: int) -> tuple[int, Section]:
        """Return the section that holds a line, and where it starts."""
        return next(each for each in reversed(self.sections) if each[0] <= max(line, 1))


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known of a set of texts: what they declare, the processes, the findings of each text in its own places."""

    documents: Mapping[str, Document]
    world: World
    lowered: tuple[Lowered, ...]
    findings: Mapping[str, tuple[Finding, ...]]
    _starts: Mapping[str, tuple[str, int]]

    def placed(self, place: Place) -> Place:
        """Turn a place of a section into one of its text."""
        return _placed(self._starts, place)


@dataclass(slots=True)
class Workspace:
    """A set of texts, what they are checked against, and what was learnt of them last time."""

    around: Surroundings = NOWHERE
    _documents: dict[str, Document] = field(default_factory=dict)
    _memo: Memo = field(default_factory=Memo)
    _keys: Iterator[int] = field(default_factory=count)
    _analysis: Analysis | None = None

    @property
    def names(self) -> Iterable[str]:
        """Names of the texts of the set."""
        return self._documents.keys()

    def update(self, name: str, text: str) -> None:
        """Add a text or change it; sections with the same words keep their trees."""
        before = self._documents.get(name)
        if before is not None and before.source.text == text:
            return
        known: dict[str, list[Section]] = {}
        for _, section in () if before is None else before.sections:
            known.setdefault(section.text, []).append(section)
        source = Source(name, text)
        cut = [(1, text)] if len(text) > LARGEST else sections(source)
        kept = tuple((line, self._section(known.get(words, []), words)) for line, words in cut)
        self._documents[name] = Document(source, kept, _joined(source, [section for _, section in kept]))
        self._analysis = None

    def remove(self, name: str) -> None:
        """Take a text out of the set."""
        self._documents.pop(name, None)
        self._analysis = None

    def analysis(self) -> Analysis:
        """Check the texts as they stand."""
        if self._analysis is None:
            self._analysis = self._analyse()
        return self._analysis

    def _section(self, known: list[Section], text: str) -> Section:
        if known:
            return known.pop()
        key = f"§{next(self._keys)}"
        return Section(key, text, parse_part(Source(key, text)))

    def _analyse(self) -> Analysis:
        documents = dict(self._documents)
        starts = {
            section.key: (document.name, line)
            for document in documents.values()
            for line, section in document.sections
        }
        report = Report()
        for document in documents.values():
            names: dict[str, Place] = {}
            for _, section in document.sections:
                report.findings += section.part.findings
                for name, place in section.part.names.items():
                    names.setdefault(name, place)
            report.findings += twins(names)
        files = [(document.name, document.file) for document in documents.values()]
        world, lowered, findings = compile_files(files, report, self._memo, self.around)
        found: dict[str, list[Finding]] = {name: [] for name in documents}
        for finding in findings:
            placed = _moved(starts, finding)
            found[placed.place.source].append(placed)
        by_text = {name: said_once(each) for name, each in found.items()}
        return Analysis(documents, world, lowered, by_text, starts)


def _joined(source: Source, kept: list[Section]) -> File:
    declarations = tuple(each for section in kept for each in section.part.file.declarations)
    lost = frozenset().union(*(section.part.file.lost for section in kept))
    return File(declarations, lost, place=source.place(0, len(source.text)))


def _placed(starts: Mapping[str, tuple[str, int]], place: Place) -> Place:
    name, line = starts.get(place.source, (place.source, 1))
    return replace(place, source=name, line=place.line + line - 1, end_line=place.end_line + line - 1)


def _moved(starts: Mapping[str, tuple[str, int]], finding: Finding) -> Finding:
    fix = tuple(replace(edit, place=_placed(starts, edit.place)) for edit in finding.fix)
    again = tuple(_placed(starts, each) for each in finding.again)
    return replace(finding, place=_placed(starts, finding.place), fix=fix, again=again)
