"""Which limited 退回 can be used up: the runs of one token, together with how often it has gone back.

A token of a region is followed through the regions around it. What other branches and handlers do they may do whenever
they can run; what moves the token by a limited 退回 is counted, wherever it is written, for the times are those of the case.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from engine.definition import Abort, Back, BackPolicy, Block, Finish, Goto
from engine.regions import Regions
from engine.ways import Way

Return: TypeAlias = tuple[int, int, int]
"""A limited 退回: from a node, to a node, how often."""
Times: TypeAlias = tuple[int, ...]
State: TypeAlias = tuple[int, Times]
"""A place of the token, and how often each 退回 was taken."""

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
    handled = next((at for at, each in enumerate(around, 1) if each in regions.handled), None)
    around = around[:handled]
    if any(regions.gateways(each) for each in around):
        return asked  # there other tokens of the region may go back too
    return _Runs(regions, tuple(reversed(around))).used_up(asked)


@dataclass(slots=True)
class _Runs:
    """The runs of the token that stands in the last of some regions, each inside the one before.

    The first is the process, or a 随时, which may end at any time and begin again. `inside` are the next regions by their
    blocks, `beside` what others may do while the token is at a place, `numbers` where the times of a 退回 that moves it stand.
    """

    regions: Regions
    around: tuple[int, ...]
    inside: dict[int, int] = field(default_factory=dict)
    beside: dict[int, list[tuple[int, Way]]] = field(default_factory=dict)
    numbers: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        owners = self.regions.owners
        self.inside = {owners[region]: region for region in self.around[1:]}
        for number, ways in enumerate(self.regions.ways):
            region = self.regions.definition.nodes[number].region
            moves = [way for way in ways.all_moves if self._moves_it(way)]
            if region not in self.around:
                inmost = next((each for each in self.regions.around(region) if each in self.around), None)
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
        return target in self.around or self._is_out(way.move)

    def _is_out(self, move: Goto | Back) -> bool:
        """Tell whether a move leaves the first of the regions."""
        target = self.regions.definition.nodes[move.node].region
        return self.around[0] not in self.regions.around(target)

    def used_up(self, asked: set[Return]) -> set[Return]:
        """Return those of some 退回 that are asked for when they are used up."""
        begun = [*self._arrived(self._first())]
        found = self._plainly(asked, begun)
        todo: list[State] = [(place, (0,) * len(self.numbers)) for place in begun]
        seen = set(todo)
        while todo and not asked <= found:
            if len(seen) > _MOST:
                return asked
            for state in self._after(*todo.pop(), found):
                if state not in seen:
                    seen.add(state)
                    todo.append(state)
        return asked & found

    def _first(self) -> int:
        return self.regions.definition.regions[self.around[0]].nodes[0]

    def _plainly(self, asked: set[Return], begun: Iterable[int]) -> set[Return]:
        """Return those to which runs come first, and again from where they lead, without another limited 退回.

        These are most of them, and no times need be counted.
        """
        at_first = self._freely(begun)
        return {
            (number, way.move.node, way.move.limit)
            for number in at_first & {source for source, _, _ in asked}
            for way in self.regions.ways[number].all_moves
            if isinstance(way.move, Back) and way.move.limit is not None and not way.exceeding
            if self._moves_it(way) and number in self._freely(self._gone(way.move))
        }

    def _freely(self, places: Iterable[int]) -> set[int]:
        """Return the places to which no limited 退回 is needed."""
        found = set(places)
        todo, untaken = list(found), (0,) * len(self.numbers)
        while todo:
            for place, times in self._after(todo.pop(), untaken, set()):
                if times == untaken and place not in found:
                    found.add(place)
                    todo.append(place)
        return found

    def _after(self, place: int, times: Times, found: set[Return]) -> Iterator[State]:
        """Yield what may follow a state; `found` takes the 退回 that it finds used up."""
        handled = self.around[0] in self.regions.handled
        if place == _CLOSED:
            for target in [self._first()] if handled else self.regions.reopened_at:
                yield from ((each, times) for each in self._arrived(target))
            return
        if handled:
            yield _CLOSED, times
        for each in self._gone_on(place):
            yield each, times
        for number, way in self._moves(place):
            if not self._is_open(number, way, times):
                continue
            match way.move:
                case Back(target, _, limit) if limit is not None:
                    position = self.numbers[number, target]
                    if times[position] >= limit:
                        found.add((number, target, limit))
                        continue
                    later = (*times[:position], times[position] + 1, *times[position + 1 :])
                    yield from ((each, later) for each in self._gone(way.move))
                case Goto() | Back():
                    yield from ((each, times) for each in self._gone(way.move))
                case Finish() | Abort():
                    yield _CLOSED, times
                case _ if number == place:
                    yield self._ended(place), times

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
        for each in self._standing(place):
            yield from self.beside.get(each, ())

    def _standing(self, place: int) -> Iterator[int]:
        """Yield a place and the blocks around it, inmost first."""
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
        for owner in self._standing(place):
            if owner != place and self._need_not_wait(owner):
                yield owner

    def _ended(self, place: int) -> int:
        """Return where the token of a node's region stands at its end: at the block around it."""
        return self.regions.owners.get(self.regions.definition.nodes[place].region, _CLOSED)

    def _gone(self, move: Goto | Back) -> Iterator[int]:
        """Yield where the token may stand after a move; 退回 to one branch leaves the others closed."""
        if self._is_out(move):
            yield _CLOSED
            return
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
