"""Opening the engine on a database: which town, where its files lie, tables made when there are none."""

import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from engine import migrate, statements
from engine.edge_refusals import DemonstrationApart
from engine.files import FileStore
from engine.service import Engine
from engine.store import Session, Store
from engine.town import DEFAULT_ZONE, Town, system_clock, zone_of

DEFAULT_TENANT = "town"
Clock = Callable[[], datetime]


def open_engine(
    url: str,
    *,
    clock: Clock | None = None,
    tenant: str | None = None,
    files: str | Path | None = None,
    synchronous: str = "FULL",
    zone: str = DEFAULT_ZONE,
    name: str = "",
    demo: bool = False,
) -> Engine:
    """Open the engine on a database, creating the tables of an empty one.

    Args:
        url: SQLAlchemy URL of SQLite or PostgreSQL.
        clock: gives the present moment, aware; the system's by default.
        tenant: administrative code of the town; by default the only one there is.
        files: folder of the attachments; by default beside the SQLite file.
        synchronous: FULL or NORMAL (SQLite): whether a commit survives a power loss.
        zone, name, demo: of a new tenant.

    Raises:
        DemonstrationApart: a new tenant of the other kind than those in the database.
        DatabaseOutdated: the database was made by another version of the program.
        DatabaseUnreachable: it cannot be opened.
    """
    migrate.prepare(url)
    store = Store.open(url, synchronous)
    code = tenant or _only_tenant(store)
    row = Session(store, code).one(statements.read_tenant)
    if row is None:
        _keep_apart(store, demo)
    town = Town(
        store,
        code,
        clock or system_clock,
        zone_of(row[1] if row else zone),
        FileStore(_folder(store, files).absolute()),  # whoever opens a file may stand elsewhere
        demo=bool(row[2]) if row else demo,
        name=row[0] if row else name,
    )
    engine = Engine(town)
    if row is None:
        engine.rename(name, zone=zone, demo=demo)
    return engine


def _keep_apart(store: Store, demo: bool) -> None:
    """Refuse a new demonstration among real towns, and the other way round."""
    kinds = {bool(row[0]) for row in Session(store, "").all(statements.kinds_of_tenants)}
    if kinds - {demo}:
        store.close()
        raise DemonstrationApart(demo)


class SeveralTenants(ValueError):
    """A database holds several towns and none was named; `towns`: the first of them, names by code."""

    def __init__(self, towns: Mapping[str, str]) -> None:
        super().__init__("the database holds several tenants: say which")
        self.towns = towns


def _only_tenant(store: Store) -> str:
    rows = Session(store, "").all(statements.first_tenants)
    if len(rows) > 1:
        raise SeveralTenants({str(code): str(name) for code, name in rows})
    return str(rows[0][0]) if rows else DEFAULT_TENANT


def _folder(store: Store, files: str | Path | None) -> Path:
    if files is not None:
        return Path(files)
    if store.path is not None and str(store.path) != ":memory:":
        return store.path.with_name(f"{store.path.name}.files")
    return Path(tempfile.mkdtemp(prefix="anliu-files-")) if store.is_sqlite else Path("var/files")
