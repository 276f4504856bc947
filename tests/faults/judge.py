"""Judge a fault run by what its clients saw and what was found afterwards: `python -m tests.faults.judge DIR`.

It reads two files and knows nothing of the engine: `history.jsonl` (what clients saw) and `state.json` (the database).
"""

import argparse
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.token_book import TokenBook

Record = Mapping[str, Any]
OPEN = ("open", "waiting", "suspended")
GOES_ON = ("open", "suspended")


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that must not be: which promise, and what was found."""

    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}"


class Evidence:
    """What the two files say."""

    def __init__(self, seen: Sequence[Record], found: Record) -> None:
        self.seen = seen
        self.cases: Sequence[Record] = found["cases"]
        self.tasks: Sequence[Record] = found["tasks"]
        self.offers = set(found["offers"])
        self.events: Sequence[Record] = found["events"]
        self.groups: dict[int, list[Record]] = defaultdict(list)
        self.decoded: dict[tuple[int, int], list[Record]] = {}
        for each in self.events:
            self.groups[each["case"]].append(each)
            self.decoded[each["case"], each["seq"]] = json.loads(each["body"])

    @classmethod
    def read(cls, folder: Path) -> "Evidence":
        """Read the two files of a run."""
        lines = (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        return cls([json.loads(line) for line in lines], state)


def judge(evidence: Evidence) -> list[Violation]:
    """Return every broken promise."""
    rules = (_commands, _crashes, _chains, _tokens, _tasks, _replay, _timers, _numbers)
    return [violation for rule in rules for violation in rule(evidence)]


# ---- commands


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a client knows about one command: done, refused, or neither."""

    asked: Record
    end: Record | None

    @property
    def kind(self) -> str:
        """How it ended: ok, fail or unknown."""
        return "unknown" if self.end is None else str(self.end["type"])


def outcomes(evidence: Evidence) -> list[Outcome]:
    """Bring the lines about each command together."""
    asked: dict[int, Record] = {}
    ended: dict[int, Record] = {}
    for line in evidence.seen:
        if line["key"] is None:
            continue  # a tick: whoever fires a timer is not told which
        if line["type"] == "invoke":
            asked.setdefault(line["id"], line)
        elif line["type"] in ("ok", "fail"):
            ended[line["id"]] = line
    return [Outcome(line, ended.get(number)) for number, line in asked.items()]


def _commands(evidence: Evidence) -> Iterator[Violation]:
    by_key = defaultdict(list)
    for each in evidence.events:
        by_key[each["key"]].append(each)
    texts = [each["body"] for each in evidence.events]
    closed: Counter[str] = Counter()
    for outcome in outcomes(evidence):
        asked, groups = outcome.asked, by_key[outcome.asked["key"]]
        name = f"{asked['op']} {asked['id']} ({asked['key']})"
        if len(groups) > 1:
            yield Violation("twice", f"{name} was carried out {len(groups)} times")
        if outcome.kind == "ok" and not groups:
            yield Violation("lost", f"{name} was acknowledged and is not there")
        if outcome.kind == "ok" and groups:
            yield from _as_acknowledged(name, outcome, groups[0])
        if outcome.kind == "fail" and (groups or any(asked["value"]["mark"] in text for text in texts)):
            yield Violation("trace", f"{name} was refused and left a trace")
        if outcome.kind == "ok" and asked["op"] in ("complete", "return"):
            closed[asked["task"]] += 1
    for task, times in closed.items():
        if times > 1:
            yield Violation("twice", f"item {task} was answered {times} times")


def _as_acknowledged(name: str, outcome: Outcome, group: Record) -> Iterator[Violation]:
    """The recorded command is the one that was asked for, where its client was told it is."""
    end = outcome.end
    assert end is not None
    if (group["case"], group["user"]) != (end["case"], end["user"]):
        yield Violation("lost", f"{name} is recorded of another case or person")
    if group["seq"] > end["value"]["revision"]:
        yield Violation("lost", f"{name} is recorded at {group['seq']}, later than was acknowledged")


def _crashes(evidence: Evidence) -> Iterator[Violation]:
    """An unknown outcome is a killed worker or a lost database, never a mistake of the engine."""
    for line in evidence.seen:
        if line["type"] == "info" and line["value"]["why"] not in ("killed", "E207"):
            yield Violation("crash", f"{line['op']} {line['id']}: {line['value']['why']}")


# ---- chains


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _chains(evidence: Evidence) -> Iterator[Violation]:
    for case in evidence.cases:
        groups = evidence.groups[case["id"]]
        expected = _sha256(f"anliu case {case['tenant']} {case['id']} {case['digest']}")
        for position, group in enumerate(groups, 1):
            place = f"case {case['id']} event {position}"
            if group["seq"] != position:
                yield Violation("chain", f"{place} is missing")
                break
            if group["prev"] != expected or group["hash"] != _sha256(f"{expected}\n{group['body']}"):
                yield Violation("chain", f"{place} does not follow from the one before")
                break
            expected = group["hash"]
        if (case["revision"], case["head"]) != (len(groups), groups[-1]["hash"] if groups else None):
            yield Violation("chain", f"case {case['id']} ends elsewhere than its history")
    orphans = set(evidence.groups) - {case["id"] for case in evidence.cases}
    for number in orphans:
        yield Violation("chain", f"there are events of case {number}, which is not there")


