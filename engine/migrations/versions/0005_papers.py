"""Papers: their title, how one was declared void, the PDF made from it; the register reads them by the day of issue."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _text(name: str) -> "sa.Column[str]":
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=True)


def upgrade() -> None:
    """Add the columns and the index."""
    op.add_column("document", _text("title"))
    op.add_column("document", _text("voided"))
    op.add_column("document", _text("pdf"))
    op.create_index(op.f("ix_document_tenant_issued"), "document", ["tenant", "issued"])
