"""The database: one driver connection a thread, statements as text, units of work that commit or leave nothing.

On SQLite one connection writes (`engine.sqlite_writer`): units wait in a line and share transactions. On PostgreSQL the writes of a unit go out in one pipeline, which the server makes one transaction; a
transaction is begun earlier only when a number is taken. Whoever lost a race gets `Conflict`: load and decide again.

A server that goes away (failover) is waited for by reads, which are simply asked again; a unit of work may or may not
have been committed, so it ends with `DatabaseBusy(lost=True)`, and only what has an idempotency key is tried again.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Dialect, make_url

from engine import statements
from engine.edge_refusals import DatabaseBusy, StorageFull
from engine.record import Struct
from engine.sqlite_writer import SqliteWriter, primary_code
from engine.statements import Statement, Upsert

T = TypeVar("T")
_GOING = ("08", "57P", "25006")
"""Beginnings of what a server says that breaks off, shuts down or has become a replica (SQLSTATE)."""
_PAUSE = 0.1
"""Seconds between two attempts to reach a server that is gone."""

Row: TypeAlias = tuple[Any, ...]
"""`Any` because the driver decides; `engine.rows` names and types what is read."""


class Conflict(Exception):
    """Somebody else wrote first, or the idempotency key exists; nothing was written."""


class _Cursor(Protocol):
    rowcount: int

    def execute(self, text: str, parameters: Sequence[object] = ..., /, **options: bool) -> object: ...
    def executemany(self, text: str, parameters: Sequence[Sequence[object]], /) -> object: ...
    def fetchall(self) -> list[Row]: ...
    def fetchone(self) -> Row | None: ...
    def close(self) -> object: ...


class _Connection(Protocol):
    def cursor(self) -> _Cursor: ...
    def rollback(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as text, and its parameters in order taken from their names; some are constant."""

    text: str
    take: Callable[[Mapping[str, object]], Sequence[object]]
    constants: Mapping[str, object]

    def bind(self, tenant: str, values: Mapping[str, object]) -> Sequence[object]:
        return self.take({**self.constants, "tenant": tenant, **values})


