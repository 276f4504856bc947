"""Text of definitions -> checked definitions, and every mistake found in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dsl.accept import accept
from dsl.checks import check_together
from dsl.findings import Finding, Severity
from dsl.laws import LawRegister, read_register
from dsl.lower import Lowered
from dsl.memo import Memo
from dsl.once import said_once
from dsl.parse import parse
from dsl.report import Report
from dsl.resolve import imports, resolve, stems
from dsl.scope import World
from dsl.source import Source
from dsl.surroundings import NOWHERE, Surroundings
from dsl.templates import template_beside, with_templates
from dsl.tree import File
from engine.definition import Definition

REGISTER = "laws.json"


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came out: definitions (to deploy only when `ok`), findings in order of place, text of each process' file."""

    definitions: tuple[Definition, ...]
    findings: tuple[Finding, ...]
    sources: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """Whether it may be deployed: no error, and no warning without a recorded reason."""
        return all(finding.severity is Severity.INFO for finding in self.findings)


def compile_text(text: str, source: str = "<text>") -> Compiled:
    """Compile one text."""
    return compile_sources([Source(source, text)])


def compile_paths(paths: Iterable[str | Path], around: Surroundings = NOWHERE) -> Compiled:
    """Compile files, and all .flow files of folders, as one set.

    A file that is imported but not given is looked for beside the importing file and in `shared` next to its folder;
    so is the law register, `laws.json`, when `around` has none.

    Raises:
        OSError: when a path cannot be read.
        BadRegister: when the law register found there is none.
    """
    files = {path.resolve(): path for given in paths for path in _flow_files(Path(given))}
    sources = [Source.from_bytes(str(path), path.read_bytes()) for path in files.values()]
    if around.laws is None:
        around = replace(around, laws=_register(sources))
    if around.templates is None:
        around = replace(around, templates=template_beside)
    return compile_sources(sources, around, look_around=True)


def compile_sources(
    sources: Sequence[Source], around: Surroundings = NOWHERE, *, look_around: bool = False
) -> Compiled:
    """Compile texts as one set: triggers, imports and shared vocabularies cross files."""
    report = Report()
    files = [(source, _parse(source, report)) for source in sources]
    if look_around:
        _add_imported(files, report)
    trees = [(source.name, file) for source, file in files]
    _, lowered, findings = compile_files(trees, report, Memo(), around)
    texts = {source.name: source.text for source, _ in files}
    return Compiled(
        tuple(each.definition for each in lowered),
        findings,
        {each.definition.name: texts[each.declared.scope.source] for each in lowered},
    )


def compile_files(
    files: Sequence[tuple[str, File]], report: Report, memo: Memo, around: Surroundings = NOWHERE
) -> tuple[World, tuple[Lowered, ...], tuple[Finding, ...]]:
    """Compile trees as one set.

    Args:
        files: (name of the source, tree) of each.
        report: what reading the texts has found.
        memo: of the compilation before, to be used again; grows.
        around: what the texts are checked against.

    Returns: what the files declare, the processes, and every finding in order of place.
    """
    world = resolve(files, report)
    checked = memo.checked(world, tuple(report.findings))
    report.findings += [finding for each in checked for finding in each.findings]
    lowered = tuple(each.lowered for each in checked)
    if around.templates is not None:
        lowered = tuple(with_templates(each, around.templates, report) for each in lowered)
    check_together(world, lowered, around, report)
    return world, lowered, said_once(accept(world, report.findings))


def _parse(source: Source, report: Report) -> File:
    file, findings = parse(source)
    report.findings += findings
    return file


def _flow_files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.flow")) if path.is_dir() else [path]


def _add_imported(files: list[tuple[Source, File]], report: Report) -> None:
    """Read the imported files that were not given."""
    known = {name for source, _ in files for name in stems(source.name)}
    todo = list(files)
    while todo:
        source, file = todo.pop()
        for name in imports(file):
            found = None if name.text in known else _find(Path(source.name).parent, name.text)
            if found is not None:
                known.update(stems(str(found)))
                added = Source.from_bytes(str(found), found.read_bytes())
                pair = (added, _parse(added, report))
                files.append(pair)
                todo.append(pair)


def _register(sources: Sequence[Source]) -> LawRegister | None:
    """The law register beside the files, or beside what they share."""
    for folder in dict.fromkeys(Path(source.name).parent for source in sources):
        for place in _around(folder):
            if (place / REGISTER).is_file():
                return read_register((place / REGISTER).read_text(encoding="utf-8"))
    return None


def _around(folder: Path) -> tuple[Path, ...]:
    return folder, folder / "shared", folder.parent / "shared"


def _find(folder: Path, name: str) -> Path | None:
    for place in _around(folder):
        for path in sorted(place.glob("*.flow")):
            if name in stems(str(path)):
                return path
    return None


__all__ = ["Compiled", "Lowered", "compile_files", "compile_paths", "compile_sources", "compile_text"]
