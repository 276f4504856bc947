"""Golden files: a note, then parts that begin with a line `===== 名称`."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from dsl.laws import read_register
from dsl.surroundings import Surroundings
from engine.directory import Organisation

RECORDING = os.environ.get("ANLIU_RECORD") == "1"
_PART = re.compile(r"^===== (.+)\n", re.MULTILINE)
_HIDDEN = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")


@dataclass(frozen=True, slots=True)
class Case:
    """A golden file as read: its note and its parts in order."""

    path: Path
    note: str
    parts: dict[str, str]

    def text(self, part: str) -> str:
        """A part, with the characters that cannot be seen put in."""
        return _HIDDEN.sub(lambda found: chr(int(found.group(1), 16)), self.parts[part])

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
    """What the text is checked against: a law register and an organisation, where the file has them."""
    laws = read_register(case.parts["法规库"]) if "法规库" in case.parts else None
    town = Organisation.from_json(json.loads(case.parts["机构"])) if "机构" in case.parts else None
    return Surroundings(laws, town)


def paths(folder: str) -> list[Path]:
    """The golden files of a folder, by name."""
    return sorted((Path(__file__).parent / folder).glob("*.txt"))
