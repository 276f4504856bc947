"""The arrows of a definition: where each node may lead, with a short label, for diagrams and reading aids."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from engine.definition import (
    Abort,
    Actions,
    Arm,
    Back,
    Block,
    Definition,
    Finish,
    Gateway,
    Goto,
    Move,
    ResumeMain,
    Step,
    ToJoin,
)
from engine.expressions import And, Compare, Comparison, Expression, Literal, Not, Or


class ArrowKind(StrEnum):
    """How a token gets from one node to another."""

    NEXT = "next"  # falls through, or 转 to the following node
    GOTO = "goto"
    BACK = "back"
    LATE = "late"  # a rung of the overdue ladder moves it
    JOIN = "join"  # ends the branch
    FINISH = "finish"
    ABORT = "abort"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Arrow:
    """One way out of `source`; `target` is a node number, None for the ends."""

    source: int
    kind: ArrowKind
    target: int | None
    label: str


def arrows(definition: Definition) -> tuple[Arrow, ...]:
    """List the ways out of every node, in the order of the text, without repetitions."""
    found: dict[Arrow, None] = {}
    for region in definition.regions:
        for position, number in enumerate(region.nodes):
            following = region.nodes[position + 1] if position + 1 < len(region.nodes) else None
            for arrow in _ways_out(definition, number, following):
                found.setdefault(arrow)
    return tuple(found)


def _ways_out(definition: Definition, number: int, following: int | None) -> Iterator[Arrow]:
    node = definition.nodes[number]
    leaves = False
    for chain in node.routes:
        for arm in chain:
            yield from _from_actions(number, arm.actions, _label(arm), ArrowKind.GOTO)
        leaves = leaves or _always_moves(chain)
    if node.after is not None:
        yield from _from_actions(number, node.after, "", ArrowKind.GOTO)
        leaves = leaves or node.after.move is not None
    if not isinstance(node, Block | Gateway):
        for rung in node.overdue:
            yield from _from_actions(number, rung.actions, "逾期", ArrowKind.LATE)
    if isinstance(node, Step) and node.power is not None:
        yield from _from_actions(number, node.power.otherwise, f"无{node.power.power}", ArrowKind.GOTO)
    if not leaves and following is not None:
        yield Arrow(number, ArrowKind.NEXT, following, "")


def _from_actions(source: int, actions: Actions, label: str, kind: ArrowKind) -> Iterator[Arrow]:
    if actions.move is not None:
        yield from _from_move(source, actions.move, label, kind)


def _from_move(source: int, move: Move, label: str, kind: ArrowKind) -> Iterator[Arrow]:
    match move:
        case Goto(node):
            yield Arrow(source, kind, node, label)
        case Back(node, _, limit, exceeded):
            yield Arrow(source, ArrowKind.BACK, node, _back_label(label, limit))
            if exceeded is not None:
                yield from _from_actions(source, exceeded, f"超过{limit}次", kind)
        case ToJoin():
            yield Arrow(source, ArrowKind.JOIN, None, label)
        case Finish():
            yield Arrow(source, ArrowKind.FINISH, None, label)
        case Abort():
            yield Arrow(source, ArrowKind.ABORT, None, label)
        case ResumeMain():
            yield Arrow(source, ArrowKind.RESUME, None, label)


def _back_label(label: str, limit: int | None) -> str:
    return label if limit is None else f"{label}（至多{limit}次）"


def _always_moves(chain: tuple[Arm, ...]) -> bool:
    return bool(chain) and chain[-1].condition is None and all(arm.actions.move is not None for arm in chain)


def _label(arm: Arm) -> str:
    return "否则" if arm.condition is None else short(arm.condition)


def short(condition: Expression) -> str:
    """Give the words of a simple condition (合格, 重大), or an empty text for a longer one."""
    match condition:
        case Compare(Comparison.EQ, _, Literal(bool() | str() as value, _)):
            return _constant(value)
        case Compare(Comparison.NE, _, Literal(bool() | str() as value, _)):
            return f"非{_constant(value)}"
        case And(terms):
            return _joined(terms, "且")
        case Or(terms):
            return _joined(terms, "或")
        case Not(term):
            return f"非{inner}" if (inner := short(term)) else ""
        case _:
            return ""


def _constant(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _joined(terms: tuple[Expression, ...], word: str) -> str:
    parts = [short(term) for term in terms]
    return word.join(parts) if all(parts) else ""
