"""From the words of `act` (return 退回, transfer 转办 …) to commands. One row for each operation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.commands import (
    Act,
    AddSigner,
    ApplyExtension,
    AskHelp,
    AskSupplement,
    ClaimTask,
    Command,
    CopyCase,
    Correct,
    Discuss,
    Forms,
    HandBack,
    Jump,
    ReadTask,
    RecallTask,
    RejectProposal,
    ReleaseTask,
    RemoveSigner,
    Reopen,
    ResumeCase,
    ResumeClock,
    ReturnTask,
    ServeDocument,
    SetReminder,
    SignProposal,
    StartHandler,
    StopClock,
    Suspend,
    TakeBack,
    Terminate,
    TransferTask,
    UrgeTask,
    Void,
    VoidDocument,
    Withdraw,
)
from engine.deciding.signers import PLACES
from engine.edge_refusals import UnknownOperation
from engine.marking import SeatOrigin
from engine.serving import PLAIN, Service
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
    "加签": "add_signer",
    "减签": "remove_signer",
    "委派": "ask",
    "收回": "take_back",
    "补正": "supplement",
    "沟通": "discuss",
    "催办": "urge",
    "提醒": "remind",
    "提醒我": "remind",
    "抄送": "copy",
    "启动": "begin",
    "送达": "serve",
    "作废文书": "void_document",
    "挂起": "suspend",
    "中止": "stop_clock",
    "恢复": "resume",
    "延期": "extend",
    "更正": "correct",
    "终止": "terminate",
    "作废": "void",
    "跳转": "jump",
    "核准": "sign",
    "不核准": "reject",
    "唤醒": "reopen",
    "重开": "reopen",
    "已阅": "read",
}


TO_PEOPLE = ("copy", "add_signer", "ask", "discuss", "transfer")
"""Operations whose `to` names accounts."""


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
    service: Service = PLAIN  # of a document (送达)
    document: str = ""  # whose number `to` is (作废文书)
    moment: datetime | None = None  # that `to` says (提醒)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that `to` names, separated by commas."""
        return tuple(filter(None, self.to.replace("，", ",").split(",")))

    @property
    def to_person(self) -> str:
        """The account behind # in `to`, or all of it."""
        return self.to.rpartition("#")[2]

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


def _place(request: Request) -> SeatOrigin:
    """Return where a signer is added: what stands before #, beside when nothing does."""
    word = request.target[0] if "#" in request.to else "并"
    if word not in PLACES:
        raise UnknownOperation(f"{word}加签")
    return PLACES[word]


def _number(request: Request) -> int:
    """Return the number of a proposal that `to` names."""
    return int(request.to) if request.to.isdecimal() else 0


def _seat(request: Request, operation: str) -> int:
    """Return the added seat that `to` names, or the item itself."""
    return int(request.to) if request.to.isdecimal() else _item(request, operation)


_COMMANDS: Mapping[str, _Maker] = {
    "claim": lambda r: ClaimTask(r.act, _item(r, "认领")),
    "release": lambda r: ReleaseTask(r.act, _item(r, "放回")),
    "read": lambda r: ReadTask(r.act, _item(r, "已阅")),
    "return": lambda r: ReturnTask(r.act, _item(r, "退回"), r.to, r.straight),
    "recall": lambda r: RecallTask(r.act, _item(r, "撤回"), r.closing_revision),
    "withdraw": lambda r: Withdraw(r.act),
    "transfer": lambda r: TransferTask(r.act, _item(r, "转办"), r.to),
    "hand_back": lambda r: HandBack(r.act, _item(r, "退还")),
    "add_signer": lambda r: AddSigner(r.act, _item(r, "加签"), r.to_person, _place(r)),
    "remove_signer": lambda r: RemoveSigner(r.act, _seat(r, "减签")),
    "ask": lambda r: AskHelp(r.act, _item(r, "委派"), r.to),
    "take_back": lambda r: TakeBack(r.act, _seat(r, "收回")),
    "supplement": lambda r: AskSupplement(r.act, _item(r, "补正")),
    "discuss": lambda r: Discuss(r.act, r.accounts, r.item),
    "urge": lambda r: UrgeTask(r.act, r.item),
    "remind": lambda r: SetReminder(r.act, _item(r, "提醒"), r.moment),
    "copy": lambda r: CopyCase(r.act, r.accounts, r.item),
    "begin": lambda r: StartHandler(r.act, r.target[0], r.forms, r.target[1]),
    "serve": lambda r: ServeDocument(r.act, *r.target, service=r.service),
    "void_document": lambda r: VoidDocument(r.act, _number(r), r.document),
    "suspend": lambda r: Suspend(r.act),
    "stop_clock": lambda r: StopClock(r.act, r.to, r.forms),
    "resume": lambda r: ResumeClock(r.act, r.to, r.forms) if r.to else ResumeCase(r.act),
    "extend": lambda r: ApplyExtension(r.act, r.forms, r.item, None if r.item is not None else r.to, r.span),
    "correct": lambda r: Correct(r.act, r.target[0], r.values, r.target[1]),
    "terminate": lambda r: Terminate(r.act),
    "void": lambda r: Void(r.act),
    "jump": lambda r: Jump(r.act, r.to, r.item),
    "sign": lambda r: SignProposal(r.act, _number(r)),
    "reject": lambda r: RejectProposal(r.act, _number(r)),
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
