"""What the engine answers: read-only values for inbox, case, history and audit. Times are aware UTC."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from engine.deadlines import ClockState
from engine.definition import Citation, Enumeration, Form
from engine.record import record
from engine.serving import Service
from engine.values import FileRef, Record, Value

T = TypeVar("T")


class CaseStatus(StrEnum):
    """Where a case stands as a whole."""

    OPEN = "open"  # 办理中
    SUSPENDED = "suspended"  # 挂起: no action possible, clocks run
    FINISHED = "finished"  # 办结
    WITHDRAWN = "withdrawn"  # 撤销
    TERMINATED = "terminated"  # 终止
    VOID = "void"  # 作废


LIVE = (CaseStatus.OPEN, CaseStatus.SUSPENDED)
"""Statuses of a case that goes on; nobody can act on a suspended one, but its clocks and waits run."""


class ItemStatus(StrEnum):
    """State of a work item; the closed ones never reopen."""

    OPEN = "open"
    WAITING = "waiting"  # for a signer added before
    SUSPENDED = "suspended"  # 暂停复用
    DONE = "done"
    SUPERSEDED = "superseded"
    RECALLED = "recalled"
    RETURNED_OVER = "returned_over"
    REROUTED = "rerouted"  # 改道
    REMOVED = "removed"
    TERMINATED = "terminated"
    VOID = "void"


@record
class ClockView:
    """A deadline or clock as shown: word, moments, and one Chinese sentence that explains the computation."""

    name: str
    state: ClockState
    started: datetime | None
    due: datetime | None
    nominal: date | None  # before a last day off was moved
    finished: datetime | None
    provisional: bool  # past the last published calendar year
    external: bool  # another authority's limit, never the town's lateness
    text: str  # “剩 6 个工作日”, “逾期 2 天”
    explanation: str
    basis: tuple[Citation, ...]
    local: bool
    stops: tuple[tuple[date, date | None, str], ...] = ()  # first day, last day, ground
    extensions: tuple[tuple[datetime, str], ...] = ()  # new due moment, by whom


@record
class PersonView:
    """An account and the name to show."""

    account: str
    name: str


@record
class Item:
    """A work item as listed. `id` is stable and contains the case id ("12-5")."""

    id: str
    case: int
    case_number: str
    process: str
    step: str
    title: str
    summary: tuple[tuple[str, str], ...]
    status: ItemStatus
    role: str  # role through which it is offered, as shown
    part: str  # 主办 协办 会签 签批 录入
    holder: PersonView | None  # None: in the pool of the role
    acting_for: PersonView | None
    created: datetime
    clock: ClockView | None
    revision: int  # of the item; send it back with the command
    round: int
    from_name: str  # who or what brought it here
    note: str = ""  # 第2次退回：reason
    escalated: bool = False
    unit: str = ""  # name of the unit that the case is about
    grade: str = ""  # 等级 of the case


@record
class Page(Generic[T]):
    """A page of a list; `next` is the cursor of the following page or None; `total` counts all, at most 1,000."""

    items: tuple[T, ...]
    next: str | None
    total: int = 0


@record
class Target:
    """Where an operation may lead, and what it would do to whom."""

    value: str  # what to pass as `to`
    label: str
    consequence: str = ""
    allowed: bool = True
    reason: str = ""


@record
class Option:
    """An operation as it stands for this person now. A refused one says why and by which article."""

    operation: str  # English name of the contract
    label: str  # Chinese name
    allowed: bool
    reason: str = ""
    hint: str = ""
    article: str = ""
    needs_reason: bool = False
    form: str | None = None  # form to fill with the operation
    people: bool = False  # asks for accounts, beside one of the targets if there are any
    own_side: bool = False  # only for accounts of the person's own enterprise, or of none
    targets: tuple[Target, ...] = ()


@record
class PlaceView:
    """A node of the diagram in a case: done, current, waiting, skipped or untouched."""

    node: int
    name: str
    state: str  # "done" | "current" | "waiting" | "skipped" | "untouched" | "withdrawn"
    rounds: int
    by: tuple[str, ...]
    at: datetime | None
    outcome: str | None


@record
class Link:
    """A linked case."""

    case: int
    number: str
    process: str
    relation: str  # 触发 来自 关联
    status: CaseStatus
    step: str  # 现在到哪一步
    visible: bool = True


@record
class ServiceView:
    """A service of a document on a party; `by` registered it, with files (sha256)."""

    to: str
    at: datetime
    service: Service
    by: PersonView | None
    files: tuple[str, ...]


@record
class VoidView:
    """When, by whom and why a document was declared void."""

    at: datetime
    by: PersonView
    reason: str


@record
class DocumentView:
    """An issued (or void) document of a case."""

    id: str
    name: str
    number: str
    status: str  # 签发 送达 作废
    issued_at: datetime
    issued_by: PersonView
    sha256: str
    served: tuple[ServiceView, ...] = ()
    title: str = ""
    voided: VoidView | None = None
    pdf: str = ""  # sha256 of the copy that was made from it; empty: none yet


@record
class Case:
    """A case as it is, or was at revision `at`."""

    id: int
    number: str
    process: str
    version: str
    digest: str
    title: str
    status: CaseStatus
    status_text: str
    revision: int
    started_at: datetime
    occurred_at: datetime | None
    closed_at: datetime | None
    started_by: PersonView
    steps: tuple[str, ...]  # names of the steps where it stands
    places: tuple[PlaceView, ...]
    items: tuple[Item, ...]  # open work items
    clocks: tuple[ClockView, ...]
    summary: tuple[tuple[str, str], ...]
    data: Mapping[str, Value]
    forms: Mapping[
        str, Record
    ]  # latest submissions, confidential fields masked for those who may not see them
    gates: tuple[tuple[str, bool], ...]  # closing conditions and whether each holds now
    links: tuple[Link, ...]
    documents: tuple[DocumentView, ...]
    files: tuple[FileRef, ...]
    basis: tuple[Citation, ...]


class WaitingFor(StrEnum):
    """What an open case waits for."""

    PERSON = "person"
    AUTHORITY = "authority"  # another one, whose result is registered here
    SIGNATURE = "signature"  # of an administrator
    CASE = "case"
    EVENT = "event"
    CONDITION = "condition"
    DATE = "date"
    EXCLUDED = "excluded"  # 不同时
    INCIDENT = "incident"  # the engine was refused its own next step
    NOTHING = "nothing"


@record
class Standstill:
    """One thing that an open case waits for; `stuck`: it cannot come unless somebody sees to it."""

    place: str  # step, or the case as a whole
    waits_for: WaitingFor
    text: str
    stuck: bool = False


@record
class ImageRow:
    """One thing that a case has open, and what stands for it in another version of its definition.

    A `fault` says why nothing does; a `note` what will be different.
    """

    kind: str  # 令牌 席位 总时限 表单 草稿 …
    name: str
    image: str = ""
    fault: str = ""
    note: str = ""


@record
class Change:
    """A field whose value changed, as text."""

    form: str
    field: str
    old: str
    new: str


@record
class Entry:
    """One command in the history of a case: an atomic group of events."""

    revision: int
    recorded_at: datetime
    occurred_at: datetime | None  # declared; None: same as recorded
    late_entry: bool  # 补录
    actor: PersonView  # account "system" when the engine acted by itself
    acting_for: PersonView | None
    operation: str
    label: str
    step: str
    reason: str
    basis: str
    sentences: tuple[str, ...]  # what happened, one sentence an event
    changes: tuple[Change, ...]
    files: tuple[FileRef, ...]
    events: tuple[Mapping[str, object], ...]  # the recorded events, named form
    hash: str


@record
class Verification:
    """Outcome of checking a chain: `break_at` names the first group that does not fit."""

    ok: bool
    cases: int
    groups: int
    head: str
    break_at: str | None = None
    expected: str | None = None
    found: str | None = None


@record
class Counts:
    """Numbers on the inbox tabs."""

    todo: int
    claim: int
    overdue: int
    done: int
    mine: int
    cc: int
    draft: int
    watch: int = 0  # escalated to a role of the person


@record
class Startable:
    """A process or handler that a person may start: its name and the form to fill (None: none)."""

    process: str
    form: str | None
    description: str
    basis: tuple[Citation, ...]


@record
class CaseRow:
    """A case as listed."""

    id: int
    number: str
    process: str
    title: str
    summary: tuple[tuple[str, str], ...]
    status: CaseStatus
    status_text: str
    steps: tuple[str, ...]
    holders: tuple[str, ...]  # names of those who act now
    clock: ClockView | None  # nearest
    started_at: datetime
    started_by: PersonView
    closed_at: datetime | None
    unit: str = ""
    grade: str = ""


@record
class FormView:
    """A form to fill and the values to begin with: the draft, else the last submission, else the defaults."""

    form: Form
    values: Record


@record
class Preview:
    """What follows a completion: `outcome` (None: any), what comes next and who handles it, one sentence each."""

    outcome: str | None
    sentences: tuple[str, ...]


@record
class TaskView:
    """A work item opened for doing. `records` and `enumerations` are what the fields of `forms` refer to."""

    item: Item
    case_title: str
    forms: tuple[FormView, ...]
    records: Mapping[str, Form]  # forms of list elements, by name
    enumerations: Mapping[str, Enumeration]
    shown: tuple[tuple[str, str], ...]  # facts shown, not asked
    outcomes: tuple[str, ...]
    options: tuple[Option, ...]
    basis: tuple[Citation, ...]  # of the step, or of its process when it names none
    next: tuple[Preview, ...]
    missed: tuple[str, ...]  # what happens when the deadline is missed
    opinions: tuple[Entry, ...]  # of the steps before, newest first
    draft_at: datetime | None = None
    proof: tuple[str, ...] = ()  # an external step: forms of the received paper


@record
class StartView:
    """A process or handler opened for starting."""

    process: str
    form: FormView | None
    records: Mapping[str, Form]
    enumerations: Mapping[str, Enumeration]
    description: str
    basis: tuple[Citation, ...]


@record
class Notice:
    """A message to a person: 催办, 通知, 升级, 抄送."""

    id: int
    kind: str
    case: int
    case_number: str
    item: str | None
    text: str
    sent_at: datetime
    read_at: datetime | None
