"""The workbook of an import: its template, how its rows are read, and how it comes back with what is wrong."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from engine.definition import Field, Form
from engine.expressions import Literal
from engine.importing import ImportRow, RowOutcome, RowState
from engine.values import Kind, Type
from web.import_book import Codes, UnreadableBook, annotated, read_rows, template

YES = Literal(True, Type(Kind.YES_NO))
FORM = Form(
    "登记",
    (
        Field("单位", Type(Kind.UNIT), required=YES),
        Field("等级", Type(Kind.ENUM, "等级"), required=YES),
        Field("描述", Type(Kind.LONG_TEXT)),
        Field("发现日期", Type(Kind.DATE)),
        Field("照片", Type(Kind.PHOTO), required=YES),
        Field("行业", Type(Kind.TEXT), computed=YES),
    ),
)
CODES = Codes({"兴达铸造": "E01"}, {"李科": "li-ke"}, {"等级": ("重大", "一般")})


def filled(*rows: Mapping[str, object], head: dict[str, str] | None = None) -> bytes:
    """The template with rows, and headings renamed."""
    book = load_workbook(BytesIO(template("隐患台账", FORM, "隐患整改 1", CODES)))
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    for cell in sheet[3]:
        cell.value = (head or {}).get(str(cell.value), cell.value)
    names = [str(cell.value).removesuffix("*") for cell in sheet[3]]
    for row in rows:
        sheet.append([row.get(name) for name in names])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


GOOD: dict[str, object] = {"原编号": "001", "单位": "兴达铸造", "等级": "重大", "描述": "甲"}


def test_the_template_asks_for_what_a_cell_can_hold() -> None:
    book = load_workbook(BytesIO(template("隐患台账", FORM, "1", CODES)))
    assert [cell.value for cell in book.worksheets[0][3]] == [
        "原编号*",
        "发生时间",
        "单位*",
        "等级*",
        "描述",
        "发现日期",
    ]
    assert [sheet.sheet_state for sheet in book.worksheets] == ["visible", "hidden", "hidden"]


def test_names_become_codes_and_dates_stay_dates_and_the_sample_is_left_out() -> None:
    (row,) = read_rows(filled(GOOD | {"发现日期": datetime.fromisoformat("2023-04-10")}), FORM, CODES)
    assert (row.number, row.key) == (5, "001")
    assert row.form == {"单位": "E01", "等级": "重大", "描述": "甲", "发现日期": "2023-04-10"}
    assert not row.errors


def test_each_bad_cell_is_told() -> None:
    (row,) = read_rows(filled(GOOD | {"原编号": None, "单位": "没有这家", "等级": "特大"}), FORM, CODES)
    assert row.errors == {
        "原编号": "没有填，不知道是不是导入过",
        "单位": "没有叫“没有这家”的单位，请从下拉里选",
        "等级": "可以填：重大、一般",
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a workbook", "不是 Excel"),
        (filled(GOOD, head={"单位*": "公司"}), "缺少“单位”、不认识“公司”"),
        (filled(), "没有要导入的行"),
    ],
    ids=["text", "other headings", "empty"],
)
def test_a_file_that_is_not_the_filled_template_is_refused_in_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableBook, match=said):
        read_rows(content, FORM, CODES)


def test_the_same_workbook_comes_back_with_the_cells_explained() -> None:
    row = ImportRow(5, "001", {}, None)
    wrong = RowOutcome(row, RowState.WRONG, errors={"单位": "没有这家", "": "不能发起"})
    book = load_workbook(BytesIO(annotated(filled(GOOD), FORM, (wrong,))))
    sheet = book.worksheets[0]
    comment = sheet["C5"].comment
    assert comment is not None and comment.text == "没有这家"
    assert sheet["G5"].value == "有问题；不能发起"
