"""`make bench`: run every measurement and print it as a table."""

import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from engine import Engine, open_engine
from tests.benchmarks import (
    clients,
    computing,
    core,
    fairness,
    flatness,
    language,
    reading,
    translating,
    verdicts,
)
from tests.benchmarks.throughput import CASES, ROUNDS, Reading, on_postgresql, on_sqlite
from tests.postgres import binaries, temporary_cluster


def main() -> None:
    """Measure what computes, then on every database this machine has."""
    print(f"{datetime.now(UTC):%Y-%m-%d}  Python {platform.python_version()}  {os.cpu_count()} cores\n")
    _say_language()
    _say_translating()
    _say_verdicts()
    _say_computing()
    _say_core()
    print(f"one choice, one two-way block, four human tasks; {ROUNDS} rounds of {CASES} cases, medians\n")
    print(f"{'':<18}{'cases/s':>9}{'completions/s':>15}{'by hand':>9}{'share of hand-written SQL':>28}")
    with tempfile.TemporaryDirectory() as folder:
        for synchronous, target in (("FULL", 0.55), ("NORMAL", 0.40)):
            _say(on_sqlite(Path(folder), synchronous), target)
    _say_clients()
    print("\na step in a case with 1,000 earlier completions and with 10, in turn in one database, µs")
    for synchronous, bound in (("FULL", 1.1), ("NORMAL", 1.2)):
        with tempfile.TemporaryDirectory() as folder, _flat(folder, synchronous) as engine:
            _say_flatness(f"SQLite WAL {synchronous}", flatness.measure(engine), bound)
    print("\ntwo processes starting cases on one SQLite file (target: no wait of 700 ms)")
    print("\n".join(fairness.say(2)), flush=True)
    print()
    for line in reading.say(reading.ITEMS):
        print(line, flush=True)
    if binaries() is None:
        print("PostgreSQL: not measured, no initdb and pg_ctl on this machine")
        return
    with temporary_cluster(fsync=True) as url:
        for name in ("engine", "hand", "pipelined", "flat"):
            with psycopg.connect(url.format("postgres").replace("+psycopg", ""), autocommit=True) as admin:
                admin.execute(f'CREATE DATABASE "{name}"')
        with open_engine(url.format("flat")) as engine:
            _say_flatness("PostgreSQL", flatness.measure(engine), 1.1)
        print(f"\n{'':<18}{'cases/s':>9}{'completions/s':>15}{'by hand':>9}{'share of hand-written SQL':>28}")
        for each, target in zip(
            on_postgresql(*(url.format(name) for name in ("engine", "hand", "pipelined"))),
            (1.1, 0.8),
            strict=True,
        ):
            _say(each, target)


def _flat(folder: str, synchronous: str) -> Engine:
    return open_engine(f"sqlite:///{folder}/flat.db", synchronous=synchronous)


def _say_language() -> None:
    print(
        "what an author waits for, ms of computing: measured, target, share of it; times the bare parse (cold: a bare start)"
    )
    for each in language.measure():
        share = each.seconds / each.budget
        print(
            f"{each.name:<30}{each.seconds * 1000:>8.1f}{each.budget * 1000:>8.0f}{share:>8.0%}{each.ratio:>8.1f}",
            flush=True,
        )


def _say_translating() -> None:
    print("\nzh -> en -> zh, texts that come back byte for byte (target: all)")
    for each in translating.measure():
        print(f"{each.name:<30}{each.same:>8} of {each.texts}", flush=True)
    print()


def _say_verdicts() -> None:
    print(
        f"verdict on a graph of {verdicts.NODES} nodes, ms of {verdicts.GRAPHS} random ones (target: 99 % in {verdicts.TARGET})"
    )
    for each in verdicts.verdicts():
        share = each.most / verdicts.TARGET
        print(
            f"{each.name:<26}half {each.half:>5.1f}   99 % {each.most:>5.1f}{share:>7.0%} of it   undecided {each.undecided}",
            flush=True,
        )


def _say_computing() -> None:
    print(f"\none answer, µs: compiled, by hand in Python, ratio, share of the target ({computing.TARGET})")
    for each in computing.measure():
        share = each.ratio / computing.TARGET
        print(
            f"{each.name:<26}{each.compiled:>6.3f}{each.hand:>8.3f}{each.ratio:>8.2f}{share:>7.0%}",
            flush=True,
        )


def _say_core() -> None:
    reading = core.measure()
    print("\nthe core alone, completions/s in memory (target: 30,000, and 10 times SpiffWorkflow)")
    beside = "SpiffWorkflow is not installed"
    if reading.spiff is not None:
        beside = f"SpiffWorkflow {reading.spiff:.0f}, ratio {reading.ratio:.1f}"
    print(f"{'calendar, organisation':<26}{reading.completions:>6.0f}   {beside}\n", flush=True)


def _say_clients() -> None:
    shared = clients.threads()
    print(f"\n{clients.CLIENTS} clients at once, SQLite FULL, beside one writer by hand (target: 1.5, fair)")
    print(f"{shared.commands:.0f} commands/s, by hand {shared.hand_commands:.0f}, ratio {shared.ratio:.2f}")
    _say_waits(shared)
    pair = clients.processes()
    print("two processes on one file, beside one alone (target: fair, no waits of 700 ms)")
    print(f"{pair.commands:.0f} commands/s, alone {pair.hand_commands:.0f}, ratio {pair.ratio:.2f}")
    _say_waits(pair)


def _say_waits(reading: clients.ClientsReading) -> None:
    luckiest, unluckiest = reading.medians
    waits = f"half {reading.half:.1f}, 99 % {reading.most:.1f}, longest {reading.longest:.1f}"
    print(f"waits, ms: {waits}; medians of the clients {luckiest:.1f} to {unluckiest:.1f}", flush=True)


def _say_flatness(database: str, reading: flatness.FlatnessReading, bound: float) -> None:
    times = f"{reading.old:>9.0f}{reading.young:>9.0f}"
    print(f"{database:<18}{times}   ratio {reading.ratio:.2f} (target: at most {bound:.1f})", flush=True)


def _say(reading: Reading, target: float) -> None:
    share = f"{reading.ratio:.2f} ({reading.lowest:.2f} to {reading.highest:.2f})"
    rates = f"{reading.cases:>9.0f}{reading.completions:>15.0f}{reading.hand_completions:>9.0f}"
    print(f"{reading.database:<24}{rates}{share:>24}   target {target:.2f}", flush=True)


if __name__ == "__main__":
    main()
