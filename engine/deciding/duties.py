"""Recurring duties (例行): who is excused after all, and whether what was done is checked (抽查)."""

from engine.commands import DrawSample
from engine.deciding.draft import Draft
from engine.definition import ByRecurrence
from engine.events import CaseTerminated, SampleDrawn
from engine.expressions import CaseFact
from engine.graph import recurrence_of
from engine.marking import Activation, TimerKind
from engine.occurrences import Occurrence
from engine.refusals import StartForbidden
from engine.views import CaseStatus

OWED = 0
"""Node of a recurring definition that holds what is owed."""


def require_recurring(draft: Draft) -> None:
    """Refuse to start a process by the calendar.

    Raises:
        StartForbidden: the definition is no recurring duty.
    """
    if recurrence_of(draft.definition) is None:
        raise StartForbidden(draft.definition.name, "不是例行事项")


def excuse_occurrence(draft: Draft) -> bool:
    """Close an occurrence that nobody owes any more; tell whether that happened.

    Before it is missed, leave over the whole period and giving up the post excuse it. Once missed it stays missed; it
    is closed only when its holder is gone and nobody could make up for it.
    """
    occurrence, rule = draft.state.occurrence, recurrence_of(draft.definition)
    if occurrence is None or rule is None or draft.state.status is not CaseStatus.OPEN:
        return False
    owed = _owed(draft)
    reason = "" if owed is None else _reason(draft, rule, occurrence, owed)
    if reason:
        draft.emit(CaseTerminated(reason))
    return bool(reason)


def _owed(draft: Draft) -> Activation | None:
    return next((each for each in draft.state.activations.values() if each.node == OWED), None)


def _reason(draft: Draft, rule: ByRecurrence, occurrence: Occurrence, owed: Activation) -> str:
    if rule.each is None:
        return ""
    if not is_missed(owed):
        excuse = draft.facts.excuse(rule.each, occurrence)
        return f"免办：{excuse}" if excuse else ""
    holders = draft.facts.holders(rule.each, None, occurrence.scope)
    return "" if occurrence.holder in holders else "未完成，应办人已离任，不再补做"


def is_missed(owed: Activation) -> bool:
    """Tell whether the end of the period has been acted on: the first rung of a duty's ladder stands for it."""
    if owed.running is None or owed.running.due is None:
        return False
    return not any(timer.kind is TimerKind.OVERDUE and timer.index == 0 for timer in owed.timers)


def owed_name(draft: Draft) -> str:
    """Name what a duty owes, for a notice that it was missed; empty for other cases."""
    occurrence = draft.state.occurrence
    if occurrence is None:
        return ""
    term = draft.scope(0, "").case_fact(CaseFact.TERM)
    whose = f"，{draft.facts.name(occurrence.holder)}" if occurrence.holder else ""
    return f"{draft.definition.name}（{term}{whose}）到期未完成"


def draw_sample(draft: Draft, command: DrawSample) -> None:
    """Record the draw; asking again changes nothing."""
    occurrence = draft.state.occurrence
    if occurrence is None or occurrence.drawn is not None or draft.state.status is not CaseStatus.OPEN:
        return
    draft.emit(SampleDrawn(command.seed, command.pool, command.drawn))
