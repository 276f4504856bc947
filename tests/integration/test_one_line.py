"""A clerk changes one line: a scenario fails, is corrected, the library is deployed, and running cases keep the old rule."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dsl import compile_paths
from dsl.scenarios.features import read_feature
from dsl.scenarios.runner import Result, Run
from dsl.scenarios.stage import Stage
from engine import Engine, open_engine
from engine.definition import DatedValue
from engine.expressions import Literal
from engine.values import Span
from tests.integration.town import Clock
from web.settings import LIBRARY

LINE = "  自 2008-02-01 = 10日"
SCENARIO = "当天整改，两人验收，站所负责人销号"
PROCESS = "隐患整改"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A copy of the library, as a clerk has it on his desk."""
    return Path(shutil.copytree(LIBRARY, tmp_path / "processes"))


def edit(library: Path) -> None:
    file = library / "shared" / "roles.flow"
    text = file.read_text(encoding="utf-8")
    assert text.count(LINE) == 1
    file.write_text(text.replace(LINE, LINE.replace("10日", "7日")), encoding="utf-8")


def played(feature: Path) -> Sequence[Result]:
    """Play the one scenario that speaks of this limit."""
    read = read_feature(feature)
    chosen = tuple(each for each in read.scenarios if each.name == SCENARIO)
    assert len(chosen) == 1
    return tuple(Run((replace(read, scenarios=chosen),)).results())


def deploy(engine: Engine, library: Path, reason: str) -> None:
    compiled = compile_paths([library])
    engine.deploy(compiled.definitions, by="system", reason=reason, effective=date(2023, 1, 1))


def test_ten_days_become_seven(library: Path, tmp_path: Path) -> None:
    with open_engine(f"sqlite:///{tmp_path / 'town.db'}", clock=Clock()) as engine:
        stage = Stage(library, tmp_path)
        engine.load_organisation(stage.organisation)
        engine.load_calendar(stage.calendar)
        deploy(engine, library, "首次发布")
        running = _start(engine)

        edit(library)
        feature = library / "hazard_rectification" / "scenarios.feature"
        (failed,) = played(feature)
        assert failed.failure is not None and "“验收”的期限是 2023-04-20" in failed.failure.step.text
        assert "2023-04-17" in failed.failure.said

        text = feature.read_text(encoding="utf-8")
        feature.write_text(
            text.replace("“验收”的期限是 2023-04-20", "“验收”的期限是 2023-04-17"), encoding="utf-8"
        )
        (passed,) = played(feature)
        assert passed.failure is None

        deploy(engine, library, "复查改为7日")
        fresh = _start(engine)
        assert [(each.cases, each.current) for each in engine.running_versions(PROCESS)] == [
            (1, True),
            (1, False),
        ]
        assert engine.other_versions(PROCESS) == (running,)
        assert (_days(engine, running), _days(engine, fresh)) == (10, 7)


def _start(engine: Engine) -> int:
    """Report a hazard as a grid officer does."""
    works = next(each.code for each in engine.organisation().units if each.kind == "企业")
    photo = engine.add_file(b"photo", "报警器失效.jpg", "image/jpeg", by="wang-jie")
    form = {"照片": [photo], "所在单位": works, "地点": "3号车间", "描述": "报警器失效", "来源": "网格巡查"}
    return engine.start(PROCESS, by="wang-jie", form=form | {"发现时间": "2023-04-10T08:30"}).id


def _days(engine: Engine, case: int) -> int:
    """Return the days that the version of a case gives for the acceptance."""
    definition = engine.definition(engine.case(case).digest)
    figure = next(each for each in definition.parameters if each.name == "复查期限")
    match figure.values:
        case (DatedValue(value=Literal(value=Span(count=days))),):
            return days
        case other:
            raise AssertionError(other)
