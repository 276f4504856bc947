"""What a gateway does with a token that comes to it (BPMN): choose one flow, or wait and go on along every flow."""

from engine.deciding.draft import Draft
from engine.definition import Gateway
from engine.events import GatewayPassed, TokenPlaced
from engine.marking import Token
from engine.record import replace


def chosen(draft: Draft, gateway: Gateway, token: Token) -> int:
    """Return the target of the first flow of an XOR gateway whose condition holds; the last one has none."""
    scope = draft.scope(gateway.region, token.key)
    return next(flow.target for flow in gateway.flows if draft.holds(flow.condition, scope))


def gathered(
    draft: Draft, gateway: Gateway, token: Token, source: int
) -> tuple[tuple[Token, int | None], ...]:
    """Let a token come to an AND gateway along the arrow from `source`.

    Returns: a new token for each flow, with the flow's target (None: the end of the region); nothing while an arrow
    into the gateway still waits for its token.
    """
    number = draft.graph.names[gateway.name]
    here = replace(token, node=number, back=None, arrow=source)
    waiting = {
        each.arrow: each
        for each in reversed(draft.state.tokens.values())
        if each.arrow is not None
        and (each.node, each.frame, each.branch, each.key) == (number, token.frame, token.branch, token.key)
    }
    if draft.graph.arrows[number] - waiting.keys() - {source}:
        draft.emit(TokenPlaced(here))
        return ()
    taken = (token.id, *(each.id for arrow, each in waiting.items() if arrow != source))
    targets: tuple[int | None, ...] = tuple(flow.target for flow in gateway.flows) or (None,)
    fresh = replace(here, trail=(), arrow=None)
    made = tuple(
        (replace(fresh, id=draft.new_id(), node=number if target is None else target), target)
        for target in targets
    )
    draft.emit(GatewayPassed(number, token.key, taken, tuple(each for each, _ in made)))
    return made
