"""Walking a definition: everything inside a value, and the moves of a node with those past their limits."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any

from engine.definition import Actions, Back, Block, Gateway, Move, Node, Step

_slots: dict[type, tuple[str, ...]] = {}
_values: dict[type, Callable[[Any], Iterable[object]] | None] = {}


def parts(whole: object) -> Iterator[object]:
    """Return a value and everything inside it, depth first; what is empty (None, no text, no parts) is left out."""
    stack = [whole]
    while stack:
        part = stack.pop()
        yield part
        kind = part.__class__
        if kind is tuple:
            stack.extend(reversed(part))  # type: ignore[call-overload]  # a tuple, see above
            continue
        values = _values[kind] if kind in _values else _values_of(kind)
        if values is not None:
            stack.extend(filter(None, values(part)))


def _values_of(kind: type) -> Callable[[Any], Iterable[object]] | None:
    """Return how the values of the fields of a dataclass are asked for, last first; None for other values."""
    names = slots_of(kind)
    if not names:
        values = None
    elif len(names) == 1:
        values = _single(names[0])
    else:
        values = attrgetter(*names)
    _values[kind] = values
    return values


def _single(name: str) -> Callable[[Any], Iterable[object]]:
    return lambda part: (getattr(part, name),)


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
