"""The naive recount: from the recorded events alone, knowing nothing of registers."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from engine.periods import Period
from engine.views import Entry

_ZONE = ZoneInfo("Asia/Shanghai")
_FIRST_STEP = 0


def recount(histories: Sequence[Sequence[Entry]], period: Period) -> tuple[int, int]:
    """Count the cases begun in a period, and those of them whose first step stands completed."""
    begun = [history for history in histories if history and _is_in(history[0], period)]
    return sum(_is_accepted(history) for history in begun), len(begun)


def _is_in(entry: Entry, period: Period) -> bool:
    return period.first <= entry.recorded_at.astimezone(_ZONE).date() <= period.last


def _is_accepted(history: Sequence[Entry]) -> bool:
    """Follow the activations of the first step: a new round takes the earlier completion back."""
    accepted = False
    opened: dict[int, int] = {}
    for entry in history:
        for event in entry.events:
            match event:
                case {"kind": "Activated", "activation": {"id": int(activation), "node": int(node)}}:
                    opened[activation] = node
                    accepted = accepted and node != _FIRST_STEP
                case {"kind": "StepCompleted", "activation": int(activation)}:
                    accepted = accepted or opened[activation] == _FIRST_STEP
                case _:
                    pass
    return accepted
