"""Commands that wait together share a transaction of SQLite: each has its own fate, and none is told before the flush."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine import Engine
from engine.edge_refusals import TaskAlreadyDone
from engine.refusals import InvalidForm
from tests.integration.town import FORM, TownAt

Command = Callable[[], object]


@pytest.fixture
def town(sqlite_url: str) -> TownAt:
    """A founded town on SQLite."""
    made = TownAt(sqlite_url)
    made.found()
    return made


@pytest.fixture
def engine(town: TownAt) -> Iterator[Engine]:
    """The town's engine."""
    with town.open() as engine:
        yield engine


def together(engine: Engine, *commands: Command) -> list[object]:
    """Let commands come in this order while the writer is busy; return what each gave or raised."""
    store, busy, free = engine.town.store, threading.Event(), threading.Event()
    assert store._writer is not None
    waiting = store._writer._line._places

    def occupy(_: object) -> None:
        busy.set()
        assert free.wait(20)

    with ThreadPoolExecutor(len(commands) + 1) as pool:
        pool.submit(store.write, engine.town.tenant, occupy)
        assert busy.wait(20)
        futures = []
        for command in commands:
            futures.append(pool.submit(command))
            _until(lambda: len(waiting) == len(futures))
        free.set()
        return [each.exception() or each.result() for each in futures]


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.001)


def test_one_key_is_carried_out_once(engine: Engine) -> None:
    def start() -> object:
        return engine.start("审批", by="wang", form=FORM, key="one")

    first, again = together(engine, start, start)

    assert (first.id, first.repeated) == (1, False)  # type: ignore[attr-defined]
    assert (again.id, again.repeated) == (1, True)  # type: ignore[attr-defined]


def test_the_first_of_two_has_done_it(engine: Engine) -> None:
    item = _accepted(engine)

    first, second = together(
        engine, lambda: engine.complete(item, by="li"), lambda: engine.complete(item, by="zhao")
    )

    assert not isinstance(first, Exception)
    assert isinstance(second, TaskAlreadyDone)
    assert second.by == "李可"


def test_two_branches_of_a_case_end_and_join_once(engine: Engine) -> None:
    case = engine.start("审批", by="wang", form=FORM).id
    engine.complete(engine.case(case).items[0].id, by="li", form={"情况": "属实"})
    one, two = (item.id for item in engine.case(case).items)

    answers = together(
        engine, lambda: engine.complete(one, by="zhao"), lambda: engine.complete(two, by="sun")
    )

    assert not any(isinstance(each, Exception) for each in answers)
    assert engine.case(case).steps == ("签发",)
    assert engine.verify().ok and engine.check() == ()


def test_a_refused_command_leaves_no_trace_and_takes_no_number(engine: Engine) -> None:
    one, refused, two = together(
        engine,
        lambda: engine.start("审批", by="wang", form=FORM),
        lambda: engine.start("审批", by="wang", form={}),
        lambda: engine.start("审批", by="wang", form=FORM),
    )

    assert isinstance(refused, InvalidForm)
    assert [each.number for each in (one, two)] == ["润审〔2023〕1号", "润审〔2023〕2号"]  # type: ignore[attr-defined]


def test_a_command_that_breaks_does_not_hurt_the_others(engine: Engine) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    one, error, two = together(
        engine,
        lambda: engine.start("审批", by="wang", form=FORM),
        lambda: engine.town.store.write(engine.town.tenant, broken),
        lambda: engine.start("审批", by="wang", form=FORM),
    )

    assert isinstance(error, ZeroDivisionError)
    assert [each.id for each in (one, two)] == [1, 2]  # type: ignore[attr-defined]


def _accepted(engine: Engine) -> str:
    return engine.case(engine.start("审批", by="wang", form=FORM).id).items[0].id


# ---- many clients, killed or side by side

CLIENTS = """
import os, sys, threading
from tests.integration.town import FORM, TownAt
with TownAt(sys.argv[1]).open() as engine:
    def client(name):
        for number in range(int(sys.argv[3])):
            case = engine.start("审批", by="wang", form=FORM, key=f"{name}-{number}")
            os.write(1, f"{case.id}\\n".encode())
            engine.complete(engine.case(case.id).items[0].id, by="li", key=f"{name}-{number}-done")
            os.write(1, f"{case.id}-done\\n".encode())
    threads = [threading.Thread(target=client, args=(f"{sys.argv[2]}-{k}",)) for k in range(6)]
    for each in threads: each.start()
    for each in threads: each.join()
"""


def _clients(url: str, name: str, cases: int, log: Path) -> "subprocess.Popen[bytes]":
    with log.open("w") as output:
        command = [sys.executable, "-c", CLIENTS, url, name, str(cases)]
        return subprocess.Popen(command, stdout=output, cwd=Path(__file__).parents[2])


def _told(logs: Sequence[Path]) -> set[str]:
    return {line for log in logs for line in log.read_text().splitlines()}


def _found(engine: Engine) -> list[str]:
    found = []
    for row in engine.cases(by="li", limit=500).items:
        done = [f"{row.id}-done" for each in engine.history(row.id) if each.operation == "complete"]
        found += [str(row.id), *done]
    return found


def test_what_was_told_before_a_kill_is_there_once(town: TownAt, sqlite_url: str, tmp_path: Path) -> None:
    random.seed(20260102)
    logs = [tmp_path / f"run{run}.log" for run in range(2)]
    for run, log in enumerate(logs):
        child = _clients(sqlite_url, str(run), 1000, log)
        _until(lambda log=log: log.read_text().count("\n") > 20)  # type: ignore[misc]
        time.sleep(random.random() / 20)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()

    with town.open() as engine:
        assert engine.verify().ok and engine.check() == ()
        found = _found(engine)
        assert _told(logs) <= set(found)
        assert len(found) == len(set(found)) <= len(_told(logs)) + 2 * 6  # what each client had under way


def test_two_processes_take_turns(town: TownAt, sqlite_url: str, tmp_path: Path) -> None:
    logs = [tmp_path / f"{name}.log" for name in "ab"]
    children = [_clients(sqlite_url, log.stem, 4, log) for log in logs]

    assert [child.wait(timeout=120) for child in children] == [0, 0]
    with town.open() as engine:
        assert engine.verify().ok and engine.check() == ()
        assert sorted(_found(engine)) == sorted(_told(logs))
        assert len(_told(logs)) == 2 * 6 * 4 * 2
