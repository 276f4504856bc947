"""`make bench`: run every measurement and print it as a table."""

import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tests.benchmarks.throughput import CASES, ROUNDS, Reading, on_postgresql, on_sqlite
from tests.postgres import binaries, temporary_cluster


def main() -> None:
    """Measure on every database this machine has."""
    print(f"{datetime.now(UTC):%Y-%m-%d}  Python {platform.python_version()}  {os.cpu_count()} cores")
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


def _say(reading: Reading) -> None:
    share = f"{reading.ratio:.2f} ({reading.lowest:.2f} to {reading.highest:.2f})"
    rates = f"{reading.cases:>9.0f}{reading.completions:>15.0f}{reading.hand_completions:>9.0f}"
    print(f"{reading.database:<18}{rates}{share:>28}", flush=True)


if __name__ == "__main__":
    main()
