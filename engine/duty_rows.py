"""The register of recurring duties: one row for everything owed, following from the events of its case.

What a row says of itself is decided here and nowhere else, so that inbox, register and figures agree. Late is late for
ever: what was done after the end of its period stays missed in that period.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from itertools import groupby

from engine import statements
from engine.deadlines import end_of_day
from engine.deciding.duties import OWED, is_missed
from engine.definition import Definition, Step
from engine.events import Acted, CaseTerminated, CaseVoided, Event
from engine.graph import recurrence_of
from engine.moments import read_moment, read_optional, write_due, write_optional
from engine.occurrences import Occurrence
from engine.projection import Write
from engine.state import CaseState
from engine.store import Row

CONFIRMED, DISPROVED = "confirmed", "disproved"


class Standing(StrEnum):
    """How a thing owed stands."""

    PENDING = "pending"  # its period is not over
    DONE = "done"  # in time
    LATE = "late"  # after the period, which stays missed
    MISSED = "missed"
    DISPROVED = "disproved"  # done in time on paper, and the check found otherwise
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class DutyItem:
    """One thing owed: period (local days, both included), holder and scope (empty: the town's), and what became of it."""

    duty: str
    first: date
    last: date
    scope: str
    holder: str
    ordinal: int
    case: int
    due: datetime | None
    done: datetime | None = None
    done_by: str = ""
    drawn: bool | None = None
    verdict: str = ""
    excuse: str = ""

    @property
    def failed(self) -> bool:
        """Whether it counts as not done once it has fallen due."""
        if self.excuse:
            return False
        late = self.done is not None and self.due is not None and self.done > self.due
        return self.done is None or late or self.verdict == DISPROVED

    def standing(self, now: datetime) -> Standing:
        """Tell how it stands at a moment."""
        if self.excuse:
            return Standing.EXEMPT
        if self.verdict == DISPROVED:
            return Standing.DISPROVED
        if self.done is not None:
            return Standing.LATE if self.failed else Standing.DONE
        return Standing.MISSED if self.has_fallen_due(now) else Standing.PENDING

    def has_fallen_due(self, now: datetime) -> bool:
        """Tell whether its period is over."""
        return self.due is not None and self.due <= now


def read_duty(row: Row) -> DutyItem:
    """Read a row of `statements.DUTY_COLUMNS`."""
    duty, first, last, scope, holder, ordinal, case, due, done, done_by, drawn, verdict, excuse = row[:13]
    return DutyItem(
        duty,
        date.fromisoformat(first),
        date.fromisoformat(last),
        scope,
        holder,
        ordinal,
        case,
        read_optional(due),
        None if done is None else read_moment(done),
        done_by or "",
        None if drawn is None else drawn == "yes",
        verdict or "",
        excuse or "",
    )


def missed_before(occurrence: Occurrence, earlier: Sequence[DutyItem]) -> tuple[int, int] | None:
    """Count the missed periods of a holder before this one: in a row up to it, and in its calendar year.

    Periods in which nothing was owed neither count nor interrupt the row.

    Args:
        earlier: what the same holder owed in this period and before and has fallen due, the latest period first.

    Returns: None when an earlier item of the same period was missed too: that one stands for the period.
    """
    own = [each for each in earlier if each.first == occurrence.first]
    if any(each.failed and each.ordinal < occurrence.ordinal for each in own):
        return None
    in_a_row, in_year, unbroken = 0, 0, True
    for _, group in groupby(
        (each for each in earlier if each.first < occurrence.first), key=lambda each: each.first
    ):
        period = [each for each in group if not each.excuse]
        if not period:
            continue
        failed = any(each.failed for each in period)
        unbroken = unbroken and failed
        in_a_row += unbroken
        in_year += failed and period[0].last.year == occurrence.last.year
    return in_a_row, in_year


# ---- from events to rows


def duty_writes(
    case: int,
    definition: Definition,
    before: CaseState,
    after: CaseState,
    acted: Acted,
    events: Sequence[Event],
    zone: tzinfo,
) -> Iterator[Write]:
    """Yield what a group of events changes in the register."""
    occurrence = after.occurrence
    if occurrence is None:
        return
    due, excuse = _due(after), _excuse(before, acted, events)
    result = _result(definition, after, excuse)
    if before.occurrence is None:
        key = {
            "duty": definition.name,
            "first": occurrence.first.isoformat(),
            "last": occurrence.last.isoformat(),
            "scope": occurrence.scope or "",
            "holder": occurrence.holder or "",
            "ordinal": occurrence.ordinal,
        }
        row = {"case": case, "due": write_due(due or end_of_day(occurrence.last, zone))}
        yield Write(statements.add_duty, {**key, **row, **result})
        return
    if due is not None and due != _due(before):
        yield Write(statements.move_duty, {"case": case, "due": write_due(due)})
    if excuse or result != _result(definition, before, ""):
        yield Write(statements.change_duty, {"case": case, **result})


def _due(state: CaseState) -> datetime | None:
    for activation in state.activations.values():
        if activation.node == OWED and activation.running is not None:
            return activation.running.due
    return None


def _result(definition: Definition, state: CaseState, excuse: str) -> dict[str, object]:
    record = state.records.get((OWED, ""))
    is_done = record is not None and record.done
    drawn = None if state.occurrence is None else state.occurrence.drawn
    return {
        "done": write_optional(record.completed_at) if record is not None and is_done else None,
        "done_by": record.by[0] if record is not None and is_done and record.by else None,
        "drawn": None if drawn is None else "yes" if drawn else "no",
        "verdict": _verdict(definition, state) or None,
        "excuse": excuse or None,
    }


def _verdict(definition: Definition, state: CaseState) -> str:
    rule = recurrence_of(definition)
    if rule is None or rule.check is None:
        return ""
    record, step = state.records.get((rule.check, "")), definition.nodes[rule.check]
    if record is None or not record.done or not isinstance(step, Step):
        return ""
    return CONFIRMED if record.outcome in step.outcomes[:1] else DISPROVED


def _excuse(before: CaseState, acted: Acted, events: Sequence[Event]) -> str:
    """Why nothing is owed: the case was ended before it was missed, or declared void at any time."""
    for event in events:
        match event:
            case CaseVoided(reason):
                return f"作废：{reason or acted.reason}"
            case CaseTerminated(reason) if not _was_missed(before):
                return reason
            case _:
                pass
    return ""


def _was_missed(state: CaseState) -> bool:
    return any(is_missed(each) for each in state.activations.values() if each.node == OWED)
