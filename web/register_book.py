"""A register as an Excel workbook: exactly what was asked for, numbers as numbers, dates as dates, texts as texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from engine.register_views import ColumnView, RegisterPage, RegisterRow
from engine.values import Kind

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD_FILL: Final = PatternFill("solid", fgColor="EEF1F5")
_FORMATS: Final = {
    Kind.DATE: "yyyy-mm-dd",
    Kind.TIME: "yyyy-mm-dd hh:mm",
    Kind.MONEY: "#,##0.00",
    Kind.RATIO: "0.0%",
    Kind.INTEGER: "0",
    Kind.HEADCOUNT: "0",
}
_WIDTHS: Final = {Kind.DATE: 12, Kind.TIME: 17, Kind.LONG_TEXT: 40, Kind.UNIT: 24, Kind.INTEGER: 9}
_USUAL_WIDTH: Final = 16


@dataclass(frozen=True, slots=True)
class Preamble:
    """What stands above the table: whose register, asked how, read when and by whom."""

    town: str
    meanings: tuple[str, ...]  # 口径
    read_at: str
    person: str


def register_book(page: RegisterPage, preamble: Preamble, zone: tzinfo) -> bytes:
    """Return the workbook. Sealed columns never leave the system this way."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = page.head.name[:31]
    columns = [column for column in page.head.columns if not column.sealed]
    for line in _lines(page, preamble):
        sheet.append([line])
        _as_text(cell_at(sheet, sheet.max_row, 1))
    head = sheet.max_row + 1
    write_head(sheet, head, [(each.name, _WIDTHS.get(each.type.kind, _USUAL_WIDTH)) for each in columns])
    for number, row in enumerate(page.rows, 1):
        _write_row(sheet, head + number, number, row, columns, zone)
    for_print(sheet, head, len(columns) + 1)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return a workbook as the bytes of its file."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _lines(page: RegisterPage, preamble: Preamble) -> Iterable[str]:
    yield f"{preamble.town} {page.head.name}"
    conditions = "；".join(page.conditions) or "全部"
    as_of = f"；截至 {page.as_of}" if page.as_of else ""
    yield f"条件：{conditions}{as_of}；共 {page.total} 行"
    yield f"口径：{'；'.join(preamble.meanings) or '由案件算出，只列导出人可以查看的案件'}"
    yield f"时间：{preamble.read_at}　导出：{preamble.person}"


def write_head(sheet: Worksheet, at: int, columns: Sequence[tuple[str, int]]) -> None:
    """Write the row of headings: 序号 and the columns, each with its width."""
    for position, name in enumerate(("序号", *(name for name, _ in columns)), 1):
        cell = sheet.cell(at, position, name)
        cell.font = Font(bold=True)
        cell.fill = _HEAD_FILL
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.column_dimensions["A"].width = 6
    for position, (_, width) in enumerate(columns, 2):
        sheet.column_dimensions[get_column_letter(position)].width = width


def _write_row(
    sheet: Worksheet, at: int, number: int, row: RegisterRow, columns: Sequence[ColumnView], zone: tzinfo
) -> None:
    sheet.cell(at, 1, f"{number}（已作废）" if row.void else number)
    for position, column in enumerate(columns, 2):
        write_value(
            cell_at(sheet, at, position),
            row.values[column.name],
            row.texts[column.name],
            column.type.kind,
            zone,
        )


def write_value(cell: Cell, value: object, text: str, kind: Kind, zone: tzinfo) -> None:
    """Write a value as what it is; anything that is no number or date is a text, also when it begins with =."""
    match value:
        case None:
            return
        case datetime():
            cell.value = value.astimezone(zone).replace(tzinfo=None)
        case date():
            cell.value = value
        case bool():
            cell.value = text
        case int() | Decimal():
            cell.value = value
        case _:
            cell.value = text
            _as_text(cell)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            return
    cell.number_format = _FORMATS.get(kind, cell.number_format)


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell of a sheet without merged cells."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def _as_text(cell: Cell) -> None:
    cell.data_type = "s"
    cell.number_format = "@"


def for_print(sheet: Worksheet, head: int, columns: int) -> None:
    """Set a sheet up for paper: landscape, the row of headings on every page, as wide as the page."""
    sheet.freeze_panes = f"C{head + 1}"
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(columns)}{max(head, sheet.max_row)}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer = sheet.oddFooter
    assert footer is not None and footer.center is not None
    footer.center.text = "第 &P 页，共 &N 页"
