"""What stands under the pointer: where it is declared, where it is used, what it may be called instead."""

import pytest

from dsl.editor.outline import outline
from dsl.editor.renaming import CannotRename, rename
from tests.unit.editor.desk import PROCESS, SHARED, desk, marked


@pytest.mark.parametrize(
    ("at", "file", "line"),
    [
        ("承办 审‸核员", "共用", 1),
        ("表单 登‸记", "共用", 3),
        ("登记.等‸级", "共用", 5),
        ("登记.等级 = 重‸大", "共用", 2),
        ("置 级‸别", "甲", 6),
        ("级别 = 重‸大", "共用", 2),
        ("转 结‸束", "甲", 14),
        ("结论 = 不‸属实", "甲", 9),
        ("数据 级别：等‸级", "共用", 2),
    ],
)
def test_a_name_leads_to_its_declaration(at: str, file: str, line: int) -> None:
    here = desk(process=marked(PROCESS, at))

    place = here.index.definition(here.name, here.position)

    assert place is not None and (place.source, place.line) == (file, line)


@pytest.mark.parametrize("at", ["承‸办", "依‸据", "《安全‸生产法》", "文‸本"])
def test_a_word_of_the_language_has_no_declaration(at: str) -> None:
    here = desk(shared=marked(SHARED, at)) if at == "文‸本" else desk(process=marked(PROCESS, at))

    assert here.index.definition(here.name, here.position) is None


def test_uses_are_found_in_every_file() -> None:
    here = desk(shared=marked(SHARED, "登记员、审‸核员"))
    found = here.index.at(here.name, here.position)
    assert found is not None

    places = here.index.places(found.symbol)

    assert [(each.source, each.line) for each in places] == [("共用", 1), ("甲", 8), ("甲", 11), ("甲", 17)]


def test_a_new_name_is_written_everywhere() -> None:
    here = desk(shared=marked(SHARED, "登记员、审‸核员"))

    edits = rename(here.index, here.name, here.position, "复核人")

    assert {name: [edit.text for edit in own] for name, own in edits.items()} == {
        "共用": ["复核人"],
        "甲": ["复核人"] * 3,
    }


def test_a_member_is_renamed_where_only_the_other_side_tells_what_it_is() -> None:
    here = desk(shared=marked(SHARED, "重‸大"))

    edits = rename(here.index, here.name, here.position, "特大")

    assert [edit.place.line for edit in edits["甲"]] == [13, 13]


def test_a_keyword_as_a_name_stands_in_back_quotes() -> None:
    here = desk(process=marked(PROCESS, "转 结‸束"))

    edits = rename(here.index, here.name, here.position, "办结")

    assert {edit.text for edit in edits["甲"]} == {"`办结`"}


@pytest.mark.parametrize("new", ["", "登记员", "本案", "审\u200b核", "审核а员", "a`b"])
def test_a_name_that_would_do_harm_is_refused(new: str) -> None:
    here = desk(shared=marked(SHARED, "登记员、审‸核员"))

    with pytest.raises(CannotRename):
        rename(here.index, here.name, here.position, new)


def test_nothing_can_be_renamed_at_a_keyword() -> None:
    here = desk(process=marked(PROCESS, "承‸办 审核员"))

    with pytest.raises(CannotRename, match="没有可以改名的名称"):
        rename(here.index, here.name, here.position, "复核人")


def test_the_outline_holds_what_is_declared_inside() -> None:
    here = desk()

    (process,) = [each for each in outline(here.index.analysis, "甲") if each.sort == "规程"]

    assert [(each.name, each.sort) for each in process.inside] == [
        ("级别", "数据"),
        ("审核", "步骤"),
        ("结束", "步骤"),
    ]
