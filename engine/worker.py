"""Timers: what fell due is fired once, in order, also after the process was down. One leader at a time fires.

Several workers are safe: each case is its own transaction and a lost race is decided again. The lease only spares
them the work of finding out.
"""

import logging
import secrets
import threading
from datetime import UTC, datetime, timedelta

from engine import statements
from engine.casework import Casework, Work, execute
from engine.commands import SYSTEM, Tick
from engine.duties import follow_duties
from engine.moments import read_moment, write_moment
from engine.state_cache import StateCache
from engine.store import Session, Unit
from engine.town import Town, transact

logger = logging.getLogger("anliu.worker")

POLL_SECONDS = 2.0
LEASE_SECONDS = 30.0
_BATCH = 200


def fire_due(town: Town, cache: StateCache) -> int:
    """Fire every timer that is due by the engine's clock.

    What recurring duties owe is generated first, so that what was missed meanwhile is missed in order.

    Returns: the number of cases in which something happened.

    Raises:
        ExceptionGroup: of the cases that failed; the others were done.
    """
    tried: set[int] = set()
    failures: list[Exception] = []
    fired = follow_duties(town, cache, failures)
    while due := [case for case in _due(town, len(tried)) if case not in tried]:
        for case in due:
            tried.add(case)
            try:
                fired += _tick(town, cache, case)
            except Exception as error:  # noqa: BLE001 -- one case must not keep the others waiting; told at the end
                error.add_note(f"case {case}")
                failures.append(error)
    if failures:
        raise ExceptionGroup("timers of some cases could not fire", failures)
    return fired


def _due(town: Town, tried: int) -> list[int]:
    session = Session(town.store, town.tenant)
    now = write_moment(town.now)
    return [row[0] for row in session.all(statements.due_cases, now=now, limit=_BATCH + tried)]


def _tick(town: Town, cache: StateCache, case: int) -> int:
    happened: list[bool] = []

    def plan(casework: Casework) -> Work:
        work = casework.load(case)
        happened.append(casework.run(work, Tick()))
        return work

    execute(town, cache, plan, by=SYSTEM)
    return int(happened[-1])


class Worker:
    """Fires the timers of a town until it is stopped; run it in a thread or a process of its own."""

    def __init__(self, town: Town, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._town = town
        self._poll = poll_seconds
        self._name = secrets.token_hex(8)
        self._stopped = threading.Event()
        self._cache = StateCache()

    def run(self) -> None:
        """Poll until `stop`; a turn that fails is logged and the next one tries again."""
        try:
            while not self._stopped.is_set():
                self.turn()
                self._stopped.wait(self._poll)
        finally:
            self._give_up()

    def stop(self) -> None:
        """End `run` after the present turn."""
        self._stopped.set()

    def turn(self) -> int:
        """Fire what is due, if this worker leads; return in how many cases something happened."""
        try:
            if not self._leads():
                return 0
            return fire_due(self._town, self._cache)
        except Exception:
            logger.exception("timers could not be fired", extra={"tenant": self._town.tenant})
            return 0

    def _leads(self) -> bool:
        """Take or keep the lease; it is counted by the wall clock, not by a demonstration's."""
        return self._lease(timedelta(seconds=LEASE_SECONDS))

    def _give_up(self) -> None:
        """Let the next worker lead at once."""
        self._lease(timedelta(0))

    def _lease(self, length: timedelta) -> bool:
        now = datetime.now(UTC)
        until = write_moment(now + length)
        session = Session(self._town.store, self._town.tenant)
        row = session.one(statements.read_lease, name="timers")
        if row is not None and row[0] != self._name and read_moment(row[1]) > now:
            return False

        def plan(unit: Unit) -> None:
            unit.write(statements.create_lease, name="timers", holder=self._name, until=until)
            values = {"name": "timers", "holder": self._name, "until": until, "old_until": write_moment(now)}
            unit.write(statements.take_lease, **values)

        transact(self._town, plan)
        row = session.one(statements.read_lease, name="timers")
        return row is not None and row[0] == self._name
