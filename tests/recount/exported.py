"""An export as anybody can read it: a ZIP of JSON, a file of event groups for each case, the definitions beside them."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """What one command recorded."""

    at: datetime
    events: tuple[Json, ...]


@dataclass(frozen=True)
class ExportedCase:
    """A case: its number, its definition as exported, its groups in order."""

    number: str
    definition: Json
    groups: tuple[Group, ...]

    @property
    def process(self) -> str:
        """The name of its process."""
        return str(self.definition["name"])

    def events(self) -> Iterator[tuple[datetime, Json]]:
        """Yield its events in order, each with the moment of its group."""
        for group in self.groups:
            for event in group.events:
                yield group.at, event

    @cached_property
    def started(self) -> datetime:
        """When it began."""
        return self.groups[0].at

    def node(self, number: int) -> Json:
        """Return a node of the definition."""
        found: Json = self.definition["nodes"][number]
        return found

    def submissions(self, form: str) -> Iterator[Json]:
        """Yield the submissions of a form, corrections included, in order."""
        for _, event in self.events():
            if event["kind"] == "FormSubmitted" and event["form"] == form:
                yield event["values"]

    def keys(self, form: str) -> Iterator[str]:
        """Yield in which instances a form was submitted."""
        for _, event in self.events():
            if event["kind"] == "FormSubmitted" and event["form"] == form:
                yield event["key"]

    def latest(self, form: str) -> Json:
        """Return the latest submission of a form, empty when there is none."""
        found: Json = {}
        for values in self.submissions(form):
            found = values
        return found


def read_export(path: Path) -> tuple[ExportedCase, ...]:
    """Read a bundle."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        definitions = {
            digest: json.loads(archive.read(f"definitions/{digest}"))["definition"]
            for digest in {case["digest"] for case in manifest["cases"]}
        }
        return tuple(
            ExportedCase(
                case["number"],
                definitions[case["digest"]],
                _groups(archive.read(f"cases/{case['id']}.jsonl").decode()),
            )
            for case in manifest["cases"]
        )


def _groups(text: str) -> tuple[Group, ...]:
    rows = [json.loads(line) for line in text.splitlines() if line]
    return tuple(Group(moment(row["at"]), tuple(json.loads(row["body"]))) for row in rows)


def moment(text: str) -> datetime:
    """Read a recorded moment."""
    return datetime.fromisoformat(text)


def day(value: Any) -> date | None:
    """Read a recorded day; None when there is none."""
    text = value.get("date") if isinstance(value, Mapping) else value
    return None if text is None else date.fromisoformat(text)
