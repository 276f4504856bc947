"""What a beginner forgets around a feature file is answered in one sentence that says what to write."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from dsl.scenarios.features import read_feature
from web.cli import group

STEP = "    假如 时间是 2023-04-10 09:00\n"
FLOW = """角色 登记员
规程 试办
  启动 承办 登记员
  步骤 登记
    承办 登记员
    时限 1日 本地
    逾期 则 催办 登记员
    完成后 办结
"""


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("功能: 试\n  场景: 一\n" + STEP, 1, "第一行加上“# language: zh-CN”"),
        ("# language: zh\n功能: 试\n  场景: 一\n" + STEP, 1, "第一行加上“# language: zh-CN”"),
        ("", 1, "第一行加上“# language: zh-CN”"),
        ("# language: zh-CN\n场景: 一\n" + STEP, 1, "下一行写“功能: 名称”"),
        ("# language: zh-CN\n\n功能：试\n  场景: 一\n" + STEP, 3, "冒号要用半角"),
        ("# language: zh-CN\n功能: 试\n  场景: 一\n" + STEP + "      | 甲 | 乙 |\n      | 丙 |\n", 6, "格数"),
        ("# language: zh-CN\n功能: 试\n  场景: 一\n" + STEP + "    又 过了 1日\n", 5, "步骤以假如、当、那么"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence_at_its_place(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    file = tmp_path / "a.feature"
    file.write_text(text, encoding="utf-8")

    (found,) = read_feature(file).misreadings

    assert found.line == line and said in found.said and "expected" not in found.said


def test_a_folder_without_scenarios_is_told_how_to_begin_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(group, ["test", str(tmp_path)])
    assert result.exit_code == 1 and "# language: zh-CN" in result.output


def test_people_and_calendar_that_are_missing_are_told_together(tmp_path: Path) -> None:
    own = tmp_path / "library" / "try"  # a library is the folder around: not that of other tests
    own.mkdir(parents=True)
    (own / "process.flow").write_text(FLOW, encoding="utf-8")
    feature = "# language: zh-CN\n功能: 试\n  场景: 一\n" + STEP
    (own / "a.feature").write_text(feature, encoding="utf-8")

    result = CliRunner().invoke(group, ["test", str(own)])

    assert result.exit_code == 1
    assert "organisation.json：单位、人员、岗位" in result.output
    assert "calendar.json：放假和调休" in result.output
