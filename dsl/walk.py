"""Walking a definition: everything inside a value, and the moves of a node with those past their limits."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from engine.definition import Actions, Back, Block, Gateway, Move, Node, Step

_slots: dict[type, tuple[str, ...]] = {}


def parts(whole: object) -> Iterator[object]:
    """Return a value and everything inside it, depth first."""
    stack = [whole]
    while stack:
        part = stack.pop()
        yield part
        if isinstance(part, tuple):
            stack.extend(reversed(part))
        else:
            stack.extend(getattr(part, name) for name in slots_of(type(part)))


def slots_of(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass, last first; none for other values."""
    known = _slots.get(kind)
    if known is None:
        known = tuple(slot.name for slot in reversed(fields(kind))) if is_dataclass(kind) else ()
        _slots[kind] = known
    return known


def moves(actions: Actions | None) -> Iterator[Move]:
    """Return the move of some actions, and those past its limit."""
    if actions is None or actions.move is None:
        return
    yield actions.move
    if isinstance(actions.move, Back):
        yield from moves(actions.move.exceeded)


def moves_of(node: Node) -> Iterator[Move]:
    """Return every move of a node: on completion, when overdue, without the power."""
    for actions in actions_of(node):
        yield from moves(actions)


def actions_of(node: Node) -> Iterator[Actions]:
    """Return all actions of a node."""
    for chain in node.routes:
        yield from (arm.actions for arm in chain)
    if node.after is not None:
        yield node.after
    if isinstance(node, Block | Gateway):
        return
    yield from (rung.actions for rung in node.overdue)
    if isinstance(node, Step) and node.power is not None:
        yield node.power.otherwise
