"""Count what a person holds from the index alone, and keep what nobody holds out of it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen the index of held items and narrow what it covers."""
    held = sa.text("closed IS NULL AND holder IS NOT NULL")
    columns = ["tenant", "holder", "status", "due", "case", "n", "closed"]
    op.drop_index("ix_item_holder", "item")
    op.create_index("ix_item_holder", "item", columns, sqlite_where=held, postgresql_where=held)
