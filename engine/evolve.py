"""Apply what happened. `evolve` never refuses; the state of any case is the fold of its events."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias, TypeVar, get_args

from engine import events as e
from engine.evolve_blocks import change_block, change_parked, clear
from engine.evolve_clocks import change_clock, fire
from engine.evolve_migration import migrate
from engine.evolve_seats import change_seat, update, update_seat
from engine.evolve_tokens import count, drop_token, extended, put, stand, undo
from engine.marking import (
    Activation,
    Entry,
    NodeRecord,
    OpenLink,
    Paper,
    Submission,
)
from engine.record import replace
from engine.state import CaseState
from engine.views import CaseStatus, ItemStatus

K = TypeVar("K")
V = TypeVar("V")


def evolve(state: CaseState, event: e.Event) -> CaseState:
    """Return the state after an event; the given one is left as it is."""
    after = state.copy()
    apply(after, event)
    return after


def replay(events: Iterable[e.Event]) -> CaseState:
    """Return the state after all events of a case, from its beginning."""
    state = CaseState()
    for event in events:
        apply(state, event)
    return state


def apply(state: CaseState, event: e.Event) -> None:
    """Write an event into a state of one's own."""
    APPLYING[type(event)](state, event)


def _act(state: CaseState, event: e.Acted) -> None:
    state.revision, state.now, state.actor = event.revision, event.at, event.by


def _nothing(_state: CaseState, _event: e.Event) -> None:
    """Leave the state: the history says it, the state need not remember."""


def _place_token(state: CaseState, event: e.TokenPlaced) -> None:
    stand(state, event.token)


def _pass_gateway(state: CaseState, event: e.GatewayPassed) -> None:
    for number in event.taken:
        drop_token(state, number)
    for token in event.tokens:
        stand(state, token)


def _set_data(state: CaseState, event: e.DataSet) -> None:
    if state.data.get(event.name) != event.value:
        state.changed[f"={event.name}"] = state.revision
    state.data[event.name] = event.value


def _return(state: CaseState, event: e.TokenReturned) -> None:
    way = (event.origin, event.target)
    state.returns[way] = state.returns.get(way, 0) + 1
    undo(state, event.undone)
    stand(state, event.token)


def _go_straight_back(state: CaseState, event: e.WentStraightBack) -> None:
    stand(state, event.token)
    for place in event.redone:
        state.records[place] = replace(state.records[place], done=True)


def _start_handler(state: CaseState, event: e.HandlerStarted) -> None:
    state.openings[event.opening.id] = event.opening
    count(state, event.opening.id)
    stand(state, event.token)


def _end_handler(state: CaseState, event: e.HandlerEnded) -> None:
    del state.openings[event.opening]
    drop_token(state, event.token)


def _queue(state: CaseState, event: e.HandlerQueued) -> None:
    put(state.queued, (event.handler, event.key), event.waiting or None)


def _set_period(state: CaseState, event: e.PeriodSet) -> None:
    put(state.periods, (event.handler, event.key), event.period)


def _note_condition(state: CaseState, event: e.ConditionNoted) -> None:
    state.held[event.handler, event.key] = event.holds


def _move_due(state: CaseState, event: e.DueMoved) -> None:
    update(state, event.activation, running=event.running, timers=event.timers)


def _move_wait(state: CaseState, event: e.WaitMoved) -> None:
    update(state, event.activation, timers=event.timers)


def _meet(state: CaseState, event: e.WaitMet) -> None:
    update(state, event.activation, met=True, outcome=event.outcome, returned=event.returned)


def _request(state: CaseState, event: e.ExtensionRequested) -> None:
    state.requests[event.request.id] = event.request
    count(state, event.request.id)


def _refuse_extension(state: CaseState, event: e.ExtensionRefused) -> None:
    state.requests.pop(event.request, None)


def _trigger(state: CaseState, event: e.CaseTriggered) -> None:
    state.links[event.link] = OpenLink(event.process, event.key, event.activation)
    state.sealed = state.revision
    count(state, event.link)


def _seal(state: CaseState, _event: e.EventEmitted | e.CaseLinked) -> None:
    state.sealed = state.revision


def _withdraw_call(state: CaseState, event: e.CallWithdrawn) -> None:
    state.links.pop(event.link, None)


def _close_link(state: CaseState, event: e.LinkedCaseClosed) -> None:
    state.links.pop(event.link, None)


def _issue(state: CaseState, event: e.DocumentIssued) -> None:
    assert state.now is not None, event
    state.papers[event.document] = Paper(event.id, event.number, state.now, state.actor)
    state.sealed = state.revision
    count(state, event.id)


