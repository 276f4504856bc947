"""Clients: each does one thing after another, tries again under the same key, and writes down what it saw."""

import itertools
import json
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Protocol, TextIO

from tests.faults.orders import Answer, CarryOut, Done, Order, Proposal, Propose, Refused, Tick, Unknown
from tests.faults.town import WORKERS

GIVES_UP = 0.15
"""How often a client who does not know the outcome never asks again."""
ATTEMPTS = 40
PAUSE = 0.05


class Log:
    """What all clients saw, in the order in which they saw it, as JSON lines."""

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8")
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self.counted: Counter[str] = Counter()

    def write(self, kind: str, proc: int, seen: Mapping[str, object]) -> None:
        """Add a line: invoke, ok, fail or info."""
        with self._lock:
            line = {"t": round(time.monotonic() - self._started, 6), "proc": proc, "type": kind, **seen}
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self.counted[kind] += 1

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class Asked(Protocol):
    """Whoever carries orders out: a crew, or an engine in this process."""

    def ask(self, order: Order, random: Random) -> Answer:
        """Carry an order out and say what came of it."""


class Client:
    """Does one thing after another, and the same again under the same key when it does not know the outcome."""

    def __init__(self, proc: int, crew: Asked, log: Log, ids: Iterator[int], lately: deque[Proposal]) -> None:
        self._proc, self._crew, self._log = proc, crew, log
        self._ids, self._lately = ids, lately

    def propose(self, random: Random) -> Proposal | None:
        """Ask what could be done, or do what somebody else is just doing: both at once, one must lose."""
        if self._lately and random.random() < 0.15:
            proposal = random.choice(self._lately)
            return replace(proposal, user=random.choice((proposal.user, random.choice(WORKERS))))
        said = self._crew.ask(Propose(random.choice(WORKERS), random.randrange(2**32)), random)
        if not isinstance(said, Proposal):
            return None
        self._lately.append(said)
        return said

    def carry_out(self, proposal: Proposal, random: Random) -> None:
        """Have a proposal carried out, and write down every attempt and what was said."""
        number = next(self._ids)
        order = CarryOut(proposal, f"key-{number:06d}-{random.randrange(16**6):06x}", f"缘由{number:06d}号")
        asked = {
            "op": proposal.op,
            "id": number,
            "case": proposal.case,
            "task": proposal.task,
            "user": proposal.user,
            "key": order.key,
        }
        value = {"to": proposal.to, "mark": order.mark}
        for _ in range(ATTEMPTS):
            self._log.write("invoke", self._proc, {**asked, "value": value})
            said = self._crew.ask(order, random)
            match said:
                case Done(case, revision, repeated):
                    seen = {**asked, "case": case, "value": {"revision": revision, "repeated": repeated}}
                    self._log.write("ok", self._proc, seen)
                    return
                case Refused(code, text):
                    self._log.write("fail", self._proc, {**asked, "value": {"code": code, "text": text}})
                    return
                case _:
                    self._log.write("info", self._proc, {**asked, "value": {"why": _why(said)}})
                    if random.random() < GIVES_UP:
                        return
                    time.sleep(PAUSE)

    def fire(self, random: Random) -> None:
        """Let the timers fire."""
        asked = dict.fromkeys(("case", "task", "user", "key")) | {"op": "tick", "id": next(self._ids)}
        self._log.write("invoke", self._proc, {**asked, "value": None})
        said = self._crew.ask(Tick(), random)
        kind = "ok" if isinstance(said, int) else "info"
        self._log.write(
            kind, self._proc, {**asked, "value": said if isinstance(said, int) else {"why": _why(said)}}
        )


def _why(said: Answer) -> str:
    return said.why if isinstance(said, Unknown) else repr(said)


class Clients:
    """So many clients of one crew, in threads, and one that lets the timers fire."""

    def __init__(self, number: int, crew: Asked, log: Log, seed: int) -> None:
        self._stop = threading.Event()
        ids, lately = itertools.count(1), deque[Proposal](maxlen=8)
        each = [Client(proc, crew, log, ids, lately) for proc in range(number + 1)]
        self._threads = [
            threading.Thread(target=self._work, args=(client, Random(f"{seed}-{proc}")))
            for proc, client in enumerate(each[:-1])
        ]
        self._threads.append(threading.Thread(target=self._fire, args=(each[-1], Random(f"{seed}-timer"))))
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Let everybody end what he has begun."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, client: Client, random: Random) -> None:
        while not self._stop.is_set():
            proposal = client.propose(random)
            if proposal is None:
                time.sleep(PAUSE / 10)
            else:
                client.carry_out(proposal, random)

    def _fire(self, client: Client, random: Random) -> None:
        while not self._stop.wait(0.3):
            client.fire(random)
