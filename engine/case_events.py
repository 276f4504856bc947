"""What happened to a case as a whole, to its data, and what the edge carries out in the same transaction."""

from collections.abc import Mapping
from datetime import date, datetime

from engine.marking import Proposal, Token
from engine.occurrences import Occurrence
from engine.record import Happening
from engine.serving import Service
from engine.state import Place
from engine.values import Value
from engine.views import CaseStatus


class Acted(Happening):
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


class CaseStarted(Happening):
    """The case exists. `origin` is the number of the case that triggered it; `called`: a step there waits for it.

    `occurrence`: of a recurring duty, what is owed.
    """

    number: str
    sequence: int
    occurred_at: datetime | None = None
    origin: str | None = None
    called: bool = False
    occurrence: Occurrence | None = None
    imported: bool = False  # 导入: from a register kept elsewhere before


class SampleDrawn(Happening):
    """抽查: whether this occurrence was drawn from a pool of `pool`; the draw itself is in the audit log."""

    seed: str
    pool: int
    drawn: bool


class CaseFinished(Happening):
    """办结: every closing condition held."""


class CaseTerminated(Happening):
    """终止 for a reason. `returned`: 退回 to the case that called it."""

    reason: str = ""
    returned: bool = False


class CaseWithdrawn(Happening):
    """撤销 by who may."""


class OperationProposed(Happening):
    """A grave operation was signed by the first; it waits for a second signature."""

    proposal: Proposal


class ProposalClosed(Happening):
    """The second has signed (and the operation stands beside it), or the proposal was refused."""

    proposal: int
    signed: bool


class TokenJumped(Happening):
    """自由跳转: tokens were replaced by one at `token.node`; a deviation from the definition."""

    origin: int
    token: Token
    skipped: tuple[int, ...] = ()
    undone: tuple[Place, ...] = ()


class CaseVoided(Happening):
    """作废, for a reason: the number is never used again."""

    reason: str = ""


class CaseSuspended(Happening):
    """挂起: nobody can act, clocks run."""


class CaseResumed(Happening):
    """恢复 after 挂起."""


class CaseReopened(Happening):
    """重开: a new round; `undone` are the completions that no longer count."""

    token: Token
    undone: tuple[Place, ...] = ()


class FormSubmitted(Happening):
    """A form was filled. `values` are stored by the edge; the state keeps only where they are.

    `changed` are the fields whose value differs from the submission before.
    """

    form: str
    key: str
    node: int | None
    values: Mapping[str, Value]
    changed: tuple[str, ...] = ()


class CorrectionProposed(Happening):
    """更正 that waits for a second signature: `values` as the form would be, of the proposal."""

    proposal: int
    form: str
    key: str
    values: Mapping[str, Value]


class TableRead(Happening):
    """A decision table or its version of a day decided something: which rows, resting on which articles."""

    table: str
    as_of: date
    rows: tuple[int, ...]
    results: tuple[Value, ...]
    basis: str = ""


class RuleRead(Happening):
    """A rule concluded something: by which exceptions (none: the base rule), within which bound, by which articles."""

    rule: str
    as_of: date
    cases: tuple[str, ...]
    result: Value
    bound: str = ""
    basis: str = ""


class DataSet(Happening):
    """置: process data got a value."""

    name: str
    value: Value


class CaseTriggered(Happening):
    """触发: start a linked case of `process`; `link` comes back with `LinkedCaseEnded`.

    `activation` is the step that waits for it (子规程).
    """

    link: int
    process: str
    arguments: Mapping[str, Value]
    key: str = ""
    activation: int | None = None


class Drawn(Happening):
    """抽取: who was in the pool, the seed, and who was drawn; `engine.lots.drawn` gives the same people again."""

    node: int
    key: str
    form: str
    field: str
    role: str
    pool: tuple[str, ...]
    seed: str
    chosen: tuple[str, ...]


class CallWithdrawn(Happening):
    """The step that waited for a case was left, so that case is to end too."""

    link: int
    reason: str = ""


class LinkedCaseClosed(Happening):
    """A case started from here has ended."""

    link: int
    status: CaseStatus


class EventEmitted(Happening):
    """发出: tell linked cases and every process that starts by the event."""

    event: str
    arguments: Mapping[str, Value]


class EventReceived(Happening):
    """An event of a linked case or of the outside reached this case."""

    event: str
    arguments: Mapping[str, Value]
    source: str = ""


class CaseLinked(Happening):
    """关联 the case with this number."""

    number: str


class DocumentIssued(Happening):
    """出具: the document has its number, and the paper is made.

    `sha256` of the .docx that was issued, `template` of what it was made from (none: the standard layout); `doubts`:
    what was found before it was issued all the same.
    """

    id: int
    document: str
    number: str
    key: str = ""
    title: str = ""
    sha256: str = ""
    template: str = ""
    doubts: tuple[str, ...] = ()
    reviewed: tuple[str, ...] = ()  # accounts, 核稿
    cosigned: tuple[str, ...] = ()  # accounts, 会签


class DocumentServed(Happening):
    """送达; `complete`: on the last party. `at` is when it takes effect: of what is published, the end of its period."""

    document: str
    to: str
    complete: bool
    at: datetime
    service: Service = Service()


class DocumentVoided(Happening):
    """作废 of an issued document: its number stays taken and is never used again."""

    id: int
    document: str


class CopyKept(Happening):
    """A PDF was made from an issued document; the history vouches for it too."""

    id: int
    sha256: str


class Notified(Happening):
    """通知 people of roles, those who hold `items`, and `people` by account.

    A role that does the step `node` is who does it there, in the instance `key`; others are found by the case.
    """

    to: tuple[str, ...]
    text: str
    items: tuple[int, ...] = ()
    node: int | None = None
    people: tuple[str, ...] = ()
    key: str = ""


class TaskUrged(Happening):
    """催办 of an item, or of roles; `notified` is False when the last notice is younger than a day."""

    items: tuple[int, ...]
    to: tuple[str, ...]
    by: str
    notified: bool = True


class Escalated(Happening):
    """升级: roles see the item (or the clock) as overdue supervision and may act on it."""

    activation: int | None
    clock: int | None
    to: tuple[str, ...]


class Copied(Happening):
    """抄送: accounts may read, nothing else changes."""

    to: tuple[str, ...]
    note: str = ""
    item: int | None = None


class Discussed(Happening):
    """沟通: somebody asked or answered; nothing else changes."""

    to: tuple[str, ...]
    text: str
    item: int | None = None


class IncidentRaised(Happening):
    """The engine cannot go on here without a person."""

    activation: int
    text: str
