"""What happened in a case. One command records one group of events; the first of a group is `Acted`.

Events are facts: `engine.evolve` applies each without ever refusing. Some are for the edge to carry out in the same
transaction: `CaseTriggered`, `EventEmitted`, `CaseLinked`, `DocumentIssued`, `Notified`, `TaskUrged`, `Escalated`,
`Copied`. The named form of `encode` is what auditors read.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, get_args

from engine.case_events import (
    Acted,
    CallWithdrawn,
    CaseFinished,
    CaseLinked,
    CaseReopened,
    CaseResumed,
    CaseStarted,
    CaseSuspended,
    CaseTerminated,
    CaseTriggered,
    CaseVoided,
    CaseWithdrawn,
    Copied,
    CopyKept,
    CorrectionProposed,
    DataSet,
    Discussed,
    DocumentIssued,
    DocumentServed,
    DocumentVoided,
    Drawn,
    Escalated,
    EventEmitted,
    EventReceived,
    FormSubmitted,
    IncidentRaised,
    LinkedCaseClosed,
    Notified,
    OperationProposed,
    ProposalClosed,
    RuleRead,
    SampleDrawn,
    TableRead,
    TaskUrged,
    TokenJumped,
)
from engine.codec import Json, holds_values, packed, read
from engine.migration_events import CaseMigrated
from engine.token_events import (
    BlockDropped,
    BlockParked,
    BranchAdded,
    BranchArrived,
    BranchResumed,
    Cleared,
    ConditionNoted,
    Forked,
    FrameEmptied,
    GatewayPassed,
    HandlerEnded,
    HandlerQueued,
    HandlerStarted,
    Joined,
    PeriodMissed,
    PeriodSet,
    StepSkipped,
    TokenPlaced,
    TokenReturned,
    WentStraightBack,
)
from engine.work_events import (
    Activated,
    ActivationUnlocked,
    ClockEnded,
    ClockMoved,
    ClockReopened,
    ClockStarted,
    ClockStopped,
    ClockWentOn,
    DueMoved,
    ExtensionGranted,
    ExtensionRefused,
    ExtensionRequested,
    Images,
    RecallAnswered,
    RecallAsked,
    Recalled,
    RecallSettled,
    ReminderSet,
    SeatAdded,
    SeatClosed,
    SeatOpened,
    SignerAdded,
    SignerRemoved,
    StepCompleted,
    TaskAnswered,
    TaskClaimed,
    TaskHandedBack,
    TaskRead,
    TaskReleased,
    TaskTransferred,
    TimerFired,
    WaitMet,
    WaitMoved,
)

__all__ = [
    "KINDS",
    "Acted",
    "Activated",
    "ActivationUnlocked",
    "BlockDropped",
    "BlockEvent",
    "BlockParked",
    "BranchAdded",
    "BranchArrived",
    "BranchResumed",
    "CallWithdrawn",
    "CaseFinished",
    "CaseLinked",
    "CaseMigrated",
    "CaseReopened",
    "CaseResumed",
    "CaseStarted",
    "CaseSuspended",
    "CaseTerminated",
    "CaseTriggered",
    "CaseVoided",
    "CaseWithdrawn",
    "Cleared",
    "ClockEnded",
    "ClockEvent",
    "ClockMoved",
    "ClockReopened",
    "ClockStarted",
    "ClockStopped",
    "ClockWentOn",
    "ConditionNoted",
    "Copied",
    "CopyKept",
    "CorrectionProposed",
    "DataSet",
    "Discussed",
    "DocumentIssued",
    "DocumentServed",
    "DocumentVoided",
    "Drawn",
    "DueMoved",
    "Escalated",
    "Event",
    "EventEmitted",
    "EventReceived",
    "ExtensionGranted",
    "ExtensionRefused",
    "ExtensionRequested",
    "Forked",
    "FormSubmitted",
    "FrameEmptied",
    "GatewayPassed",
    "HandlerEnded",
    "HandlerQueued",
    "HandlerStarted",
    "Images",
    "IncidentRaised",
    "Joined",
    "LinkedCaseClosed",
    "Notified",
    "OperationProposed",
    "ParkedEvent",
    "PeriodMissed",
    "PeriodSet",
    "ProposalClosed",
    "RecallAnswered",
    "RecallAsked",
    "RecallSettled",
    "Recalled",
    "ReminderSet",
    "RuleRead",
    "SampleDrawn",
    "SeatAdded",
    "SeatClosed",
    "SeatEvent",
    "SeatOpened",
    "SignerAdded",
    "SignerRemoved",
    "StatusEvent",
    "StepCompleted",
    "StepSkipped",
    "TableRead",
    "TaskAnswered",
    "TaskClaimed",
    "TaskHandedBack",
    "TaskRead",
    "TaskReleased",
    "TaskTransferred",
    "TaskUrged",
    "TimerFired",
    "TokenJumped",
    "TokenPlaced",
    "TokenReturned",
    "WaitMet",
    "WaitMoved",
    "WentStraightBack",
    "decode",
    "encode",
]

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
    | CaseMigrated
    | SampleDrawn
    | FormSubmitted
    | DataSet
    | Drawn
    | RuleRead
    | TableRead
    | TokenPlaced
    | StepSkipped
    | GatewayPassed
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
    | HandlerQueued
    | PeriodSet
    | PeriodMissed
    | ConditionNoted
    | Activated
    | ActivationUnlocked
    | SeatOpened
    | SeatAdded
    | SignerAdded
    | SignerRemoved
    | SeatClosed
    | TaskRead
    | TaskClaimed
    | TaskReleased
    | TaskTransferred
    | TaskHandedBack
    | ReminderSet
    | TaskAnswered
    | StepCompleted
    | Recalled
    | RecallAsked
    | RecallAnswered
    | RecallSettled
    | OperationProposed
    | CorrectionProposed
    | ProposalClosed
    | TokenJumped
    | DueMoved
    | WaitMoved
    | WaitMet
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
    | CallWithdrawn
    | LinkedCaseClosed
    | EventEmitted
    | EventReceived
    | CaseLinked
    | DocumentIssued
    | DocumentServed
    | DocumentVoided
    | CopyKept
    | Notified
    | TaskUrged
    | Escalated
    | Copied
    | Discussed
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
    | SignerAdded
    | SignerRemoved
    | SeatClosed
    | TaskRead
    | TaskClaimed
    | TaskReleased
    | TaskTransferred
    | TaskHandedBack
    | ReminderSet
    | TaskAnswered
    | TaskUrged
    | Escalated
)

KINDS: Mapping[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}


_HOLDING = frozenset(kind for kind in KINDS.values() if holds_values(kind))


def encode(events: Sequence[Event]) -> list[Event | dict[str, Json]]:
    """Prepare events for `engine.json_text`: {"kind": "TaskClaimed", "item": 5, "by": "li-ke"}; defaults are left out."""
    return [packed(event) if type(event) in _HOLDING else event for event in events]


def decode(data: Sequence[Mapping[str, Json]]) -> list[Event]:
    """Read what `encode` and `engine.json_text` wrote."""
    return [read(KINDS[str(item["kind"])], item) for item in data]
