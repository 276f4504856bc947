"""The thirty-five awkward cases on a real engine, with small definitions of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dsl.scenarios.features import Scenario, feature_files, read_feature
from dsl.scenarios.registry import Registry
from dsl.scenarios.runner import told
from dsl.scenarios.stage import Stage
from dsl.scenarios.vocabulary import STEPS
from dsl.scenarios.world import World
from tests.features.racing import RACING

HERE = Path(__file__).with_name("awkward")
ALL = Registry((*STEPS.chapters, RACING))
SCENARIOS = [scenario for file in feature_files([HERE]) for scenario in read_feature(file).scenarios]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(HERE, tmp_path_factory.mktemp("awkward"), HERE / "organisation.json")


@pytest.fixture
def world(stage: Stage, request: pytest.FixtureRequest) -> Iterator[World]:
    with stage.world() as opened:
        opened.nightly = bool(request.config.getoption("--nightly"))  # type: ignore[attr-defined]  # for the race
        yield opened


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_为难的情形(world: World, scenario: Scenario) -> None:
    with told(world):
        for each in scenario.steps:
            ALL.run(world, each.text, each.table)


def test_三十五个情形一个不少() -> None:
    numbers = {int(scenario.name.split()[0]) for scenario in SCENARIOS}
    assert numbers == set(range(1, 36))
