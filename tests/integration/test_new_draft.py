"""`anliu new`: what a clerk gets to begin with is sound, canonical and tested throughout, under a name of his own."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from web.cli import group

FILES = ["calendar.json", "organisation.json", "process.flow", "scenarios.feature"]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(group, [str(word) for word in words])


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    made = run("new", "路灯报修", "--into", tmp_path)
    assert made.exit_code == 0, made.output
    return tmp_path / "路灯报修"


def test_a_draft_has_all_that_a_town_needs_to_run_it(draft: Path) -> None:
    assert sorted(file.name for file in draft.iterdir()) == FILES
    assert "示例流程" not in "".join(file.read_text(encoding="utf-8") for file in draft.iterdir())


def test_a_draft_is_checked_canonical_and_every_part_of_it_is_reached(draft: Path) -> None:
    assert run("check", "--strict", draft).exit_code == 0
    assert run("fmt", "--check", draft).exit_code == 0
    tested = run("test", "--coverage", draft)
    assert tested.exit_code == 0, tested.output
    assert "覆盖 路灯报修：7/7" in tested.output


def test_a_draft_says_what_to_do_next(tmp_path: Path) -> None:
    said = run("new", "路灯报修", "--into", tmp_path).output
    assert f"anliu check {tmp_path / '路灯报修'}" in said
    assert f"anliu test {tmp_path / '路灯报修'}" in said


def test_what_stands_there_is_left_alone(draft: Path) -> None:
    (draft / "process.flow").write_text("# 我的\n", encoding="utf-8")
    again = run("new", "路灯报修", "--into", draft.parent)
    assert again.exit_code == 1
    assert "没有改动" in again.output
    assert (draft / "process.flow").read_text(encoding="utf-8") == "# 我的\n"


@pytest.mark.parametrize("name", ["", "..", "a/b", "路 灯", "《路灯》", "`路灯`", "路灯”报修", "路灯\n报修"])
def test_a_name_that_no_process_can_bear_is_refused_and_nothing_is_made(tmp_path: Path, name: str) -> None:
    refused = run("new", name, "--into", tmp_path)
    assert refused.exit_code == 1
    assert "不能作流程的名称" in refused.output
    assert list(tmp_path.iterdir()) == []
