"""Part of a definition: its nodes (steps, waits, blocks, gateways) and the regions in which they stand."""

import math
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from engine.action_definition import Actions, Arm, Check, Goto, SetData, SetField, Trigger
from engine.citation import Citation
from engine.expressions import Expression, FieldRef
from engine.limit_definition import Anchor, Deadline, Extension, Overdue, Performer, Reminder
from engine.record import record


@record
class PowerNeed:
    """须有 `power` 否则 `otherwise` (on arrival)."""

    power: str
    otherwise: Actions


@record
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


@record
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


@record
class Draw:
    """抽取: on reaching the step, so many holders of `role` are drawn by lot into `field`.

    Only those for whom `condition` holds (called `role` in it) and who need not stand aside (回避) are in the pool.
    """

    field: FieldRef
    role: str
    count: int
    condition: Expression | None = None


@record
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


@record
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


@record
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


@record
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


@record
class Flow:
    """An arrow out of a gateway. Only an XOR has conditions; its last flow has none."""

    target: int
    condition: Expression | None = None


@record
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


@record
class Region:
    """A sequence of nodes with free routing. `owner` is the block's node number, or None; `handler` its index."""

    nodes: tuple[int, ...]
    parent: int | None = None
    owner: int | None = None
    handler: int | None = None
