"""The processes that write to one SQLite file take turns.

Where another process writes, SQLite looks again at ever longer intervals. Whoever has just written is there at once and
comes first again: a waiting process can be kept for most of a second. So who waits holds a lock on a file beside the
database until his transaction has begun; whoever has just written must stand behind him. The kernel gives the lock back
when a process dies. Without such locks (Windows) everything is right too, only less fair.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:
    _HAS_LOCKS = False
else:
    _HAS_LOCKS = True


class Turnstile:
    """Lets one process at a time wait for a database.

    Args:
        path: the lock file; it is made at first use and stays.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @contextmanager
    def next_in_line(self) -> Iterator[None]:
        """Hold the place of who writes next, as soon as it is free."""
        if not _HAS_LOCKS:
            yield
            return
        if self._file is None:
            self._file = os.open(self._path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the lock file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
