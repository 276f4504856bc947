"""撤回申请: the next person has begun, so he is asked whether the answer before may be taken back. Silence is a no."""

from engine.commands import RecallTask
from engine.deadlines import end_of_day
from engine.deciding.draft import Draft
from engine.deciding.untouched import Touched
from engine.deciding.votes import AGREE, DISAGREE
from engine.events import Notified, RecallAnswered, RecallAsked, RecallSettled
from engine.marking import Activation, Candidate, Plea, Seat, SeatPart
from engine.refusals import AlreadyClaimed, NotAllowed, OutcomeUnknown, RecallForbidden
from engine.views import ItemStatus

WORKING_DAYS = 1
"""How long the next person has to answer."""


def ask_consent(draft: Draft, command: RecallTask, activation: Activation, touched: Touched) -> None:
    """Ask everybody who has begun whether the answer may be taken back.

    Raises:
        RecallForbidden: they were asked already.
    """
    if any(each.item == command.item for each in draft.state.pleas.values()):
        raise RecallForbidden("撤回申请已提出，正在等待答复")
    last_day = draft.facts.calendar.add_working_days(draft.today, WORKING_DAYS)
    step = draft.graph.node(activation.node).name
    note = f"{draft.facts.name(draft.actor)}申请撤回“{step}”" + (
        f"：{draft.act.reason}" if draft.act.reason else ""
    )
    identity = draft.new_id()
    seats = tuple(
        Seat(
            draft.new_id(),
            SeatPart.APPROVE,
            (Candidate("撤回答复", accounts=(account,), taken=True),),
            holder=account,
            note=note,
        )
        for account in touched.asked
    )
    plea = Plea(
        identity,
        command.item,
        command.revision,
        activation.node,
        draft.actor,
        draft.now,
        end_of_day(last_day, draft.facts.zone),
        tuple(dict.fromkeys(touched.work)),
        seats,
        draft.deputy,
    )
    draft.emit(RecallAsked(plea))


def open_plea(draft: Draft, item: int) -> tuple[Plea, Seat] | None:
    """Return the application that an item answers."""
    for plea in draft.state.pleas.values():
        for seat in plea.seats:
            if seat.id == item:
                return plea, seat
    return None


def answer(draft: Draft, plea: Plea, seat: Seat, result: str | None) -> bool:
    """Agree or not; tell whether everybody has agreed now.

    Raises:
        AlreadyClaimed, NotAllowed, OutcomeUnknown
    """
    if draft.actor != seat.holder:
        raise AlreadyClaimed(seat.id, draft.facts.name(seat.holder or ""), None)
    if draft.deputy is not None and draft.deputy in (plea.by, plea.via):
        raise NotAllowed("答复自己的撤回申请", ("被申请的办理人",))
    if result not in (AGREE, DISAGREE):
        raise OutcomeUnknown("撤回答复", (AGREE, DISAGREE))
    draft.emit(RecallAnswered(seat.id, draft.actor, result == AGREE))
    if result == DISAGREE:
        refuse(draft, plea, f"{draft.facts.name(draft.actor)}不同意撤回")
        return False
    return all(each.status is ItemStatus.DONE for each in draft.state.pleas[plea.id].seats)


def refuse(draft: Draft, plea: Plea, because: str) -> None:
    """End an application without taking anything back; who applied is told why."""
    draft.emit(RecallSettled(plea.id, granted=False))
    draft.emit(Notified((), f"{draft.state.number}：撤回没有办成，{because}", people=(plea.by,)))


def lapse(draft: Draft, number: int) -> None:
    """End an application that was not answered in time."""
    refuse(draft, draft.state.pleas[number], f"{WORKING_DAYS}个工作日内没有答复，视为不同意")


def follow_pleas(draft: Draft) -> None:
    """End the applications whose work has gone on, or is gone."""
    for plea in tuple(draft.state.pleas.values()):
        if any(number not in draft.state.activations for number in plea.about):
            refuse(draft, plea, "后续待办已办结")
