"""The first of two signatures."""

from engine.deciding.draft import Draft
from engine.events import OperationProposed, ProposalClosed
from engine.marking import Proposal


def propose(draft: Draft, operation: str, *, token: int | None = None, target: int | None = None) -> Proposal:
    """Record the first signature; an earlier proposal of the same operation is replaced."""
    for each in tuple(draft.state.proposals.values()):
        if each.operation == operation:
            draft.emit(ProposalClosed(each.id, signed=False))
    act = draft.act
    made = Proposal(
        draft.new_id(),
        operation,
        act.by,
        draft.now,
        act.reason,
        act.basis,
        token,
        target,
        acting_for=act.acting_for,
    )
    draft.emit(OperationProposed(made))
    return made
