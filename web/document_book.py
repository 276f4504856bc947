"""发文登记簿 as an Excel workbook."""

from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from engine.documents.book import BOOK, BookRow
from engine.values import Kind
from web.document_page import SHORT
from web.moments import Moments
from web.register_book import cell_at, for_print, saved, write_head, write_value

_COLUMNS = (
    ("文号", 28),
    ("标题", 32),
    ("案件", 18),
    ("签发人", 10),
    ("签发时间", 17),
    ("送达", 32),
    ("状态", 9),
    ("作废理由", 24),
    ("短校验值", 14),
)


def document_book(
    rows: Sequence[BookRow], town: str, wanted: Mapping[str, str], moments: Moments, person: str
) -> bytes:
    """Return the workbook of the lines as asked for."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = BOOK
    said = "；".join(f"{name}：{value}" for name, value in wanted.items()) or "全部"
    for line in (
        f"{town} {BOOK}",
        f"条件：{said}；共 {len(rows)} 行",
        f"时间：{moments.minute(moments.now)}　导出：{person}",
    ):
        sheet.append([line])
    head = sheet.max_row + 1
    write_head(sheet, head, _COLUMNS)
    for number, row in enumerate(rows, 1):
        _write(sheet, head + number, number, row, moments)
    for_print(sheet, head, len(_COLUMNS) + 1)
    return saved(book)


def _write(sheet: Worksheet, at: int, number: int, row: BookRow, moments: Moments) -> None:
    view = row.document
    void = "" if view.voided is None else view.voided.reason
    served = "；".join(f"{one.to} {moments.minute(one.at)}" for one in view.served)
    values = (view.number, view.title, row.case_number, view.issued_by.name, view.issued_at, served, view.status, void,
              view.sha256[:SHORT])  # fmt: skip
    sheet.cell(at, 1, number)
    for position, value in enumerate(values, 2):
        kind = Kind.TIME if value is view.issued_at else Kind.TEXT
        write_value(cell_at(sheet, at, position), value, str(value), kind, moments.zone)
