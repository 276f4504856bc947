"""How a wait goes on once what it waited for has come: forward, or back when the case it called was given back."""

from engine.deciding.below import Below, clear
from engine.deciding.draft import Draft
from engine.deciding.returns import targets
from engine.deciding.routing import complete_step, return_to
from engine.marking import Activation
from engine.views import ItemStatus


def go_on(draft: Draft, waiting: Activation, outcome: str | None, returned: str | None = None) -> None:
    """Complete a wait; given back (`returned`: why), stand again at the nearest step before it, if there is one."""
    token = draft.state.tokens[waiting.token]
    target = None if returned is None else next(targets(draft, token), None)
    if target is None:
        complete_step(draft, waiting, outcome, ())
        return
    name = draft.graph.node(waiting.node).name
    clear(draft, Below((token,), (), ()), ItemStatus.RETURNED_OVER, f"“{name}”退回")
    return_to(draft, token, waiting.node, target.node, target.branch, returned or "", target.step)
