"""A case in memory that answers to expressions: the smallest scope there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from zoneinfo import ZoneInfo

from engine.calendar import Calendar
from engine.expressions import CaseFact, DocumentFact, NodeFact
from engine.rules import Conclusion
from engine.scope import Scope
from engine.tables import Decision
from engine.values import Record, Value
from tests.unit.calendar.test_vectors import CALENDAR


@dataclass
class ACase:
    """Everything an expression can ask, given as plain values."""

    forms: Mapping[str, Record] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    elements: Mapping[str, Value] = field(default_factory=dict)
    figures: Mapping[str, tuple[date, Value]] = field(default_factory=dict)
    facts: Mapping[CaseFact, Value] = field(default_factory=dict)
    nodes: Mapping[tuple[int, NodeFact], Value] = field(default_factory=dict)
    papers: Mapping[tuple[str, DocumentFact], Value] = field(default_factory=dict)
    chosen: Value = None
    closed: frozenset[str] = frozenset()
    branches: Mapping[tuple[int, int], Sequence[tuple["ACase", Value]]] = field(default_factory=dict)
    attributes: Mapping[tuple[Value, str], Value] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    certificates: Mapping[str, str] = field(default_factory=dict)
    today: date = date(2026, 11, 25)
    zone: tzinfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    calendar: Calendar = CALENDAR
    read: list[tuple[str, Decision | Conclusion]] = field(default_factory=list)

    def form(self, form: str) -> Record | None:
        return self.forms.get(form)

    def field(self, form: str, field: str) -> Value:
        return self.forms.get(form, {}).get(field)

    def data(self, name: str) -> Value:
        return self.values.get(name)

    def element(self, variable: str) -> Value:
        return self.elements.get(variable)

    def parameter(self, name: str, day: date) -> Value:
        valid_from, figure = self.figures.get(name, (date.max, None))
        return figure if valid_from <= day else None

    def case_fact(self, fact: CaseFact) -> Value:
        return self.facts.get(fact)

    def node_fact(self, node: int, fact: NodeFact) -> Value:
        return self.nodes.get((node, fact))

    def document_fact(self, document: str, fact: DocumentFact) -> Value:
        return self.papers.get((document, fact))

    def outcome(self) -> Value:
        return self.chosen

    def linked_closed(self, process: str) -> bool:
        return process in self.closed

    def instances(self, node: int, branch: int) -> Sequence[tuple[Scope, Value]]:
        return self.branches.get((node, branch), ())

    def attribute(self, unit: Value, name: str) -> Value:
        return self.attributes.get((unit, name))

    def unit_of(self, person: Value) -> Value:
        return self.units.get(person) if isinstance(person, str) else None

    def certificate_of(self, person: Value) -> Value:
        return self.certificates.get(person) if isinstance(person, str) else None

    def decided(self, name: str, answer: Decision | Conclusion) -> None:
        self.read.append((name, answer))
