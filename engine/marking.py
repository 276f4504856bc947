"""Where a case stands: tokens, block activations, work in progress, clocks. Records of `CaseState`.

A token knows its frame, a frame knows the token that entered it: lineage is the chain of frames. `key` names the
instance of an instance branch ("0", "1", nested "0/1"), and is empty elsewhere. All ids come from one counter of
the case; the id of a seat is the number of its work item.
"""

from datetime import date, datetime
from datetime import date as date_
from enum import StrEnum

from engine.record import Struct
from engine.values import Span
from engine.views import ItemStatus

ROOT = 0
"""Frame of the tokens of the main flow."""


class Entry(Struct):
    """A completed step, or a finished block with the trails of its branches, on the way of a token."""

    node: int
    ref: int  # activation of a step, frame of a block
    revision: int
    branches: "tuple[Arrival, ...]" = ()


class Arrival(Struct):
    """A branch of a block that has ended; `carried` is the frame that its result was taken over from."""

    branch: int
    key: str
    trail: tuple[Entry, ...]
    revision: int
    carried: int | None = None


class Straight(Struct):
    """直送: after the step is redone the token goes back to `node`, the passed steps stay valid."""

    node: int
    revision: int
    tail: tuple[Entry, ...]
    outcome: str | None


class Token(Struct):
    """A place of control. `frame` is ROOT, a frame, or the opening of a handler; `trail` the way in its region."""

    id: int
    node: int
    frame: int
    branch: int = 0
    key: str = ""
    trail: tuple[Entry, ...] = ()
    back: Straight | None = None
    arrow: int | None = None  # it waits at an AND gateway, on the arrow from this node


class Frame(Struct):
    """One activation of a block. `outer` is the token that entered, as it was; it goes on after the join.

    `expected` are (branch, key); `joined` marks a block that has been passed while late branches still run.
    """

    id: int
    fork: int
    outer: Token
    expected: tuple[tuple[int, str], ...]
    arrived: tuple[Arrival, ...]
    revision: int
    joined: bool = False


class Parked(Struct):
    """Siblings put aside by a 退回 with 暂停复用 until the block is reached again.

    `tokens` are all that stood below the frame; inner frames and the suspended work stay in the state.
    """

    frame: Frame
    tokens: tuple[Token, ...]
    revision: int


class SeatPart(StrEnum):
    """What the holder of a seat is asked for; the value is the word of `Item.part`."""

    LEAD = "主办"
    ASSIST = "协办"
    COSIGN = "会签"
    REVIEW = "核稿"
    CONCUR = "会签文稿"
    ISSUE = "签发"
    APPROVE = "签批"
    REGISTER = "录入"
    ADDED = "加签"
    HELP = "委派"
    SUPPLEMENT = "补正"


LEADING = (SeatPart.LEAD, SeatPart.REGISTER)
"""Parts whose holder fills the forms and chooses the outcome."""


PAPER = (SeatPart.REVIEW, SeatPart.CONCUR, SeatPart.ISSUE)
"""Parts whose holder answers for a paper that others prepared, in the order in which they come."""


SIGNING = (SeatPart.COSIGN, *PAPER)
"""Parts whose holder signs what others filled, or gives it back."""


HELPING = (SeatPart.ASSIST, SeatPart.HELP, SeatPart.SUPPLEMENT)
"""Parts whose holder helps: the step is not his."""


class SeatOrigin(StrEnum):
    """How a seat came to be, and so where it stands to its `host`."""

    MODEL = "model"
    BEFORE = "before"  # 前加签: the host waits for it
    BESIDE = "beside"  # 并加签
    AFTER = "after"  # 后加签: the host counts as done when it is
    ASKED = "asked"  # 委派: the host waits for an opinion
    SUPPLEMENT = "supplement"  # 补正: the host waits for the applicant


AWAITED = (SeatOrigin.BEFORE, SeatOrigin.ASKED, SeatOrigin.SUPPLEMENT)
"""Seats that their host waits for."""


class Candidate(Struct):
    """People to whom a seat is offered: holders of `role` (for `scope` of `dimension`), or exactly `accounts`."""

    role: str
    dimension: str | None = None
    scope: str | tuple[str, ...] | None = None
    accounts: tuple[str, ...] = ()
    taken: bool = False  # only `accounts` qualify


class Seat(Struct):
    """One duty to answer. `hops` are the earlier holders, oldest first; `voting` ones decide by count.

    `host` is the seat of the same step that it was added to, by `adder`.
    """

    id: int
    part: SeatPart
    candidates: tuple[Candidate, ...]
    status: ItemStatus = ItemStatus.OPEN
    holder: str | None = None
    voting: bool = False
    result: str | None = None
    by: str | None = None
    hops: tuple[str, ...] = ()
    read: tuple[tuple[str, datetime], ...] = ()
    claimed_at: datetime | None = None
    note: str = ""
    urged_at: datetime | None = None
    urges: int = 0  # every attempt
    notices: int = 0  # those of them that sent a notice
    via: str | None = None  # the deputy who answered for `by`
    origin: SeatOrigin = SeatOrigin.MODEL
    host: int | None = None
    adder: str | None = None
    remind_at: datetime | None = None  # as the holder wishes


class TimerKind(StrEnum):
    """What happens when a timer is due."""

    REMIND = "remind"
    OVERDUE = "overdue"
    ELAPSED = "elapsed"  # a wait of a length of time is over
    PERSONAL = "personal"  # the holder of the seat `index` wants to be reminded


