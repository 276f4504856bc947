"""Golden files: a note, then parts that begin with a line `===== 名称`."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dsl.compile import compile_text
from dsl.laws import read_register
from dsl.surroundings import Surroundings, Templates
from engine.definition import Definition
from engine.directory import Organisation
from engine.documents.layout import build
from engine.documents.paper import Part, PartKind
from engine.obligations import read_obligations

RECORDING = os.environ.get("ANLIU_RECORD") == "1"
_PART = re.compile(r"^===== (.+)\n", re.MULTILINE)
_HIDDEN = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")
_REPEATED = re.compile(r"⟨([^⟨⟩]+)×(\d+)⟩")


@dataclass(frozen=True, slots=True)
class Case:
    """A golden file as read: its note and its parts in order."""

    path: Path
    note: str
    parts: dict[str, str]

    def text(self, part: str) -> str:
        """A part, with the characters that cannot be seen put in, and what is too long to write out repeated."""
        seen = _HIDDEN.sub(lambda found: chr(int(found.group(1), 16)), self.parts[part])
        return _REPEATED.sub(lambda found: found.group(1) * int(found.group(2)), seen)

    def check(self, **actual: str) -> None:
        """Compare parts with what was produced, or record it."""
        if RECORDING:
            whole = self.parts | actual
            body = "".join(f"===== {name}\n{text}" for name, text in whole.items())
            self.path.write_text(self.note + body, encoding="utf-8")
            return
        expected = {name: self.parts.get(name, "") for name in actual}
        assert actual == expected, f"{self.path.name}: look at it, then re-record (tests/golden/README.md)"


def read(path: Path) -> Case:
    """Read a golden file."""
    note, *parts = _PART.split(path.read_text(encoding="utf-8"))
    return Case(path, note, dict(zip(parts[::2], parts[1::2], strict=True)))


def surroundings(case: Case) -> Surroundings:
    """What the text is checked against, where the file has it: laws, an organisation, obligations, the version before."""
    laws = read_register(case.parts["法规库"]) if "法规库" in case.parts else None
    town = Organisation.from_json(json.loads(case.parts["机构"])) if "机构" in case.parts else None
    asked = read_obligations(json.loads(case.parts["义务清单"])) if "义务清单" in case.parts else None
    templates = _templates(case) if "模板" in case.parts else None
    return Surroundings(laws, town, obligations=asked, before=_before(case), templates=templates)


def _before(case: Case) -> Mapping[str, Definition]:
    """The versions that running cases are under."""
    if "旧版" not in case.parts:
        return {}
    return {each.name: each for each in compile_text(case.text("旧版")).definitions}


def _templates(case: Case) -> Templates:
    """Templates of the file: a line `名称.docx` and below it its paragraphs; a line `不是文档` makes it none."""
    files: dict[str, list[str]] = {}
    for line in case.parts["模板"].splitlines():
        if line.endswith(".docx"):
            files[line] = []
        elif line:
            files[next(reversed(files))].append(line)
    made = {
        name: b"" if lines == ["不是文档"] else build([Part(PartKind.BODY, line) for line in lines])
        for name, lines in files.items()
    }
    return lambda _source, _process, file: made.get(file)


def paths(folder: str) -> list[Path]:
    """The golden files of a folder, by name."""
    return sorted((Path(__file__).parent / folder).glob("*.txt"))
