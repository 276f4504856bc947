"""Scenarios carried out one by one, each in a town of its own."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dsl.scenarios.coverage import Coverage
from dsl.scenarios.features import Feature, Misreading, Scenario, ScenarioStep, feature_files, read_feature
from dsl.scenarios.outcome import Unmet
from dsl.scenarios.stage import Stage, library_of, people_beside
from dsl.scenarios.vocabulary import STEPS
from dsl.scenarios.world import World
from engine.errors import Refusal


@dataclass(frozen=True, slots=True)
class Failure:
    """The step at which a scenario failed, and why."""

    step: ScenarioStep
    said: str


@dataclass(frozen=True, slots=True)
class Result:
    """How a scenario went; no failure: as it is written."""

    scenario: Scenario
    failure: Failure | None = None


@dataclass
class Run:
    """A run over feature files; iterate `results` to carry it out."""

    features: tuple[Feature, ...]
    coverage: Coverage = field(default_factory=Coverage)

    @property
    def misreadings(self) -> tuple[Misreading, ...]:
        """Lines that are not understood; with any, nothing should be run."""
        return tuple(found for feature in self.features for found in feature.misreadings)

    def results(self) -> Iterator[Result]:
        """Carry out every scenario.

        Raises:
            NotReady: the definitions of a file do not compile.
        """
        with tempfile.TemporaryDirectory(prefix="anliu-") as folder:
            stages: dict[tuple[Path, Path | None], Stage] = {}
            for feature in self.features:
                place = (library_of(feature.file), people_beside(feature.file))
                if place not in stages:
                    stages[place] = Stage(place[0], Path(folder) / str(len(stages)), place[1])
                stage = stages[place]
                self.coverage.declare(stage.compiled.definitions, feature.file.parent, stage.compiled.sources)
                for scenario in feature.scenarios:
                    yield self._carried_out(stage, scenario)

    def _carried_out(self, stage: Stage, scenario: Scenario) -> Result:
        with stage.world() as world:
            failure = carry_out(world, scenario)
            self.coverage.add(world)
            return Result(scenario, failure)


def open_run(paths: Sequence[Path]) -> Run:
    """Read the feature files among paths, ready to run."""
    return Run(tuple(read_feature(file) for file in feature_files(paths)))


def carry_out(world: World, scenario: Scenario) -> Failure | None:
    """Carry out the steps of a scenario until one fails."""
    for step in scenario.steps:
        try:
            run_step(world, step)
        except Unmet as unmet:
            return Failure(step, str(unmet))
    return None


def run_step(world: World, step: ScenarioStep) -> None:
    """Carry out one step.

    Raises:
        Unmet: it does not hold, or the engine refused.
    """
    with told(world):
        STEPS.run(world, step.text, step.table)


@contextmanager
def told(world: World) -> Iterator[None]:
    """Turn a refusal that no step expected into a failure; every failure tells the story so far."""
    try:
        yield
    except Unmet as unmet:
        raise Unmet(unmet.said, unmet.story or world.story()) from unmet
    except Refusal as refusal:
        hint = f"（{refusal.hint}）" if refusal.hint else ""
        raise Unmet(f"系统拒绝：{refusal.code} {refusal.text}{hint}", world.story()) from refusal
