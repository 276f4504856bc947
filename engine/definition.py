"""The checked graph of one process: what the compiler writes, what the engine runs, what versions store.

A definition is self-contained (its forms, tables, parameters and documents are inside), immutable, and named by
the digest of its content. Nodes and regions are dense integers: their position in `nodes` and `regions`.
Region 0 is the process itself; every branch of a block and every handler has a region of its own. Inside a
region steps route freely; what 规程 writes has concurrency only between the branches of a block and beside handlers,
what code builds also behind AND gateways.
"""

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from engine.citation import Citation as Citation  # noqa: PLC0414  # others know it as a part of a definition
from engine.expressions import Expression, FieldRef
from engine.recurrence import Recurrence
from engine.register_definition import Preset, Register, Statistic
from engine.values import Span, Type


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A closed list of names; `ordered` means from the gravest to the lightest (从重到轻)."""

    name: str
    members: tuple[str, ...]
    ordered: bool = False


class Secrecy(StrEnum):
    """知悉范围 of a field or document."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    `required` is None for an optional field, else the condition under which it must be filled (Literal true for
    必填). `checks` are conditions the value must meet (≥ 0元). `visible_to` restricts a confidential field to roles.
    `asked_if` is the condition under which an optional field is asked at all (None: always).
    """

    name: str
    type: Type
    required: Expression | None = None
    checks: tuple[Expression, ...] = ()
    default: Expression | None = None
    computed: Expression | None = None
    secrecy: Secrecy = Secrecy.INTERNAL
    visible_to: tuple[str, ...] = ()
    asked_if: Expression | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """Fields that are filled and submitted together."""

    name: str
    fields: tuple[Field, ...]
    obligations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Data:
    """Process data (数据): a value of the case written by 置 only."""

    name: str
    type: Type
    initial: Expression | None = None


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value valid from a day on."""

    valid_from: date
    value: Expression
    basis: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated figure; `local` ones may be changed by an administrator and are never shown as law."""

    name: str
    type: Type
    local: bool
    values: tuple[DatedValue, ...]
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """Who may act. `per` names the dimension (村, 单位, 行业) a holder is bound to; `taken` gives the holders from
    the case itself (a field of persons or a unit); `external` is another authority, `citizen` the public."""

    name: str
    external: bool = False
    citizen: bool = False
    per: str | None = None
    taken: Expression | None = None
    minimum: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Power:
    """职权 that the organisation may hold by law or written delegation."""

    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """文书: number series, template, the fields it uses, whom it is served on."""

    name: str
    secrecy: Secrecy
    template: str | None = None
    numbering: str | None = None  # “（润）应急责改〔{年}〕{序号}号”
    chained: bool = False  # inherits the case's number (随案)
    uses: tuple[Expression, ...] = ()
    signed_by: "tuple[Performer, ...]" = ()
    served_on: tuple[str, ...] = ()  # roles
    service_span: Span | None = None
    power: str | None = None
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()


# ---- decision tables and rules


class HitPolicy(StrEnum):
    """How a table answers when several rows match (DMN; Chinese word in brackets)."""

    UNIQUE = "unique"  # 唯一
    ANY = "any"  # 一致
    FIRST = "first"  # 首条
    GRAVEST = (
        "gravest"  # 最重: the gravest result by the order of the result's enumeration, or the largest number
    )
    LIGHTEST = "lightest"  # 最轻
    COLLECT = "collect"  # 汇总: list of the results in row order, duplicates removed
    RULE_ORDER = "rule_order"  # 按行: list of the results in row order, each as often as it matches
    OUTPUT_ORDER = "output_order"  # 按轻重: the same, gravest first

    @property
    def lists(self) -> bool:
        """Whether every output is a list of what the matching rows give."""
        return self in (HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER)


@dataclass(frozen=True, slots=True)
class AnyValue:
    """Cell `-`."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Cell `甲 或 乙`: equal to one of constant expressions."""

    members: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """Cell with bounds; None is no bound; a closed bound counts itself. Bounds are constants or parameters."""

    low: Expression | None
    high: Expression | None
    low_closed: bool
    high_closed: bool


