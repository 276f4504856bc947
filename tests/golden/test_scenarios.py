"""How a scenario that does not hold reads: what should have been, what is, and the story so far."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from dsl.scenarios.runner import Run, open_run
from tests.golden.cases import paths, read

HERE = Path(__file__).parent / "scenarios"
CASES = paths("scenarios")
BACKGROUND = """# language: zh-CN
功能: 试办
  背景:
    假如 时间是 2023-04-10 09:00
    当 王一发起“试办”：
      | 字段 | 值   |
      | 名称 | 试验 |
      | 人数 | 12   |

  场景: 一
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What is said of each scenario; all are carried out in one town, each in a database of its own."""
    folder = tmp_path_factory.mktemp("town")
    shutil.copy(HERE / "calendar.json", folder)
    own = folder / "try"
    own.mkdir()
    for name in ("process.flow", "organisation.json"):
        shutil.copy(HERE / name, own)
    for path in CASES:
        (own / f"{path.stem}.feature").write_text(BACKGROUND + read(path).text("场景"), encoding="utf-8")
    run = open_run([own])
    said = {each.file.stem: f"读不懂：{each.said}\n" for each in run.misreadings}
    understood = Run(tuple(each for each in run.features if not each.misreadings))
    for result in understood.results():
        failure = result.failure
        said[result.scenario.file.stem] = (
            "通过\n" if failure is None else f"{failure.step.text}\n{failure.said}\n"
        )
    return said


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_不通过的场景说清应为什么_实为什么_到此为止办了什么(path: Path, told: Mapping[str, str]) -> None:
    read(path).check(结果=told[path.stem])


def test_没有一个是通过的(told: Mapping[str, str]) -> None:
    assert len(told) == len(CASES) >= 15 and "通过\n" not in told.values()
