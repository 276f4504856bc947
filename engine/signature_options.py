"""自由跳转, 作废 and what waits for a second signature, as options of a case."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from engine.deciding.cases import void
from engine.deciding.draft import Draft
from engine.deciding.finding import open_work
from engine.deciding.jumps import carry_out, plan
from engine.deciding.signatures import carry_out_proposal, require_second
from engine.errors import Refusal
from engine.foresight import trial
from engine.marking import Proposal
from engine.option_making import LABELS, offered, refused
from engine.refusals import JumpForbidden
from engine.views import CaseStatus, Option, Target

SECOND = "由另一名管理员核准后生效。"


def jumping(draft: Draft, item: int | None = None) -> Iterator[Option]:
    """Yield the jumps that an administrator may propose, of the case as a whole or of the branch of an item."""
    if draft.state.status is not CaseStatus.OPEN:
        return
    found = tuple(
        _jump(draft, item, number) for number in draft.definition.regions[_region(draft, item)].nodes
    )
    if any(target.allowed for target in found):
        yield offered("jump", label="提出跳转", hint=SECOND, needs_reason=True, targets=found)


def _region(draft: Draft, item: int | None) -> int:
    return 0 if item is None else draft.graph.region_of(open_work(draft, item).activation.node)


def _jump(draft: Draft, item: int | None, number: int) -> Target:
    name = draft.graph.node(number).name
    try:
        planned = plan(draft, item, name)
        told = trial(draft, partial(carry_out, draft, planned, "试算"))
    except JumpForbidden as refusal:
        return Target(name, name, allowed=False, reason=refusal.because)
    except Refusal as refusal:
        return Target(name, name, allowed=False, reason=refusal.text)
    forward = () if number in planned.skipped else planned.skipped
    over = "、".join(f"“{draft.graph.node(each).name}”" for each in forward)
    passed = f"越过{over}" if over else "从这里重新办理"
    return Target(name, name, "；".join(filter(None, (passed, told))))


def voiding(draft: Draft) -> Option:
    """Offer 作废, with what it would close once it is signed."""
    try:
        told = trial(draft, partial(void, draft, "试算"))
    except Refusal as refusal:
        return refused("void", refusal, label="提出作废", needs_reason=True)
    hint = "".join(filter(None, (SECOND, told and f"核准后{told}。")))
    return offered("void", label="提出作废", hint=hint, needs_reason=True)


def signing(draft: Draft) -> Iterator[Option]:
    """Yield what waits for a second signature, for those who may give it and for who has proposed it."""
    proposals = draft.state.proposals.values()
    waiting = tuple(_target(draft, each) for each in proposals)
    if any(target.allowed for target in waiting):
        yield offered("sign", targets=waiting)
        yield offered("reject", needs_reason=True, targets=waiting)
    elif any(each.by == draft.actor for each in proposals):
        yield Option("sign", LABELS["sign"], allowed=False, reason=waiting[0].reason, targets=waiting)
        mine = tuple(replace(each, allowed=True, reason="") for each in waiting)
        yield offered("reject", label="收回提出的事项", targets=mine)


def _target(draft: Draft, proposal: Proposal) -> Target:
    where = "" if proposal.target is None else f"到“{draft.graph.node(proposal.target).name}”"
    form = "" if proposal.form is None else f"《{proposal.form}》"
    label = f"{LABELS[proposal.operation]}{where}{form}"
    who = f"{draft.facts.name(proposal.by)}提出：{proposal.reason}"
    try:
        require_second(draft, proposal)
        told = trial(draft, partial(carry_out_proposal, draft, proposal))
    except Refusal as refusal:
        return Target(str(proposal.id), label, who, allowed=False, reason=refusal.text)
    return Target(str(proposal.id), label, "；".join(filter(None, (who, told))))
