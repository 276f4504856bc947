"""What is left of a free-choice net when everything that is surely in order has been taken away.

The rules keep soundness either way, and each transition remembers what it stands for, so that a run of the kernel is
one of the net: a place with one way on is passed over; a place with one way in passes its choice to it; of two
transitions, or two places, that are the same one goes; so does a way that leads back to where it came from. Nested
choices, blocks and loops vanish, however deep: what is left are the joins that do not fit their splits.

Sources: Murata, Petri Nets: Properties, Analysis and Applications, 1989, §V (fusion of series and parallel places and
transitions, self-loops); Sadiq and Orlowska, Analyzing Process Models Using Graph Reduction Techniques, 2000; Desel and
Esparza, Free Choice Petri Nets, 1995, ch. 7.
"""

from collections import defaultdict

from engine.nets import BitNet, Place, Transition, bits_of


def kernel(net: BitNet) -> BitNet:
    """Reduce a net as far as the rules go."""
    return _Reduction(net).result()


class _Reduction:
    """A net that shrinks; transitions by number, and who gives to and takes from each place."""

    def __init__(self, net: BitNet) -> None:
        self.net = net
        self.start, self.before = net.start, net.before
        self.alive: dict[int, Transition] = {}
        self.givers: dict[int, set[int]] = defaultdict(set)  # bit -> transitions
        self.takers: dict[int, set[int]] = defaultdict(set)
        self.same: dict[tuple[int, int], int] = {}  # (takes, gives) -> the transition kept of these
        self.todo: set[int] = set()
        self.made = 0
        for transition in net.transitions:
            self._add(transition)
        self.todo = set(range(len(net.places)))

    def result(self) -> BitNet:
        """Apply the rules until none applies."""
        while self.todo:
            number = self.todo.pop()
            if 1 << number != self.net.end:
                _ = self._passed_over(number) or self._chosen_before(number) or self._doubled(number)
        return BitNet(self.net.places, self.start, self.net.end, tuple(self.alive.values()), self.before)

    # ---- the rules

    def _passed_over(self, number: int) -> bool:
        """A place with one way on, which takes nothing else: whoever gives to it gives what follows."""
        bit, takers = 1 << number, self.takers[number]
        if len(takers) != 1:
            return False
        (only,) = takers
        following = self.alive[only]
        givers = [self.alive[each] for each in self.givers[number]]
        clash = any((each.gives & ~bit) & following.gives for each in givers)
        if following.takes != bit or following.gives & bit or clash:
            return False
        if self.start & bit:
            if (self.start & ~bit) & following.gives:
                return False
            self.start = (self.start & ~bit) | following.gives
            self.before += following.run
        for each in tuple(self.givers[number]):
            giver = self._remove(each)
            self._add(_joined(giver, following, (giver.gives & ~bit) | following.gives))
        self._remove(only)
        return True

    def _chosen_before(self, number: int) -> bool:
        """A place that one transition gives to, and nothing else: that transition makes the choice of the place."""
        bit, givers = 1 << number, self.givers[number]
        if len(givers) != 1 or self.start & bit:
            return False
        (only,) = givers
        giver = self.alive[only]
        takers = [self.alive[each] for each in self.takers[number]]
        alone = all(each.takes == bit and not each.gives & bit for each in takers)
        if giver.gives != bit or giver.takes & bit or not takers or not alone:
            return False
        self._remove(only)
        for each in tuple(self.takers[number]):
            taker = self._remove(each)
            self._add(_joined(giver, taker, taker.gives))
        return True

    def _doubled(self, number: int) -> bool:
        """A place that is marked whenever another one is, and needed with it: one of them is enough."""
        takers, givers, bit = self.takers[number], self.givers[number], 1 << number
        if not takers:
            return False
        together = self.alive[next(iter(takers))].takes & ~bit
        for other in bits_of(together):
            marked = bool(self.start & bit) == bool(self.start & 1 << other)
            if marked and self.takers[other] == takers and self.givers[other] == givers:
                self.start &= ~bit
                for each in {*takers, *givers}:
                    old = self._remove(each)
                    self._add(Transition(old.takes & ~bit, old.gives & ~bit, old.run, old.quick))
                return True
        return False

    # ---- keeping the books

    def _add(self, made: Transition) -> None:
        """Take in a transition, unless it is the same as another or leads back to where it came from."""
        takers = self.takers[made.takes.bit_length() - 1]
        if made.takes == made.gives and any(self.alive[each].takes == made.takes for each in takers):
            return
        loop = self.same.get((made.takes, made.takes))
        if loop is not None and made.gives != made.takes:
            self._remove(loop)
        key = (made.takes, made.gives)
        if key in self.same:
            if len(made.run) >= len(self.alive[self.same[key]].run):
                return
            self._remove(self.same[key])
        self.made += 1
        self.same[key], self.alive[self.made] = self.made, made
        for number in bits_of(made.takes):
            self.takers[number].add(self.made)
            self.todo.add(number)
        for number in bits_of(made.gives):
            self.givers[number].add(self.made)
            self.todo.add(number)

    def _remove(self, number: int) -> Transition:
        gone = self.alive.pop(number)
        del self.same[gone.takes, gone.gives]
        for bit in bits_of(gone.takes):
            self.takers[bit].discard(number)
            self.todo.add(bit)
        for bit in bits_of(gone.gives):
            self.givers[bit].discard(number)
            self.todo.add(bit)
        return gone


def _joined(first: Transition, then: Transition, gives: int) -> Transition:
    run: tuple[Place, ...] = (*first.run, *then.run)
    return Transition(first.takes, gives, run, first.quick and then.quick)
