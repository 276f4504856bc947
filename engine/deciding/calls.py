"""子规程: a step that starts a case and waits for it; what becomes of the one when the other ends."""

from functools import partial

from engine.case_scope import status_text
from engine.commands import LeaveCall, LinkedCaseEnded, ParentEnded
from engine.deciding.draft import Draft
from engine.deciding.effects import open_seats, submit
from engine.deciding.pulse import automatically
from engine.deciding.waits import go_on
from engine.definition import Wait
from engine.events import CallWithdrawn, CaseTerminated, LinkedCaseClosed, Notified, WaitMet
from engine.marking import Activation
from engine.views import LIVE, CaseStatus

_ENDED = (CaseStatus.FINISHED, CaseStatus.TERMINATED, CaseStatus.WITHDRAWN, CaseStatus.VOID)


def linked_case_ended(draft: Draft, command: LinkedCaseEnded) -> None:
    """A case started from here has ended: the step that waits for it goes on, or back when it was returned."""
    link = draft.state.links.get(command.link)
    if link is None:
        return
    draft.emit(LinkedCaseClosed(command.link, command.status))
    waiting = draft.state.activations.get(link.activation) if link.activation is not None else None
    if waiting is None:
        return
    outcome = status_text(command.status)
    if waiting.token not in draft.state.tokens:
        _take_over(draft, waiting, command)
        draft.emit(WaitMet(waiting.id, outcome, command.returned))
    else:
        automatically(draft, waiting, partial(_go_on, draft, waiting, command, outcome))


def parent_ended(draft: Draft, command: ParentEnded) -> None:
    """The case that triggered this one is over: this one goes on, and whoever works on it is told."""
    items = tuple(item for each in draft.state.activations.values() for item in open_seats(each))
    said = f"{draft.state.number}：来源案件{command.number}已{status_text(command.status)}，本案照常办理"
    draft.emit(Notified((), said, items))


def _go_on(draft: Draft, waiting: Activation, command: LinkedCaseEnded, outcome: str) -> None:
    _take_over(draft, waiting, command)
    go_on(draft, waiting, outcome, command.returned)


def _take_over(draft: Draft, waiting: Activation, command: LinkedCaseEnded) -> None:
    """Submit what the called case filled, unless it was given back."""
    node = draft.graph.node(waiting.node)
    assert isinstance(node, Wait), node
    for form in node.fills if command.returned is None else ():
        if form in command.forms:
            submit(draft, form, waiting.key, command.forms[form], waiting.node)


def withdraw(draft: Draft) -> None:
    """End the cases for which nobody waits any more, because their step was left or this case has ended."""
    state = draft.state
    for number, link in tuple(state.links.items()):
        if link.activation is not None and link.activation not in state.activations:
            ended = (
                f"上级案件已{status_text(state.status)}"
                if state.status in _ENDED
                else "上级案件已离开派出的步骤"
            )
            draft.emit(CallWithdrawn(number, ended))


def leave(draft: Draft, command: LeaveCall) -> None:
    """End, because the case that called this one no longer waits for it."""
    if draft.state.status in LIVE:
        draft.emit(CaseTerminated(command.act.reason))
