"""The history of a case as text: what happened, who did it, when it happened and when it was recorded."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.views import Entry
from web.file_links import FileLink, file_link
from web.moments import Moments
from web.task_page import actor_text

FILTERS = (
    ("", "全部"),
    ("person", "人"),
    ("system", "系统"),
    ("clock", "时限"),
    ("document", "文书"),
    ("change", "有改动"),
    ("file", "有附件"),
)
_CLOCKS = ("DueMoved", "TimerFired", "Clock", "Extension")
_DOCUMENTS = ("Document",)
"""Beginnings of the names of the events that a filter keeps."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One command of the history."""

    revision: int
    recorded: str
    occurred: str
    late: str
    who: str
    label: str
    step: str
    sentences: tuple[str, ...]
    reason: str
    basis: str
    changes: tuple[tuple[str, str, str], ...]
    files: tuple[FileLink, ...]
    short_hash: str
    hash: str
    trace: str


def timeline(
    entries: Sequence[Entry], number: str, moments: Moments, only: str = ""
) -> tuple[TimelineEntry, ...]:
    """Entries newest first; `only` is a value of `FILTERS`."""
    return tuple(_entry(entry, number, moments) for entry in reversed(entries) if _kept(entry, only))


def _kept(entry: Entry, only: str) -> bool:
    match only:
        case "person":
            return entry.actor.account != "system"
        case "system":
            return entry.actor.account == "system"
        case "change":
            return bool(entry.changes)
        case "file":
            return bool(entry.files)
        case "clock":
            return _holds(entry, _CLOCKS)
        case "document":
            return _holds(entry, _DOCUMENTS)
        case _:
            return True


def _holds(entry: Entry, beginnings: tuple[str, ...]) -> bool:
    return any(str(event["kind"]).startswith(beginnings) for event in entry.events)


def _entry(entry: Entry, number: str, moments: Moments) -> TimelineEntry:
    occurred = entry.occurred_at
    apart = occurred is not None and moments.minute(occurred) != moments.minute(entry.recorded_at)
    return TimelineEntry(
        revision=entry.revision,
        recorded=moments.second(entry.recorded_at),
        occurred=moments.minute(occurred) if apart else "",
        late=f"补录 {moments.gap(occurred, entry.recorded_at)}".strip()
        if entry.late_entry and occurred
        else "",
        who=actor_text(entry),
        label=entry.label,
        step=entry.step,
        sentences=entry.sentences,
        reason=entry.reason,
        basis=entry.basis,
        changes=tuple(
            (f"{each.form}.{each.field}", each.old or "（空）", each.new) for each in entry.changes
        ),
        files=tuple(map(file_link, entry.files)),
        short_hash=entry.hash[:12],
        hash=entry.hash,
        trace=f"/audit/cases/{number}?at={entry.revision}",
    )
