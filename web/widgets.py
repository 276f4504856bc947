"""Controls generated from the fields of a form: what a template prints, one small template a kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.definition import Field, Form
from engine.values import FileRef, Kind, Unit
from web.conditions import condition_text
from web.form_texts import LIST_ROWS, Texts, is_required, row_count
from web.value_text import UNIT_WORDS

MOST_RADIOS = 5
MOST_SELECT = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose; choices with the same `group` stand together."""

    value: str
    label: str
    chosen: bool
    id: str


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is already on the server for this form."""

    token: str
    name: str
    size: str
    address: str
    is_image: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list of records."""

    number: int
    widgets: "tuple[Widget, ...]"
    drop: str


@dataclass(frozen=True, slots=True)
class Widget:
    """A control ready to print; `kind` names its template under `widgets/`."""

    kind: str
    name: str
    id: str
    label: str
    value: str = ""
    hint: str = ""
    error: str = ""
    optional: bool = False
    suffix: str = ""
    input_type: str = "text"
    input_mode: str = "text"
    groups: tuple[tuple[str, tuple[Choice, ...]], ...] = ()
    files: tuple[KeptFile, ...] = ()
    entries: tuple[Entry, ...] = ()
    rows_name: str = ""
    described_by: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What may be chosen, already in the order to show: groups of (heading, ((value, label), …))."""

    people: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    units: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    enumerations: Mapping[str, Sequence[str]] | None = None
    records: Mapping[str, Form] | None = None
    file: Callable[[str], FileRef | None] = lambda _token: None
    own_side: tuple[
        tuple[str, tuple[tuple[str, str], ...]], ...
    ] = ()  # people of the same enterprise, or of none


def widgets_of(
    form: Form, texts: Texts, errors: Mapping[str, str], catalogue: Catalogue, prefix: str | None = None
) -> tuple[Widget, ...]:
    """Controls for the fields of a form, holding what was typed and what is wrong with it."""
    return tuple(
        _widget(each, f"{prefix or form.name}.{each.name}", texts, errors, catalogue) for each in form.fields
    )


def control_id(name: str) -> str:
    """The id of a control: its name with the dots replaced."""
    return "f-" + name.replace(".", "-").replace(" ", "_")


def _widget(field: Field, name: str, texts: Texts, errors: Mapping[str, str], catalogue: Catalogue) -> Widget:
    sent = tuple(texts.get(name, ()))
    hint, error = _hint(field), errors.get(name, "")
    marks = (("hint", hint), ("error", error))
    described = " ".join(f"{control_id(name)}-{mark}" for mark, said in marks if said)

    base = Widget(
        kind="line",
        name=name,
        id=control_id(name),
        label=field.name,
        value=sent[0] if sent else "",
        hint=hint,
        error=error,
        optional=not is_required(field) and field.computed is None,
        described_by=described,
    )
    return (
        replace(base, kind="computed")
        if field.computed is not None
        else _shaped(base, field, sent, texts, errors, catalogue)
    )


def _shaped(
    base: Widget,
    field: Field,
    sent: tuple[str, ...],
    texts: Texts,
    errors: Mapping[str, str],
    catalogue: Catalogue,
) -> Widget:
    name = base.name
    match field.type.kind:
        case Kind.LONG_TEXT:
            return replace(base, kind="long_text")
        case Kind.INTEGER:
            return replace(base, input_mode="numeric")
        case Kind.HEADCOUNT:
            return replace(base, input_mode="numeric", suffix="人")
        case Kind.NUMBER:
            return replace(base, input_mode="decimal")
        case Kind.MONEY:
            return replace(base, input_mode="decimal", suffix="元")
        case Kind.RATIO:
            return replace(base, input_mode="decimal", suffix="%")
        case Kind.DATE:
            return replace(base, input_type="date")
        case Kind.TIME:
            return replace(base, input_type="datetime-local")
        case Kind.DURATION | Kind.FREQUENCY:
            count, unit = texts.get(f"{name}.count", ("",)), texts.get(f"{name}.unit", ())
            pairs = tuple((each.value, UNIT_WORDS[each]) for each in Unit)
            return replace(base, kind="span", value=count[0], groups=_groups(name, (("", pairs),), unit))
        case Kind.YES_NO:
            return replace(base, kind="radios", groups=_plain(name, ("是", "否"), sent))
        case Kind.ENUM:
            members = (catalogue.enumerations or {}).get(field.type.of or "", ())
            kind = "radios" if len(members) <= MOST_RADIOS else "select"
            return replace(base, kind=kind, groups=_plain(name, members, sent))
        case Kind.PERSON:
            return replace(base, kind="select", groups=_groups(name, catalogue.people, sent))
        case Kind.PEOPLE:
            return replace(base, kind="checks", groups=_groups(name, catalogue.people, sent))
        case Kind.UNIT:
            size = sum(len(pairs) for _, pairs in catalogue.units)
            kind = "select" if size <= MOST_SELECT else "search"
            return replace(base, kind=kind, groups=_groups(name, catalogue.units, sent))
        case Kind.PHOTO:
            return replace(base, kind="photos", files=_kept(sent, catalogue))
        case Kind.ATTACHMENT:
            return replace(base, kind="files", files=_kept(sent, catalogue))
        case Kind.LIST | Kind.RECORD:
            entries = _entries(field, name, texts, errors, catalogue)
            return replace(base, kind="entries", entries=entries, rows_name=f"{name}.{LIST_ROWS}")
        case Kind.TEXT | Kind.PLACE:
            return base


def _hint(field: Field) -> str:
    if field.computed is not None:
        return "提交时由系统按规则计算"
    if field.required is not None and not is_required(field):
        said = condition_text(field.required)
        return f"{said}时必填" if said else "视情况必填，提交时系统会提示"
    said = "，".join(text for check in field.checks if (text := condition_text(check)))
    return f"要求：{said}" if said else ""


def _plain(
    name: str, members: Sequence[str], sent: Sequence[str]
) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    return _groups(name, (("", tuple((each, each) for each in members)),), sent)


def _groups(
    name: str, groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...], sent: Sequence[str]
) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    return tuple(
        (
            heading,
            tuple(
                Choice(value, label, value in sent, f"{control_id(name)}-{place}-{number}")
                for number, (value, label) in enumerate(pairs)
            ),
        )
        for place, (heading, pairs) in enumerate(groups)
    )


def _kept(tokens: Sequence[str], catalogue: Catalogue) -> tuple[KeptFile, ...]:
    found = ((token, catalogue.file(token)) for token in tokens if token)
    return tuple(
        KeptFile(token, file.name, size_text(file.size), f"/files/{file.sha256}", is_picture(file.media_type))
        for token, file in found
        if file is not None
    )


def is_picture(media_type: str) -> bool:
    """Whether browsers may show it as a picture (never SVG, which can carry script)."""
    return media_type in ("image/jpeg", "image/png", "image/webp", "image/gif")


def size_text(size: int) -> str:
    """Print a size in bytes as `36 KB` or `1.4 MB`."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"


def _entries(
    field: Field, name: str, texts: Texts, errors: Mapping[str, str], catalogue: Catalogue
) -> tuple[Entry, ...]:
    form = (catalogue.records or {}).get(field.type.of or "")
    if form is None:
        return ()
    return tuple(
        Entry(
            row + 1,
            widgets_of(form, texts, errors, catalogue, f"{name}.{row}"),
            f"{name}.{row}",
        )
        for row in range(row_count(name, texts))
    )
