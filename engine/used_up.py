"""Which limited 退回 can be used up: the runs of one token, together with how often it has gone back.

A token of a region is followed through the regions around it; that of a 随时 together with the one beside which it runs,
for it begins again only where that one stands. What other branches and handlers do they may do whenever they can run;
what moves the token by a limited 退回 is counted, wherever it is written, for the times are those of the case.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from engine.definition import Abort, Back, BackPolicy, Block, Finish, Goto, Handler, Move
from engine.regions import Regions
from engine.ways import Way

Return: TypeAlias = tuple[int, int, int]
"""A limited 退回: from a node, to a node, how often."""
Times: TypeAlias = tuple[int, ...]
P = TypeVar("P")
Places: TypeAlias = tuple[Any, int]
"""Where the token stands beside which a 随时 runs (again a pair, of one within another), and where that of the 随时."""

_CLOSED: Final = -1
_MOST: Final = 20_000
"""Past so many states a 退回 is taken for one that can be used up."""


def used_up(regions: Regions) -> frozenset[Return]:
    """Return the limited 退回 that are asked for once more than they are allowed, on some run.

    What follows 超过 of a 退回 that moves another token counts as open where `regions` says so.
    """
    sources: dict[int, set[Return]] = {}
    for number, ways in enumerate(regions.ways):
        for way in ways.all_moves:
            match way.move:
                case Back(target, _, limit) if limit is not None:
                    region = regions.definition.nodes[number].region
                    sources.setdefault(region, set()).add((number, target, limit))
    return frozenset(each for region, asked in sources.items() for each in _of_region(regions, region, asked))


def _of_region(regions: Regions, region: int, asked: set[Return]) -> set[Return]:
    around = regions.around(region)
    if any(each in regions.repeated for each in around):
        return asked  # another instance of the branch comes to the same step
    if any(regions.gateways(each) for each in around):
        return asked  # there other tokens of the region may go back too
    return _used_up(_walk(regions, around, {}), asked)


def _walk(
    regions: Regions, around: Sequence[int], numbers: dict[tuple[int, int], int], apart: int | None = None
) -> "_Walk[Any]":
    """Return the runs in the first of some regions, each inside the next, without what happens in the region `apart`."""
    handled = next((at for at, each in enumerate(around, 1) if each in regions.handled), len(around))
    runs = _Runs(regions, tuple(reversed(around[:handled])), numbers, apart)
    handler = regions.handled.get(around[handled - 1])
    if handler is None:
        return runs
    return _Beside(_walk(regions, around[handled:], numbers, handler.region), runs, handler)


class _Walk(Protocol[P]):
    """Runs to be followed, from place to place."""

    @property
    def numbers(self) -> dict[tuple[int, int], int]:
        """Where the times of a 退回 (from, to) stand."""

    def begun(self) -> Iterable[P]:
        """Return where the runs begin."""

    def after(self, place: P, times: Times, found: set[Return]) -> Iterator[tuple[P, Times]]:
        """Yield what may follow; `found` takes the 退回 that it finds used up."""

    def returns(self, place: P) -> Iterator[tuple[Return, Iterable[P]]]:
        """Yield the limited 退回 of the node at a place that are open at once, with where they lead."""

    def gone(self, place: P, move: Move) -> Iterable[P]:
        """Return where a move may lead."""

    def standing(self, place: P) -> Iterable[int]:
        """Return the node at a place and the blocks around it."""


def _used_up(walk: _Walk[P], asked: set[Return]) -> set[Return]:
    """Return those of some 退回 that are asked for when they are used up."""
    begun = [*walk.begun()]
    found = _plainly(walk, asked, begun)
    todo: list[tuple[P, Times]] = [(place, (0,) * len(walk.numbers)) for place in begun]
    seen = set(todo)
    while todo and not asked <= found:
        if len(seen) > _MOST:
            return asked
        for state in walk.after(*todo.pop(), found):
            if state not in seen:
                seen.add(state)
                todo.append(state)
    return asked & found


def _plainly(walk: _Walk[P], asked: set[Return], begun: Iterable[P]) -> set[Return]:
    """Return those to which runs come first, and again from where they lead, without another limited 退回.

    These are most of them, and no times need be counted.
    """
    return {
        each
        for place in _freely(walk, begun)
        for each, gone in walk.returns(place)
        if each in asked
        if any(each == again for where in _freely(walk, gone) for again, _ in walk.returns(where))
    }


def _freely(walk: _Walk[P], places: Iterable[P]) -> set[P]:
    """Return the places to which no limited 退回 is needed."""
    found = set(places)
    todo, untaken = list(found), (0,) * len(walk.numbers)
    while todo:
        for place, times in walk.after(todo.pop(), untaken, set()):
            if times == untaken and place not in found:
                found.add(place)
                todo.append(place)
    return found


@dataclass(slots=True)
class _Beside:
    """The runs of a 随时 together with those of the token beside which it runs: the places of both.

    It begins where that token stands in its scope, and ends when that token leaves.
    """

    outer: _Walk[Any]
    inner: "_Runs"
    handler: Handler

    @property
    def numbers(self) -> dict[tuple[int, int], int]:
        return self.inner.numbers

    def begun(self) -> Iterator[Places]:
        for place in self.outer.begun():
            yield place, _CLOSED

    def after(self, place: Places, times: Times, found: set[Return]) -> Iterator[tuple[Places, Times]]:
        token, own = place
        for each, later in self.outer.after(token, times, found):
            yield (each, own if self._is_scope(each) else _CLOSED), later
        if own == _CLOSED:
            if self._is_scope(token):
                yield from (((token, each), times) for each in self.inner.begun())
            return
        for each, later, left in self.inner.steps(own, times, found):
            if left is None:
                yield (token, each), later
            else:
                yield from (((gone, _CLOSED), later) for gone in self.outer.gone(token, left))

    def returns(self, place: Places) -> Iterator[tuple[Return, Iterable[Places]]]:
        for each, move in self.inner.limited(place[1]):
            yield each, self.gone(place, move)

    def gone(self, place: Places, move: Move) -> Iterator[Places]:
        token, own = place
        if self.inner.is_out(move):
            yield from ((gone, _CLOSED) for gone in self.outer.gone(token, move))
        else:
            yield from ((token, gone) for gone in self.inner.gone(own, move))

    def standing(self, place: Places) -> Iterator[int]:
        return self.inner.standing(place[1])

    def _is_scope(self, token: Any) -> bool:
        scope = self.inner.regions.scope(self.handler)
        return any(each in scope for each in self.outer.standing(token))


@dataclass(slots=True)
class _Runs:
    """The runs of the token that stands in the last of some regions, each inside the one before.

    The first is the process, or a 随时, which may end at any time. `inside` are the next regions by their blocks, `beside`
    what others may do while the token is at a place, save those in the region `apart`.
    """

    regions: Regions
    around: tuple[int, ...]
    numbers: dict[tuple[int, int], int]
    apart: int | None
    inside: dict[int, int] = field(default_factory=dict)
    beside: dict[int, list[tuple[int, Way]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        owners = self.regions.owners
        self.inside = {owners[region]: region for region in self.around[1:]}
        for number, ways in enumerate(self.regions.ways):
            region = self.regions.definition.nodes[number].region
            around = self.regions.around(region)
            if self.apart in around:
                continue
            moves = [way for way in ways.all_moves if self._moves_it(way)]
            if region not in self.around:
                inmost = next((each for each in around if each in self.around), None)
                if inmost is None:
                    continue
                for place in self.regions.places(number, inmost):
                    self.beside.setdefault(place, []).extend((number, way) for way in moves)
            for way in moves:
                if way.bounded and isinstance(way.move, Back):
                    self.numbers.setdefault((number, way.move.node), len(self.numbers))

    def _moves_it(self, way: Way) -> bool:
        """Tell whether a way moves the token, or ends its case or 随时."""
        if not isinstance(way.move, Goto | Back):
            return True
        target = self.regions.definition.nodes[way.move.node].region
        return target in self.around or self.is_out(way.move)

    def is_out(self, move: Move) -> bool:
        """Tell whether a move leaves the first of the regions, or ends the case."""
        if not isinstance(move, Goto | Back):
            return isinstance(move, Finish | Abort)
        target = self.regions.definition.nodes[move.node].region
        return self.around[0] not in self.regions.around(target)

    def begun(self) -> Iterable[int]:
        return self._arrived(self.regions.definition.regions[self.around[0]].nodes[0])

    def limited(self, place: int) -> Iterator[tuple[Return, Back]]:
        """Yield the limited 退回 of the node at a place that are open at once."""
        for way in self.regions.ways[place].all_moves if place != _CLOSED else ():
            move = way.move
            if isinstance(move, Back) and move.limit is not None and not way.exceeding:
                yield (place, move.node, move.limit), move

    def returns(self, place: int) -> Iterator[tuple[Return, Iterable[int]]]:
        for each, move in self.limited(place):
            yield each, self.gone(place, move)

    def after(self, place: int, times: Times, found: set[Return]) -> Iterator[tuple[int, Times]]:
        for each, later, _ in self.steps(place, times, found):
            yield each, later

    def steps(self, place: int, times: Times, found: set[Return]) -> Iterator[tuple[int, Times, Move | None]]:
        """Yield what may follow, with the move if it left the first of the regions."""
        handled = self.around[0] in self.regions.handled
        if place == _CLOSED:
            for target in () if handled else self.regions.reopened_at:
                yield from ((each, times, None) for each in self._arrived(target))
            return
        if handled:
            yield _CLOSED, times, None
        for each in self._gone_on(place):
            yield each, times, None
        for number, way in self._moves(place):
            if not self._is_open(number, way, times):
                continue
            move, later = way.move, times
            if isinstance(move, Back) and move.limit is not None:
                position = self.numbers[number, move.node]
                if times[position] >= move.limit:
                    found.add((number, move.node, move.limit))
                    continue
                later = (*times[:position], times[position] + 1, *times[position + 1 :])
            if isinstance(move, Goto | Back | Finish | Abort):
                left = move if self.is_out(move) else None
                yield from ((each, later, left) for each in self.gone(place, move))
            elif number == place:
                yield self._ended(place), times, None

    def _is_open(self, number: int, way: Way, times: Times) -> bool:
        """Tell whether every 退回 before 超过 is used up."""
        return all(
            times[self.numbers[number, target]] >= limit
            if (number, target) in self.numbers
            else (number, target, limit) in self.regions.used_up
            for target, limit in way.exceeding
        )

    def _moves(self, place: int) -> Iterator[tuple[int, Way]]:
        """Yield the moves of the node at a place, and of all that may run beside it or the blocks around it."""
        yield from ((place, way) for way in self.regions.ways[place].all_moves if self._moves_it(way))
        for each in self.standing(place):
            yield from self.beside.get(each, ())

    def standing(self, place: int) -> Iterator[int]:
        """Yield a place and the blocks around it, inmost first; nothing when the token is nowhere."""
        if place == _CLOSED:
            return
        yield place
        while (owner := self.regions.owners.get(self.regions.definition.nodes[place].region)) is not None:
            yield owner
            place = owner

    def _gone_on(self, place: int) -> Iterator[int]:
        """Yield the places that follow in the order of the text, and the blocks around that need not wait."""
        ways = self.regions.ways[place]
        if ways.falls or ways.passes:
            nodes = self.regions.definition.regions[self.regions.definition.nodes[place].region].nodes
            after = nodes.index(place) + 1
            if after < len(nodes):
                yield from self._arrived(nodes[after])
            else:
                yield self._ended(place)
        for owner in self.standing(place):
            if owner != place and self._need_not_wait(owner):
                yield owner

    def _ended(self, place: int) -> int:
        """Return where the token of a node's region stands at its end: at the block around it."""
        return self.regions.owners.get(self.regions.definition.nodes[place].region, _CLOSED)

    def gone(self, _place: int, move: Move) -> Iterator[int]:
        """Yield where the token may stand after a move; 退回 to one branch leaves the others closed."""
        if self.is_out(move) or not isinstance(move, Goto | Back):
            yield _CLOSED
            return
        if self.regions.definition.nodes[move.node].region not in self.around:
            return  # into a block, which is refused by itself
        yield from self._arrived(move.node)
        if isinstance(move, Back) and move.branch is not None:
            yield move.node

    def _arrived(self, place: int) -> Iterable[int]:
        """Return where the token may stand when it comes to a node: there, or in the branch of it that is followed."""
        if place not in self.inside:
            return (place,)
        block = self.regions.definition.nodes[place]
        nodes = self.regions.definition.regions[self.inside[place]].nodes
        again = isinstance(block, Block) and block.on_back is BackPolicy.SUSPEND
        begun = [each for node in (nodes if again else nodes[:1]) for each in self._arrived(node)]
        return (*begun, place) if self._need_not_wait(place) else begun

    def _need_not_wait(self, number: int) -> bool:
        """Tell whether a block may be left while, or without that, the branch that is followed runs."""
        block = self.regions.definition.nodes[number]
        assert isinstance(block, Block)
        branch = next(each for each in block.branches if each.region == self.inside[number])
        return branch.guard is not None or block.first is not None or block.share is not None
