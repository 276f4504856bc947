"""All tables. Every key begins with `tenant`; moments are UTC text of fixed width, structures are JSON text.

The history is the truth: `case_row`, `item`, `offer`, `wake`, `document`, `link` and `notice` are read tables that
follow from it. Nothing is deleted but offers, wake-ups and drafts, which say what is pending, not what happened;
there is no ON DELETE CASCADE. On SQLite tables are clustered by their key (WITHOUT ROWID), but for those with wide
rows: a row over a quarter of a page would lie in overflow pages, and each page is written at every commit.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    and_,
    text,
)
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
    }
)


def _ordered() -> TypeEngine[str]:
    """Text whose order is that of its bytes, on every server locale."""
    return Text().with_variant(Text(collation="C"), "postgresql")


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, _ordered(), nullable=null)


def _number(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger().with_variant(Integer(), "sqlite"), nullable=null, autoincrement=False)


def _flag(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _table(
    name: str,
    key: tuple[str, ...],
    *parts: Column[str] | Column[int] | ForeignKeyConstraint,
    wide: bool = False,
) -> Table:
    primary = PrimaryKeyConstraint("tenant", *key)
    return Table(name, metadata, _text("tenant"), *parts, primary, sqlite_with_rowid=wide)


def _of_case() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(("tenant", "case"), ("case_row.tenant", "case_row.id"))


# ---- the town: settings, people, law as data

tenant = _table("tenant", (), _text("name"), _text("zone"), _flag("demo"), _text("created"))

setting = _table("setting", ("name",), _text("name"), _text("value"))

counter = _table("counter", ("series", "year"), _text("series"), _number("year"), _number("value"))
"""Latest number taken of a series; the year is 0 for series that run on."""

audit = _table(
    "audit",
    ("sequence",),
    _number("sequence"),
    _text("at"),
    _text("actor"),
    _text("kind"),
    _text("body"),
    _text("hash"),
)
"""Hash chain over accounts, deployments, calendars, organisation, parameters and access to restricted cases."""

organisation = _table("organisation", ("load",), _number("load"), _text("at"), _text("actor"), _text("body"))
calendar = _table("calendar", ("load",), _number("load"), _text("at"), _text("actor"), _text("body"))

account = _table(
    "account",
    ("account",),
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
)

parameter = _table(
    "parameter",
    ("name", "valid_from", "load"),
    _text("name"),
    _text("valid_from"),
    _number("load"),
    _text("value"),
    _text("at"),
    _text("actor"),
    _text("reason"),
)

# ---- definitions

definition = _table(
    "definition",
    ("digest",),
    _text("digest"),
    _text("name"),
    _text("version"),
    _text("body"),
    _text("source", null=True),
)

deployment = _table(
    "deployment",
    ("name", "sequence"),
    _text("name"),
    _number("sequence"),
    _text("digest"),
    _text("effective"),
    _text("at"),
    _text("actor"),
    _text("reason"),
    ForeignKeyConstraint(("tenant", "digest"), ("definition.tenant", "definition.digest")),
)

# ---- cases

case_row = _table(
    "case_row",
    ("id",),
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
    ForeignKeyConstraint(("tenant", "digest"), ("definition.tenant", "definition.digest")),
    wide=True,
)
Index(None, case_row.c.tenant, case_row.c.number)
Index(None, case_row.c.tenant, case_row.c.starter, case_row.c.id)
Index(None, case_row.c.tenant, case_row.c.process, case_row.c.id)

wake = _table("wake", ("case",), _number("case"), _text("at"), _of_case())
"""Earliest moment at which a timer of a case fires; apart from the case row, which then has no changing index."""
Index(None, wake.c.tenant, wake.c.at)

history = _table(
    "history",
    ("case", "revision"),
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
    _of_case(),
    wide=True,
)
"""One row a command: its atomic group of events. `hash` is over the previous hash and the stored bytes of `body`;
`private` holds the salts and values of which `body` has commitments."""
Index(
    None,
    history.c.tenant,
    history.c.key,
    unique=True,
    sqlite_where=history.c.key.is_not(None),
    postgresql_where=history.c.key.is_not(None),
)

# ---- work

item = _table(
    "item",
    ("case", "n"),
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
    _of_case(),
)
"""A work item; `due` is `9999` when there is no deadline, so that those come last. `cause` is the closing event."""
_held, _closed = and_(item.c.closed.is_(None), item.c.holder.is_not(None)), item.c.closed.is_not(None)
Index(
    "ix_item_holder",
    # `closed` is empty in all of them: with it SQLite counts without looking at the rows
    *(item.c[name] for name in ("tenant", "holder", "status", "due", "case", "n", "closed")),
    sqlite_where=_held,
    postgresql_where=_held,
)
Index(
    "ix_item_closed",
    *(item.c[name] for name in ("tenant", "closed_by", "status", "closed", "case", "n")),
    sqlite_where=_closed,
    postgresql_where=_closed,
)

offer = _table(
    "offer",
    ("principal", "due", "case", "n"),
    _text("principal"),
    _text("due"),
    _number("case"),
    _number("n"),
    ForeignKeyConstraint(("tenant", "case", "n"), ("item.tenant", "item.case", "item.n")),
)
"""Who is offered an open, unheld item: `s:account` (nobody else qualifies), `a:account`, `u:unit`, `r:role`,
`r:role|scope` or `r:role|*` (posts that hold for every scope); and who watches over one, held or not: `e:role`.
The key is the order of the lists."""
Index(None, offer.c.tenant, offer.c.case, offer.c.n)

draft = _table(
    "draft",
    ("account", "case", "n"),
    _text("account"),
    _number("case"),
    _number("n"),
    _text("body"),
    _text("at"),
    _of_case(),
)
Index(None, draft.c.tenant, draft.c.case, draft.c.n)

bulk = _table("bulk", ("key",), _text("key"), _text("operation"), _text("actor"), _text("at"), _text("body"))
"""What was answered to a bulk operation: one answer for each item, in the order given."""

# ---- recurring duties

duty_item = _table(
    "duty_item",
    ("duty", "first", "scope", "holder", "ordinal"),
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
    _of_case(),
)
"""What was owed, by whom, for which period, in which case; the key makes it exist once. Scope and holder are empty
where a duty has none; `drawn` is yes or no once the sample was drawn, `excuse` says why nothing is owed after all."""
Index(None, duty_item.c.tenant, duty_item.c.case, unique=True)
Index(None, duty_item.c.tenant, duty_item.c.last, duty_item.c.duty)
Index(None, duty_item.c.tenant, duty_item.c.holder, duty_item.c.last)

duty_mark = _table("duty_mark", ("duty",), _text("duty"), _text("through"))
"""The last local day through which everything owed has been generated."""

duty_draw = _table(
    "duty_draw",
    ("duty", "first", "last"),
    _text("duty"),
    _text("first"),
    _text("last"),
    _text("seed"),
    _text("pool"),
    _text("chosen"),
    _text("at"),
)
"""The draw for a check (抽查) of a period: `pool` and `chosen` are case numbers; written before it is acted upon."""

# ---- what a case produced

document = _table(
    "document",
    ("case", "n"),
    _number("case"),
    _number("n"),
    _text("name"),
    _text("number"),
    _text("status"),
    _text("issued"),
    _text("issuer"),
    _text("sha256"),
    _text("served"),
    _text("title", null=True),
    _text("voided", null=True),
    _text("pdf", null=True),
    _of_case(),
)
"""A paper: `sha256` of what was issued, `pdf` of the copy made from it; `served` and `voided` say how, by whom, why."""
Index(None, document.c.tenant, document.c.number)
Index(None, document.c.tenant, document.c.issued)

link = _table(
    "link",
    ("case", "other", "relation"),
    _number("case"),
    _number("other"),
    _text("relation"),
    _number("n"),
    _of_case(),
)
"""A linked case, written on both sides. `n` is the number under which the case that triggered knows it."""

notice = _table(
    "notice",
    ("account", "id"),
    _text("account"),
    _number("id"),
    _text("kind"),
    _number("case"),
    _number("n", null=True),
    _text("text"),
    _text("sent"),
    _text("read", null=True),
    _of_case(),
)

file = _table(
    "file",
    ("sha256",),
    _text("sha256"),
    _text("name"),
    _text("media_type"),
    _number("size"),
    _text("at"),
    _text("actor"),
)

attachment = _table(
    "attachment", ("sha256", "case"), _text("sha256"), _number("case"), _number("revision"), _of_case()
)
Index(None, attachment.c.tenant, attachment.c.case)

lease = _table("lease", ("name",), _text("name"), _text("holder"), _text("until"))
"""Who leads: one worker fires the timers of a tenant at a time."""