def _serve(state: CaseState, event: e.DocumentServed) -> None:
    if event.complete:
        state.papers[event.document] = replace(state.papers[event.document], served_at=event.at)


def _void_document(state: CaseState, event: e.DocumentVoided) -> None:
    paper = state.papers.get(event.document)
    if paper is not None and paper.id == event.id:
        del state.papers[event.document]


def _discuss(state: CaseState, event: e.Discussed) -> None:
    state.consulted = tuple(dict.fromkeys((*state.consulted, *event.to)))


def _raise_incident(state: CaseState, event: e.IncidentRaised) -> None:
    state.incidents[event.activation] = event.text


def _activate(state: CaseState, event: e.Activated) -> None:
    activation = event.activation
    token = state.tokens[activation.token]
    state.activations[activation.id] = activation
    count(state, activation.id)
    for seat in activation.seats:
        if seat.id >= state.next:
            state.next = seat.id + 1
    place = (activation.node, token.key)
    old = state.records.get(place)
    if old is None:
        state.records[place] = NodeRecord(activation.round, activation.opened_at)
    else:
        state.records[place] = replace(
            old, rounds=activation.round, started_at=activation.opened_at, done=False, extensions=0
        )


def _last_day(activation: Activation) -> date | None:
    running = activation.running
    return None if running is None or running.missing else running.last_day


def _complete(state: CaseState, event: e.StepCompleted) -> None:
    activation = state.activations.pop(event.activation)
    state.incidents.pop(event.activation, None)
    state.decided = state.decided or bool(event.by)
    token = state.tokens[activation.token]
    trail = extended(token.trail, Entry(activation.node, activation.id, state.revision))
    state.tokens[token.id] = replace(token, trail=trail)
    place = (activation.node, token.key)
    state.records[place] = replace(
        state.records[place],
        completed_at=event.at,
        by=event.by,
        outcome=event.outcome,
        done=True,
        late=event.late,
        days_late=event.days_late,
        due_on=_last_day(activation),
        revision=state.revision,
    )


def _submit(state: CaseState, event: e.FormSubmitted) -> None:
    place = (event.form, event.key)
    old = state.forms.get(place)
    node = event.node if event.node is not None or old is None else old.node
    by = state.actor if event.node is not None or old is None else old.by
    state.forms[place] = Submission(state.revision, by, node)
    for name in event.changed:
        state.changed[f"{event.form}.{name}"] = state.revision


def _draw(state: CaseState, event: e.SampleDrawn) -> None:
    if state.occurrence is not None:
        state.occurrence = replace(state.occurrence, drawn=event.drawn)


def _change_status(state: CaseState, event: e.StatusEvent) -> None:
    match event:
        case e.CaseStarted(number=number, sequence=sequence):
            state.number, state.sequence = number, sequence
            state.started_at, state.started_by = state.now, state.actor
            state.occurred_at, state.called = event.occurred_at, event.called
            state.occurrence = event.occurrence
            state.imported = event.imported
        case e.CaseFinished():
            _close(state, CaseStatus.FINISHED)
        case e.CaseTerminated(reason, returned):
            _close(state, CaseStatus.TERMINATED)
            state.returned = reason if returned else None
        case e.CaseWithdrawn():
            _close(state, CaseStatus.WITHDRAWN)
        case e.CaseVoided():
            _close(state, CaseStatus.VOID)
        case e.CaseSuspended():
            state.status = CaseStatus.SUSPENDED
        case e.CaseResumed():
            state.status = CaseStatus.OPEN
        case e.CaseReopened(token=token, undone=undone):
            state.status, state.closed_at = CaseStatus.OPEN, None
            undo(state, undone)
            stand(state, token)


def _close(state: CaseState, status: CaseStatus) -> None:
    state.status = status
    state.closed_at = state.now
    state.tokens.clear()
    state.frames.clear()
    state.openings.clear()
    state.activations.clear()
    state.parked.clear()
    state.requests.clear()
    state.pleas.clear()
    state.proposals.clear()
    state.periods.clear()
    state.incidents.clear()
    for number, clock in state.clocks.items():
        state.clocks[number] = replace(clock, timers=())


def _recall(state: CaseState, event: e.Recalled) -> None:
    for number in event.tokens:
        state.tokens.pop(number, None)
    for number in event.frames:
        state.frames.pop(number, None)
    for number in event.activations:
        state.activations.pop(number, None)
        state.incidents.pop(number, None)
    images = event.images
    for token in images.tokens:
        stand(state, token)
    for frame in images.frames:
        state.frames[frame.id] = frame
        if not frame.joined:  # else the token that entered has gone on, while late branches run
            drop_token(state, frame.outer.id)
    for activation in images.activations:
        state.activations[activation.id] = activation
        for seat in activation.seats:
            count(state, seat.id)
    for place, record in images.records:
        put(state.records, place, record)
    for origin, target, times in images.returns:
        put(state.returns, (origin, target), times or None)
    state.data.update(images.data)
    for form, key, submission in images.forms:
        put(state.forms, (form, key), submission)
    for name in images.changed:
        state.changed[name] = state.revision
    for number, clock in images.clocks:
        put(state.clocks, number, clock)
    for place, parked in images.parked:
        put(state.parked, place, parked)


