"""Soundness by brute force: every marking of a small definition, one by one. Shares nothing with the engine.

A region's marking is (node, branches, handlers): the branches of the block the token stands in ("off", "ended" or
a marking), and the side tokens of the region's handlers (None or a marking). A marking of the case adds the
limited returns already used.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from engine.definition import Abort, Actions, Arm, Back, Block, Definition, Finish, Gateway, Goto, Move, Step
from engine.expressions import Compare, Literal, OutcomeRef

Marking: TypeAlias = tuple[int, tuple[Any, ...], tuple[Any, ...]]
Used: TypeAlias = frozenset[tuple[int, int, int]]
"""The limited 退回 taken: from, to, and how often before."""
Outcome: TypeAlias = tuple[Any, ...]
"""("at", marking), ("end",) of the region, ("exit", node) out of it, ("case",) at its end, ("circle",) for ever."""

END: Outcome = ("end",)
CASE: Outcome = ("case",)
CIRCLE: Outcome = ("circle",)
Moved: TypeAlias = tuple[Outcome, Used]


class Explorer:
    """All runs of one definition."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.following: dict[int, int | None] = {}
        for region in definition.regions:
            self.following.update(zip(region.nodes, (*region.nodes[1:], None), strict=True))
        self.seen: set[int] = set()
        self.passing: set[tuple[int, Used]] = set()

    def is_sound(self, at_most: int) -> bool | None:
        """Tell whether every marking can reach the end without an event, and every node is reached.

        Returns: None when there are more than `at_most` markings.
        """
        todo = [*self._begin(0, frozenset())]
        followers: dict[Moved, list[Moved]] = {}
        while todo:
            state = todo.pop()
            if state in followers:
                continue
            if len(followers) >= at_most:
                return None
            outcome, used = state
            if outcome[0] != "at":
                followers[state] = []
                continue
            quiet = list(self._moves(0, outcome[1], used, events=False))
            followers[state] = quiet
            loud = list(self._moves(0, outcome[1], used, events=True))
            todo += [*quiet, *loud]
        ends = {state for state in followers if state[0] in (END, CASE)}
        return self._all_reach(ends, followers) and self.seen == set(range(len(self.definition.nodes)))

    def _all_reach(self, ends: set[Moved], followers: dict[Moved, list[Moved]]) -> bool:
        before: dict[Moved, list[Moved]] = {}
        for state, afters in followers.items():
            for after in afters:
                before.setdefault(after, []).append(state)
        good, todo = set(ends), list(ends)
        while todo:
            for state in before.get(todo.pop(), ()):
                if state not in good:
                    good.add(state)
                    todo.append(state)
        return len(good) == len(followers)

    # ---- arriving

    def _begin(self, region: int, used: Used) -> list[Moved]:
        sides = tuple(None for handler in self.definition.handlers if handler.scope_region == region)
        return self._enter(self.definition.regions[region].nodes[0], sides, used)

    def _enter(self, number: int, sides: tuple[Any, ...], used: Used) -> list[Moved]:
        """Arrive at a node; arriving there again before having rested is a circle."""
        if (number, used) in self.passing:
            return [(CIRCLE, used)]
        self.passing.add((number, used))
        try:
            return self._arrive(number, sides, used)
        finally:
            self.passing.discard((number, used))

    def _arrive(self, number: int, sides: tuple[Any, ...], used: Used) -> list[Moved]:
        """Stand at a node or pass over it; side tokens whose scope is left vanish."""
        node = self.definition.nodes[number]
        self.seen.add(number)
        sides = self._kept(node.region, number, sides)
        assert not isinstance(node, Gateway), "regions with gateways have an explorer of their own"
        if not isinstance(node, Block):
            over = self._go_on(number, sides, used) if node.skip_unless is not None else []
            if isinstance(node, Step) and node.power is not None:
                over += self._carry_out(number, node.power.otherwise.move, sides, used)
            return [(("at", (number, (), sides)), used), *over]
        return self._fork(number, node, sides, used)

    def _fork(self, number: int, block: Block, sides: tuple[Any, ...], used: Used) -> list[Moved]:
        """Open the branches one by one; a branch that jumps out at once ends the block."""
        partial: list[tuple[tuple[Any, ...], Used]] = [((), used)]
        gone: list[Moved] = []
        for branch in block.branches:
            opened: list[tuple[tuple[Any, ...], Used]] = []
            for marks, spent in partial:
                if branch.guard is not None:
                    opened.append(((*marks, "off"), spent))
                for outcome, later in self._begin(branch.region, spent):
                    if outcome == END or outcome[0] == "at":
                        mark = "ended" if outcome == END else outcome[1]
                        opened.append(((*marks, mark), later))
                    else:
                        gone += self._out(block.region, sides, outcome, later)
            partial = opened
        standing = [
            moved for marks, spent in partial for moved in self._settle((number, marks, sides), spent)
        ]
        return standing + gone

    def _settle(self, marking: Marking, used: Used) -> list[Moved]:
        """Let the join fire when enough branches have ended."""
        number, branches, sides = marking
        block = self.definition.nodes[number]
        assert isinstance(block, Block)
        opened = [branch for branch in branches if branch != "off"]
        needed = len(opened) if block.first is None else min(block.first, len(opened))
        if block.share is not None:
            part, whole = block.share
            needed = -(-part * len(opened) // whole)
        if sum(branch == "ended" for branch in opened) < needed:
            return [(("at", marking), used)]
        return self._leave(number, sides, used)

    def _kept(self, region: int, number: int, sides: tuple[Any, ...]) -> tuple[Any, ...]:
        handlers = [handler for handler in self.definition.handlers if handler.scope_region == region]
        return tuple(
            side if not handler.scope or number in handler.scope else None
            for handler, side in zip(handlers, sides, strict=True)
        )

    # ---- leaving

    def _go_on(self, number: int, sides: tuple[Any, ...], used: Used) -> list[Moved]:
        following = self.following[number]
        return [(END, used)] if following is None else self._enter(following, sides, used)

    def _leave(self, number: int, sides: tuple[Any, ...], used: Used) -> list[Moved]:
        """Everything that may follow the completion of a node."""
        node = self.definition.nodes[number]
        outcomes: Iterable[str | None] = (node.outcomes if isinstance(node, Step) else ()) or (None,)
        moves: set[Move | None] = set()
        for outcome in outcomes:
            moves |= _decided(node.routes, node.after, outcome)
        return [moved for move in moves for moved in self._carry_out(number, move, sides, used)]

    def _carry_out(
        self, number: int, move: Move | None, sides: tuple[Any, ...], used: Used
    ) -> Iterator[Moved]:
        match move:
            case None:
                yield from self._go_on(number, sides, used)
            case Goto(target):
                yield from self._go_to(number, target, sides, used)
            case Back(target, _, limit, exceeded):
                times = sum((number, target) == (each[0], each[1]) for each in used)
                if limit is None:
                    yield from self._go_to(number, target, sides, used)
                elif times < limit:
                    yield from self._go_to(number, target, sides, used | {(number, target, times)})
                elif exceeded is not None and exceeded.move is not None:
                    yield from self._carry_out(number, exceeded.move, sides, used)
            case Finish() | Abort():
                yield CASE, used
            case _:
                yield END, used

    def _go_to(self, number: int, target: int, sides: tuple[Any, ...], used: Used) -> list[Moved]:
        nodes = self.definition.nodes
        if nodes[target].region == nodes[number].region:
            return self._enter(target, sides, used)
        return [(("exit", target), used)]

    def _out(self, region: int, sides: tuple[Any, ...], outcome: Outcome, used: Used) -> list[Moved]:
        """What a jump out of a branch or handler does in the region around it."""
        if outcome[0] == "exit" and self.definition.nodes[outcome[1]].region == region:
            return self._enter(outcome[1], sides, used)
        return [(outcome, used)]

    # ---- moving

    def _moves(self, region: int, marking: Marking, used: Used, events: bool) -> Iterator[Moved]:
        """Every step that may happen next in a region; with `events` only those that begin a handler."""
        number, branches, sides = marking
        node = self.definition.nodes[number]
        if not isinstance(node, Block):
            if not events:
                yield from self._leave(number, sides, used)
                yield from self._aside(number, sides, used)
        else:
            for position, branch in enumerate(branches):
                if branch in ("off", "ended"):
                    continue
                inner = node.branches[position].region
                for outcome, later in self._moves(inner, branch, used, events):
                    if outcome == END or outcome[0] == "at":
                        mark = "ended" if outcome == END else outcome[1]
                        changed = (*branches[:position], mark, *branches[position + 1 :])
                        yield from self._settle((number, changed, sides), later)
                    else:
                        yield from self._out(region, sides, outcome, later)
        yield from self._side_moves(region, marking, used, events)

    def _aside(self, number: int, sides: tuple[Any, ...], used: Used) -> Iterator[Moved]:
        """What the rungs of the overdue ladder may do."""
        node = self.definition.nodes[number]
        assert isinstance(node, Step)
        for rung in node.overdue:
            if rung.actions.move is not None:
                yield from self._carry_out(number, rung.actions.move, sides, used)

    def _side_moves(self, region: int, marking: Marking, used: Used, events: bool) -> Iterator[Moved]:
        number, branches, sides = marking
        handlers = [handler for handler in self.definition.handlers if handler.scope_region == region]
        for index, (handler, side) in enumerate(zip(handlers, sides, strict=True)):
            within = not handler.scope or number in handler.scope
            if side is None and events and within:
                results: Iterable[Moved] = self._begin(handler.region, used)
            elif side is not None:
                results = self._moves(handler.region, side, used, events)
            else:
                continue
            for outcome, later in results:
                mark = outcome[1] if outcome[0] == "at" else None
                changed = (*sides[:index], mark, *sides[index + 1 :])
                if outcome == END or outcome[0] == "at":
                    yield ("at", (number, branches, changed)), later
                else:
                    yield from self._out(region, changed, outcome, later)


def _decided(
    routes: tuple[tuple[Arm, ...], ...], after: Actions | None, outcome: str | None
) -> set[Move | None]:
    """The moves that may come first, whatever the data are; None when none does."""
    moves: set[Move | None] = set()
    passing = True
    for chain in routes:
        found, passing = _chain(chain, outcome)
        moves |= found
        if not passing:
            break
    if passing:
        moves.add(None if after is None else after.move)
    return moves


def _chain(chain: tuple[Arm, ...], outcome: str | None) -> tuple[set[Move | None], bool]:
    """Moves of the arms that may hold, and whether none of them may move."""
    moves: set[Move | None] = set()
    passing = False
    for arm in chain:
        match arm.condition:
            case Compare(_, OutcomeRef(), Literal(value)) if value != outcome:
                continue
        passing = passing or arm.actions.move is None
        moves |= set() if arm.actions.move is None else {arm.actions.move}
        if arm.condition is None or isinstance(arm.condition, Compare):
            return moves, passing
    return moves, True
