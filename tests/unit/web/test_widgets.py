"""Controls generated from fields: the right kind, what was typed, what is wrong with it."""

import pytest

from engine.definition import Field, Form
from engine.expressions import Compare, Comparison, FieldRef, Literal
from engine.values import FileRef, Kind, Type
from web.widgets import Catalogue, Widget, size_text, widgets_of

ALWAYS = Literal(True, Type(Kind.YES_NO))
PHOTO = FileRef("ab" * 32, "现场.jpg", 40_000, "image/jpeg")
ENTRY = Form("建议", (Field("内容", Type(Kind.TEXT)),))


def widget(field: Field, catalogue: Catalogue | None = None, error: str = "", *typed: str) -> Widget:
    form = Form("表", (field,))
    errors = {f"表.{field.name}": error} if error else {}
    return widgets_of(form, {f"表.{field.name}": list(typed)}, errors, catalogue or Catalogue())[0]


@pytest.mark.parametrize(
    ("kind", "template"),
    [
        (Kind.TEXT, "line"),
        (Kind.LONG_TEXT, "long_text"),
        (Kind.DURATION, "span"),
        (Kind.YES_NO, "radios"),
        (Kind.PERSON, "select"),
        (Kind.PEOPLE, "checks"),
        (Kind.UNIT, "select"),
        (Kind.PHOTO, "photos"),
        (Kind.ATTACHMENT, "files"),
        (Kind.LIST, "entries"),
    ],
)
def test_each_kind_of_field_has_its_control(kind: Kind, template: str) -> None:
    assert widget(Field("甲", Type(kind, "建议"))).kind == template


def test_few_members_are_radio_buttons_many_a_select() -> None:
    few, many = ("重大", "一般"), tuple("甲乙丙丁戊己")
    field = Field("等级", Type(Kind.ENUM, "等级"))
    assert widget(field, Catalogue(enumerations={"等级": few})).kind == "radios"
    assert widget(field, Catalogue(enumerations={"等级": many})).kind == "select"


def test_many_units_are_searched_by_name() -> None:
    units = tuple((f"U{n}", f"{n}号企业") for n in range(80))
    assert widget(Field("单位", Type(Kind.UNIT)), Catalogue(units=(("企业", units),))).kind == "search"


def test_optional_is_marked_and_required_is_the_norm() -> None:
    assert widget(Field("甲", Type(Kind.TEXT))).optional
    assert not widget(Field("甲", Type(Kind.TEXT), required=ALWAYS)).optional


def test_a_conditional_field_says_when_it_must_be_filled() -> None:
    condition = Compare(Comparison.EQ, FieldRef("表", "等级"), Literal("重大", Type(Kind.ENUM, "等级")))
    assert widget(Field("条款", Type(Kind.TEXT), required=condition)).hint == "“等级”为“重大”时必填"


def test_the_error_is_tied_to_the_control() -> None:
    made = widget(Field("甲", Type(Kind.TEXT), required=ALWAYS), None, "请填写“甲”。", "原样")
    assert (made.error, made.value, made.described_by) == ("请填写“甲”。", "原样", "f-表-甲-error")


def test_uploaded_photos_stay_with_the_form() -> None:
    catalogue = Catalogue(file=lambda token: PHOTO if token == "t" else None)
    kept = widget(Field("照片", Type(Kind.PHOTO)), catalogue, "", "t", "假").files
    assert [(file.name, file.size, file.is_image) for file in kept] == [("现场.jpg", "39 KB", True)]


def test_a_drawing_that_can_hold_script_is_never_shown_as_a_picture() -> None:
    catalogue = Catalogue(file=lambda _: FileRef("cd" * 32, "x.svg", 10, "image/svg+xml"))
    assert not widget(Field("照片", Type(Kind.PHOTO)), catalogue, "", "t").files[0].is_image


def test_a_list_shows_one_empty_entry_to_begin_with() -> None:
    made = widget(Field("建议", Type(Kind.LIST, "建议")), Catalogue(records={"建议": ENTRY}))
    assert [entry.widgets[0].name for entry in made.entries] == ["表.建议.0.内容"]


@pytest.mark.parametrize(("size", "text"), [(1, "1 KB"), (40_000, "39 KB"), (1_500_000, "1.4 MB")])
def test_sizes_are_readable(size: int, text: str) -> None:
    assert size_text(size) == text
