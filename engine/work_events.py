"""What happened to work items, limits and clocks."""

from datetime import datetime

from engine.marking import (
    Activation,
    ClockRecord,
    Frame,
    NodeRecord,
    Parked,
    Plea,
    Request,
    Running,
    Seat,
    Submission,
    Timer,
    TimerKind,
    Token,
)
from engine.record import Happening, Struct
from engine.state import Place
from engine.values import Value
from engine.views import ItemStatus


class Activated(Happening):
    """A step or wait was reached: its seats, its limit, its timers."""

    activation: Activation


class ActivationUnlocked(Happening):
    """不同时: the other node is free, work may begin."""

    activation: int


class SeatOpened(Happening):
    """A seat that waited for others may be answered now."""

    item: int


class SeatAdded(Happening):
    """A seat of an open activation (a new item for a duty that must be answered again)."""

    activation: int
    seat: Seat
    lead: bool = False


class SignerAdded(Happening):
    """加签, 委派 or 补正: one more seat; its host waits where it must."""

    activation: int
    seat: Seat


class SignerRemoved(Happening):
    """减签 or 收回: an added seat is gone."""

    item: int


class SeatClosed(Happening):
    """A seat was closed without an answer."""

    item: int
    status: ItemStatus


class TaskRead(Happening):
    """A candidate or the holder opened the item for the first time."""

    item: int
    by: str


class TaskClaimed(Happening):
    """认领."""

    item: int
    by: str


class TaskReleased(Happening):
    """放回."""

    item: int


class TaskTransferred(Happening):
    """转办: the duty moved to `to`."""

    item: int
    to: str
    hops: tuple[str, ...]
    note: str = ""


class TaskHandedBack(Happening):
    """退还: the duty went back one hop."""

    item: int
    to: str
    hops: tuple[str, ...]
    note: str = ""


class ReminderSet(Happening):
    """提醒我: the holder is reminded at a moment; None: no more."""

    item: int
    at: datetime | None


class TaskAnswered(Happening):
    """A seat was answered by `by`, with a result and an opinion."""

    item: int
    by: str
    result: str | None
    opinion: str = ""
    via: str | None = None  # the deputy who answered for `by`


class StepCompleted(Happening):
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


class Images(Struct):
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
    parked: tuple[tuple[Place, Parked | None], ...] = ()


class Recalled(Happening):
    """撤回: a completion was taken back. `images` restore what it had changed."""

    item: int
    activation: int
    tokens: tuple[int, ...]
    frames: tuple[int, ...]
    activations: tuple[int, ...]
    images: Images


class RecallAsked(Happening):
    """撤回申请: those who have begun are asked whether an answer may be taken back."""

    plea: Plea


class RecallAnswered(Happening):
    """One of those who were asked has answered."""

    item: int
    by: str
    agreed: bool


class RecallSettled(Happening):
    """The application is over; when granted, `Recalled` stands beside it."""

    plea: int
    granted: bool


class DueMoved(Happening):
    """The due moment of a step was computed anew."""

    activation: int
    running: Running
    timers: tuple[Timer, ...]


class WaitMoved(Happening):
    """The end of a wait became known, or another one."""

    activation: int
    timers: tuple[Timer, ...]


class WaitMet(Happening):
    """What a wait that was put aside (暂停复用) waited for has come; it is over once its branch goes on.

    `returned`: why the called case was given back.
    """

    activation: int
    outcome: str | None = None
    returned: str | None = None


class TimerFired(Happening):
    """The engine acted at a due moment: reminder, rung of the overdue ladder, end of a wait."""

    activation: int | None
    clock: int | None
    timer: TimerKind
    index: int
    due: datetime


class ClockStarted(Happening):
    """A clock of the case began to run (or cannot be proved: `running.missing`)."""

    clock: int
    record: ClockRecord


class ClockStopped(Happening):
    """A clock stands."""

    clock: int
    since: datetime
    ground: str
    excluded: bool
    running: Running
    timers: tuple[Timer, ...]


class ClockWentOn(Happening):
    """A clock runs again; the days of the stop do not count."""

    clock: int
    until: datetime
    excluded: bool
    running: Running
    timers: tuple[Timer, ...]


class ClockMoved(Happening):
    """The due moment of a clock was computed anew."""

    clock: int
    running: Running
    timers: tuple[Timer, ...]


class ClockEnded(Happening):
    """What the clock measures is done."""

    clock: int
    at: datetime
    late: bool


class ClockReopened(Happening):
    """What had ended the clock was taken back."""

    clock: int
    timers: tuple[Timer, ...]


class ExtensionRequested(Happening):
    """延期 was applied for; the approver has an item."""

    request: Request


class ExtensionGranted(Happening):
    """延期 was granted: the new due moment follows as `DueMoved` or `ClockMoved`."""

    request: int
    by: str


class ExtensionRefused(Happening):
    """延期 was refused, or its step ended before the decision."""

    request: int
    by: str
    status: ItemStatus = ItemStatus.DONE