Cell: TypeAlias = AnyValue | OneOf | Interval


@dataclass(frozen=True, slots=True)
class Input:
    """A typed input of a table or rule. `source` is the case's field it reads when the header names one."""

    name: str
    type: Type
    source: Expression | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One rule of a table: a cell for each input, a result for each output (expressions over the inputs)."""

    cells: tuple[Cell, ...]
    results: tuple[Expression, ...]
    basis: tuple[Citation, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None  # last day


@dataclass(frozen=True, slots=True)
class TableVersion:
    """The rows valid from a day to a day (both included; None is open)."""

    rows: tuple[Row, ...]
    valid_from: date | None = None
    valid_until: date | None = None
    basis: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table; its versions do not overlap in time. The first output is the result of a plain call."""

    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[Input, ...]
    policy: HitPolicy
    versions: tuple[TableVersion, ...]
    lenient: bool = False  # 从轻: also the version of the deciding day, the lighter result wins
    obligations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleException:
    """例外 of a rule; wins over the base and over those it names."""

    name: str | None
    overrides: tuple[str, ...]
    condition: Expression
    result: Expression
    basis: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A figure with exceptions (default logic) and bounds, valid from a day to a day (both included; None is open).

    `later` are further versions, none of which has versions itself; they do not overlap in time and have the same
    name, type and inputs.
    """

    name: str
    type: Type
    inputs: tuple[Input, ...]
    base: Expression
    exceptions: tuple[RuleException, ...] = ()
    floor: Expression | None = None
    ceiling: Expression | None = None
    basis: tuple[Citation, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    later: tuple["Rule", ...] = ()

    @property
    def versions(self) -> tuple["Rule", ...]:
        """All versions, this one first."""
        return (self, *self.later)


# ---- who acts, until when


@dataclass(frozen=True, slots=True)
class Performer:
    """A way of performing a step; alternatives (甲 或 乙) are several performers of which any holder may act.

    `scope` restricts the role to a village, unit or line of business (evaluated when the step is reached).
    `seats` asks for that many different people (至少 2人). `each` gives every holder a seat of his own.
    `same_as` names the node whose performer must act again.
    """

    role: str = ""
    scope: Expression | None = None
    seats: int = 1
    each: bool = False
    same_as: int | None = None


class AnchorKind(StrEnum):
    """From where a limit runs. None given: from the moment the step is reached."""

    REACHED = "reached"
    STARTED = "started"  # start of the case (启动)
    NODE = "node"  # completion of node `node`
    MOMENT = "moment"  # value of `moment`, a date or time
    SERVED = "served"  # service of document `document` on the last party
    CLOSED = "closed"  # end of the case (办结)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The event from which a limit runs, or to which a clock runs."""

    kind: AnchorKind = AnchorKind.REACHED
    node: int | None = None
    moment: Expression | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """时限 of a step. Of several the first whose `when` holds counts.

    Either `span` (an expression giving a Span) from `anchor`, or `until` (a date or time), or `clock` (name of a
    case clock). `rolls`: a last day off moves to the next working day. `local`: a local proposal, not law.
    """

    span: Expression | None = None
    anchor: Anchor = Anchor()
    until: Expression | None = None
    clock: str | None = None
    when: Expression | None = None
    local: bool = False
    rolls: bool = True
    basis: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Reminder:
    """提醒 `ahead` of the due moment, to roles; empty: to whoever holds the work item."""

    ahead: Span
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overdue:
    """A rung of the overdue ladder: `after` the due moment (None: at it) do `actions` or deem an outcome.

    `when`: the rung is passed over unless this holds at that moment.
    """

    after: Span | None
    actions: "Actions"
    deemed: str | None = None
    basis: tuple[Citation, ...] = ()
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """延期: one line is one rung (the second line is the second extension)."""

    at_most: Expression
    times: int
    approvers: tuple[Performer, ...]
    form: str | None = None  # 凭
    local: bool = False
    basis: tuple[Citation, ...] = ()


