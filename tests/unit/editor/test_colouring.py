"""What colour each word of a text has: a name by what it means here."""

import pytest

from dsl.editor.colouring import SHADES, Shade, coloured
from dsl.editor.symbols import Sort
from dsl.format import format_text
from tests.unit.editor.desk import PROCESS, desk, marked


def shades(process: str) -> list[tuple[str, Shade, bool]]:
    """The words of a text with their colours."""
    here = desk(process=process)
    lines = here.index.analysis.documents["甲"].source
    return [
        (
            lines.line_text(each.place.line)[each.place.column - 1 : each.place.end_column - 1],
            each.shade,
            each.declares,
        )
        for each in coloured(here.index, "甲")
    ]


@pytest.mark.parametrize(
    ("at", "shade"),
    [
        ("‸承办 审核员", Shade.KEYWORD),
        ("承办 ‸审核员", Shade.ROLE),
        ("步骤 ‸审核", Shade.STEP),
        ("转 ‸结束", Shade.STEP),
        ("‸登记.等级", Shade.FORM),
        ("登记.‸等级", Shade.FIELD),
        ("置 ‸级别", Shade.DATA),
        ("= ‸重大 则", Shade.MEMBER),
        ("若 结论 = ‸不属实", Shade.MEMBER),
        ("时限 ‸15个工作日", Shade.NUMBER),
        ("终止 ‸“查无实据”", Shade.STRING),
        ("依据 ‸《安全生产法》", Shade.CITATION),
        ("》‸第四十一条第二款", Shade.CITATION),
        ("登记.等级 ‸= 重大", Shade.OPERATOR),
    ],
)
def test_a_word_is_coloured_by_what_it_means(at: str, shade: Shade) -> None:
    before = marked(PROCESS, at).partition("‸")[0]
    here = desk(process=marked(PROCESS, at))
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")

    assert shade in {
        each.shade
        for each in coloured(here.index, "甲")
        if (each.place.line, each.place.column) == (line, column)
    }


def test_a_declaration_is_marked_as_one() -> None:
    assert ("审核", Shade.STEP, True) in shades(PROCESS)
    assert ("结束", Shade.STEP, False) in shades(PROCESS)


def test_comments_and_built_in_words_have_their_own() -> None:
    found = shades(PROCESS.replace("  版本 “1”", "  # 说明\n  版本 “1”").replace("转 结束", "转 结束  # 快"))

    assert ("# 说明", Shade.COMMENT, False) in found and ("# 快", Shade.COMMENT, False) in found
    assert ("启动", Shade.KEYWORD, False) in found


def test_a_broken_line_takes_no_colour_from_the_rest() -> None:
    broken = PROCESS.replace("转 结束", "转 转 结朿 （")

    assert [each for each in shades(broken) if each[0] == "登记员"] == [("登记员", Shade.ROLE, False)] * 2


def test_english_is_coloured_like_chinese() -> None:
    chinese = [shade for _, shade, _ in shades(PROCESS)]

    assert [shade for _, shade, _ in shades(format_text(PROCESS, "en"))] == chinese


def test_every_sort_of_name_has_a_colour() -> None:
    assert SHADES.keys() == set(Sort)
