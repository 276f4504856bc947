"""Files to open, as links with a name and a size."""

from dataclasses import dataclass

from engine.values import FileRef
from web.widgets import is_picture, size_text


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file to open."""

    name: str
    address: str
    size: str
    is_image: bool


def file_link(file: FileRef) -> FileLink:
    """The link of a file."""
    return FileLink(file.name, f"/files/{file.sha256}", size_text(file.size), is_picture(file.media_type))
