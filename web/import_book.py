"""The workbook by which a register is imported: its template, its rows as read, and itself with what is wrong.

A cell is read by the kind of its field; names of units, villages and people become their codes. What cannot be read is
said beside the cell, in the same workbook.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Final
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from engine.definition import Field, Form
from engine.expressions import Literal
from engine.importing import KEY, MOST_ROWS, ImportRow, RowOutcome, RowState, importable_fields
from engine.values import Kind
from web.register_book import cell_at, saved

OCCURRED: Final = "发生时间"
RESULT: Final = "导入结果"
SAMPLE: Final = "示例"
"""A row whose key begins so is not imported."""
_HEADER: Final = 3
_WORDS: Final = "字典"
_VERSION: Final = "版本"
_BAD: Final = PatternFill("solid", fgColor="F8D7D9")
_QUIET: Final = Font(color="5F6B7A", italic=True)
_TEXTS: Final = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.PLACE, Kind.UNIT, Kind.PERSON, Kind.PEOPLE})
_SAMPLES: Final = {
    Kind.DATE: "2023-04-10",
    Kind.TIME: "2023-04-10 09:00",
    Kind.MONEY: "3000",
    Kind.INTEGER: "3",
    Kind.HEADCOUNT: "3",
    Kind.NUMBER: "1.5",
    Kind.RATIO: "15%",
    Kind.YES_NO: "是",
    Kind.DURATION: "15个工作日",
    Kind.FREQUENCY: "每周",
}


class UnreadableBook(ValueError):
    """The file is no workbook made from the template; the text says why."""


@dataclass(frozen=True, slots=True)
class Codes:
    """What people write in cells -> what the engine knows it by."""

    units: Mapping[str, str]
    people: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]]


# ---- template


def template(title: str, form: Form, version: str, codes: Codes) -> bytes:
    """Return the empty workbook for a register: headings, notes, drop-downs, one sample row."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title[:31]
    sheet.append([f"{title}　导入模板"])
    sheet.append([f"带 * 的必填；“{KEY}”写原台账的编号，同一编号不会导入两次；一行一件"])
    fields = _fields(form)
    names = [f"{KEY}*", OCCURRED, *(f"{each.name}{'*' if _is_required(each) else ''}" for each in fields)]
    sheet.append(names)
    words = book.create_sheet(_WORDS)
    words.sheet_state = "hidden"
    for position, each in enumerate(fields, 3):
        _column(sheet, words, position, each, codes)
    _notes(sheet)
    sheet.append([f"{SAMPLE}（请删除）", "2023-04-10 09:00", *(_sample(each, codes) for each in fields)])
    for cell in sheet[_HEADER + 1]:
        cell.font = _QUIET
    sheet.freeze_panes = f"B{_HEADER + 1}"
    marks = book.create_sheet(_VERSION)
    marks.sheet_state = "hidden"
    marks.append([title, form.name, version])
    return saved(book)


def _fields(form: Form) -> list[Field]:
    wanted = set(importable_fields(form))
    return [each for each in form.fields if each.name in wanted]


def _is_required(each: Field) -> bool:
    return isinstance(each.required, Literal) and each.required.value is True


def _column(sheet: Worksheet, words: Worksheet, position: int, each: Field, codes: Codes) -> None:
    letter = get_column_letter(position)
    sheet.column_dimensions[letter].width = 24 if each.type.kind in _TEXTS else 16
    if each.type.kind in _TEXTS:
        sheet.column_dimensions[letter].number_format = "@"
    choices = _choices(each, codes)
    if not choices:
        return
    for row, choice in enumerate(choices, 1):
        words.cell(row, position, choice)
    listed = DataValidation("list", f"={_WORDS}!${letter}$1:${letter}${len(choices)}", allow_blank=True)
    listed.add(f"{letter}{_HEADER + 1}:{letter}{_HEADER + MOST_ROWS}")
    sheet.add_data_validation(listed)


def _choices(each: Field, codes: Codes) -> Sequence[str]:
    match each.type.kind:
        case Kind.YES_NO:
            return ("是", "否")
        case Kind.ENUM:
            return codes.members.get(each.type.of or "", ())
        case Kind.UNIT:
            return tuple(codes.units)
        case Kind.PERSON:
            return tuple(codes.people)
        case _:
            return ()


def _sample(each: Field, codes: Codes) -> str:
    choices = _choices(each, codes)
    return choices[0] if choices else _SAMPLES.get(each.type.kind, "文字")


def _notes(sheet: Worksheet) -> None:
    note = f"原台账里的编号，每行不同；以“{SAMPLE}”开头的行不导入"
    cell_at(sheet, _HEADER, 1).comment = Comment(note, "安流")
    cell_at(sheet, _HEADER, 2).comment = Comment("事情发生的时间；不填按登记时间。早于登记的算补录", "安流")
    for cell in sheet[_HEADER]:
        cell.font = Font(bold=True)


# ---- reading


