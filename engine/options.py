"""What a person may do now, to whom it would do what; what is refused says why, what to do, by which article."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from engine.commands import (
    Act,
    ClaimTask,
    Command,
    CopyCase,
    Discuss,
    HandBack,
    RecallTask,
    ReleaseTask,
    ResumeCase,
    ReturnTask,
    Suspend,
    Terminate,
    UrgeTask,
    Withdraw,
)
from engine.decide import decide
from engine.deciding.authority import candidates, holders, qualifies, require_seat
from engine.deciding.cases import begin_again, is_relied_upon
from engine.deciding.draft import Draft
from engine.deciding.extensions import ladder, next_rung, require_approver
from engine.deciding.finding import (
    Work,
    open_request,
    open_work,
    require_conditions,
    require_open,
    takes_part,
)
from engine.deciding.handlers import hosts, is_open
from engine.deciding.pleas import WORKING_DAYS, open_plea
from engine.deciding.returns import ReturnTarget, targets
from engine.deciding.standing_in import principal_for, require_standing_in
from engine.deciding.tasks import may_transfer, require_eligible, role_holders
from engine.definition import ByForm, ByHand, Definition, Performer, Reopen
from engine.errors import Refusal
from engine.events import RecallAsked
from engine.evolve_seats import find_activation
from engine.facts import Facts
from engine.foresight import foreseen, trial
from engine.graph import graph_of
from engine.marking import LEADING, ROOT
from engine.open_items import open_items
from engine.option_making import LABELS, offered, refused, tried
from engine.record import replace as changed
from engine.refusals import AlreadyClaimed, StartForbidden
from engine.reminder_options import reminding
from engine.signature_options import SECOND, jumping, signing, voiding
from engine.signer_options import asking_others, taking_away
from engine.state import CaseState
from engine.views import LIVE, CaseStatus, Option, Target

_REASON = "系统试算用理由"
"""Stands for the reason that the person will give, while it is only asked whether the operation is possible."""


def options(
    definition: Definition, state: CaseState, item: int | None, account: str, facts: Facts
) -> tuple[Option, ...]:
    """Return the operations on an open item, or on the case when no item is given, as they stand for a person."""
    act = Act(account, reason=_REASON)
    if item is not None:
        act = changed(act, acting_for=principal_for(Draft(graph_of(definition), state, facts, act), item))
    draft = Draft(graph_of(definition), state.copy(), facts, act)
    try:
        require_standing_in(draft, item)
    except Refusal as refusal:
        return (refused("complete", refusal),)
    asking = _Asking(draft, state)
    found = _of_case(asking) if item is None else _of_item(asking, item)
    return tuple(found)


def recall_option(
    definition: Definition, state: CaseState, item: int, revision: int, account: str, facts: Facts
) -> Option:
    """Say whether an answer (item closed by the group `revision`) may be taken back now."""
    command = RecallTask(Act(account, reason=_REASON), item, revision)
    try:
        decision = decide(definition, state, command, facts)
    except Refusal as refusal:
        return refused("recall", refusal)
    asked = [event.plea for event in decision.events if isinstance(event, RecallAsked)]
    if not asked:
        return offered("recall", hint=foreseen(definition, state, decision.state, facts))
    whom = "、".join(facts.name(seat.holder or "") for seat in asked[0].seats)
    return offered(
        "recall", label="申请撤回", hint=f"须经{whom}同意；{WORKING_DAYS}个工作日内不答复视为不同意。"
    )


class _Asking:
    """One person asking about one case."""

    def __init__(self, draft: Draft, state: CaseState) -> None:
        self.draft = draft
        self.state = state
        self.act = draft.act

    def tried(self, operation: str, command: Command, **more: object) -> Option:
        """Say whether a command would be carried out, by deciding it and forgetting the answer."""
        return tried(
            operation, lambda: decide(self.draft.definition, self.state, command, self.draft.facts), **more
        )

    def foreseen(self, command: Command, own: int | None = None) -> str:
        """Say what a command would do to whom.

        Raises:
            Refusal: it would not be carried out.
        """
        draft = self.draft
        after = decide(draft.definition, self.state, command, draft.facts).state
        return foreseen(draft.definition, self.state, after, draft.facts, own=own)

    def weighed(self, operation: str, command: Command, **more: object) -> Option:
        """Say whether a command would be carried out, and then what it would do to whom."""
        try:
            told = self.foreseen(command)
        except Refusal as refusal:
            return refused(operation, refusal, **more)
        return offered(operation, hint=told, **more)


# ---- of an item


def _of_item(asking: _Asking, item: int) -> Iterator[Option]:
    draft, act = asking.draft, asking.act
    request = open_request(draft, item)
    if request is not None:
        yield from _of_request(asking, item)
        return
    plea = open_plea(draft, item)
    if plea is not None:
        if plea[1].holder == draft.actor:
            yield offered("complete")
        return
    try:
        work = open_work(draft, item)
    except Refusal as refusal:
        yield refused("complete", refusal)
        activation = find_activation(draft.state, item)
        if activation is not None:
            seat = next(each for each in activation.seats if each.id == item)
            yield from taking_away(draft, activation, seat, asking.foreseen)
        return
    if work.seat.holder is None:
        yield _claim(asking, item)
    yield tried("complete", lambda: _may_complete(draft, work))
    if work.seat.holder == draft.actor:
        yield asking.tried("release", ReleaseTask(act, item))
        if work.seat.part in LEADING:
            yield _return(asking, work)
        if work.seat.hops:
            yield _hand_back(asking, work)
        if work.step.extensions:
            yield _extend(draft, work)
        yield from asking_others(draft, work)
        yield reminding(draft, work)
    yield from taking_away(draft, work.activation, work.seat, asking.foreseen)
    if draft.facts.is_administrator(draft.actor) and draft.state.tokens[work.activation.token].frame != ROOT:
        yield from jumping(draft, item)
    if may_transfer(draft, work):
        yield _transfer(draft, work)
    yield from _everybody(asking, item)


def _everybody(asking: _Asking, item: int | None) -> Iterator[Option]:
    urge = asking.tried("urge", UrgeTask(asking.act, item))
    if urge.allowed:
        yield urge
    for operation, command in (
        ("copy", CopyCase(asking.act, (), item)),
        ("discuss", Discuss(asking.act, (), item)),
    ):
        option = asking.tried(operation, command, people=True, needs_reason=operation == "discuss")
        if option.allowed:
            yield option


def _of_request(asking: _Asking, item: int) -> Iterator[Option]:
    draft = asking.draft
    request = draft.state.requests[item]
    if request.seat.holder is None:
        yield _claim(asking, item)

    def may_decide() -> None:
        require_open(draft.state)
        holder = request.seat.holder
        if holder is not None and holder != draft.actor:
            raise AlreadyClaimed(item, draft.facts.name(holder), draft.local(request.seat.claimed_at))
        require_approver(draft, request)

    yield tried("complete", may_decide)


def _claim(asking: _Asking, item: int) -> Option:
    """Offer to take an item out of its pool; who alone may do it has nobody to take it from."""
    claim = asking.tried("claim", ClaimTask(asking.act, item))
    open_item = open_items(asking.draft.definition, asking.state)[item]
    qualified = {who for each in open_item.candidates for who in holders(asking.draft.facts, each)}
    if claim.allowed and qualified - set(open_item.barred) == {asking.act.by}:
        return replace(claim, allowed=False, reason="这件事只有您能办，不用认领", hint="请直接办理")
    return claim


def _may_complete(draft: Draft, work: Work) -> None:
    holder = work.seat.holder
    if holder is not None and holder != draft.actor:
        raise AlreadyClaimed(work.seat.id, draft.facts.name(holder), draft.local(work.seat.claimed_at))
    require_standing_in(draft, work.seat.id)
    require_seat(draft, work.activation, work.seat, draft.actor, f"办理“{work.step.name}”")
    require_conditions(draft, work)


def _return(asking: _Asking, work: Work) -> Option:
    draft = asking.draft
    token = draft.state.tokens[work.activation.token]
    found = tuple(_return_target(asking, work, each) for each in targets(draft, token))
    if not found:
        return Option(
            "return", LABELS["return"], allowed=False, reason="前面没有可退回的步骤", needs_reason=True
        )
    return offered("return", needs_reason=True, targets=found)


def _return_target(asking: _Asking, work: Work, target: ReturnTarget) -> Target:
    """Say what a return would do to whom."""
    command = ReturnTask(asking.act, work.seat.id, target.value)
    try:
        told = asking.foreseen(command, own=work.seat.id)
    except Refusal as refusal:
        return Target(target.value, target.value, allowed=False, reason=refusal.text)
    if target.caller:
        told = "；".join(("本案终止，由派出的案件重新办理", *filter(None, (told,))))
    return Target(target.value, target.value, told)


def _transfer(draft: Draft, work: Work) -> Option:
    offered_to = [account for each in work.seat.candidates for account in holders(draft.facts, each)]
    if work.seat.voting:
        offered_to += role_holders(draft.facts, work.seat)
    found = [
        _transfer_target(draft, work, account)
        for account in dict.fromkeys(offered_to)
        if account != work.seat.holder
    ]
    if not any(each.allowed for each in found):
        reason = "没有其他有资格的人员"
        return Option("transfer", LABELS["transfer"], allowed=False, reason=reason, targets=tuple(found))
    return offered("transfer", needs_reason=True, targets=tuple(found))


def _transfer_target(draft: Draft, work: Work, account: str) -> Target:
    name = draft.facts.name(account)
    if account in work.seat.hops:
        return Target(account, name, allowed=False, reason="对方已经转出过，可用退还")
    try:
        require_eligible(draft, work, account)
    except Refusal as refusal:
        return Target(account, name, allowed=False, reason=str(refusal).replace("您", "对方"))
    return Target(account, name, f"由{name}办理")


def _hand_back(asking: _Asking, work: Work) -> Option:
    to = asking.draft.facts.name(work.seat.hops[-1])
    option = asking.tried("hand_back", HandBack(asking.act, work.seat.id), needs_reason=True)
    return replace(option, hint=f"退还{to}办理") if option.allowed else option


def _extend(draft: Draft, work: Work) -> Option:
    rungs = ladder(work.step.extensions)
    place = (work.activation.id, None)
    running = work.activation.running
    try:
        rung = rungs[next_rung(draft, running, rungs, place)]
    except Refusal as refusal:
        return refused("extend", refusal)
    return offered("extend", needs_reason=True, form=rung.form)


# ---- of the case


def _of_case(asking: _Asking) -> Iterator[Option]:
    draft, act, state = asking.draft, asking.act, asking.state
    if state.status in LIVE:
        yield from _handlers(draft)
        yield from _clocks(draft)
        withdraw = asking.weighed("withdraw", Withdraw(act), needs_reason=True)
        if withdraw.allowed or draft.actor == state.started_by:
            yield withdraw
        yield from _everybody(asking, None)
    else:
        yield from _reopen(draft)
    yield from _correct(draft)
    if draft.facts.is_administrator(draft.actor):
        if state.status is CaseStatus.SUSPENDED:
            yield asking.tried("resume", ResumeCase(act), needs_reason=True)
        else:
            yield asking.tried("suspend", Suspend(act), needs_reason=True)
        yield asking.weighed("terminate", Terminate(act), needs_reason=True)
        yield voiding(draft)
        yield from jumping(draft)
    yield from signing(draft)


def _may(draft: Draft, performers: tuple[Performer, ...], region: int, key: str) -> bool:
    offered = candidates(draft, performers, draft.scope(region, key))
    return not performers or qualifies(draft.facts, offered, draft.actor)


def _handlers(draft: Draft) -> Iterator[Option]:
    for number, handler in enumerate(draft.definition.handlers):
        start = handler.start
        if not isinstance(start, ByForm | ByHand):
            continue
        form = start.form if isinstance(start, ByForm) else None
        for host in hosts(draft, handler):
            if not _may(draft, start.performers, handler.scope_region, host.key):
                continue
            target = (Target(f"{handler.name}#{host.key}" if host.key else handler.name, handler.name),)
            label = f"{LABELS['begin']}：{handler.name}"
            if is_open(draft, number, host.key):
                refusal = StartForbidden(handler.name, "上一次还在办理")
                yield refused("begin", refusal, label=label, form=form, targets=target)
            elif draft.holds(start.when, draft.scope(handler.scope_region, host.key)):
                yield offered("begin", label=label, form=form, targets=target)


def _clocks(draft: Draft) -> Iterator[Option]:
    for number, record in draft.state.clocks.items():
        clock = draft.definition.clocks[number]
        target = (Target(clock.name, clock.name),)
        if record.ended is not None or record.running.missing:
            continue
        who = tuple(performer for stop in clock.stops for performer in stop.performers)
        if clock.stops and _may(draft, who, 0, ""):
            stopped = any(stop.until is None and not stop.excluded for stop in record.stops)
            form = clock.stops[0].resume_form if stopped else clock.stops[0].form
            operation = "resume" if stopped else "stop_clock"
            label = f"{LABELS[operation]}：{clock.name}"
            more = {"label": label, "form": form, "needs_reason": True, "targets": target}
            yield tried(operation, partial(require_open, draft.state), **more)
        if clock.extensions and takes_part(draft):
            rungs = ladder(clock.extensions)
            form = rungs[min(len(record.running.extensions), len(rungs) - 1)].form
            label = f"{LABELS['extend']}：{clock.name}"
            more = {"label": label, "form": form, "needs_reason": True, "targets": target}
            yield tried("extend", partial(_may_extend, draft, number), **more)


def _may_extend(draft: Draft, number: int) -> None:
    clock = draft.definition.clocks[number]
    running = draft.state.clocks[number].running
    next_rung(draft, running, ladder(clock.extensions), (None, number))
    require_open(draft.state)


def _reopen(draft: Draft) -> Iterator[Option]:
    if draft.state.status not in (CaseStatus.FINISHED, CaseStatus.TERMINATED):
        return
    for way in draft.definition.reopens:
        if _fits(draft, way):
            form = way.start.form if isinstance(way.start, ByForm) else None
            yield offered("reopen", form=form, needs_reason=True, hint=_round(draft, way))


def _round(draft: Draft, way: Reopen) -> str:
    """Say to whom a reopened case would go; silent where that hangs on the form that is still to be filled."""
    try:
        return trial(draft, partial(begin_again, draft, way, {}))
    except Refusal:
        return ""


def _fits(draft: Draft, way: Reopen) -> bool:
    return isinstance(way.start, ByForm | ByHand) and _may(draft, way.start.performers, 0, "")


def _correct(draft: Draft) -> Iterator[Option]:
    if draft.state.status is CaseStatus.VOID:
        return
    found = tuple(
        Target(f"{form}#{key}" if key else form, form, _corrected(draft, form, key))
        for (form, key), submission in draft.state.forms.items()
        if submission.by == draft.actor or draft.facts.is_administrator(draft.actor)
    )
    if found:
        yield offered("correct", needs_reason=True, targets=found)


def _corrected(draft: Draft, form: str, key: str) -> str:
    """Say what correcting a form brings about: nothing that was decided is decided again."""
    fields = {f"{form}.{field.name}" for field in draft.graph.forms[form].fields}
    if is_relied_upon(draft, form, key, fields):
        return f"后面的办理依据过其中内容，改动这些内容的{SECOND}已经办结的步骤不重办"
    return "改后即生效，原来的内容留在记录里"
