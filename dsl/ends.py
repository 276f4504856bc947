"""How the analysis of the data goes through a region: what its nodes were entered with, and how it is left."""

from dataclasses import dataclass, field
from typing import Final

from dsl.variables import State, meet

END: Final = -1
"""The end of a region as the target of 转 汇合 and 回原处."""


@dataclass(slots=True)
class Ends:
    """How a region is left: its end, nodes outside it, and where cases are closed."""

    end: State = field(default_factory=dict)
    exits: dict[int, State] = field(default_factory=dict)


@dataclass(slots=True)
class Progress:
    """How far a region has been run: what each node was entered with, and which of it no one has looked at yet."""

    arrivals: dict[int, State]
    new: dict[int, State] = field(default_factory=dict)
    ends: Ends = field(default_factory=Ends)

    def arrive(self, target: int, state: State) -> None:
        """Come to a node of the region, or leave it for one outside."""
        if target not in self.arrivals:
            if state:
                self.ends.exits[target] = meet(self.ends.exits.get(target, {}), state)
            return
        mine = self.arrivals[target]
        for valuation, known in state.items():
            before = mine.get(valuation)
            now = known if before is None else before.or_else(known)
            if now != before:
                mine[valuation] = now
                self.new.setdefault(target, {})[valuation] = now


def merge(ends: Ends, left: Ends) -> None:
    """Add the ways out of a part to those of the whole."""
    for target, state in left.exits.items():
        ends.exits[target] = meet(ends.exits.get(target, {}), state)
