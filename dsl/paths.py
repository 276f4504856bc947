"""The steps of a process as a plain graph: which node may follow which, conditions left aside.

A block is entered at its own number and left at the number of nodes + its own, when its branches have joined.
"""

from collections.abc import Iterable

from engine.definition import Abort, Back, Block, Definition, Finish, Goto, Move, ToJoin
from engine.ways import ways_of

END = -1
"""Successor of a node after which the case is closed or ended, or a handler is over."""


def successors(
    definition: Definition, *, returns: bool = True, exceeding: bool = True
) -> dict[int, tuple[int, ...]]:
    """Return the nodes that may follow each node, or only where no 退回 leads, or nothing that exceeds one."""
    count = len(definition.nodes)
    following: dict[int, tuple[int, ...]] = {}
    for number, node in enumerate(definition.nodes):
        ways = ways_of(node)
        left = number
        if isinstance(node, Block):
            following[number] = tuple(
                first for each in node.branches for first in definition.regions[each.region].nodes[:1]
            )  # a branch whose steps could not be read has none
            left = count + number
        moves = [
            way.move
            for way in ways.all_moves
            if (returns or not isinstance(way.move, Back)) and (exceeding or not way.exceeding)
        ]
        targets = [_target(definition, number, move) for move in moves]
        if ways.falls or ways.passes:
            targets.append(behind(definition, number))
        following[left] = tuple(dict.fromkeys(targets))
    return following


def _target(definition: Definition, number: int, move: Move) -> int:
    match move:
        case Goto(target) | Back(target):
            return target
        case ToJoin():
            return _end_of(definition, definition.nodes[number].region)
        case Finish() | Abort():
            return END
        case _:
            return END


def behind(definition: Definition, number: int) -> int:
    """Return what follows a node when nothing else is said: the next of its region, or the region's end."""
    region = definition.nodes[number].region
    nodes = definition.regions[region].nodes
    position = nodes.index(number) + 1
    return nodes[position] if position < len(nodes) else _end_of(definition, region)


def _end_of(definition: Definition, region: int) -> int:
    owner = definition.regions[region].owner
    return END if owner is None else len(definition.nodes) + owner


def reachable(
    following: dict[int, tuple[int, ...]], first: Iterable[int], without: int | None = None
) -> set[int]:
    """Return the nodes on ways from some nodes on; `without`: ways do not go through this one."""
    seen: set[int] = set()
    todo = [number for number in first if number != without]
    while todo:
        number = todo.pop()
        if number in seen:
            continue
        seen.add(number)
        todo += [each for each in following.get(number, ()) if each != without]
    return seen
