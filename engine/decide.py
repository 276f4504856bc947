"""Answer a command: the events it causes, or a refusal. Pure: everything it needs is handed in."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from engine.commands import (
    OPERATIONS,
    AddSigner,
    ApplyExtension,
    AskHelp,
    AskSupplement,
    ClaimTask,
    Command,
    CompleteTask,
    CopyCase,
    Correct,
    Discuss,
    DrawSample,
    EventArrived,
    HandBack,
    Jump,
    KeepCopy,
    LeaveCall,
    LinkedCaseEnded,
    Migrate,
    ParentEnded,
    ReadTask,
    RecallTask,
    Recount,
    RejectProposal,
    ReleaseTask,
    RemoveSigner,
    Reopen,
    ResumeCase,
    ResumeClock,
    ReturnTask,
    ServeDocument,
    SetReminder,
    SignProposal,
    StartCase,
    StartHandler,
    StopClock,
    Suspend,
    TakeBack,
    Terminate,
    Tick,
    TransferTask,
    UrgeTask,
    Void,
    VoidDocument,
    Withdraw,
)
from engine.deciding import (
    calls,
    cases,
    clocks,
    duties,
    extensions,
    handlers,
    migration,
    papers,
    recall,
    reminders,
    returns,
    signatures,
    signers,
    tasks,
    timers,
)
from engine.deciding.draft import Draft
from engine.deciding.finding import require_open
from engine.deciding.pulse import settle
from engine.deciding.standing_in import require_standing_in
from engine.decision import Decision
from engine.definition import Definition
from engine.events import Acted
from engine.evolve_seats import find_activation
from engine.facts import Facts
from engine.graph import graph_of
from engine.refusals import StartForbidden
from engine.state import CaseState

_Deciding: TypeAlias = Callable[[Draft, Any], None]
"""`Any`: each function takes the command it stands beside in the table below."""

_DECIDING: Mapping[type[Command], _Deciding] = {
    StartCase: cases.start,
    ClaimTask: tasks.claim,
    ReleaseTask: tasks.release,
    ReadTask: tasks.read,
    CompleteTask: tasks.complete,
    ReturnTask: returns.give_back,
    RecallTask: recall.recall,
    TransferTask: tasks.transfer,
    SetReminder: reminders.set_reminder,
    HandBack: tasks.hand_back,
    AddSigner: signers.add_signer,
    RemoveSigner: signers.remove_signer,
    AskHelp: signers.ask_help,
    AskSupplement: signers.ask_supplement,
    TakeBack: signers.take_back,
    Discuss: tasks.discuss,
    UrgeTask: tasks.urge,
    CopyCase: tasks.copy,
    ApplyExtension: extensions.apply_for,
    StopClock: clocks.stop_clock,
    ResumeClock: clocks.resume_clock,
    StartHandler: handlers.start_handler,
    ServeDocument: papers.serve,
    VoidDocument: papers.void,
    KeepCopy: papers.keep_copy,
    Correct: cases.correct,
    Withdraw: lambda draft, _: cases.withdraw(draft),
    Suspend: lambda draft, _: cases.suspend(draft),
    ResumeCase: lambda draft, _: cases.resume(draft),
    Terminate: lambda draft, _: cases.terminate(draft),
    Void: signatures.propose_void,
    Jump: signatures.propose_jump,
    Migrate: migration.migrate,
    SignProposal: signatures.sign,
    RejectProposal: signatures.reject,
    Reopen: cases.reopen,
    Tick: lambda draft, _: timers.tick(draft),
    DrawSample: duties.draw_sample,
    Recount: lambda draft, _: timers.recount(draft),
    LinkedCaseEnded: calls.linked_case_ended,
    ParentEnded: calls.parent_ended,
    LeaveCall: calls.leave,
    EventArrived: cases.event_arrived,
}

_NEED_OPEN = (StopClock, ResumeClock, StartHandler)


def decide(definition: Definition, state: CaseState, command: Command, facts: Facts) -> Decision:
    """Decide a command on a case (`CaseState()` before it has started).

    Returns: the group of events to record and the state after them; no events when nothing was to be done.
    Raises: a `Refusal`; then nothing has happened, and the given state is as it was.
    """
    if (state.revision == 0) is not isinstance(command, StartCase):
        raise StartForbidden(definition.name, "案件尚未启动" if state.revision == 0 else "案件已经启动")
    draft = Draft(graph_of(definition), state.copy(), facts, command.act)
    if isinstance(command, _NEED_OPEN):
        require_open(state)
    if command.act.acting_for is not None and not isinstance(command, ReadTask):
        require_standing_in(draft, getattr(command, "item", None))
    draft.emit(_head(state, command, facts))
    _DECIDING[type(command)](draft, command)
    if len(draft.events) > 1:
        settle(draft)
        if draft.state.links:
            calls.withdraw(draft)
    if len(draft.events) == 1:
        return Decision((), state)
    return Decision(tuple(draft.events), draft.state)


def _head(state: CaseState, command: Command, facts: Facts) -> Acted:
    act = command.act
    item: int | None = getattr(command, "item", None)
    activation = None if item is None else find_activation(state, item)
    return Acted(
        revision=state.revision + 1,
        at=facts.now,
        operation=OPERATIONS[type(command)],
        by=act.by,
        acting_for=act.acting_for,
        occurred_at=act.occurred_at,
        node=None if activation is None else activation.node,
        key="" if activation is None else activation.key,
        item=item,
        reason=act.reason,
        basis=act.basis,
        files=act.files,
    )
