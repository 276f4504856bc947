"""Rows of issued documents as people see them: status, how served, why void."""

import json
from collections.abc import Sequence
from typing import Any

from engine.directory import Directory
from engine.events import Acted, DocumentServed
from engine.moments import read_moment, write_moment
from engine.serving import Method, Service, read_day
from engine.values import Json
from engine.views import DocumentView, PersonView, ServiceView, VoidView

STATUS = {"issued": "签发", "serving": "送达中", "served": "送达", "void": "作废"}


def served_entry(event: DocumentServed, acted: Acted) -> dict[str, Json]:
    """Return a service as the row of its document keeps it."""
    service = event.service
    return {
        "to": event.to,
        "at": write_moment(event.at),
        "by": acted.by,
        "method": service.method.value,
        "place": service.place,
        "receiver": service.receiver,
        "refusal": service.refusal,
        "witnesses": list(service.witnesses),
        "proof": service.proof,
        "announced": "" if service.announced is None else service.announced.isoformat(),
        "files": list(acted.files),
    }


def document_view(case: int, row: Sequence[Any], directory: Directory) -> DocumentView:
    """Return an issued document of a row of `statements.DOCUMENT_COLUMNS`."""
    n, name, number, status, issued, issuer, sha256, served, title, voided, pdf = row
    return DocumentView(
        id=f"{case}-{n}",
        name=name,
        number=number,
        status=STATUS[status],
        issued_at=read_moment(issued),
        issued_by=_person(issuer, directory),
        sha256=sha256,
        served=tuple(_service(entry, directory) for entry in json.loads(served)),
        title=title or name,
        voided=None if voided is None else _void(json.loads(voided), directory),
        pdf=pdf or "",
    )


def _person(account: str, directory: Directory) -> PersonView:
    return PersonView(account, directory.name(account))


def _service(entry: Any, directory: Directory) -> ServiceView:
    """Read a kept service; those of the first layout are a pair."""
    if isinstance(entry, list):
        return ServiceView(entry[0], read_moment(entry[1]), Service(), None, ())
    service = Service(
        Method(entry["method"]),
        entry["place"],
        entry["receiver"],
        entry["refusal"],
        tuple(entry["witnesses"]),
        entry["proof"],
        read_day(entry.get("announced", "")),
    )
    by = _person(entry["by"], directory)
    return ServiceView(entry["to"], read_moment(entry["at"]), service, by, tuple(entry["files"]))


def _void(said: Any, directory: Directory) -> VoidView:
    return VoidView(read_moment(said["at"]), _person(said["by"], directory), said["reason"])