class Timer(Struct):
    """A moment at which the engine acts; `index` is the reminder or rung in the definition."""

    at: datetime
    kind: TimerKind
    index: int


class GivenEnd(Struct):
    """The end of a limit that gives no length: a whole day, or a moment."""

    date: date_ | None = None
    time: datetime | None = None

    @classmethod
    def of(cls, value: "date_ | datetime") -> "GivenEnd":
        """Return a value of a date or time field as an end."""
        return cls(time=value) if isinstance(value, datetime) else cls(date=value)

    @property
    def value(self) -> "date_ | datetime":
        """The day or the moment."""
        found = self.time or self.date
        assert found is not None
        return found


class Running(Struct):
    """A limit that runs: what `engine.deadlines` needs to compute it again, and its result.

    `rule` is the deadline's position in the step; `due` is None while the clock stands.
    """

    rule: int
    start: datetime | None
    span: Span | None
    until: GivenEnd | None
    rolls: bool
    due: datetime | None
    last_day: date
    whole_days: bool
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    extensions: tuple[Span, ...] = ()
    granted_by: tuple[str, ...] = ()
    clock: int | None = None  # it follows this clock of the case
    missing: bool = False  # an anchor or figure is not known: 无法证明


class Activation(Struct):
    """One arrival of a token at a step or wait. `lead` is who filled it, when others still have to sign."""

    id: int
    node: int
    token: int
    key: str
    round: int
    revision: int
    opened_at: datetime
    seats: tuple[Seat, ...] = ()
    running: Running | None = None
    timers: tuple[Timer, ...] = ()
    outcome: str | None = None
    lead: str | None = None
    note: str = ""
    locked: bool = False  # 不同时: waits until the other node is no longer open
    escalated: tuple[str, ...] = ()
    met: bool = False  # what this wait was waiting for came while it was put aside
    returned: str | None = None  # the called case was given back then, and why


class Opening(Struct):
    """A handler that runs beside its scope; `host` is the frame (or ROOT or opening) it hangs on."""

    id: int
    handler: int
    host: int
    branch: int
    key: str
    revision: int


class Request(Struct):
    """An application for an extension that waits for its decision. Exactly one of `activation`, `clock` is given."""

    id: int  # number of the decision's work item
    activation: int | None
    clock: int | None
    rung: int
    span: Span
    by: str
    at: datetime
    seat: Seat
    via: str | None = None  # the deputy who applied for `by`


class Plea(Struct):
    """A 撤回申请: the answer of `item` in the group `revision` is to be taken back if the holders of `seats` agree.

    `about` is their work; when it goes on the application is void.
    """

    id: int
    item: int
    revision: int
    node: int
    by: str
    at: datetime
    until: datetime
    about: tuple[int, ...]
    seats: tuple[Seat, ...]
    via: str | None = None  # the deputy who applied for `by`


class Proposal(Struct):
    """A grave operation that waits for a second signature. `token` and `target` are a jump's."""

    id: int
    operation: str
    by: str
    at: datetime
    reason: str
    basis: str = ""
    token: int | None = None
    target: int | None = None
    form: str | None = None
    key: str = ""
    revision: int = 0  # of the group that holds the values of a 更正
    acting_for: str | None = None  # for whom `by` proposed it


class NodeRecord(Struct):
    """What is remembered of a node (and instance) for ever: its rounds and its latest valid completion."""

    rounds: int = 0
    started_at: datetime | None = None
    completed_at: datetime | None = None  # for an external step the date of the paper
    by: tuple[str, ...] = ()
    outcome: str | None = None
    done: bool = False
    extensions: int = 0
    late: bool = False
    days_late: int = 0
    revision: int = 0  # of the latest completion
    due_on: date | None = None  # last day of the limit that it was completed under


class Stoppage(Struct):
    """A time during which a clock stands: by document, or because an excluded node is open."""

    since: datetime
    until: datetime | None
    ground: str
    excluded: bool = False


class ClockRecord(Struct):
    """A clock of the case. `running.missing` is a start that cannot be proved."""

    started: datetime
    running: Running
    stops: tuple[Stoppage, ...] = ()
    ended: datetime | None = None
    late: bool = False
    timers: tuple[Timer, ...] = ()


class Submission(Struct):
    """Where the latest submission of a form is: the group that holds its values, and who submitted it."""

    revision: int
    by: str
    node: int | None


class Paper(Struct):
    """The document issued last under a name: its number within the case and on paper; `served_at` on the last party."""

    id: int
    number: str
    issued_at: datetime
    issued_by: str
    served_at: datetime | None = None


class OpenLink(Struct):
    """A linked case started from here that has not ended; `activation` waits for it."""

    process: str
    key: str
    activation: int | None = None


class Period(Struct):
    """When a handler that is started every period starts next."""

    at: datetime
    host: int
    branch: int
    key: str


class OpenItem(Struct):
    """An open (or waiting or suspended) work item, as the edge projects it."""

    n: int
    node: int | None  # None: a decision about an extension of a clock
    key: str
    candidates: tuple[Candidate, ...]
    holder: str | None
    status: ItemStatus
    part: SeatPart
    round: int
    due: datetime | None
    opened_at: datetime
    note: str
    escalated: tuple[str, ...]
    external: bool = False  # another authority acts: its limit is never the town's lateness
    decides: int | None = None  # item whose extension is to be decided
    locked: bool = False
    barred: tuple[str, ...] = ()  # who sits in another seat: one step, different people
