"""Indexes in the order of the pages: offers and open items by due moment, cases of a process, items done by a person."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEY = ["tenant", "principal", "due", "case", "n"]


def upgrade() -> None:
    """Give offers another key, widen two indexes of items, add one of cases."""
    if op.get_bind().dialect.name == "sqlite":
        kept = {"sqlite_with_rowid": False}
        with op.batch_alter_table("offer", recreate="always", table_kwargs=kept) as batch:
            batch.drop_constraint("pk_offer", type_="primary")
            batch.create_primary_key("pk_offer", _KEY)
    else:
        op.drop_constraint("pk_offer", "offer", type_="primary")
        op.create_primary_key("pk_offer", "offer", _KEY)
    _replace("ix_item_holder", ["tenant", "holder", "status", "due", "case", "n"], "closed IS NULL")
    _replace("ix_item_closed", ["tenant", "closed_by", "status", "closed", "case", "n"], "closed IS NOT NULL")
    op.create_index(op.f("ix_case_row_tenant_process_id"), "case_row", ["tenant", "process", "id"])


def _replace(name: str, columns: list[str], which: str) -> None:
    op.drop_index(name, "item")
    op.create_index(name, "item", columns, sqlite_where=sa.text(which), postgresql_where=sa.text(which))
