"""反事实: what was recorded of a past case, decided again by another definition; nothing is written.

The commands of the case are read from its events and given again, at their moments, by the same people, with the same
forms. While the case then stands where it stood they do the same; where it does not, it has gone otherwise, and that is
told. What people would have done after that nobody knows, so the comparison ends there.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from engine.commands import (
    Act,
    Command,
    CompleteTask,
    DrawSample,
    EventArrived,
    LinkedCaseEnded,
    Origin,
    ServeDocument,
    StartCase,
    StartHandler,
    Terminate,
    Tick,
    TransferTask,
    Void,
    Withdraw,
)
from engine.decide import decide
from engine.definition import Definition, Form
from engine.errors import Refusal
from engine.events import (
    Acted,
    CaseStarted,
    CaseTriggered,
    DocumentServed,
    Event,
    EventReceived,
    FormSubmitted,
    HandlerStarted,
    LinkedCaseClosed,
    SampleDrawn,
    StepCompleted,
    TableRead,
    TaskAnswered,
    TaskTransferred,
)
from engine.evolve import apply
from engine.evolve_seats import find_work
from engine.facts import Facts
from engine.open_items import open_items, wake
from engine.record import record
from engine.sentences import value_text
from engine.state import CaseState
from engine.values import Record
from engine.views import LIVE

E = TypeVar("E")
_NOTHING_MOVES = frozenset(
    ("claim", "release", "read", "urge", "copy", "discuss", "recount", "tick", "migrate")
)
"""Operations after which a case stands where it stood, or that come again by themselves."""


@record
class Difference:
    """Something that would have been otherwise, at a recorded moment; the last one of a case may end the comparison."""

    revision: int
    at: datetime
    step: str
    text: str
    ends: bool = False  # from here on nobody knows what people would have done


class Retelling(Facts, Protocol):
    """Facts of a past moment whose submissions are those of the case as it is decided again."""

    def keep(self, revision: int, submitted: FormSubmitted) -> None:
        """Remember a submission of the case that is decided again."""


def differences(
    old: Definition,
    new: Definition,
    groups: Sequence[Sequence[Event]],
    facts_at: Callable[[datetime], Retelling],
) -> tuple[Difference, ...]:
    """Decide recorded groups again by another definition, and tell what would have been otherwise, in order.

    Args:
        groups: the events of a case that has always been under `old`.
        facts_at: the facts of a moment, with what was kept before.
    """
    comparison = _Comparison(old, new, facts_at)
    found: list[Difference] = []
    for group in groups:
        found += comparison.follow(group)
        if found and found[-1].ends:
            break
    return tuple(found)


class _Comparison:
    """The case as it was, and as it would have been."""

    def __init__(self, old: Definition, new: Definition, facts_at: Callable[[datetime], Retelling]) -> None:
        self.old, self.new, self.facts_at = old, new, facts_at
        self.was, self.would = CaseState(), CaseState()
        self.links: dict[int, int] = {}  # recorded link -> that of the case decided again

    def follow(self, group: Sequence[Event]) -> Iterator[Difference]:
        """Apply a recorded group, do the same by the other definition, and compare."""
        acted = group[0]
        assert isinstance(acted, Acted), acted
        before = self.was.copy()
        yield from self._due(acted)
        for event in group:
            apply(self.was, event)
        if acted.operation in _NOTHING_MOVES:
            return
        step = self._step(acted, before)
        command = self._command(acted, group, before)
        if command is None:
            yield Difference(
                acted.revision, acted.at, step, f"办理了“{acted.operation}”，往下不再比较", ends=True
            )
            return
        try:
            events = self._decide(command, acted.at)
        except Refusal as refusal:
            yield Difference(acted.revision, acted.at, step, f"按新规不能这样办：{refusal}", ends=True)
            return
        yield from self._compared(acted, step, group, events)

    def _due(self, acted: Acted) -> Iterator[Difference]:
        """Let everything happen that would have fallen due by now."""
        while (moment := wake(self.would)) is not None and moment <= acted.at:
            before = _standing(self.new, self.would)
            events = self._decide(Tick(), moment)
            after = _standing(self.new, self.would)
            if not events:
                return
            if after != before:
                text = f"到期后自动从{_names(before)}到{_names(after)}"
                yield Difference(acted.revision, moment, "", text, ends=True)
                return

    def _decide(self, command: Command, at: datetime) -> Sequence[Event]:
        facts = self.facts_at(at)
        decision = decide(self.new, self.would, command, facts)
        self.would = decision.state
        for event in decision.events:
            if isinstance(event, FormSubmitted):
                facts.keep(decision.state.revision, event)
        return decision.events

    def _compared(
        self, acted: Acted, step: str, was: Sequence[Event], would: Sequence[Event]
    ) -> Iterator[Difference]:
        triggered = [
            [each.link for each in events if isinstance(each, CaseTriggered)] for events in (was, would)
        ]
        self.links.update(zip(*triggered, strict=False))
        for table, results in _answers(would).items():
            known = _answers(was).get(table, results)
            if known != results:
                text = f"判定表“{table}”原为{known}，按新规为{results}"
                yield Difference(acted.revision, acted.at, step, text)
        one, other = _lateness(was), _lateness(would)
        if one is not None and other is not None and one != other:
            text = f"原来{_late_text(one)}，按新规{_late_text(other)}"
            yield Difference(acted.revision, acted.at, step, text)
        before, after = _standing(self.old, self.was), _standing(self.new, self.would)
        if self.was.status is not self.would.status or before != after:
            text = f"原来到{_names(before)}，按新规到{_names(after)}"
            yield Difference(acted.revision, acted.at, step, text, ends=True)

    # ---- the same command again

    def _step(self, acted: Acted, before: CaseState) -> str:
        found = None if acted.item is None else find_work(before, acted.item)
        return "" if found is None else self.old.nodes[found[0].node].name

    def _command(self, acted: Acted, group: Sequence[Event], before: CaseState) -> Command | None:
        """Return the command of a group for the case decided again; None when it cannot be given again."""
        act = Act(acted.by, acted.acting_for, acted.reason, acted.basis, acted.occurred_at, acted.files)
        item = None if acted.item is None else self._item(acted.item, before)
        forms = {event.form: self._known(event) for event in group if isinstance(event, FormSubmitted)}
        match acted.operation:
            case "start" if started := _first(group, CaseStarted):
                origin = None if started.origin is None else Origin(started.origin, started.called)
                return StartCase(act, forms, origin, occurrence=started.occurrence, imported=started.imported)
            case "complete" if item is not None and (answer := _first(group, TaskAnswered)):
                return CompleteTask(act, item, forms, answer.result, answer.opinion)
            case "transfer" if item is not None and (moved := _first(group, TaskTransferred)):
                return TransferTask(act, item, moved.to)
            case "event" if came := _first(group, EventReceived):
                return EventArrived(came.event, came.arguments, came.source)
            case "linked_case_ended" if closed := _first(group, LinkedCaseClosed):
                return LinkedCaseEnded(self.links.get(closed.link, closed.link), closed.status, forms)
            case "begin" if begun := _first(group, HandlerStarted):
                name = self.old.handlers[begun.opening.handler].name
                return StartHandler(act, name, forms, begun.opening.key)
            case "serve" if served := _first(group, DocumentServed):
                return ServeDocument(act, served.document, served.to, served.complete)
            case "draw" if drawn := _first(group, SampleDrawn):
                return DrawSample(drawn.seed, drawn.pool, drawn.drawn)
            case "terminate":
                return Terminate(act)
            case "withdraw":
                return Withdraw(act)
            case "void":
                return Void(act)
            case _:
                return None

    def _item(self, number: int, before: CaseState) -> int | None:
        """Return the open item of the same step, part and instance in the case decided again."""
        found = find_work(before, number)
        if found is None:
            return None
        activation, seat = found
        name = self.old.nodes[activation.node].name
        for n, item in open_items(self.new, self.would).items():
            same_step = item.node is not None and self.new.nodes[item.node].name == name
            same_seat = (item.part, item.key) == (seat.part, activation.key)
            if same_step and same_seat and item.holder in (None, seat.holder):
                return n
        return None

    def _known(self, event: FormSubmitted) -> Record:
        """Return the values that the form of the other definition asks for."""
        form = next((each for each in self.new.forms if each.name == event.form), Form(event.form, ()))
        asked = {each.name for each in form.fields if each.computed is None}
        return {name: value for name, value in event.values.items() if name in asked}


def _first(group: Sequence[Event], kind: type[E]) -> E | None:
    return next((each for each in group if isinstance(each, kind)), None)


def _standing(definition: Definition, state: CaseState) -> tuple[str, ...]:
    """Return the names of the steps that are open, in alphabetical order; how it ended for a case that has."""
    if state.status not in LIVE:
        return (state.status.value,)
    open_ones = (each for each in state.activations.values() if each.token in state.tokens)
    return tuple(sorted(definition.nodes[each.node].name for each in open_ones))


def _names(standing: Sequence[str]) -> str:
    words = {"finished": "办结", "terminated": "终止", "withdrawn": "撤销", "void": "作废"}
    return "、".join(words.get(each, f"“{each}”") for each in standing) or "（没有在办的步骤）"


def _answers(events: Sequence[Event]) -> dict[str, str]:
    reads = (each for each in events if isinstance(each, TableRead))
    return {each.table: "、".join(map(value_text, each.results)) for each in reads}


def _lateness(events: Sequence[Event]) -> int | None:
    """Return how many days a completed step was late; None when none was completed."""
    done = [each for each in events if isinstance(each, StepCompleted) and each.by]
    return (max(done[0].days_late, 1) if done[0].late else 0) if done else None


def _late_text(days: int) -> str:
    return f"逾期{days}日" if days else "没有逾期"
