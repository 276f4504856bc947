"""A register as a workbook: what Excel and WPS find in the cells."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from engine.register_views import RegisterPage
from tests.unit.web.registers import a_page, a_row
from web.register_book import Preamble, register_book

naive = datetime.fromisoformat
PREAMBLE = Preamble("润城镇", ("分子：已办结",), "2023-04-10 09:00", "李科")


def the_sheet(page: RegisterPage) -> Worksheet:
    book = load_workbook(BytesIO(register_book(page, PREAMBLE, ZoneInfo("Asia/Shanghai"))))
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def test_numbers_are_numbers_dates_are_dates_and_leading_zeros_stay() -> None:
    values = [cell.value for cell in the_sheet(a_page())[6]]
    assert values == [1, "007", "重大", 1200.5, naive("2023-04-10"), naive("2023-04-10 09:00")]


def test_conditions_meaning_time_and_person_stand_on_top() -> None:
    lines = [row[0].value for row in the_sheet(a_page(conditions=("等级：重大",))).iter_rows(max_row=4)]
    assert lines == [
        "润城镇 隐患台账",
        "条件：等级：重大；共 1 行",
        "口径：分子：已办结",
        "时间：2023-04-10 09:00　导出：李科",
    ]


def test_a_sealed_column_never_leaves() -> None:
    assert "举报人" not in [cell.value for cell in the_sheet(a_page())[5]]


def test_a_row_of_a_void_case_stays_and_says_so() -> None:
    assert the_sheet(a_page(replace(a_row(), void=True))).cell(6, 1).value == "1（已作废）"


def test_a_text_that_looks_like_a_formula_is_a_text() -> None:
    cell = the_sheet(a_page(a_row("=1+1"))).cell(6, 2)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_it_prints_on_a4_across_with_the_head_on_every_page() -> None:
    sheet = the_sheet(a_page())
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$5:$5", "C6")
