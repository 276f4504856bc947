"""直送: after a redone step the token goes straight back to who returned it, unless something between has changed."""

from engine.deciding.below import places_of
from engine.deciding.draft import Draft
from engine.deciding.parking import changed_since
from engine.definition import Block, Gateway, Node, Step, Wait
from engine.events import WentStraightBack
from engine.graph import fields_read
from engine.marking import Token
from engine.record import replace


def straight_back(draft: Draft, token: Token, node: int, outcome: str | None) -> WentStraightBack | None:
    """Return the way straight back, or None when the steps between must be walked again.

    Same outcome as before, and no rule of the steps between reads a field whose value was changed since.
    """
    back = token.back
    if back is None or outcome != back.outcome:
        return None
    graph = draft.graph
    passed = places_of(back.tail, token.key)
    between = tuple(rules_of(graph.node(number)) for number, _ in passed)
    read = fields_read((rules_of(graph.node(node))[1:], between))
    if changed_since(draft.state, read, back.revision):
        return None
    there = replace(token, node=back.node, trail=(*token.trail, *back.tail), back=None)
    return WentStraightBack(there, passed)


def rules_of(node: Node) -> tuple[object, ...]:
    """Return the parts of a node that decide by data: its skip condition first, then what it checks and routes by."""
    match node:
        case Step():
            return (
                node.skip_unless,
                node.requires,
                node.verifies,
                node.sets,
                node.routes,
                node.after,
                node.deadlines,
            )
        case Wait():
            return (node.skip_unless, node.condition, node.sets, node.routes, node.after, node.deadlines)
        case Gateway():
            return (node.routes,)
        case Block():
            return (tuple(branch.guard for branch in node.branches), node.routes, node.after)
