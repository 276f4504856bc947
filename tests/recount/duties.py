"""Recurring duties recounted: what was owed in which month, and whether it was done in time, late, or not at all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tests.recount.exported import ExportedCase, day
from tests.recount.work import activations

OWED = 0


@dataclass(frozen=True)
class Owed:
    """One thing owed, and how it stands."""

    duty: str
    last: date
    holder: str
    standing: str
    fallen: bool


def owed(cases: Iterable[ExportedCase], now: datetime) -> list[Owed]:
    """Return everything that was owed."""
    return [_owed(case, now) for case in cases if _occurrence(case) is not None]


def _occurrence(case: ExportedCase) -> dict[str, object] | None:
    found: dict[str, object] | None = case.groups[0].events[1].get("occurrence")
    return found


def _owed(case: ExportedCase, now: datetime) -> Owed:
    occurrence = _occurrence(case)
    assert occurrence is not None, case.number
    last = day(occurrence["last"])
    assert last is not None, case.number
    found = activations(case)
    mine = [each for each in found.values() if each.node == OWED]
    due = next((each.due for each in mine if each.due is not None), None)
    done = next((each.done for each in reversed(mine) if each.done is not None), None)
    checked = [each for each in found.values() if each.node != OWED and each.done and each.outcome]
    excused = _was_ended(case) and not any(each.fired for each in mine)
    if excused:
        standing = "exempt"
    elif checked and checked[-1].outcome != case.node(checked[-1].node)["outcomes"][0]:
        standing = "disproved"
    elif done is not None and due is not None:
        standing = "done" if done <= due else "late"
    else:
        standing = "missed" if due is not None and due <= now else "pending"
    fallen = not excused and due is not None and due <= now
    return Owed(case.process, last, str(occurrence.get("holder") or ""), standing, fallen)


def _was_ended(case: ExportedCase) -> bool:
    return any(event["kind"] in ("CaseTerminated", "CaseVoided") for _, event in case.events())


def by_duty(items: Iterable[Owed]) -> Counter[tuple[str, str, str]]:
    """Count by (duty, month, standing), and what fell due as standing `fallen`."""
    found: Counter[tuple[str, str, str]] = Counter()
    for each in items:
        month = f"{each.last:%Y-%m}"
        found[each.duty, month, each.standing] += 1
        found[each.duty, month, "fallen"] += each.fallen
    return found


def by_person(items: Iterable[Owed]) -> Counter[tuple[str, str]]:
    """Count by (holder, standing)."""
    return Counter((each.holder, each.standing) for each in items)
