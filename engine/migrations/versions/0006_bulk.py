"""Bulk operations: what was answered, one answer for each item."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text(name: str) -> "sa.Column[str]":
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """Create the table."""
    columns = (_text(name) for name in ("tenant", "key", "operation", "actor", "at", "body"))
    key = sa.PrimaryKeyConstraint("tenant", "key", name=op.f("pk_bulk"))
    op.create_table("bulk", *columns, key, sqlite_with_rowid=False)
