"""The scenarios beside the definitions, as officials read them, on a real engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import scenarios, step
from pytest_bdd.parsers import StepParser
from pytest_bdd.scenario import scenario_wrapper_template_registry

from dsl.scenarios.features import feature_files, read_feature
from dsl.scenarios.outcome import Unmet
from dsl.scenarios.runner import told
from dsl.scenarios.stage import Stage, people_beside
from dsl.scenarios.vocabulary import STEPS
from dsl.scenarios.world import World

LIBRARY = Path(__file__).resolve().parents[2] / "processes"


class AnyStep(StepParser):
    """Takes every text: the registry of steps knows what it means, and says so when it means nothing."""

    def is_matching(self, name: str) -> bool:
        return bool(name)

    def parse_arguments(self, name: str) -> dict[str, Any]:
        return {"text": name}


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[Path | None, Stage]:
    """One prepared town for each organisation file."""
    peoples = {people_beside(file) for file in feature_files([LIBRARY])} | {None}
    return {people: Stage(LIBRARY, tmp_path_factory.mktemp("stage"), people) for people in peoples}


@pytest.fixture
def world(stages: dict[Path | None, Stage], request: pytest.FixtureRequest) -> Iterator[World]:
    written = scenario_wrapper_template_registry.get(request.function)
    people = people_beside(Path(written.feature.filename)) if written else None
    with stages[people].world() as opened:
        yield opened


@step(AnyStep("任何步骤"))
def run_step(world: World, text: str, datatable: list[list[str]] | None = None) -> None:
    with told(world):
        STEPS.run(world, text, datatable)


scenarios(".")


@pytest.mark.parametrize("file", feature_files([LIBRARY]), ids=lambda file: file.parent.name)
def test_每一行都读得懂(file: Path) -> None:
    assert [f"{each.line} {each.said}" for each in read_feature(file).misreadings] == []


def test_没有办成的步骤说明应为实为和办理记录(world: World) -> None:
    with pytest.raises(Unmet, match="还没有案件"):
        STEPS.run(world, "案件停在“查重”")
