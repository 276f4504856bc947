"""Places: folding moves nothing, and columns are counted by what is seen."""

import pytest

from dsl.source import FOLD, Source, display_width, fold, from_utf16, to_utf16


@pytest.mark.parametrize(
    "text",
    ["承办：镇安委办。\r\n", "ａｂｃ　＞＝１", "甲\u200b乙\rx\u2028y", "\ud800𠮷\x00", "。。 # 注。\n"],
    ids=range(5),
)
def test_folding_replaces_one_code_point_by_one(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_no_sign_folds_to_a_line_end() -> None:
    assert "\n" not in FOLD.values()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("承办：镇安委办。", "承办:镇安委办 "),
        ("甲。乙。", "甲。乙 "),
        ("甲。  # 说明。", "甲   # 说明 "),
        ("一\r\n二\r三", "一 \n二\n三"),
        ("整\u200b改 \u200b", "整_改  "),
    ],
)
def test_folded_form(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_combining_and_hidden_characters_take_no_column() -> None:
    assert display_width("e\u0301\u200b") == 1
    assert display_width("承办a") == 5


def test_a_place_begins_at_its_first_character_and_ends_past_its_last() -> None:
    source = Source("x", "一二\n三四\n")
    place = source.place(1, 5)
    assert (place.line, place.column, place.end_line, place.end_column) == (1, 2, 2, 3)
    assert source.offset(2, 3) == 5


def test_line_ends_of_every_kind_count_once() -> None:
    assert [Source("x", "一\r\n二\r三\n四").line_text(line) for line in (1, 2, 3, 4, 5)] == [
        "一",
        "二",
        "三",
        "四",
        "",
    ]


def test_bytes_that_are_no_utf8_become_replacement_characters() -> None:
    assert "\ufffd" in Source.from_bytes("x", "规程".encode("gbk")).text


@pytest.mark.parametrize(
    ("line", "column", "units"), [("整改", 3, 2), ("𠮷家", 2, 2), ("😀a", 2, 2), ("a𠮷b", 3, 3), ("", 1, 0)]
)
def test_editors_count_characters_beyond_the_first_plane_as_two(line: str, column: int, units: int) -> None:
    assert to_utf16(line, column) == units
    assert from_utf16(line, units) == column


@pytest.mark.parametrize(("units", "column"), [(1, 1), (99, 3), (-1, 1)])
def test_a_position_inside_a_pair_or_past_the_end_is_held(units: int, column: int) -> None:
    assert from_utf16("𠮷家", units) == column
