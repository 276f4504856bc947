"""What the parts of the edge share about one tenant: store, clock, zone, and what was loaded lately.

Organisation, calendar, parameters and versions are kept in memory; another process's load is seen within a second.
"""

import json
import math
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from engine import statements
from engine.calendar import Calendar
from engine.codec import unpack
from engine.definition import Definition
from engine.definition_text import read_definition
from engine.directory import Directory, Organisation
from engine.edge_refusals import NotDeployed, NotFound
from engine.files import DEFAULT_LIMIT, FileStore
from engine.moments import read_moment
from engine.store import Conflict, Row, Session, Store, Unit
from engine.values import Value

DEFAULT_ZONE = "Asia/Shanghai"
ATTEMPTS = 8
"""How often a unit of work that lost a race is run again."""
_FRESH_SECONDS = 1.0


def system_clock() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Version:
    """A deployed version of a definition: valid from `effective` on, until the next one."""

    name: str
    version: str
    digest: str
    sequence: int
    effective: date
    deployed_at: datetime
    deployed_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded, as one consistent whole."""

    directory: Directory
    calendar: Calendar
    calendar_load: int
    parameters: Mapping[str, tuple[tuple[date, Value], ...]]
    versions: Mapping[str, tuple[Version, ...]]  # by name, in order of effect
    settings: Mapping[str, str]
    inactive: frozenset[str]  # accounts


@dataclass
class Town:
    """One tenant of one database."""

    store: Store
    tenant: str
    clock: Callable[[], datetime]
    zone: tzinfo
    files: FileStore
    demo: bool = False
    name: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _loaded: Loaded | None = None
    _loaded_at: float = 0.0
    _definitions: dict[str, Definition] = field(default_factory=dict)
    duties_followed: tuple[object, ...] | None = None  # day and loads for which nothing is left to generate

    @property
    def now(self) -> datetime:
        """The present moment in UTC.

        Raises:
            ValueError: the clock that was handed in gives naive moments.
        """
        now = self.clock()
        if now.tzinfo is None:
            raise ValueError("the clock of the engine must give aware moments")
        return now.astimezone(UTC)

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.zone).date()

    @property
    def loaded(self) -> Loaded:
        """What was loaded, at most a second old."""
        loaded = self._loaded
        if loaded is not None and time.monotonic() - self._loaded_at < _FRESH_SECONDS:
            return loaded
        with self._lock:
            session = Session(self.store, self.tenant)
            loaded = self._loaded = _load(session, self._loaded)
            self._loaded_at = time.monotonic()
        return loaded

    def reading(self, loaded: Loaded) -> "Town":
        """Return the same town that answers by something else that was loaded, for good."""
        return replace(self, _lock=threading.Lock(), _loaded=loaded, _loaded_at=math.inf)

    def forget(self) -> None:
        """Load again at the next question, because something was written."""
        self._loaded_at = 0.0

    @property
    def directory(self) -> Directory:
        """The organisation."""
        return self.loaded.directory

    @property
    def calendar(self) -> Calendar:
        """Working days."""
        return self.loaded.calendar

    def parameter(self, name: str, day: date) -> Value:
        """Return the administrator's figure of a local parameter on a day, or None."""
        figures = self.loaded.parameters.get(name, ())
        position = bisect_right([valid_from for valid_from, _ in figures], day)
        return figures[position - 1][1] if position else None

    def version(self, name: str, day: date | None = None) -> Version | None:
        """Return the version of a process valid on a day (today)."""
        day = day or self.today
        valid = [each for each in self.loaded.versions.get(name, ()) if each.effective <= day]
        return valid[-1] if valid else None

    def version_in_force(self, name: str) -> Version:
        """Return the version of a process valid today.

        Raises:
            NotDeployed: there is none.
        """
        version = self.version(name)
        if version is None:
            raise NotDeployed(name)
        return version

    def versions_in_force(self, day: date | None = None) -> tuple[Version, ...]:
        """Return the version of every process that is valid on a day (today), by name."""
        found = (self.version(name, day) for name in sorted(self.loaded.versions))
        return tuple(version for version in found if version is not None)

    def definition(self, digest: str) -> Definition:
        """Return a stored definition.

        Raises:
            NotFound: there is none of this digest.
        """
        found = self._definitions.get(digest)
        if found is None:
            row = Session(self.store, self.tenant).one(statements.read_definition, digest=digest)
            if row is None:
                raise NotFound("规程版本", digest)
            found = self._definitions[digest] = read_definition(row[0])
        return found

    @property
    def file_limit(self) -> int:
        """Bytes that one file may have."""
        return int(self.loaded.settings.get("file_limit", DEFAULT_LIMIT))


def _load(session: Session, old: Loaded | None) -> Loaded:
    settings = {str(row[0]): str(row[1]) for row in session.all(statements.read_settings)}
    return Loaded(
        _directory(session, old),
        *_calendar(session, old),
        figures_of(session.all(statements.read_parameters)),
        _versions(session),
        settings,
        frozenset(str(row[0]) for row in session.all(statements.inactive_accounts)),
    )


def _directory(session: Session, old: Loaded | None) -> Directory:
    newest = session.one(statements.organisation_load)
    load = newest[0] if newest else None
    if old is not None and old.directory.load == (load or 0):
        return old.directory
    row = session.one(statements.latest_organisation) if load else None
    if row is None:
        return Directory(Organisation())
    return directory_of(row)


def _calendar(session: Session, old: Loaded | None) -> tuple[Calendar, int]:
    newest = session.one(statements.calendar_load)
    load = newest[0] if newest else None
    if old is not None and old.calendar_load == (load or 0):
        return old.calendar, old.calendar_load
    row = session.one(statements.latest_calendar) if load else None
    if row is None:
        return Calendar({}, frozenset(), frozenset()), 0
    return calendar_of(row), row[0]


def directory_of(row: Row) -> Directory:
    """Return the organisation of a row of (load, body)."""
    return Directory(Organisation.from_json(json.loads(row[1])), row[0])


def calendar_of(row: Row) -> Calendar:
    """Return the calendar of a row of (load, body)."""
    return Calendar.from_years({int(year): content for year, content in json.loads(row[1]).items()})


def figures_of(rows: Iterable[Row]) -> Mapping[str, tuple[tuple[date, Value], ...]]:
    """Return the figures of local parameters from rows of (name, valid from, value), the earlier loaded first."""
    found: dict[str, dict[date, Value]] = {}
    for name, valid_from, value in rows:
        found.setdefault(name, {})[date.fromisoformat(valid_from)] = unpack(json.loads(value))
    return {
        name: tuple(sorted(figures.items(), key=lambda figure: figure[0])) for name, figures in found.items()
    }


def _versions(session: Session) -> Mapping[str, tuple[Version, ...]]:
    found: dict[str, list[Version]] = {}
    for name, sequence, digest, effective, at, actor, reason, version in session.all(
        statements.read_deployments
    ):
        entry = Version(
            name, version, digest, sequence, date.fromisoformat(effective), read_moment(at), actor, reason
        )
        found.setdefault(name, []).append(entry)
    return {name: tuple(versions) for name, versions in found.items()}


def transact(town: Town, plan: Callable[[Unit], None]) -> None:
    """Run a unit of work, again while it loses races; then let everybody see what it wrote.

    Raises:
        Conflict: it lost too often.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            town.store.write(town.tenant, plan)
            break
        except Conflict:
            if attempt == ATTEMPTS:
                raise
    town.forget()


def zone_of(name: str) -> tzinfo:
    """Return a time zone by its name in the tz database."""
    return ZoneInfo(name)
