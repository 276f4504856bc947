"""Which library of definitions a feature file belongs to."""

from pathlib import Path

import pytest

from dsl.scenarios.stage import library_of, people_beside


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
