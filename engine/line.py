"""A line of commands for one writer: several share a transaction, in the order they came, and a flush to the disk.

Whoever comes first leads: he runs what waits, commits once, and then answers everybody; who waits at the head of the
line leads next. So a lone command is run by its own thread at once, nobody is overtaken, and nobody waits for more than
the groups before him. A thread of its own for writing would cost a lone command two changes of thread.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Job = TypeVar("Job")

MOST = 16
"""Commands that share a transaction: more made nothing faster, and whoever comes last waits for all of them."""


@dataclass(slots=True, eq=False)
class Place(Generic[Job]):
    """A command in the line, and what became of it once it was run."""

    job: Job
    result: object = None
    error: BaseException | None = None
    leads: bool = False
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._turn.acquire()

    def wait(self) -> None:
        """Wait until the command is answered or leads."""
        self._turn.acquire()

    def wake(self) -> None:
        """End the wait."""
        self._turn.release()


class Line(Generic[Job]):
    """Commands that wait to be run.

    Args:
        run: runs a group and notes result or error of each; when it raises, nothing of the group has happened.
    """

    def __init__(self, run: Callable[[Sequence[Place[Job]]], None]) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._places: deque[Place[Job]] = deque()
        self._led = False
        self._leader: int | None = None

    def pass_through(self, job: Job) -> object:
        """Run a command when its turn comes; return what it gave.

        Raises:
            what the command raised, or what kept its group from being committed.
        """
        if self._leader == threading.get_ident():
            raise RuntimeError("a unit of work within a unit of work")
        mine = Place(job)
        with self._lock:
            self._places.append(mine)
            mine.leads, self._led = not self._led, True
        if not mine.leads:
            self._wait(mine)
        if mine.leads:
            self._lead(mine)
        if mine.error is not None:
            raise mine.error
        return mine.result

    def _wait(self, mine: Place[Job]) -> None:
        try:
            mine.wait()
        except BaseException:
            with self._lock:  # interrupted: unless it is being run it goes, and somebody else leads
                if mine in self._places:
                    self._places.remove(mine)
                    if mine.leads:
                        self._hand_over()
            raise

    def _lead(self, mine: Place[Job]) -> None:
        with self._lock:
            group = [self._places.popleft() for _ in range(min(len(self._places), MOST))]
        self._leader = threading.get_ident()
        try:
            self._run(group)
        except Exception as error:  # noqa: BLE001 -- raised in the thread of each member
            for each in group:
                each.error = error
        except BaseException:
            with self._lock:  # an interrupt concerns this thread: to the others nothing has happened
                self._places.extendleft(each for each in reversed(group) if each is not mine)
            group = [mine]
            raise
        finally:
            self._leader = None
            for each in group:
                if each is not mine:
                    each.wake()
            with self._lock:
                self._hand_over()

    def _hand_over(self) -> None:
        """Let the head of the line lead, if anybody waits."""
        self._led = bool(self._places)
        if self._led:
            self._places[0].leads = True
            self._places[0].wake()
