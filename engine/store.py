"""The database: one driver connection a thread, statements as text, units of work that commit or leave nothing.

SQLite runs every unit that may write under BEGIN IMMEDIATE, behind one writer lock of this process (its own retry is
unfair). On PostgreSQL the writes of a unit go out in one pipeline, which the server makes one transaction; a
transaction is begun earlier only when a number is taken. Whoever lost a race gets `Conflict`: load and decide again.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol, TypeAlias, cast

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Dialect, make_url

from engine import statements
from engine.edge_refusals import DatabaseBusy, StorageFull
from engine.statements import Statement, Upsert

Row: TypeAlias = tuple[Any, ...]
"""`Any` because the driver decides; `engine.rows` names and types what is read."""


class Conflict(Exception):
    """Somebody else wrote first, or the idempotency key exists; nothing was written."""


class _Cursor(Protocol):
    rowcount: int

    def execute(self, text: str, parameters: Sequence[object] = ..., /) -> object: ...
    def executemany(self, text: str, parameters: Sequence[Sequence[object]], /) -> object: ...
    def fetchall(self) -> list[Row]: ...
    def fetchone(self) -> Row | None: ...
    def close(self) -> object: ...


class _Connection(Protocol):
    def cursor(self) -> _Cursor: ...
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


@dataclass(frozen=True, slots=True)
class _Write:
    prepared: _Prepared
    rows: list[Sequence[object]]
    expect: int | None


class Session:
    """Reads of one thread's connection. Every statement is told the tenant."""

    def __init__(self, store: "Store", tenant: str) -> None:
        self._store = store
        self._connection = store.connection()
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
        cursor = self._connection.cursor()
        try:
            cursor.execute(prepared.text, prepared.bind(self.tenant, values))
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
    """A unit of work: reads at once, writes together when it ends."""

    def __init__(self, store: "Store", tenant: str) -> None:
        super().__init__(store, tenant)
        self._writes: list[_Write] = []
        self.begun = False
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
        self.begin()
        ((number,),) = self._run(
            self._store.prepare(statements.take_number), {"series": series, "year": year}
        )
        return int(number)

    def begin(self) -> None:
        """Open a transaction now (PostgreSQL; on SQLite the unit has one from its start)."""
        if not self.begun:
            self.command("BEGIN")
            self.begun = True

    def flush(self) -> None:
        """Send the writes and check that each touched what it should.

        Raises:
            Conflict: it did not.
        """
        with self._store.pipeline(self._connection):
            sent = [(write, self._send(write)) for write in self._writes]
        self._writes = []
        for write, cursor in sent:
            touched = cursor.rowcount
            cursor.close()
            if write.expect is not None and touched != write.expect:
                raise Conflict(write.prepared.text)

    def _send(self, write: _Write) -> _Cursor:
        cursor = self._connection.cursor()
        if len(write.rows) == 1:
            cursor.execute(write.prepared.text, write.rows[0])
        else:
            cursor.executemany(write.prepared.text, write.rows)
        return cursor


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
    _local: threading.local = field(init=False, default_factory=threading.local)
    _opened: list[_Connection] = field(init=False, default_factory=list)
    _writer: threading.RLock = field(init=False, default_factory=threading.RLock)
    _prepared: dict[Statement, _Prepared] = field(init=False, default_factory=dict)

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
            case "postgresql":
                self.dialect = postgresql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]
            case other:
                raise ValueError(f"a database is sqlite or postgresql, not {other}")

    @property
    def is_sqlite(self) -> bool:
        """Tell the dialect."""
        return self.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The database file of SQLite, or None."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    def connection(self) -> _Connection:
        """Return this thread's connection, opening it at first use."""
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect_sqlite() if self.is_sqlite else self._connect_postgresql()
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    def _connect_sqlite(self) -> _Connection:
        connection = sqlite3.connect(
            str(self.path),
            isolation_level=None,
            check_same_thread=False,
            timeout=self.busy_seconds,
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
        return cast(_Connection, connection)

    def _connect_postgresql(self) -> _Connection:
        import psycopg  # an extra: towns on SQLite do not have it

        url = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        # A refused pipeline leaves statements half prepared, which psycopg would go on to use.
        return cast(_Connection, psycopg.connect(url, autocommit=True, prepare_threshold=None))

    def close(self) -> None:
        """Close the connections of all threads."""
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
        """Return a lasting statement as text, compiled once."""
        prepared = self._prepared.get(statement)
        if prepared is None:
            built = statement.build(self.dialect.name) if isinstance(statement, Upsert) else statement
            prepared = self._prepared[statement] = self.compile(built)
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
        session = Session(self, tenant)
        begin = "BEGIN" if self.is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        session.command(begin)
        try:
            yield session
        finally:
            session.command("ROLLBACK")

    @contextmanager
    def writing(self, tenant: str) -> Iterator[Unit]:
        """Run a unit of work: all its writes are committed when the block ends, none when it raises.

        Raises:
            Conflict: somebody else wrote first.
            DatabaseBusy: the database stayed locked.
        """
        with self._writer if self.is_sqlite else nullcontext(), self._translated():
            unit = Unit(self, tenant)
            if self.is_sqlite:
                unit.command("BEGIN IMMEDIATE")
                unit.begun = True
            try:
                yield unit
                unit.flush()
                if unit.begun:
                    unit.command("COMMIT")
            except BaseException:
                self._roll_back(unit)
                raise

    def _roll_back(self, unit: Unit) -> None:
        """Give everything back; a connection that cannot even do that is closed."""
        if not unit.begun or (self.is_sqlite and not self.connection().in_transaction):  # type: ignore[attr-defined]
            return  # nothing was begun, or SQLite has given it back by itself (full disk)
        try:
            unit.command("ROLLBACK")
        except self._driver_errors():
            self.forget_connection()

    def _driver_errors(self) -> type[Exception]:
        if self.is_sqlite:
            return sqlite3.Error
        import psycopg

        return psycopg.Error

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the drivers' word for a lost race into ours."""
        if self.is_sqlite:
            try:
                yield
            except sqlite3.IntegrityError as error:
                raise Conflict(str(error)) from error
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
                    raise StorageFull from error
                if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
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
        except psycopg.OperationalError as error:
            self.forget_connection()
            raise DatabaseBusy(str(error)) from error


__all__ = ["Conflict", "Row", "Session", "Store", "Unit"]
