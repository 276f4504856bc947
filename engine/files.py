"""Attachments: originals beside the database, named by their SHA-256, never changed, never half-written."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from errno import EDQUOT, EFBIG, ENOSPC
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from engine.edge_refusals import FileDamaged, FileTooLarge, NotFound, StorageFull

DEFAULT_LIMIT = 20_000_000
"""Bytes; setting `file_limit`."""

_CHUNK = 1 << 20
_FULL = frozenset((ENOSPC, EDQUOT, EFBIG))


@dataclass(frozen=True, slots=True)
class FileStore:
    """A folder of files: `ab/cd/abcd…`; what is being written lies in `incoming` until it is complete."""

    folder: Path

    def add(self, content: bytes | BinaryIO, name: str, limit: int = DEFAULT_LIMIT) -> tuple[str, int]:
        """Store a file.

        Returns: its SHA-256 and its size in bytes.

        Raises:
            FileTooLarge: over ``limit`` bytes; nothing is kept.
            StorageFull: the disk is full; nothing is kept.
        """
        stream = BytesIO(content) if isinstance(content, bytes) else content
        try:
            return self._add(stream, name, limit)
        except OSError as error:
            if error.errno in _FULL:
                raise StorageFull from error
            raise

    def _add(self, stream: BinaryIO, name: str, limit: int) -> tuple[str, int]:
        incoming = self.folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        part = incoming / secrets.token_hex(16)
        try:
            digest, size = _copy(stream, part, name, limit)
            target = self._path(digest)
            target.parent.mkdir(parents=True, exist_ok=True)
            part.replace(target)
            _sync_folder(target.parent)
        finally:
            part.unlink(missing_ok=True)
        return digest, size

    def path(self, sha256: str, name: str = "") -> Path:
        """Return the file of a hash, after checking that its bytes still have it.

        Raises:
            NotFound, FileDamaged
        """
        path = self._path(sha256)
        if not path.is_file():
            raise NotFound("文件", name or sha256)
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != sha256:
            raise FileDamaged(name or sha256)
        return path

    def all(self) -> Iterator[tuple[str, Path]]:
        """Yield every stored file with the hash it is named by."""
        for path in sorted(self.folder.glob("??/??/*")):
            yield path.name, path

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound("文件", sha256)
        return self.folder / sha256[:2] / sha256[2:4] / sha256


def _copy(stream: BinaryIO, part: Path, name: str, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with part.open("xb") as target:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise FileTooLarge(name, limit)
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power loss (POSIX; elsewhere the rename has to do)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
