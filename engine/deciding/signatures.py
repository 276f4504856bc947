"""Grave operations need two people: the first proposes, a second signs, and only then it happens."""

from engine.commands import Jump, RejectProposal, SignProposal, Void
from engine.deciding.cases import apply_correction, require_administrator, void
from engine.deciding.draft import Draft
from engine.deciding.finding import require_reason
from engine.deciding.jumps import carry_out, plan
from engine.deciding.proposing import propose
from engine.events import ProposalClosed
from engine.marking import Proposal
from engine.refusals import NotAllowed, UnknownName


def propose_jump(draft: Draft, command: Jump) -> None:
    """自由跳转: asked for by an administrator; it must be possible now.

    Raises:
        JumpForbidden: with what would go wrong.
    """
    require_administrator(draft, "跳转")
    planned = plan(draft, command.item, command.to)
    token = None if command.item is None else planned.token.id
    propose(draft, "jump", token=token, target=planned.target)


def propose_void(draft: Draft, command: Void) -> None:
    """作废: asked for by an administrator."""
    del command
    require_administrator(draft, "作废")
    propose(draft, "void")


def sign(draft: Draft, command: SignProposal) -> None:
    """核准 by a second person: the operation happens, if it still can.

    Raises:
        NotAllowed: by who proposed it, or by who may not.
    """
    proposal = _proposal(draft, command.proposal)
    require_second(draft, proposal)
    draft.emit(ProposalClosed(proposal.id, signed=True))
    carry_out_proposal(draft, proposal)


def carry_out_proposal(draft: Draft, proposal: Proposal) -> None:
    """Do what was proposed, as the case stands now."""
    match proposal.operation:
        case "jump":
            name = "" if proposal.target is None else draft.graph.node(proposal.target).name
            carry_out(draft, plan(draft, None, name, token=proposal.token), proposal.reason)
        case "correct":
            apply_correction(draft, proposal)
        case _:
            void(draft, proposal.reason)


def reject(draft: Draft, command: RejectProposal) -> None:
    """不核准, with a reason; who proposed may take it back himself."""
    proposal = _proposal(draft, command.proposal)
    if not _is_first(draft, proposal):
        require_second(draft, proposal)
        require_reason(draft, "不核准")
    draft.emit(ProposalClosed(proposal.id, signed=False))


def require_second(draft: Draft, proposal: Proposal) -> None:
    """Refuse whoever is not a second person with the right to sign.

    Raises:
        NotAllowed
    """
    if _is_first(draft, proposal):
        raise NotAllowed("核准自己提出的事项", ("另一名管理员",))
    if not draft.facts.is_administrator(draft.actor):
        raise NotAllowed("核准", ("另一名管理员",))


def _is_first(draft: Draft, proposal: Proposal) -> bool:
    """Tell whether who acts now, or for whom, is on the side of the first signature."""
    return not {proposal.by, proposal.acting_for}.isdisjoint((draft.act.by, draft.actor))


def _proposal(draft: Draft, number: int) -> Proposal:
    proposal = draft.state.proposals.get(number)
    if proposal is None:
        raise UnknownName("待核准事项", str(number))
    return proposal
