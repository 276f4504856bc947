"""What the data analysis saw of a process: the states in which its nodes are reached and its cases closed."""

from dataclasses import dataclass, field

from dsl.variables import Key, State
from engine.definition import Arm, Check, Move


@dataclass(slots=True)
class Reached:
    """Grows while the analysis runs; the last word on each node is the weakest and counts.

    Args:
        arrivals, beside: by node, the state on arrival and what those beside it may write meanwhile.
        closings: where cases are closed, by identity of the move; the node is None for reopened cases.
        arms: by identity, with their node, whether the condition may hold and whether it may not.
        checks: 核对 by identity, with their node and whether they may hold.
    """

    arrivals: dict[int, State] = field(default_factory=dict)
    beside: dict[int, frozenset[Key]] = field(default_factory=dict)
    closings: dict[int, tuple[int | None, Move, State]] = field(default_factory=dict)
    arms: dict[int, tuple[int, Arm, bool, bool]] = field(default_factory=dict)
    checks: dict[int, tuple[int, Check, bool]] = field(default_factory=dict)
