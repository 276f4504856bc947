"""After an answer, or a change of the seats: the next seats open, or the step is done."""

from engine.deciding.draft import Draft
from engine.deciding.routing import complete_step
from engine.deciding.seats import decided_outcome, is_decided, open_next, who_did
from engine.definition import Step


def settle_step(draft: Draft, number: int) -> None:
    """Let the next signers begin, or the step be done, when everybody needed has answered."""
    open_next(draft, draft.state.activations[number])
    activation = draft.state.activations[number]
    step = draft.graph.node(activation.node)
    assert isinstance(step, Step), step
    if not is_decided(step, activation):
        return
    at = draft.act.occurred_at if step.external else None
    complete_step(draft, activation, decided_outcome(step, activation), who_did(activation), at=at)
