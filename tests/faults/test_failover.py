"""The primary is killed in the middle of work; its synchronous replica takes over and nothing acknowledged is lost."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests.faults.run import Run, carry_out
from tests.postgres import Server, cluster, replica, temporary_folder


@pytest.fixture
def pair(postgres_server: str) -> Iterator[tuple[Server, Server]]:
    """A primary whose commits wait until its replica has them, and that replica."""
    with ExitStack() as stack:
        primary = stack.enter_context(cluster(stack.enter_context(temporary_folder())))
        standby = stack.enter_context(replica(primary, stack.enter_context(temporary_folder())))
        with psycopg.connect(_plain(primary.url), autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            admin.execute("SELECT pg_reload_conf()")
            while admin.execute("SELECT sync_state FROM pg_stat_replication").fetchone() != ("sync",):
                time.sleep(0.05)
        yield primary, standby


def _plain(url: str) -> str:
    return url.format("postgres").replace("+psycopg", "")


def test_workers_go_on_with_the_replica_and_lose_nothing(pair: tuple[Server, Server], tmp_path: Path) -> None:
    primary, standby = pair
    hosts = f"host={primary.folder}&host={standby.folder}&target_session_attrs=read-write"
    run = Run(2, 4, 0, f"postgresql+psycopg://anliu@/postgres?{hosts}", tmp_path / "run")
    before: list[int] = []

    def fail_over() -> None:
        primary.kill()
        time.sleep(0.5)  # nobody can write meanwhile
        with psycopg.connect(_plain(standby.url)) as reader:
            before.extend(reader.execute("SELECT count(*) FROM history").fetchone() or ())
        standby.run("pg_ctl", "-D", str(standby.data), "-w", "promote")

    summary = carry_out(run, fail_over)

    assert (run.folder / "violations.txt").read_text(encoding="utf-8") == "0 violations\n"
    assert summary.unknown == 0, "workers find the new primary by themselves"
    assert summary.events > before[0] > 0
