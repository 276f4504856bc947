"""The command of a recorded group, given again to the case as it is decided by another definition.

Steps, parts and people are found again by name: items, cases and proposals have other numbers there.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from engine.commands import (
    Act,
    AddSigner,
    ApplyExtension,
    AskHelp,
    Command,
    CompleteTask,
    Correct,
    DrawSample,
    EventArrived,
    Forms,
    Jump,
    LeaveCall,
    LinkedCaseEnded,
    Origin,
    RecallTask,
    RejectProposal,
    ResumeCase,
    ResumeClock,
    ReturnTask,
    ServeDocument,
    SetReminder,
    SignProposal,
    StartCase,
    StartHandler,
    StopClock,
    TransferTask,
    VoidDocument,
)
from engine.deciding.extensions import DENY, GRANT
from engine.deciding.returns import CALLER
from engine.deciding.votes import AGREE, DISAGREE
from engine.definition import Definition, Form
from engine.events import (
    Acted,
    CaseResumed,
    CaseStarted,
    CaseTerminated,
    ClockStopped,
    ClockWentOn,
    CorrectionProposed,
    DocumentServed,
    DocumentVoided,
    Event,
    EventReceived,
    ExtensionGranted,
    ExtensionRequested,
    FormSubmitted,
    HandlerStarted,
    LinkedCaseClosed,
    OperationProposed,
    ProposalClosed,
    RecallAnswered,
    ReminderSet,
    SampleDrawn,
    SignerAdded,
    TaskAnswered,
    TaskTransferred,
    TokenReturned,
    WaitMet,
)
from engine.evolve_seats import find_work
from engine.marking import Plea, Request, SeatPart
from engine.open_items import open_items
from engine.operations import Request as Asked
from engine.operations import command_of
from engine.state import CaseState
from engine.values import Record, Value

E = TypeVar("E")

_WITH_AN_ITEM = frozenset(
    ("claim", "release", "read", "hand_back", "remove_signer", "take_back", "supplement")
)
_WITH_THE_CASE = frozenset(("terminate", "withdraw", "void", "suspend", "reopen"))
"""Operations of which the record says all by naming the item, or the case."""


class Retelling:
    """What of the recorded case is what in the case decided again."""

    def __init__(self, old: Definition, new: Definition) -> None:
        self.old, self.new = old, new
        self.links: dict[int, int] = {}  # recorded link -> that of the case decided again
        self._items: dict[
            int, int
        ] = {}  # recorded item, once it was worked on -> that of the case decided again
        self._closed: dict[int, int] = {}  # recorded item -> revision that answered it
        self._revisions: dict[int, int] = {}  # recorded revision -> that of the case decided again

    def happened(self, acted: Acted, revision: int) -> None:
        """Note that a recorded group has been decided again, as which revision."""
        self._revisions[acted.revision] = revision
        if acted.item is not None and acted.operation in ("complete", "return"):
            self._closed[acted.item] = acted.revision

    def command(
        self, acted: Acted, group: Sequence[Event], before: CaseState, would: CaseState
    ) -> Command | None:
        """Return the command of a group for the case decided again; None when it cannot be given again.

        Args:
            before: the recorded case before the group.
            would: the case decided again.
        """
        act = Act(acted.by, acted.acting_for, acted.reason, acted.basis, acted.occurred_at, acted.files)
        forms = {event.form: self._known(event.form, event.values) for event in _all(group, FormSubmitted)}
        if acted.operation == "complete" and acted.item is not None:
            return self._answer(act, acted.item, group, forms, before, would)
        if acted.operation == "recall" and acted.item is not None:
            return self._recall(act, acted.item)
        if acted.item is not None and (item := self._item(acted.item, before, would)) is not None:
            self._items[acted.item] = item
            found = self._of_item(act, acted.operation, item, group, forms)
            if found is not None:
                return found
        return self._of_case(act, acted.operation, group, forms, before, would)

    # ---- answers, and taking them back

    def _answer(
        self,
        act: Act,
        recorded: int,
        group: Sequence[Event],
        forms: Forms,
        before: CaseState,
        would: CaseState,
    ) -> Command | None:
        if recorded in before.requests:
            request = self._request(before.requests[recorded], before, would)
            granted = _first(group, ExtensionGranted) is not None
            return None if request is None else CompleteTask(act, request, {}, GRANT if granted else DENY)
        if agreed := _first(group, RecallAnswered):
            consent = self._consent(recorded, before, would)
            return (
                None
                if consent is None
                else CompleteTask(act, consent, {}, AGREE if agreed.agreed else DISAGREE)
            )
        item, answer = self._item(recorded, before, would), _first(group, TaskAnswered)
        if item is None or answer is None:
            return None
        self._items[recorded] = item
        return CompleteTask(act, item, forms, answer.result, answer.opinion)

    def _recall(self, act: Act, recorded: int) -> Command | None:
        item, answered = self._items.get(recorded), self._closed.get(recorded)
        revision = None if answered is None else self._revisions.get(answered)
        return None if item is None or revision is None else RecallTask(act, item, revision)

    def _request(self, recorded: Request, before: CaseState, would: CaseState) -> int | None:
        wanted = self._asked_for(self.old, recorded, before)
        found = (each for each in would.requests.values() if self._asked_for(self.new, each, would) == wanted)
        return next((each.id for each in found), None)

    @staticmethod
    def _asked_for(definition: Definition, request: Request, state: CaseState) -> str:
        """Return the name of the clock or step that an application is about."""
        if request.clock is not None:
            return definition.clocks[request.clock].name
        activation = state.activations.get(request.activation or 0)
        return "" if activation is None else definition.nodes[activation.node].name

    def _consent(self, recorded: int, before: CaseState, would: CaseState) -> int | None:
        plea, holder = _plea_of(recorded, before)
        wanted = None if plea is None else self._items.get(plea.item)
        seats = (seat for each in would.pleas.values() if each.item == wanted for seat in each.seats)
        return next((seat.id for seat in seats if seat.holder == holder), None)

    # ---- what is done with an open item

    def _item(self, number: int, before: CaseState, would: CaseState) -> int | None:
        """Return the open item of the same step, part and instance in the case decided again."""
        found = find_work(before, number)
        if found is None:
            return None
        activation, seat = found
        name = self.old.nodes[activation.node].name
        kind = (name, seat.part, activation.key)
        there = _alike(self.new, would, *kind)
        here = _alike(self.old, before, *kind)
        if number in here and len(there) == len(here):
            return there[here.index(number)]
        shown = open_items(self.new, would)
        return next((n for n in there if shown[n].holder in (None, seat.holder)), None)

    def _of_item(
        self, act: Act, operation: str, item: int, group: Sequence[Event], forms: Forms
    ) -> Command | None:
        if operation in _WITH_AN_ITEM:
            return command_of(operation, Asked(act, item, "", forms, {}))
        match operation:
            case "return" if target := self._target(group):
                return ReturnTask(act, item, *target)
            case "transfer" if moved := _first(group, TaskTransferred):
                return TransferTask(act, item, moved.to)
            case "remind" if wish := _first(group, ReminderSet):
                return SetReminder(act, item, wish.at)
            case "add_signer" if added := _first(group, SignerAdded):
                return AddSigner(act, item, added.seat.holder or "", added.seat.origin)
            case "ask" if added := _first(group, SignerAdded):
                return AskHelp(act, item, added.seat.holder or "")
            case "extend" if asked := _first(group, ExtensionRequested):
                return ApplyExtension(act, forms, item=item, span=asked.request.span)
            case _:
                return None

    def _target(self, group: Sequence[Event]) -> tuple[str, bool] | None:
        """Return where a return led to, by name, and whether the work was to come straight back."""
        if _first(group, CaseTerminated) is not None:
            return CALLER, False
        returned = _first(group, TokenReturned)
        if returned is None:
            return None
        node = returned.target if returned.step is None else returned.step
        return self.old.nodes[node].name, returned.token.back is not None

    # ---- what is done with the case

    def _of_case(
        self,
        act: Act,
        operation: str,
        group: Sequence[Event],
        forms: Forms,
        before: CaseState,
        would: CaseState,
    ) -> Command | None:
        if operation in _WITH_THE_CASE:
            return command_of(operation, Asked(act, None, "", forms, {}))
        match operation:
            case "leave_call":
                return LeaveCall(act)
            case "start" if started := _first(group, CaseStarted):
                origin = None if started.origin is None else Origin(started.origin, started.called)
                return StartCase(act, forms, origin, occurrence=started.occurrence, imported=started.imported)
            case "event" if came := _first(group, EventReceived):
                return EventArrived(came.event, came.arguments, came.source)
            case "linked_case_ended" if closed := _first(group, LinkedCaseClosed):
                link = self.links.get(closed.link, closed.link)
                return LinkedCaseEnded(link, closed.status, forms, _given_back(group))
            case "begin" if begun := _first(group, HandlerStarted):
                name = self.old.handlers[begun.opening.handler].name
                return StartHandler(act, name, forms, begun.opening.key)
            case "serve" if served := _first(group, DocumentServed):
                return ServeDocument(act, served.document, served.to, served.complete, served.service)
            case "void_document" if void := _first(group, DocumentVoided):
                paper = would.papers.get(void.document)
                return None if paper is None else VoidDocument(act, paper.id, void.document)
            case "draw" if drawn := _first(group, SampleDrawn):
                return DrawSample(drawn.seed, drawn.pool, drawn.drawn)
            case "extend" if (asked := _first(group, ExtensionRequested)) and asked.request.clock is not None:
                clock = self.old.clocks[asked.request.clock].name
                return ApplyExtension(act, forms, clock=clock, span=asked.request.span)
            case "stop_clock" if stopped := _first(group, ClockStopped, lambda each: not each.excluded):
                return StopClock(act, self.old.clocks[stopped.clock].name, forms)
            case "resume" if _first(group, CaseResumed):
                return ResumeCase(act)
            case "resume" if went_on := _first(group, ClockWentOn, lambda each: not each.excluded):
                return ResumeClock(act, self.old.clocks[went_on.clock].name, forms)
            case "correct":
                return self._correction(act, group)
            case "jump" if proposed := _first(group, OperationProposed):
                return self._jump(act, proposed, before, would)
            case "sign" | "reject" if settled := _first(group, ProposalClosed):
                return self._second(act, operation, before.proposals[settled.proposal].operation, would)
            case _:
                return None

    def _correction(self, act: Act, group: Sequence[Event]) -> Command | None:
        if proposed := _first(group, CorrectionProposed):
            return Correct(act, proposed.form, self._known(proposed.form, proposed.values), proposed.key)
        event = _first(group, FormSubmitted)
        if event is None:
            return None
        changed = {name: value for name, value in event.values.items() if name in event.changed}
        return Correct(act, event.form, self._known(event.form, changed), event.key)

    def _jump(
        self, act: Act, proposed: OperationProposed, before: CaseState, would: CaseState
    ) -> Command | None:
        proposal = proposed.proposal
        if proposal.target is None:
            return None
        to = self.old.nodes[proposal.target].name
        if proposal.token is None:
            return Jump(act, to)
        seats = (
            seat.id
            for each in before.activations.values()
            if each.token == proposal.token
            for seat in each.seats
        )
        items = (self._item(number, before, would) for number in seats)
        item = next((each for each in items if each is not None), None)
        return None if item is None else Jump(act, to, item)

    @staticmethod
    def _second(act: Act, operation: str, proposed: str, would: CaseState) -> Command | None:
        found = (each.id for each in would.proposals.values() if each.operation == proposed)
        number = next(found, None)
        if number is None:
            return None
        return SignProposal(act, number) if operation == "sign" else RejectProposal(act, number)

    def _known(self, name: str, values: Mapping[str, Value]) -> Record:
        """Return the values that the form of the other definition asks for."""
        form = next((each for each in self.new.forms if each.name == name), Form(name, ()))
        asked = {each.name for each in form.fields if each.computed is None}
        return {name: value for name, value in values.items() if name in asked}


def _alike(definition: Definition, state: CaseState, name: str, part: SeatPart, key: str) -> list[int]:
    """Return the open items of a step, part and instance, in the order in which they were opened."""
    return [
        n
        for n, item in sorted(open_items(definition, state).items())
        if item.node is not None
        and definition.nodes[item.node].name == name
        and (item.part, item.key) == (part, key)
    ]


def _all(group: Sequence[Event], kind: type[E]) -> list[E]:
    return [each for each in group if isinstance(each, kind)]


def _first(group: Sequence[Event], kind: type[E], fits: Callable[[E], bool] | None = None) -> E | None:
    return next((each for each in _all(group, kind) if fits is None or fits(each)), None)


def _given_back(group: Sequence[Event]) -> str | None:
    """Return why a called case was given back, as far as the record says so; None when it simply ended."""
    if met := _first(group, WaitMet):
        return met.returned
    return "退回" if _first(group, TokenReturned) is not None else None


def _plea_of(item: int, state: CaseState) -> tuple[Plea | None, str | None]:
    """Return the application that an item answers, and who answers it."""
    for plea in state.pleas.values():
        for seat in plea.seats:
            if seat.id == item:
                return plea, seat.holder
    return None, None
