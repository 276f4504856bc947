"""How a finding is shown."""

from dsl.explain import CODES
from dsl.findings import Edit, Finding, Severity, as_json, has_errors, in_order, render, render_all, summary
from dsl.source import Source

SOURCE = Source("整改.flow", "步骤 整改\n    时限 5\n")
FINDING = Finding(
    "S122", Severity.ERROR, "期限缺少单位", "请写明单位", SOURCE.place(13, 14), "《安全生产法》第四十一条"
)


def test_the_caret_stands_under_the_right_character() -> None:
    shown = render(FINDING, SOURCE).split("\n")
    assert shown[0] == "S122 错误：期限缺少单位"
    assert shown[1] == "  整改.flow:2:8"
    assert shown[2] == "        时限 5"
    assert shown[3] == "             ^ 请写明单位（《安全生产法》第四十一条）"


def test_without_the_source_the_place_and_the_hint_remain() -> None:
    assert (
        render(FINDING)
        == "S122 错误：期限缺少单位\n  整改.flow:2:8\n  请写明单位（《安全生产法》第四十一条）"
    )


def test_a_very_long_line_is_cut_around_the_caret() -> None:
    source = Source("x", "前" * 5000 + "错" + "后" * 5000)
    shown = render(Finding("S101", Severity.ERROR, "", "改", source.place(5000, 5001)), source).split("\n")
    assert len(shown[2]) < 100
    assert shown[2].strip().startswith("…前")
    assert shown[3].index("^") - 4 == 2 * shown[2].strip().index("错") - 1  # … takes one column, each 前 two


def test_what_a_terminal_cannot_take_is_replaced() -> None:
    source = Source("x", "甲\x1b[31m\ud800")
    shown = render(Finding("S112", Severity.ERROR, "含\ud800", "", source.place(1, 2)), source)
    shown.encode("utf-8")
    assert "\x1b" not in shown


def test_json_has_the_contracted_keys() -> None:
    assert as_json(FINDING) == {
        "code": "S122",
        "severity": "error",
        "message": "期限缺少单位",
        "english": CODES["S122"].english,
        "hint": "请写明单位",
        "english_hint": "",
        "file": "整改.flow",
        "line": 2,
        "column": 8,
        "end_line": 2,
        "end_column": 9,
        "basis": "《安全生产法》第四十一条",
    }


def test_json_holds_what_shows_a_finding_and_how_a_machine_repairs_it() -> None:
    place = SOURCE.place(0, 1)
    finding = Finding("C02", Severity.ERROR, "", "", place, witness=("甲", "乙"), fix=(Edit(place, "丙"),))
    data = as_json(finding)
    assert data["witness"] == ["甲", "乙"]
    assert data["fix"] == [
        {"file": "整改.flow", "line": 1, "column": 1, "end_line": 1, "end_column": 2, "text": "丙"}
    ]


def test_in_english_a_finding_is_told_in_english() -> None:
    shown = render(FINDING, SOURCE, "en")
    assert shown.startswith("S122 error: The duration has no unit")
    assert "请写明单位" not in shown


def test_findings_come_in_order_of_place_and_each_once() -> None:
    first = Finding("T101", Severity.WARNING, "甲", "", SOURCE.place(0, 1))
    assert in_order([FINDING, first, FINDING]) == (first, FINDING)
    assert has_errors([first, FINDING])
    assert not has_errors([first])
    assert summary((first, FINDING)) == "共 2 项：1 个错误、1 个警告"
    assert render_all([], {}) == "没有发现问题\n"
