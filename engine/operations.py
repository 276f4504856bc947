"""From the words of `act` (return 退回, transfer 转办 …) to commands. One row for each operation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.commands import (
    Act,
    ApplyExtension,
    ClaimTask,
    Command,
    CopyCase,
    Correct,
    Forms,
    HandBack,
    ReadTask,
    RecallTask,
    ReleaseTask,
    Reopen,
    ResumeCase,
    ResumeClock,
    ReturnTask,
    ServeDocument,
    StartHandler,
    StopClock,
    Suspend,
    Terminate,
    TransferTask,
    UrgeTask,
    Void,
    Withdraw,
)
from engine.edge_refusals import UnknownOperation
from engine.values import Record, Span

CHINESE = {
    "认领": "claim",
    "放回": "release",
    "暂存": "draft",
    "提交": "complete",
    "退回": "return",
    "撤回": "recall",
    "撤销": "withdraw",
    "转办": "transfer",
    "退还": "hand_back",
    "催办": "urge",
    "抄送": "copy",
    "启动": "begin",
    "送达": "serve",
    "挂起": "suspend",
    "中止": "stop_clock",
    "恢复": "resume",
    "延期": "extend",
    "更正": "correct",
    "终止": "terminate",
    "作废": "void",
    "唤醒": "reopen",
    "重开": "reopen",
    "已阅": "read",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks for with an operation. `item` is None for an operation on the case."""

    act: Act
    item: int | None
    to: str
    forms: Forms
    values: Record  # fields of the form that `to` names (更正)
    closing_revision: int = 0  # of a closed item (撤回)
    span: Span | None = None
    straight: bool = False

    @property
    def target(self) -> tuple[str, str]:
        """The two halves of `to`: a name and what stands behind #."""
        name, _, key = self.to.partition("#")
        return name, key


_Maker = Callable[[Request], Command]


def _item(request: Request, operation: str) -> int:
    if request.item is None:
        raise UnknownOperation(operation)
    return request.item


_COMMANDS: Mapping[str, _Maker] = {
    "claim": lambda r: ClaimTask(r.act, _item(r, "认领")),
    "release": lambda r: ReleaseTask(r.act, _item(r, "放回")),
    "read": lambda r: ReadTask(r.act, _item(r, "已阅")),
    "return": lambda r: ReturnTask(r.act, _item(r, "退回"), r.to, r.straight),
    "recall": lambda r: RecallTask(r.act, _item(r, "撤回"), r.closing_revision),
    "withdraw": lambda r: Withdraw(r.act),
    "transfer": lambda r: TransferTask(r.act, _item(r, "转办"), r.to),
    "hand_back": lambda r: HandBack(r.act, _item(r, "退还")),
    "urge": lambda r: UrgeTask(r.act, r.item),
    "copy": lambda r: CopyCase(r.act, tuple(filter(None, r.to.replace("，", ",").split(","))), r.item),
    "begin": lambda r: StartHandler(r.act, r.target[0], r.forms, r.target[1]),
    "serve": lambda r: ServeDocument(r.act, *r.target),
    "suspend": lambda r: Suspend(r.act),
    "stop_clock": lambda r: StopClock(r.act, r.to, r.forms),
    "resume": lambda r: ResumeClock(r.act, r.to, r.forms) if r.to else ResumeCase(r.act),
    "extend": lambda r: ApplyExtension(r.act, r.forms, r.item, None if r.item is not None else r.to, r.span),
    "correct": lambda r: Correct(r.act, r.target[0], r.values, r.target[1]),
    "terminate": lambda r: Terminate(r.act),
    "void": lambda r: Void(r.act),
    "reopen": lambda r: Reopen(r.act, r.forms),
}


def operation_of(word: str) -> str:
    """Return the English name of an operation given in either language.

    Raises:
        UnknownOperation
    """
    name = CHINESE.get(word, word)
    if name not in _COMMANDS and name not in ("complete", "draft"):
        raise UnknownOperation(word)
    return name


def command_of(operation: str, request: Request) -> Command:
    """Return the command for an operation.

    Raises:
        UnknownOperation: it does not exist, or not for what it is asked of.
    """
    maker = _COMMANDS.get(operation)
    if maker is None:
        raise UnknownOperation(operation)
    return maker(request)
