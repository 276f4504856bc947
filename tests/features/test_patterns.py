"""The 43 control-flow patterns: every definition behaves as its pattern must, and the page shows these definitions."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from dsl.scenarios.features import Scenario, read_feature
from dsl.scenarios.runner import carry_out
from dsl.scenarios.stage import Stage, people_beside

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "dsl" / "PATTERNS.md"
LIBRARY = ROOT / "dsl" / "patterns"
FEATURES = sorted(LIBRARY.glob("*.feature"))
WRITTEN = ("直接", "换法")
"""Verdicts with a definition in 规程."""
LEFT_OUT = re.compile(r"引用 |  版本 |  容许 ")


@dataclass(frozen=True)
class Section:
    """One pattern on the page."""

    number: int
    name: str
    verdict: str
    text: str

    @property
    def file(self) -> Path:
        """Its definition."""
        return LIBRARY / f"{self.number:02}_{self.name}.flow"

    @property
    def listing(self) -> str | None:
        """What the page shows of its definition."""
        found = re.search(r"```规程\n(.*?)\n```", self.text, re.DOTALL)
        return found and found.group(1)


def sections() -> list[Section]:
    """Read the page."""
    parts = re.split(r"^### ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    found = []
    for part in parts:
        heading = re.match(r"(\d+) (\S+) [A-Z].*\n\n\*\*(\S+)\*\*。", part)
        assert heading is not None, part[:60]
        found.append(Section(int(heading[1]), heading[2], heading[3], part))
    return found


def scenarios() -> list[tuple[str, Scenario]]:
    """Every scenario, with the name of its file."""
    return [(file.stem, scenario) for file in FEATURES for scenario in read_feature(file).scenarios]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(LIBRARY, tmp_path_factory.mktemp("patterns"), people_beside(FEATURES[0]))


@pytest.mark.parametrize(
    "scenario", [each for _, each in scenarios()], ids=[f"{stem} {each.name}" for stem, each in scenarios()]
)
def test_模式的行为(stage: Stage, scenario: Scenario) -> None:
    with stage.world() as world:
        failure = carry_out(world, scenario)
    assert failure is None, failure


def test_每种模式在页上有一节() -> None:
    assert sorted(each.number for each in sections()) == list(range(1, 44))


def test_页首的表与各节的判定一致() -> None:
    rows = re.findall(r"^\| (直接|换法|代码|不支持) \| .* \| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    told = {verdict: [int(number) for number in numbers.split("、")] for verdict, numbers in rows}
    found = {
        verdict: sorted(each.number for each in sections() if each.verdict == verdict) for verdict in told
    }
    assert told == found
    assert sum(map(len, told.values())) == 43


def test_写得出的模式都有规程和场景() -> None:
    written = [each for each in sections() if each.verdict in WRITTEN]
    assert {each.file for each in written} == {*LIBRARY.glob("[0-9]*.flow")}
    assert {each.file.with_suffix(".feature") for each in written} == {*FEATURES}


@pytest.mark.parametrize(
    "section", [each for each in sections() if each.listing is not None], ids=lambda each: str(each.number)
)
def test_页上的规程就是文件里的(section: Section) -> None:
    lines = section.file.read_text("utf-8").split("\n")
    assert section.listing == "\n".join(line for line in lines if not LEFT_OUT.match(line)).strip("\n")


def test_用代码建的图指明测试() -> None:
    (section,) = [each for each in sections() if each.verdict == "代码"]
    files = re.findall(r"`(tests/[^`\s]+\.py)`", section.text)
    assert files
    assert all((ROOT / file).is_file() for file in files)
