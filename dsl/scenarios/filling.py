"""Tables of a scenario turned into what is handed to the engine for a form.

A row is | 字段 | 值 |; | 表单.字段 | 值 | where a step fills several forms; | 清单 第2项 字段 | 值 | for an element of a list.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dsl.scenarios.moments import Reckoning
from dsl.scenarios.outcome import Unmet, unknown
from dsl.scenarios.samples import sample
from engine.definition import Field, Form
from engine.values import FileRef, Kind

Table = Sequence[Sequence[str]]
Handed = object
"""A value as the engine takes it from a caller: text, a moment, files, rows."""

_HEADS = (("字段", "值"), ("项目", "内容"))
_NOTHING = ("（空）", "(空)", "")
_ELEMENT = re.compile(r"(.+?)\s*第\s*(\d+)\s*项\s*(.+)")
_AMOUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万|亿)?元?")
_TIMES = {None: 1, "万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True)
class Filler:
    """Turns texts into values of declared fields.

    Args:
        forms: every form of the definition, by name.
        person: name of a person -> account.
        unit: name of a unit -> code.
        keep: content, name and media type of a file -> the stored file.
    """

    forms: Mapping[str, Form]
    reckoning: Reckoning
    person: Callable[[str], str]
    unit: Callable[[str], str]
    keep: Callable[[bytes, str, str], FileRef]

    def fill(self, table: Table | None, wanted: Sequence[str]) -> dict[str, dict[str, Handed]]:
        """Return {form: {field: value}} for the forms to be filled.

        Raises:
            Unmet: a row names no field, or fits several forms.
        """
        filled: dict[str, dict[str, Handed]] = {}
        for name, text in _rows(table):
            form, path = self._form(name, wanted)
            self._put(filled.setdefault(form.name, {}), form, path, text)
        return filled

    def _form(self, name: str, wanted: Sequence[str]) -> tuple[Form, str]:
        head, dot, rest = name.partition(".")
        if dot and head in self.forms:
            return self.forms[head], rest
        element = _ELEMENT.fullmatch(name)
        field = element[1].strip() if element else name
        fitting = [self.forms[form] for form in wanted if _field(self.forms[form], field) is not None]
        if len(fitting) == 1:
            return fitting[0], name
        if fitting:
            raise Unmet(f"“{name}”在几张表单里都有，请写成“{fitting[0].name}.{name}”")
        fields = [each.name for form in wanted for each in self.forms[form].fields]
        if not fields:
            raise Unmet(f"这一步不填写表单，写了“{name}”")
        raise unknown(f"{'、'.join(f'《{form}》' for form in wanted)}里的字段", name, fields)

    def _put(self, record: dict[str, Handed], form: Form, path: str, text: str) -> None:
        element = _ELEMENT.fullmatch(path)
        if element is None:
            field = _field(form, path)
            if field is None:
                raise unknown(f"《{form.name}》里的字段", path, (each.name for each in form.fields))
            record[path] = self.value(field, text)
            return
        name, number, rest = element[1].strip(), int(element[2]), element[3].strip()
        field = _field(form, name)
        if field is None or field.type.kind is not Kind.LIST:
            raise Unmet(f"表单“{form.name}”没有清单“{name}”")
        rows = record.setdefault(name, [])
        assert isinstance(rows, list), rows
        while len(rows) < number:
            rows.append({})
        self._put(rows[number - 1], self.forms[field.type.of or ""], rest, text)

    def value(self, field: Field, text: str) -> Handed:
        """Read one value."""
        said = text.strip()
        if said in _NOTHING:
            return None
        match field.type.kind:
            case Kind.PHOTO | Kind.ATTACHMENT:
                return [self.file(name) for name in _several(said)]
            case Kind.PEOPLE:
                return [self.person(name) for name in _several(said)]
            case Kind.PERSON:
                return self.person(said)
            case Kind.UNIT:
                return self.unit(said)
            case Kind.MONEY:
                return _money(said)
            case Kind.DATE:
                return self.reckoning.day(said) or said
            case Kind.TIME:
                return self.reckoning.moment(said) or said
            case Kind.INTEGER | Kind.HEADCOUNT:
                return said.removesuffix("人")
            case _:
                return said

    def file(self, name: str) -> FileRef:
        """Store a file of the kind that its name says."""
        content, media_type = sample(name)
        return self.keep(content, name, media_type)


def _rows(table: Table | None) -> Iterable[tuple[str, str]]:
    for position, row in enumerate(table or ()):
        cells = tuple(cell.strip() for cell in row)
        if position == 0 and cells in _HEADS:
            continue
        if len(cells) != 2:
            raise Unmet(f"表格每行应为两格“字段、值”，实为：{'、'.join(cells)}")
        yield cells[0], cells[1]


def _field(form: Form, name: str) -> Field | None:
    return next((field for field in form.fields if field.name == name), None)


def _several(text: str) -> list[str]:
    return [part.strip() for part in re.split("[、,，]", text) if part.strip()]


def _money(text: str) -> Handed:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return text
    return Decimal(found[1].replace(",", "")) * _TIMES[found[2]]
