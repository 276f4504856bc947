"""Templates for definitions that are checked in the browser: those uploaded, those in force, those of the library."""

from base64 import b64decode
from collections.abc import Iterable
from pathlib import Path

from werkzeug.datastructures import FileStorage

from dsl.surroundings import Templates
from dsl.templates import FOLDER, template_beside
from engine import Engine

SUFFIX = ".docx"


def keep_templates(uploads: Iterable[FileStorage], data: Path) -> None:
    """Keep the uploaded templates; a definition takes its copy when it is deployed."""
    folder = data / "flows" / FOLDER
    for each in uploads:
        name = Path((each.filename or "").replace("\\", "/")).name
        if name.endswith(SUFFIX) and name != SUFFIX:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(each.stream.read())


def templates_at_hand(engine: Engine, data: Path, library: Path) -> Templates:
    """Return how the template of a document is found: the latest upload, else that in force, else the library's."""
    known = {
        (version.name, document.template): document.content
        for version in engine.definitions()
        for document in engine.definition(version.digest).documents
    }

    def find(source: str, process: str, file: str) -> bytes | None:
        uploaded = data / "flows" / FOLDER / Path(file).name
        if uploaded.is_file():
            return uploaded.read_bytes()
        content = known.get((process, file))
        return b64decode(content) if content else template_beside(str(library / source), process, file)

    return find
