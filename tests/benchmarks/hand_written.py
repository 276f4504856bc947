"""The yardstick: hand-written SQL on the driver doing the same durable writes as the engine, and nothing else.

One transaction a command: the case with its state is read and updated if nobody else did, its work item is closed, the
next ones are inserted and offered, and a hash-chained history row, which is also the idempotency record, holds the
events. State and body are as long as those that the engine stores for this case on average (1,030 and 958 bytes; a test
run of 3 cases). It decides nothing: no definition, rights, forms, calendar or deadlines, and no foreign keys.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

_TABLES = (
    "CREATE TABLE c (id INTEGER PRIMARY KEY, number TEXT, status TEXT, revision INTEGER, state TEXT, head TEXT, title TEXT)",
    """CREATE TABLE g (c INTEGER, revision INTEGER, at TEXT, actor TEXT, key TEXT UNIQUE, body TEXT, hash TEXT,
       PRIMARY KEY (c, revision))""",
    """CREATE TABLE i (c INTEGER, n INTEGER, step TEXT, status TEXT, due TEXT, created TEXT, closed TEXT,
       cause INTEGER, PRIMARY KEY (c, n))""",
    "CREATE INDEX i_open ON i (status, due)",
    "CREATE TABLE o (role TEXT, due TEXT, c INTEGER, n INTEGER, PRIMARY KEY (role, due, c, n))",
    "CREATE TABLE w (c INTEGER PRIMARY KEY, at TEXT)",
)
_AT = "2026-11-25T01:00:00.000000+00:00"
_STATE = json.dumps(list(range(228)))
_EVENT = {
    "kind": "TaskCompleted",
    "step": "业务审核",
    "by": "jing-ban",
    "at": _AT,
    "fields": {"意见": "同意"},
}
_BODY = json.dumps([_EVENT] * 6, ensure_ascii=False)


def open_sqlite(path: Path, synchronous: str) -> sqlite3.Connection:
    """Open an SQLite file in WAL mode, as the engine does."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    return connection


def open_postgresql(url: str) -> Any:
    """Open a PostgreSQL database; transactions are begun by hand."""
    import psycopg

    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


class HandWritten:
    """Runs the benchmark's case by hand, one transaction a command.

    Args:
        mark: the driver's placeholder.
        begin: the statement that begins a transaction.
        pipelined: send the writes of a command without waiting for each answer (PostgreSQL); the server makes what is
            sent together one transaction.
    """

    def __init__(self, connection: Any, mark: str, begin: str, *, pipelined: bool = False) -> None:
        self._connection = connection
        self._begin = None if pipelined else begin
        self._pipeline = connection.pipeline if pipelined else nullcontext
        self._mark = mark
        self._next = 1
        for statement in _TABLES:
            connection.execute(statement)

    def _run(self, statement: str, *values: Any) -> Any:
        return self._connection.execute(statement.replace("?", self._mark), values)

    def case(self) -> None:
        """Start a case and complete its four tasks."""
        case, self._next = self._next, self._next + 1
        self._start(case)
        self._complete(case, 1, 1, (2, 3))
        self._complete(case, 2, 2, ())
        self._complete(case, 3, 3, (4,))
        self._complete(case, 4, 4, ())

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self._begin is not None:
            self._connection.execute(self._begin)
        yield
        if self._begin is not None:
            self._connection.execute("COMMIT")

    def _start(self, case: int) -> None:
        head = self._head("")
        with self._transaction(), self._pipeline():
            self._run(
                "INSERT INTO c VALUES (?,?,?,?,?,?,?)",
                case,
                f"测{case}",
                "open",
                1,
                _STATE,
                head,
                "购置灭火器",
            )
            self._run("INSERT INTO w VALUES (?,?)", case, _AT)
            self._record(case, 1, head)
            self._offer(case, 1)

    def _complete(self, case: int, revision: int, item: int, opened: tuple[int, ...]) -> None:
        with self._transaction():
            row = self._run("SELECT revision, state, head FROM c WHERE id = ?", case).fetchone()
            json.loads(row[1])
            with self._pipeline():
                touched = self._write(case, revision, item, opened, self._head(row[2]))
            assert [each.rowcount for each in touched] == [1, 1]

    def _write(self, case: int, revision: int, item: int, opened: tuple[int, ...], head: str) -> list[Any]:
        """Write one completion; return the cursors that must have touched a row."""
        over = item == 4
        case_moved = self._run(
            "UPDATE c SET revision = ?, state = ?, head = ?, status = ? WHERE id = ? AND revision = ?",
            revision + 1,
            _STATE,
            head,
            "finished" if over else "open",
            case,
            revision,
        )
        if over:
            self._run("DELETE FROM w WHERE c = ?", case)
        self._record(case, revision + 1, head)
        item_closed = self._run(
            "UPDATE i SET status = 'done', closed = ?, cause = ? WHERE c = ? AND n = ? AND status = 'open'",
            _AT,
            revision + 1,
            case,
            item,
        )
        self._run("DELETE FROM o WHERE role = 'r' AND due = ? AND c = ? AND n = ?", _AT, case, item)
        for number in opened:
            self._offer(case, number)
        return [case_moved, item_closed]

    def _offer(self, case: int, number: int) -> None:
        self._run(
            "INSERT INTO i VALUES (?,?,?,?,?,?,?,?)", case, number, "业务审核", "open", _AT, _AT, None, None
        )
        self._run("INSERT INTO o VALUES (?,?,?,?)", "r", _AT, case, number)

    def _head(self, previous: str) -> str:
        return hashlib.sha256((previous + _BODY).encode()).hexdigest()

    def _record(self, case: int, revision: int, head: str) -> None:
        key = f"{_AT}-{case}-{revision}"
        self._run("INSERT INTO g VALUES (?,?,?,?,?,?,?)", case, revision, _AT, "jing-ban", key, _BODY, head)
