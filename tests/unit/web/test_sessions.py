"""Sessions end: on log-out, when idle, when too old, when the password changes."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from web.sessions import Sessions, session_table


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database() -> sa.Engine:
    return sa.create_engine("sqlite://")


@pytest.fixture
def sessions(database: sa.Engine, clock: Clock) -> Sessions:
    return Sessions(database, timedelta(minutes=30), timedelta(hours=12), clock)


def test_the_token_finds_the_account(sessions: Sessions) -> None:
    found = sessions.find(sessions.begin("li-ke", "127.0.0.1"))
    assert found is not None and found.account == "li-ke"


def test_a_made_up_token_finds_nobody(sessions: Sessions) -> None:
    assert sessions.find("made-up") is None


def test_the_database_holds_no_token(sessions: Sessions, database: sa.Engine) -> None:
    token = sessions.begin("li-ke", "127.0.0.1")
    with database.connect() as connection:
        assert token not in str(connection.execute(session_table.select()).all())


def test_logging_out_ends_this_session_only(sessions: Sessions) -> None:
    desk, phone = sessions.begin("li-ke", ""), sessions.begin("li-ke", "")
    sessions.end(desk)
    assert sessions.find(desk) is None and sessions.find(phone) is not None


def test_a_new_password_ends_the_other_sessions(sessions: Sessions) -> None:
    desk, phone = sessions.begin("li-ke", ""), sessions.begin("li-ke", "")
    sessions.end_all("li-ke", but=desk)
    assert sessions.find(phone) is None and sessions.find(desk) is not None


def test_an_idle_session_ends_and_a_used_one_goes_on(sessions: Sessions, clock: Clock) -> None:
    used, idle = sessions.begin("li-ke", ""), sessions.begin("wang-jie", "")
    for _ in range(3):
        clock.now += timedelta(minutes=20)
        assert sessions.find(used) is not None
    assert sessions.find(idle) is None


def test_no_session_lives_longer_than_a_working_day(sessions: Sessions, clock: Clock) -> None:
    token = sessions.begin("li-ke", "")
    for _ in range(37):
        clock.now += timedelta(minutes=20)
        sessions.find(token)
    assert sessions.find(token) is None


def test_a_script_that_asks_does_not_keep_a_session_alive(sessions: Sessions, clock: Clock) -> None:
    token = sessions.begin("li-ke", "")
    for _ in range(3):
        clock.now += timedelta(minutes=8)
        assert sessions.find(token, used=False) is not None
    clock.now += timedelta(minutes=8)
    assert sessions.find(token, used=False) is None
