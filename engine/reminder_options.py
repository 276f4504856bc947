"""提醒我: the moments at which the holder of a seat may be reminded."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from engine.deciding.draft import Draft
from engine.deciding.finding import Work
from engine.option_making import offered
from engine.sentences import moment_text
from engine.views import Option, Target

NO_MORE = "不再提醒"
"""The target that takes a reminder away."""

_MORNING = time(9)


def reminding(draft: Draft, work: Work) -> Option:
    """Return the operation, with the moments to choose from; any other moment may be given too."""
    at = work.seat.remind_at
    hint = "" if at is None else f"已设{moment_text(at, draft.facts.zone)}提醒"
    zone, named = draft.facts.zone, dict[datetime, str]()
    for name, moment in _moments(draft, work):
        if moment > draft.now:
            named.setdefault(moment, name)
    targets = [
        Target(moment.isoformat(timespec="minutes"), f"{name}（{moment_text(moment, zone)}）")
        for moment, name in sorted(named.items())
    ]
    if at is not None:
        targets.append(Target(NO_MORE, NO_MORE))
    return offered("remind", targets=tuple(targets), hint=hint)


def _moments(draft: Draft, work: Work) -> Iterator[tuple[str, datetime]]:
    def morning(moment: datetime, days: int) -> datetime:
        local = moment.astimezone(draft.facts.zone)
        return datetime.combine(local.date() + timedelta(days=days), _MORNING, draft.facts.zone)

    yield "明天", morning(draft.now, 1)
    yield "三天后", morning(draft.now, 3)
    due = None if work.activation.running is None else work.activation.running.last_day
    if due is not None:
        yield "到期当天", datetime.combine(due, _MORNING, draft.facts.zone)
        yield "到期前一天", datetime.combine(due - timedelta(days=1), _MORNING, draft.facts.zone)
