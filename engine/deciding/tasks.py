"""What people do with their work items: take, give back, read, complete, sign, hand on, urge."""

from collections.abc import Mapping
from datetime import timedelta

from engine.case_scope import CaseScope
from engine.commands import (
    SYSTEM,
    ClaimTask,
    CompleteTask,
    CopyCase,
    Discuss,
    HandBack,
    ReadTask,
    ReleaseTask,
    TransferTask,
    UrgeTask,
)
from engine.deciding.authority import is_escalated_to, qualifies, require_seat, require_separate
from engine.deciding.draft import Draft
from engine.deciding.drawing import with_drawn
from engine.deciding.effects import open_seats, submit, tell_tables
from engine.deciding.extensions import decide_extension, require_approver
from engine.deciding.finding import (
    Work,
    open_request,
    open_work,
    require_all,
    require_conditions,
    require_holder,
    require_open,
    require_participant,
    require_reason,
)
from engine.deciding.form_values import checked
from engine.deciding.pleas import open_plea
from engine.deciding.recall import answer_plea
from engine.deciding.settling import settle_step
from engine.deciding.signers import drop_follow_ons
from engine.deciding.standing_in import free_deputy, stands_in
from engine.deciding.superiors import tell_of_urging
from engine.deciding.votes import AGREE, DISAGREE, results_of
from engine.events import (
    Copied,
    Discussed,
    SeatAdded,
    SeatClosed,
    TaskAnswered,
    TaskClaimed,
    TaskHandedBack,
    TaskRead,
    TaskReleased,
    TaskTransferred,
    TaskUrged,
)
from engine.evolve_seats import find_activation, find_seat
from engine.facts import Facts
from engine.marking import LEADING, SIGNING, Activation, Seat, SeatOrigin, SeatPart
from engine.questions import forms_asked
from engine.refusals import (
    AlreadyClaimed,
    MustRecuse,
    NotAllowed,
    OutcomeUnknown,
    PaperMissing,
    TaskClosed,
    TransferForbidden,
)
from engine.values import Record
from engine.views import ItemStatus

URGE_AGAIN = timedelta(hours=24)
"""Within this time further urging of an item is counted but sends no notice."""
MOST_HOPS = 5
"""How often a duty may be handed on."""


def claim(draft: Draft, command: ClaimTask) -> None:
    """认领: the first one gets it."""
    request = open_request(draft, command.item)
    if request is not None:
        require_open(draft.state)
        _require_free(draft, request.seat)
        require_approver(draft, request)
    else:
        work = open_work(draft, command.item)
        _require_free(draft, work.seat)
        require_seat(draft, work.activation, work.seat, draft.actor, f"认领“{work.step.name}”")
        require_conditions(draft, work)
    draft.emit(TaskClaimed(command.item, draft.actor))


def _require_free(draft: Draft, seat: Seat) -> None:
    if seat.holder is not None:
        raise AlreadyClaimed(seat.id, draft.facts.name(seat.holder), draft.local(seat.claimed_at))


def release(draft: Draft, command: ReleaseTask) -> None:
    """放回 to the pool."""
    request = open_request(draft, command.item)
    if request is not None:
        require_open(draft.state)
        if request.seat.holder != draft.actor:
            raise NotAllowed("放回", ("认领该待办的人",))
    else:
        work = open_work(draft, command.item)
        require_holder(draft, work, "放回")
        if work.seat.candidates and all(
            each.taken and each.accounts == (draft.actor,) for each in work.seat.candidates
        ):
            raise NotAllowed("放回指定由您办理的待办")
    draft.emit(TaskReleased(command.item))


def read(draft: Draft, command: ReadTask) -> None:
    """Record the first opening by each candidate or the holder, or who stands in; others leave no trace."""
    seat = find_seat(draft.state, command.item)
    if seat is None or any(by == draft.act.by for by, _ in seat.read) or not stands_in(draft, command.item):
        return
    if seat.holder == draft.actor or (
        seat.holder is None and qualifies(draft.facts, seat.candidates, draft.actor)
    ):
        draft.emit(TaskRead(command.item, draft.act.by))


# ---- completing


def complete(draft: Draft, command: CompleteTask) -> None:
    """提交 of a step, a signature, a vote, or the decision about an extension."""
    request = open_request(draft, command.item)
    if request is not None:
        require_open(draft.state)
        decide_extension(draft, request, command)
        return
    plea = open_plea(draft, command.item) if draft.state.pleas else None
    if plea is not None:
        answer_plea(draft, *plea, command.outcome)
        return
    work = open_work(draft, command.item)
    if work.seat.holder is not None and work.seat.holder != draft.actor:
        raise AlreadyClaimed(
            work.seat.id, draft.facts.name(work.seat.holder), draft.local(work.seat.claimed_at)
        )
    require_seat(draft, work.activation, work.seat, draft.actor, f"办理“{work.step.name}”")
    if work.step.requires:
        require_conditions(draft, work)
    match work.seat.part:
        case SeatPart.LEAD | SeatPart.REGISTER:
            _fill(draft, work, command)
        case SeatPart.ASSIST | SeatPart.HELP:
            _answer(draft, work, command.outcome, command.opinion)
        case SeatPart.SUPPLEMENT:
            _supplement(draft, work, command)
        case (
            SeatPart.COSIGN
            | SeatPart.REVIEW
            | SeatPart.CONCUR
            | SeatPart.ISSUE
            | SeatPart.ADDED
            | SeatPart.APPROVE
        ):
            _sign(draft, work, command)
    settle_step(draft, work.activation.id)


