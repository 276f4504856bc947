"""Part of a definition: what happens when a step is done, late or undone, and where the case goes then."""

from typing import TypeAlias

from engine.expressions import Expression, FieldRef
from engine.record import record


@record
class SetData:
    """置 `name` = `value`."""

    name: str
    value: Expression


@record
class SetField:
    """置 or 抽取 into a field of a form of the case."""

    field: FieldRef
    value: Expression


@record
class Trigger:
    """触发: start a linked case of `process`; `each` starts one for every element, named `variable` in `arguments`."""

    process: str
    arguments: tuple[tuple[str, Expression], ...] = ()
    each: Expression | None = None
    variable: str | None = None


@record
class Emit:
    """发出 an event to linked cases and to processes that start by it."""

    event: str
    arguments: tuple[tuple[str, Expression], ...] = ()


@record
class LinkCase:
    """关联 the case whose number the expression gives."""

    number: Expression


@record
class Notify:
    """通知 roles, with a text."""

    to: tuple[str, ...]
    text: str | None = None


@record
class Urge:
    """催办 roles; empty: the holders."""

    to: tuple[str, ...]


@record
class Escalate:
    """升级 给 roles: they see the item as overdue supervision and may act on it."""

    to: tuple[str, ...]


@record
class Issue:
    """出具 a document: its number is taken in the same transaction."""

    document: str


Effect: TypeAlias = SetData | SetField | Trigger | Emit | LinkCase | Notify | Urge | Escalate | Issue


@record
class Goto:
    """转 to a node of this region or of an enclosing one (leaving a block withdraws its siblings)."""

    node: int


@record
class Back:
    """退回 to a node (or one branch of a finished block), at most `limit` times, then `exceeded`."""

    node: int
    branch: int | None = None
    limit: int | None = None
    exceeded: "Actions | None" = None


@record
class ToJoin:
    """转 汇合: end this branch."""


@record
class ResumeMain:
    """回原处: end this handler, nothing else changes."""


@record
class Finish:
    """办结 the case; its closing conditions must hold."""


@record
class Abort:
    """终止 the case for a reason."""

    reason: str | None = None


Move: TypeAlias = Goto | Back | ToJoin | ResumeMain | Finish | Abort


@record
class Actions:
    """Effects in order, then at most one move."""

    effects: tuple[Effect, ...] = ()
    move: Move | None = None


@record
class Arm:
    """若 `condition` 则 `actions`; None is 否则."""

    condition: Expression | None
    actions: Actions


@record
class Check:
    """A condition with the sentence shown when it does not hold (前提, 核对)."""

    condition: Expression
    message: str | None = None
