"""A region of a definition as graphs: what leads where, and what each arrow needs; for AND gateways as a net."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.digraph import Digraph
from engine.nets import Net, Place

START, END, OUT = -1, -2, -3
"""Beginning and end of a region, and everything outside it that a token may leave for."""


@dataclass(frozen=True, slots=True)
class By:
    """What an edge of a region needs.

    Args:
        event: a 随时 that may never come.
        bounded: a limited 退回 that may be used up.
        quick: nothing: the token may pass without resting.
    """

    event: bool = False
    bounded: bool = False
    quick: bool = False

    def through(self, join: "By") -> "By":
        """Return what the edge needs when it stands behind a join that needs something itself."""
        return By(
            self.event or join.event,
            self.bounded or join.bounded,
            self.quick and join.quick,
        )


class RegionGraph:
    """A region as graphs: all edges, those without events, the sure ways out, those without a rest.

    A node is two places: the token arrives (`arrival`) and may pass over it, or rests at the node's own number.
    """

    def __init__(self, nodes: Iterable[int], offset: int) -> None:
        self.offset = offset
        self.taking: list[tuple[tuple[int, ...], int]] = []  # what handlers do to all tokens of the region
        nodes = tuple(nodes)
        places = (START, END, OUT, *nodes, *(self.arrival(node) for node in nodes))
        self.every, self.plain, self.sure, self.quick = (Digraph(places) for _ in range(4))

    def arrival(self, node: int) -> int:
        """Return the place where a token arrives at a node; an end is a place itself."""
        return node if node < 0 else node + self.offset

    def add(self, source: int, node: int, by: By) -> None:
        """Draw an edge to where a token arrives at a node."""
        self.draw(source, self.arrival(node), by)

    def node_at(self, place: Place) -> int:
        """Return the node of a place; of an arrow the gateway that it leads to."""
        number = place if isinstance(place, int) else place[1]
        return number - self.offset if number >= self.offset else number

    def draw(self, source: int, target: int, by: By) -> None:
        """Draw an edge between two places."""
        self.every.add(source, target)
        if not by.event:
            self.plain.add(source, target)
        if not by.event and not by.bounded:
            self.sure.add(source, target)
            if by.quick:
                self.quick.add(source, target)


def net_of(graph: RegionGraph, gateways: Mapping[int, frozenset[int]]) -> Net:
    """Return a region as a net: an edge of the graph moves one token, what handlers do and gateways need stands apart.

    Where a token that arrives can only rest, arriving and resting are one place.
    """
    resting = {
        arrival: node
        for node in graph.every
        if (arrival := graph.arrival(node)) in graph.every
        and node >= 0
        and [*graph.every.after(arrival)] == [node]
    }

    def place(source: int, target: int) -> Place:
        gateway = graph.node_at(target)
        if gateway not in gateways or target != graph.arrival(gateway):
            return resting.get(target, target)
        return gateway if source == START else graph.node_at(source), gateway

    handled = {(source, target) for places, target in graph.taking for source in places}
    ways: dict[Place, list[Place]] = {}
    sure: dict[Place, set[Place]] = {}
    quick: dict[Place, set[Place]] = {}
    for source, target in graph.every.arrows():
        if graph.node_at(source) in gateways:
            if source < graph.offset:
                ways.setdefault(source, []).append(place(source, target))
        elif source not in resting and (
            (source, target) not in handled or target in graph.plain.after(source)
        ):
            ways.setdefault(source, []).append(place(source, target))
            if target in graph.sure.after(source):
                sure.setdefault(source, set()).add(place(source, target))
            if target in graph.quick.after(source):
                quick.setdefault(source, set()).add(place(source, target))
    arrows = {
        number: frozenset((source, number) for source in sources) for number, sources in gateways.items()
    }
    taking = [(places, resting.get(target, target)) for places, target in graph.taking]
    return Net(START, END, OUT, ways, sure, quick, taking, arrows)


@dataclass(frozen=True, slots=True)
class Ending:
    """Whether a region can come to its end: at all, without an event, also without a used-up 退回, at once."""

    every: bool
    plain: bool
    sure: bool
    quick: bool


def ending_of(graph: RegionGraph) -> Ending:
    return Ending(
        END in graph.every.reached(START),
        END in graph.plain.reached(START),
        END in graph.sure.reached(START),
        END in graph.quick.reached(START),
    )
