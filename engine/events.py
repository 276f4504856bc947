"""What happened in a case. One command records one group of events; the first of a group is `Acted`.

Events are facts: `engine.evolve` applies each without ever refusing. Some are for the edge to carry out in the same
transaction: `CaseTriggered`, `EventEmitted`, `CaseLinked`, `DocumentIssued`, `Notified`, `TaskUrged`, `Escalated`,
`Copied`. The named form of `encode` is what auditors read.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias, get_args

from engine.codec import Json, named, unnamed
from engine.marking import (
    Activation,
    Arrival,
    ClockRecord,
    Entry,
    Frame,
    NodeRecord,
    Opening,
    Parked,
    Period,
    Request,
    Running,
    Seat,
    Submission,
    Timer,
    TimerKind,
    Token,
)
from engine.record import record
from engine.values import Value
from engine.views import CaseStatus, ItemStatus

Place: TypeAlias = tuple[int, str]


@record
class Acted:
    """Somebody (or the system) gave a command: head of a group. `operation` is the English name of the contract."""

    revision: int
    at: datetime
    operation: str
    by: str
    acting_for: str | None = None
    occurred_at: datetime | None = None
    node: int | None = None
    key: str = ""
    item: int | None = None
    reason: str = ""
    basis: str = ""
    files: tuple[str, ...] = ()  # sha256


# ---- the case as a whole


@record
class CaseStarted:
    """The case exists. `origin` is the number of the case that triggered it."""

    number: str
    sequence: int
    occurred_at: datetime | None = None
    origin: str | None = None


@record
class CaseFinished:
    """办结: every closing condition held."""


@record
class CaseTerminated:
    """终止 for a reason."""

    reason: str = ""


@record
class CaseWithdrawn:
    """撤销 by who may."""


@record
class CaseVoided:
    """作废: the number is never used again."""


@record
class CaseSuspended:
    """挂起: nobody can act, clocks run."""


@record
class CaseResumed:
    """恢复 after 挂起."""


@record
class CaseReopened:
    """重开: a new round; `undone` are the completions that no longer count."""

    token: Token
    undone: tuple[Place, ...] = ()


# ---- data


@record
class FormSubmitted:
    """A form was filled. `values` are stored by the edge; the state keeps only where they are.

    `changed` are the fields whose value differs from the submission before.
    """

    form: str
    key: str
    node: int | None
    values: Mapping[str, Value]
    changed: tuple[str, ...] = ()


@record
class DataSet:
    """置: process data got a value."""

    name: str
    value: Value


# ---- tokens


@record
class TokenPlaced:
    """A token stands at a node (start, next step, 转)."""

    token: Token


@record
class StepSkipped:
    """The condition of a step was false on arrival."""

    token: int
    node: int
    key: str = ""


@record
class Forked:
    """A block began: the token that entered waits in the frame, one token for each live branch."""

    frame: Frame
    tokens: tuple[Token, ...]
    round: int


@record
class BranchAdded:
    """A growing branch got one more instance."""

    frame: int
    token: Token


@record
class BranchArrived:
    """A token reached the join of its block."""

    token: int
    frame: int
    arrival: Arrival


@record
class Joined:
    """A block is finished and its outer token goes on; `open` are late branches that run on."""

    frame: int
    token: Token
    entry: Entry
    running_on: bool = False


@record
class FrameEmptied:
    """The last late branch of a passed block has ended."""

    frame: int


@record
class Cleared:
    """Tokens were taken away with all their work; `status` is what their items are closed as."""

    tokens: tuple[int, ...]
    frames: tuple[int, ...]
    activations: tuple[int, ...]
    openings: tuple[int, ...]
    status: ItemStatus
    cause: str = ""


@record
class BlockParked:
    """暂停复用: siblings were put aside, their items wait."""

    place: Place
    parked: Parked


@record
class BranchResumed:
    """A parked branch goes on in a new activation of its block, because nothing it read has changed."""

    place: Place
    branch: int
    key: str
    tokens: tuple[Token, ...]
    frames: tuple[Frame, ...] = ()


@record
class BlockDropped:
    """Parked siblings are given up (those that were not resumed)."""

    place: Place
    frames: tuple[int, ...] = ()
    activations: tuple[int, ...] = ()
    undone: tuple[Place, ...] = ()


@record
class TokenReturned:
    """退回: the token stands again at an earlier node; `undone` completions no longer count."""

    origin: int
    target: int
    key: str
    token: Token
    undone: tuple[Place, ...] = ()


@record
class WentStraightBack:
    """直送: the token passed the steps that stayed valid; `redone` count again."""

    token: Token
    redone: tuple[Place, ...] = ()


@record
class HandlerStarted:
    """A handler runs beside its scope."""

    opening: Opening
    token: Token


@record
class HandlerEnded:
    """A handler is over; nothing else changes."""

    opening: int
    token: int


@record
class PeriodSet:
    """When a periodic handler starts next; None: its scope was left."""

    handler: int
    key: str
    period: Period | None


@record
class PeriodMissed:
    """A period came while the former item was still open."""

    handler: int
    key: str
    times: int


@record
class ConditionNoted:
    """Whether the condition of a handler holds, so that it starts once each time it becomes true."""

    handler: int
    key: str
    holds: bool


# ---- work


@record
class Activated:
    """A step or wait was reached: its seats, its limit, its timers."""

    activation: Activation


@record
class ActivationUnlocked:
    """不同时: the other node is free, work may begin."""

    activation: int


@record
class SeatOpened:
    """A seat that waited for others may be answered now."""

    item: int


@record
class SeatAdded:
    """A seat of an open activation (a new item for a duty that must be answered again)."""

    activation: int
    seat: Seat
    lead: bool = False


@record
class SeatClosed:
    """A seat was closed without an answer."""

    item: int
    status: ItemStatus


@record
class TaskRead:
    """A candidate or the holder opened the item for the first time."""

    item: int
    by: str


@record
class TaskClaimed:
    """认领."""

    item: int
    by: str


@record
class TaskReleased:
    """放回."""

    item: int


@record
class TaskTransferred:
    """转办: the duty moved to `to`."""

    item: int
    to: str
    hops: tuple[str, ...]
    note: str = ""


@record
class TaskHandedBack:
    """退还: the duty went back one hop."""

    item: int
    to: str
    hops: tuple[str, ...]
    note: str = ""


@record
class TaskAnswered:
    """A seat was answered by `by`, with a result and an opinion."""

    item: int
    by: str
    result: str | None
    opinion: str = ""


@record
class StepCompleted:
    """A step or wait is done; open seats are superseded.

    `at` is the moment that counts (for an external step the date of the paper). `deemed`: 视为, by the system.
    """

    activation: int
    outcome: str | None
    by: tuple[str, ...]
    at: datetime
    late: bool = False
    days_late: int = 0
    deemed: bool = False


@record
class Images:
    """Parts of a state to put back."""

    tokens: tuple[Token, ...]
    frames: tuple[Frame, ...]
    activations: tuple[Activation, ...]
    records: tuple[tuple[Place, NodeRecord | None], ...]
    returns: tuple[tuple[int, int, int], ...]
    data: tuple[tuple[str, Value], ...]
    forms: tuple[tuple[str, str, Submission | None], ...]
    changed: tuple[str, ...]
    clocks: tuple[tuple[int, ClockRecord | None], ...]


@record
class Recalled:
    """撤回: a completion was taken back. `images` restore what it had changed."""

    item: int
    activation: int
    tokens: tuple[int, ...]
    frames: tuple[int, ...]
    activations: tuple[int, ...]
    images: Images


# ---- limits


@record
class DueMoved:
    """The due moment of a step was computed anew."""

    activation: int
    running: Running
    timers: tuple[Timer, ...]


@record
class WaitMoved:
    """The end of a wait became known, or another one."""

    activation: int
    timers: tuple[Timer, ...]


@record
class TimerFired:
    """The engine acted at a due moment: reminder, rung of the overdue ladder, end of a wait."""

    activation: int | None
    clock: int | None
    timer: TimerKind
    index: int
    due: datetime


@record
class ClockStarted:
    """A clock of the case began to run (or cannot be proved: `running.missing`)."""

    clock: int
    record: ClockRecord


@record
class ClockStopped:
    """A clock stands."""

    clock: int
    since: datetime
    ground: str
    excluded: bool
    running: Running
    timers: tuple[Timer, ...]


@record
class ClockWentOn:
    """A clock runs again; the days of the stop do not count."""

    clock: int
    until: datetime
    excluded: bool
    running: Running
    timers: tuple[Timer, ...]


@record
class ClockMoved:
    """The due moment of a clock was computed anew."""

    clock: int
    running: Running
    timers: tuple[Timer, ...]


@record
class ClockEnded:
    """What the clock measures is done."""

    clock: int
    at: datetime
    late: bool


@record
class ClockReopened:
    """What had ended the clock was taken back."""

    clock: int
    timers: tuple[Timer, ...]


@record
class ExtensionRequested:
    """延期 was applied for; the approver has an item."""

    request: Request


@record
class ExtensionGranted:
    """延期 was granted: the new due moment follows as `DueMoved` or `ClockMoved`."""

    request: int
    by: str


@record
class ExtensionRefused:
    """延期 was refused, or its step ended before the decision."""

    request: int
    by: str
    status: ItemStatus = ItemStatus.DONE


# ---- for the edge to carry out


@record
class CaseTriggered:
    """触发: start a linked case of `process`; `link` comes back with `LinkedCaseEnded`."""

    link: int
    process: str
    arguments: Mapping[str, Value]
    key: str = ""


@record
class LinkedCaseClosed:
    """A case started from here has ended."""

    link: int
    status: CaseStatus


@record
class EventEmitted:
    """发出: tell linked cases and every process that starts by the event."""

    event: str
    arguments: Mapping[str, Value]


@record
class EventReceived:
    """An event of a linked case or of the outside reached this case."""

    event: str
    arguments: Mapping[str, Value]
    source: str = ""


@record
class CaseLinked:
    """关联 the case with this number."""

    number: str


@record
class DocumentIssued:
    """出具: the document has its number."""

    id: int
    document: str
    number: str
    key: str = ""


@record
class DocumentServed:
    """送达; `complete`: on the last party."""

    document: str
    to: str
    complete: bool
    at: datetime


@record
class Notified:
    """通知 people of roles, or those who hold `items`."""

    to: tuple[str, ...]
    text: str
    items: tuple[int, ...] = ()
    node: int | None = None


@record
class TaskUrged:
    """催办 of an item, or of roles; `notified` is False when the last notice is younger than a day."""

    items: tuple[int, ...]
    to: tuple[str, ...]
    by: str
    notified: bool = True


@record
class Escalated:
    """升级: roles see the item (or the clock) as overdue supervision and may act on it."""

    activation: int | None
    clock: int | None
    to: tuple[str, ...]


@record
class Copied:
    """抄送: accounts may read, nothing else changes."""

    to: tuple[str, ...]
    note: str = ""
    item: int | None = None


@record
class IncidentRaised:
    """The engine cannot go on here without a person."""

    activation: int
    text: str


Event: TypeAlias = (
    Acted
    | CaseStarted
    | CaseFinished
    | CaseTerminated
    | CaseWithdrawn
    | CaseVoided
    | CaseSuspended
    | CaseResumed
    | CaseReopened
    | FormSubmitted
    | DataSet
    | TokenPlaced
    | StepSkipped
    | Forked
    | BranchAdded
    | BranchArrived
    | Joined
    | FrameEmptied
    | Cleared
    | BlockParked
    | BranchResumed
    | BlockDropped
    | TokenReturned
    | WentStraightBack
    | HandlerStarted
    | HandlerEnded
    | PeriodSet
    | PeriodMissed
    | ConditionNoted
    | Activated
    | ActivationUnlocked
    | SeatOpened
    | SeatAdded
    | SeatClosed
    | TaskRead
    | TaskClaimed
    | TaskReleased
    | TaskTransferred
    | TaskHandedBack
    | TaskAnswered
    | StepCompleted
    | Recalled
    | DueMoved
    | WaitMoved
    | TimerFired
    | ClockStarted
    | ClockStopped
    | ClockWentOn
    | ClockMoved
    | ClockEnded
    | ClockReopened
    | ExtensionRequested
    | ExtensionGranted
    | ExtensionRefused
    | CaseTriggered
    | LinkedCaseClosed
    | EventEmitted
    | EventReceived
    | CaseLinked
    | DocumentIssued
    | DocumentServed
    | Notified
    | TaskUrged
    | Escalated
    | Copied
    | IncidentRaised
)

StatusEvent: TypeAlias = (
    CaseStarted
    | CaseFinished
    | CaseTerminated
    | CaseWithdrawn
    | CaseVoided
    | CaseSuspended
    | CaseResumed
    | CaseReopened
)
BlockEvent: TypeAlias = Forked | BranchAdded | BranchArrived | Joined | FrameEmptied
ParkedEvent: TypeAlias = BlockParked | BranchResumed | BlockDropped
ClockEvent: TypeAlias = ClockStarted | ClockStopped | ClockWentOn | ClockMoved | ClockEnded | ClockReopened
SeatEvent: TypeAlias = (
    ActivationUnlocked
    | SeatOpened
    | SeatAdded
    | SeatClosed
    | TaskRead
    | TaskClaimed
    | TaskReleased
    | TaskTransferred
    | TaskHandedBack
    | TaskAnswered
    | TaskUrged
    | Escalated
)

KINDS: Mapping[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}


def encode(events: Sequence[Event]) -> list[dict[str, Json]]:
    """Write events in named form: {"kind": "TaskClaimed", "item": 5, "by": "li-ke"}; defaults are left out."""
    return [{"kind": type(event).__name__, **named(event)} for event in events]


def decode(data: Sequence[Mapping[str, Json]]) -> list[Event]:
    """Read what `encode` wrote."""
    return [unnamed(KINDS[str(item["kind"])], item) for item in data]
