"""Kill this process at a chosen point of its next commit: before, between the writes, in the middle, after."""

import os
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

from engine.store import Unit

POINTS = ("before", "between", "during", "after")
LONGEST = 0.003
"""Seconds into a commit after which it is killed at the latest."""


def die() -> None:
    """Leave without any last word."""
    os.kill(os.getpid(), signal.SIGKILL)


class Doom:
    """What the next commit meets. Only in a process that is there to die, which is why it may reach into the store."""

    def __init__(self) -> None:
        self.point: str | None = None

    def arm(self, point: str) -> None:
        """Die at this point of the next commit."""
        self.point = point

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Stand around whatever makes the writes last."""
        if self.point == "before":
            die()
        if self.point == "during":
            threading.Thread(target=_die_soon, daemon=True).start()
        yield
        if self.point in ("during", "after"):
            die()

    def install(self) -> None:
        """Stand at every commit of this process: that of SQLite's one writer, or the pipeline of a unit."""
        send, flush = Unit._send, Unit.flush
        doom = self

        class Doomed(sqlite3.Connection):
            def execute(self, text: str, parameters: Any = (), /) -> sqlite3.Cursor:
                with doom.committing() if text == "COMMIT" else nullcontext():
                    return super().execute(text, parameters)

        def sending(unit: Unit, write: Any) -> Any:
            if doom.point == "between" and random.random() < 0.3:
                die()
            return send(unit, write)

        def flushing(unit: Unit, *, commit: bool = False) -> None:
            with (
                doom.committing() if commit or not unit.begun else nullcontext()
            ):  # or SQLite's one writer commits
                flush(unit, commit=commit)

        Unit._send = sending  # type: ignore[method-assign,assignment]
        Unit.flush = flushing  # type: ignore[method-assign,assignment]
        sqlite3.connect = partial(sqlite3.connect, factory=Doomed)  # type: ignore[assignment]


def _die_soon() -> None:
    time.sleep(random.uniform(0, LONGEST))
    die()
