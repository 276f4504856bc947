"""A server that went away, or refused: what is asked goes on upon a new connection, what was given is done exactly once."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import column, insert, select, table
from sqlalchemy.engine import make_url

from engine import Engine, statements
from engine.edge_refusals import DatabaseBusy
from engine.schema import setting
from engine.store import Conflict, Session, Unit
from engine.town import transact
from tests.integration.town import FORM, TownAt

SENT_BEFORE = 5
"""How often the driver sends a statement before it has it prepared."""

PATIENCE_MS = 10_000
"""How long a backend that was told to end may take."""


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    town = TownAt(postgres_url)
    town.found()
    with town.open() as opened:
        yield opened


def cut_off(engine: Engine) -> None:
    """Close every connection of the engine on the side of the server, and wait until it is closed."""
    url = make_url(str(engine.town.store.url)).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            (PATIENCE_MS,),
        )


def test_lists_are_read_again(engine: Engine) -> None:
    engine.start("审批", by="wang", form=FORM)
    cut_off(engine)
    assert len(engine.cases(by="li").items) == 1


def test_a_command_is_carried_out(engine: Engine) -> None:
    engine.counts("li")
    cut_off(engine)
    assert engine.start("审批", by="wang", form=FORM, key="k").revision == 1


def test_a_command_that_was_committed_before_the_answer_was_lost_is_done_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, lost = Unit.command, iter((True,))

    def losing(unit: Unit, text: str) -> None:
        command(unit, text)
        if text == "COMMIT" and next(lost, False):
            cut_off(engine)
            command(unit, "SELECT 1")  # the answer never comes

    monkeypatch.setattr(Unit, "command", losing)

    assert engine.start("审批", by="wang", form=FORM, key="k").repeated
    assert len(engine.cases(by="li").items) == 1


def test_what_has_no_key_is_not_tried_again(engine: Engine) -> None:
    def plan(unit: Unit) -> None:
        cut_off(engine)
        unit.take_number("case")

    with pytest.raises(DatabaseBusy) as busy:
        transact(engine.town, plan)
    assert busy.value.lost


def test_a_refusal_leaves_no_statement_that_only_the_driver_believes_prepared(engine: Engine) -> None:
    store, town = engine.town.store, engine.town.tenant
    add = insert(setting)

    def write(name: str) -> None:
        def plan(unit: Unit) -> None:
            unit.write(add, name=name, value="")
            unit.write(statements.write_setting, name="both", value=name)

        store.write(town, plan)

    for number in range(SENT_BEFORE):
        write(f"s{number}")
    with pytest.raises(Conflict):
        write("s0")  # both would be prepared now; the server ignores what comes behind the refused one
    for number in range(SENT_BEFORE, 3 * SENT_BEFORE):
        write(f"s{number}")

    named = Session(store, town).ask(select(column("statement")).select_from(table("pg_prepared_statements")))
    assert any("INSERT INTO setting" in text for (text,) in named)
