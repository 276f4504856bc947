"""Lists are answered from indexes, on both databases: a bounded number of statements, each of them looked at."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine import Engine
from engine.schema import metadata
from engine.store import Session
from tests.integration.town import FORM, TownAt

LISTS: dict[str, Callable[[Engine], object]] = {
    "inbox": lambda engine: engine.inbox("li", limit=2),
    "inbox, next page": lambda engine: engine.inbox("li", after=engine.inbox("li", limit=1).next, limit=1),
    "pool": lambda engine: engine.inbox("li", tab="claim", limit=2),
    "overdue": lambda engine: engine.inbox("li", tab="overdue"),
    "watch": lambda engine: engine.inbox("li", tab="watch"),
    "done": lambda engine: engine.inbox("li", tab="done"),
    "mine": lambda engine: engine.inbox("wang", tab="mine"),
    "drafts": lambda engine: engine.inbox("li", tab="draft"),
    "filtered": lambda engine: engine.inbox("li", filters={"process": "审批"}),
    "counts": lambda engine: engine.counts("li"),
    "cases of a process": lambda engine: engine.cases("shen", filters={"process": "审批"}),
    "history": lambda engine: engine.history(1),
    "case": lambda engine: engine.case(1),
}
MOST_STATEMENTS = {"inbox, next page": 6, "history": 8, "case": 18}
"""However many rows there are: three for a page, more where what hangs on a case is shown too."""


@pytest.fixture
def engine(town: TownAt) -> Iterator[Engine]:
    with town.open() as opened:
        for number in range(5):
            opened.start("审批", by="wang", form=FORM | {"标题": f"{number}"})
        for item in opened.inbox("li", tab="claim", limit=3).items:
            opened.act(item.id, "claim", by="li")
        opened.complete(opened.inbox("li").items[0].id, by="li")
        town.clock.move(days=30)
        yield opened


def asked(
    engine: Engine, ask: Callable[[Engine], object], patch: pytest.MonkeyPatch
) -> list[tuple[str, Any]]:
    """Return the statements that a question runs."""
    found: list[tuple[str, Any]] = []
    read = Session._read

    def reading(session: Session, prepared: Any, values: Any) -> Any:
        found.append((prepared.text, prepared.bind(session.tenant, values)))
        return read(session, prepared, values)

    patch.setattr("engine.town._FRESH_SECONDS", 3600.0)
    ask(engine)  # what is loaded once is loaded
    patch.setattr(Session, "_read", reading)
    ask(engine)
    patch.undo()
    return found


def plan(engine: Engine, text: str, values: Any) -> list[str]:
    """Return the lines of a statement's plan; PostgreSQL reads a table through only when it must."""
    store = engine.town.store
    cursor = store.connection().cursor()
    if store.is_sqlite:
        cursor.execute(f"EXPLAIN QUERY PLAN {text}", values)
        return [str(row[3]) for row in cursor.fetchall()]
    cursor.execute("SET enable_seqscan = off")
    cursor.execute(f"EXPLAIN {text}", values)
    return [str(row[0]) for row in cursor.fetchall()]


def read_through(lines: list[str]) -> list[str]:
    """Return the lines that read a whole table or a whole index of one."""
    tables = [table for table in metadata.tables if table not in ("tenant", "setting")]
    scans = [f"{word} {table}" for table in tables for word in ("SCAN", "Seq Scan on")]
    return [line for line in lines if any(f"{scan} " in f"{line} " for scan in scans)]


@pytest.mark.parametrize("name", LISTS)
def test_no_list_reads_a_table_through(engine: Engine, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    statements = asked(engine, LISTS[name], monkeypatch)

    assert 0 < len(statements) <= MOST_STATEMENTS.get(name, 3)
    for text, values in statements:
        assert read_through(plan(engine, text, values)) == [], text


@pytest.mark.parametrize("name", ["inbox", "inbox, next page", "pool", "counts"])
def test_work_is_found_without_an_or_and_in_order(
    engine: Engine, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An OR over own and offered items cannot follow the order of an index: it reads and sorts all of them."""
    for text, values in asked(engine, LISTS[name], monkeypatch):
        assert " OR " not in text
        lines = plan(engine, text, values)
        assert any("ix_item_holder" in line or "offer" in line for line in lines), lines
