"""The judge is judged: a true story is let pass, and each kind of lie is found."""

import copy
import itertools
import json
import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine import Engine, open_engine
from tests.faults.client import Client, Log
from tests.faults.dump import dump
from tests.faults.dying import Doom
from tests.faults.judge import Evidence, judge, outcomes
from tests.faults.orders import Answer, Order
from tests.faults.town import BEGINNING, furnish
from tests.faults.worker import answered

Story = dict[str, Any]
"""The two files of a run: what clients saw, and what was found."""


KINDS = ("Forked", "Joined", "Recalled", "TokenReturned", "TimerFired", "SignerAdded")
MOST_TURNS = 5000


class Passing:
    """A clock that goes on a little at every look, and an engine that answers in this process."""

    def __init__(self, url: str) -> None:
        self.now: datetime = BEGINNING
        self.engine: Engine = open_engine(url, clock=self.tell, synchronous="NORMAL")

    def tell(self) -> datetime:
        """Return the present moment."""
        self.now += timedelta(minutes=3)
        return self.now

    def ask(self, order: Order, random: Random) -> Answer:
        """Carry an order out here, where nobody dies."""
        del random
        return answered(self.engine, Doom(), order)


def has_everything(database: Path) -> bool:
    """Tell whether every kind of event that a lie needs has happened, and often enough."""
    with closing(sqlite3.connect(database)) as connection:
        bodies = [str(row[0]) for row in connection.execute("SELECT body FROM history")]
    return len(bodies) > 300 and all(any(f'"kind":"{kind}"' in body for body in bodies) for kind in KINDS)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The story of a run in which nobody died."""
    folder = tmp_path_factory.mktemp("run")
    url = f"sqlite:///{folder / 'town.db'}"
    passing = Passing(url)
    furnish(passing.engine)
    log = Log(folder / "history.jsonl")
    client, random = Client(0, passing, log, itertools.count(1), deque(maxlen=8)), Random(20230410)
    for turn in range(MOST_TURNS):
        proposal = client.propose(random)
        if proposal is not None:
            client.carry_out(proposal, random)
        if turn % 20 == 0:
            client.fire(random)
        if turn % 100 == 99 and has_everything(folder / "town.db"):
            break
    log.close()
    passing.engine.close()
    dump(url, folder / "state.json")
    lines = (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()
    state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    return {"seen": [json.loads(line) for line in lines], "found": state}


def rules_broken(story: Story) -> set[str]:
    return {violation.rule for violation in judge(Evidence(story["seen"], story["found"]))}


def test_a_true_story_is_let_pass(told: Story) -> None:
    evidence = Evidence(told["seen"], told["found"])
    assert judge(evidence) == []
    assert {each.kind for each in outcomes(evidence)} == {"ok", "fail"}
    happened = {event["kind"] for events in evidence.decoded.values() for event in events}
    assert set(KINDS) <= happened


# ---- lies


def _line(story: Story, kind: str, op: str | None = None) -> Any:
    return next(
        line
        for line in story["seen"]
        if line["type"] == kind and line["key"] is not None and op in (None, line["op"])
    )


def _event(story: Story, kind: str) -> tuple[Any, list[Any]]:
    """Return a group that holds an event of a kind, and the events in it."""
    for group in story["found"]["events"]:
        events = json.loads(group["body"])
        if any(event["kind"] == kind for event in events):
            return group, events
    raise AssertionError(kind)


def _repeat(story: Story, kind: str) -> None:
    """Let an event have happened twice in its group."""
    group, events = _event(story, kind)
    events.append(next(event for event in events if event["kind"] == kind))
    group["body"] = json.dumps(events)


def _task(story: Story, *statuses: str) -> Any:
    return next(task for task in story["found"]["tasks"] if task["status"] in statuses)


def lose_what_was_acknowledged(story: Story) -> None:
    key = _line(story, "ok")["key"]
    story["found"]["events"] = [each for each in story["found"]["events"] if each["key"] != key]


def record_it_of_somebody_else(story: Story) -> None:
    key = _line(story, "ok")["key"]
    next(each for each in story["found"]["events"] if each["key"] == key)["user"] = "nobody"


def carry_it_out_twice(story: Story) -> None:
    key = _line(story, "ok", "complete")["key"]
    again = copy.deepcopy(next(each for each in story["found"]["events"] if each["key"] == key))
    story["found"]["events"].append(again)


def carry_out_what_may_have_happened_twice(story: Story) -> None:
    """Not even a command of unknown outcome may happen twice."""
    key = _line(story, "ok", "complete")["key"]
    story["seen"] = [line for line in story["seen"] if line["key"] != key or line["type"] == "invoke"]
    again = copy.deepcopy(next(each for each in story["found"]["events"] if each["key"] == key))
    story["found"]["events"].append(again)


def acknowledge_two_answers_of_one_item(story: Story) -> None:
    line = _line(story, "ok", "complete")
    story["seen"] += [{**line, "type": kind, "id": 10**6, "value": {"mark": "-"}} for kind in ("invoke",)]
    story["seen"].append({**line, "id": 10**6})


def leave_a_trace_of_a_refusal(story: Story) -> None:
    line = _line(story, "ok", "complete")
    line.update(type="fail", value={"code": "E201", "text": ""})


def leave_the_reason_of_a_refusal(story: Story) -> None:
    refused = _line(story, "fail")
    asked = next(line for line in story["seen"] if line["id"] == refused["id"])
    group = story["found"]["events"][-1]
    group["body"] = group["body"].replace(
        '"operation"', f'"reason":"{asked["value"]["mark"]}","operation"', 1
    )


def crash(story: Story) -> None:
    line = _line(story, "fail")
    story["seen"].append({**line, "type": "info", "value": {"why": "crash: KeyError"}})


def change_a_recorded_word(story: Story) -> None:
    group = story["found"]["events"][3]
    group["body"] = group["body"].replace('"by":"', '"by":"x', 1)


def drop_an_event_in_the_middle(story: Story) -> None:
    case = next(each for each in story["found"]["cases"] if each["revision"] > 3)["id"]
    events = story["found"]["events"]
    events.remove(next(each for each in events if (each["case"], each["seq"]) == (case, 2)))


def cut_the_end_off(story: Story) -> None:
    case = next(each for each in story["found"]["cases"] if each["revision"] > 3)
    last = (case["id"], case["revision"])
    events = story["found"]["events"]
    events.remove(next(each for each in events if (each["case"], each["seq"]) == last))


def double_a_token(story: Story) -> None:
    case = next(each for each in story["found"]["cases"] if each["tokens"])
    case["tokens"].append({**case["tokens"][0], "id": 9999})


def lose_a_token(story: Story) -> None:
    next(each for each in story["found"]["cases"] if each["tokens"])["tokens"].pop()


def arrive_twice(story: Story) -> None:
    _repeat(story, "BranchArrived")


def join_twice(story: Story) -> None:
    _repeat(story, "Joined")


def join_early(story: Story) -> None:
    group, events = _event(story, "Joined")
    group["body"] = json.dumps([each for each in events if each["kind"] != "BranchArrived"])


def finish_with_open_work(story: Story) -> None:
    next(each for each in story["found"]["cases"] if each["tokens"])["status"] = "finished"


def go_on_offering_what_is_closed(story: Story) -> None:
    story["found"]["offers"].append(_task(story, "done")["id"])


def close_without_a_cause(story: Story) -> None:
    _task(story, "done")["closing_event"] = 10**6


def close_for_another_cause(story: Story) -> None:
    _task(story, "done")["cause"] = "CaseVoided"


def answer_an_item_twice(story: Story) -> None:
    _repeat(story, "TaskAnswered")


def take_an_answer_back_twice(story: Story) -> None:
    _repeat(story, "Recalled")


def lose_an_item(story: Story) -> None:
    story["found"]["tasks"].remove(_task(story, "open"))


def change_the_holder(story: Story) -> None:
    _task(story, "open")["who"] = "nobody"


def store_another_state(story: Story) -> None:
    next(each for each in story["found"]["cases"] if each["tokens"])["state"]["next"] = 10**6


def forget_a_clock(story: Story) -> None:
    next(each for each in story["found"]["cases"] if each["wake"])["wake"] = None


def fire_a_timer_twice(story: Story) -> None:
    _repeat(story, "TimerFired")


def skip_a_case(story: Story) -> None:
    story["found"]["cases"].pop(1)


def give_a_number_twice(story: Story) -> None:
    story["found"]["cases"][0]["number"] = story["found"]["cases"][1]["number"]


LIES: dict[Callable[[Story], None], str] = {
    lose_what_was_acknowledged: "lost",
    record_it_of_somebody_else: "lost",
    carry_it_out_twice: "twice",
    carry_out_what_may_have_happened_twice: "twice",
    acknowledge_two_answers_of_one_item: "twice",
    leave_a_trace_of_a_refusal: "trace",
    leave_the_reason_of_a_refusal: "trace",
    crash: "crash",
    change_a_recorded_word: "chain",
    drop_an_event_in_the_middle: "chain",
    cut_the_end_off: "chain",
    double_a_token: "tokens",
    lose_a_token: "tokens",
    arrive_twice: "tokens",
    join_twice: "tokens",
    join_early: "tokens",
    finish_with_open_work: "items",
    go_on_offering_what_is_closed: "items",
    close_without_a_cause: "items",
    close_for_another_cause: "items",
    answer_an_item_twice: "items",
    take_an_answer_back_twice: "items",
    lose_an_item: "replay",
    change_the_holder: "replay",
    store_another_state: "replay",
    forget_a_clock: "replay",
    fire_a_timer_twice: "timers",
    skip_a_case: "numbers",
    give_a_number_twice: "numbers",
}


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_each_lie_is_found(told: Story, lie: Callable[[Story], None]) -> None:
    story = copy.deepcopy(told)
    lie(story)
    assert LIES[lie] in rules_broken(story)
