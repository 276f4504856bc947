"""The formatter and translator."""

from pathlib import Path

import pytest

from dsl.format import BadGlossary, Unreadable, format_text
from dsl.parse import parse
from dsl.source import Source

DEFINITIONS = Path(__file__).parents[2] / "data" / "definitions"
NAMES = dict(
    line.split("\t") for line in (DEFINITIONS / "glossary_hazard_short.tsv").read_text("utf-8").splitlines()
)


@pytest.mark.parametrize("path", sorted(DEFINITIONS.glob("*.flow")), ids=lambda path: path.stem)
def test_a_worked_definition_is_canonical_and_comes_back_from_english(path: Path) -> None:
    text = path.read_text("utf-8")
    english = format_text(text, "en")
    assert format_text(text) == text
    assert format_text(english) == text
    assert format_text(english, "en") == english
    assert parse(Source("", english))[0] == parse(Source("", text))[0]


def test_with_a_glossary_the_names_are_translated_too_and_come_back() -> None:
    text = (DEFINITIONS / "hazard_short.flow").read_text("utf-8")
    english = format_text(text, "en", NAMES)
    assert "process hazard_rectification\n" in english
    assert format_text(english, "zh", NAMES) == text


@pytest.mark.parametrize(
    ("glossary", "why"),
    [
        ({"甲": "x", "乙": "x"}, "两个词译成了同一个"),
        ({"本案": "x"}, "内置词不能另译"),
        ({"甲": "this_case"}, "内置词不能另译"),
        ({"甲": "丙"}, "与文中已有的名称相同"),
    ],
)
def test_a_glossary_that_cannot_be_undone_is_refused(glossary: dict[str, str], why: str) -> None:
    with pytest.raises(BadGlossary, match=why):
        format_text("角色 甲、乙、丙", "en", glossary)


def test_a_translation_that_is_no_plain_word_or_a_keyword_stands_in_back_quotes() -> None:
    glossary = {"甲": "head office", "乙": "by"}
    english = format_text("角色 甲、乙", "en", glossary)
    assert english == "role `head office`, `by`\n"
    assert format_text(english, "zh", glossary) == "角色 甲、乙\n"


def test_a_text_with_mistakes_is_left_alone() -> None:
    with pytest.raises(Unreadable) as caught:
        format_text("角色 甲 乙")
    assert [finding.code for finding in caught.value.findings] == ["S104"]


def test_hidden_characters_are_not_removed_silently() -> None:
    with pytest.raises(Unreadable):
        format_text("角色 甲\u200b乙")


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("“甲”", "“甲”", '"甲"'),
        ('"他说“好”"', "「他说“好”」", '"他说“好”"'),
        ('“甲"乙”', '“甲"乙”', '“甲"乙”'),
        ('「“甲"乙”」', '「“甲"乙”」', '「“甲"乙”」'),
    ],
)
def test_quotes_are_chosen_so_that_the_text_fits(text: str, chinese: str, english: str) -> None:
    assert format_text(f"职权 甲：{text}") == f"职权 甲：{chinese}\n"
    assert format_text(f"职权 甲：{text}", "en") == f"power 甲: {english}\n"


def test_what_stands_in_quotes_and_book_marks_is_not_folded() -> None:
    text = "规程 试\n  依据 《润政发（2023）1号》第八条\n  步骤 一\n    承办 甲\n    完成后 终止 “Ａ，Ｂ。”\n"
    assert format_text(text) == text


def test_blank_lines_are_kept_but_never_two() -> None:
    assert format_text("\n\n角色 甲\n\n\n\n角色 乙\n\n") == "角色 甲\n\n角色 乙\n"


def test_comments_move_with_the_line_below() -> None:
    assert format_text("规程 试\n# 一\n步骤 一\n＃＃二\n承办 甲 //三\n") == (
        "规程 试\n  # 一\n  步骤 一\n    # 二\n    承办 甲  # 三\n"
    )


def test_a_break_between_actions_is_the_authors() -> None:
    text = "规程 试\n  步骤 一\n    完成后 催办 甲；\n      催办 乙；办结\n"
    assert format_text(text) == text
    assert format_text(format_text(text, "en")) == text


def test_a_bound_after_a_name_keeps_its_space() -> None:
    text = "判定表 甲：金额\n  | 乙        | 得 丙 |\n  | 起点 以上 | 1元   |\n  | 3元以上   | 2元   |\n"
    assert format_text(text) == text
