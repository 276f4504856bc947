"""How options are made: an operation that is possible, or one that is refused with the reason and what to do."""

from collections.abc import Callable

from engine.errors import Refusal
from engine.views import Option

LABELS = {
    "claim": "认领",
    "release": "放回",
    "complete": "提交",
    "return": "退回",
    "recall": "撤回",
    "withdraw": "撤销",
    "transfer": "转办",
    "hand_back": "退还",
    "add_signer": "加签",
    "remove_signer": "减签",
    "ask": "委派",
    "take_back": "收回",
    "supplement": "补正",
    "discuss": "沟通",
    "urge": "催办",
    "remind": "提醒我",
    "copy": "抄送",
    "begin": "启动",
    "suspend": "挂起",
    "stop_clock": "中止",
    "resume": "恢复",
    "extend": "延期",
    "correct": "更正",
    "terminate": "终止",
    "void": "作废",
    "jump": "跳转",
    "sign": "核准",
    "reject": "不核准",
    "reopen": "重开",
}


def tried(operation: str, question: Callable[[], object], **more: object) -> Option:
    """Say whether a question is answered, or refused."""
    try:
        question()
    except Refusal as refusal:
        return refused(operation, refusal, **more)
    return offered(operation, **more)


def offered(operation: str, **more: object) -> Option:
    """Return an operation that is possible."""
    label = str(more.pop("label", LABELS[operation]))
    return Option(operation, label, allowed=True, **more)  # type: ignore[arg-type]  # the fields of Option


def refused(operation: str, refusal: Refusal, **more: object) -> Option:
    """Return an operation that is not possible, with the reason."""
    label = str(more.pop("label", LABELS[operation]))
    more.pop("hint", None)
    return Option(
        operation,
        label,
        allowed=False,
        reason=refusal.text,
        hint=refusal.hint,
        article=refusal.article,
        **more,  # type: ignore[arg-type]  # the fields of Option
    )
