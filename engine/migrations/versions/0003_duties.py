"""Recurring duties: what was owed and became of it, how far it has been generated, and the draws for checks."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _text(name: str, *, null: bool = False) -> "sa.Column[str]":
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=null)


def _number(name: str) -> "sa.Column[int]":
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "duty_item",
        _text("tenant"),
        _text("duty"),
        _text("first"),
        _text("scope"),
        _text("holder"),
        _number("ordinal"),
        _number("case"),
        _text("last"),
        _text("due"),
        _text("done", null=True),
        _text("done_by", null=True),
        _text("drawn", null=True),
        _text("verdict", null=True),
        _text("excuse", null=True),
        sa.ForeignKeyConstraint(
            ["tenant", "case"], ["case_row.tenant", "case_row.id"], name=op.f("fk_duty_item_case_row")
        ),
        sa.PrimaryKeyConstraint(
            "tenant", "duty", "first", "scope", "holder", "ordinal", name=op.f("pk_duty_item")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_duty_item_tenant_case"), "duty_item", ["tenant", "case"], unique=True)
    op.create_index(op.f("ix_duty_item_tenant_last_duty"), "duty_item", ["tenant", "last", "duty"])
    op.create_index(op.f("ix_duty_item_tenant_holder_last"), "duty_item", ["tenant", "holder", "last"])
    op.create_table(
        "duty_mark",
        _text("tenant"),
        _text("duty"),
        _text("through"),
        sa.PrimaryKeyConstraint("tenant", "duty", name=op.f("pk_duty_mark")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "duty_draw",
        _text("tenant"),
        _text("duty"),
        _text("first"),
        _text("last"),
        _text("seed"),
        _text("pool"),
        _text("chosen"),
        _text("at"),
        sa.PrimaryKeyConstraint("tenant", "duty", "first", "last", name=op.f("pk_duty_draw")),
        sqlite_with_rowid=False,
    )
