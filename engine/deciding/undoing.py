"""What a recall takes away and puts back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.deciding.below import Below
from engine.deciding.draft import Draft
from engine.deciding.untouched import Touched
from engine.marking import Activation, Frame, Seat, Token
from engine.record import replace
from engine.state import CaseState
from engine.views import ItemStatus

_UNANSWERED = (ItemStatus.OPEN, ItemStatus.WAITING, ItemStatus.SUSPENDED)


@dataclass(slots=True)
class Undoing:
    """What has to go and what has to come back; the case before and right after the answer, and its step then."""

    before: CaseState
    after: CaseState
    activation: Activation
    tokens: list[int] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    activations: list[int] = field(default_factory=list)
    placed: list[Token] = field(default_factory=list)
    rebuilt: list[Frame] = field(default_factory=list)
    work: list[Activation] = field(default_factory=list)
    joins: list[int] = field(default_factory=list)  # groups of other people that fired a join
    touched: Touched = field(default_factory=Touched)

    def drop(self, state: CaseState, found: Below, *frames: int) -> None:
        """Let tokens, frames and work go."""
        self.tokens += [token.id for token in found.tokens]
        self.frames += [*frames, *(frame.id for frame in found.frames)]
        self.activations += found.activations(state)


def with_new_items(draft: Draft, activation: Activation) -> Activation:
    """Return work as it was, with new items for what was open: a closed item never reopens."""
    seats = [
        replace(seat, id=draft.new_id(), read=()) if seat.status in _UNANSWERED else seat
        for seat in activation.seats
    ]
    return replace(activation, seats=rehung(activation.seats, seats))


def rehung(old: Iterable[Seat], new: Sequence[Seat]) -> tuple[Seat, ...]:
    """Let added seats hang on their hosts' new numbers."""
    numbers = {before.id: after.id for before, after in zip(old, new, strict=True)}
    return tuple(
        seat if seat.host is None else replace(seat, host=numbers.get(seat.host, seat.host)) for seat in new
    )
