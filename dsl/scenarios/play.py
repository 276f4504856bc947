"""Scenarios played into a town that is kept: the cases of a demonstration."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from dsl.scenarios.features import read_feature
from dsl.scenarios.outcome import Unmet
from dsl.scenarios.runner import carry_out
from dsl.scenarios.world import Clock, World
from engine import Engine
from engine.definition import Definition


def play(
    engine: Engine,
    clock: Clock,
    file: Path,
    today: date,
    until: datetime,
    duties: Mapping[str, Definition] | None = None,
) -> tuple[int, ...]:
    """Play every scenario of a feature file, one after the other, then let time pass up to a moment.

    Each scenario may begin at a time of its own. What falls due in the cases of those before fires on the way.

    Args:
        engine: opened with `clock`, furnished with people, calendar and definitions.
        today: what 今天 means in the file.
        duties: recurring duties that the file may bring into force.

    Returns: the cases that were started, in order.

    Raises:
        Unmet: a line is misread, or a step does not hold; names file and line.
    """
    feature = read_feature(file)
    if feature.misreadings:
        raise Unmet("\n".join(f"{each.file}:{each.line} {each.said}" for each in feature.misreadings))
    cases: list[int] = []
    latest = clock.now
    for scenario in feature.scenarios:
        world = World(engine, clock, today, duties or {})
        failure = carry_out(world, scenario)
        if failure is not None:
            raise Unmet(f"{file}:{failure.step.line} {failure.step.text}\n{failure.said}")
        cases += world.cases
        latest = max(latest, clock.now)
    World(engine, clock, today).run_until(max(latest, until))
    return tuple(cases)