def _answer(draft: Draft, work: Work, result: str | None, opinion: str) -> None:
    by = draft.act.by
    via = None if by == draft.actor else by
    draft.emit(TaskAnswered(work.seat.id, draft.actor, result, opinion, via))


def _fill(draft: Draft, work: Work, command: CompleteTask) -> None:
    step, key = work.step, work.activation.key
    outcome = _outcome(work, command.outcome)
    records: Mapping[str, Record] = {}
    if step.fills or step.verifies or command.forms:
        scope = draft.scope(step.region, key, chosen=outcome)
        given = with_drawn(step, command.forms, scope) if step.draws else command.forms
        records = checked(draft, step.fills, given, scope)
        if step.verifies:
            _verify(draft, work, scope, records)
    if step.external:
        _require_paper(draft, work, records)
    for name, values in records.items():
        submit(draft, name, key, values, work.activation.node)
    _answer(draft, work, outcome, command.opinion)


def _outcome(work: Work, given: str | None) -> str | None:
    outcomes = work.step.outcomes
    if work.step.countersign is not None and given is None:
        return None
    if (outcomes and given not in outcomes) or (not outcomes and given is not None):
        raise OutcomeUnknown(work.step.name, outcomes)
    return given


def _verify(draft: Draft, work: Work, scope: CaseScope, records: Mapping[str, Record]) -> None:
    proposed = draft.scope(scope.region, scope.key, chosen=scope.chosen, proposed=records)
    require_all(draft, work, work.step.verifies, proposed, "提交内容未通过核对")
    tell_tables(draft, proposed)


def _require_paper(draft: Draft, work: Work, records: Mapping[str, Record]) -> None:
    """Another authority's result is registered from its paper: the date, and the paper itself."""
    act, step = draft.act, work.step
    if act.occurred_at is None:
        raise PaperMissing(step.name, "来文日期")
    if act.occurred_at > draft.now:
        raise PaperMissing(step.name, "不晚于今日的来文日期")
    known = {form for form, _ in draft.state.forms} | set(records)
    missing = [form for form in step.proof if form not in known]
    if missing and not act.files:
        raise PaperMissing(step.name, f"《{'》《'.join(missing)}》")


def _sign(draft: Draft, work: Work, command: CompleteTask) -> None:
    result = command.outcome or AGREE
    answers = results_of(work.step.countersign if work.seat.voting else None)
    if result not in answers:
        raise OutcomeUnknown(work.step.name, answers)
    joint = work.seat.part in SIGNING and not work.seat.voting
    if result == DISAGREE and joint:
        require_reason(draft, f"不同意{work.seat.part.value}")
    _answer(draft, work, result, command.opinion or draft.act.reason)
    if result == DISAGREE and joint:
        _fill_again(draft, work)
    elif result != AGREE:
        drop_follow_ons(draft, work.activation, work.seat)


def _supplement(draft: Draft, work: Work, command: CompleteTask) -> None:
    """补正: the applicant's form with what was missing; it stays his."""
    forms = forms_asked(draft.definition, draft.state, work.seat.id)
    records = checked(draft, forms, command.forms, draft.scope(0, ""))
    for name, values in records.items():
        submit(draft, name, "", values, None)
    _answer(draft, work, None, command.opinion)


def _fill_again(draft: Draft, work: Work) -> None:
    """A signer who does not agree gives the work back to who filled it; all sign and vote again."""
    activation = draft.state.activations[work.activation.id]
    note = f"{draft.facts.name(draft.actor)}未{work.seat.part.value}：{draft.act.reason}"
    for seat in activation.seats:
        if seat.part is SeatPart.ASSIST:
            continue
        draft.emit(SeatClosed(seat.id, ItemStatus.SUPERSEDED))
    for seat in activation.seats:
        if seat.part in LEADING:
            again = Seat(draft.new_id(), seat.part, seat.candidates, holder=seat.by, note=note)
            draft.emit(SeatAdded(activation.id, again, lead=True))
        elif seat.part in SIGNING and seat.origin is SeatOrigin.MODEL:
            holder = seat.by or seat.holder
            again = Seat(
                draft.new_id(), seat.part, seat.candidates, ItemStatus.WAITING, holder, voting=seat.voting
            )
            draft.emit(SeatAdded(activation.id, again))


# ---- handing on


