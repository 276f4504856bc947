"""Which library of definitions a feature file belongs to."""

import json
from datetime import date
from pathlib import Path

import pytest

from dsl.scenarios.stage import Stage, library_of, people_beside


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for folder in ("shared", "repair", "demo/teaching"):
        (tmp_path / "library" / folder).mkdir(parents=True)
    (tmp_path / "library/shared/roles.flow").touch()
    (tmp_path / "library/repair/process.flow").touch()
    return tmp_path / "library"


@pytest.mark.parametrize("place", ["repair/scenarios.feature", "repair", "demo/teaching/cases.feature", "."])
def test_规程库是放着规程的最外层文件夹(library: Path, place: str) -> None:
    assert library_of(library / place) == library.resolve()


def test_场景旁边的机构文件优先(library: Path) -> None:
    feature = library / "demo/teaching/cases.feature"
    assert people_beside(feature) is None
    feature.with_name("organisation.json").touch()
    assert people_beside(feature) == feature.with_name("organisation.json")


def test_definitions_that_merely_stand_near_are_no_part_of_a_library(tmp_path: Path) -> None:
    for place in ("镇里/整改/process.flow", "镇里/共用/roles.flow", "别处/草稿.flow"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()

    assert library_of(tmp_path / "镇里" / "整改") == (tmp_path / "镇里").resolve()


def test_what_lies_deeper_than_the_folders_of_a_library_is_none_of_its_own(tmp_path: Path) -> None:
    for place, text in (("整改/process.flow", "角色 经办人\n"), ("旧稿/去年/process.flow", "没有写完\n")):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).write_text(text, encoding="utf-8")

    assert Stage(library_of(tmp_path / "整改"), tmp_path).compiled.ok


def test_the_calendar_beside_the_people_comes_before_that_of_a_neighbour(tmp_path: Path) -> None:
    for folder, day in (("整改", "04-05"), ("安排", "05-01")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "process.flow").touch()
        (tmp_path / folder / "organisation.json").touch()
        days = json.dumps({"2023": {"days_off": {day: "放假"}}})
        (tmp_path / folder / "calendar.json").write_text(days, encoding="utf-8")
    people = people_beside(tmp_path / "整改" / "scenarios.feature")

    calendar = Stage(library_of(tmp_path / "整改"), tmp_path, people).calendar

    assert not calendar.is_working_day(date(2023, 4, 5))
