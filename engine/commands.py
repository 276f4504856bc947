"""What a person, a clock or another case may ask of a case. `engine.decide.decide` answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from msgspec import field

from engine.definition import Definition
from engine.marking import SeatOrigin
from engine.occurrences import Occurrence
from engine.record import Struct
from engine.serving import Service
from engine.values import Record, Span, Value
from engine.views import CaseStatus

SYSTEM = "system"
"""Account of the engine itself."""


class Act(Struct):
    """Who acts, for whom, why, and when it really happened."""

    by: str
    acting_for: str | None = None
    reason: str = ""
    basis: str = ""
    occurred_at: datetime | None = None
    files: tuple[str, ...] = ()  # sha256 of attached files


Forms: TypeAlias = Mapping[str, Record]
"""Form name -> values of its fields."""


class Origin(Struct):
    """The case that triggered this one; `waits`: a step of it goes on when this one has ended."""

    number: str
    waits: bool = False


class StartCase(Struct):
    """Start a case by its start form or by hand; with `origin` by a trigger, whose arguments fill the start form.

    `event` names the event that starts it, with its arguments in `forms[""]`. `occurrence` is that of a recurring
    duty; with an `excuse` it is recorded and nothing is to be done.
    """

    act: Act
    forms: Forms
    origin: Origin | None = None
    event: str | None = None
    occurrence: Occurrence | None = None
    excuse: str = ""
    imported: bool = False  # a row of an imported register


class ClaimTask(Struct):
    """认领."""

    act: Act
    item: int


class ReleaseTask(Struct):
    """放回 to the pool."""

    act: Act
    item: int


class ReadTask(Struct):
    """Open an item: the first time is recorded."""

    act: Act
    item: int


class CompleteTask(Struct):
    """提交: fill the forms, choose the outcome. Also signs (会签: 同意, 不同意) and decides extensions (批准, 不批准).

    For an external step `act.occurred_at` is the date of the paper.
    """

    act: Act
    item: int
    forms: Forms
    outcome: str | None = None
    opinion: str = ""


class ReturnTask(Struct):
    """退回 by the holder. `target` is a value of `options`; `straight` asks for 直送 after the redo."""

    act: Act
    item: int
    target: str
    straight: bool = False


class RecallTask(Struct):
    """撤回 of one's own answer: `item` is the closed item, `revision` the group that closed it."""

    act: Act
    item: int
    revision: int


class TransferTask(Struct):
    """转办 to the account `to`."""

    act: Act
    item: int
    to: str


class HandBack(Struct):
    """退还 to who transferred it."""

    act: Act
    item: int


class SetReminder(Struct):
    """提醒我: a moment at which the holder of the seat `item` is reminded of it; None takes the one that is set away."""

    act: Act
    item: int
    at: datetime | None


class AddSigner(Struct):
    """加签 of the account `to`: before, beside or after the seat `item`."""

    act: Act
    item: int
    to: str
    place: SeatOrigin


class RemoveSigner(Struct):
    """减签 of an added seat."""

    act: Act
    item: int


class AskHelp(Struct):
    """委派: the account `to` gives an opinion on the seat `item`."""

    act: Act
    item: int
    to: str


class AskSupplement(Struct):
    """补正: the applicant completes his form while the seat `item` waits."""

    act: Act
    item: int


class TakeBack(Struct):
    """收回 of what was asked of somebody (委派, 补正): `item` is his."""

    act: Act
    item: int


class Discuss(Struct):
    """沟通: ask or answer accounts; the text is the reason of the act. Nothing else changes."""

    act: Act
    to: tuple[str, ...]
    item: int | None = None


class UrgeTask(Struct):
    """催办 of an item, or of every open item of the case."""

    act: Act
    item: int | None = None


class CopyCase(Struct):
    """抄送 to accounts."""

    act: Act
    to: tuple[str, ...]
    item: int | None = None


class ApplyExtension(Struct):
    """延期 of a step (`item`) or of a clock (its name), for `span` (None: as long as may be)."""

    act: Act
    forms: Forms
    item: int | None = None
    clock: str | None = None
    span: Span | None = None


class StopClock(Struct):
    """中止 of a clock by a document."""

    act: Act
    clock: str
    forms: Forms


class ResumeClock(Struct):
    """恢复 of a stopped clock by a document."""

    act: Act
    clock: str
    forms: Forms


class StartHandler(Struct):
    """启动 of a 随时 handler by form or by hand; `key` names the instance it hangs on."""

    act: Act
    handler: str
    forms: Forms
    key: str = ""


class ServeDocument(Struct):
    """送达 of an issued document on a party; `complete`: it was the last one."""

    act: Act
    document: str
    to: str
    complete: bool = True
    service: Service = Service()


class VoidDocument(Struct):
    """作废 of an issued document; its number stays taken."""

    act: Act
    id: int
    document: str


class KeepCopy(Struct):
    """Keep the PDF that was made from an issued document."""

    act: Act
    id: int
    sha256: str


class Correct(Struct):
    """更正 of fields of a submitted form, with a reason."""

    act: Act
    form: str
    values: Record
    key: str = ""


