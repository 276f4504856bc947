"""Values as a web form, JSON or a script gives them, turned into values of the declared types.

What cannot be read becomes a sentence for its field; all fields are told at once. Required fields and checks are the
core's business (`engine.deciding.form_values`).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.definition import Field, Form
from engine.edge_refusals import NotFound
from engine.graph import Graph
from engine.refusals import InvalidForm
from engine.values import FileRef, Kind, Record, Span, Type, Unit, Value

Raw = Any
"""What a caller hands in for a field: a Python value, or JSON or text for it."""

_UNITS = {
    "分钟": Unit.MINUTE,
    "小时": Unit.HOUR,
    "个工作日": Unit.WORKING_DAY,
    "工作日": Unit.WORKING_DAY,
    "日": Unit.DAY,
    "天": Unit.DAY,
    "周": Unit.WEEK,
    "个月": Unit.MONTH,
    "月": Unit.MONTH,
    "年": Unit.YEAR,
    **{unit.value: unit for unit in Unit},
}
_PERIODS = {
    "日": Span(1, Unit.DAY),
    "个工作日": Span(1, Unit.WORKING_DAY),
    "周": Span(1, Unit.WEEK),
    "旬": Span(10, Unit.DAY),
    "月": Span(1, Unit.MONTH),
    "季度": Span(3, Unit.MONTH),
    "半年": Span(6, Unit.MONTH),
    "年": Span(1, Unit.YEAR),
}
_SPAN = re.compile(r"每?\s*(\d{1,5})\s*([a-z_]+|[一-鿿]+)")
_YES, _NO = frozenset(("是", "true", "yes", "1", "on")), frozenset(("否", "false", "no", "0"))


class _Unreadable(ValueError):
    """The value cannot be read; the text is the sentence for its field."""


@dataclass(slots=True)
class Reader:
    """Reads what is handed in for the forms of a definition.

    Args:
        find_file: returns a stored file by its SHA-256.
    """

    graph: Graph
    zone: tzinfo
    find_file: Callable[[str], FileRef]
    errors: dict[str, str] = field(default_factory=dict)

    def forms(self, names: Iterable[str], given: Mapping[str, Raw] | None) -> dict[str, Record]:
        """Read {form: {field: value}}, or {field: value} when there is one form to fill.

        Raises:
            InvalidForm: with every value that cannot be read.
        """
        wanted, sent = tuple(names), dict(given or {})
        nested = bool(sent) and all(
            name in self.graph.forms and isinstance(value, Mapping) for name, value in sent.items()
        )
        if not nested and sent and len(wanted) != 1:
            sentence = "请按表单分别填写" if wanted else "本步骤不填写表单"
            raise InvalidForm(dict.fromkeys(sent, sentence))
        by_form = sent if nested else ({wanted[0]: sent} if sent else {})
        many = len(by_form) > 1
        records = {
            name: self._record(self.graph.forms[name], content, f"{name}." if many else "")
            for name, content in by_form.items()
        }
        if self.errors:
            raise InvalidForm(self.errors)
        return records

    def fields(self, form: str, given: Mapping[str, Raw]) -> Record:
        """Read some fields of a form.

        Raises:
            InvalidForm: with every value that cannot be read.
        """
        record = self._record(self.graph.forms[form], given, "")
        if self.errors:
            raise InvalidForm(self.errors)
        return record

    def value(self, declared: Type, raw: Raw, name: str) -> Value:
        """Read one value.

        Raises:
            InvalidForm: it cannot be read.
        """
        try:
            return self._value(declared, raw, name)
        except _Unreadable as problem:
            raise InvalidForm({name: str(problem)}) from problem

    def _record(self, form: Form, given: Mapping[str, Raw], prefix: str) -> Record:
        fields = {each.name: each for each in form.fields}
        return {
            str(name): self._field(fields[name], raw, f"{prefix}{name}") if name in fields else raw
            for name, raw in given.items()
        }

    def _field(self, declared: Field, raw: Raw, place: str) -> Value:
        try:
            return self._value(declared.type, raw, place)
        except _Unreadable as problem:
            self.errors[place] = str(problem)
        except NotFound as problem:
            self.errors[place] = problem.text
        return None

    def _value(self, declared: Type, raw: Raw, place: str) -> Value:
        if raw is None or (isinstance(raw, str) and not raw.strip()) or raw in ([], ()):
            return None
        match declared.kind:
            case Kind.TEXT | Kind.LONG_TEXT | Kind.PERSON | Kind.UNIT | Kind.PLACE | Kind.ENUM:
                return _text(raw)
            case Kind.INTEGER | Kind.HEADCOUNT:
                return _whole(raw)
            case Kind.NUMBER | Kind.MONEY:
                return _number(raw)
            case Kind.RATIO:
                return _ratio(raw)
            case Kind.DATE:
                return _date(raw)
            case Kind.TIME:
                return self._time(raw)
            case Kind.DURATION:
                return _span(raw)
            case Kind.FREQUENCY:
                return _frequency(raw)
            case Kind.YES_NO:
                return _yes_no(raw)
            case Kind.ATTACHMENT | Kind.PHOTO:
                return tuple(self._file(each) for each in _several(raw))
            case Kind.PEOPLE:
                return tuple(_text(each) for each in _several(raw))
            case Kind.LIST:
                return self._rows(declared, raw, place)
            case Kind.RECORD:
                return self._row(declared, raw, f"{place}.")

    def _time(self, raw: Raw) -> datetime:
        try:
            moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw).strip())
        except ValueError:
            raise _Unreadable("应为日期和时间，如 2023-04-10 09:30") from None
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=self.zone)

    def _file(self, raw: Raw) -> FileRef:
        sha256 = raw.sha256 if isinstance(raw, FileRef) else raw
        sha256 = raw.get("sha256") if isinstance(raw, Mapping) else sha256
        if not isinstance(sha256, str):
            raise _Unreadable("应为已上传的文件")
        stored = self.find_file(sha256)
        name = raw.name if isinstance(raw, FileRef) else raw.get("name") if isinstance(raw, Mapping) else None
        return FileRef(stored.sha256, str(name or stored.name), stored.size, stored.media_type)

    def _rows(self, declared: Type, raw: Raw, place: str) -> tuple[Value, ...]:
        if not isinstance(raw, list | tuple):
            raise _Unreadable("应为清单")
        return tuple(self._row(declared, each, f"{place}[{n}].") for n, each in enumerate(raw, start=1))

    def _row(self, declared: Type, raw: Raw, prefix: str) -> Record:
        if not isinstance(raw, Mapping):
            raise _Unreadable("清单的每一条应为表单内容")
        return self._record(self.graph.forms[declared.of or ""], raw, prefix)


def _text(raw: Raw) -> str:
    if not isinstance(raw, str):
        raise _Unreadable("应为文字")
    return raw.strip().replace("\r\n", "\n")


def _number(raw: Raw) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | str | Decimal):
        raise _Unreadable("应为数字，如 1200 或 0.5")
    try:
        number = Decimal(raw.strip().replace(",", "").replace("，", "") if isinstance(raw, str) else raw)
    except InvalidOperation:
        raise _Unreadable("应为数字，如 1200 或 0.5") from None
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise _Unreadable("数字超出范围")
    return number


def _whole(raw: Raw) -> int:
    try:
        number = _number(raw)
    except _Unreadable:
        raise _Unreadable("应为整数") from None
    if number != number.to_integral_value():
        raise _Unreadable("应为整数")
    return int(number)


def _ratio(raw: Raw) -> Decimal:
    if isinstance(raw, str) and raw.strip().endswith(("%", "％")):
        return _number(raw.strip()[:-1]) / 100
    return _number(raw)


def _date(raw: Raw) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return date.fromisoformat(str(raw).strip())
    except ValueError:
        raise _Unreadable("应为日期，如 2023-04-10") from None


def _span(raw: Raw) -> Span:
    if isinstance(raw, Span):
        return raw
    if isinstance(raw, Mapping):
        raw = f"{raw.get('count')}{raw.get('unit')}"
    if isinstance(raw, list | tuple) and len(raw) == 2:
        raw = f"{raw[0]}{raw[1]}"
    found = _SPAN.fullmatch(raw.strip()) if isinstance(raw, str) else None
    unit = _UNITS.get(found.group(2)) if found else None
    if found is None or unit is None:
        raise _Unreadable("应为期限，如 15日、3个工作日")
    return Span(int(found.group(1)), unit)


def _frequency(raw: Raw) -> Span:
    """Read how often: 每周, 每旬 (ten days), or as a length of time."""
    word = raw.strip().removeprefix("每") if isinstance(raw, str) else ""
    known = _PERIODS.get(word)
    if known is not None:
        return known
    try:
        return _span(raw)
    except _Unreadable:
        raise _Unreadable("应为周期，如 每周、每15日") from None


def read_span(text: str) -> Span | None:
    """Read a length of time such as 10日; None for anything else."""
    try:
        return _span(text)
    except _Unreadable:
        return None


def _yes_no(raw: Raw) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise _Unreadable("应选“是”或“否”")


def _several(raw: Raw) -> Iterable[Raw]:
    return raw if isinstance(raw, list | tuple) else (raw,)
