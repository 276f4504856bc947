"""Kill processes in the middle of work, then judge what is left:

`python -m tests.faults.run --workers N --seconds S --kill-every S --db URL --out DIR`. Writes `history.jsonl` (what
clients saw), `state.json` (what was found afterwards) and `summary.json` into DIR.
"""

import argparse
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from engine.state_text import LAYOUT
from tests.faults.client import Clients, Log
from tests.faults.crew import Crew
from tests.faults.dump import dump
from tests.faults.dying import POINTS
from tests.faults.judge import Evidence, judge, outcomes, report
from tests.faults.orders import Arm
from tests.faults.town import found, open_town

CLIENTS_A_WORKER = 2
_POWER_CUT = 11
"""Every so many kills all workers die at once."""


@dataclass(frozen=True, slots=True)
class Run:
    """What to do: how many workers, for how long, how often one is killed (0: never), where, written into what."""

    workers: int
    seconds: float
    kill_every: float
    url: str
    folder: Path
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Summary:
    """What was done, and how many promises were broken."""

    database: str
    seconds: float
    layout: int
    kills: int
    points: dict[str, int]
    commands: int
    ok: int
    refused: int
    unknown: int
    attempts: int
    ticks: int
    cases: int
    events: int
    items: int
    operations: dict[str, int]
    violations: int


def carry_out(run: Run, meanwhile: Callable[[], None] | None = None) -> Summary:
    """Work and kill for so long, then stop, look and judge. `meanwhile` happens once, at half time."""
    run.folder.mkdir(parents=True, exist_ok=True)
    origin = time.time()
    found(run.url, origin)
    random = Random(run.seed)
    log = Log(run.folder / "history.jsonl")
    crew = Crew(run.workers, run.url, origin)
    clients = Clients(run.workers * CLIENTS_A_WORKER, crew, log, run.seed)
    points = _kill(run, crew, random, meanwhile)
    clients.finish()
    deaths = crew.stop()
    log.close()
    with open_town(run.url, origin) as engine:
        engine.tick()  # whoever comes after finds everything in order
    dump(run.url, run.folder / "state.json")
    return _summary(run, points, Counter(deaths))


def _kill(run: Run, crew: Crew, random: Random, meanwhile: Callable[[], None] | None) -> Counter[str]:
    """Let workers die: at a random moment, or at a chosen point of their next commit, in turn."""
    ways = itertools.cycle(("any moment", *POINTS))
    done: Counter[str] = Counter()
    started = time.monotonic()
    while time.monotonic() - started < run.seconds:
        if meanwhile is not None and time.monotonic() - started > run.seconds / 2:
            meanwhile()
            meanwhile = None
        time.sleep(random.uniform(0.5, 1.5) * run.kill_every if run.kill_every else 0.1)
        if not run.kill_every:
            continue
        way = next(ways)
        if done.total() % _POWER_CUT == _POWER_CUT - 1:
            way = "power cut"
            crew.kill_all()
        elif way == "any moment":
            crew.kill(random)
        else:
            crew.ask(Arm(way), random)
        done[way] += 1
    return done


def _summary(run: Run, points: Counter[str], deaths: Counter[str]) -> Summary:
    evidence = Evidence.read(run.folder)
    violations = judge(evidence)
    ended = outcomes(evidence)
    kinds = Counter(each.kind for each in ended)
    summary = Summary(
        database=run.url.partition(":")[0],
        seconds=run.seconds,
        layout=LAYOUT,
        kills=deaths["SIGKILL"],
        points=dict(points),
        commands=len(ended),
        ok=kinds["ok"],
        refused=kinds["fail"],
        unknown=kinds["unknown"],
        attempts=sum(line["type"] == "invoke" and line["key"] is not None for line in evidence.seen),
        ticks=sum(line["op"] == "tick" and line["type"] == "ok" for line in evidence.seen),
        cases=len(evidence.cases),
        events=len(evidence.events),
        items=len(evidence.tasks),
        operations=dict(Counter(each.asked["op"] for each in ended if each.kind == "ok").most_common()),
        violations=len(violations),
    )
    (run.folder / "violations.txt").write_text(report(violations) + "\n", encoding="utf-8")
    (run.folder / "summary.json").write_text(
        json.dumps(asdict(summary), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return summary


def main() -> int:
    """Run as the command line says; 0 when no promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.run", description=__doc__)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--kill-every", type=float, default=0.5)
    parser.add_argument("--db", required=True, help="URL of an empty database")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    run = Run(given.workers, given.seconds, given.kill_every, given.db, given.out, given.seed)
    summary = carry_out(run)
    sys.stdout.write(json.dumps(asdict(summary), ensure_ascii=False, indent=1) + "\n")
    sys.stdout.write((run.folder / "violations.txt").read_text(encoding="utf-8"))
    return int(bool(summary.violations))


if __name__ == "__main__":
    sys.exit(main())
