"""Many clients at once on SQLite FULL: threads of one process, beside one hand-written writer; and two processes."""

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine import open_engine
from tests.benchmarks.hand_written import HandWritten, open_sqlite
from tests.benchmarks.throughput import TASKS, ByEngine

CLIENTS = 16
ROUNDS = 5
CASES = 15
"""Cases of a client in a round."""
HAND_CASES = 100
PROCESSES = 2
COMMANDS = TASKS + 1


@dataclass(frozen=True, slots=True)
class ClientsReading:
    """Commands a second of all clients and of the hand-written writer, their ratio, and what a client waits, in ms."""

    commands: float
    hand_commands: float
    ratio: float
    half: float
    most: float  # 99 of 100
    longest: float
    medians: tuple[float, float]  # of the luckiest and the unluckiest client


def threads() -> ClientsReading:
    """Let clients run cases at once, and one writer by hand after them, round by round."""
    with tempfile.TemporaryDirectory() as folder:
        by_hand = HandWritten(open_sqlite(Path(folder) / "hand.db", "FULL"), "?", "BEGIN IMMEDIATE")
        with open_engine(f"sqlite:///{folder}/engine.db", synchronous="FULL") as engine:
            by_engine = ByEngine(engine)
            waits: list[list[float]] = [[] for _ in range(CLIENTS)]
            pairs = []
            for number in range(ROUNDS + 1):
                seconds = _all_at_once(by_engine, waits)
                hand = _seconds(by_hand.case)
                if number:
                    pairs.append((CLIENTS * CASES * COMMANDS / seconds, HAND_CASES * COMMANDS / hand))
                else:
                    waits = [[] for _ in range(CLIENTS)]  # a round to warm up
    return _reading(pairs, waits)


def _all_at_once(by_engine: ByEngine, waits: list[list[float]]) -> float:
    def client(mine: list[float]) -> None:
        for _ in range(CASES):
            mine.extend(by_engine.timed_case())

    clients = [threading.Thread(target=client, args=(mine,)) for mine in waits]
    started = time.perf_counter()
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    return time.perf_counter() - started


def _seconds(case: Callable[[], None]) -> float:
    started = time.perf_counter()
    for _ in range(HAND_CASES):
        case()
    return time.perf_counter() - started


def _reading(pairs: list[tuple[float, float]], waits: list[list[float]]) -> ClientsReading:
    all_waits = sorted(wait for each in waits for wait in each)
    medians = [1000 * statistics.median(each) for each in waits]
    return ClientsReading(
        statistics.median(mine for mine, _ in pairs),
        statistics.median(hand for _, hand in pairs),
        statistics.median(mine / hand for mine, hand in pairs),
        1000 * all_waits[len(all_waits) // 2],
        1000 * all_waits[len(all_waits) * 99 // 100],
        1000 * all_waits[-1],
        (min(medians), max(medians)),
    )


def processes() -> ClientsReading:
    """Let two processes write to one file at once; `ratio` is their rate over that of one process alone."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/engine.db"
        with open_engine(url, synchronous="FULL") as engine:
            ByEngine(engine)
        alone = _run(url, 1)
        together = _run(url, PROCESSES)
    rates = [_rate(each) for each in (together, alone)]
    return _reading([(rates[0], rates[1])], together)


def _run(url: str, count: int) -> list[list[float]]:
    command = [sys.executable, "-m", "tests.benchmarks.clients", url]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    return [[float(wait) for wait in child.communicate()[0].split()] for child in children]


def _rate(waits: list[list[float]]) -> float:
    """Commands a second of processes that do nothing between two commands."""
    return sum(len(each) / sum(each) for each in waits)


def _write() -> None:
    """Run cases as one of several processes; print the seconds of each command."""
    with open_engine(sys.argv[1], synchronous="FULL") as engine:
        by_engine = ByEngine(engine, found=False)
        by_engine.case()
        waits = [wait for _ in range(HAND_CASES) for wait in by_engine.timed_case()]
    sys.stdout.write("\n".join(map(str, waits)))


if __name__ == "__main__":
    _write()
