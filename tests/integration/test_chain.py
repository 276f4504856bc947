"""The history can be proved: chains, replay, tampering."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from engine import Engine
from engine.casework import events_until
from engine.evolve import replay
from engine.migrate import driver_url
from engine.open_items import open_items
from engine.state_text import decode_state, encode_state
from engine.store import Session
from tests.integration.town import FORM, TownAt, walk_to_signing


def tamper(town: TownAt, statement: str) -> None:
    """Change the database behind the engine's back."""
    database = create_engine(driver_url(town.url), poolclass=NullPool)
    with database.begin() as connection:
        assert connection.execute(text(statement)).rowcount == 1
    database.dispose()


def a_finished_case(engine: Engine) -> int:
    case = engine.start("审批", by="wang", form=FORM)
    engine.complete(walk_to_signing(engine, case.id), by="sun", outcome="同意")
    return case.id


def test_an_untouched_history_verifies(town: TownAt) -> None:
    with town.open() as engine:
        case = a_finished_case(engine)

        assert engine.verify(case).ok
        whole = engine.verify()
        assert whole.ok and whole.cases == 1 and whole.groups > engine.case(case).revision


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        (
            "UPDATE history SET body = replace(body, '属实', '不属实') WHERE revision = 2",
            "润审〔2023〕1号第2条",
        ),
        ("UPDATE history SET actor = 'zhao' WHERE revision = 2", "润审〔2023〕1号第2条"),
        ("UPDATE history SET at = '2023-04-09T01:00:00.000000Z' WHERE revision = 3", "润审〔2023〕1号第3条"),
        (
            "UPDATE history SET private = replace(private, '匿名甲', '匿名乙') WHERE revision = 1",
            "润审〔2023〕1号第1条",
        ),
        ("DELETE FROM history WHERE revision = 3", "润审〔2023〕1号第3条"),
        ("DELETE FROM history WHERE revision = (SELECT max(revision) FROM history)", "润审〔2023〕1号"),
        ("UPDATE case_row SET state = replace(state, '润审', '润案')", "润审〔2023〕1号的当前状态"),
        ("UPDATE audit SET actor = 'zhao' WHERE sequence = 2", "审计记录第2条"),
        ("UPDATE definition SET body = replace(body, '受理', '受礼')", "规程版本"),
    ],
)
def test_a_change_behind_the_engines_back_is_found(town: TownAt, statement: str, place: str) -> None:
    with town.open() as engine:
        a_finished_case(engine)
    tamper(town, statement)

    with town.open() as engine:
        found = engine.verify()

    assert not found.ok
    assert found.break_at is not None and found.break_at.startswith(place)


def test_an_erased_value_leaves_the_chain_standing(town: TownAt) -> None:
    with town.open() as engine:
        case = a_finished_case(engine)
    tamper(town, "UPDATE history SET private = NULL WHERE revision = 1")

    with town.open() as engine:
        assert engine.verify().ok
        assert engine.case(case, by="sun").forms["报告"]["举报人"] is None


def test_the_confidential_value_is_not_in_the_hashed_body(town: TownAt) -> None:
    with town.open() as engine:
        a_finished_case(engine)
        (body,) = Session(engine.town.store, engine.town.tenant).ask(
            text("SELECT body FROM history WHERE revision = 1")
        )[0]

        assert "匿名甲" not in body and "commitment" in body


def test_replay_of_every_case_equals_its_tables(town: TownAt) -> None:
    with town.open() as engine:
        a_finished_case(engine)
        other = engine.start("审批", by="wang", form=FORM)
        session = Session(engine.town.store, engine.town.tenant)
        rows = session.ask(text("SELECT id, revision, state FROM case_row"))

        for case, revision, stored in rows:
            state = replay(events_until(session, case, revision))
            assert encode_state(state) == encode_state(decode_state(stored)) == stored
            expected = {
                (n, item.status.value, item.holder)
                for n, item in open_items(engine.definition("审批"), state).items()
            }
            found = session.ask(
                text(f'SELECT n, status, holder FROM item WHERE closed IS NULL AND "case" = {case}')  # noqa: S608
            )
            assert set(found) == expected
        assert len(rows) == 2 and engine.case(other.id).items


def test_a_case_is_shown_as_it_was(town: TownAt) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM)
        started = town.clock.now
        town.clock.move(hours=1)
        engine.complete(engine.case(case.id).items[0].id, by="li", form={"情况": "属实"})

        assert engine.case(case.id, at=1).steps == ("受理",)
        assert engine.case(case.id, at=started).steps == ("受理",)
        assert engine.case(case.id, at=2).steps == ("甲办", "乙办")
        assert "核查" not in engine.case(case.id, at=1).forms
