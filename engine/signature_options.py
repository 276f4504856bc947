"""自由跳转 and what waits for a second signature, as options of a case."""

from collections.abc import Iterator
from dataclasses import replace

from engine.deciding.draft import Draft
from engine.deciding.jumps import Planned, carry_out, plan
from engine.deciding.signatures import require_second
from engine.errors import Refusal
from engine.foresight import foreseen
from engine.marking import Proposal
from engine.option_making import LABELS, offered
from engine.refusals import JumpForbidden
from engine.views import CaseStatus, Option, Target

SECOND = "由另一名管理员核准后生效。"


def jumping(draft: Draft) -> Iterator[Option]:
    """Yield the jumps of the case as a whole that an administrator may propose, and why not the others."""
    if draft.state.status is not CaseStatus.OPEN:
        return
    found: list[Target] = []
    for number in draft.definition.regions[0].nodes:
        name = draft.graph.node(number).name
        try:
            planned = plan(draft, None, name)
        except JumpForbidden as refusal:
            found.append(Target(name, name, allowed=False, reason=refusal.because))
        except Refusal as refusal:
            found.append(Target(name, name, allowed=False, reason=refusal.text))
        else:
            over = "、".join(f"“{draft.graph.node(each).name}”" for each in planned.skipped)
            passed = f"越过{over}" if over else "从这里重新办理"
            found.append(Target(name, name, "；".join(filter(None, (passed, _foreseen(draft, planned))))))
    if any(target.allowed for target in found):
        yield offered("jump", label="提出跳转", hint=SECOND, needs_reason=True, targets=tuple(found))


def _foreseen(draft: Draft, planned: Planned) -> str:
    """Say what a jump would do to whom, by making it and going back."""
    before, saved = draft.state, draft.save()
    draft.state = before.copy()
    try:
        carry_out(draft, planned, "试算")
        return foreseen(draft.definition, before, draft.state, draft.facts)
    finally:
        draft.restore(saved)


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
    except Refusal as refusal:
        return Target(str(proposal.id), label, who, allowed=False, reason=refusal.text)
    return Target(str(proposal.id), label, who)
