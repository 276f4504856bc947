"""An engine whose process dies in the middle of every commit: half of what it wrote reached the disk.

Each command is given until it has survived; after each death the database is opened again by a new engine, which goes
on from there. The files are those that a killed process or a power cut leaves: the database as it was, and a write-ahead
log torn within the transaction (https://sqlite.org/wal.html, "Crash Recovery").
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from engine import Engine, open_engine

DATABASE = "town.db"
Content = dict[str, list[tuple[Any, ...]]]


@dataclass
class Tearing:
    """Keeps what a death in the middle of a chosen commit would leave."""

    until: int = 0  # commits that pass before
    seen: int = 0
    into: Path | None = None
    before: Content | None = None  # what was on the disk then

    def arm(self, passing: int, into: Path) -> None:
        """Tear the commit after so many, into a folder."""
        self.until, self.seen, self.into, self.before = passing, 0, into, None

    def commit(self, connection: sqlite3.Connection, carry_out: Callable[[], Any]) -> Any:
        """Carry a commit out, and keep what half of it would be."""
        self.seen += 1
        into = self.into
        if into is None or self.seen != self.until + 1:
            return carry_out()
        path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
        self.before = content(path)
        shutil.copytree(path.parent, into)
        length = _log(path).stat().st_size if _log(path).exists() else 0
        done = carry_out()
        written = _log(path).read_bytes()
        if len(written) > length:  # else the log began anew, and the copy taken before stands
            _log(into / path.name).write_bytes(written[: (length + len(written)) // 2])
        for each in into.glob("*-shm"):
            each.unlink()  # lives in memory only
        return done

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Stand at every commit of SQLite in this process."""
        tearing, connect = self, sqlite3.connect

        class Torn(sqlite3.Connection):
            def execute(self, text: str, parameters: Any = (), /) -> sqlite3.Cursor:
                plain = super().execute
                if text != "COMMIT":
                    return plain(text, parameters)
                return tearing.commit(self, partial(plain, text, parameters))  # type: ignore[no-any-return]

        sqlite3.connect = partial(connect, factory=Torn)  # type: ignore[assignment]
        try:
            yield
        finally:
            sqlite3.connect = connect


class Mortal:
    """An engine that dies at each commit of each command, and does the command again after it was opened anew."""

    def __init__(self, folder: Path, clock: Callable[[], Any], tearing: Tearing) -> None:
        self.folder, self.clock, self.tearing = folder, clock, tearing
        self.deaths = 0
        self.engine = self._open()

    def _open(self) -> Engine:
        return open_engine(f"sqlite:///{self.folder / DATABASE}", clock=self.clock, synchronous="NORMAL")

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.engine, name)
        return partial(self._survive, name) if callable(found) and name != "close" else found

    def _survive(self, name: str, *args: Any, **more: Any) -> Any:
        passing = 0
        while True:
            torn = self.folder.with_name(f"{self.folder.name.partition('~')[0]}~{self.deaths + 1}")
            self.tearing.arm(passing, torn)
            answer = getattr(self.engine, name)(*args, **more)
            if self.tearing.before is None:
                return answer
            self._die(torn)
            passing += 1  # what was committed before is there: each attempt comes one further

    def _die(self, torn: Path) -> None:
        """Go on with what was left by a death, and hold that nothing of the torn commit is there."""
        before, self.tearing.into = self.tearing.before, None
        self.engine.close()
        shutil.rmtree(self.folder)
        self.folder, self.deaths = torn, self.deaths + 1
        self.engine = self._open()
        assert content(torn / DATABASE) == before


def content(path: Path) -> Content:
    """Return every row of every table."""
    with sqlite3.Connection(path) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in names}  # noqa: S608
    connection.close()
    return found


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")
