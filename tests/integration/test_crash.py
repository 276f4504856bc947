"""kill -9 in the middle: after the restart nothing is lost and nothing doubled."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from engine.views import CaseStatus
from tests.integration.town import TownAt

WALK = """
import sys
from tests.integration.town import FORM, TownAt
done = 0
with TownAt(sys.argv[1]).open() as engine:
    for number in range(int(sys.argv[2]), 10_000):
        case = engine.start("审批", by="wang", form=FORM, key=f"start-{number}")
        print(number, "start", case.id, flush=True)
        for step in range(4):
            item = next(i for i in engine.case(case.id).items)
            by = {"受理": "li", "甲办": "zhao", "乙办": "sun", "签发": "sun"}[item.step]
            outcome = "同意" if item.step == "签发" else None
            engine.complete(item.id, by=by, outcome=outcome, key=f"{item.id}-{item.step}")
            print(number, item.step, case.id, flush=True)
"""


def test_kill_9_loses_nothing_and_doubles_nothing(database_url: str, tmp_path: Path) -> None:
    town = TownAt(database_url)
    town.found()
    told: set[tuple[str, str]] = set()
    random.seed(20260101)
    for run in range(4):
        log = tmp_path / f"run{run}.log"
        with log.open("w") as output:
            command = [sys.executable, "-c", WALK, database_url, str(run * 1000)]
            child = subprocess.Popen(command, stdout=output, cwd=Path(__file__).parents[2])
            _wait_for(log, lines=3 + random.randrange(6))
            time.sleep(random.random() / 50)
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
        lines = [line.split() for line in log.read_text().splitlines() if line.count(" ") == 2]
        told |= {(case, step) for _, step, case in lines}

    with town.open() as engine:
        assert engine.verify().ok and engine.check() == ()
        found = {
            (str(row.id), "start" if entry.operation == "start" else entry.step)
            for row in engine.cases(by="li", limit=200).items
            for entry in engine.history(row.id)
        }
        cases = engine.cases(by="li", limit=200).items
        assert told <= found  # what was acknowledged is there
        assert len(found) - len(told) <= 4  # at most the command in flight of each run
        assert sorted(row.id for row in cases) == list(range(1, len(cases) + 1))
        assert {row.number for row in cases} == {f"润审〔2023〕{n}号" for n in range(1, len(cases) + 1)}
        for row in cases:
            steps = [entry.step for entry in engine.history(row.id) if entry.operation == "complete"]
            assert len(steps) == len(set(steps))
            if row.status is CaseStatus.OPEN:
                assert engine.case(row.id).items
        for number in range(
            4
        ):  # the same keys again: the commands that were carried out are answered, not repeated
            again = engine.start("审批", by="wang", form={"标题": "重试"}, key=f"start-{number * 1000}")
            assert again.repeated


def _wait_for(log: Path, lines: int) -> None:
    """Wait until the child has told of so many commands."""
    until = time.monotonic() + 60
    while log.read_text().count("\n") < lines:
        assert time.monotonic() < until, json.dumps(log.read_text())
        time.sleep(0.005)
