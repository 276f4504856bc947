"""All statements that write, and the reads that commands need. Callers own the transaction.

They are written in SQLAlchemy Core and compiled once per dialect to text (`engine.store`), which runs on the
driver's own connection: Core executing them costs twice as much. A parameter has the name of its column; one that a
column is compared with and that differs from what is written is called `old_…`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Executable,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from engine.schema import (
    account,
    attachment,
    audit,
    bulk,
    calendar,
    case_row,
    counter,
    definition,
    deployment,
    document,
    draft,
    duty_draw,
    duty_item,
    duty_mark,
    file,
    history,
    item,
    lease,
    link,
    notice,
    offer,
    organisation,
    parameter,
    setting,
    tenant,
    wake,
)


@dataclass(frozen=True, eq=False)
class Upsert:
    """INSERT … ON CONFLICT (key) DO UPDATE, which SQLAlchemy writes by dialect.

    `changed` columns take the new value; `counted` grows by one and is returned; neither: the old row stays.
    """

    table: Table
    changed: tuple[str, ...] = ()
    counted: str | None = None

    def build(self, dialect: str) -> Executable:
        """Write the statement for a dialect."""
        key = [column.name for column in self.table.primary_key]
        if dialect == "postgresql":
            return self._finish(postgresql.insert(self.table), key)
        return self._finish(sqlite.insert(self.table), key)

    def _finish(self, statement: "postgresql.Insert | sqlite.Insert", key: list[str]) -> Executable:
        if self.counted is not None:
            column = self.table.c[self.counted]
            others = {name: _named(name) for name in key}
            counted = statement.values({**others, self.counted: 1})
            return counted.on_conflict_do_update(
                index_elements=key, set_={self.counted: column + 1}
            ).returning(column)
        if not self.changed:
            return statement.on_conflict_do_nothing(index_elements=key)
        new = statement.excluded
        return statement.on_conflict_do_update(
            index_elements=key, set_={name: new[name] for name in self.changed}
        )


Statement: TypeAlias = Executable | Upsert


def _named(name: str) -> BindParameter[Any]:
    """A parameter whose value comes when the statement runs; `Any` as its column decides its type."""
    return bindparam(name, required=False)


def _of(table: Table, *keys: str) -> ColumnElement[bool]:
    """Rows of the tenant whose key columns equal the parameters of their names."""
    condition: ColumnElement[bool] = table.c.tenant == _named("tenant")
    for key in keys:
        condition = condition & (table.c[key] == _named(key))
    return condition


def _set(table: Table, keys: tuple[str, ...], *columns: str) -> Executable:
    return update(table).where(_of(table, *keys)).values({name: _named(name) for name in columns})


# ---- tenant, settings, numbers, leader

read_tenant = select(tenant.c.name, tenant.c.zone, tenant.c.demo).where(_of(tenant))
first_tenants = select(tenant.c.tenant, tenant.c.name).order_by(tenant.c.tenant).limit(20)
kinds_of_tenants = select(tenant.c.demo).distinct()
write_tenant = Upsert(tenant, ("name", "zone", "demo"))
read_settings = select(setting.c.name, setting.c.value).where(_of(setting))
write_setting = Upsert(setting, ("value",))
take_number = Upsert(counter, counted="value")
begin_series = insert(counter)
latest_number = select(counter.c.value).where(_of(counter, "series", "year"))
read_lease = select(lease.c.holder, lease.c.until).where(_of(lease, "name"))
create_lease = Upsert(lease)
take_lease = (
    update(lease)
    .where(_of(lease, "name"), (lease.c.holder == _named("holder")) | (lease.c.until < _named("old_until")))
    .values(holder=_named("holder"), until=_named("until"))
)

# ---- audit chain

audit_head = (
    select(audit.c.sequence, audit.c.hash).where(_of(audit)).order_by(audit.c.sequence.desc()).limit(1)
)
add_audit = insert(audit)
read_audit = (
    select(audit.c.sequence, audit.c.at, audit.c.actor, audit.c.kind, audit.c.body, audit.c.hash)
    .where(_of(audit))
    .order_by(audit.c.sequence)
)

# ---- organisation, calendar, accounts, parameters

latest_organisation = (
    select(organisation.c.load, organisation.c.body)
    .where(_of(organisation))
    .order_by(organisation.c.load.desc())
    .limit(1)
)
organisation_load = select(func.max(organisation.c.load)).where(_of(organisation))
add_organisation = insert(organisation)
organisation_loads = (
    select(organisation.c.load, organisation.c.at).where(_of(organisation)).order_by(organisation.c.load)
)
organisation_of_load = select(organisation.c.load, organisation.c.body).where(_of(organisation, "load"))
calendar_loads = select(calendar.c.load, calendar.c.at).where(_of(calendar)).order_by(calendar.c.load)
calendar_of_load = select(calendar.c.load, calendar.c.body).where(_of(calendar, "load"))
latest_calendar = (
    select(calendar.c.load, calendar.c.body).where(_of(calendar)).order_by(calendar.c.load.desc()).limit(1)
)
calendar_load = select(func.max(calendar.c.load)).where(_of(calendar))
add_calendar = insert(calendar)
ACCOUNT_COLUMNS = (
    "account", "name", "password", "must_change", "administrator", "auditor", "inactive", "failures",
    "locked_until",
)  # fmt: skip
read_accounts = select(*(account.c[name] for name in ACCOUNT_COLUMNS)).where(_of(account))
inactive_accounts = select(account.c.account).where(_of(account), account.c.inactive == 1)
read_account = select(*(account.c[name] for name in ACCOUNT_COLUMNS)).where(_of(account, "account"))
write_account = Upsert(account, ("name", "administrator", "auditor", "inactive"))
write_password = _set(account, ("account",), "password", "must_change", "failures", "locked_until")
write_failures = _set(account, ("account",), "failures", "locked_until")
write_inactive = _set(account, ("account",), "inactive")
read_parameters = (
    select(parameter.c.name, parameter.c.valid_from, parameter.c.value)
    .where(_of(parameter))
    .order_by(parameter.c.name, parameter.c.valid_from, parameter.c.load)
)
parameter_loads = select(parameter.c.load, parameter.c.at).where(_of(parameter)).order_by(parameter.c.load)
parameters_then = (
    select(parameter.c.name, parameter.c.valid_from, parameter.c.value)
    .where(_of(parameter), parameter.c.at <= _named("at"))
    .order_by(parameter.c.name, parameter.c.valid_from, parameter.c.load)
)
parameter_load = select(func.max(parameter.c.load)).where(_of(parameter))
add_parameter = insert(parameter)

# ---- definitions

read_definition = select(definition.c.body).where(_of(definition, "digest"))
read_definitions = select(definition.c.digest, definition.c.body).where(_of(definition))
read_source = select(definition.c.source).where(_of(definition, "digest"))
add_definition = Upsert(definition, ("source",))
add_deployment = insert(deployment)
DEPLOYMENT_COLUMNS = ("name", "sequence", "digest", "effective", "at", "actor", "reason")
read_deployments = (
    select(*(deployment.c[name] for name in DEPLOYMENT_COLUMNS), definition.c.version)
    .join(
        definition,
        (definition.c.tenant == deployment.c.tenant) & (definition.c.digest == deployment.c.digest),
    )
    .where(_of(deployment))
    .order_by(deployment.c.name, deployment.c.effective, deployment.c.sequence)
)
last_deployment = select(func.max(deployment.c.sequence)).where(_of(deployment))

# ---- cases and their history

load_case = select(case_row.c.digest, case_row.c.revision, case_row.c.state, case_row.c.head).where(
    _of(case_row, "id")
)


def cases_in(cases: Sequence[int]) -> Executable:
    """Read several cases as `load_case` does, each with its id."""
    columns = (case_row.c[name] for name in ("id", "digest", "revision", "state", "head"))
    return select(*columns).where(_of(case_row), case_row.c.id.in_(cases))


def open_items_of(accounts: Sequence[str]) -> Executable:
    """Count the open items that each of some people holds."""
    held = (_of(item), item.c.closed.is_(None), item.c.holder.in_(accounts))
    return select(item.c.holder, func.count()).where(*held).group_by(item.c.holder)


case_of_number = select(case_row.c.id).where(_of(case_row, "number"))


def case_where(condition: ColumnElement[bool]) -> Executable:
    """Ask whether a case meets a condition."""
    return select(case_row.c.id).where(_of(case_row, "id"), condition)


open_cases = (
    select(case_row.c.id)
    .where(_of(case_row), case_row.c.status.in_(("open", "suspended")), case_row.c.id > _named("after"))
    .order_by(case_row.c.id)
    .limit(_named("limit"))
)
open_cases_of = (
    select(case_row.c.id)
    .where(_of(case_row, "process"), case_row.c.status.in_(("open", "suspended")))
    .order_by(case_row.c.id)
)
open_cases_but = (
    select(case_row.c.id)
    .where(
        _of(case_row, "process"),
        case_row.c.status.in_(("open", "suspended")),
        case_row.c.digest != _named("digest"),
    )
    .order_by(case_row.c.id)
)
cases_begun = (
    select(case_row.c.id, case_row.c.number, case_row.c.digest)
    .where(
        _of(case_row, "process"),
        case_row.c.started >= _named("since"),
        case_row.c.started < _named("until"),
        case_row.c.id > _named("after"),
    )
    .order_by(case_row.c.id)
    .limit(_named("limit"))
)
open_by_version = (
    select(case_row.c.process, case_row.c.digest, func.count())
    .where(_of(case_row), case_row.c.status.in_(("open", "suspended")))
    .group_by(case_row.c.process, case_row.c.digest)
)
add_case = insert(case_row)
MOVED_COLUMNS = ("revision", "status", "state", "head", "title", "summary", "steps", "grade", "territory",
                 "subject", "search", "occurred", "closed")  # fmt: skip
move_case = (
    update(case_row)
    .where(_of(case_row, "id"), case_row.c.revision == _named("old_revision"))
    .values({name: _named(name) for name in MOVED_COLUMNS})
)
advance_case = (
    update(case_row)
    .where(_of(case_row, "id"), case_row.c.revision == _named("old_revision"))
    .values({name: _named(name) for name in ("revision", "status", "state", "head", "steps", "closed")})
)
"""As `move_case`, when no submission changed what lists show."""
pin_case = _set(case_row, ("id",), "digest")
"""Put a case under another version."""
add_group = insert(history)
GROUP_COLUMNS = ("revision", "at", "occurred", "actor", "acting_for", "key", "body", "private", "hash")
read_groups = (
    select(*(history.c[name] for name in GROUP_COLUMNS))
    .where(_of(history, "case"), history.c.revision <= _named("until"))
    .order_by(history.c.revision)
)
read_group = select(history.c.body, history.c.private).where(_of(history, "case", "revision"))
group_of_key = select(history.c.case, history.c.revision, history.c.actor).where(_of(history, "key"))


def groups_of_keys(keys: Sequence[str]) -> Executable:
    """Say which of some keys have been used."""
    return select(history.c.key).where(_of(history), history.c.key.in_(keys))


number_of_case = select(case_row.c.number).where(_of(case_row, "id"))
case_heads = (
    select(*(case_row.c[name] for name in ("id", "number", "digest", "revision", "head", "state")))
    .where(_of(case_row), case_row.c.id > _named("after"))
    .order_by(case_row.c.id)
    .limit(_named("limit"))
)
set_wake = Upsert(wake, ("at",))
clear_wake = delete(wake).where(_of(wake, "case"))
due_cases = (
    select(wake.c.case, wake.c.at)
    .where(_of(wake), wake.c.at <= _named("now"))
    .order_by(wake.c.at, wake.c.case)
    .limit(_named("limit"))
)
next_wake = select(func.min(wake.c.at)).where(_of(wake))

# ---- work items

add_item = insert(item)
change_item = (
    update(item)
    .where(_of(item, "case", "n"))
    .values(
        {
            **{name: _named(name) for name in ("holder", "status", "note", "due", "escalated", "locked")},
            "revision": item.c.revision + 1,
        }
    )
)
rename_item = _set(item, ("case", "n"), "node", "step")
move_item_due = _set(item, ("case", "n"), "due", "escalated")
move_offer_due = _set(offer, ("case", "n"), "due")
close_item = (
    update(item)
    .where(_of(item, "case", "n"), item.c.closed.is_(None))
    .values({name: _named(name) for name in ("status", "closed", "closed_by", "closing_revision", "cause")})
)
item_state = select(
    item.c.revision, item.c.status, item.c.holder, item.c.closed, item.c.closed_by, item.c.cause, item.c.step
).where(_of(item, "case", "n"))
held_items = (
    select(item.c.case, item.c.n)
    .where(_of(item, "holder"), item.c.closed.is_(None))
    .order_by(item.c.case, item.c.n)
)
"""Everything that a person holds and has not closed, also what waits."""
add_offer = Upsert(offer)
read_offers = select(offer.c.principal).where(_of(offer, "case", "n"))
clear_offers = delete(offer).where(_of(offer, "case", "n"))
write_draft = Upsert(draft, ("body", "at"))
drafts_of_case = (
    select(draft.c.n, draft.c.account, draft.c.body)
    .where(_of(draft, "case"))
    .order_by(draft.c.n, draft.c.account)
)
read_draft = select(draft.c.body, draft.c.at).where(_of(draft, "account", "case", "n"))
closing_revision = select(item.c.closing_revision, item.c.closed_by).where(_of(item, "case", "n"))
drafting = select(draft.c.account).where(_of(draft, "case", "n"))
clear_drafts = delete(draft).where(_of(draft, "case", "n"))

# ---- bulk operations

add_bulk = Upsert(bulk)
read_bulk = select(bulk.c.operation, bulk.c.actor, bulk.c.at, bulk.c.body).where(_of(bulk, "key"))

# ---- recurring duties

DUTY_COLUMNS = ("duty", "first", "last", "scope", "holder", "ordinal", "case", "due", "done", "done_by", "drawn",
                "verdict", "excuse")  # fmt: skip
_DUTY = tuple(duty_item.c[name] for name in DUTY_COLUMNS)
add_duty = insert(duty_item)
move_duty = _set(duty_item, ("case",), "due")
change_duty = _set(duty_item, ("case",), "done", "done_by", "drawn", "verdict", "excuse")
duties_since = (
    select(duty_item.c.first, duty_item.c.scope, duty_item.c.holder, duty_item.c.ordinal)
    .where(_of(duty_item, "duty"), duty_item.c.last >= _named("since"))
)  # fmt: skip
"""Keys of what has been generated for periods that end on a day or later."""
open_duties = (
    select(*_DUTY)
    .join(case_row, (case_row.c.tenant == duty_item.c.tenant) & (case_row.c.id == duty_item.c.case))
    .where(_of(duty_item, "duty"), duty_item.c.done.is_(None), case_row.c.status == "open")
    .order_by(duty_item.c.first, duty_item.c.case)
)
_own = duty_item.alias("own")
duties_before = (
    select(*_DUTY)
    .join(
        _own,
        (_own.c.tenant == duty_item.c.tenant)
        & (_own.c.duty == duty_item.c.duty)
        & (_own.c.holder == duty_item.c.holder)
        & (_own.c.scope == duty_item.c.scope),
    )
    .where(
        _of(duty_item),
        _own.c.case == _named("case"),
        duty_item.c.case != _named("case"),
        duty_item.c.last <= _named("last"),
        duty_item.c.due <= _named("now"),
    )
    .order_by(duty_item.c.first.desc(), duty_item.c.ordinal)
)
"""What the same holder owed in this period and earlier ones and what has fallen due, the latest period first."""
undrawn_duties = (
    select(duty_item.c.case, case_row.c.number, duty_item.c.first, duty_item.c.last)
    .join(case_row, (case_row.c.tenant == duty_item.c.tenant) & (case_row.c.id == duty_item.c.case))
    .where(
        _of(duty_item, "duty"),
        duty_item.c.due <= _named("now"),
        duty_item.c.done <= duty_item.c.due,
        duty_item.c.drawn.is_(None),
        case_row.c.status == "open",
    )
    .order_by(duty_item.c.first, duty_item.c.case)
)
"""What was done in time, of periods that are over, and waits for the draw."""
read_mark = select(duty_mark.c.through).where(_of(duty_mark, "duty"))
set_mark = Upsert(duty_mark, ("through",))
read_draw = select(duty_draw.c.seed, duty_draw.c.pool, duty_draw.c.chosen).where(
    _of(duty_draw, "duty", "first", "last")
)
add_draw = insert(duty_draw)

# ---- what a case produced

add_document = insert(document)
DOCUMENT_COLUMNS = ("n", "name", "number", "status", "issued", "issuer", "sha256", "served", "title", "voided",
                    "pdf")  # fmt: skip
read_documents = (
    select(*(document.c[name] for name in DOCUMENT_COLUMNS))
    .where(_of(document, "case"))
    .order_by(document.c.n)
)
serve_document = _set(document, ("case", "n"), "status", "served")
void_document = _set(document, ("case", "n"), "status", "voided")
keep_copy = _set(document, ("case", "n"), "pdf")
void_documents = update(document).where(_of(document, "case")).values(status="void")
add_link = Upsert(link)
read_links = (
    select(
        link.c.other, link.c.relation, link.c.n, case_row.c.number, case_row.c.process, case_row.c.status,
        case_row.c.steps,
    )
    .join(case_row, (case_row.c.tenant == link.c.tenant) & (case_row.c.id == link.c.other))
    .where(_of(link, "case"))
    .order_by(link.c.other, link.c.relation)
)  # fmt: skip
linked_cases = select(link.c.other, link.c.relation, link.c.n).where(_of(link, "case")).order_by(link.c.other)
add_notice = insert(notice)
mark_notice = (
    update(notice).where(_of(notice, "account", "id"), notice.c.read.is_(None)).values(read=_named("read"))
)
add_file = Upsert(file)
all_files = select(file.c.sha256, file.c.name).where(_of(file)).order_by(file.c.sha256)
read_file = select(file.c.name, file.c.media_type, file.c.size, file.c.actor).where(_of(file, "sha256"))
add_attachment = Upsert(attachment)
cases_with_file = select(attachment.c.case).where(_of(attachment, "sha256")).order_by(attachment.c.case)
files_of_case = (
    select(file.c.sha256, file.c.name, file.c.size, file.c.media_type)
    .join(attachment, (attachment.c.tenant == file.c.tenant) & (attachment.c.sha256 == file.c.sha256))
    .where(_of(attachment, "case"))
    .order_by(attachment.c.revision, file.c.sha256)
)
