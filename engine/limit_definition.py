"""Part of a definition: who acts, and until when."""

from enum import StrEnum

from engine.action_definition import Actions
from engine.citation import Citation
from engine.expressions import Expression
from engine.record import record
from engine.values import Span


@record
class Performer:
    """A way of performing a step; alternatives (甲 或 乙) are several performers of which any holder may act.

    `scope` restricts the role to a village, unit or line of business (evaluated when the step is reached).
    `seats` asks for that many different people (至少 2人). `each` gives every holder a seat of his own.
    `same_as` names the node whose performer must act again, `superior_of` the one whose performer's superior acts.
    `least_busy` gives the seat to the holder with the fewest open items.
    """

    role: str = ""
    scope: Expression | None = None
    seats: int = 1
    each: bool = False
    same_as: int | None = None
    superior_of: int | None = None
    least_busy: bool = False


class AnchorKind(StrEnum):
    """From where a limit runs. None given: from the moment the step is reached."""

    REACHED = "reached"
    STARTED = "started"  # start of the case (启动)
    NODE = "node"  # completion of node `node`
    MOMENT = "moment"  # value of `moment`, a date or time
    ISSUED = "issued"  # issue of document `document`
    SERVED = "served"  # service of document `document` on the last party
    CLOSED = "closed"  # end of the case (办结)


@record
class Anchor:
    """The event from which a limit runs, or to which a clock runs."""

    kind: AnchorKind = AnchorKind.REACHED
    node: int | None = None
    moment: Expression | None = None
    document: str | None = None


@record
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


@record
class Reminder:
    """提醒 `ahead` of the due moment, to roles; empty: to whoever holds the work item."""

    ahead: Span
    to: tuple[str, ...] = ()


@record
class Overdue:
    """A rung of the overdue ladder: `after` the due moment (None: at it) do `actions` or deem an outcome.

    `when`: the rung is passed over unless this holds at that moment.
    """

    after: Span | None
    actions: Actions
    deemed: str | None = None
    basis: tuple[Citation, ...] = ()
    when: Expression | None = None


@record
class Extension:
    """延期: one line is one rung (the second line is the second extension); granting it issues `documents`."""

    at_most: Expression
    times: int
    approvers: tuple[Performer, ...]
    form: str | None = None  # 凭
    documents: tuple[str, ...] = ()  # 出具
    local: bool = False
    basis: tuple[Citation, ...] = ()
