"""Commands that wait for one writer: in order, several together, each with its own fate."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.line import MOST, Line, Place
from engine.sqlite_writer import _Command
from engine.store import Store

Job = Callable[[], object]


class Desk:
    """Runs groups of jobs; the first group waits until `open` is set, so that a line forms behind it."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.groups: list[int] = []
        self.line: Line[Job] = Line(self._run)

    def _run(self, group: Sequence[Place[Job]]) -> None:
        if not self.groups:
            assert self.open.wait(10)
        self.groups.append(len(group))
        for each in group:
            try:
                each.result = each.job()
            except ValueError as error:
                each.error = error

    def all(self, jobs: Sequence[Job]) -> list[object]:
        """Let the first job lead and the others wait behind it, in order; return what became of each."""
        with ThreadPoolExecutor(len(jobs)) as pool:
            futures = []
            for number, job in enumerate(jobs):
                futures.append(pool.submit(self.line.pass_through, job))
                while not self.line._led or len(self.line._places) != number:
                    time.sleep(0.001)
            self.open.set()
            return [each.exception() or each.result() for each in futures]


def test_who_waits_shares_the_next_group_in_the_order_of_coming() -> None:
    desk, ran = Desk(), list[int]()

    desk.all([lambda n=n: ran.append(n) for n in range(5)])  # type: ignore[misc]

    assert desk.groups == [1, 4]
    assert ran == [0, 1, 2, 3, 4]


def test_a_group_is_bounded_so_that_a_wait_is() -> None:
    desk = Desk()

    desk.all([lambda: None] * (MOST + 3))

    assert desk.groups == [1, MOST, 2]


def test_each_gets_his_own_answer() -> None:
    def fail() -> None:
        raise ValueError("refused")

    one, two, three = Desk().all([lambda: "one", fail, lambda: "three"])

    assert (one, three) == ("one", "three")
    assert isinstance(two, ValueError)


def test_what_keeps_a_group_from_being_committed_is_told_to_all_of_it_and_to_nobody_else() -> None:
    class Broken(Desk):
        def _run(self, group: Sequence[Place[Job]]) -> None:
            super()._run(group)
            if len(group) == 2:
                raise OSError("disk")

    answers = Broken().all([lambda: "alone", lambda: "a", lambda: "b"])

    assert answers[0] == "alone"
    assert [type(each) for each in answers[1:]] == [OSError, OSError]


def test_an_interrupted_leader_leaves_the_others_to_the_next() -> None:
    class Interrupted(Desk):
        def _run(self, group: Sequence[Place[Job]]) -> None:
            if len(self.groups) == 1 and len(group) == 3:
                self.groups.append(0)
                raise KeyboardInterrupt
            super()._run(group)

    desk = Interrupted()

    answers = desk.all([lambda: 0, lambda: 1, lambda: 2, lambda: 3])

    assert isinstance(answers[1], KeyboardInterrupt)
    assert answers[2:] == [2, 3]
    assert desk.groups == [1, 0, 2]


def test_what_was_refused_before_an_interrupt_is_asked_again(sqlite_url: str) -> None:
    """The writer starts afresh with each command that an interrupted leader left behind."""
    tries = list[str]()

    def refused_once(_: object) -> str:
        tries.append("refused")
        if len(tries) == 1:
            raise ValueError("refused")
        return "done"

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    store = Store.open(sqlite_url)
    assert store._writer is not None
    places = [Place(_Command("town", plan)) for plan in (refused_once, interrupted)]
    with pytest.raises(KeyboardInterrupt):
        store._writer._run(places)
    store._writer._run(places[:1])
    store.close()

    assert (places[0].result, places[0].error) == ("done", None)


def test_a_unit_of_work_does_not_wait_for_itself() -> None:
    desk = Desk()
    desk.open.set()

    with pytest.raises(RuntimeError, match="within"):
        desk.line.pass_through(lambda: desk.line.pass_through(lambda: None))
