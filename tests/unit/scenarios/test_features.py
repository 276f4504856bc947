"""Feature files: scenarios in order, and every line that would be misread."""

from pathlib import Path

from dsl.scenarios.features import read_feature

HEAD = "# language: zh-CN\n功能: 整改\n  背景:\n    假如 时间是 2023-04-10 09:00\n\n"


def a_feature(folder: Path, text: str) -> Path:
    file = folder / "scenarios.feature"
    file.write_text(HEAD + text, encoding="utf-8")
    return file


def test_场景大纲的每一行是一个场景(tmp_path: Path) -> None:
    text = "  场景大纲: 到期\n    当 过了 <时长>\n\n    例子:\n      | 时长 |\n      | 1日 |\n      | 2日 |\n"
    scenarios = read_feature(a_feature(tmp_path, text)).scenarios
    assert [[step.text for step in each.steps] for each in scenarios] == [
        ["时间是 2023-04-10 09:00", "过了 1日"],
        ["时间是 2023-04-10 09:00", "过了 2日"],
    ]


def test_关键词后面没有空格的要报告(tmp_path: Path) -> None:
    feature = read_feature(a_feature(tmp_path, "  场景: 甲\n    当事人催办本案\n"))
    assert (7, "关键词“当”后面要空一格，否则“当事人催办…”会被读错") in [
        (each.line, each.said) for each in feature.misreadings
    ]


def test_第一步不能接着说(tmp_path: Path) -> None:
    feature = read_feature(a_feature(tmp_path, "  场景: 甲\n    并且 过了 1日\n"))
    assert [(each.line, each.said) for each in feature.misreadings] == [
        (7, "第一步不能用“并且”，请写假如或当")
    ]


def test_不认识的步骤逐行报告(tmp_path: Path) -> None:
    feature = read_feature(a_feature(tmp_path, "  场景: 甲\n    当 下雨了\n    那么 天晴了\n"))
    assert [each.line for each in feature.misreadings] == [7, 8]


def test_场景开头少了关键词的要报告(tmp_path: Path) -> None:
    feature = read_feature(a_feature(tmp_path, "  场景: 甲\n    说明几句\n    过了 1日\n    当 过了 1日\n"))
    assert [(each.line, each.said) for each in feature.misreadings] == [
        (8, "“过了 1日”前面少了关键词（假如、当、那么、并且）")
    ]


def test_读不懂的行报告行号(tmp_path: Path) -> None:
    feature = read_feature(a_feature(tmp_path, "  场景: 甲\n    当 过了 1日\n    过了 1日\n"))
    assert feature.scenarios == () and [each.line for each in feature.misreadings] == [8]
