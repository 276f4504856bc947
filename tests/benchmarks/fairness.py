"""How long several processes wait for each other on one SQLite file: `python -m tests.benchmarks.fairness --processes 2`."""

import argparse
import multiprocessing
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from engine import open_engine
from tests.benchmarks.throughput import ByEngine

SECONDS = 5.0
_ACCOUNT = "jing-ban"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Milliseconds that one process waited for a command to be carried out, and how many it got done."""

    done: int
    half: float
    most: float
    longest: float


def measure(url: str, processes: int, seconds: float = SECONDS, *, think: float = 0.0) -> list[Waiting]:
    """Let so many processes start cases at once, each as fast as it can or pausing to think, in seconds."""
    with open_engine(url) as engine:
        ByEngine(engine)
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes)
    with context.Pool(processes, _ready, (barrier,)) as pool:
        taken = pool.starmap(_work, [(url, seconds, think)] * processes, chunksize=1)
    return [_waiting(sorted(each)) for each in taken]


def _waiting(taken: list[float]) -> Waiting:
    return Waiting(len(taken), taken[len(taken) // 2], taken[len(taken) * 99 // 100], taken[-1])


_barrier = None


def _ready(barrier: object) -> None:
    global _barrier  # noqa: PLW0603 -- how a pool hands its processes what cannot be pickled
    _barrier = barrier


def _work(url: str, seconds: float, think: float) -> list[float]:
    taken: list[float] = []
    with open_engine(url) as engine:
        form = {"事由": "购置灭火器", "金额": "5000"}
        engine.start("测速审批", by=_ACCOUNT, form=form)
        _barrier.wait()  # type: ignore[attr-defined]
        end = time.perf_counter() + seconds
        while (started := time.perf_counter()) < end:
            engine.start("测速审批", by=_ACCOUNT, form=form)
            taken.append((time.perf_counter() - started) * 1000)
            time.sleep(think)
    return taken


def say(processes: int, think: float = 0.0) -> list[str]:
    """Measure on a file of its own; one line a process."""
    with tempfile.TemporaryDirectory() as folder:
        found = measure(f"sqlite:///{Path(folder) / 'town.db'}", processes, think=think)
    return [
        f"process {number}: {each.done:>6} commands, ms: half {each.half:>6.1f}  99 % {each.most:>7.1f}  longest {each.longest:>7.1f}"
        for number, each in enumerate(found, 1)
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.fairness", description=__doc__)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--think", type=float, default=0.0, help="seconds between two commands of a process")
    asked = parser.parse_args()
    sys.stdout.write("\n".join(say(asked.processes, asked.think)) + "\n")


if __name__ == "__main__":
    main()
