"""What an expression reads of a case: state and facts seen from one place (region and instance) of the process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo

from engine.calendar import Calendar
from engine.definition import Step
from engine.expressions import CaseFact, DocumentFact, NodeFact
from engine.facts import Facts
from engine.graph import Graph, recurrence_of
from engine.marking import NodeRecord
from engine.occurrences import Occurrence
from engine.recurrence import Term, term_text
from engine.rules import Conclusion
from engine.running import lateness
from engine.scope import Scope
from engine.state import CaseState
from engine.tables import Decision
from engine.values import Record, Value
from engine.views import CaseStatus

_STATUS = {
    CaseStatus.OPEN: "办理中",
    CaseStatus.SUSPENDED: "挂起",
    CaseStatus.FINISHED: "办结",
    CaseStatus.WITHDRAWN: "撤销",
    CaseStatus.TERMINATED: "终止",
    CaseStatus.VOID: "作废",
}

Submitted = dict[tuple[int, str], Record]
"""Forms submitted by the command at hand: (revision, form) -> values."""


def status_text(status: CaseStatus) -> str:
    """Return the word for the status of a case."""
    return _STATUS[status]


@dataclass(slots=True)
class CaseScope:
    """A place of a case as `engine.scope.Scope` asks for it.

    Args:
        region: region of the process in which the expression stands.
        key: instance key of the place.
        submitted: forms of the command at hand, not yet known to the facts.
        proposed: values of forms being checked before they are submitted.
        chosen: outcome of the step that is being completed.
        elements: elements bound by a trigger for each entry.
    """

    graph: Graph
    state: CaseState
    facts: Facts
    region: int = 0
    key: str = ""
    submitted: Submitted = field(default_factory=dict)
    proposed: Mapping[str, Record] = field(default_factory=dict)
    chosen: str | None = None
    elements: Mapping[str, Value] = field(default_factory=dict)
    decisions: list[tuple[str, Decision | Conclusion]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """Local day of the command."""
        return self.facts.today

    @property
    def zone(self) -> tzinfo:
        """The tenant's time zone."""
        return self.facts.zone

    @property
    def calendar(self) -> Calendar:
        """Working days."""
        return self.facts.calendar

    def at(self, region: int, key: str) -> "CaseScope":
        """Return the same case seen from another place."""
        return replace(self, region=region, key=key)

    def form(self, form: str) -> Record | None:
        """Return the submission of this instance, else of the instance around it, else of the case."""
        if form in self.proposed:
            return self.proposed[form]
        key = self.key
        while True:
            found = self.state.forms.get((form, key))
            if found is not None:
                known = self.submitted.get((found.revision, form))
                return known if known is not None else self.facts.submission(found.revision, form)
            if not key:
                return None
            key = key.rpartition("/")[0]

    def field(self, form: str, field: str) -> Value:
        """Return a field of the latest submission."""
        record = self.form(form)
        return None if record is None else record.get(field)

    def data(self, name: str) -> Value:
        """Return process data."""
        return self.state.data.get(name)

    def element(self, variable: str) -> Value:
        """Return the element bound by a trigger, or that of the instance branch around this place."""
        if variable in self.elements:
            return self.elements[variable]
        for region in self.graph.ancestors[self.region]:
            branch = self.graph.branch_of(region)
            if branch is not None and branch.each is not None and branch.variable == variable:
                position = int(self.graph.path(region, self.key).rpartition("/")[2])
                node, number = self.graph.branches[region]
                elements = self._elements(node, number)
                return elements[position] if position < len(elements) else None
        return None

    def _elements(self, node: int, number: int) -> tuple[Value, ...]:
        """Return the elements of an instance branch, seen from the region its block stands in."""
        branch = self.graph.block(node).branches[number]
        outer = self.graph.region_of(node)
        around = self.at(outer, self.graph.path(outer, self.key))
        assert branch.each is not None, branch
        value = self.graph.program.value(branch.each, around)
        return value if isinstance(value, tuple) else ()

    def parameter(self, name: str, day: date) -> Value:
        """Return the administrator's figure of a local parameter."""
        return self.facts.parameter(name, day)

    def case_fact(self, fact: CaseFact) -> Value:
        """Return a fact of the case."""
        state = self.state
        match fact:
            case CaseFact.NUMBER:
                return state.number
            case CaseFact.STATUS:
                return status_text(state.status)
            case CaseFact.STARTED_AT:
                return state.started_at
            case CaseFact.OCCURRED_AT:
                return state.occurred_at or state.started_at
            case CaseFact.CLOSED_AT:
                return state.closed_at
            case CaseFact.STARTED_BY:
                return state.started_by
            case CaseFact.ENTRY:
                return "导入" if state.imported else "在线登记"
            case _:
                return None if state.occurrence is None else self._owed(fact, state.occurrence)

    def _owed(self, fact: CaseFact, occurrence: Occurrence) -> Value:
        """Return a fact of the occurrence of a recurring duty that this case is."""
        match fact:
            case CaseFact.TERM:
                return self._term(occurrence)
            case CaseFact.TERM_FIRST:
                return occurrence.first
            case CaseFact.TERM_LAST:
                return occurrence.last
            case CaseFact.OWED_BY:
                return occurrence.holder
            case CaseFact.OWED_FOR:
                return occurrence.scope
            case CaseFact.DRAWN:
                return occurrence.drawn
            case CaseFact.DISPROVED:
                return self._disproved()
            case CaseFact.MISSED_IN_A_ROW:
                return self._missed(occurrence)[0]
            case CaseFact.MISSED_IN_YEAR:
                return self._missed(occurrence)[1]
            case _:
                return None

    def _term(self, occurrence: Occurrence) -> str:
        rule = recurrence_of(self.graph.definition)
        if rule is None:
            return ""
        term = term_text(rule.recurrence, Term(occurrence.first, occurrence.last))
        return f"{term}第{occurrence.ordinal}次" if rule.recurrence.times > 1 else term

    def _disproved(self) -> bool:
        rule = recurrence_of(self.graph.definition)
        if rule is None or rule.check is None:
            return False
        record, check = self.state.records.get((rule.check, "")), self.graph.node(rule.check)
        confirmed = check.outcomes[0] if isinstance(check, Step) and check.outcomes else None
        return record is not None and record.done and record.outcome != confirmed

    def _missed(self, occurrence: Occurrence) -> tuple[int, int]:
        """Count the missed periods up to and with this one; none when it was done in time or another item stands for it."""
        record = self.state.records.get((0, ""))
        done = record is not None and record.done and not record.late
        before = None if done else self.facts.missed_before(occurrence)
        return (0, 0) if before is None else (before[0] + 1, before[1] + 1)

    def document_fact(self, document: str, fact: DocumentFact) -> Value:
        """Return a fact of the document issued last under a name."""
        paper = self.state.papers.get(document)
        if paper is None:
            return None
        match fact:
            case DocumentFact.NUMBER:
                return paper.number
            case DocumentFact.ISSUED_AT:
                return paper.issued_at
            case DocumentFact.SERVED_AT:
                return paper.served_at

    def node_fact(self, node: int, fact: NodeFact) -> Value:
        """Return a fact of a node's latest valid round, in this instance where the node has instances."""
        place = (node, self.graph.path(self.graph.region_of(node), self.key))
        record = self.state.records.get(place)
        if record is None:
            return {NodeFact.ROUNDS: 0, NodeFact.EXTENSIONS: 0, NodeFact.DAYS_LATE: 0}.get(
                fact, False if fact in (NodeFact.IS_DONE, NodeFact.IS_LATE) else None
            )
        return self._fact(place, record, fact)

    def _fact(self, place: tuple[int, str], record: NodeRecord, fact: NodeFact) -> Value:
        match fact:
            case NodeFact.STARTED_AT:
                return record.started_at
            case NodeFact.COMPLETED_AT:
                return record.completed_at if record.done else None
            case NodeFact.DONE_BY:
                return record.by[0] if record.done and record.by else None
            case NodeFact.ROUNDS:
                return record.rounds
            case NodeFact.EXTENSIONS:
                return record.extensions
            case NodeFact.OUTCOME:
                return record.outcome if record.done else None
            case NodeFact.IS_DONE:
                return record.done
            case NodeFact.IS_LATE:
                return record.late or self._days_late(place) is not None
            case NodeFact.DAYS_LATE:
                return self._days_late(place) or record.days_late
            case NodeFact.DUE_ON:
                return record.due_on if record.done else self._due_on(place)

    def _days_late(self, place: tuple[int, str]) -> int | None:
        """Return by how many days open work at a place is late; None when it is in time."""
        for activation in self.state.activations.values():
            if (activation.node, activation.key) == place:
                past, late = lateness(activation.running, self.facts.now, self.zone)
                if past:
                    return late
        return None

    def _due_on(self, place: tuple[int, str]) -> date | None:
        """Return the last day of the limit of open work at a place; None without a limit that can be proved."""
        for activation in self.state.activations.values():
            running = activation.running
            if (activation.node, activation.key) == place and running is not None and not running.missing:
                return running.last_day
        return None

    def outcome(self) -> Value:
        """Return the outcome chosen in the step that is being completed."""
        return self.chosen

    def linked_closed(self, process: str) -> bool:
        """Tell whether every case of a process triggered from here has ended."""
        return not any(
            link.process == process
            and (not self.key or link.key == self.key or link.key.startswith(f"{self.key}/"))
            for link in self.state.links.values()
        )

    def instances(self, node: int, branch: int) -> Sequence[tuple[Scope, Value]]:
        """Return the scope inside each instance of a branch, with its element."""
        region = self.graph.block(node).branches[branch].region
        outer = self.graph.path(self.graph.region_of(node), self.key)
        return [
            (self.at(region, f"{outer}/{position}" if outer else str(position)), element)
            for position, element in enumerate(self._elements(node, branch))
        ]

    def attribute(self, unit: Value, name: str) -> Value:
        """Return an attribute of a unit in the organisation register."""
        return self.facts.attribute(unit, name) if isinstance(unit, str) else None

    def unit_of(self, person: Value) -> Value:
        """Return the first unit of a person."""
        return next(iter(self.facts.units_of(person)), None) if isinstance(person, str) else None

    def certificate_of(self, person: Value) -> Value:
        """Return the number of a person's certificate."""
        return self.facts.certificate(person) if isinstance(person, str) else None

    def decided(self, name: str, answer: Decision | Conclusion) -> None:
        """Keep what a table or rule answered, and why."""
        self.decisions.append((name, answer))
