"""What is known after a join: each state in which the block was entered, with what its branches brought."""

from collections.abc import Sequence
from itertools import product

from dsl.variables import Key, Known, State, Valuation, Variables
from engine.definition import Block, Branch


def join(
    variables: Variables,
    block: Block,
    state: State,
    finals: Sequence[State],
    assigns: Sequence[frozenset[Key]],
) -> State:
    """Combine the ends of the branches with each state in which the block was entered.

    Args:
        finals: states at the end of each branch.
        assigns: variables that each branch writes.
    """
    positions = [sorted(variables.index[key] for key in keys) for keys in assigns]
    shared = [at for at in range(len(variables.domains)) if not any(at in own for own in positions)]
    grouped = [
        _grouped(final, shared, own, _keeps(branch, block))
        for final, own, branch in zip(finals, positions, block.branches, strict=True)
    ]
    found: State = {}
    for valuation, known in state.items():
        key = tuple(valuation[at] for at in shared)
        choices = [
            _choices(variables, branch, block, valuation, known, groups.get(key, {}), own)
            for branch, groups, own in zip(block.branches, grouped, positions, strict=True)
        ]
        for combination in product(*choices):
            new, gained = list(valuation), known
            for own, (values, brought) in zip(positions, combination, strict=True):
                for at, value in zip(own, values, strict=True):
                    new[at] = value
                gained = gained.and_then(brought)
            result = tuple(new)
            mine = found.get(result)
            found[result] = gained if mine is None else mine.or_else(gained)
    return found


def _keeps(branch: Branch, block: Block) -> bool:
    """Tell whether what the branch wrote is certainly there after the join."""
    return branch.each is None and block.needed(len(block.branches)) >= len(block.branches)


def _choices(
    variables: Variables,
    branch: Branch,
    block: Block,
    valuation: Valuation,
    known: Known,
    ended: dict[Valuation, Known],
    own: Sequence[int],
) -> list[tuple[Valuation, Known]]:
    """How a branch may have ended: what it wrote and brought; unchanged when it may not have run."""
    opened = variables.holds(branch.guard, valuation, known)
    choices = list(ended.items()) if opened is not False else []
    if opened is not True or not _keeps(branch, block):
        choices.append((tuple(valuation[at] for at in own), Known(0, 0)))
    return choices


def _grouped(
    final: State, shared: list[int], own: list[int], keeps: bool
) -> dict[Valuation, dict[Valuation, Known]]:
    """States at the end of a branch: by what the branch cannot change, then by what it wrote."""
    found: dict[Valuation, dict[Valuation, Known]] = {}
    for valuation, known in final.items():
        group = found.setdefault(tuple(valuation[at] for at in shared), {})
        values = tuple(valuation[at] for at in own)
        brought = known if keeps else Known(0, known.may)
        group[values] = brought if values not in group else group[values].or_else(brought)
    return found
