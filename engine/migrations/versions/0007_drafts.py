"""Find the drafts on an item: each completion asks for them, and went through all drafts of the town."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index(op.f("ix_draft_tenant_case_n"), "draft", ["tenant", "case", "n"])
