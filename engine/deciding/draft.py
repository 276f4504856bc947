"""A decision in the making: every event is applied as soon as it is emitted, so that replay gives the same."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.case_scope import CaseScope, Submitted
from engine.commands import Act
from engine.definition import Definition
from engine.errors import Refusal
from engine.events import Event
from engine.evolve import APPLYING
from engine.expressions import Expression
from engine.facts import Facts
from engine.graph import Graph
from engine.rules import Conclusion
from engine.state import CaseState
from engine.tables import Decision
from engine.values import Record, Value


@dataclass(slots=True)
class Saved:
    """A draft as it was, to go back to when the engine's own next step is refused."""

    state: CaseState
    events: int
    submitted: Submitted
    next: int


@dataclass(slots=True)
class Draft:
    """The state so far, a copy of its own, and the events that led to it."""

    graph: Graph
    state: CaseState
    facts: Facts
    act: Act
    events: list[Event] = field(default_factory=list)
    submitted: Submitted = field(default_factory=dict)
    next: int = field(init=False)  # id to hand out; ids of events not yet emitted lie before it
    computed: list[tuple[str, Decision | Conclusion]] = field(default_factory=list)  # for computed fields
    definition: Definition = field(init=False)  # the case is pinned to it
    now: datetime = field(init=False)  # of the record: what people see begins here
    moment: datetime = field(
        init=False
    )  # of what happens by lapse of time: when it fell due, however late it is noticed
    actor: str = field(init=False)  # whose right counts: the principal when somebody stands in

    def __post_init__(self) -> None:
        self.next = self.state.next
        self.definition = self.graph.definition
        self.now = self.moment = self.facts.now
        self.actor = self.act.acting_for or self.act.by

    @property
    def deputy(self) -> str | None:
        """Who acts for the actor, when somebody does."""
        return None if self.act.by == self.actor else self.act.by

    @property
    def today(self) -> date:
        """The local day of the command."""
        return self.facts.today

    def local(self, moment: datetime | None) -> datetime | None:
        """Return a moment in the town's time, for a sentence."""
        return None if moment is None else moment.astimezone(self.facts.zone)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Take what happens meanwhile by itself to have happened at an earlier moment."""
        before, self.moment = self.moment, min(moment, self.now)
        try:
            yield
        finally:
            self.moment = before

    @property
    def past(self) -> datetime | None:
        """The moment of what happens now, when that is before the record."""
        return self.moment if self.moment < self.now else None

    def under(self, graph: Graph) -> "Draft":
        """Return a draft of the same case by another definition; what it does has no effect here."""
        return Draft(graph, self.state.copy(), self.facts, self.act)

    def go_over_to(self, graph: Graph) -> None:
        """Decide by another definition from here on (迁移)."""
        self.graph, self.definition = graph, graph.definition

    def emit(self, event: Event) -> None:
        """Record an event and apply it."""
        APPLYING[type(event)](self.state, event)
        self.events.append(event)

    def new_id(self) -> int:
        """Hand out the next id of the case."""
        number = self.next
        self.next = number + 1
        return number

    def save(self) -> Saved:
        """Remember where the draft stands."""
        return Saved(self.state.copy(), len(self.events), self.submitted.copy(), self.next)

    def restore(self, saved: Saved) -> None:
        """Go back to a remembered point."""
        self.state, self.submitted, self.next = saved.state, saved.submitted, saved.next
        del self.events[saved.events :]

    def attempt(self, action: Callable[[], None]) -> Refusal | None:
        """Take a step of the engine's own; when it is refused, go back to before it and return why."""
        saved = self.save()
        try:
            action()
        except Refusal as refusal:
            self.restore(saved)
            return refusal
        return None

    def scope(
        self,
        region: int,
        key: str,
        *,
        chosen: str | None = None,
        proposed: Mapping[str, Record] | None = None,
        elements: Mapping[str, Value] | None = None,
    ) -> CaseScope:
        """Return what expressions at a place may read now."""
        return CaseScope(
            self.graph,
            self.state,
            self.facts,
            region,
            key,
            self.submitted,
            proposed or {},
            chosen,
            elements or {},
        )

    def value(self, expression: Expression, scope: CaseScope) -> Value:
        """Evaluate an expression."""
        return self.graph.program.value(expression, scope)

    def holds(self, condition: Expression | None, scope: CaseScope) -> bool:
        """Tell whether a condition holds; no condition always does."""
        return condition is None or self.graph.program.holds(condition, scope)