def transfer(draft: Draft, command: TransferTask) -> None:
    """转办: the duty moves to somebody else who is eligible; a superior or administrator may move it too."""
    work = open_work(draft, command.item)
    if not may_transfer(draft, work):
        require_holder(draft, work, "转办")
    require_reason(draft, "转办")
    seat, to = work.seat, command.to
    name = draft.facts.name(to)
    if to == seat.holder:
        raise TransferForbidden(name, "已由其办理")
    if to in seat.hops:
        raise TransferForbidden(name, "对方已经转出过，可用退还")
    if len(seat.hops) >= MOST_HOPS:
        raise TransferForbidden(name, f"已转办{MOST_HOPS}次")
    try:
        require_eligible(draft, work, to)
    except (NotAllowed, MustRecuse) as refusal:
        raise TransferForbidden(name, str(refusal).replace("您", "对方")) from refusal
    deputy, conflict = free_deputy(draft, seat.id, to)
    if conflict is not None:
        raise TransferForbidden(name, f"对方外出，代理人也不能办理（{conflict}）".replace("您", "代理人"))
    hops = seat.hops if seat.holder is None else (*seat.hops, seat.holder)
    standing_in = f"（由{draft.facts.name(deputy)}代）" if deputy is not None else ""
    note = f"{draft.facts.name(draft.actor)}转办{standing_in}：{draft.act.reason}"
    draft.emit(TaskTransferred(seat.id, to, hops, note))


def require_eligible(draft: Draft, work: Work, to: str) -> None:
    """Refuse who may not take a duty over; a vote may go to any holder of the role, it stays one vote.

    Raises:
        NotAllowed, MustRecuse
    """
    if work.seat.voting and to in role_holders(draft.facts, work.seat):
        require_separate(draft, work.activation, to, work.seat.id)
    else:
        require_seat(draft, work.activation, work.seat, to, "办理")


def role_holders(facts: Facts, seat: Seat) -> tuple[str, ...]:
    """Return who holds the roles of a seat today, whomever it was meant for."""
    found = (account for each in seat.candidates for account in facts.holders(each.role, None, None))
    return tuple(dict.fromkeys(found))


def may_transfer(draft: Draft, work: Work) -> bool:
    """Tell whether the actor may move this duty: its holder, an administrator, a superior it was escalated to."""
    holds = work.seat.holder == draft.actor
    return holds or draft.facts.is_administrator(draft.actor) or _is_superior(draft, work.activation)


def hand_back(draft: Draft, command: HandBack) -> None:
    """退还: one hop back, with a reason."""
    work = open_work(draft, command.item)
    require_holder(draft, work, "退还")
    require_reason(draft, "退还")
    if not work.seat.hops:
        raise TransferForbidden("上一经办人", "该待办不是转办来的")
    *hops, to = work.seat.hops
    try:
        require_eligible(draft, work, to)
    except (NotAllowed, MustRecuse) as refusal:
        name = draft.facts.name(to)
        raise TransferForbidden(name, str(refusal).replace("您", "对方")) from refusal
    note = f"{draft.facts.name(draft.actor)}退还：{draft.act.reason}"
    draft.emit(TaskHandedBack(work.seat.id, to, tuple(hops), note))


def urge(draft: Draft, command: UrgeTask) -> None:
    """催办: a notice at most once a day for an item; every attempt is counted, from the third notice on told upwards."""
    require_open(draft.state)
    if command.item is None:
        items = tuple(item for each in draft.state.activations.values() for item in open_seats(each))
    else:
        items = (command.item,)
    seats = [seat for item in items if (seat := find_seat(draft.state, item)) is not None]
    if not seats:
        raise TaskClosed(command.item or 0)
    _require_urger(draft, seats)
    fresh = tuple(seat.id for seat in seats if _is_urgeable(draft, seat))
    again = tuple(seat.id for seat in seats if seat.id not in fresh)
    if fresh:
        draft.emit(TaskUrged(fresh, (), draft.act.by))
        tell_of_urging(draft, fresh)
    if again:
        draft.emit(TaskUrged(again, (), draft.act.by, notified=False))


def _is_urgeable(draft: Draft, seat: Seat) -> bool:
    return seat.urged_at is None or draft.now - seat.urged_at >= URGE_AGAIN


def _require_urger(draft: Draft, seats: list[Seat]) -> None:
    """The starter, an administrator, whoever took part, or a superior to whom the item was escalated."""
    actor, state = draft.actor, draft.state
    if actor == state.started_by or draft.facts.is_administrator(actor):
        return
    if any(actor in record.by for record in state.records.values()):
        return
    for seat in seats:
        activation = find_activation(state, seat.id)
        if activation is not None and _is_superior(draft, activation):
            return
    raise NotAllowed("催办", ("发起人", "经办人", "督办人"))


def _is_superior(draft: Draft, activation: Activation) -> bool:
    return is_escalated_to(draft.facts, activation, draft.actor)


def copy(draft: Draft, command: CopyCase) -> None:
    """抄送: accounts may read; nothing else changes."""
    require_participant(draft, "抄送本案")
    draft.emit(Copied(command.to, draft.act.reason, command.item))


def discuss(draft: Draft, command: Discuss) -> None:
    """沟通: who takes part asks or answers; who was asked may answer."""
    if draft.actor not in draft.state.consulted and draft.act.by != SYSTEM:
        require_participant(draft, "就本案沟通")
    require_reason(draft, "沟通")
    draft.emit(Discussed(command.to, draft.act.reason, command.item))
