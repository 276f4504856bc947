"""What the language can say beside control flow: each construct in a definition of its own, run on a real engine."""

import re
from pathlib import Path

import pytest

from dsl.scenarios.features import Scenario, read_feature
from dsl.scenarios.runner import carry_out
from dsl.scenarios.stage import Stage, people_beside

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "dsl" / "constructs"
PAGE = (ROOT / "dsl" / "CONSTRUCTS.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+?) \| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$", PAGE, re.MULTILINE)
SCENARIOS = [
    (file, scenario)
    for file in sorted(LIBRARY.glob("*.feature"))
    for scenario in read_feature(file).scenarios
]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(LIBRARY, tmp_path_factory.mktemp("constructs"), people_beside(SCENARIOS[0][0]))


@pytest.mark.parametrize(
    "scenario",
    [scenario for _, scenario in SCENARIOS],
    ids=[f"{file.stem} {scenario.name}" for file, scenario in SCENARIOS],
)
def test_写法的效果(stage: Stage, scenario: Scenario) -> None:
    with stage.world() as world:
        failure = carry_out(world, scenario)
    assert failure is None, failure


@pytest.mark.parametrize(("written", "flow", "test"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_页上的写法真有其文_真有其测试(written: str, flow: str, test: str) -> None:
    assert written in (ROOT / flow).read_text(encoding="utf-8")
    assert (ROOT / test).is_file()


def test_每个写法的规程都有场景_都在页上() -> None:
    shown = {ROOT / flow for _, _, flow, _ in ROWS}
    features = {file.with_suffix(".flow") for file, _ in SCENARIOS}
    assert features <= shown
    assert features | {LIBRARY / "岗位.flow"} == {*LIBRARY.glob("*.flow")}