# ---- tokens and joins


def _tokens(evidence: Evidence) -> Iterator[Violation]:
    for case in evidence.cases:
        book = TokenBook()
        for group in evidence.groups[case["id"]]:
            book.follow(evidence.decoded[case["id"], group["seq"]])
        for fault in book.faults:
            yield Violation("tokens", f"case {case['id']}: {fault}")
        stored = {token["id"] for token in case["tokens"]}
        if stored != book.tokens or len(stored) != len(case["tokens"]):
            yield Violation("tokens", f"case {case['id']} has {sorted(stored)}, not {sorted(book.tokens)}")
        blocks = {block["id"] for block in case["blocks"]}
        if not set(book.blocks) <= blocks:
            yield Violation(
                "tokens", f"case {case['id']} has blocks {sorted(blocks)}, not {sorted(book.blocks)}"
            )
        if (case["status"] in GOES_ON) != bool(stored):
            yield Violation("tokens", f"case {case['id']} is {case['status']} with tokens {sorted(stored)}")


# ---- work items


def _tasks(evidence: Evidence) -> Iterator[Violation]:
    status = {case["id"]: case["status"] for case in evidence.cases}
    waiting = {task["case"] for task in evidence.tasks if task["status"] in OPEN}
    for number, word in status.items():
        if (word in GOES_ON) != (number in waiting):
            yield Violation(
                "items", f"case {number} is {word}, with{'' if number in waiting else 'out'} open items"
            )
    for task in evidence.tasks:
        yield from _task(task, evidence)
    done = Counter(
        (f"{case}-{event['item']}", event["kind"])
        for (case, _), events in evidence.decoded.items()
        for event in events
        if event["kind"] in ("TaskAnswered", "Recalled")
    )
    for (name, kind), times in done.items():
        if times > 1:
            yield Violation("items", f"item {name}: {kind} {times} times")


def _task(task: Record, evidence: Evidence) -> Iterator[Violation]:
    if task["status"] in OPEN:
        if task["closed"] is not None or task["closing_event"] is not None:
            yield Violation("items", f"item {task['id']} is {task['status']} and closed at once")
        return
    if task["id"] in evidence.offers:
        yield Violation("items", f"item {task['id']} is closed and still offered")
    events = evidence.decoded.get((task["case"], task["closing_event"]))
    if events is None:
        yield Violation("items", f"item {task['id']} was closed by an event that is not there")
    elif task["cause"] not in {event["kind"] for event in events}:
        yield Violation(
            "items", f"item {task['id']} was closed by {task['cause']}, which its event does not hold"
        )


# ---- tables and replay


def _replay(evidence: Evidence) -> Iterator[Violation]:
    open_tasks: dict[int, dict[str, Record]] = defaultdict(dict)
    for task in evidence.tasks:
        if task["status"] in OPEN:
            open_tasks[task["case"]][task["id"]] = {"status": task["status"], "holder": task["who"]}
    for case in evidence.cases:
        replayed = case["replayed"]
        for name, value in case["state"].items():
            if replayed["state"].get(name) != value:
                yield Violation(
                    "replay", f"case {case['id']}: {name} is {value}, replayed {replayed['state'].get(name)}"
                )
        if open_tasks[case["id"]] != replayed["open"]:
            yield Violation(
                "replay",
                f"case {case['id']}: open items {open_tasks[case['id']]}, replayed {replayed['open']}",
            )
        if case["wake"] != replayed["wake"]:
            yield Violation(
                "replay", f"case {case['id']}: wakes at {case['wake']}, replayed {replayed['wake']}"
            )
        if case["status"] != case["state"]["status"]:
            yield Violation("replay", f"case {case['id']} is listed as {case['status']}")


# ---- timers and numbers


def _timers(evidence: Evidence) -> Iterator[Violation]:
    fired: Counter[tuple[object, ...]] = Counter(
        (case, event.get("activation"), event.get("clock"), event["timer"], event["index"], event["due"])
        for (case, _), events in evidence.decoded.items()
        for event in events
        if event["kind"] == "TimerFired"
    )
    for timer, times in fired.items():
        if times > 1:
            yield Violation("timers", f"timer {timer} fired {times} times")


def _numbers(evidence: Evidence) -> Iterator[Violation]:
    """Case ids come from a counter in the same transaction: none is missing, none is given twice."""
    numbers = sorted(case["id"] for case in evidence.cases)
    if numbers != list(range(1, len(numbers) + 1)):
        yield Violation("numbers", f"cases {numbers} are not numbered one after the other")
    for number, times in Counter(case["number"] for case in evidence.cases).items():
        if times > 1:
            yield Violation("numbers", f"{times} cases have the number {number}")


# ---- the command


def report(violations: Iterable[Violation]) -> str:
    """Return one line for each violation, and how many there are."""
    lines = [str(each) for each in violations]
    return "\n".join([*lines, f"{len(lines)} violations"])


def main() -> int:
    """Judge the run in a folder; 0 when nothing was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.judge", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    violations = judge(Evidence.read(parser.parse_args().folder))
    sys.stdout.write(report(violations) + "\n")
    return int(bool(violations))


if __name__ == "__main__":
    sys.exit(main())
