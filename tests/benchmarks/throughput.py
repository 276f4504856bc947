"""Cases and completions a second of the public API, beside hand-written SQL in the same round."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from dsl import compile_paths
from engine import Engine, open_engine
from engine.directory import Organisation, Person, Post
from tests.benchmarks.hand_written import HandWritten, open_postgresql, open_sqlite

ROUNDS = 5
CASES = 150
TASKS = 4
FILLED = 200
"""Cases in the tables of PostgreSQL before they are analysed."""
_PROCESS = "测速审批"
_ACCOUNT = "jing-ban"


@dataclass(frozen=True, slots=True)
class Reading:
    """Medians over the rounds: rates of the engine, and its speed as a share of the hand-written one."""

    database: str
    cases: float
    completions: float
    hand_completions: float
    ratio: float
    lowest: float
    highest: float


class ByEngine:
    """Runs the benchmark's case through the public API."""

    def __init__(self, engine: Engine, *, found: bool = True) -> None:
        self._engine = engine
        if found:
            people = (Person(_ACCOUNT, "经办人"),)
            engine.load_organisation(Organisation(people=people, posts=(Post("经办人", _ACCOUNT),)))
            compiled = compile_paths([Path(__file__).with_name("approval.flow")])
            engine.deploy(compiled.definitions, by=_ACCOUNT, reason="测速")
        self._tasks = tuple(self._walk())

    def _walk(self) -> Iterator[tuple[int, dict[str, str] | None]]:
        """Take one case through its tasks and note the numbers of its work items: they are the same in every case."""
        case = self._start()
        while items := self._engine.case(case).items:
            form = {"意见": "同意"} if items[0].step == "业务审核" else None
            self._engine.complete(items[0].id, by=_ACCOUNT, form=form)
            yield int(items[0].id.split("-")[1]), form

    def _start(self) -> int:
        form = {"事由": "购置灭火器", "金额": Decimal(5000)}
        return self._engine.start(_PROCESS, by=_ACCOUNT, form=form).id

    def case(self) -> None:
        """Start a case and complete its four tasks."""
        case = self._start()
        for number, form in self._tasks:
            self._engine.complete(f"{case}-{number}", by=_ACCOUNT, form=form)

    def timed_case(self) -> Iterator[float]:
        """Do the same; yield the seconds of each command."""
        started = time.perf_counter()
        case = self._start()
        yield time.perf_counter() - started
        for number, form in self._tasks:
            started = time.perf_counter()
            self._engine.complete(f"{case}-{number}", by=_ACCOUNT, form=form)
            yield time.perf_counter() - started


def measure(name: str, by_engine: ByEngine, by_hand: HandWritten) -> Reading:
    """Alternate the two, round by round, so that a change of the machine's speed meets both."""
    for run in (by_engine.case, by_hand.case):
        _seconds(run, 20)
    engine, hand = [], []
    for _ in range(ROUNDS):
        engine.append(_seconds(by_engine.case, CASES))
        hand.append(_seconds(by_hand.case, CASES))
    ratios = [mine / ours for ours, mine in zip(engine, hand, strict=True)]
    rate = CASES / statistics.median(engine)
    return Reading(
        name,
        rate,
        rate * TASKS,
        CASES * TASKS / statistics.median(hand),
        statistics.median(ratios),
        min(ratios),
        max(ratios),
    )


def _seconds(run: Callable[[], None], times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        run()
    return time.perf_counter() - started


def on_sqlite(folder: Path, synchronous: str) -> Reading:
    """Measure on an SQLite file in WAL mode."""
    hand = HandWritten(open_sqlite(folder / f"hand-{synchronous}.db", synchronous), "?", "BEGIN IMMEDIATE")
    url = f"sqlite:///{folder / f'engine-{synchronous}.db'}"
    with open_engine(url, synchronous=synchronous) as engine:
        return measure(f"SQLite WAL {synchronous}", ByEngine(engine), hand)


def on_postgresql(url: str, hand_url: str, pipelined_url: str) -> tuple[Reading, Reading]:
    """Measure on PostgreSQL with its default durability, beside SQL sent one by one and beside the same pipelined.

    Statements and the checks of foreign keys are planned while the tables are empty, and again when autovacuum has looked
    at them, a minute later: the measure does not wait for it but has them analysed once there is something to look at.
    """
    hand = HandWritten(open_postgresql(hand_url), "%s", "BEGIN")
    pipelined = HandWritten(open_postgresql(pipelined_url), "%s", "BEGIN", pipelined=True)
    with open_engine(url) as engine:
        by_engine = ByEngine(engine)
        for run in (by_engine.case, hand.case, pipelined.case):
            _seconds(run, FILLED)
        for each in (url, hand_url, pipelined_url):
            open_postgresql(each).execute("ANALYZE").connection.close()
        return (
            measure("PostgreSQL", by_engine, hand),
            measure("PostgreSQL, pipelined", by_engine, pipelined),
        )
