"""The way on which something is missing: the analysis of the data run again, with the nodes passed on the way."""

from dataclasses import dataclass, field
from typing import Final

from dsl.dataflow import NOTHING, analyse
from dsl.variables import Key, Known, State, Valuation, Variables, meet
from engine.definition import Anchor, Arm, Check, Move, Precedence
from engine.expressions import Expression

MOST: Final = 4
"""Different things that ways of one process are followed for; each costs as much as the analysis itself."""
NOT_FOLLOWED: Final = ("（要查的路径太多，这一处没有查）",)
"""Shown instead of a way past that."""
_LONGEST: Final = 40
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
        known = Known.or_else(self, other)
        return kept if known == kept else _traced(known, kept.goal, kept.way, kept.seen)

    def and_then(self, other: Known) -> Known:
        """What is known when something else was done beside."""
        seen = self.seen | (other.seen if isinstance(other, _Traced) else other.must)
        return _traced(Known.and_then(self, other), self.goal, self.way, seen)

    def with_bits(self, bits: int) -> Known:
        """What is known when something is written."""
        if not bits & ~(self.must & self.seen):
            return self
        return _traced(Known.with_bits(self, bits), self.goal, self.way, self.seen | bits)


def _traced(known: Known, goal: _Goal, way: tuple[int, ...], seen: int) -> _Traced:
    made: _Traced = tuple.__new__(_Traced, known)
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


class Ways:
    """The ways of one process: what a way should show is followed once, however many findings ask for it."""

    def __init__(self, variables: Variables) -> None:
        self._variables = variables
        self._followed: dict[_Goal, _Followed] = {}

    def without(self, node: int | None, bit: int) -> tuple[str, ...]:
        """Return the names of the nodes on a way to `node` on which `bit` is not written; empty at the start."""
        if node is None:
            return ()
        goal = _Goal(0, bit)
        if goal not in self._followed and len(self._followed) >= MOST:
            return NOT_FOLLOWED
        return self._way_at(self._follow(goal), goal, node)

    def to(self, node: int) -> tuple[str, ...]:
        """Return the names of the nodes on some way to a node."""
        return self._way_at(self._some(), _Goal(0, 0), node)

    def to_end(self, node: int | None, valuation: Valuation) -> tuple[str, ...]:
        """Return the names of the nodes on a way on which a case is closed at `node` with these values."""
        for closed_at, state in self._some().closings:
            if closed_at == node and valuation in state:
                return _names(self._variables, state[valuation])
        return ()

    def unanswered(self, first: int, then: int) -> list[tuple[int | None, Valuation, tuple[str, ...]]]:
        """Return where cases are closed, with which values and on which way, with bit `first` written and not `then`."""
        goal = _Goal(first, then)
        return [
            (node, valuation, _names(self._variables, known))
            for node, state in self._follow(goal).closings
            for valuation, known in state.items()
            if _shows(known, goal)
        ]

    def _way_at(self, followed: _Followed, goal: _Goal, node: int) -> tuple[str, ...]:
        known = next((each for each in followed.arrivals.get(node, {}).values() if _shows(each, goal)), None)
        return () if known is None else _names(self._variables, known)

    def _some(self) -> _Followed:
        """Return what was followed for whatever reason: it has a way to everything."""
        return next(iter(self._followed.values()), None) or self._follow(_Goal(0, 0))

    def _follow(self, goal: _Goal) -> _Followed:
        if goal not in self._followed:
            followed = self._followed[goal] = _Followed()
            analyse(self._variables.definition, self._variables, followed, _traced(NOTHING, goal, (), 0))
        return self._followed[goal]


def _shows(known: Known, goal: _Goal) -> bool:
    return isinstance(known, _Traced) and goal.is_met(known.seen)


def _names(variables: Variables, known: Known) -> tuple[str, ...]:
    assert isinstance(known, _Traced)
    nodes = variables.definition.nodes
    return tuple(
        nodes[number].name if number >= 0 else f"（跳过 {nodes[-1 - number].name}）" for number in known.way
    )
