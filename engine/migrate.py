"""Create a database, bring an older one up to date, and tell how old one is. The steps are in `engine/migrations`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from engine.edge_refusals import DatabaseOutdated, DatabaseUnreachable
from engine.schema import metadata

FOLDER = Path(__file__).parent / "migrations"


def configuration(url: str | URL, folder: Path = FOLDER) -> Config:
    """Return Alembic's configuration for a database."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["url"] = url
    return config


def prepare(url: str | URL) -> None:
    """Create the tables of an empty database; refuse one that was made by another version.

    Raises:
        DatabaseOutdated: `upgrade` must run first, or the program is older than the database.
        DatabaseUnreachable: it cannot be opened.
    """
    used = is_used(url)
    database = create_engine(driver_url(url), poolclass=NullPool)
    try:
        if not used:
            _create(url, database)
        found, newest = revision_of(url), head()
        if found != newest:
            raise DatabaseOutdated(found or "（无）", newest)
    finally:
        database.dispose()


def is_used(url: str | URL) -> bool:
    """Tell whether a database holds our tables already.

    Raises:
        DatabaseUnreachable: it cannot be opened.
    """
    database = create_engine(driver_url(url), poolclass=NullPool)
    try:
        with database.connect() as connection:
            return inspect(connection).has_table("case_row")
    except DatabaseError as error:
        raise DatabaseUnreachable(told(url), _because(error)) from error
    finally:
        database.dispose()


def told(url: str | URL) -> str:
    """Write an address for people: the file of SQLite, else the URL without its password."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return str(Path(parsed.database).resolve()) if parsed.database != ":memory:" else parsed.database
    return parsed.render_as_string(hide_password=True)


_SAID = (
    ("unable to open database file", "文件夹不存在，或者没有读写的权限"),
    ("file is not a database", "这个文件不是数据库"),
    ("Connection refused", "那个地址和端口没有数据库服务：服务没有启动，或地址、端口写错了"),
    ("No such file or directory", "那里没有数据库服务：服务没有启动，或 host 写错了"),
    ("failed to resolve host", "找不到这台主机：主机名写错了，或网络不通"),
    ("timeout expired", "等了很久没有回应：网络不通，或被防火墙挡住了"),
    ("password authentication failed", "用户名或密码不对"),
    ("no password supplied", "没有写密码：postgresql://用户:密码@主机/库"),
    ("role ", "数据库里没有这个用户"),
    ("database ", "那台服务器上没有这个库：先请管理员建一个空库"),
    ("permission denied", "这个用户没有权限"),
)
"""What SQLite and PostgreSQL say most often, with what it means."""


def _because(error: DatabaseError) -> str:
    """Say in Chinese why a database cannot be opened, with the server's own words, which an administrator knows."""
    said = (str(error.orig).splitlines() or [""])[0]
    reason = said.rpartition("FATAL: ")[2].strip()
    meant = next((meaning for words, meaning in _SAID if words in reason), None)
    return f"{meant}（{reason}）" if meant else reason


def _create(url: str | URL, database: Engine) -> None:
    try:
        with database.begin() as connection:
            metadata.create_all(connection)
    except (OperationalError, ProgrammingError, IntegrityError):
        with database.connect() as connection:  # another process created it at the same moment
            if not inspect(connection).has_table("case_row"):
                raise
    command.stamp(configuration(url), "head")


def upgrade(url: str | URL, folder: Path = FOLDER) -> None:
    """Bring a database to the newest migration; nothing is changed when a step fails."""
    command.upgrade(configuration(url, folder), "head")


def head() -> str:
    """Return the number of the newest migration."""
    return ScriptDirectory.from_config(configuration("sqlite://")).get_current_head() or ""


def revision_of(url: str | URL) -> str | None:
    """Return the number of the migration that a database is at."""
    database = create_engine(driver_url(url), poolclass=NullPool)
    try:
        with database.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        database.dispose()


def driver_url(url: str | URL) -> URL:
    """Return a URL that names our driver: psycopg 3 for PostgreSQL."""
    parsed = make_url(url)
    return (
        parsed.set(drivername="postgresql+psycopg") if parsed.get_backend_name() == "postgresql" else parsed
    )
