"""A region with AND gateways as a net of places and transitions.

Its places are where a token arrives or rests, and the arrows into an AND. A token that may leave its place chooses
its way alone, so the net is free-choice: when it is sound no place ever holds two tokens, and a marking is a set.

Source: van der Aalst, The Application of Petri Nets to Workflow Management, 1998 (soundness, free-choice nets).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from engine.record import record
from engine.verdict import ProblemKind

Place: TypeAlias = int | tuple[int, int]
"""Where a token arrives or rests, an end of the region, or the arrow (source, AND gateway)."""


@record
class Net:
    """A region as a net.

    Args:
        begin, end, out: the places before the first node, behind the last one, and outside the region.
        ways: place -> places to which its token may go on; for an AND gateway all of them.
        sure: the same without events and limited 退回.
        quick: the sure ones that a token takes without resting.
        taking: places that a handler may jump to from a marking with one of some places: it takes all tokens.
        gateways: AND gateway -> the arrows into it.
    """

    begin: int
    end: int
    out: int
    ways: Mapping[Place, Sequence[Place]]
    sure: Mapping[Place, Collection[Place]]
    quick: Mapping[Place, Collection[Place]]
    taking: Sequence[tuple[Collection[Place], Place]]
    gateways: Mapping[int, frozenset[Place]]

    @property
    def is_plain(self) -> bool:
        """Tell whether tokens move by themselves only, one place at a time, and stay in the region."""
        return not self.taking and all(
            target != self.out and target in self.sure.get(place, ())
            for place, targets in self.ways.items()
            if place not in self.gateways
            for target in targets
        )


@record
class Fault:
    """What is wrong, at which place, and the places that tokens passed on a run there."""

    kind: ProblemKind
    place: Place
    run: tuple[Place, ...]


@record
class Transition:
    """Takes a token from some places and gives one to others; both are sets of places, as bits.

    Args:
        run: the places that tokens leave, in order; an AND gateway instead of its arrows.
        quick: it happens by itself, nobody works.
    """

    takes: int
    gives: int
    run: tuple[Place, ...]
    quick: bool


@record
class BitNet:
    """A plain net as bits: markings are whole numbers. The later a place lies behind the start, the higher its bit.

    Args:
        places: bit -> place.
        start, end: the markings it begins with and should end with.
        before: places that tokens have left before the start.
    """

    places: tuple[Place, ...]
    start: int
    end: int
    transitions: tuple[Transition, ...]
    before: tuple[Place, ...] = ()


def as_bits(net: Net) -> BitNet:
    """Write a plain net as bits."""
    ways = {place: tuple(found) for place, found in net.ways.items() if place not in net.gateways}
    after: dict[Place, Sequence[Place]] = dict(ways)
    for gateway, arrows in net.gateways.items():
        after.update(dict.fromkeys(arrows, net.ways[gateway]))
    order = _from_the_start(net.begin, after)
    bits = {place: 1 << number for number, place in enumerate((*order, net.end))}
    moves = [
        Transition(bits[place], bits[target], (place,), target in net.quick.get(place, ()))
        for place in order
        for target in ways.get(place, ())
    ]
    gates = [
        Transition(
            sum(bits[arrow] for arrow in arrows), sum(bits[to] for to in net.ways[gateway]), (gateway,), True
        )
        for gateway, arrows in net.gateways.items()
    ]
    return BitNet((*order, net.end), bits[net.begin], bits[net.end], (*moves, *gates))


def _from_the_start(begin: Place, after: Mapping[Place, Sequence[Place]]) -> list[Place]:
    """Order the places so that, but for ways back, each comes before what follows it; unused ones at the end."""
    finished: list[Place] = []
    seen = {begin}
    path: list[tuple[Place, Iterator[Place]]] = [(begin, iter(after.get(begin, ())))]
    while path:
        place, rest = path[-1]
        following = next((each for each in rest if each not in seen), None)
        if following is not None:
            seen.add(following)
            path.append((following, iter(after.get(following, ()))))
        else:
            path.pop()
            finished.append(place)
    return [*(place for place in reversed(finished) if place in after), *(after.keys() - seen)]


def bits_of(marking: int) -> Iterator[int]:
    """Yield the numbers of the bits of a marking, highest first."""
    while marking:
        number = marking.bit_length() - 1
        yield number
        marking ^= 1 << number