def _in_order(names: tuple[str, ...]) -> Callable[[Mapping[str, object]], Sequence[object]]:
    """Return what takes the values of names as a sequence."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


class _Write(Struct):
    prepared: _Prepared
    rows: list[Sequence[object]]
    expect: int | None


class Session:
    """Reads of one thread's connection. Every statement is told the tenant."""

    def __init__(
        self, store: "Store", tenant: str, connection: _Connection | None = None, *, whole: bool = False
    ) -> None:
        self._store = store
        self._whole = whole  # in a transaction: it cannot go on upon another connection
        self._connection = connection or store.waiting(store.connection)
        self.tenant = tenant

    def all(self, statement: Statement, /, **values: object) -> list[Row]:
        """Run a read and return its rows."""
        return self._run(self._store.prepare(statement), values)

    def one(self, statement: Statement, /, **values: object) -> Row | None:
        """Run a read and return its first row, or None."""
        rows = self._run(self._store.prepare(statement), values)
        return rows[0] if rows else None

    def ask(self, statement: Executable, /, **values: object) -> list[Row]:
        """Run a read that was composed for this one question."""
        return self._run(self._store.compile(statement), values)

    def _run(self, prepared: _Prepared, values: Mapping[str, object]) -> list[Row]:
        try:
            return self._read(prepared, values)
        except self._store.driver_errors as error:
            if self._whole or not self._store.is_lost(error):
                raise
        return self._store.waiting(lambda: self._read_again(prepared, values))

    def _read_again(self, prepared: _Prepared, values: Mapping[str, object]) -> list[Row]:
        self._connection = self._store.connection()
        return self._read(prepared, values)

    def _read(self, prepared: _Prepared, values: Mapping[str, object]) -> list[Row]:
        cursor = self._connection.cursor()
        try:
            cursor.execute(prepared.text, prepared.bind(self.tenant, values), **self._store.reading_options)
            return cursor.fetchall()
        finally:
            cursor.close()

    def copy_to(self, path: Path) -> None:
        """Copy an SQLite database into a new file, as of this moment."""
        cursor = self._connection.cursor()
        try:
            cursor.execute("VACUUM INTO ?", (str(path),))
        finally:
            cursor.close()

    def integrity(self) -> list[str]:
        """Return what SQLite finds wrong in its file: "ok", or one line each."""
        cursor = self._connection.cursor()
        try:
            cursor.execute("PRAGMA integrity_check")
            found = [str(row[0]) for row in cursor.fetchall()]
            cursor.execute("PRAGMA foreign_key_check")
            return [*found, *(f"{row[0]}的一行没有所属的{row[2]}" for row in cursor.fetchall())]
        finally:
            cursor.close()

    def command(self, text: str) -> None:
        """Run a statement of the transaction kind."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(text)
        finally:
            cursor.close()


class Unit(Session):
    """A unit of work: reads at once, writes together when it ends.

    Args:
        changed: (tenant, id) of the cases that earlier units of the same transaction have changed.
    """

    def __init__(
        self, store: "Store", tenant: str, connection: _Connection, changed: set[tuple[str, int]]
    ) -> None:
        super().__init__(store, tenant, connection, whole=True)
        self.changed = changed
        self._writes: list[_Write] = []
        self.begun = False
        self.sent = False
        self.numbers_taken = 0
        self.latest_audit: tuple[int, str] | None = None  # of this unit, not yet written

    def write(self, statement: Statement, /, **values: object) -> None:
        """Write at the end of the unit."""
        self.write_row(statement, values)

    def write_row(
        self, statement: Statement, values: Mapping[str, object], expect: int | None = None
    ) -> None:
        """Write at the end of the unit; `expect` rows must be touched, else the unit is a `Conflict`."""
        prepared = self._store.prepare(statement)
        row = prepared.bind(self.tenant, values)
        last = self._writes[-1] if self._writes else None
        if last is not None and last.prepared is prepared and expect is None and last.expect is None:
            last.rows.append(row)
        else:
            self._writes.append(_Write(prepared, [row], expect))

    def take_number(self, series: str, year: int = 0) -> int:
        """Take the next number of a series; it is given back when the unit fails."""
        self.numbers_taken += 1
        prepared = self._store.prepare(statements.take_number)
        values = prepared.bind(self.tenant, {"series": series, "year": year})
        cursor = self._connection.cursor()
        if self.begun:
            cursor.execute(prepared.text, values)
        else:  # PostgreSQL: the unit has no transaction yet
            with self._store.pipeline(self._connection):
                self.command("BEGIN")
                self.begun = True
                cursor.execute(prepared.text, values)
        row = cursor.fetchone()
        cursor.close()
        assert row is not None, series
        return int(row[0])

    def flush(self, *, commit: bool = False) -> None:
        """Send the writes and check that each touched what it should.

        Args:
            commit: end the transaction with them. Who lost a race fails by then: his group has the key of another.

        Raises:
            Conflict: it did not.
        """
        self.sent = True
        with self._store.pipeline(self._connection):
            sent = [(write, self._send(write)) for write in self._writes]
            if commit:
                self.command("COMMIT")
        self._writes = []
        for write, cursor in sent:
            touched = cursor.rowcount
            cursor.close()
            if write.expect is not None and touched != write.expect:
                raise Conflict(write.prepared.text)

    def give_back(self) -> None:
        """Roll the transaction back."""
        self._connection.rollback()

    def _send(self, write: _Write) -> _Cursor:
        cursor = self._connection.cursor()
        if len(write.rows) == 1:
            cursor.execute(write.prepared.text, write.rows[0])
        else:
            cursor.executemany(write.prepared.text, write.rows)
        return cursor


_PREPARED: dict[str, dict[Statement, _Prepared]] = {}
"""Statements as text, by dialect: they are constants of this program, the same for every store of a process."""


@dataclass
class Store:
    """Connections to one database, by SQLAlchemy URL (sqlite or postgresql).

    Args:
        synchronous: FULL (a commit survives power loss) or NORMAL, SQLite only.
    """

    url: URL
    synchronous: str = "FULL"
    busy_seconds: float = 30.0
    dialect: Dialect = field(init=False)
    driver_errors: tuple[type[Exception], ...] = field(init=False)
    reading_options: Mapping[str, bool] = field(init=False)
    _local: threading.local = field(init=False, default_factory=threading.local)
    _opened: list[_Connection] = field(init=False, default_factory=list)
    _writer: SqliteWriter | None = field(init=False, default=None)
    _prepared: dict[Statement, _Prepared] = field(init=False)

    @classmethod
    def open(cls, url: str, synchronous: str = "FULL") -> "Store":
        """Open by URL text."""
        if synchronous not in ("FULL", "NORMAL"):
            raise ValueError(f"synchronous is FULL or NORMAL, not {synchronous}")
        return cls(make_url(url), synchronous)

    def __post_init__(self) -> None:
        match self.url.get_backend_name():
            case "sqlite":
                self.dialect = sqlite.dialect()
                self.driver_errors, self.reading_options = (sqlite3.Error,), {}
                self._writer = SqliteWriter(self)
            case "postgresql":
                import psycopg  # an extra: towns on SQLite do not have it

                self.dialect = postgresql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]
                self.driver_errors = (psycopg.Error,)
                self.reading_options = {"prepare": False}  # planned for whom it is asked: see the README
            case other:
                raise ValueError(f"a database is sqlite or postgresql, not {other}")
        self._prepared = _PREPARED.setdefault(self.dialect.name, {})

    @property
    def is_sqlite(self) -> bool:
        """Tell the dialect."""
        return self.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The database file of SQLite, or None."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    def connection(self) -> _Connection:
        """Return this thread's connection, opening it at first use, and anew after the server has gone."""
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is not None and not self.is_sqlite and connection.closed:  # type: ignore[attr-defined]
            self.forget_connection()
            connection = None
        if connection is None:
            connection = (
                cast(_Connection, self.connect_sqlite()) if self.is_sqlite else self._connect_postgresql()
            )
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    def connect_sqlite(self, busy_seconds: float | None = None) -> sqlite3.Connection:
        """Open another connection (SQLite)."""
        connection = sqlite3.connect(
            str(self.path),
            isolation_level=None,
            check_same_thread=False,
            timeout=self.busy_seconds if busy_seconds is None else busy_seconds,
            cached_statements=256,
        )
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={self.synchronous}",
            "foreign_keys=ON",
            "cache_size=-65536",
            "temp_store=MEMORY",
            "mmap_size=268435456",
            "journal_size_limit=67108864",
        ):
            connection.execute(f"PRAGMA {pragma}").close()
        return connection

    def _connect_postgresql(self) -> _Connection:
        import psycopg

        _, given = self.dialect.create_connect_args(self.url)  # several hosts, if the URL names several
        return cast(_Connection, psycopg.connect(**given, autocommit=True))

    def is_lost(self, error: Exception) -> bool:
        """Tell whether an error of the driver means that the server is gone, or no longer the one that writes."""
        if self.is_sqlite:
            return False
        import psycopg

        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is None or connection.closed:  # type: ignore[attr-defined]
            return isinstance(error, psycopg.Error)  # whatever it complained about first
        state = error.sqlstate or "" if isinstance(error, psycopg.Error) else ""
        return state.startswith(_GOING)

    def waiting(self, read: Callable[[], T]) -> T:
        """Read, again and again while the server is gone, for as long as a busy database is waited for.

        Raises:
            DatabaseBusy: no server came back in time.
        """
        until = time.monotonic() + self.busy_seconds
        while True:
            try:
                return read()
            except self.driver_errors as error:
                if not self.is_lost(error):
                    raise
                if time.monotonic() > until:
                    raise DatabaseBusy(str(error), lost=True) from error
            self.forget_connection()
            time.sleep(_PAUSE)

    def close(self) -> None:
        """Close the connections of all threads."""
        if self._writer is not None:
            self._writer.close()
        for connection in self._opened:
            connection.close()
        self._opened.clear()
        self._local = threading.local()

    def forget_connection(self) -> None:
        """Close this thread's connection after the server broke it; the next use opens a new one."""
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._opened.remove(connection)
            del self._local.connection

    def prepare(self, statement: Statement) -> _Prepared:
        """Return a statement as text, compiled once."""
        prepared = self._prepared.get(statement)
        if prepared is None:
            built = statement.build(self.dialect.name) if isinstance(statement, Upsert) else statement
            prepared = self.compile(built)
            self._prepared[statement] = prepared
        return prepared

    def compile(self, statement: Executable) -> _Prepared:
        """Return a statement as text for this dialect."""
        compiled = statement.compile(dialect=self.dialect, compile_kwargs={"render_postcompile": True})  # type: ignore[attr-defined]
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        return _Prepared(str(compiled), _in_order(tuple(compiled.positiontup or ())), constants)

    def pipeline(self, connection: _Connection) -> AbstractContextManager[object]:
        """Send what follows without waiting for each answer, where the driver can."""
        if self.is_sqlite:
            return nullcontext()
        return cast("AbstractContextManager[object]", connection.pipeline())  # type: ignore[attr-defined]

    @contextmanager
    def reading(self, tenant: str) -> Iterator[Session]:
        """Read several things as of one moment."""
        begin = "BEGIN" if self.is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        with self.translated():
            session = Session(self, tenant, whole=True)
            session.command(begin)
            try:
                yield session
            finally:
                session.command(
                    "COMMIT"
                )  # nothing was written; a roll-back would have psycopg forget what is prepared

    def write(self, tenant: str, plan: Callable[["Unit"], T]) -> T:
        """Run a unit of work and return what it gave: all its writes are committed then, none when it raises.

        On SQLite several threads share a transaction and a flush; no command sees or suffers another's failure.

        Raises:
            Conflict: somebody else wrote first.
            DatabaseBusy: the database stayed locked.
        """
        if self._writer is not None:
            return self._writer.write(tenant, plan)
        with self.translated():
            unit = Unit(self, tenant, self.waiting(self.connection), set())
            try:
                result = plan(unit)
                unit.flush(commit=unit.begun)
            except BaseException:
                self._roll_back(unit)
                raise
            return result

    def unit_on(self, connection: sqlite3.Connection, tenant: str, changed: set[tuple[str, int]]) -> "Unit":
        """Return a unit of work inside a transaction of SQLite that has begun."""
        unit = Unit(self, tenant, cast(_Connection, connection), changed)
        unit.begun = True
        return unit

    def _roll_back(self, unit: "Unit") -> None:
        """Give everything back (PostgreSQL); a connection that cannot even do that is closed.

        Of a refused pipeline the server has not prepared what came behind the refusal, and psycopg believes that it has:
        it forgets what is prepared when a transaction is rolled back, so there has to be one.
        """
        try:
            if unit.sent and not unit.begun:
                unit.command("BEGIN")
            if unit.sent or unit.begun:
                unit.give_back()
        except self.driver_errors:
            self.forget_connection()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn the drivers' word for a lost race into ours."""
        if self.is_sqlite:
            try:
                yield
            except sqlite3.IntegrityError as error:
                raise Conflict(str(error)) from error
            except sqlite3.OperationalError as error:
                if primary_code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
                    raise StorageFull from error
                if primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise DatabaseBusy(str(error)) from error
                raise
            return
        import psycopg

        try:
            yield
        except psycopg.errors.DiskFull as error:
            raise StorageFull from error
        except (
            psycopg.errors.IntegrityError,
            psycopg.errors.DeadlockDetected,
            psycopg.errors.SerializationFailure,
        ) as error:
            raise Conflict(str(error)) from error
        except psycopg.Error as error:
            if self.is_lost(error):
                self.forget_connection()
                raise DatabaseBusy(str(error), lost=True) from error
            if isinstance(error, psycopg.OperationalError):
                raise DatabaseBusy(str(error)) from error
            raise


__all__ = ["Conflict", "Row", "Session", "Store", "Unit"]
