"""提醒我: whoever holds a seat has himself reminded of it at a moment of his own; neither the law nor the step hangs on it."""

from engine.commands import SetReminder
from engine.deciding.draft import Draft
from engine.deciding.finding import open_work, require_holder
from engine.events import ReminderSet
from engine.refusals import InvalidForm


def set_reminder(draft: Draft, command: SetReminder) -> None:
    """Set the holder's reminder, in place of the one that was set, or take it away.

    Raises:
        InvalidForm: the moment has passed.
    """
    work = open_work(draft, command.item)
    require_holder(draft, work, "设提醒")
    if command.at is not None and command.at <= draft.now:
        raise InvalidForm({"提醒时间": "应晚于现在"})
    if command.at != work.seat.remind_at:
        draft.emit(ReminderSet(command.item, command.at))
