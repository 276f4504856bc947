"""What a form post brought: texts, uploads stored on the way, and the moment something happened."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, cast

from flask import request
from werkzeug.datastructures import FileStorage

from engine.definition import Form
from engine.errors import Refusal
from engine.values import FileRef, Record
from web.current import account, engine, file_of, file_token, moments, parts, town
from web.form_texts import Reader, add_entry, read_form, remove_entry
from web.widgets import Catalogue, size_text

KEY = re.compile(r"[A-Za-z0-9_-]{8,100}")


@dataclass(slots=True)
class Posted:
    """Controls of a request as typed; `errors` by control."""

    texts: dict[str, list[str]]
    errors: dict[str, str] = field(default_factory=dict)


def posted() -> Posted:
    """Read the request; uploads become files of the engine at once, so that a mistake elsewhere loses none."""
    texts = {name: list(sent) for name, sent in request.form.lists()}
    dropped = set(texts.pop("_drop", ()))
    found = Posted({name: [part for part in sent if part not in dropped] for name, sent in texts.items()})
    for name, files in request.files.lists():
        for upload in files:
            _receive(found, name, upload)
    if removed := request.form.get("_remove"):
        found.texts = remove_entry(found.texts, removed)
    if added := request.form.get("_add"):
        found.texts = add_entry(found.texts, added)
    return found


def destination(found: Posted) -> str | None:
    """Where an operation leads: a target, a person, or a place and a person ("前#li-ke")."""
    to, person = text_of(found, "to"), text_of(found, "person")
    return "#".join(filter(None, (to, person))) or None


def edits_entries() -> bool:
    """Whether the person only asked for one more or one fewer entry of a list."""
    return "_add" in request.form or "_remove" in request.form


def store(upload: FileStorage) -> FileRef:
    """Keep an upload.

    Raises:
        Refusal: when it is too large.
    """
    name = (upload.filename or "").replace("\\", "/").rpartition("/")[2] or "未命名"
    stream, limit = cast(BinaryIO, upload.stream), parts().settings.file_limit
    return engine().add_file(stream, name[-120:], _media_type(upload), by=account(), limit=limit)


def _receive(found: Posted, name: str, upload: FileStorage) -> None:
    if not upload.filename:
        return
    try:
        found.texts.setdefault(name, []).append(file_token(store(upload)))
    except Refusal as refusal:
        limit = size_text(parts().settings.file_limit)
        found.errors[name] = (
            f"“{upload.filename}”没有收下：{refusal}。{refusal.hint or f'单个文件不超过 {limit}。'}"
        )


def _media_type(upload: FileStorage) -> str:
    given = upload.mimetype or ""
    return given if re.fullmatch(r"[a-z]+/[a-z0-9.+-]{1,80}", given) else "application/octet-stream"


def reader(records: Mapping[str, Form], enumerations: Mapping[str, tuple[str, ...]]) -> Reader:
    """How this town's forms are read."""
    return Reader(moments().zone, records, town().people, town().units, enumerations, file_of)


def catalogue(records: Mapping[str, Form], enumerations: Mapping[str, tuple[str, ...]]) -> Catalogue:
    """What this person's controls offer: own units first."""
    return Catalogue(
        town().people_groups(account()),
        town().unit_groups(account()),
        enumerations,
        records,
        file_of,
        town().people_groups(account(), own_side=True),
    )


def read_forms(forms: Iterable[Form], found: Posted, how: Reader, prefix: str = "") -> dict[str, Record]:
    """Read several forms; sentences for what cannot be read go to `found.errors`.

    Args:
        forms: the forms whose controls were posted.
        found: the request.
        how: names and zone.
        prefix: put before the form's name in control names (forms of operations).
    """
    values: dict[str, Record] = {}
    for form in forms:
        reading = read_form(form, found.texts, how, f"{prefix}{form.name}")
        values[form.name] = reading.values
        for name, sentence in reading.errors.items():
            found.errors.setdefault(name, sentence)
    return values


def occurred_at(found: Posted) -> datetime | None:
    """The declared moment, or None when none was given; an unreadable one becomes an error."""
    typed = "".join(found.texts.get("occurred_at", ())[:1]).strip()
    if not typed:
        return None
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=moments().zone)
    except ValueError:
        found.errors["occurred_at"] = "发生时间应填日期和时间，例如 2023-04-10 09:12。"
        return None


def files_of(found: Posted, name: str) -> tuple[FileRef, ...]:
    """The files that were sent under a name."""
    return tuple(filter(None, map(file_of, found.texts.get(name, ()))))


def key_of(found: Posted) -> str | None:
    """The idempotency key of the opened form: a second click gets the first result."""
    sent = "".join(found.texts.get("key", ())[:1])
    return f"web-{account()}-{sent}" if KEY.fullmatch(sent) else None


def revision_of(found: Posted) -> int | None:
    """The revision the person saw."""
    sent = "".join(found.texts.get("revision", ())[:1])
    return int(sent) if sent.isdecimal() else None


def text_of(found: Posted, name: str) -> str:
    """A single text of the request, without blanks around it."""
    return "".join(found.texts.get(name, ())[:1]).strip()


def control_errors(errors: Mapping[str, str], forms: Iterable[Form], prefix: str = "") -> dict[str, str]:
    """The engine's sentences (by field or form.field) by the control they belong to."""
    known = tuple(forms)
    return {_control(name, known, prefix): sentence for name, sentence in errors.items()}


def _control(name: str, forms: tuple[Form, ...], prefix: str) -> str:
    first = name.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
    for form in forms:
        if first == form.name and "." in name:
            return f"{prefix}{name}"
        if any(each.name == first for each in form.fields):
            return f"{prefix}{form.name}.{name}"
    return name
