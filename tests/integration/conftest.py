"""A town on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from engine import migrate
from tests.integration.town import TownAt


@pytest.fixture
def town(database_url: str) -> TownAt:
    """A founded town with the approval process, on SQLite and on PostgreSQL."""
    made = TownAt(database_url)
    made.found()
    return made


@pytest.fixture
def second_url(database_url: str, tmp_path: Path) -> Iterator[str]:
    """Another empty database of the same kind."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'second.db'}"
        return
    name = make_url(database_url).database
    other = make_url(database_url).set(database=f"{name}_second").render_as_string(hide_password=False)
    admin = create_engine(migrate.driver_url(database_url), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}_second"'))
    yield other
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}_second" WITH (FORCE)'))
    admin.dispose()
