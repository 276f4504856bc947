"""Fill a town with a great many work items quickly: rows as the engine writes them, copied in bulk.

Sixty cases, begun on sixty days, are carried through the engine, each to nine closed items and an open one. Their rows
are then multiplied: each copy has its own number, handler, unit and hash chain, so that chains verify and replay gives
what the tables hold for every one of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, select, update
from sqlalchemy.pool import NullPool

from dsl import compile_paths
from engine import Engine, chain, open_engine
from engine.directory import Organisation, OrganisationUnit, Person, Post
from engine.migrate import driver_url
from engine.schema import case_row, counter, history, item, offer, wake

PROCESS = "测速办件"
PEOPLE = 300
UNITS = 40
TEMPLATES = 60
ITEMS_EACH = 10
STARTED = datetime.fromisoformat("2023-04-10T01:00:00+00:00")
NOW = STARTED + timedelta(days=14)
"""The moment at which the town is looked at: what was begun in the first days is overdue, and some is not begun yet."""
_TABLES: Sequence[Table] = (case_row, history, item, offer, wake)
_CHUNK = 20_000

Row = dict[str, Any]


def account(number: int) -> str:
    """Return the account of a person by his number."""
    return f"p{number:03}"


def unit(number: int) -> str:
    """Return the code of a unit by its number."""
    return f"u{number:02}"


@dataclass
class Clock:
    """A clock that is set."""

    now: datetime = STARTED

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Template:
    """The rows of one case by table."""

    number: str
    digest: str
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)


def open_town(url: str) -> Engine:
    """Open the town as it stands at the moment at which it is looked at."""
    return open_engine(url, synchronous="NORMAL", clock=Clock(NOW))


def fill(url: str, items: int) -> None:
    """Make a town in an empty database, with so many work items, a tenth of them open."""
    clock = Clock()
    with open_engine(url, synchronous="NORMAL", clock=clock) as engine:
        _settle(engine)
        for number in range(TEMPLATES):
            clock.now = STARTED + timedelta(days=number / 4, minutes=number)
            _carry(engine, clock, held=number % 5 < 3)
    database = create_engine(driver_url(url), poolclass=NullPool)
    with database.begin() as connection:
        templates = [_template(connection, number) for number in range(1, TEMPLATES + 1)]
        cases = range(TEMPLATES + 1, items // ITEMS_EACH + 1)
        write = _copying if connection.dialect.name == "postgresql" else _inserting
        for table in _TABLES:
            write(connection, table, _copies(templates, table, cases))
        latest = max(TEMPLATES, items // ITEMS_EACH)
        connection.execute(update(counter).where(counter.c.series == "case").values(value=latest))
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(
            "ANALYZE" if connection.dialect.name == "postgresql" else "PRAGMA optimize"
        )
    database.dispose()


def _settle(engine: Engine) -> None:
    people = tuple(Person(account(number), f"经办{number}", ("T",)) for number in range(PEOPLE))
    units = tuple(OrganisationUnit(unit(number), f"单位{number}", "企业", "T") for number in range(UNITS))
    posts = tuple(Post("经办人", each.account) for each in people)
    town = OrganisationUnit("T", "测速镇", "镇")
    engine.load_organisation(Organisation((town, *units), people, posts))
    compiled = compile_paths([Path(__file__).with_name("filling.flow")])
    engine.deploy(compiled.definitions, by=account(0), reason="测速", effective=date(2023, 1, 1))


def _carry(engine: Engine, clock: Clock, *, held: bool) -> None:
    """Start a case and complete everything but its last step."""
    by = account(0)
    case = engine.start(PROCESS, by=by, form={"事由": "购置灭火器", "单位": unit(0)}).id
    for _ in range(ITEMS_EACH - 1):
        clock.now += timedelta(minutes=7)
        engine.complete(engine.case(case).items[0].id, by=by)
    if held:
        engine.act(engine.case(case).items[0].id, "claim", by=by)


def _template(connection: Connection, case: int) -> Template:
    rows = {}
    for table in _TABLES:
        key = table.c.id if table is case_row else table.c.case
        found = connection.execute(select(table).where(key == case).order_by(*table.primary_key))
        rows[table.name] = [dict(row._mapping) for row in found]
    (head,) = rows[case_row.name]
    return Template(head["number"], head["digest"], rows)


# ---- copies


def _copies(templates: Sequence[Template], table: Table, cases: range) -> Iterator[Row]:
    for case in cases:
        template = templates[case % len(templates)]
        change = _changing(template, case)
        rows = [change(row) for row in template.rows[table.name]]
        if table is history or table is case_row:
            yield from _chained(template, case, rows, change)
        else:
            yield from rows


def _changing(template: Template, case: int) -> Callable[[Row], Row]:
    """Return what gives a row of a template the number, handler and unit of another case."""
    words = (
        (template.number, f"测〔2023〕{case}号"),
        (account(0), account(case * 7 % PEOPLE)),
        (f'"{unit(0)}"', f'"{unit(case * 11 % UNITS)}"'),
    )

    def change(row: Row) -> Row:
        changed = {name: _said(value, words) for name, value in row.items()}
        if "key" in row:
            changed["key"] = f"{row['at']}-{case:x}-{row['revision']}"
        if "subject" in row:
            changed["subject"] = unit(case * 11 % UNITS)
        changed["id" if "id" in row else "case"] = case
        return changed

    return change


def _said(value: Any, words: Sequence[tuple[str, str]]) -> Any:
    if isinstance(value, str):
        for old, new in words:
            value = value.replace(old, new)
    return value


def _chained(
    template: Template, case: int, rows: Sequence[Row], change: Callable[[Row], Row]
) -> Iterator[Row]:
    """Give history rows their hashes, and a case row that of its last group."""
    head = chain.genesis(template.rows[case_row.name][0]["tenant"], case, template.digest)
    groups = rows if "hash" in rows[0] else [change(row) for row in template.rows[history.name]]
    for group in groups:
        head = group["hash"] = chain.link_hash(head, group["body"])
    if groups is not rows:
        rows[0]["head"] = head
    yield from rows


# ---- bulk


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _inserting(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    names = _names(table)
    words = ", ".join(f'"{name}"' for name in names)
    statement = f'INSERT INTO "{table.name}" ({words}) VALUES ({", ".join("?" * len(names))})'  # noqa: S608
    while chunk := [tuple(row[name] for name in names) for row in islice(rows, _CHUNK)]:
        connection.exec_driver_sql(statement, chunk)


def _copying(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    names = _names(table)
    words = ", ".join(f'"{name}"' for name in names)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({words}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])
