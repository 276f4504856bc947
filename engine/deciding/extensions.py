"""延期: applied for before the limit passes, decided by the approver of the rung, at most so long and so often."""

from datetime import date

from engine.case_scope import CaseScope
from engine.commands import ApplyExtension, CompleteTask
from engine.deadline_text import span_text
from engine.deciding.authority import candidates, qualifies, role_names
from engine.deciding.clocks import clock_named
from engine.deciding.draft import Draft
from engine.deciding.effects import issue, submit
from engine.deciding.finding import (
    open_work,
    require_holder,
    require_open,
    require_participant,
    require_reason,
)
from engine.deciding.form_values import checked
from engine.deciding.limits import settled, timers_for
from engine.definition import Extension, Step
from engine.events import (
    ClockMoved,
    DueMoved,
    ExtensionGranted,
    ExtensionRefused,
    ExtensionRequested,
    TaskClaimed,
)
from engine.marking import Request, Running, Seat, SeatPart
from engine.record import replace
from engine.refusals import AlreadyClaimed, ExtensionForbidden, NotAllowed, OutcomeUnknown
from engine.running import due_of
from engine.sentences import basis_text
from engine.values import Span

GRANT, DENY = "批准", "不批准"
"""Outcomes of a decision about an extension."""


def ladder(extensions: tuple[Extension, ...]) -> tuple[Extension, ...]:
    """Return one rung for every extension that may be granted, in order."""
    return tuple(each for each in extensions for _ in range(each.times))


def apply_for(draft: Draft, command: ApplyExtension) -> None:
    """Ask for an extension of a step one holds, or of a clock."""
    require_open(draft.state)
    place: tuple[int | None, int | None]
    if command.item is not None:
        work = open_work(draft, command.item)
        require_holder(draft, work, "申请延期")
        scope = draft.scope(work.step.region, work.activation.key)
        running, rungs = work.activation.running, ladder(work.step.extensions)
        place = (work.activation.id, None)
    else:
        require_participant(draft, "申请延期")
        number, clock, record = clock_named(draft, command.clock or "")
        scope, running, rungs = draft.scope(0, ""), record.running, ladder(clock.extensions)
        place = (None, number)
    if running is not None and running.clock is not None:
        name = draft.definition.clocks[running.clock].name
        raise ExtensionForbidden(f"本步骤时限随总时限“{name}”，请申请延长总时限")
    rung = next_rung(draft, running, rungs, place)
    extension = rungs[rung]
    span = _asked(draft, command.span, extension, scope, running)
    wanted = () if extension.form is None else (extension.form,)
    for name, values in checked(draft, wanted, command.forms, scope).items():
        submit(draft, name, scope.key, values, None)
    offered = candidates(draft, extension.approvers, scope)
    identity = draft.new_id()
    seat = Seat(identity, SeatPart.APPROVE, offered, note=f"申请延期{span_text(span)}：{draft.act.reason}")
    request = Request(identity, place[0], place[1], rung, span, draft.actor, draft.now, seat, draft.deputy)
    draft.emit(ExtensionRequested(request))


def next_rung(
    draft: Draft,
    running: Running | None,
    rungs: tuple[Extension, ...],
    place: tuple[int | None, int | None],
) -> int:
    """Return the rung that comes next, or say why there is none."""
    if not rungs:
        raise ExtensionForbidden("此时限没有延期的规定")
    source = basis_text(rungs[-1].basis)
    if running is None or running.missing:
        raise ExtensionForbidden("时限尚未起算", source)
    rung = len(running.extensions)
    if rung >= len(rungs):
        raise ExtensionForbidden(f"已延期{rung}次，达到上限", source)
    if any((each.activation, each.clock) == place for each in draft.state.requests.values()):
        raise ExtensionForbidden("已有延期申请待批", source)
    if running.due is None:
        raise ExtensionForbidden("时限正在中止", source)
    if draft.now >= running.due:
        raise ExtensionForbidden("已经到期，应在到期前申请", source)
    return rung


def _asked(
    draft: Draft, asked: Span | None, extension: Extension, scope: CaseScope, running: Running | None
) -> Span:
    most = draft.value(extension.at_most, scope)
    assert isinstance(most, Span) and running is not None, extension
    if asked is None:
        return most
    if asked.count < 1 or _ends(draft, running, asked) > _ends(draft, running, most):
        raise ExtensionForbidden(f"每次至多{span_text(most)}", basis_text(extension.basis))
    return asked


def _ends(draft: Draft, running: Running, span: Span) -> date:
    extended = replace(running, extensions=(*running.extensions, span))
    end = due_of(extended, draft.facts.calendar, draft.facts.zone)
    assert end is not None, running
    return end.day


def decide_extension(draft: Draft, request: Request, command: CompleteTask) -> None:
    """Grant or refuse an application; a grant moves the due moment and issues its papers, what was late stays late."""
    seat = request.seat
    if seat.holder is not None and seat.holder != draft.actor:
        raise AlreadyClaimed(seat.id, draft.facts.name(seat.holder), draft.local(seat.claimed_at))
    require_approver(draft, request)
    if command.outcome not in (GRANT, DENY):
        raise OutcomeUnknown("延期审批", (GRANT, DENY))
    if seat.holder is None:
        draft.emit(TaskClaimed(request.id, draft.actor))
    if command.outcome == DENY:
        require_reason(draft, "不批准延期")
        draft.emit(ExtensionRefused(request.id, draft.actor))
        return
    draft.emit(ExtensionGranted(request.id, draft.actor))
    if request.activation is not None:
        activation = draft.state.activations[request.activation]
        node = draft.graph.node(activation.node)
        assert isinstance(node, Step) and activation.running is not None, node
        running = _extended(draft, activation.running, request)
        timers = timers_for(draft, running, node.reminders, node.overdue, activation.timers)
        draft.emit(DueMoved(activation.id, running, timers))
        _answer(draft, node.extensions, request, draft.scope(node.region, activation.key))
    elif request.clock is not None:
        clock, record = draft.definition.clocks[request.clock], draft.state.clocks[request.clock]
        running = _extended(draft, record.running, request)
        timers = timers_for(draft, running, clock.reminders, clock.overdue, record.timers)
        draft.emit(ClockMoved(request.clock, running, timers))
        _answer(draft, clock.extensions, request, draft.scope(0, ""))


def _answer(draft: Draft, extensions: tuple[Extension, ...], request: Request, scope: CaseScope) -> None:
    for document in ladder(extensions)[request.rung].documents:
        issue(draft, document, scope)


def require_approver(draft: Draft, request: Request) -> None:
    """Refuse who may not decide an application: without the role, or on the side of who applied, in whatever name.

    Raises:
        NotAllowed
    """
    roles = role_names(request.seat.candidates)
    if not qualifies(draft.facts, request.seat.candidates, draft.actor):
        raise NotAllowed("审批延期", roles)
    if not {request.by, request.via}.isdisjoint((draft.act.by, draft.actor)):
        raise NotAllowed("审批自己的延期申请", roles)


def _extended(draft: Draft, running: Running, request: Request) -> Running:
    return settled(
        draft,
        replace(
            running,
            extensions=(*running.extensions, request.span),
            granted_by=(*running.granted_by, draft.actor),
        ),
    )
