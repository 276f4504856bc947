"""Write fewer pages a command: wide rows apart from their key on SQLite, closed items alone in the index of those."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Copy the two wide tables into tables with a rowid (SQLite); narrow the index (both)."""
    if op.get_bind().dialect.name == "sqlite":
        for table in ("case_row", "history"):
            with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_with_rowid": True}):
                pass
    op.drop_index("ix_item_closed", "item")
    closed = sa.text("closed IS NOT NULL")
    op.create_index(
        "ix_item_closed",
        "item",
        ["tenant", "closed_by", "closed"],
        sqlite_where=closed,
        postgresql_where=closed,
    )
