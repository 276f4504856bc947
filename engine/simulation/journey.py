"""One simulated case: it does what people would do, tried out first, so that nobody submits what would be refused.

Loops end because the pressure to leave them grows: the more rounds a step has had, the likelier it is that of several
ways of doing it the one that brings the case nearest to its end is chosen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from engine.case_scope import CaseScope
from engine.commands import (
    Act,
    ClaimTask,
    Command,
    CompleteTask,
    Correct,
    Forms,
    Origin,
    ReturnTask,
    SignProposal,
    StartCase,
    StartHandler,
)
from engine.decide import decide
from engine.deciding.authority import holders, require_seat
from engine.deciding.draft import Draft
from engine.deciding.returns import targets
from engine.decision import Decision
from engine.definition import ByEvent, ByForm, ByHand, ByRecurrence, Node, Performer, StartBy, Step, Wait
from engine.errors import Refusal
from engine.events import Event, FormSubmitted
from engine.evolve_seats import find_work
from engine.expressions import Expression
from engine.facts import Facts
from engine.graph import Graph, fields_read
from engine.marking import Activation, OpenItem, Seat
from engine.marking_check import distance_to_end
from engine.occurrences import Occurrence
from engine.open_items import open_items
from engine.questions import forms_asked, results_asked
from engine.refusals import ConditionNotMet, GateClosed, InvalidForm
from engine.simulation.assumptions import OTHER_STEPS
from engine.simulation.values import Filling, bounds_of
from engine.soundness import Outlooks
from engine.state import CaseState
from engine.values import Record
from engine.views import LIVE

TRIES = 80
"""How often values are drawn anew before a step is left for another day."""
CHOICES = 5
"""Ways of doing a step that are compared under pressure."""
PATIENCE = 0.7
"""Share of those who do as chance has it, for each round of a step after the first."""


class Office(Protocol):
    """Where a case is worked on: in memory, or by the engine with its database."""

    @property
    def administrators(self) -> Sequence[str]:
        """Who may correct and sign, at least two."""

    def members(self, unit: str, role: str) -> Sequence[str]:
        """Return who may take a role in the name of a unit that names nobody for it."""

    def record(self, command: Command, decision: Decision) -> Decision:
        """Carry a command out that was tried, and return what happened.

        Raises:
            Refusal: it is not possible after all.
        """


@dataclass
class Journey:
    """A case on its way."""

    graph: Graph
    facts: Facts
    office: Office
    filling: Filling
    outlooks: Outlooks
    random: Random
    weights: Mapping[str, Mapping[str, float]]
    state: CaseState = field(default_factory=CaseState)
    corrections: int = 0  # of forms, so that a closing condition holds
    refusal: Refusal | None = None  # the latest

    @property
    def is_open(self) -> bool:
        """Tell whether the case has not ended."""
        return self.state.status in LIVE

    def items(self) -> Mapping[int, OpenItem]:
        """Return the open work items."""
        return open_items(self.graph.definition, self.state)

    def do(self, command: Command) -> tuple[Event, ...]:
        """Give a command; nothing happens when it is refused."""
        decision = self._tried(command)
        return () if decision is None else self._kept(command, decision)

    def _tried(self, command: Command) -> Decision | None:
        try:
            return decide(self.graph.definition, self.state, command, self.facts)
        except Refusal as refusal:
            self.refusal = refusal
            return None

    def _kept(self, command: Command, decision: Decision) -> tuple[Event, ...]:
        try:
            recorded = self.office.record(command, decision)
        except Refusal as refusal:
            self.refusal = refusal
            return ()
        self.follow(recorded)
        return recorded.events

    def follow(self, happened: Decision) -> None:
        """Take note of what happened to the case, by whomever."""
        self.state = happened.state
        for event in happened.events:
            if isinstance(event, FormSubmitted):
                self.filling.note(event.form, event.values)
        acting = (each.by for each in happened.state.records.values())
        self.filling.involved = set[str]().union(*acting, *self.filling.named.values())

    # ---- the beginning

    def start(self) -> tuple[Event, ...]:
        """Begin in one of the ways the definition has; as a trigger would when nobody else may."""
        return self.begin() or self.do(StartCase(Act("system"), {}, Origin("来源案件")))

    def begin(self) -> tuple[Event, ...]:
        """Begin in one of the ways the definition has, if anybody may."""
        ways = list(self.graph.definition.starts)
        self.random.shuffle(ways)
        for by in ways:
            events = self._started(by)
            if events:
                return events
        return ()

    def _started(self, by: StartBy) -> tuple[Event, ...]:
        match by:
            case ByForm(form=form, performers=performers):
                for forms in self._filled((form,)):
                    events = self.do(StartCase(Act(self._somebody(performers)), forms))
                    if events:
                        return events
                return ()
            case ByHand(performers=performers):
                return self.do(StartCase(Act(self._somebody(performers)), {}))
            case ByEvent(event=event):
                return self.do(StartCase(Act("system"), {"": self.arguments(event)}, event=event))
            case ByRecurrence(each=role):
                day = self.facts.today
                owed = Occurrence(day, day, None if role is None else self._somebody((Performer(role),)))
                return self.do(StartCase(Act("system"), {}, occurrence=owed))
            case _:
                return ()

    def _filled(
        self, names: tuple[str, ...], checks: Sequence[Expression] = (), place: tuple[int, str] = (0, "")
    ) -> Iterator[Forms]:
        """Yield forms to try; what was refused in one is filled anew in the next.

        Args:
            checks: conditions on the forms, read at a place: a field of theirs is changed when they do not hold.
        """
        forms: Forms = {name: self.filling.record(name, self.facts.now) for name in names}
        for _ in range(TRIES):
            self.refusal = None
            yield forms
            forms = self._filled_again(forms, checks, place)

    def _filled_again(self, forms: Forms, checks: Sequence[Expression], place: tuple[int, str]) -> Forms:
        """Fill what was refused anew; all of it when nothing says what was wrong."""
        now, alone = self.facts.now, len(forms) == 1
        if isinstance(self.refusal, InvalidForm):
            errors = self.refusal.errors
            return {
                name: self.filling.repaired(name, record, errors, now, alone=alone)
                for name, record in forms.items()
            }
        if isinstance(self.refusal, ConditionNotMet) and self.random.random() < 0.8:
            scope = CaseScope(self.graph, self.state, self.facts, *place, proposed=forms)
            return {name: self._nudged(name, record, checks, scope) for name, record in forms.items()}
        return {name: self.filling.record(name, now) for name in forms}

    def _nudged(self, form: str, record: Record, checks: Sequence[Expression], scope: CaseScope) -> Record:
        """Fill one of the fields again that conditions read, also near what they compare it with in this case."""
        read = fields_read(tuple(checks))
        names = [field.name for field in self.filling.forms[form].fields if f"{form}.{field.name}" in read]
        if not names:
            return record
        name = self.random.choice(names)
        bounds = [
            self.graph.program.value(bound, scope)
            for field, bound in bounds_of(checks)
            if field == (form, name)
        ]
        return {**record, name: self.filling.field((form, name), self.facts.now, record, bounds)}

    def taken_over(self, link: int) -> Forms:
        """Return the forms that a waiting step takes over from the case that it called."""
        known = self.state.links.get(link)
        waiting = None if known is None else self.state.activations.get(known.activation or 0)
        node = None if waiting is None else self.graph.node(waiting.node)
        names = node.fills if isinstance(node, Wait) else ()
        return {name: self.filling.record(name, self.facts.now) for name in names}

    def arguments(self, event: str) -> Record:
        """Return arguments of an event."""
        found = (each.arguments for each in self.graph.definition.events if each.name == event)
        return {
            name: self.filling.value((event, name), kind, self.facts.now) for name, kind in next(found, ())
        }

    def _somebody(self, performers: tuple[Performer, ...]) -> str:
        """Return somebody who may be one of these."""
        roles = [each.role for each in performers if each.role]
        if not roles:
            return self.random.choice(self.filling.supply.people)
        role = self.graph.roles.get(self.random.choice(roles))
        place = (
            self.random.choice(self.filling.supply.units) if role is not None and role.per == "单位" else None
        )
        name = roles[0] if role is None else role.name
        holders = self.facts.holders(name, None, place) or self.facts.holders(name, None, None)
        return self.random.choice(holders or self.filling.supply.people)

    # ---- work

    def who_may(self, number: int) -> tuple[str, ...]:
        """Return who may do an item: its holder, else everybody it is offered to who need not stand aside."""
        item = self.items()[number]
        if item.holder is not None:
            return (item.holder,)
        people = [each for candidate in item.candidates for each in holders(self.facts, candidate)]
        for each in item.candidates:
            if each.taken and not each.accounts and isinstance(each.scope, str):
                people += self.office.members(each.scope, each.role)
        found = find_work(self.state, number)
        if found is None:
            return tuple(dict.fromkeys(people))
        draft = Draft(self.graph, self.state, self.facts, Act(""))
        return tuple(each for each in dict.fromkeys(people) if _may(draft, *found, each))

    def complete(self, number: int, by: str) -> tuple[Event, ...]:
        """Do an item as chance has it, or, under pressure, so that the end comes nearer."""
        self.filling.involved.add(by)
        ways = self._ways(number, by)
        first = next(ways, None)
        if first is None:
            return ()
        if self.random.random() < self._patience(number):
            return self._kept(*first)
        rest = (way for way, _ in zip(ways, range(CHOICES - 1), strict=False))
        return self._kept(*min((first, *rest), key=lambda way: self._distance(way[1])))

    def _patience(self, number: int) -> float:
        found = find_work(self.state, number)
        rounds = 1 if found is None else found[0].round
        return PATIENCE ** (rounds - 1 + self.state.revision // 100)

    def _distance(self, decision: Decision) -> int:
        return distance_to_end(self.graph, self.outlooks, decision.state)

    def _ways(self, number: int, by: str) -> Iterator[tuple[Command, Decision]]:
        """Yield accepted ways of doing an item; closing conditions that do not hold are put right on the way."""
        definition = self.graph.definition
        item = self.items()[number]
        step = None if item.node is None else self.graph.node(item.node)
        results = results_asked(definition, self.state, number)
        act = Act(
            by,
            reason="模拟",
            occurred_at=self.facts.now if item.external else None,
            files=(self.filling.supply.paper.sha256,) if item.external else (),
        )
        checks = [check.condition for check in step.verifies] if isinstance(step, Step) else []
        place, put_right = (0 if item.node is None else self.graph.region_of(item.node), item.key), False
        for forms in self._filled(forms_asked(definition, self.state, number), checks, place):
            outcome = self._outcome(step, results)
            command = CompleteTask(act, number, forms, outcome)
            decision = self._tried(command)
            if decision is not None:
                yield command, decision
            elif isinstance(self.refusal, GateClosed | ConditionNotMet) and not put_right:
                refused, put_right = self.refusal, True
                self._put_right(step, place, forms)
                self.refusal = refused

    def _outcome(self, step: Node | None, results: tuple[str, ...]) -> str | None:
        if not results:
            return None
        rest = self.weights.get(OTHER_STEPS, {})
        known = self.weights.get(step.name, rest) if isinstance(step, Step) else rest
        return self.random.choices(results, [known.get(each, 1.0) for each in results])[0]

    def _put_right(self, step: Node | None, place: tuple[int, str], forms: Forms) -> None:
        """更正 of submitted forms, until the conditions that were refused hold; once for an attempt to do a step."""
        conditions = [gate.condition for gate in self.graph.definition.gates]
        region, key = 0, ""
        if isinstance(self.refusal, ConditionNotMet) and isinstance(step, Step):
            conditions = [check.condition for check in (*step.requires, *step.verifies)]
            region, key = place
        for condition in conditions:
            if not self._holds(condition, region, key, forms):
                self._correct_for(condition, region, key, forms)

    def _holds(
        self, condition: Expression, region: int, key: str, forms: Forms, tried: Decision | None = None
    ) -> bool:
        """Tell whether a condition holds, or would after a correction that was tried."""
        state = self.state if tried is None else tried.state
        events = () if tried is None else tried.events
        submitted = {
            (state.revision, event.form): event.values for event in events if isinstance(event, FormSubmitted)
        }
        scope = CaseScope(self.graph, state, self.facts, region, key, submitted, forms)
        return self.graph.program.holds(condition, scope)

    def _correct_for(self, condition: Expression, region: int, key: str, forms: Forms) -> None:
        """Find a value of a field that the condition reads with which it holds, and correct the form."""
        names = [each.split(".") for each in sorted(fields_read(condition)) if not each.startswith("=")]
        for form, name in names:
            submission = self.state.forms.get((form, ""))
            if submission is None or (form, name) not in self.graph.fields:
                continue
            beside = self.facts.submission(submission.revision, form)
            for _ in range(TRIES // 8):
                value = self.filling.field((form, name), self.facts.now, beside)
                correction = Correct(Act(submission.by, reason="模拟"), form, {name: value})
                decision = self._tried(correction)
                if decision is not None and self._holds(condition, region, key, forms, decision):
                    self.corrections += bool(self._kept(correction, decision))
                    return
                if decision is not None and decision.state.proposals:
                    self._kept(correction, decision)
                    self._sign(submission.by)
                    if self._holds(condition, region, key, forms):
                        return

    def _sign(self, by: str) -> None:
        second = next(each for each in self.office.administrators if each != by)
        for number in tuple(self.state.proposals):
            self.corrections += bool(self.do(SignProposal(Act(second, reason="模拟"), number)))

    def give_back(self, number: int, by: str) -> tuple[Event, ...]:
        """退回 of an item that cannot be done as things stand, to some step that it may go to."""
        found = find_work(self.state, number)
        token = None if found is None else self.state.tokens.get(found[0].token)
        if token is None:
            return ()
        if self.items()[number].holder is None:
            self.do(ClaimTask(Act(by), number))
        legal = list(targets(Draft(self.graph, self.state.copy(), self.facts, Act(by)), token))
        self.random.shuffle(legal)
        for target in legal:
            events = self.do(ReturnTask(Act(by, reason="模拟"), number, target.value))
            if events:
                return events
        return ()

    def somebody_involved(self) -> str:
        """Return who took part last, else who started the case."""
        done = [each for each in self.state.records.values() if each.by]
        return max(done, key=lambda each: each.revision).by[0] if done else self.state.started_by

    def begin_something(self) -> tuple[Event, ...]:
        """Begin an at-any-time item that somebody may begin now."""
        handlers = list(self.graph.definition.handlers)
        self.random.shuffle(handlers)
        for handler in handlers:
            match handler.start:
                case ByForm(form=form, performers=performers):
                    tries = self._filled((form,))
                case ByHand(performers=performers):
                    tries = iter(({},))
                case _:
                    continue
            for forms in tries:
                events = self.do(
                    StartHandler(Act(self._somebody(performers), reason="模拟"), handler.name, forms)
                )
                if events:
                    return events
                if not isinstance(self.refusal, InvalidForm):
                    break
        return ()


def _may(draft: Draft, activation: Activation, seat: Seat, account: str) -> bool:
    try:
        require_seat(draft, activation, seat, account, "")
    except Refusal:
        return False
    return True
