"""How long lists take in a town with a great many items: half and the slowest hundredth, beside hand-written SQL.

`python -m tests.benchmarks.reading [--items 50000] [--large] [--db URL]`: `--large` is a million items, 100,000 of them
open. Each statement is measured as the engine runs it on the driver, each page also as a caller gets it.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from engine import Engine, work_reads
from engine import statements as written
from engine.moments import write_moment
from engine.store import Session
from engine.visibility import viewer
from tests.benchmarks.filling import ITEMS_EACH, NOW, PEOPLE, account, fill, open_town
from tests.postgres import binaries, temporary_cluster

ITEMS, LARGE = 50_000, 1_000_000
TIMES = 400
LONG = 500
"""Events of the long case; a case with a tenth of them is measured too."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Milliseconds of one question: half of the answers took less, and all but a hundredth; None: not bounded."""

    name: str
    half: float
    most: float
    target: float | None = None


def measure(url: str, items: int) -> Iterator[Reading]:
    """Fill an empty database and ask it everything."""
    fill(url, items)
    with open_town(url) as engine:
        short, long = items // ITEMS_EACH - 1, items // ITEMS_EACH
        _lengthen(engine, short, LONG // 10)
        _lengthen(engine, long, LONG)
        yield from _statements(engine, short, long)
        yield from _pages(engine, short, long)


def _lengthen(engine: Engine, case: int, events: int) -> None:
    """Talk in a case until it has so many events."""
    revision = engine.case(case).revision
    by = engine.case(case).started_by.account
    for number in range(events - revision):
        engine.act(case, "discuss", by=by, to=by, reason=f"第{number}句")


def _statements(engine: Engine, short: int, long: int) -> Iterator[Reading]:
    """Measure statements as the engine runs them, and the same question by hand."""
    session = Session(engine.town.store, engine.town.tenant)
    now, random = write_moment(NOW), Random(1)

    def anybody() -> Any:
        return viewer(engine.town.directory, account(random.randrange(PEOPLE)), engine.town.today)

    def listed(kind: Callable[[Any], work_reads.WorkList], *, late: bool = False) -> Callable[[], object]:
        def ask() -> object:
            found = kind(anybody())
            page = work_reads.page(found.branches, behind=False, late=late)
            return session.all(page, **found.values, late=now, limit=51)

        return ask

    def counted() -> object:
        who = anybody()
        lists = work_reads.Counted(*(each(who) for each in _LISTS))
        values = {**lists.values(), "account": who.account, "late": now}
        return session.all(work_reads.counts(lists.shape()), **values, limit=1000)

    mark = "?" if engine.town.store.is_sqlite else "%s"
    by_hand = _ByHand(engine, mark, random)
    yield _timed("todo page of 50", listed(work_reads.todo), 1.0)
    yield _timed("  by hand", by_hand.todo)
    yield _timed("pool page of 50", listed(work_reads.claim), 1.0)
    yield _timed("  by hand", by_hand.pool)
    yield _timed("overdue page of 50", listed(work_reads.overdue, late=True), 1.0)
    yield _timed("all eight counts", counted, 2.0)
    yield _timed("  two of them by hand", by_hand.counts)
    for case, events in ((short, LONG // 10), (long, LONG)):
        name = f"history of {events} events"

        def groups(case: int = case) -> object:
            return session.all(written.read_groups, case=case, until=1 << 62)

        yield _timed(name, groups, 1.0 if case == short else None)
        yield _timed("  by hand", lambda case=case: by_hand.groups(case))  # type: ignore[misc]  # a default


_LISTS = (work_reads.todo, work_reads.claim, work_reads.overdue, work_reads.watch)


def _pages(engine: Engine, short: int, long: int) -> Iterator[Reading]:
    """Measure what a caller waits for: the statement and everything made of its rows."""
    random = Random(2)

    def somebody() -> str:
        return account(random.randrange(PEOPLE))

    yield _timed("engine.inbox", lambda: engine.inbox(somebody()))
    yield _timed("engine.inbox, pool", lambda: engine.inbox(somebody(), tab="claim"))
    yield _timed("engine.counts", lambda: engine.counts(somebody()))
    yield _timed(f"engine.history, {LONG // 10} events", lambda: engine.history(short), times=100)
    yield _timed(f"engine.case, {LONG} events", lambda: engine.case(long), times=100)


class _ByHand:
    """The same questions as one would write them down for this one town."""

    def __init__(self, engine: Engine, mark: str, random: Random) -> None:
        self._connection: Any = engine.town.store.connection()
        self._tenant, self._mark, self._random = engine.town.tenant, mark, random

    def _all(self, text: str, *values: object) -> Sequence[Any]:
        cursor = self._connection.cursor()
        cursor.execute(text.replace("?", self._mark), values)
        found: Sequence[Any] = cursor.fetchall()
        cursor.close()
        return found

    def _who(self) -> str:
        return account(self._random.randrange(PEOPLE))

    def todo(self) -> object:
        """Read what a person holds."""
        return self._all(
            """SELECT i.*, c.title, c.number, c.summary, c.state FROM item i
               JOIN case_row c ON c.tenant = i.tenant AND c.id = i."case"
               WHERE i.tenant = ? AND i.holder = ? AND i.status = 'open' AND i.closed IS NULL
               ORDER BY i.due, i."case", i.n LIMIT 51""",
            self._tenant,
            self._who(),
        )

    def pool(self) -> object:
        """Read what is offered to the only role there is."""
        return self._all(
            """SELECT i.*, c.title, c.number, c.summary, c.state FROM
               (SELECT * FROM offer WHERE tenant = ? AND principal = 'r:经办人' ORDER BY due, "case", n LIMIT 51) o
               JOIN item i ON i.tenant = o.tenant AND i."case" = o."case" AND i.n = o.n
               JOIN case_row c ON c.tenant = i.tenant AND c.id = i."case" ORDER BY o.due, o."case", o.n""",
            self._tenant,
        )

    def counts(self) -> object:
        """Count what a person holds and what he may take."""
        return self._all(
            """SELECT (SELECT count(*) FROM (SELECT 1 FROM item WHERE tenant = ? AND holder = ? AND status = 'open'
                 AND closed IS NULL LIMIT 1000) a),
               (SELECT count(*) FROM (SELECT 1 FROM offer WHERE tenant = ? AND principal = 'r:经办人' LIMIT 1000) b)""",
            self._tenant,
            self._who(),
            self._tenant,
        )

    def groups(self, case: int) -> object:
        """Read the history of a case."""
        text = 'SELECT * FROM history WHERE tenant = ? AND "case" = ? ORDER BY revision'
        return self._all(text, self._tenant, case)


def _timed(name: str, ask: Callable[[], object], target: float | None = None, times: int = TIMES) -> Reading:
    for _ in range(20):
        ask()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    return Reading(name, taken[len(taken) // 2], taken[len(taken) * 99 // 100], target)


@contextmanager
def _databases(given: str | None) -> Iterator[list[tuple[str, str]]]:
    if given is not None:
        yield [("given", given)]
        return
    with tempfile.TemporaryDirectory() as folder:
        sqlite = ("SQLite", f"sqlite:///{Path(folder) / 'town.db'}")
        if binaries() is None:
            yield [sqlite]
            return
        with temporary_cluster() as url:
            yield [sqlite, ("PostgreSQL", url.format("postgres"))]


def say(items: int, given: str | None = None) -> Iterator[str]:
    """Yield the lines of a table: milliseconds of each question on each database."""
    with _databases(given) as databases:
        for name, url in databases:
            started = time.perf_counter()
            yield f"{name}, {items:,} items, a tenth of them open; ms: half, 99 %, target"
            for each in measure(url, items):
                target = "" if each.target is None else f"{each.target:>8.1f}"
                yield f"{each.name:<28}{each.half:>8.2f}{each.most:>8.2f}{target}"
            yield f"({time.perf_counter() - started:.0f} s with filling)\n"


def main() -> None:
    """Fill, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reading", description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--large", action="store_true", help=f"{LARGE:,} items")
    parser.add_argument("--db", help="URL of an empty database; by default one of each kind is made")
    asked = parser.parse_args()
    for line in say(LARGE if asked.large else asked.items, asked.db):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
