"""Writing to SQLite: one connection, commands in a line, several to a transaction, each answered after the flush."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from engine.line import Line, Place
from engine.turnstile import Turnstile

if TYPE_CHECKING:
    from engine.store import Store, Unit

T = TypeVar("T")

_PAUSE = 0.0003
"""Seconds after which the process that writes next looks again; a transaction takes about as long."""


@dataclass(frozen=True, slots=True)
class _Command:
    tenant: str
    plan: "Callable[[Unit], object]"


class SqliteWriter:
    """The one who writes. A command that fails is rolled back to its savepoint; the others are committed."""

    def __init__(self, store: "Store") -> None:
        self._store = store
        self._line: Line[_Command] = Line(self._run)
        self._connection: sqlite3.Connection | None = None
        assert store.path is not None, store.url
        self._turnstile = Turnstile(store.path.with_name(f"{store.path.name}-next"))

    def write(self, tenant: str, plan: "Callable[[Unit], T]") -> T:
        """Run a unit of work and return what it gave, once it is on the disk."""
        return cast(T, self._line.pass_through(_Command(tenant, plan)))

    def close(self) -> None:
        """Close the connection and the lock."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._turnstile.close()

    def _run(self, group: Sequence[Place[_Command]]) -> None:
        if self._connection is None:
            self._connection = self._store.connect_sqlite(busy_seconds=0)
        connection, changed = self._connection, set[tuple[str, int]]()
        with self._store.translated():
            self._begin(connection)
            try:
                for each in group:
                    self._carry_out(connection, each, changed, alone=len(group) == 1)
                connection.execute("ROLLBACK" if all(each.error for each in group) else "COMMIT")
            except BaseException:
                if connection.in_transaction:  # else SQLite has given everything back by itself (a full disk)
                    connection.execute("ROLLBACK")
                raise

    def _begin(self, connection: sqlite3.Connection) -> None:
        until = time.monotonic() + self._store.busy_seconds
        with self._turnstile.next_in_line():
            while True:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                        raise
                else:
                    return
                time.sleep(_PAUSE)

    def _carry_out(
        self,
        connection: sqlite3.Connection,
        place: Place[_Command],
        changed: set[tuple[str, int]],
        *,
        alone: bool,
    ) -> None:
        place.result = place.error = None  # a leader who was interrupted may have tried it before
        if not alone:
            connection.execute("SAVEPOINT command")
        try:
            with self._store.translated():
                unit = self._store.unit_on(connection, place.job.tenant, changed)
                place.result = place.job.plan(unit)
                unit.flush()
        except Exception as error:
            if not connection.in_transaction:
                raise  # nothing of the group is left
            place.error = error
            if not alone:
                connection.execute("ROLLBACK TO command")
        if not alone:
            connection.execute("RELEASE command")


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's result code without what it says in detail; 0 when the error is the driver's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