# ---- what happens


@dataclass(frozen=True, slots=True)
class SetData:
    """置 `name` = `value`."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class SetField:
    """置 or 抽取 into a field of a form of the case."""

    field: FieldRef
    value: Expression


@dataclass(frozen=True, slots=True)
class Trigger:
    """触发: start a linked case of `process`; `each` starts one for every element, named `variable` in `arguments`."""

    process: str
    arguments: tuple[tuple[str, Expression], ...] = ()
    each: Expression | None = None
    variable: str | None = None


@dataclass(frozen=True, slots=True)
class Emit:
    """发出 an event to linked cases and to processes that start by it."""

    event: str
    arguments: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class LinkCase:
    """关联 the case whose number the expression gives."""

    number: Expression


@dataclass(frozen=True, slots=True)
class Notify:
    """通知 roles, with a text."""

    to: tuple[str, ...]
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Urge:
    """催办 roles; empty: the holders."""

    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Escalate:
    """升级 给 roles: they see the item as overdue supervision and may act on it."""

    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """出具 a document: its number is taken in the same transaction."""

    document: str


Effect: TypeAlias = SetData | SetField | Trigger | Emit | LinkCase | Notify | Urge | Escalate | Issue


@dataclass(frozen=True, slots=True)
class Goto:
    """转 to a node of this region or of an enclosing one (leaving a block withdraws its siblings)."""

    node: int


@dataclass(frozen=True, slots=True)
class Back:
    """退回 to a node (or one branch of a finished block), at most `limit` times, then `exceeded`."""

    node: int
    branch: int | None = None
    limit: int | None = None
    exceeded: "Actions | None" = None


@dataclass(frozen=True, slots=True)
class ToJoin:
    """转 汇合: end this branch."""


@dataclass(frozen=True, slots=True)
class ResumeMain:
    """回原处: end this handler, nothing else changes."""


@dataclass(frozen=True, slots=True)
class Finish:
    """办结 the case; its closing conditions must hold."""


@dataclass(frozen=True, slots=True)
class Abort:
    """终止 the case for a reason."""

    reason: str | None = None


Move: TypeAlias = Goto | Back | ToJoin | ResumeMain | Finish | Abort


@dataclass(frozen=True, slots=True)
class Actions:
    """Effects in order, then at most one move."""

    effects: tuple[Effect, ...] = ()
    move: Move | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """若 `condition` 则 `actions`; None is 否则."""

    condition: Expression | None
    actions: Actions


@dataclass(frozen=True, slots=True)
class Check:
    """A condition with the sentence shown when it does not hold (前提, 核对)."""

    condition: Expression
    message: str | None = None


# ---- nodes


@dataclass(frozen=True, slots=True)
class PowerNeed:
    """须有 `power` 否则 `otherwise` (on arrival)."""

    power: str
    otherwise: Actions


@dataclass(frozen=True, slots=True)
class Recusal:
    """回避: who did node `node`, or the person or people of the unit that `party` gives."""

    node: int | None = None
    party: Expression | None = None


class Abstention(StrEnum):
    """Whether a voter may abstain, and whether he then counts among the entitled."""

    FORBIDDEN = "forbidden"
    COUNTED = "counted"  # 可弃权
    EXCLUDED = "excluded"  # 弃权不计


class ReadPolicy(StrEnum):
    """What becomes of a 撤回 when the next person has opened his item and entered nothing (已阅)."""

    FORBID = "forbid"
    ASK = "ask"  # 须经同意
    ALLOW = "allow"  # 可撤回, he is told


@dataclass(frozen=True, slots=True)
class Countersign:
    """会签: a voting seat for each holder of `role` (or element of `each`); outcome 通过 or 不通过.

    `quorum` is the share of the entitled that must agree (Fraction as two ints), None: all. `any_one`: the first
    answer decides (或签). `majority`: more for than against; `tie` is then what an even vote means (True: 通过).
    `in_turn`: each seat opens when the one before is done (顺签). `early`: over as soon as the outcome is fixed.
    `adds_votes`: a signer added beside or after votes too. `returns`: voters may also vote 退回, which then is the
    outcome; `returns_at_once`: one such vote is enough.
    """

    role: str | None
    each: Expression | None
    quorum: tuple[int, int] | None
    veto: bool = False
    any_one: bool = False
    majority: bool = False
    tie: bool | None = None
    in_turn: bool = False
    early: bool = False
    abstention: Abstention = Abstention.FORBIDDEN
    adds_votes: bool = False
    returns: bool = False
    returns_at_once: bool = False


@dataclass(frozen=True, slots=True)
class Draw:
    """抽取: on reaching the step, so many holders of `role` are drawn by lot into `field`.

    Only those for whom `condition` holds (called `role` in it) and who need not stand aside (回避) are in the pool.
    """

    field: FieldRef
    role: str
    count: int
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A human task.

    On completion: `sets`, `issues`, then `routes` (chains in order; the first arm that holds acts; the first move
    decides), then `after`, else the next node of the region. `external`: another authority acts, `entered_by`
    registers the result from the paper named by `proof` forms. `skip_unless` false: the step is skipped.
    """

    name: str
    region: int
    performers: tuple[Performer, ...]
    assistants: tuple[Performer, ...] = ()
    external: bool = False
    entered_by: tuple[Performer, ...] = ()
    proof: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()  # forms
    shows: tuple[Expression, ...] = ()
    outcomes: tuple[str, ...] = ()
    skip_unless: Expression | None = None
    requires: tuple[Check, ...] = ()  # 前提, on opening and claiming
    verifies: tuple[Check, ...] = ()  # 核对, on submitting
    power: PowerNeed | None = None
    recusals: tuple[Recusal, ...] = ()
    countersign: Countersign | None = None
    deadlines: tuple[Deadline, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    extensions: tuple[Extension, ...] = ()
    sets: tuple[SetData | SetField, ...] = ()
    issues: tuple[str, ...] = ()
    routes: tuple[tuple[Arm, ...], ...] = ()
    after: Actions | None = None
    undo: Actions | None = None
    irrevocable: bool = False
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()
    on_read: ReadPolicy = ReadPolicy.FORBID  # of whoever acted before, once this step's item was opened
    draws: tuple[Draw, ...] = ()


FINISHED = "办结"
CALLED = (FINISHED, "终止", "撤销", "作废")
"""Outcomes of a step that waits for the case it started: how that case ended."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A step without a person: completes when `condition` holds, `event` arrives, or `span` after `anchor` is over.

    `call` (子规程) is the case it starts when it is reached. Without a condition it completes when that has ended,
    with the way it did as its outcome (`CALLED`), and takes over the forms `fills` that the other case filled.
    """

    name: str
    region: int
    condition: Expression | None = None
    event: str | None = None
    span: Expression | None = None
    anchor: Anchor = Anchor()
    skip_unless: Expression | None = None
    deadlines: tuple[Deadline, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    sets: tuple[SetData | SetField, ...] = ()
    routes: tuple[tuple[Arm, ...], ...] = ()
    after: Actions | None = None
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()
    call: Trigger | None = None
    fills: tuple[str, ...] = ()  # forms

    @property
    def awaits_call(self) -> bool:
        """Whether it ends with the case that it starts."""
        return self.call is not None and (self.condition, self.event, self.span) == (None, None, None)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """How the case may have ended that it waits for."""
        return CALLED if self.awaits_call else ()


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of a block. `guard` is tested when the block starts; `each` opens one instance per element, called
    `variable` inside; `growing` opens one more for an element added while the block is open."""

    name: str
    region: int
    guard: Expression | None = None
    each: Expression | None = None
    variable: str | None = None
    growing: bool = False


class BackPolicy(StrEnum):
    """What a 退回 out of a block does to its siblings."""

    WITHDRAW_ALL = "withdraw_all"  # 全撤
    SUSPEND = "suspend"  # 暂停复用
    FORBID = "forbid"  # 禁止


@dataclass(frozen=True, slots=True)
class Block:
    """并行 … 汇合. `first`: pass when that many branches have ended (None: all); `cancel_rest` withdraws the others.

    `share` (a Fraction as two ints) asks for that part of the branches that are open, counted anew when one is added.
    """

    name: str
    region: int
    branches: tuple[Branch, ...]
    first: int | None = None
    cancel_rest: bool = False
    on_back: BackPolicy = BackPolicy.WITHDRAW_ALL
    routes: tuple[tuple[Arm, ...], ...] = ()
    after: Actions | None = None
    share: tuple[int, int] | None = None

    def needed(self, opened: int) -> int:
        """Return how many of the opened branches have to end."""
        if self.share is not None:
            return math.ceil(Fraction(*self.share) * opened)
        return opened if self.first is None else min(self.first, opened)


class GatewayKind(StrEnum):
    """What a gateway does with tokens."""

    XOR = "xor"  # one goes on, along the first flow whose condition holds
    AND = "and"  # waits for one along every arrow that leads here, then one goes on along every flow


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow out of a gateway. Only an XOR has conditions; its last flow has none."""

    target: int
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """A node at which nobody works, in a graph drawn freely by code; 规程 writes 若 and 并行 instead.

    Every node that leads to an AND is one arrow into it, however many of its routes do; the beginning of a region is
    an arrow into its first node. Without flows the gateway stands last and ends its region.

    Source: Business Process Model and Notation 2.0, 10.6 (exclusive and parallel gateway).
    """

    name: str
    region: int
    kind: GatewayKind
    flows: tuple[Flow, ...] = ()

    @property
    def routes(self) -> tuple[tuple[Arm, ...], ...]:
        """The flows as arms: of an XOR one chain, of an AND one chain each, because a token leaves by all of them."""
        arms = tuple(Arm(flow.condition, Actions(move=Goto(flow.target))) for flow in self.flows)
        match self.kind:
            case GatewayKind.XOR:
                return (arms,) if arms else ()
            case GatewayKind.AND:
                return tuple((arm,) for arm in arms)

    @property
    def after(self) -> None:
        """Nothing follows but the flows."""
        return None


Node: TypeAlias = Step | Wait | Block | Gateway


@dataclass(frozen=True, slots=True)
class Region:
    """A sequence of nodes with free routing. `owner` is the block's node number, or None; `handler` its index."""

    nodes: tuple[int, ...]
    parent: int | None = None
    owner: int | None = None
    handler: int | None = None


# ---- process


@dataclass(frozen=True, slots=True)
class ByForm:
    """Started by submitting a form, by holders of `performers` (empty: anyone with an account)."""

    form: str
    performers: tuple[Performer, ...] = ()
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class ByHand:
    """Started by a person without a form."""

    performers: tuple[Performer, ...] = ()
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class ByEvent:
    """Started by an event."""

    event: str
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class ByCondition:
    """Started when the condition becomes true."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class ByPeriod:
    """Started every period (an expression giving a Span) while the scope stands."""

    period: Expression
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class ByRecurrence:
    """Started by the calendar (例行): in every period one case, or one for each holder of the role `each`.

    `scoped`: the role is held for a village, unit or line of business, and is owed for each of them.
    The first step of such a definition is what is owed. `share` of what was done in time is drawn for the step
    `check`, whose first outcome confirms it. `local`: period or window are a local proposal, not law.
    """

    recurrence: Recurrence
    each: str | None = None
    scoped: bool = False
    share: tuple[int, int] | None = None
    check: int | None = None
    local: bool = False


StartBy: TypeAlias = ByForm | ByHand | ByEvent | ByCondition | ByPeriod | ByRecurrence


@dataclass(frozen=True, slots=True)
class Handler:
    """随时: a small region that may run beside the places in `scope` (node numbers of one region).

    `scope_region` is the region of the scope; an empty `scope` means every place of it. `persists`: goes on after
    the scope is left; the case cannot close before it ends.
    """

    name: str
    region: int
    scope_region: int
    scope: tuple[int, ...]
    start: StartBy
    persists: bool = False
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """中止: a lawful stop of a clock by a document, resumed by a document."""

    performers: tuple[Performer, ...]
    form: str | None
    resume_form: str | None
    basis: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """总时限: a limit over several steps. Stands while any node or handler in `excludes` is open (by name)."""

    name: str
    span: Expression
    start: Anchor
    end: Anchor
    excludes: tuple[str, ...] = ()
    stops: tuple[Stop, ...] = ()
    extensions: tuple[Extension, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    local: bool = False
    rolls: bool = True
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """One line of 办结条件."""

    name: str
    condition: Expression
    basis: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Precedence:
    """未 `first` 不得 `then`: `then` is not reached before `first` is done (in its latest valid round)."""

    first: int
    then: int
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """凡 `first` 必 `then` within `span`: the case cannot close with `first` done and `then` not done after it."""

    first: int
    then: int
    span: Span | None = None
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Exclusive:
    """不同时: the nodes are never open together."""

    nodes: tuple[int, ...]


Constraint: TypeAlias = Precedence | Response | Exclusive


@dataclass(frozen=True, slots=True)
class Cancel:
    """可撤销: these people may end the case early, with these actions."""

    performers: tuple[Performer, ...]
    when: Expression | None
    actions: Actions


@dataclass(frozen=True, slots=True)
class Reopen:
    """重开: after closing, a new round at the move of `actions`."""

    start: StartBy
    actions: Actions


@dataclass(frozen=True, slots=True)
class EventType:
    """事件: a named event with typed arguments."""

    name: str
    arguments: tuple[tuple[str, Type], ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """One process, ready to run.

    Names in `forms`, `data`, `tables`, `rules`, `parameters`, `roles`, `documents`, `enumerations`, `events`,
    `powers` are unique within their kind; they hold what this process uses. `nodes` have unique names.
    """

    name: str
    version: str
    nodes: tuple[Node, ...]
    regions: tuple[Region, ...]
    starts: tuple[StartBy, ...]
    forms: tuple[Form, ...] = ()
    data: tuple[Data, ...] = ()
    enumerations: tuple[Enumeration, ...] = ()
    roles: tuple[Role, ...] = ()
    powers: tuple[Power, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    tables: tuple[Table, ...] = ()
    rules: tuple[Rule, ...] = ()
    documents: tuple[Document, ...] = ()
    events: tuple[EventType, ...] = ()
    handlers: tuple[Handler, ...] = ()
    clocks: tuple[Clock, ...] = ()
    gates: tuple[Gate, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    cancels: tuple[Cancel, ...] = ()
    reopens: tuple[Reopen, ...] = ()
    numbering: str | None = None  # case numbers, “润隐〔{年}〕{序号}号”
    title: tuple[Expression, ...] = ()  # fields that make the case title
    summary: tuple[Expression, ...] = ()  # facts on a leader's card
    territory: Expression | None = None  # 属地
    subject: Expression | None = None  # 对象
    law_as_of: Expression | None = None  # 适用日
    lenient: bool = False  # 从轻
    restricted_to: tuple[str, ...] = ()  # 知悉: roles that may open cases, beside the participants
    referral: bool = False  # 外部 process: a 移送 with receipt
    basis: tuple[Citation, ...] = ()
    obligations: tuple[str, ...] = ()
    accepted: tuple[tuple[str, str, str], ...] = ()  # 容许: (code, node or process name, reason)
    registers: tuple[Register, ...] = ()  # 台账 over its cases
    statistics: tuple[Statistic, ...] = ()  # 统计 of these registers
    presets: tuple[Preset, ...] = ()  # 实例
