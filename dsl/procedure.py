"""The surface tree of a process' body: lines of a step, steps and blocks, starts, clocks, handlers."""

from dataclasses import field
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from dsl.clauses import (
    Accept,
    Actions,
    Anchor,
    Argument,
    Basis,
    Citation,
    Deadline,
    DeadlineAt,
    Deemed,
    EachSource,
    Extension,
    Fulfils,
    Issue,
    Overdue,
    Performers,
    Reminder,
    SetValue,
)
from dsl.expressions import Expr, Name, PeriodLiteral, Ref
from dsl.source import Place
from engine.record import record

# ---- lines of a step


@record
class PerformedBy:
    """承办 …"""

    performers: Performers
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class AssistedBy:
    """协办 …"""

    performers: Performers
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Entered:
    """录入 谁 [凭 表单]: who registers what another authority did, from which received paper."""

    performers: Performers
    proof: tuple[Name, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Fill:
    """填写 表单."""

    forms: tuple[Ref, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Show:
    """查看 表单 or 表单.字段."""

    refs: tuple[Ref, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Outcomes:
    """结论 甲、乙: what the person chooses from."""

    members: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Require:
    """前提 条件 [“说明”]: tested when the step is opened or claimed."""

    condition: Expr
    message: str | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Verify:
    """核对 条件 [“说明”]: tested when the step is submitted."""

    condition: Expr
    message: str | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class WaitCondition:
    """等待 条件."""

    condition: Expr
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class WaitEvent:
    """等待 事件 名称."""

    event: Name
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class WaitSpan:
    """等待 满 期限 [自 锚点]."""

    span: Expr
    anchor: Anchor | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class SubProcess:
    """子规程 名称（参数） [等待]."""

    process: Name
    arguments: tuple[Argument, ...] = ()
    waits: bool = False
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Countersign:
    """会签 各 角色 [通过 三分之二以上] [一票否决]; the outcome is 通过 or 不通过; `quorum` None is all."""

    each: Ref
    quorum: Fraction | None = None
    veto: bool = False
    place: Place = field(kw_only=True, compare=False, repr=False)


class VoteRule(StrEnum):
    """计票: how the votes of a 会签 are counted; the value is the word."""

    MAJORITY = "多数"
    TIE_PASSES = "平票通过"
    TIE_FAILS = "平票不通过"
    ANY_ONE = "先签先定"  # 或签
    IN_TURN = "依次"  # 顺签
    EARLY = "提前结束"
    ABSTAIN = "可弃权"
    ABSTAIN_EXCLUDED = "弃权不计"
    ADDS_VOTES = "加签有票"
    RETURNS = "可退回"
    RETURNS_AT_ONCE = "一人退回即退"


@record
class Voting:
    """计票 依次、可弃权."""

    rules: tuple[VoteRule, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


class ReadPolicy(StrEnum):
    """已阅撤回: may the step before be taken back once this one was opened; the value is the word."""

    FORBID = "禁止"
    ASK = "经同意"
    ALLOW = "允许"


@record
class OnRead:
    """已阅撤回 允许."""

    policy: ReadPolicy
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Draw:
    """抽取 字段 自 角色 [满足（条件）] 2人."""

    target: Ref
    pool: Name
    condition: Expr | None
    count: int
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class NeedsPower:
    """须有 职权 否则 动作."""

    power: Name
    otherwise: Actions
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Recusal:
    """回避 步骤、字段."""

    refs: tuple[Ref, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Undo:
    """撤销时 动作."""

    actions: Actions
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Irrevocable:
    """不可撤回: no recall or return across this step."""

    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class After:
    """完成后 动作."""

    actions: Actions
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Arm:
    """若 / 否则若 条件 则 动作; `condition` None is 否则."""

    condition: Expr | None
    actions: Actions
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Route:
    """A 若 line with the 否则若 and 否则 lines that hang on it."""

    arms: tuple[Arm, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


WaitProperty: TypeAlias = WaitCondition | WaitEvent | WaitSpan
StepProperty: TypeAlias = (
    PerformedBy
    | AssistedBy
    | Entered
    | Fill
    | Show
    | Issue
    | Outcomes
    | Require
    | Verify
    | WaitProperty
    | SubProcess
    | Countersign
    | Voting
    | OnRead
    | Draw
    | NeedsPower
    | Recusal
    | Deadline
    | DeadlineAt
    | Reminder
    | Extension
    | Overdue
    | Deemed
    | SetValue
    | Undo
    | Irrevocable
    | After
    | Route
    | Basis
    | Fulfils
    | Accept
)


# ---- nodes


@record
class Step:
    """步骤 名称 [若 条件]: skipped when the condition is false on arrival."""

    name: Name
    condition: Expr | None
    properties: tuple[StepProperty, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Branch:
    """分支 名称 [各 清单 [可增]] [若 条件]."""

    name: Name
    nodes: "tuple[NodeDecl, ...]"
    each: EachSource | None = None
    growing: bool = False
    condition: Expr | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


class BackPolicy(StrEnum):
    """退回时: what a 退回 out of the block does to the other branches."""

    WITHDRAW_ALL = "withdraw_all"  # 全撤
    SUSPEND = "suspend"  # 暂停复用
    FORBID = "forbid"  # 禁止


@record
class OnBack:
    """退回时 全撤."""

    policy: BackPolicy
    place: Place = field(kw_only=True, compare=False, repr=False)


JoinProperty: TypeAlias = Deadline | DeadlineAt | Overdue | Deemed | Route | After | OnBack | Accept


@record
class Block:
    """并行 名称 … 汇合 名称 [先到 1个 [其余 撤销]]; the first of several is a number of branches or a share of them."""

    name: Name
    branches: tuple[Branch, ...]
    join: Name
    first: int | Fraction | None = None
    cancel_rest: bool = False
    properties: tuple[JoinProperty, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


NodeDecl: TypeAlias = Step | Block


# ---- starts, clocks, handlers


@record
class StartByForm:
    """启动 表单 甲 [承办 谁]."""

    form: Name
    performers: Performers | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class StartByHand:
    """启动 承办 谁."""

    performers: Performers
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class StartByEvent:
    """启动 事件 甲 [填写 表单]."""

    event: Name
    form: Name | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class StartByCondition:
    """启动 条件 甲."""

    condition: Expr
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class StartByPeriod:
    """启动 周期 每周, or a field that gives the period."""

    period: PeriodLiteral | Ref
    place: Place = field(kw_only=True, compare=False, repr=False)


StartTrigger: TypeAlias = StartByForm | StartByHand | StartByEvent | StartByCondition | StartByPeriod


@record
class Start:
    """启动 … [若 条件]."""

    trigger: StartTrigger
    condition: Expr | None = None
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Exclude:
    """扣除 节点: the clock stands while any of them is open."""

    nodes: tuple[Name, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class StopClock:
    """中止 承办 谁 [凭 表单] [恢复 凭 表单] [依据]: a lawful stop by one document, ended by another."""

    performers: Performers
    proof: tuple[Name, ...] = ()
    resumed_by: tuple[Name, ...] = ()
    citations: tuple[Citation, ...] = ()
    place: Place = field(kw_only=True, compare=False, repr=False)


ClockProperty: TypeAlias = (
    Basis | Fulfils | Accept | Reminder | Overdue | Deemed | Extension | Exclude | StopClock
)


@record
class Clock:
    """总时限 名称 期限 自 锚点 至 锚点 [本地] [不顺延]."""

    name: Name
    span: Expr
    start: Anchor
    end: Anchor
    local: bool
    rolls: bool
    properties: tuple[ClockProperty, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)


@record
class Persists:
    """续办: the handler goes on when its scope is left."""

    place: Place = field(kw_only=True, compare=False, repr=False)


HandlerProperty: TypeAlias = Start | Basis | Fulfils | Accept | Persists


@record
class Handler:
    """随时 名称 [于 节点]: steps that may start while the case stands at one of the nodes; none means anywhere."""

    name: Name
    during: tuple[Name, ...]
    properties: tuple[HandlerProperty, ...]
    nodes: tuple[NodeDecl, ...]
    place: Place = field(kw_only=True, compare=False, repr=False)
