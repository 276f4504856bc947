"""Alembic's entry: runs the migrations on the database of `engine.migrate`, foreign keys off, checked at the end."""

from alembic import context
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from engine.migrate import driver_url
from engine.schema import metadata


def run() -> None:
    """Run in one transaction; SQLite ignores the foreign key pragma inside one, so it is set before."""
    database = create_engine(driver_url(context.config.attributes["url"]), poolclass=NullPool)
    is_sqlite = database.dialect.name == "sqlite"
    try:
        with database.connect() as connection:
            if is_sqlite:
                connection.connection.driver_connection.isolation_level = None  # type: ignore[union-attr]
                connection.execute(text("PRAGMA foreign_keys=OFF"))
                connection.execute(text("BEGIN IMMEDIATE"))
            context.configure(connection=connection, target_metadata=metadata, render_as_batch=is_sqlite)
            with context.begin_transaction():
                context.run_migrations()
            if is_sqlite:
                _require_whole(connection)
            connection.commit()
    finally:
        database.dispose()


def _require_whole(connection: Connection) -> None:
    """Refuse a migration that left a row without the row it refers to."""
    broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
    if broken:
        raise RuntimeError(
            f"the migration would leave {len(broken)} rows without their parents: {broken[:3]}"
        )


run()
