"""Who watches the analysis of the data: what is read too early, where cases end, what conditions were come to."""

from typing import Protocol

from dsl.variables import Key, State
from engine.definition import Anchor, Arm, Check, Move, Precedence
from engine.expressions import Expression


class Observer(Protocol):
    """Whoever wants to know what is read too early, and where cases end."""

    def early(self, node: int | None, reference: Expression, document: str | None, through: object) -> None:
        """Be told of a reference read while it may be missing; `document`: while that is issued; `through` led to it."""

    def unanchored(self, node: int, anchor: Anchor) -> None:
        """Be told of a limit whose anchor may not have happened."""

    def unmet(self, precedence: Precedence, certain: bool) -> None:
        """Be told of a 未…不得… that may keep a case from going on."""

    def powerless(self, node: int | None, document: str, power: str) -> None:
        """Be told of a document issued though its power was not asked for on every path."""

    def tried(self, node: int, arm: Arm, possible: bool, avoidable: bool) -> None:
        """Be told that an arm was come to, whether its condition may hold there, and whether it may not."""

    def arrived(self, node: int, state: State, beside: frozenset[Key]) -> None:
        """Be told of the state in which a node is reached, and of what those beside it may write meanwhile."""

    def checked(self, node: int, check: Check, possible: bool) -> None:
        """Be told that a 核对 was come to, and whether it may hold there."""

    def finished(self, node: int | None, move: Move, state: State) -> None:
        """Be told of a state in which a case is closed."""
