"""Who is signed in: a table of sessions that can be ended.

The cookie holds a random token; the table only its digest, so that a copy of the database signs nobody in. The
time here is the server's own, never the shifted clock of a demo database.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

metadata = sa.MetaData()

session_table = sa.Table(
    "web_session",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(64), nullable=False, index=True),
    sa.Column("started", sa.String(32), nullable=False),
    sa.Column("seen", sa.String(32), nullable=False),
    sa.Column("ended", sa.String(32)),
    sa.Column("address", sa.String(64), nullable=False),
)

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person on one device."""

    token: str
    account: str
    started: datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Sessions:
    """The table, opened on the database of the town."""

    def __init__(
        self,
        database: sa.Engine,
        idle: timedelta,
        longest: timedelta,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._database = database
        self._idle, self._longest = idle, longest
        self._now = now
        metadata.create_all(database)

    def begin(self, account: str, address: str) -> str:
        """Sign a person in and return the token for the cookie."""
        token, now = secrets.token_urlsafe(32), self._now().isoformat()
        with self._database.begin() as connection:
            connection.execute(
                session_table.insert().values(
                    digest=_digest(token), account=account, started=now, seen=now, address=address
                )
            )
        return token

    def find(self, token: str, *, used: bool = True) -> Session | None:
        """The session of a token, or None when it ended, was idle too long, or never was.

        Args:
            token: what the cookie holds.
            used: a person asked, not a script of an open page: the session stays alive.
        """
        with self._database.connect() as connection:
            row = connection.execute(
                session_table.select().where(
                    session_table.c.digest == _digest(token), session_table.c.ended.is_(None)
                )
            ).first()
        if row is None:
            return None
        started, seen = datetime.fromisoformat(row.started), datetime.fromisoformat(row.seen)
        now = self._now()
        if now - seen > self._idle or now - started > self._longest:
            return None
        if used and now - seen > SEEN_EVERY:
            self._touch(token, now)
        return Session(token, row.account, started)

    def end(self, token: str) -> None:
        """Sign out."""
        self._end(session_table.c.digest == _digest(token))

    def end_all(self, account: str, but: str = "") -> None:
        """Sign a person out everywhere (but for the token `but`): after a new password or a deactivation."""
        self._end(sa.and_(session_table.c.account == account, session_table.c.digest != _digest(but)))

    def _touch(self, token: str, now: datetime) -> None:
        with self._database.begin() as connection:
            connection.execute(
                session_table.update()
                .where(session_table.c.digest == _digest(token))
                .values(seen=now.isoformat())
            )

    def _end(self, which: sa.ColumnElement[bool]) -> None:
        with self._database.begin() as connection:
            connection.execute(
                session_table.update()
                .where(which, session_table.c.ended.is_(None))
                .values(ended=self._now().isoformat())
            )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
