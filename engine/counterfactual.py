"""反事实: what was recorded of a past case, decided again by another definition; nothing is written.

The commands of the case are read from its events and given again, at their moments, by the same people, with the same
forms (`engine.retelling`). While the case then stands where it stood they do the same, also through 退回, 撤回 and 更正;
where it does not, it has gone otherwise, and that is told. What people would have done after that nobody knows, so the
comparison ends there.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from engine.commands import Command, Tick
from engine.decide import decide
from engine.definition import Definition
from engine.errors import Refusal
from engine.events import Acted, CaseTriggered, Event, FormSubmitted, StepCompleted, TableRead
from engine.evolve import apply
from engine.evolve_seats import find_work
from engine.facts import Facts
from engine.narration import LABELS
from engine.open_items import wake
from engine.record import record
from engine.retelling import Retelling
from engine.sentences import value_text
from engine.state import CaseState
from engine.views import LIVE

_NOTHING_MOVES = frozenset(
    ("urge", "remind", "copy", "discuss", "recount", "migrate", "keep_copy", "parent_ended")
)
"""Operations after which a case stands where it stood."""
_PREPARING = frozenset(("claim", "release", "read"))
"""Operations that only make ready: when one is not possible, that is told with what follows from it."""


@record
class Difference:
    """Something that would have been otherwise, at a recorded moment; the last one of a case may end the comparison."""

    revision: int
    at: datetime
    step: str
    text: str
    ends: bool = False  # from here on nobody knows what people would have done


class PastFacts(Facts, Protocol):
    """Facts of a past moment whose submissions and states are those of the case as it is decided again."""

    def keep(self, revision: int, submitted: FormSubmitted) -> None:
        """Remember a submission of the case that is decided again."""

    def remember(self, state: CaseState) -> None:
        """Remember the case that is decided again as it stands after a group."""


def differences(
    old: Definition,
    new: Definition,
    groups: Sequence[Sequence[Event]],
    facts_at: Callable[[datetime], PastFacts],
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

    def __init__(self, old: Definition, new: Definition, facts_at: Callable[[datetime], PastFacts]) -> None:
        self.old, self.new, self.facts_at = old, new, facts_at
        self.was, self.would = CaseState(), CaseState()
        self.retelling = Retelling(old, new)

    def follow(self, group: Sequence[Event]) -> Iterator[Difference]:
        """Apply a recorded group, do the same by the other definition, and compare."""
        acted = group[0]
        assert isinstance(acted, Acted), acted
        before = self.was.copy()
        yield from self._due(acted)
        for event in group:
            apply(self.was, event)
        moved = _standing(self.old, before) != _standing(self.old, self.was)
        if acted.operation in _NOTHING_MOVES and not moved:
            return
        step = self._step(acted, before)
        if acted.operation in (*_NOTHING_MOVES, "tick"):
            command: Command | None = Tick()  # what was due came along with it
        else:
            command = self.retelling.command(acted, group, before, self.would)
        if command is None:
            if acted.operation not in _PREPARING:
                text = f"有人{LABELS.get(acted.operation, '办理')}，按新规找不到对应的事项，往下不再比较"
                yield Difference(acted.revision, acted.at, step, text, ends=True)
            return
        try:
            events = self._decide(command, acted.at)
        except Refusal as refusal:
            if acted.operation not in _PREPARING:
                text = f"按新规不能这样办：{refusal}"
                yield Difference(acted.revision, acted.at, step, text, ends=True)
            return
        self.retelling.happened(acted, self.would.revision)
        yield from self._compared(acted, step, group, events)

    def _due(self, acted: Acted) -> Iterator[Difference]:
        """Let happen what would have fallen due by now and had not in the recorded case."""
        known = wake(self.was) if self.was.revision else None
        while (moment := wake(self.would)) is not None and moment <= acted.at:
            if known is not None and moment >= known:
                return  # it comes with the recorded one
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
        facts.remember(decision.state)
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
        self.retelling.links.update(zip(*triggered, strict=False))
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

    def _step(self, acted: Acted, before: CaseState) -> str:
        found = None if acted.item is None else find_work(before, acted.item)
        return "" if found is None else self.old.nodes[found[0].node].name


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