def _ask_recall(state: CaseState, event: e.RecallAsked) -> None:
    state.pleas[event.plea.id] = event.plea
    for number in (event.plea.id, *(seat.id for seat in event.plea.seats)):
        count(state, number)


def _answer_recall(state: CaseState, event: e.RecallAnswered) -> None:
    update_seat(state, event.item, status=ItemStatus.DONE, by=event.by)


def _settle_recall(state: CaseState, event: e.RecallSettled) -> None:
    state.pleas.pop(event.plea, None)


def _propose(state: CaseState, event: e.OperationProposed) -> None:
    state.proposals[event.proposal.id] = event.proposal
    count(state, event.proposal.id)


def _propose_correction(state: CaseState, event: e.CorrectionProposed) -> None:
    proposal = state.proposals[event.proposal]
    state.proposals[event.proposal] = replace(
        proposal, form=event.form, key=event.key, revision=state.revision
    )


def _close_proposal(state: CaseState, event: e.ProposalClosed) -> None:
    state.proposals.pop(event.proposal, None)


def _jump(state: CaseState, event: e.TokenJumped) -> None:
    undo(state, event.undone)
    stand(state, event.token)


def _grant(state: CaseState, event: e.ExtensionGranted) -> None:
    request = state.requests.pop(event.request)
    if request.activation is not None:
        activation = state.activations[request.activation]
        place = (activation.node, activation.key)
        record = state.records[place]
        state.records[place] = replace(record, extensions=record.extensions + 1)


_Applying: TypeAlias = Callable[[CaseState, Any], None]
"""`Any`: each function takes the event it stands beside in the table below."""


def _each(kinds: object, applying: _Applying) -> dict[type[e.Event], _Applying]:
    return dict.fromkeys(get_args(kinds), applying)


APPLYING: Mapping[type[e.Event], _Applying] = {
    e.Acted: _act,
    **_each(e.StatusEvent, _change_status),
    e.CaseMigrated: migrate,
    e.FormSubmitted: _submit,
    e.DataSet: _set_data,
    e.TokenPlaced: _place_token,
    e.GatewayPassed: _pass_gateway,
    e.RuleRead: _nothing,
    e.TableRead: _nothing,
    e.StepSkipped: _nothing,
    **_each(e.BlockEvent, change_block),
    e.Cleared: clear,
    **_each(e.ParkedEvent, change_parked),
    e.TokenReturned: _return,
    e.WentStraightBack: _go_straight_back,
    e.HandlerStarted: _start_handler,
    e.HandlerEnded: _end_handler,
    e.HandlerQueued: _queue,
    e.PeriodSet: _set_period,
    e.PeriodMissed: _nothing,
    e.ConditionNoted: _note_condition,
    e.Activated: _activate,
    **_each(e.SeatEvent, change_seat),
    e.StepCompleted: _complete,
    e.Recalled: _recall,
    e.RecallAsked: _ask_recall,
    e.RecallAnswered: _answer_recall,
    e.RecallSettled: _settle_recall,
    e.OperationProposed: _propose,
    e.CorrectionProposed: _propose_correction,
    e.ProposalClosed: _close_proposal,
    e.TokenJumped: _jump,
    e.DueMoved: _move_due,
    e.WaitMoved: _move_wait,
    e.WaitMet: _meet,
    e.TimerFired: fire,
    **_each(e.ClockEvent, change_clock),
    e.ExtensionRequested: _request,
    e.ExtensionGranted: _grant,
    e.ExtensionRefused: _refuse_extension,
    e.CaseTriggered: _trigger,
    e.Drawn: _nothing,
    e.CallWithdrawn: _withdraw_call,
    e.LinkedCaseClosed: _close_link,
    e.EventEmitted: _seal,
    e.EventReceived: _nothing,
    e.SampleDrawn: _draw,
    e.CaseLinked: _seal,
    e.DocumentIssued: _issue,
    e.DocumentServed: _serve,
    e.DocumentVoided: _void_document,
    e.CopyKept: _nothing,
    e.Notified: _nothing,
    e.Copied: _nothing,
    e.Discussed: _discuss,
    e.IncidentRaised: _raise_incident,
}
