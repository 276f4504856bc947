"""The first tables: town, definitions, cases with their history, work, what cases produced."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _text(name: str, *, null: bool = False) -> "sa.Column[str]":
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=null)


def _number(name: str, *, null: bool = False) -> "sa.Column[int]":
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=null, autoincrement=False)


def _flag(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0"))


def upgrade() -> None:
    """Create every table and index."""
    op.create_table(
        "account",
        _text("tenant"),
        _text("account"),
        _text("name"),
        _text("password", null=True),
        _flag("must_change"),
        _flag("administrator"),
        _flag("auditor"),
        _flag("inactive"),
        _number("failures"),
        _text("locked_until", null=True),
        _text("created"),
        sa.PrimaryKeyConstraint("tenant", "account", name=op.f("pk_account")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit",
        _text("tenant"),
        _number("sequence"),
        _text("at"),
        _text("actor"),
        _text("kind"),
        _text("body"),
        _text("hash"),
        sa.PrimaryKeyConstraint("tenant", "sequence", name=op.f("pk_audit")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "calendar",
        _text("tenant"),
        _number("load"),
        _text("at"),
        _text("actor"),
        _text("body"),
        sa.PrimaryKeyConstraint("tenant", "load", name=op.f("pk_calendar")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counter",
        _text("tenant"),
        _text("series"),
        _number("year"),
        _number("value"),
        sa.PrimaryKeyConstraint("tenant", "series", "year", name=op.f("pk_counter")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "definition",
        _text("tenant"),
        _text("digest"),
        _text("name"),
        _text("version"),
        _text("body"),
        _text("source", null=True),
        sa.PrimaryKeyConstraint("tenant", "digest", name=op.f("pk_definition")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "file",
        _text("tenant"),
        _text("sha256"),
        _text("name"),
        _text("media_type"),
        _number("size"),
        _text("at"),
        _text("actor"),
        sa.PrimaryKeyConstraint("tenant", "sha256", name=op.f("pk_file")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lease",
        _text("tenant"),
        _text("name"),
        _text("holder"),
        _text("until"),
        sa.PrimaryKeyConstraint("tenant", "name", name=op.f("pk_lease")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "organisation",
        _text("tenant"),
        _number("load"),
        _text("at"),
        _text("actor"),
        _text("body"),
        sa.PrimaryKeyConstraint("tenant", "load", name=op.f("pk_organisation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "parameter",
        _text("tenant"),
        _text("name"),
        _text("valid_from"),
        _number("load"),
        _text("value"),
        _text("at"),
        _text("actor"),
        _text("reason"),
        sa.PrimaryKeyConstraint("tenant", "name", "valid_from", "load", name=op.f("pk_parameter")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "setting",
        _text("tenant"),
        _text("name"),
        _text("value"),
        sa.PrimaryKeyConstraint("tenant", "name", name=op.f("pk_setting")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tenant",
        _text("tenant"),
        _text("name"),
        _text("zone"),
        _flag("demo"),
        _text("created"),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_tenant")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_row",
        _text("tenant"),
        _number("id"),
        _text("process"),
        _text("digest"),
        _number("revision"),
        _text("status"),
        _text("state"),
        _text("head"),
        _text("number"),
        _text("title"),
        _text("summary"),
        _text("steps"),
        _text("territory", null=True),
        _text("subject", null=True),
        _text("grade", null=True),
        _text("search"),
        _text("started"),
        _text("starter"),
        _text("occurred", null=True),
        _text("closed", null=True),
        sa.ForeignKeyConstraint(
            ["tenant", "digest"],
            ["definition.tenant", "definition.digest"],
            name=op.f("fk_case_row_definition"),
        ),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_case_row")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_case_row_tenant_number"), "case_row", ["tenant", "number"], unique=False)
    op.create_index(
        op.f("ix_case_row_tenant_starter_id"), "case_row", ["tenant", "starter", "id"], unique=False
    )
    op.create_table(
        "deployment",
        _text("tenant"),
        _text("name"),
        _number("sequence"),
        _text("digest"),
        _text("effective"),
        _text("at"),
        _text("actor"),
        _text("reason"),
        sa.ForeignKeyConstraint(
            ["tenant", "digest"],
            ["definition.tenant", "definition.digest"],
            name=op.f("fk_deployment_definition"),
        ),
        sa.PrimaryKeyConstraint("tenant", "name", "sequence", name=op.f("pk_deployment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attachment",
        _text("tenant"),
        _text("sha256"),
        _number("case"),
        _number("revision"),
        sa.ForeignKeyConstraint(
            ["tenant", "case"], ["case_row.tenant", "case_row.id"], name=op.f("fk_attachment_case_row")
        ),
        sa.PrimaryKeyConstraint("tenant", "sha256", "case", name=op.f("pk_attachment")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_attachment_tenant_case"), "attachment", ["tenant", "case"], unique=False)
    op.create_table(
        "document",
        _text("tenant"),
        _number("case"),
        _number("n"),
        _text("name"),
        _text("number"),
        _text("status"),
        _text("issued"),
        _text("issuer"),
        _text("sha256"),
        _text("served"),
        sa.ForeignKeyConstraint(
            ["tenant", "case"], ["case_row.tenant", "case_row.id"], name=op.f("fk_document_case_row")
        ),
        sa.PrimaryKeyConstraint("tenant", "case", "n", name=op.f("pk_document")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_document_tenant_number"), "document", ["tenant", "number"], unique=False)
    op.create_table(
        "draft",
        _text("tenant"),
        _text("account"),
        _number("case"),
        _number("n"),
        _text("body"),
        _text("at"),
        sa.ForeignKeyConstraint(
            ["tenant", "case"], ["case_row.tenant", "case_row.id"], name=op.f("fk_draft_case_row")
        ),
        sa.PrimaryKeyConstraint("tenant", "account", "case", "n", name=op.f("pk_draft")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "history",
        _text("tenant"),
        _number("case"),
        _number("revision"),
        _text("at"),
        _text("occurred", null=True),
        _text("actor"),
        _text("acting_for", null=True),
        _text("key", null=True),
        _text("body"),
        _text("private", null=True),
        _text("hash"),
        sa.ForeignKeyConstraint(
            ["tenant", "case"], ["case_row.tenant", "case_row.id"], name=op.f("fk_history_case_row")
        ),
        sa.PrimaryKeyConstraint("tenant", "case", "revision", name=op.f("pk_history")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_history_tenant_key"),
        "history",
        ["tenant", "key"],
        unique=True,
        sqlite_where=sa.text("key IS NOT NULL"),
        postgresql_where=sa.text("key IS NOT NULL"),
    )
    op.create_table(
        "item",
        _text("tenant"),
        _number("case"),
        _number("n"),
        _number("node", null=True),
        _text("instance"),
        _text("step"),
        _text("process"),
        _text("role"),
        _text("part"),
        _text("holder", null=True),
        _text("status"),
        _number("round"),
        _text("due"),
        _text("note"),
        _flag("escalated"),
        _flag("locked"),
        _number("revision"),
        _text("created"),
        _text("brought_by"),
        _text("closed", null=True),
        _text("closed_by", null=True),
        _number("closing_revision", null=True),
        _text("cause", null=True),
        sa.ForeignKeyConstraint(
            ["tenant", "case"], ["case_row.tenant", "case_row.id"], name=op.f("fk_item_case_row")
        ),
        sa.PrimaryKeyConstraint("tenant", "case", "n", name=op.f("pk_item")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_item_closed", "item", ["tenant", "closed_by", "closed"], unique=False)
    op.create_index(
        "ix_item_holder",
        "item",
        ["tenant", "holder", "due"],
        unique=False,
        sqlite_where=sa.text("status IN ('open', 'waiting', 'suspended')"),
        postgresql_where=sa.text("status IN ('open', 'waiting', 'suspended')"),
    )
    op.create_table(
        "link",
        _text("tenant"),
        _number("case"),
        _number("other"),
        _text("relation"),
        _number("n"),
        sa.ForeignKeyConstraint(
            ["tenant", "case"], ["case_row.tenant", "case_row.id"], name=op.f("fk_link_case_row")
        ),
        sa.PrimaryKeyConstraint("tenant", "case", "other", "relation", name=op.f("pk_link")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notice",
        _text("tenant"),
        _text("account"),
        _number("id"),
        _text("kind"),
        _number("case"),
        _number("n", null=True),
        _text("text"),
        _text("sent"),
        _text("read", null=True),
        sa.ForeignKeyConstraint(
            ["tenant", "case"], ["case_row.tenant", "case_row.id"], name=op.f("fk_notice_case_row")
        ),
        sa.PrimaryKeyConstraint("tenant", "account", "id", name=op.f("pk_notice")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wake",
        _text("tenant"),
        _number("case"),
        _text("at"),
        sa.ForeignKeyConstraint(
            ["tenant", "case"], ["case_row.tenant", "case_row.id"], name=op.f("fk_wake_case_row")
        ),
        sa.PrimaryKeyConstraint("tenant", "case", name=op.f("pk_wake")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_wake_tenant_at"), "wake", ["tenant", "at"], unique=False)
    op.create_table(
        "offer",
        _text("tenant"),
        _text("principal"),
        _number("case"),
        _number("n"),
        _text("due"),
        sa.ForeignKeyConstraint(
            ["tenant", "case", "n"], ["item.tenant", "item.case", "item.n"], name=op.f("fk_offer_item")
        ),
        sa.PrimaryKeyConstraint("tenant", "principal", "case", "n", name=op.f("pk_offer")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_offer_tenant_case_n"), "offer", ["tenant", "case", "n"], unique=False)
