"""The way on which something is missing: the analysis of the data run again, with the nodes passed on the way."""

from dataclasses import dataclass, field

from dsl.dataflow import NOTHING, analyse
from dsl.variables import Key, Known, State, Valuation, Variables, meet
from engine.definition import Anchor, Arm, Check, Move, Precedence
from engine.expressions import Expression

_LONGEST = 40
"""Nodes kept of one way."""


@dataclass(frozen=True, slots=True)
class _Goal:
    """What a way should show: everything of `given` written, nothing of `missing`."""

    given: int
    missing: int

    def is_met(self, seen: int) -> bool:
        """Tell whether a way on which these bits were written shows it."""
        return seen & self.given == self.given and not seen & self.missing


class _Traced(Known):
    """What is known, with one way that leads here and what is written on it; equal whatever the way."""

    goal: _Goal
    way: tuple[int, ...]
    seen: int

    def at(self, node: int) -> Known:
        """What is known with the node passed."""
        if len(self.way) >= _LONGEST or self.way[-1:] == (node,):
            return self
        return _traced(self, self.goal, (*self.way, node), self.seen)

    def passed_over(self) -> Known:
        """What is known with the last node marked as skipped."""
        way = (*self.way[:-1], *(-1 - number for number in self.way[-1:]))
        return _traced(self, self.goal, way, self.seen)

    def or_else(self, other: Known) -> Known:
        """Either way may have been taken; one that shows what is looked for is kept."""
        kept = self if self.goal.is_met(self.seen) or not isinstance(other, _Traced) else other
        return _traced(Known.or_else(self, other), kept.goal, kept.way, kept.seen)

    def and_then(self, other: Known) -> Known:
        """What is known when something else was done beside."""
        seen = self.seen | (other.seen if isinstance(other, _Traced) else other.must)
        return _traced(Known.and_then(self, other), self.goal, self.way, seen)

    def with_bits(self, bits: int) -> Known:
        """What is known when something is written."""
        return _traced(Known.with_bits(self, bits), self.goal, self.way, self.seen | bits)


def _traced(known: Known, goal: _Goal, way: tuple[int, ...], seen: int) -> _Traced:
    made = _Traced(known.must, known.may)
    made.goal = goal
    made.way = way
    made.seen = seen
    return made


@dataclass(slots=True)
class _Followed:
    """Keeps the states in which nodes are reached and cases are closed."""

    arrivals: dict[int, State] = field(default_factory=dict)
    closings: list[tuple[int | None, State]] = field(default_factory=list)

    def arrived(self, node: int, state: State, beside: frozenset[Key]) -> None:
        del beside
        self.arrivals[node] = meet(self.arrivals.get(node, {}), state)

    def finished(self, node: int | None, move: Move, state: State) -> None:
        del move
        self.closings.append((node, state))

    def early(self, node: int | None, reference: Expression, document: str | None, through: object) -> None:
        pass

    def unanchored(self, node: int, anchor: Anchor) -> None:
        pass

    def unmet(self, precedence: Precedence, certain: bool) -> None:
        pass

    def powerless(self, node: int | None, document: str, power: str) -> None:
        pass

    def tried(self, node: int, arm: Arm, possible: bool, avoidable: bool) -> None:
        pass

    def checked(self, node: int, check: Check, possible: bool) -> None:
        pass


def way_without(variables: Variables, node: int | None, bit: int) -> tuple[str, ...]:
    """Return the names of the nodes on a way to `node` on which `bit` is not written; empty at the start."""
    if node is None:
        return ()
    goal = _Goal(0, bit)
    ways = [
        known for known in _follow(variables, goal).arrivals.get(node, {}).values() if _shows(known, goal)
    ]
    return _names(variables, ways[0]) if ways else ()


def way_to_end(variables: Variables, node: int | None, valuation: Valuation) -> tuple[str, ...]:
    """Return the names of the nodes on a way on which a case is closed at `node` with these values."""
    for closed_at, state in _follow(variables, _Goal(0, 0)).closings:
        if closed_at == node and valuation in state:
            return _names(variables, state[valuation])
    return ()


def unanswered(
    variables: Variables, first: int, then: int
) -> list[tuple[int | None, Valuation, tuple[str, ...]]]:
    """Return where cases are closed, with which values and on which way, with bit `first` written and not `then`."""
    goal = _Goal(first, then)
    return [
        (node, valuation, _names(variables, known))
        for node, state in _follow(variables, goal).closings
        for valuation, known in state.items()
        if _shows(known, goal)
    ]


def way_to(variables: Variables, node: int) -> tuple[str, ...]:
    """Return the names of the nodes on some way to a node."""
    return way_without(variables, node, 0)


def _shows(known: Known, goal: _Goal) -> bool:
    return isinstance(known, _Traced) and goal.is_met(known.seen)


def _follow(variables: Variables, goal: _Goal) -> _Followed:
    followed = _Followed()
    analyse(variables.definition, variables, followed, _traced(NOTHING, goal, (), 0))
    return followed


def _names(variables: Variables, known: Known) -> tuple[str, ...]:
    assert isinstance(known, _Traced)
    nodes = variables.definition.nodes
    return tuple(
        nodes[number].name if number >= 0 else f"（跳过 {nodes[-1 - number].name}）" for number in known.way
    )
