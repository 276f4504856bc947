"""What a success says: the result and the next step (ux §15)."""

from engine.views import Case, CaseStatus, Item
from web.current import account, engine
from web.moments import Moments, day_text


def done_text(case: int, operation: str, otherwise: str) -> str:
    """Say what an operation did; of 催办 and 提醒 what the history says of it: whether a notice was sent, and when."""
    if operation not in ("urge", "remind"):
        return otherwise
    return "；".join(engine().history(case, by=account())[-1].sentences) + "。"


def next_step_text(case: Case, moments: Moments) -> str:
    """Say who has what to do next and until when; that the case has ended, if it has."""
    if case.status is not CaseStatus.OPEN:
        return f"案件{case.number}{case.status_text}。"
    if not case.items:
        return f"案件{case.number}办理中，现在在等：{'、'.join(case.steps)}。" if case.steps else ""
    return "下一步：" + "；".join(_item_text(item, moments) for item in case.items[:4]) + "。"


def _item_text(item: Item, moments: Moments) -> str:
    who = f"{item.role} {item.holder.name}" if item.holder else item.role
    due = item.clock.due if item.clock else None
    until = f"，{day_text(moments.last_day(due))}前" if due else ""
    return f"{who} {item.step}{until}"
