"""`make bench`: run every measurement and print it as a table."""

import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tests.benchmarks import computing, core, language, verdicts
from tests.benchmarks.throughput import CASES, ROUNDS, Reading, on_postgresql, on_sqlite
from tests.postgres import binaries, temporary_cluster


def main() -> None:
    """Measure what computes, then on every database this machine has."""
    print(f"{datetime.now(UTC):%Y-%m-%d}  Python {platform.python_version()}  {os.cpu_count()} cores\n")
    _say_language()
    _say_verdicts()
    _say_computing()
    _say_core()
    print(f"one choice, one two-way block, four human tasks; {ROUNDS} rounds of {CASES} cases, medians\n")
    print(f"{'':<18}{'cases/s':>9}{'completions/s':>15}{'by hand':>9}{'share of hand-written SQL':>28}")
    with tempfile.TemporaryDirectory() as folder:
        for synchronous in ("FULL", "NORMAL"):
            _say(on_sqlite(Path(folder), synchronous))
    if binaries() is None:
        print("PostgreSQL: not measured, no initdb and pg_ctl on this machine")
        return
    with temporary_cluster(fsync=True) as url:
        for name in ("engine", "hand"):
            with psycopg.connect(url.format("postgres").replace("+psycopg", ""), autocommit=True) as admin:
                admin.execute(f'CREATE DATABASE "{name}"')
        _say(on_postgresql(url.format("engine"), url.format("hand")))


def _say_language() -> None:
    print("what an author waits for, ms: measured, budget; times the bare parse (cold: times a bare start)")
    for each in language.measure():
        print(
            f"{each.name:<30}{each.seconds * 1000:>8.1f}{each.budget * 1000:>8.0f}{each.ratio:>8.1f}",
            flush=True,
        )
    print()


def _say_verdicts() -> None:
    print(
        f"verdict on a graph of {verdicts.NODES} nodes, ms of {verdicts.GRAPHS} random ones (target: 99 % in 20)"
    )
    for each in verdicts.verdicts():
        print(f"{each.name:<26}half {each.half:>5.1f}   99 % {each.most:>5.1f}   undecided {each.undecided}")


def _say_computing() -> None:
    print("\none answer, µs: compiled, by hand in Python, ratio (target: at most 1.3)")
    for each in computing.measure():
        print(f"{each.name:<26}{each.compiled:>6.3f}{each.hand:>8.3f}{each.ratio:>8.2f}", flush=True)


def _say_core() -> None:
    reading = core.measure()
    print("\nthe core alone, completions/s in memory (target: 30,000, and 10 times SpiffWorkflow)")
    beside = "SpiffWorkflow is not installed"
    if reading.spiff is not None:
        beside = f"SpiffWorkflow {reading.spiff:.0f}, ratio {reading.ratio:.1f}"
    print(f"{'calendar, organisation':<26}{reading.completions:>6.0f}   {beside}\n", flush=True)


def _say(reading: Reading) -> None:
    share = f"{reading.ratio:.2f} ({reading.lowest:.2f} to {reading.highest:.2f})"
    rates = f"{reading.cases:>9.0f}{reading.completions:>15.0f}{reading.hand_completions:>9.0f}"
    print(f"{reading.database:<18}{rates}{share:>28}", flush=True)


if __name__ == "__main__":
    main()
