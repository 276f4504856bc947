"""The awkward cases 1 to 29 again (but the race of 20), by a process that dies in the middle of every commit (awkward case 30, everywhere).

Each scenario goes on from what the death left; it must come to the same end, with histories that verify.
"""

import shutil
from pathlib import Path
from typing import cast

import pytest

from dsl.scenarios.features import Scenario
from dsl.scenarios.runner import told
from dsl.scenarios.stage import BEGINNING, Stage
from dsl.scenarios.world import Clock, World
from engine import Engine, open_engine
from tests.faults.torn import DATABASE, Mortal, Tearing
from tests.features.test_awkward_cases import ALL, HERE, SCENARIOS

RACED = 20  # by processes of its own, which open the files where they were
AS_PLAYED = [each for each in SCENARIOS if int(each.name.split()[0]) not in {RACED, *range(30, 100)}]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Stage, Path]:
    folder = tmp_path_factory.mktemp("mortal")
    stage = Stage(HERE, folder, HERE / "organisation.json")
    (folder / "town").mkdir()
    with open_engine(f"sqlite:///{folder / 'town' / DATABASE}", clock=Clock(BEGINNING)) as engine:
        stage.furnish(engine)
    return stage, folder / "town"


@pytest.mark.parametrize("scenario", AS_PLAYED, ids=lambda scenario: scenario.name)
def test_每次提交都断电(prepared: tuple[Stage, Path], tmp_path: Path, scenario: Scenario) -> None:
    stage, town = prepared
    folder, clock, tearing = tmp_path / "town", Clock(BEGINNING), Tearing()
    shutil.copytree(town, folder)
    with tearing.installed():
        mortal = Mortal(folder, clock, tearing)
        world = World(cast(Engine, mortal), clock, duties=stage.duties)
        with told(world):
            for each in scenario.steps:
                ALL.run(world, each.text, each.table)
        survived = mortal.engine
        assert mortal.deaths
        assert survived.verify().ok
        assert not survived.check()
        survived.close()
