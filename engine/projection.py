"""Read tables that follow from events: work items, offers, drafts, wake-ups, title and search text of a case.

Items follow from comparing the open items before and after each event: what appears is inserted, what vanishes is
closed with that event as its cause.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import is_

from engine import statements
from engine.case_scope import CaseScope
from engine.definition import Definition, Step, Wait
from engine.directory import Directory
from engine.events import Acted, CaseMigrated, DataSet, Event, FormSubmitted, TaskAnswered
from engine.evolve import apply
from engine.expressions import DataRef, Expression
from engine.facts import Facts
from engine.graph import Graph
from engine.labels import Reading, label_of, type_of
from engine.marking import Activation, OpenItem, Plea, Request
from engine.moments import write_due, write_moment
from engine.offers import principals
from engine.open_items import closing_status, consents_of, decision_of, open_items, tasks_of
from engine.record import Struct
from engine.state import CaseState
from engine.statements import Statement
from engine.values import Kind, Value


class Write(Struct):
    """One row to write when the unit of work ends."""

    statement: Statement
    values: Mapping[str, object]
    expect: int | None = None


@dataclass(slots=True)
class Projection:
    """The item rows that follow from one group of events; `becoming` is the definition from a migration on."""

    case: int
    definition: Definition
    becoming: Definition
    directory: Directory
    facts: Facts
    acted: Acted
    writes: list[Write] = field(default_factory=list)

    def follow(self, before: CaseState, events: Sequence[Event]) -> CaseState:
        """Apply the events one by one and write what they did to the items; return the state after them."""
        state = before.copy()
        records = _records(state)
        items = {number: self._items(each, state) for number, each in records.items()}
        for event in events:
            apply(state, event)
            if isinstance(event, CaseMigrated):
                self.definition = self.becoming
                self._rename(state)
            now = _records(state)
            if len(now) == len(records) and all(map(is_, now.values(), records.values())):
                continue
            for number, each in now.items():
                if each is records.get(number) and not isinstance(each, Request):
                    continue  # the due moment of a request is that of its step
                old, items[number] = items.get(number, {}), self._items(each, state)
                self._compare(old, items[number], event, state)
            for number in records.keys() - now.keys():
                self._compare(items.pop(number), {}, event, state)
            records = now
        return state

    def _items(self, of: Activation | Request | Plea, state: CaseState) -> Mapping[int, OpenItem]:
        match of:
            case Activation():
                return tasks_of(self.definition, of)
            case Request():
                return {of.id: decision_of(state, of)}
            case Plea():
                return consents_of(of)

    def _compare(
        self, old: Mapping[int, OpenItem], new: Mapping[int, OpenItem], event: Event, state: CaseState
    ) -> None:
        for n, item in new.items():
            was = old.get(n)
            if was is None:
                self._insert(item, state)
            elif item != was:
                self._change(was, item)
        for n in old:
            if n not in new:
                self._close(n, event)

    def _insert(self, item: OpenItem, state: CaseState) -> None:
        row = {
            "case": self.case,
            "n": item.n,
            "node": item.node,
            "instance": item.key,
            "step": step_name(self.definition, state, item),
            "process": self.definition.name,
            "role": "或".join(dict.fromkeys(candidate.role for candidate in item.candidates)),
            "part": item.part.value,
            "holder": item.holder,
            "status": item.status.value,
            "round": item.round,
            "due": write_due(item.due),
            "note": item.note,
            "escalated": int(bool(item.escalated)),
            "locked": int(item.locked),
            "revision": 1,
            "created": write_moment(item.opened_at),
            "brought_by": self.acted.by,
            "closed": None,
            "closed_by": None,
            "closing_revision": None,
            "cause": None,
        }
        self.writes.append(Write(statements.add_item, row))
        self._offer(item)

    def _change(self, old: OpenItem, item: OpenItem) -> None:
        key = {"case": self.case, "n": item.n}
        due, escalated = write_due(item.due), int(bool(item.escalated))
        if (old.holder, old.status, old.note, old.candidates) == (
            item.holder,
            item.status,
            item.note,
            item.candidates,
        ):
            self.writes.append(Write(statements.move_item_due, {**key, "due": due, "escalated": escalated}))
            if (old.escalated, old.barred) == (item.escalated, item.barred):
                self.writes.append(Write(statements.move_offer_due, {**key, "due": due}))
                return
        else:
            row: dict[str, object] = {
                "holder": item.holder,
                "status": item.status.value,
                "note": item.note,
                "due": due,
            }
            row |= {"escalated": escalated, "locked": int(item.locked)}
            self.writes.append(Write(statements.change_item, {**key, **row}))
        self.writes.append(Write(statements.clear_offers, key))
        self._offer(item)

    def _rename(self, state: CaseState) -> None:
        """Let open items bear the numbers and names of the new version."""
        for n, item in open_items(self.definition, state).items():
            row = {"node": item.node, "step": step_name(self.definition, state, item)}
            self.writes.append(Write(statements.rename_item, {"case": self.case, "n": n, **row}))

    def _close(self, n: int, event: Event) -> None:
        key = {"case": self.case, "n": n}
        by = event.by if isinstance(event, TaskAnswered) and event.item == n else self.acted.by
        row = {
            "status": closing_status(event, n).value,
            "closed": write_moment(self.acted.at),
            "closed_by": by,
            "closing_revision": self.acted.revision,
            "cause": type(event).__name__,
        }
        self.writes.append(Write(statements.close_item, {**key, **row}, expect=1))
        self.writes.append(Write(statements.clear_offers, key))
        self.writes.append(Write(statements.clear_drafts, key))

    def _offer(self, item: OpenItem) -> None:
        self.writes += offer_writes(self.case, item, self.directory, self.facts)


def _records(state: CaseState) -> dict[int, Activation | Request | Plea]:
    """Return what open items follow from, by number: while a record is the same one, so are its items."""
    return {**state.activations, **state.requests, **state.pleas}


def offer_writes(case: int, item: OpenItem, directory: Directory, facts: Facts) -> Iterator[Write]:
    """Yield the rows that offer an item."""
    for principal in principals(item, directory, facts):
        row = {"principal": principal, "case": case, "n": item.n, "due": write_due(item.due)}
        yield Write(statements.add_offer, row)


def step_name(definition: Definition, state: CaseState, item: OpenItem) -> str:
    """Return what a work item asks for: the step, or the decision about an extension."""
    for plea in state.pleas.values():
        if any(seat.id == item.n for seat in plea.seats):
            return f"撤回申请：{definition.nodes[plea.node].name}"
    request = state.requests.get(item.n)
    if request is None:
        return definition.nodes[item.node].name if item.node is not None else ""
    if request.clock is not None:
        return f"延期审批：{definition.clocks[request.clock].name}"
    return f"延期审批：{definition.nodes[item.node].name}" if item.node is not None else "延期审批"


def standing(definition: Definition, state: CaseState) -> tuple[str, ...]:
    """Return the names of the steps where a case stands, each once."""
    nodes = (definition.nodes[token.node] for token in state.tokens.values())
    return tuple(dict.fromkeys(node.name for node in nodes if isinstance(node, Step | Wait)))


# ---- what lists show of a case


@dataclass(frozen=True, slots=True)
class Heading:
    """Title, facts and filters of a case, computed from its forms."""

    title: str
    summary: tuple[tuple[str, str], ...]
    territory: str | None
    subject: str | None
    grade: str | None
    search: str

    def row(self) -> dict[str, object]:
        """Return the columns of the case row."""
        return {
            "title": self.title,
            "summary": json.dumps(self.summary, ensure_ascii=False, separators=(",", ":")),
            "territory": self.territory,
            "subject": self.subject,
            "grade": self.grade,
            "search": self.search,
        }


def restates(graph: Graph, events: Sequence[Event]) -> bool:
    """Tell whether a group may change what lists show of its case."""
    for event in events:
        match event:
            case FormSubmitted(form=form) if graph.shown is None or form in graph.shown:
                return True
            case DataSet(name=name) if graph.shown is None or f"={name}" in graph.shown:
                return True
            case _:
                pass
    return False


def heading(graph: Graph, state: CaseState, facts: Facts, directory: Directory) -> Heading:
    """Compute what lists show of a case. Confidential fields never enter it: the compiler sees to that."""
    definition, scope = graph.definition, CaseScope(graph, state, facts)
    reading = Reading(directory, facts.zone, graph.forms)

    def value(expression: Expression | None) -> Value:
        return None if expression is None else graph.program.value(expression, scope)

    def text(expression: Expression) -> str:
        return reading.text(value(expression), type_of(graph, expression))

    parts = [text(expression) for expression in definition.title]
    title = " — ".join(part for part in parts if part) or definition.name
    summary = tuple((label_of(expression), text(expression)) for expression in definition.summary)
    territory, subject = value(definition.territory), value(definition.subject)
    named = (*definition.summary, *definition.title, *(DataRef(each.name) for each in definition.data))
    grade = next((said for each in named if _is_graded(graph, each) and (said := text(each))), None)
    names = [directory.unit_name(code) for code in (territory, subject) if isinstance(code, str)]
    search = " ".join((state.number, title, *(shown for _, shown in summary), *names))
    return Heading(
        title,
        summary,
        territory if isinstance(territory, str) else None,
        subject if isinstance(subject, str) else None,
        grade or None,
        search,
    )


def _is_graded(graph: Graph, expression: Expression) -> bool:
    """Tell whether an expression is a field or process data of an ordered enumeration (等级)."""
    declared = type_of(graph, expression)
    if declared is None or declared.kind is not Kind.ENUM:
        return False
    return any(each.name == declared.of and each.ordered for each in graph.definition.enumerations)
