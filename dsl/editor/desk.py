"""The texts on an author's desk: which files belong together, those being edited as they stand, the rest from disk."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from dsl.editor.index import Index
from dsl.editor.workspace import Workspace
from dsl.law_texts import FOLDER, loaded
from dsl.laws import BadRegister, LawRegister, read_register
from dsl.surroundings import Surroundings

SHARED = "shared"
REGISTER = "laws.json"


@dataclass(slots=True)
class Set:
    """Files that are checked together: every .flow file below a folder that has `shared`, else those beside a file."""

    folder: Path
    workspace: Workspace = field(default_factory=Workspace)
    laws: LawRegister = field(default_factory=LawRegister)
    _index: Index | None = None

    def index(self) -> Index:
        """Return the names and findings of the texts as they stand."""
        analysis = self.workspace.analysis()
        if self._index is None or self._index.analysis is not analysis:
            self._index = Index(analysis)
        return self._index


@dataclass(slots=True)
class Desk:
    """The open files and the sets to which they belong. A file is named by its path; any other text stands alone."""

    _sets: dict[Path, Set] = field(default_factory=dict)

    def write(self, name: str, text: str) -> Set:
        """Take a text as it is being edited; the files of its set are read when the first of them is opened."""
        found = self.set_of(name)
        found.workspace.update(name, text)
        return found

    def close(self, name: str) -> Set:
        """Forget what was edited: what is on disk counts again."""
        found = self.set_of(name)
        if Path(name).is_file():
            found.workspace.update(name, _text(Path(name)))
        else:
            found.workspace.remove(name)
        return found

    def set_of(self, name: str) -> Set:
        """Return the set to which a file belongs."""
        on_disk = Path(name).is_absolute()
        folder = folder_of(Path(name)) if on_disk else Path(name)
        if folder not in self._sets:
            self._sets[folder] = _read(folder) if on_disk else Set(folder)
        return self._sets[folder]


def folder_of(path: Path) -> Path:
    """The nearest folder above that has shared files, else the folder of the file."""
    return next((above for above in path.parents if (above / SHARED).is_dir()), path.parent)


def _read(folder: Path) -> Set:
    found = Set(folder)
    for path in _files(folder):
        found.workspace.update(str(path), _text(path))
    register = folder / SHARED / REGISTER
    if register.is_file():
        text = _text(register)
        try:
            known = read_register(text)
            found.laws = replace(known, texts=loaded(known.versions, register.with_name(FOLDER)))
            found.workspace.around = Surroundings(laws=found.laws)
        except BadRegister:
            return found  # citations are not checked, hovering knows no gists; `anliu check` says what is wrong with it
    return found


def _files(folder: Path) -> Iterator[Path]:
    together = (folder / SHARED).is_dir()
    yield from sorted(folder.rglob("*.flow") if together else folder.glob("*.flow"))


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")
