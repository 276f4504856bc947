"""`anliu check`: what it mends by itself, and its two languages."""

import json
from pathlib import Path

from click.testing import CliRunner

from tests.unit.dsl.building import a_step, a_text
from web.cli import group


def written(folder: Path, text: str) -> Path:
    """A definition file."""
    path = folder / "试办.flow"
    path.write_text(text, encoding="utf-8")
    return path


def test_能自动改正的改写文件_一个接一个(tmp_path: Path) -> None:
    path = written(tmp_path, a_text(steps=a_step("受理").replace("承办 审核员", "承办审核圆")))
    result = CliRunner().invoke(group, ["check", "--fix", "--strict", str(path)])
    assert result.exit_code == 0, result.output
    assert "    承办 审核员\n" in path.read_text(encoding="utf-8")


def test_不写fix就不改文件(tmp_path: Path) -> None:
    path = written(tmp_path, a_text(steps=a_step("受理").replace("承办 审核员", "承办审核员")))
    before = path.read_bytes()
    result = CliRunner().invoke(group, ["check", "--format", "json", str(path)])
    assert path.read_bytes() == before
    (finding,) = json.loads(result.output)
    assert finding["fix"][0]["text"] == "承办 审核员"


def test_也用英文说明(tmp_path: Path) -> None:
    path = written(tmp_path, a_text(steps=a_step("受理").replace("承办 审核员", "承办审核员")))
    result = CliRunner().invoke(group, ["check", "--lang", "en", str(path)])
    assert result.output.startswith('S102 error: there is no space behind the keyword "by"')
    assert result.output.endswith("1 found: 1 error\n")