def read_rows(content: bytes, form: Form, codes: Codes) -> tuple[ImportRow, ...]:
    """Read the rows of an uploaded workbook.

    Raises:
        UnreadableBook: it is no workbook, its headings are not those of the template, or it has too many rows.
    """
    sheet = _sheet(_book(content))
    columns = _columns(sheet, form)
    rows = tuple(_rows(sheet, columns, form, codes))
    if len(rows) > MOST_ROWS:
        raise UnreadableBook(f"一次最多导入 {MOST_ROWS} 行，这个文件有 {len(rows)} 行，请分成几个文件")
    if not rows:
        raise UnreadableBook("文件里没有要导入的行")
    return rows


def _book(content: bytes) -> Workbook:
    try:
        return load_workbook(BytesIO(content), data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError) as problem:
        raise UnreadableBook("这个文件不是 Excel 工作簿（.xlsx），请用下载的模板填写") from problem


def _sheet(book: Workbook) -> Worksheet:
    sheet = book.worksheets[0] if book.worksheets else None
    if sheet is None:
        raise UnreadableBook("工作簿里没有工作表，请用下载的模板填写")
    return sheet


def _columns(sheet: Worksheet, form: Form) -> Mapping[str, int]:
    found = {
        str(cell.value).strip().removesuffix("*"): cell.column
        for cell in sheet[_HEADER]
        if cell.value is not None
    }
    known = {KEY, OCCURRED, RESULT, *importable_fields(form)}
    strange = [name for name in found if name not in known]
    missing = [each.name for each in _fields(form) if _is_required(each) and each.name not in found]
    if KEY not in found or strange or missing:
        said = [f"缺少“{name}”" for name in ([] if KEY in found else [KEY]) + missing]
        said += [f"不认识“{name}”" for name in strange]
        raise UnreadableBook(f"第 {_HEADER} 行的列名与模板不一致：{'、'.join(said)}。请重新下载模板")
    return found


def letters(content: bytes, form: Form) -> Mapping[str, str]:
    """Return the letter of the column of each heading, by which a person finds a cell."""
    return {
        name: get_column_letter(column) for name, column in _columns(_sheet(_book(content)), form).items()
    }


def _rows(sheet: Worksheet, columns: Mapping[str, int], form: Form, codes: Codes) -> Iterator[ImportRow]:
    fields = {each.name: each for each in _fields(form)}
    for number in range(_HEADER + 1, sheet.max_row + 1):
        cells = {name: cell_at(sheet, number, column).value for name, column in columns.items()}
        key = _plain(cells.get(KEY))
        filled = [name for name in fields if cells.get(name) not in (None, "")]
        if key.startswith(SAMPLE) or (not key and not filled):
            continue
        errors: dict[str, str] = {} if key else {KEY: "没有填，不知道是不是导入过"}
        values = {name: _value(fields[name], cells[name], codes, errors) for name in filled}
        yield ImportRow(number, key, values, _moment(cells.get(OCCURRED)), errors)


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _moment(value: object) -> str | None:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return _plain(value) or None


def _value(each: Field, value: object, codes: Codes, errors: dict[str, str]) -> object:
    match each.type.kind:
        case Kind.UNIT:
            return _code(each, value, codes.units, "单位", errors)
        case Kind.PERSON:
            return _code(each, value, codes.people, "人员", errors)
        case Kind.PEOPLE:
            names = _plain(value).replace("，", "、").replace(",", "、").split("、")
            return [_code(each, name, codes.people, "人员", errors) for name in names if name.strip()]
        case Kind.DATE if isinstance(value, datetime):
            return value.date().isoformat()
        case Kind.DATE | Kind.TIME if isinstance(value, date):
            return value.isoformat()
        case Kind.ENUM:
            return _member(each, _plain(value), codes, errors)
        case _:
            return _plain(value)


def _code(each: Field, value: object, known: Mapping[str, str], what: str, errors: dict[str, str]) -> str:
    text = _plain(value)
    if text in known:
        return known[text]
    if text not in known.values():
        errors[each.name] = f"没有叫“{text}”的{what}，请从下拉里选"
    return text


def _member(each: Field, text: str, codes: Codes, errors: dict[str, str]) -> str:
    members = codes.members.get(each.type.of or "", ())
    if text not in members:
        errors[each.name] = f"可以填：{'、'.join(members)}"
    return text


# ---- the same workbook with what became of each row


def annotated(content: bytes, form: Form, outcomes: Sequence[RowOutcome]) -> bytes:
    """Return the uploaded workbook with the bad cells tinted and explained, and a column with each row's result."""
    book = _book(content)
    sheet = _sheet(book)
    columns = _columns(sheet, form)
    result = columns.get(RESULT, max(columns.values()) + 1)
    cell_at(sheet, _HEADER, result).value = RESULT
    for outcome in outcomes:
        row = outcome.row.number
        whole = [said for name, said in outcome.errors.items() if name.split(".")[-1] not in columns]
        cell_at(sheet, row, result).value = "；".join(
            (f"{outcome.state.value} {outcome.case}".strip(), *whole)
        )
        for name, said in outcome.errors.items():
            column = columns.get(name.split(".")[-1])
            if column is not None:
                _explain(cell_at(sheet, row, column), said)
        if outcome.state is RowState.WRONG and whole:
            _explain(cell_at(sheet, row, result), "；".join(whole))
    return saved(book)


def _explain(cell: Cell, said: str) -> None:
    cell.fill = _BAD
    cell.comment = Comment(said, "安流")
