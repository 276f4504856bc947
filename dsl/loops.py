"""退回 … 超过 则 …: what follows a used-up return leads out of the loop, not round in it again.

The loop of a return is its natural loop: its target, and every node that can come back to the return without passing
the target. What is only come to by exceeding the limit, such as a step of somebody higher up, is no part of it. A way
that exceeds the limit into the loop goes on going round.
"""

from dsl.lower import Lowered
from dsl.paths import reachable, successors
from dsl.report import Report
from dsl.walk import moves_of
from engine.definition import Back, Goto


def check_loops(process: Lowered, report: Report) -> None:
    """Report limits that do not end the loop they limit."""
    nodes = process.definition.nodes
    returns = [
        (number, move)
        for number, node in enumerate(nodes)
        for move in moves_of(node)
        if isinstance(move, Back) and move.exceeded is not None
    ]
    if not returns:
        return
    preceding: dict[int, list[int]] = {}
    following = successors(process.definition, exceeding=False)
    for number, after in following.items():
        for each in after:
            preceding.setdefault(each, []).append(number)
    for number, back in returns:
        past = back.exceeded.move if back.exceeded is not None else None
        if not isinstance(past, Goto | Back) or (isinstance(past, Back) and past.exceeded is not None):
            continue
        loop = _natural_loop(preceding, back.node, number) & reachable(following, [back.node])
        if past.node in loop:
            name, target, into = nodes[number].name, nodes[back.node].name, nodes[past.node].name
            report.error(
                "C28",
                process.place_of(past),
                f"“{name}”退回“{target}”的次数用完以后转到“{into}”，又回到同一个循环里，次数等于没有限制",
                "超过以后转到循环以外的步骤（例如提级），或写“终止”",
                witness=(name, into, *(() if into == name else (name,))),
            )


def _natural_loop(preceding: dict[int, list[int]], head: int, tail: int) -> set[int]:
    """The head, and every node that reaches the tail without passing the head."""
    loop = {head, tail}
    todo = [] if tail == head else [tail]
    while todo:
        for each in preceding.get(todo.pop(), ()):
            if each not in loop:
                loop.add(each)
                todo.append(each)
    return loop
