"""Faulty definitions: a clean base, one line changed, the code and the line of the finding that must say so.

A file `<base>.tsv` holds a fault a line: code, the line of the base, what stands there instead, and where the
finding is expected when not on the first changed line; then codes that the same fault truly causes besides. A line is
found by its words; `步骤 定级 >> 承办 窗口` is the first such line below that heading. `↵` begins a new line, nothing
deletes the line, `⟨U+200B⟩` is a character that cannot be seen.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dsl.compile import compile_files
from dsl.findings import Finding
from dsl.laws import read_register
from dsl.memo import Memo
from dsl.parse import parse
from dsl.report import Report
from dsl.source import Source
from dsl.surroundings import NOWHERE, Surroundings
from dsl.tree import File

PROCESSES = Path("processes")
FOLDER = Path(__file__).parents[2] / "data" / "seeded"
_HIDDEN = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")


@dataclass(frozen=True, slots=True)
class Fault:
    """One changed line. `number` is its line in the file of faults."""

    base: str
    number: int
    code: str
    old: str
    new: str
    at: str
    also: tuple[str, ...]

    @property
    def name(self) -> str:
        """A name for the test: base, line, code."""
        return f"{self.base}:{self.number} {self.code}"


def read_faults(base: str) -> tuple[Fault, ...]:
    """Read the faults of a base."""
    faults = []
    lines = (FOLDER / f"{base}.tsv").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if line and not line.startswith("#"):
            code, old, new, at, also, *_ = (*line.split("\t"), "", "", "")
            faults.append(Fault(base, number, code, old, new, at, tuple(also.split())))
    return tuple(faults)


def seeded(fault: Fault, text: str) -> tuple[str, int]:
    """Return the faulty text and the line (from 1) on which the finding is expected."""
    lines = text.split("\n")
    at = find(lines, fault.old)
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    written = [_HIDDEN.sub(lambda found: chr(int(found.group(1), 16)), each) for each in fault.new.split("↵")]
    lines[at : at + 1] = [indent + each if each else "" for each in written] if fault.new else []
    expected = at if not fault.at else find(lines, fault.at)
    return "\n".join(lines), expected + 1


def find(lines: list[str], words: str) -> int:
    """Return where a line stands: the first below each heading named before it.

    Raises:
        LookupError: there is none.
    """
    position = -1
    for wanted in words.split(" >> "):
        position = next(
            (
                number
                for number, line in enumerate(lines)
                if number > position and " ".join(line.split()) == " ".join(wanted.split())
            ),
            len(lines),
        )
        if position == len(lines):
            raise LookupError(f"no line “{wanted}”")
    return position


@dataclass(frozen=True, slots=True)
class Base:
    """A clean definition, read once together with what it imports and triggers."""

    text: str
    name: str
    others: tuple[tuple[str, File], ...] = ()
    around: Surroundings = NOWHERE

    def findings(self, text: str) -> tuple[Finding, ...]:
        """Compile the base with another text."""
        report = Report()
        file, found = parse(Source(self.name, text))
        report.findings += found
        return compile_files([(self.name, file), *self.others], report, Memo(), self.around)[2]


@cache
def base_of(name: str) -> Base:
    """Read a base."""
    if name != "hazard":
        return Base((FOLDER / f"{name}.flow").read_text(encoding="utf-8"), name)
    shared = PROCESSES / "shared"
    paths = [shared / f"{stem}.flow" for stem in ("roles", "vocabulary", "tables_hazard")]
    paths.append(FOLDER / "hazard_others.flow")
    others = tuple(
        (str(path), parse(Source(str(path), path.read_text(encoding="utf-8")))[0]) for path in paths
    )
    own = PROCESSES / "hazard_rectification" / "process.flow"
    laws = read_register((shared / "laws.json").read_text(encoding="utf-8"))
    return Base(own.read_text(encoding="utf-8"), str(own), others, Surroundings(laws))