class Withdraw(Struct):
    """撤销 by the starter or those whom the definition allows."""

    act: Act


class Suspend(Struct):
    """挂起 by an administrator."""

    act: Act


class ResumeCase(Struct):
    """恢复 after 挂起."""

    act: Act


class Terminate(Struct):
    """终止 for cause by an administrator."""

    act: Act


class Void(Struct):
    """作废, proposed by an administrator; a second one signs."""

    act: Act


class Jump(Struct):
    """自由跳转 of the token of `item` (None: of the case as a whole) to the step `to`; a second administrator signs."""

    act: Act
    to: str
    item: int | None = None


class DraftKept(Struct):
    """What somebody has typed on an item and not submitted: the fields, as "form.field"."""

    item: int
    account: str
    fields: tuple[str, ...]


class Migrate(Struct):
    """迁移 to another version of the definition, by an administrator.

    `origin` and `target` are digests, `definition` is what `target` names; `renamed` are pairs of an old and a new
    name; `drafts` are those on the open items of the case.
    """

    act: Act
    origin: str
    target: str
    definition: Definition
    renamed: tuple[tuple[str, str], ...] = ()
    drafts: tuple[DraftKept, ...] = ()


class SignProposal(Struct):
    """核准 of what another person has proposed."""

    act: Act
    proposal: int


class RejectProposal(Struct):
    """不核准."""

    act: Act
    proposal: int


class Reopen(Struct):
    """重开 of an ended case, as its definition allows."""

    act: Act
    forms: Forms


class Tick(Struct):
    """Do everything that is due."""

    act: Act = Act(SYSTEM)


class DrawSample(Struct):
    """抽查: this occurrence was drawn, or not, from a pool of `pool` by `seed`."""

    seed: str
    pool: int
    drawn: bool
    act: Act = Act(SYSTEM)


class Recount(Struct):
    """Compute every open due moment again (a calendar was loaded, a figure changed)."""

    act: Act = Act(SYSTEM)


class ParentEnded(Struct):
    """The case that triggered this one was ended before its time, or declared void."""

    number: str
    status: CaseStatus
    act: Act = Act(SYSTEM)


class LinkedCaseEnded(Struct):
    """A case triggered from here has ended: `forms` are those the waiting step takes over, `reason` that of 退回."""

    link: int
    status: CaseStatus
    forms: Forms = field(default_factory=dict)
    returned: str | None = None
    act: Act = Act(SYSTEM)


class LeaveCall(Struct):
    """The step that waited for this case was left; this case ends too."""

    act: Act


class EventArrived(Struct):
    """An event reached this case."""

    event: str
    arguments: Mapping[str, Value]
    source: str = ""  # number of the case that emitted it
    act: Act = Act(SYSTEM)


Command: TypeAlias = (
    StartCase
    | ClaimTask
    | ReleaseTask
    | ReadTask
    | CompleteTask
    | ReturnTask
    | RecallTask
    | TransferTask
    | HandBack
    | SetReminder
    | AddSigner
    | RemoveSigner
    | AskHelp
    | AskSupplement
    | TakeBack
    | Discuss
    | UrgeTask
    | CopyCase
    | ApplyExtension
    | StopClock
    | ResumeClock
    | StartHandler
    | ServeDocument
    | VoidDocument
    | KeepCopy
    | Correct
    | Withdraw
    | Suspend
    | ResumeCase
    | Terminate
    | Void
    | Jump
    | Migrate
    | SignProposal
    | RejectProposal
    | Reopen
    | Tick
    | DrawSample
    | Recount
    | LinkedCaseEnded
    | ParentEnded
    | LeaveCall
    | EventArrived
)

OPERATIONS: Mapping[type[Command], str] = {
    StartCase: "start",
    ClaimTask: "claim",
    ReleaseTask: "release",
    ReadTask: "read",
    CompleteTask: "complete",
    ReturnTask: "return",
    RecallTask: "recall",
    TransferTask: "transfer",
    HandBack: "hand_back",
    SetReminder: "remind",
    AddSigner: "add_signer",
    RemoveSigner: "remove_signer",
    AskHelp: "ask",
    AskSupplement: "supplement",
    TakeBack: "take_back",
    Discuss: "discuss",
    UrgeTask: "urge",
    CopyCase: "copy",
    ApplyExtension: "extend",
    StopClock: "stop_clock",
    ResumeClock: "resume",
    StartHandler: "begin",
    ServeDocument: "serve",
    VoidDocument: "void_document",
    KeepCopy: "keep_copy",
    Correct: "correct",
    Withdraw: "withdraw",
    Suspend: "suspend",
    ResumeCase: "resume",
    Terminate: "terminate",
    Void: "void",
    Jump: "jump",
    Migrate: "migrate",
    SignProposal: "sign",
    RejectProposal: "reject",
    Reopen: "reopen",
    Tick: "tick",
    DrawSample: "draw",
    Recount: "recount",
    LinkedCaseEnded: "linked_case_ended",
    ParentEnded: "parent_ended",
    LeaveCall: "leave_call",
    EventArrived: "event",
}
"""English names of the operations as history and `act` use them."""
