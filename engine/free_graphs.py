"""Is a region with AND gateways sound? Reduced to its kernel first; what is left is tried marking by marking.

In a free-choice net transitions that take different tokens never hinder each other. So it is enough to let one of the
choices at hand be made in each marking: every run to the end can be put in that order, and when all of these
markings can come to the end, all markings can (a stubborn set of one cluster). Two tokens in one place, or a token at
the end before the others, are faults at once: a sound free-choice net is safe, and no transition swallows tokens. In
a sound net every transition that a way leads to happens on some run, so nothing is left to ask about use.

The run that shows a fault is looked for in the net itself, all orders tried, shortest first; when that takes too
many markings the run of the kernel is told, which is one of the net but perhaps not the shortest.

Sources: van der Aalst, The Application of Petri Nets to Workflow Management, 1998; Valmari, Stubborn Sets for Reduced
State Space Generation, 1991; Favre and Völzer, The Difficulty of Replacing an Inclusive OR-Join, 2012.
"""

from collections import deque
from collections.abc import Iterator

from engine import all_markings
from engine.digraph import Digraph
from engine.kernel import kernel
from engine.nets import BitNet, Fault, Net, Place, Transition, as_bits, bits_of
from engine.verdict import ProblemKind

MOST_MARKINGS = 5_000
"""Markings of a kernel that are tried before the answer is "undecided"."""
MOST_FOR_A_RUN = 1_000
"""Markings tried for the shortest run to a fault."""


def faults(net: Net) -> list[Fault]:
    """Return what keeps a region from being sound: nothing, or one fault with its run; also an endless loop."""
    if not net.is_plain:
        return all_markings.faults(net)
    bits = as_bits(net)
    found = _fault(bits, net.begin)
    if found is not None and found.kind is not ProblemKind.UNDECIDED:
        return [found]
    circling = _endless_loop(bits)
    return [each for each in (found, circling) if each is not None]


def _fault(net: BitNet, begin: Place) -> Fault | None:
    core = kernel(net)
    if core.start == core.end and not core.transitions:
        return None
    search = _Search(core, MOST_MARKINGS, one_at_a_time=True)
    if search.complete and search.fault is None:
        return None
    shortest = _Search(net, MOST_FOR_A_RUN, one_at_a_time=False)
    if shortest.fault is not None:
        return shortest.fault
    return search.fault or Fault(ProblemKind.UNDECIDED, begin, ())


def _endless_loop(net: BitNet) -> Fault | None:
    """Return a circle that tokens can go round without anybody's work.

    Where there is one in the net, all markings are tried in which whatever happens by itself happens first.
    """
    quick = (each for each in net.transitions if each.quick)
    hasty = Digraph(
        arrows=((a, b) for each in quick for a in bits_of(each.takes) for b in bits_of(each.gives))
    )
    if not hasty.circles():
        return None
    search = _Search(net, MOST_MARKINGS, one_at_a_time=True, quick_first=True)
    circling = frozenset[int]().union(*Digraph(arrows=search.hurry).circles())
    first = next((marking for marking in search.came if marking in circling), None)
    if first is None:
        return None
    return Fault(ProblemKind.ENDLESS_LOOP, net.places[first.bit_length() - 1], search.run(first))


class _Search:
    """Markings tried breadth first, until one is wrong, all are known, or there are too many.

    `fault` is the first wrong one: two tokens meet, one ends before the others, or nobody can go on; when there is none
    such, the first from which the end is out of reach.
    """

    def __init__(self, net: BitNet, most: int, *, one_at_a_time: bool, quick_first: bool = False) -> None:
        self.net, self.one_at_a_time, self.quick_first = net, one_at_a_time, quick_first
        self.clusters: list[tuple[int, list[Transition]]] = [(0, []) for _ in net.places]
        for transition in net.transitions:
            for number in bits_of(transition.takes):
                self.clusters[number][1].append(transition)
                self.clusters[number] = (transition.takes, self.clusters[number][1])
        self.came: dict[int, tuple[int, Transition] | None] = {net.start: None}
        self.before: dict[int, list[int]] = {}
        self.hurry: list[tuple[int, int]] = []  # markings that follow at once
        self.fault: Fault | None = None
        self.complete = self._explore(most)
        if self.complete and self.fault is None:
            self.fault = self._out_of_reach()

    def _explore(self, most: int) -> bool:
        end, todo = self.net.end, deque((self.net.start,))
        if self.net.start != end and next(self._next(self.net.start), None) is None:
            self.fault = self._stuck(self.net.start)
            return False
        while todo:
            marking = todo.popleft()
            for transition in self._next(marking):
                left = marking & ~transition.takes
                after = left | transition.gives
                if left & transition.gives or (after & end and after != end):
                    self.fault = self._met(marking, transition, left & transition.gives)
                    return False
                self.before.setdefault(after, []).append(marking)
                if transition.quick:
                    self.hurry.append((marking, after))
                if after in self.came:
                    continue
                if len(self.came) >= most:
                    return False
                self.came[after] = (marking, transition)
                if after != end and next(self._next(after), None) is None:
                    self.fault = self._stuck(after)
                    return False
                todo.append(after)
        return True

    def _next(self, marking: int) -> Iterator[Transition]:
        """Yield what may happen next: everything, or only one choice: that of the token furthest on."""
        later: list[Transition] = []
        rest = marking
        while rest:
            number = rest.bit_length() - 1
            takes, transitions = self.clusters[number]
            if not transitions or takes & marking != takes:
                rest ^= 1 << number
                continue
            rest &= ~takes
            if self.quick_first and not any(each.quick for each in transitions):
                later = later or transitions
                continue
            yield from transitions
            if self.one_at_a_time:
                return
        yield from later

    def _met(self, marking: int, transition: Transition, shared: int) -> Fault:
        number = (shared or self.net.end).bit_length() - 1
        run = (*self.run(marking), *transition.run)
        return Fault(ProblemKind.LEFT_OVER, self.net.places[number], run)

    def _stuck(self, marking: int) -> Fault:
        waiting = self.net.places[marking.bit_length() - 1]
        return Fault(ProblemKind.NO_WAY_OUT, waiting, self.run(marking))

    def _out_of_reach(self) -> Fault | None:
        ending, todo = {self.net.end}, [self.net.end]
        while todo:
            for earlier in self.before.get(todo.pop(), ()):
                if earlier not in ending:
                    ending.add(earlier)
                    todo.append(earlier)
        hopeless = next((marking for marking in self.came if marking not in ending), None)
        return None if hopeless is None else self._stuck(hopeless)

    def run(self, marking: int) -> tuple[Place, ...]:
        """Return the places that tokens leave on the way to a marking."""
        runs: list[tuple[Place, ...]] = []
        step = self.came[marking]
        while step is not None:
            runs.append(step[1].run)
            step = self.came[step[0]]
        return (*self.net.before, *(place for run in reversed(runs) for place in run))
