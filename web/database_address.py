"""Which database a command works on: what was given is read, what is wrong with it is said, where it lies is told."""

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from web.settings import data_directory

Command = TypeVar("Command", bound=Callable[..., Any])

_HOW = "SQLite 写文件的路径（var/town.db）或 sqlite:///var/town.db，PostgreSQL 写 postgresql://用户@主机/库。"
_MISTAKEN = {"postgres": "postgresql", "sqlite3": "sqlite", "pgsql": "postgresql", "psql": "postgresql"}


def database_option(command: Command) -> Command:
    """Give a command the option `--db`."""
    return click.option(
        "--db",
        "database",
        metavar="ADDRESS",
        callback=lambda _context, _option, given: given and read_address(given),
        help="数据库：SQLite 文件的路径，或者 SQLAlchemy 地址；默认取 ANLIU_DATABASE_URL",
    )(command)


def database_url(given: str | None, name: str = "anliu.db") -> str:
    """The database of a command: option, environment, or the SQLite file `name` in the data directory (made here).

    Raises:
        click.ClickException: the address means no database.
    """
    given = given or os.environ.get("ANLIU_DATABASE_URL")
    if given:
        return read_address(given)
    data_directory().mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{data_directory() / name}"


def read_address(given: str) -> str:
    """Return the SQLAlchemy URL of an address; what is no URL is the path of a SQLite file.

    Raises:
        click.ClickException: it means no database that we know.
    """
    given = given.strip()
    if "://" not in given:
        return _file(given)
    try:
        url = make_url(given)
    except (ArgumentError, ValueError) as problem:  # a port that is no number
        raise click.ClickException(f"数据库地址“{given}”读不懂。{_HOW}") from problem
    kind = url.get_backend_name()
    if kind == "sqlite" and url.host:
        path = f"{url.host}/{url.database or ''}".rstrip("/")
        raise click.ClickException(f"数据库地址“{given}”少一条斜线，应为 sqlite:///{path}")
    if kind == "sqlite" and not url.database:
        raise click.ClickException(f"数据库地址“{given}”没有写文件。{_HOW}")
    if kind == "postgresql" and find_spec("psycopg") is None:
        raise click.ClickException("PostgreSQL 要另装驱动：pip install 'anliu[pg]'")
    if kind not in ("sqlite", "postgresql"):
        meant = _MISTAKEN.get(kind)
        said = f"“{kind}”应写作“{meant}”" if meant else f"不支持“{kind}”数据库"
        raise click.ClickException(f"{said}。{_HOW}")
    return given


def _file(given: str) -> str:
    path = Path(given)
    if given.partition(":")[0] in ("sqlite", "postgresql", *_MISTAKEN):
        raise click.ClickException(f"数据库地址“{given}”读不懂。{_HOW}")
    if path.is_dir():
        raise click.ClickException(f"“{given}”是文件夹，请写到文件，例如 {path / 'anliu.db'}")
    return f"sqlite:///{given}"
