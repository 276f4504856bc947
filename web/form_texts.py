"""Forms as the browser sends them: text by control name, and back to typed values.

A control is called `form.field`; a field of the third entry of a list `form.list.2.field`. `form.list.rows` holds
how many entries a list shows. What was typed is kept as it was typed until it can be read.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from engine.definition import Field, Form
from engine.expressions import Literal
from engine.values import FileRef, Kind, Record, Span, Unit, Value
from web.value_text import UNIT_WORDS

Texts: TypeAlias = Mapping[str, Sequence[str]]

LIST_ROWS = "rows"
MOST_ROWS = 200


class Unreadable(ValueError):
    """What was typed is not a value of the field; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading needs to know: zone, forms of list elements, known accounts and units, and how to open a file token."""

    zone: tzinfo
    records: Mapping[str, Form]
    people: Mapping[str, str]
    units: Mapping[str, str]
    enumerations: Mapping[str, Sequence[str]]
    file: Callable[[str], FileRef | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """Values read from a form, and a sentence for every control that could not be read."""

    values: dict[str, Value]
    errors: dict[str, str]


def read_form(form: Form, texts: Texts, reader: Reader, prefix: str | None = None) -> Reading:
    """Read the fields of a form; every mistake is reported, nothing is guessed.

    Args:
        form: the form whose controls `texts` may hold.
        texts: control name -> what was sent, in order.
        reader: names and zone.
        prefix: control name before the field's; the form's name by default.
    """
    values: dict[str, Value] = {}
    errors: dict[str, str] = {}
    for each in form.fields:
        if each.computed is not None:
            continue
        name = f"{prefix or form.name}.{each.name}"
        try:
            if each.type.kind is Kind.LIST:
                values[each.name] = _read_list(each, name, texts, reader, errors)
            else:
                values[each.name] = read_field(each, name, texts, reader)
        except Unreadable as problem:
            errors[name] = str(problem)
            continue
        if values[each.name] in (None, "", ()) and is_required(each) and name not in errors:
            errors[name] = missing_sentence(each)
    return Reading(values, errors)


def is_required(field: Field) -> bool:
    """Whether the field must always be filled in (not only under a condition)."""
    return isinstance(field.required, Literal) and field.required.value is True


def missing_sentence(field: Field) -> str:
    """Say that a required field is empty, by what one does to fill it."""
    match field.type.kind:
        case Kind.PHOTO:
            return f"请拍照或选取“{field.name}”。"
        case Kind.ATTACHMENT:
            return f"请上传“{field.name}”。"
        case Kind.YES_NO | Kind.ENUM | Kind.PERSON | Kind.PEOPLE | Kind.UNIT:
            return f"请选择“{field.name}”。"
        case _:
            return f"请填写“{field.name}”。"


def read_field(field: Field, name: str, texts: Texts, reader: Reader) -> Value:
    """Read one field; None when nothing was entered.

    Raises:
        Unreadable: with the sentence to show beside the field.
    """
    kind = field.type.kind
    if kind in (Kind.ATTACHMENT, Kind.PHOTO):
        found = (reader.file(token) for token in texts.get(name, ()) if token)
        return tuple(file for file in found if file is not None)
    if kind is Kind.PEOPLE:
        return tuple(_known(field, account, reader.people) for account in texts.get(name, ()) if account)
    if kind in (Kind.DURATION, Kind.FREQUENCY):
        return _span(field, _one(texts, f"{name}.count"), _one(texts, f"{name}.unit"))
    typed = _one(texts, name)
    return _scalar(field, typed, reader) if typed else None


def _scalar(field: Field, typed: str, reader: Reader) -> Value:
    match field.type.kind:
        case Kind.INTEGER | Kind.HEADCOUNT:
            return _whole(field, typed)
        case Kind.NUMBER:
            return _decimal(field, typed, "数字，例如 12.5")
        case Kind.MONEY:
            return _decimal(field, typed.removesuffix("元"), "以元为单位的数字，例如 12000 或 12000.50")
        case Kind.RATIO:
            return _decimal(field, typed.removesuffix("%"), "百分数，例如 15 表示 15%") / 100
        case Kind.DATE:
            return _date(field, typed)
        case Kind.TIME:
            return _time(field, typed, reader.zone)
        case Kind.YES_NO:
            return _yes_no(field, typed)
        case Kind.ENUM:
            return _member(field, typed, reader.enumerations.get(field.type.of or ""))
        case Kind.PERSON:
            return _known(field, typed, reader.people)
        case Kind.UNIT:
            return _unit(field, typed, reader.units)
        case _:
            return typed


def _one(texts: Texts, name: str) -> str:
    sent = texts.get(name, ())
    return sent[0].strip().replace("\r\n", "\n") if sent else ""


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).replace(",", "").replace("，", "").replace(" ", "").strip()


def _whole(field: Field, typed: str) -> int:
    plain = _plain(typed).removesuffix("人")
    if not re.fullmatch(r"[-+]?\d{1,15}", plain):
        raise Unreadable(f"“{field.name}”应填整数，例如 3。现在填的是“{_shortened(typed)}”。")
    return int(plain)


def _decimal(field: Field, typed: str, example: str) -> Decimal:
    plain = _plain(typed)
    try:
        number = Decimal(plain) if re.fullmatch(r"[-+]?\d{0,18}(\.\d{1,6})?", plain) else None
    except InvalidOperation:
        number = None
    if number is None:
        raise Unreadable(f"“{field.name}”应填{example}。现在填的是“{_shortened(typed)}”。")
    return number


def _date(field: Field, typed: str) -> date:
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", _plain(typed))
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise Unreadable(f"“{field.name}”应填日期，例如 2023-04-17。现在填的是“{_shortened(typed)}”。")


def _time(field: Field, typed: str, zone: tzinfo) -> datetime:
    found = re.fullmatch(
        r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T ]*(\d{1,2})[:：时](\d{1,2})分?(:\d{2})?",
        unicodedata.normalize("NFKC", typed).strip(),
    )
    try:
        if found:
            year, month, day, hour, minute = (int(found[n]) for n in range(1, 6))
            return datetime(year, month, day, hour, minute, tzinfo=zone)
    except ValueError:
        pass
    raise Unreadable(
        f"“{field.name}”应填日期和时间，例如 2023-04-10 09:12。现在填的是“{_shortened(typed)}”。"
    )


def _yes_no(field: Field, typed: str) -> bool:
    if typed not in ("是", "否"):
        raise Unreadable(f"“{field.name}”请选“是”或“否”。")
    return typed == "是"


def _member(field: Field, typed: str, members: Sequence[str] | None) -> str:
    if members is not None and typed not in members:
        raise Unreadable(f"“{field.name}”请从 {'、'.join(members)} 中选。")
    return typed


def _known(field: Field, typed: str, people: Mapping[str, str]) -> str:
    if typed in people:
        return typed
    named = [account for account, name in people.items() if name == typed]
    if len(named) != 1:
        raise Unreadable(f"“{field.name}”里没有“{_shortened(typed)}”这个人，请从名单中选。")
    return named[0]


def _unit(field: Field, typed: str, units: Mapping[str, str]) -> str:
    if typed in units:
        return typed
    named = [code for code, name in units.items() if name == typed]
    if len(named) != 1:
        raise Unreadable(f"“{field.name}”里没有“{_shortened(typed)}”这个单位，请从名单中选。")
    return named[0]


def _span(field: Field, count: str, unit: str) -> Span | None:
    if not count:
        return None
    plain = _plain(count)
    if not re.fullmatch(r"\d{1,6}", plain):
        raise Unreadable(f"“{field.name}”应填整数和单位，例如 5 个工作日。")
    if unit not in {each.value for each in Unit}:
        raise Unreadable(f"“{field.name}”请选择单位（{'、'.join(UNIT_WORDS.values())}）。")
    return Span(int(plain), Unit(unit))


def _read_list(
    field: Field, name: str, texts: Texts, reader: Reader, errors: dict[str, str]
) -> tuple[Record, ...]:
    form = reader.records.get(field.type.of or "")
    if form is None:
        raise Unreadable(f"“{field.name}”的表样没有随流程发布，请告知管理员。")
    entries: list[Record] = []
    for row in filled_rows(name, texts):
        reading = read_form(form, texts, reader, f"{name}.{row}")
        errors.update(reading.errors)
        entries.append(reading.values)
    return tuple(entries)


def row_count(name: str, texts: Texts) -> int:
    """Number of entries that a list shows, at least 1."""
    typed = _one(texts, f"{name}.{LIST_ROWS}")
    return min(max(int(typed), 1), MOST_ROWS) if typed.isdecimal() else 1


def filled_rows(name: str, texts: Texts) -> tuple[int, ...]:
    """Entries of a list in which anything was entered."""

    def touched(row: int) -> bool:
        start = f"{name}.{row}."
        return any(
            any(part.strip() for part in sent)
            for control, sent in texts.items()
            if control.startswith(start) and not control.endswith((".unit", f".{LIST_ROWS}"))
        )

    return tuple(row for row in range(row_count(name, texts)) if touched(row))


def texts_of(
    form: Form, values: Record, records: Mapping[str, Form], zone: tzinfo, token: Callable[[FileRef], str]
) -> dict[str, list[str]]:
    """The controls of a form as they begin: what `read_form` reads back to the same values."""
    texts: dict[str, list[str]] = {}
    _fill(texts, form.name, form, values, records, zone, token)
    return texts


def _fill(
    texts: dict[str, list[str]],
    prefix: str,
    form: Form,
    values: Record,
    records: Mapping[str, Form],
    zone: tzinfo,
    token: Callable[[FileRef], str],
) -> None:
    for each in form.fields:
        name, value = f"{prefix}.{each.name}", values.get(each.name)
        if value is None:
            continue
        element = records.get(each.type.of or "")
        if each.type.kind is Kind.LIST and isinstance(value, tuple) and element is not None:
            texts[f"{name}.{LIST_ROWS}"] = [str(len(value))]
            for row, entry in enumerate(value):
                if isinstance(entry, Mapping):
                    _fill(texts, f"{name}.{row}", element, entry, records, zone, token)
        elif isinstance(value, Span):
            texts[f"{name}.count"] = [str(value.count)]
            texts[f"{name}.unit"] = [value.unit.value]
        elif isinstance(value, tuple):
            texts[name] = [token(part) if isinstance(part, FileRef) else str(part) for part in value]
        else:
            texts[name] = [_typed(each.type.kind, value, zone)]


def _typed(kind: Kind, value: Value, zone: tzinfo) -> str:
    match value:
        case bool():
            return "是" if value else "否"
        case datetime():
            return f"{value.astimezone(zone):%Y-%m-%dT%H:%M}"
        case Decimal() if kind is Kind.RATIO:
            return format((value * 100).normalize(), "f")
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)


def _shortened(typed: str) -> str:
    return typed if len(typed) <= 20 else f"{typed[:20]}…"


def add_entry(texts: Texts, name: str) -> dict[str, list[str]]:
    """The same controls with one more entry in the list `name`."""
    changed = {control: list(sent) for control, sent in texts.items()}
    changed[f"{name}.{LIST_ROWS}"] = [str(min(row_count(name, texts) + 1, MOST_ROWS))]
    return changed


def remove_entry(texts: Texts, entry: str) -> dict[str, list[str]]:
    """The same controls without one entry (`form.list.2`); later entries move up."""
    name, _, number = entry.rpartition(".")
    if not number.isdecimal():
        return {control: list(sent) for control, sent in texts.items()}
    gone = int(number)
    changed: dict[str, list[str]] = {}
    for control, sent in texts.items():
        row, rest = _row_of(control, name)
        if row == gone:
            continue
        moved = f"{name}.{row - 1}.{rest}" if row is not None and row > gone else control
        changed[moved] = list(sent)
    changed[f"{name}.{LIST_ROWS}"] = [str(max(row_count(name, texts) - 1, 1))]
    return changed


def _row_of(control: str, name: str) -> tuple[int | None, str]:
    if not control.startswith(f"{name}."):
        return None, ""
    row, _, rest = control[len(name) + 1 :].partition(".")
    return (int(row), rest) if row.isdecimal() else (None, "")
