"""When a person's superior is told: of an item urged again and again, and of work returned again and again."""

from collections.abc import Iterable

from engine.deciding.draft import Draft
from engine.events import Notified
from engine.evolve_seats import find_activation, find_seat

TOLD_AT = 3
"""So many notices of 催办 for one item, or manual 退回 along one way, and the superior is told; then each further one."""


def tell_of_urging(draft: Draft, items: Iterable[int]) -> None:
    """Tell the superior of whoever holds an item that has been urged so often."""
    for item in items:
        seat, activation = find_seat(draft.state, item), find_activation(draft.state, item)
        if seat is None or activation is None or seat.holder is None or seat.notices < TOLD_AT:
            continue
        said = f"已催办{seat.notices}次，{draft.facts.name(seat.holder)}仍未办理"
        _tell(draft, seat.holder, activation.node, said)


def tell_of_returning(draft: Draft, origin: int, target: int) -> None:
    """Tell the superior of whoever returns to the same step so often."""
    times = draft.state.returns.get((origin, target), 0)
    if times >= TOLD_AT:
        said = f"已第{times}次退回“{draft.graph.node(target).name}”"
        _tell(draft, draft.actor, origin, said)


def _tell(draft: Draft, person: str, node: int, said: str) -> None:
    superior = draft.facts.superior(person)
    if superior is not None:
        name = draft.graph.node(node).name
        text = f"{draft.state.number}“{name}”{said}，请督促"
        draft.emit(Notified((), text, node=node, people=(superior,)))
