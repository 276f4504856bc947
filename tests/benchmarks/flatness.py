"""Whether a step costs the same in an old case: 1,000 earlier completions against 10, stepped in turn in one database."""

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from dsl import compile_paths
from engine import Engine
from engine.directory import Organisation, Person, Post

OLD, YOUNG = 1_000, 10
STEPS = 200
_EACH = 10
"""Steps that a young case takes before another one takes its place."""
_PROCESS = "测速循环"
_ACCOUNT = "jing-ban"


@dataclass(frozen=True, slots=True)
class FlatnessReading:
    """Median microseconds of a step in an old case and in a young one."""

    old: float
    young: float

    @property
    def ratio(self) -> float:
        """How much more the old one takes."""
        return self.old / self.young


class _Rounds:
    """A case that goes round and round."""

    def __init__(self, engine: Engine, earlier: int) -> None:
        self._engine = engine
        self._case = engine.start(_PROCESS, by=_ACCOUNT, form={"事由": "巡查"}).id
        for _ in range(earlier):
            self.step()

    def step(self) -> float:
        """Complete the open item; return the seconds it took.

        It is looked up in the inbox, which is as long for every case: reading the whole case would leave a thousand
        groups of an old one in the processor's caches instead of what the step needs.
        """
        (item,) = (each for each in self._engine.inbox(_ACCOUNT).items if each.case == self._case)
        started = time.perf_counter()
        self._engine.complete(item.id, by=_ACCOUNT, outcome="再查")
        return time.perf_counter() - started


def measure(engine: Engine) -> FlatnessReading:
    """Step an old case and young ones in turn, so that growth of the file meets both."""
    people = (Person(_ACCOUNT, "经办人"),)
    engine.load_organisation(Organisation(people=people, posts=(Post("经办人", _ACCOUNT),)))
    compiled = compile_paths([Path(__file__).with_name("rounds.flow")])
    engine.deploy(compiled.definitions, by=_ACCOUNT, reason="测速")
    old, young = _Rounds(engine, OLD), [_Rounds(engine, YOUNG) for _ in range(STEPS // _EACH)]
    pairs = [(old.step(), each.step()) for each in young for _ in range(_EACH)]
    return FlatnessReading(
        1e6 * statistics.median(one for one, _ in pairs), 1e6 * statistics.median(two for _, two in pairs)
    )
