"""The workers: asked by clients, killed at any moment, replaced by new ones."""

import itertools
import multiprocessing
import queue
import signal
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from random import Random

from tests.faults.orders import Answer, Order, Unknown
from tests.faults.worker import serve

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.worker"])
_KILLED = Unknown("killed")
PATIENCE = 120.0
"""Seconds without an answer after which a worker is taken to hang, which is a fault of its own."""


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    waiting: dict[int, "queue.SimpleQueue[Answer]"] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    gone: bool = False

    def ask(self, ticket: int, order: Order) -> Answer:
        """Ask and wait; `Unknown` when the worker dies meanwhile."""
        answer: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        with self.lock:
            if self.gone:
                return _KILLED
            self.waiting[ticket] = answer
            try:
                self.pipe.send((ticket, order))
            except OSError:
                return _KILLED
        try:
            return answer.get(timeout=PATIENCE)
        except queue.Empty:
            return Unknown("hangs")

    def listen(self) -> None:
        """Hand answers on until the worker is gone, then tell everybody who waits."""
        with suppress(EOFError, OSError):
            while True:
                ticket, said = self.pipe.recv()
                with self.lock:
                    waiting = self.waiting.pop(ticket)
                waiting.put(said)
        with self.lock:
            self.gone = True
            left, self.waiting = self.waiting, {}
        for waiting in left.values():
            waiting.put(_KILLED)


class Crew:
    """So many workers on one database."""

    def __init__(self, number: int, url: str, origin: float) -> None:
        self._url, self._origin = url, origin
        self._tickets = itertools.count()
        self._stopped = False
        self._hiring = threading.Lock()  # nobody is put in a place once all are dismissed
        self.deaths: Counter[str] = Counter()  # by exit code
        self._workers = [self._hire() for _ in range(number)]
        self._keepers = [threading.Thread(target=self._keep, args=(place,)) for place in range(number)]
        for keeper in self._keepers:
            keeper.start()

    def _hire(self) -> _Worker:
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=serve, args=(theirs, self._url, self._origin), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _keep(self, place: int) -> None:
        """Listen to the worker in a place, and put another there whenever it dies."""
        while True:
            worker = self._workers[place]
            worker.listen()
            worker.process.join()
            worker.pipe.close()
            with self._hiring:
                if self._stopped:
                    return
                self.deaths[_name(worker.process.exitcode)] += 1
                self._workers[place] = self._hire()

    def ask(self, order: Order, random: Random) -> Answer:
        """Ask any worker."""
        return random.choice(self._workers).ask(next(self._tickets), order)

    def kill(self, random: Random) -> None:
        """Kill any worker now, whatever it is doing."""
        random.choice(self._workers).process.kill()

    def kill_all(self) -> None:
        """Kill all of them at once, as a power cut does."""
        for worker in self._workers:
            worker.process.kill()

    def stop(self) -> Mapping[str, int]:
        """Kill everybody for good; return how workers had died before, by exit code."""
        with self._hiring:
            self._stopped = True
        self.kill_all()
        for keeper in self._keepers:
            keeper.join()
        return self.deaths


def _name(code: int | None) -> str:
    return signal.Signals(-code).name if code is not None and code < 0 else f"exit {code}"
