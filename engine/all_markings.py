"""Is a region with AND gateways, events and limited 退回 sound? Decided marking by marking.

Jumps out of the region, or of a handler into it, take all of its tokens, and an event may never come: nothing that
`engine.kernel` could take away. Without them `engine.free_graphs` decides faster.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import TypeAlias

from engine.digraph import Digraph
from engine.nets import Fault, Net, Place
from engine.verdict import ProblemKind

Marking: TypeAlias = frozenset[Place]

MOST_MARKINGS = 20_000
"""Markings tried before the answer is "undecided"."""


def faults(net: Net) -> list[Fault]:
    """Return what keeps a region from being sound; the first of each kind by the length of its run."""
    exploration = _Exploration(net, frozenset((net.begin,)))
    return exploration.faults() or exploration.unused()


def faults_from(net: Net, start: Marking) -> list[Fault]:
    """Return what may go wrong in a region whose tokens stand there already."""
    return _Exploration(net, start).faults()


class _Pace(Enum):
    """Whether a move happens by itself, surely in the end, or only by an event or a limited 退回."""

    QUICK = auto()
    SURE = auto()
    UNSURE = auto()


class _Exploration:
    def __init__(self, net: Net, start: Marking) -> None:
        self.net = net
        self.came: dict[Marking, tuple[Marking, Place] | None] = {start: None}
        self.before: dict[Marking, list[Marking]] = {}  # by sure moves only
        self.hurry: Digraph[Marking] = Digraph()  # by moves that happen at once
        self.reached: set[Place] = set()
        self.clash: Fault | None = None
        self.complete = self._explore(start)

    def _explore(self, start: Marking) -> bool:
        todo = deque([start])
        while todo:
            marking = todo.popleft()
            for place, following, pace in self._moves(marking):
                self.reached.add(place)
                if following is None:
                    self.clash = self.clash or Fault(
                        ProblemKind.LEFT_OVER, place, (*self._run(marking), place)
                    )
                    continue
                if pace is not _Pace.UNSURE:
                    self.before.setdefault(following, []).append(marking)
                if pace is _Pace.QUICK:
                    self.hurry.add(marking, following)
                if following not in self.came:
                    if len(self.came) >= MOST_MARKINGS:
                        return False
                    self.came[following] = (marking, place)
                    todo.append(following)
        return True

    def _moves(self, marking: Marking) -> Iterator[tuple[Place, Marking | None, "_Pace"]]:
        """Yield each move: where a token came, the marking after it (None: two tokens meet), and its pace."""
        net = self.net
        if net.out in marking or marking == {net.end}:
            return
        for place in marking:
            for target in net.ways.get(place, ()):
                yield target, self._moved(marking - {place}, (target,)), self._pace(place, target)
        for gateway, arrows in net.gateways.items():
            if arrows <= marking:
                yield gateway, self._moved(marking - arrows, net.ways[gateway]), _Pace.QUICK
        for scope, target in net.taking:
            if not marking.isdisjoint(scope):
                yield target, frozenset((target,)), _Pace.UNSURE

    def _pace(self, place: Place, target: Place) -> "_Pace":
        if target in self.net.quick.get(place, ()):
            return _Pace.QUICK
        return _Pace.SURE if target in self.net.sure.get(place, ()) else _Pace.UNSURE

    def _moved(self, left: Marking, targets: Sequence[Place]) -> Marking | None:
        """Put tokens on places; out of the region goes everything, the end must be reached by the last one."""
        if self.net.out in targets:
            return frozenset((self.net.out,))
        if not left.isdisjoint(targets) or (
            self.net.end in (*left, *targets) and len(left) + len(targets) > 1
        ):
            return None
        return left.union(targets)

    def _run(self, marking: Marking) -> tuple[Place, ...]:
        places: list[Place] = []
        step = self.came[marking]
        while step is not None:
            places.append(step[1])
            step = self.came[step[0]]
        return tuple(reversed(places))

    def faults(self) -> list[Fault]:
        found = [] if self.clash is None else [self.clash]
        if not self.complete:
            return found or [Fault(ProblemKind.UNDECIDED, self.net.begin, ())]
        circling = self.hurry.circles()
        if circling:
            first = next(marking for marking in self.came if any(marking in each for each in circling))
            found.append(Fault(ProblemKind.ENDLESS_LOOP, next(iter(first)), self._run(first)))
        ending = self._ending()
        hopeless = [marking for marking in self.came if marking not in ending]
        dead = (marking for marking in hopeless if next(self._moves(marking), None) is None)
        stuck = next(dead, next(iter(hopeless), None))
        if stuck is not None and self.clash is None:
            waiting = sorted(stuck, key=lambda place: (isinstance(place, int), str(place)))
            found.append(Fault(ProblemKind.NO_WAY_OUT, waiting[0], self._run(stuck)))
        return found

    def unused(self) -> list[Fault]:
        """Return the places where no token ever comes."""
        reached = self.reached.union(*self.came)
        unused = (place for place in (*self.net.ways, *self.net.gateways) if place not in reached)
        return [Fault(ProblemKind.UNREACHABLE, place, ()) for place in unused]

    def _ending(self) -> set[Marking]:
        """Return the markings from which the region surely can end."""
        todo = [marking for marking in self.came if self.net.out in marking or marking == {self.net.end}]
        ending = set(todo)
        while todo:
            for earlier in self.before.get(todo.pop(), ()):
                if earlier not in ending:
                    ending.add(earlier)
                    todo.append(earlier)
        return ending
