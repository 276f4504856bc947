"""What is certainly written when a case comes to a step: every path, branch, handler, skip and limit that passes.

Forward over the regions: a step maps the state on arrival to states on its ways out; a block runs each branch and
combines their ends; a handler starts with what every place of its scope had on arrival. What is read too early is
handed to the observer with the place where it was read.
"""

from dataclasses import dataclass, field
from typing import Final, Protocol

from dsl.joining import join
from dsl.reading import bits_in, needed
from dsl.variables import Key, Known, State, Valuation, Variables, meet, written
from dsl.verdicts import Verdict, remembered
from dsl.writers import assigned_in, beside_keys
from engine.definition import (
    FINISHED,
    Abort,
    Actions,
    Anchor,
    AnchorKind,
    Arm,
    Back,
    Block,
    ByForm,
    ByPeriod,
    Check,
    Deadline,
    Definition,
    Emit,
    Finish,
    Gateway,
    Goto,
    Handler,
    Issue,
    LinkCase,
    Move,
    Node,
    Performer,
    Precedence,
    ResumeMain,
    SetData,
    SetField,
    StartBy,
    Step,
    ToJoin,
    Trigger,
    Wait,
)
from engine.expressions import (
    Expression,
    Literal,
    TableCall,
)
from engine.values import Value

NOTHING: Final = Known(0, 0)
"""Nothing is written yet."""


class Observer(Protocol):
    """Whoever wants to know what is read too early, and where cases end."""

    def early(self, node: int | None, reference: Expression, document: str | None, through: object) -> None:
        """Be told of a reference read while it may be missing; `document`: while that is issued; `through` led to it."""

    def unanchored(self, node: int, anchor: Anchor) -> None:
        """Be told of a limit whose anchor may not have happened."""

    def unmet(self, precedence: Precedence, certain: bool) -> None:
        """Be told of a 未…不得… that may keep a case from going on."""

    def powerless(self, node: int | None, document: str, power: str) -> None:
        """Be told of a document issued though its power was not asked for on every path."""

    def tried(self, node: int, arm: Arm, possible: bool, avoidable: bool) -> None:
        """Be told that an arm was come to, whether its condition may hold there, and whether it may not."""

    def arrived(self, node: int, state: State, beside: frozenset[Key]) -> None:
        """Be told of the state in which a node is reached, and of what those beside it may write meanwhile."""

    def checked(self, node: int, check: Check, possible: bool) -> None:
        """Be told that a 核对 was come to, and whether it may hold there."""

    def finished(self, node: int | None, move: Move, state: State) -> None:
        """Be told of a state in which a case is closed."""


@dataclass(slots=True)
class _Ends:
    """How a region is left: its end, nodes outside it, and where cases are closed."""

    end: State = field(default_factory=dict)
    exits: dict[int, State] = field(default_factory=dict)


@dataclass(slots=True)
class _Progress:
    """How far a region has been run: what each node was entered with, and which of it no one has looked at yet."""

    arrivals: dict[int, State]
    new: dict[int, State] = field(default_factory=dict)
    ends: _Ends = field(default_factory=_Ends)

    def arrive(self, target: int, state: State) -> None:
        """Come to a node of the region, or leave it for one outside."""
        if target not in self.arrivals:
            if state:
                self.ends.exits[target] = meet(self.ends.exits.get(target, {}), state)
            return
        mine = self.arrivals[target]
        for valuation, known in state.items():
            before = mine.get(valuation)
            now = known if before is None else before.or_else(known)
            if now != before:
                mine[valuation] = now
                self.new.setdefault(target, {})[valuation] = now


def analyse(
    definition: Definition, variables: Variables, observer: Observer, origin: Known = NOTHING
) -> None:
    """Follow every path of a definition; `origin` is what is known at the start, and may keep track of the way."""
    _Analysis(definition, variables, observer, origin).run()


class _Analysis:
    def __init__(
        self, definition: Definition, variables: Variables, observer: Observer, origin: Known
    ) -> None:
        self.definition = definition
        self.origin = origin
        self.variables = variables
        self.observer = observer
        self.closed: State = {}
        self._bits: dict[int, int] = {}
        self._verdicts: dict[int, Verdict] = {}
        self._handled: dict[int, tuple[State, _Ends]] = {}
        self._progress: dict[int, _Progress] = {}
        self.roles = {role.name: role for role in definition.roles}
        self.forms = {form.name: form for form in definition.forms}
        self.documents = {document.name: document for document in definition.documents}
        self.precedences = [each for each in definition.constraints if isinstance(each, Precedence)]
        self.results = {
            (table.name, output.name): _results(table.versions, position)
            for table in definition.tables
            for position, output in enumerate(table.outputs)
        }
        self.beside = {each.region: beside_keys(definition, variables, each) for each in definition.handlers}
        self.assigns = [
            assigned_in(definition, variables, number) for number in range(len(definition.regions))
        ]

    def run(self) -> None:
        """Start in every way, run the process, and reopen closed cases until nothing new is learnt."""
        start = self._beginning()
        entries: dict[int, State] = {self.definition.regions[0].nodes[0]: start}
        while True:
            self._region(0, entries, frozenset())
            before = {target: dict(state) for target, state in entries.items()}
            for reopen in self.definition.reopens:
                state = self._started(self.closed, reopen.start)
                for target, arriving in self._actions(None, reopen.actions, state, None)[1].exits.items():
                    entries[target] = meet(entries.get(target, {}), arriving)
            if entries == before:
                return

    def _beginning(self) -> State:
        blank: Valuation = (None,) * len(self.variables.domains)
        state: State = {blank: self.origin}
        for each in self.definition.data:
            if each.initial is not None:
                state = self._assign(state, each.name, each.initial)
        starts = [self._started(state, start) for start in self.definition.starts]
        found: State = {}
        for each_start in starts or [state]:
            found = meet(found, each_start)
        return found

    def _started(self, state: State, start: StartBy) -> State:
        if isinstance(start, ByForm):
            self._form(None, start.form, state)
            state = self.variables.filled(state, start.form)
        when = getattr(start, "when", None)
        if isinstance(start, ByPeriod):
            self._read(None, start.period, state)
        self._read(None, when, state)
        return self._where(state, when)

    # ---- regions

    def _region(self, region: int, entries: dict[int, State], disturbed: frozenset[Key]) -> _Ends:
        """Run a region from the states in which its nodes are entered, to a fixed point.

        A region that was run before goes on from what was learnt then, and a node is asked only for the states that are
        new: what it makes of one does not depend on the others (semi-naive evaluation). A block is asked for all, since
        it combines the ends of its branches.
        """
        nodes = self.definition.regions[region].nodes
        if region not in self._progress:
            self._progress[region] = _Progress({number: {} for number in nodes})
        progress = self._progress[region]
        ends = progress.ends
        for target, state in entries.items():
            progress.arrive(target, state)
        handlers = [each for each in self.definition.handlers if each.scope_region == region]
        while True:
            while progress.new:
                number = min(progress.new)  # in the order of the text: most paths go forward
                fresh = progress.new.pop(number)
                beside = disturbed.union(
                    *(self.beside[each.region] for each in handlers if _covers(each, number))
                )
                whole = isinstance(self.definition.nodes[number], Block)
                state = progress.arrivals[number] if whole else fresh
                left = self._node(number, self.variables.disturbed(state, sorted(beside)), beside)
                following = nodes.index(number) + 1
                if following < len(nodes):
                    progress.arrive(nodes[following], left.end)
                else:
                    ends.end = meet(ends.end, left.end)
                    if region == 0 and left.end:
                        self._close(number, Finish(), left.end)
                for target, state in left.exits.items():
                    if target == _END:
                        ends.end = meet(ends.end, state)
                    else:
                        progress.arrive(target, state)
            for handler in handlers:
                for target, state in self._handler(handler, progress.arrivals, disturbed).exits.items():
                    progress.arrive(target, state)
            if not progress.new:
                return ends

    def _handler(self, handler: Handler, arrivals: dict[int, State], disturbed: frozenset[Key]) -> _Ends:
        state: State = {}
        for number, arrived in arrivals.items():
            if _covers(handler, number):
                state = meet(state, arrived)
        if not state:
            return _Ends()
        state = self.variables.disturbed(state, sorted(disturbed))
        done = self._handled.get(handler.region)
        if done is not None and done[0] == state:
            return done[1]
        first = self.definition.regions[handler.region].nodes[0]
        ends = self._region(handler.region, {first: self._started(state, handler.start)}, disturbed)
        self._handled[handler.region] = state, ends
        return ends

    # ---- nodes

    def _node(self, number: int, state: State, disturbed: frozenset[Key]) -> _Ends:
        node = self.definition.nodes[number]
        state = {valuation: known.at(number) for valuation, known in state.items()}
        self.observer.arrived(number, state, disturbed)
        self._check_precedence(number, state)
        match node:
            case Block():
                return self._block(number, node, state, disturbed)
            case Gateway():
                raise AssertionError("规程 writes no gateways")
            case Wait():
                return self._wait(number, node, state)
            case Step():
                return self._step(number, node, state)

    def _step(self, number: int, step: Step, state: State) -> _Ends:
        ends = _Ends()
        self._read(number, step.skip_unless, state)
        if step.skip_unless is not None:
            ends.end = _passed_over(self._where(state, step.skip_unless, wanted=False))
            state = self._where(state, step.skip_unless)
        if not state:
            return ends
        for lot in step.draws:
            self._read(number, lot.condition, state)
            state = self.variables.filled(state, lot.field.form)
        self._arrival(number, step, state)
        if step.power is not None:
            self._take(number, step.power.otherwise, state, None, ends)
            state = written(state, self.variables.bit("power", step.power.power))
        filled = state
        for form in step.fills:
            self._form(number, form, state)
            filled = self.variables.filled(filled, form)
        for outcome in step.outcomes or (None,):
            self._complete(number, step, self._verified(number, step, filled, outcome), outcome, ends)
        for rung in step.overdue:
            if rung.deemed is not None:
                self._complete(number, step, state, rung.deemed, ends)
            else:
                self._overdue(number, rung.actions, state, ends)
        return ends

    def _verified(self, number: int, step: Step, state: State, outcome: str | None) -> State:
        """Return the part of a state that 核对 lets pass."""
        for check in step.verifies:
            self._read(number, check.condition, state, outcome)
            passing = self._where(state, check.condition, outcome=outcome)
            if state:
                self.observer.checked(number, check, bool(passing))
            state = passing
        return state

    def _overdue(self, number: int, actions: Actions, state: State, ends: _Ends) -> None:
        """What an overdue rung does; without a move the step stays open."""
        stays, left = self._actions(number, actions, state, None)
        del stays
        _merge(ends, left)

    def _wait(self, number: int, wait: Wait, state: State) -> _Ends:
        ends = _Ends()
        self._read(number, wait.skip_unless, state)
        if wait.skip_unless is not None:
            ends.end = _passed_over(self._where(state, wait.skip_unless, wanted=False))
            state = self._where(state, wait.skip_unless)
        self._deadlines(number, wait.deadlines, state)
        self._anchor(number, wait.anchor, state)
        for rung in wait.overdue:
            self._overdue(number, rung.actions, state, ends)
        if wait.call is not None:
            state = self._effect(number, wait.call, state, None)
        state = self._where(state, wait.condition)
        for outcome in wait.outcomes or (None,):
            brought = state
            for form in wait.fills if outcome == FINISHED else ():
                brought = self.variables.filled(brought, form)
            self._complete(number, wait, brought, outcome, ends)
        return ends

    def _complete(self, number: int, node: Node, state: State, outcome: str | None, ends: _Ends) -> None:
        """A node is done: 置, 出具, the chains of 若, 完成后."""
        if not state:
            return
        state = written(state, self.variables.bit("node", str(number)))
        if outcome is not None:
            state = self.variables.assigned(state, ("outcome", str(number)), (outcome,))
        for each in getattr(node, "sets", ()):
            state = self._effect(number, each, state, outcome)
        if isinstance(node, Step):
            for name in node.issues:
                state = self._effect(number, Issue(name), state, outcome)
        for chain in node.routes:
            state = self._chain(number, chain, state, outcome, ends)
        if node.after is not None:
            state, left = self._actions(number, node.after, state, outcome)
            _merge(ends, left)
        ends.end = meet(ends.end, state)

    def _chain(
        self, number: int, chain: tuple[Arm, ...], state: State, outcome: str | None, ends: _Ends
    ) -> State:
        """Return the state that goes on behind a chain."""
        stays: State = {}
        for arm in chain:
            self._read(number, arm.condition, state, outcome)
            taken = self._where(state, arm.condition, outcome=outcome)
            rest = self._where(state, arm.condition, wanted=False, outcome=outcome)
            if state:
                self.observer.tried(number, arm, bool(taken), bool(rest))
            staying, left = self._actions(number, arm.actions, taken, outcome)
            _merge(ends, left)
            stays = meet(stays, staying)
            state = rest
        return meet(stays, state)

    def _arrival(self, number: int, step: Step, state: State) -> None:
        """What is read when a step is reached: who acts, until when, 前提, 回避."""
        for performer in (*step.performers, *step.assistants, *step.entered_by):
            self._performer(number, performer, state)
        for check in step.requires:
            self._read(number, check.condition, state)
        for recusal in step.recusals:
            self._read(number, recusal.party, state)
        if step.countersign is not None:
            self._read(number, step.countersign.each, state)
        self._deadlines(number, step.deadlines, state)

    def _performer(self, number: int, performer: Performer, state: State) -> None:
        self._read(number, performer.scope, state)
        role = self.roles.get(performer.role)
        if role is not None and role.taken is not None:
            self._read(number, role.taken, state, through=performer)

    def _deadlines(self, number: int, deadlines: tuple[Deadline, ...], state: State) -> None:
        """Of several the first whose condition holds counts."""
        for deadline in deadlines:
            self._read(number, deadline.when, state)
            mine = self._where(state, deadline.when)
            self._read(number, deadline.span, mine)
            self._read(number, deadline.until, mine)
            self._anchor(number, deadline.anchor, mine)
            state = self._where(state, deadline.when, wanted=False)

    def _anchor(self, number: int, anchor: Anchor, state: State) -> None:
        bit = 0
        match anchor.kind:
            case AnchorKind.NODE:
                bit = self.variables.bit("node", str(anchor.node))
            case AnchorKind.SERVED:
                bit = self.variables.bit("document", anchor.document or "")
            case AnchorKind.MOMENT:
                self._read(number, anchor.moment, state)
                return
            case AnchorKind.REACHED | AnchorKind.STARTED | AnchorKind.CLOSED:
                return
        if any(not known.must & bit for known in state.values()):
            self.observer.unanchored(number, anchor)

    def _form(self, number: int | None, name: str, state: State) -> None:
        """What the conditions and calculations of a form read when it is filled."""
        form = self.forms.get(name)
        filled = written(state, self.variables.bit("form", name))
        for each in () if form is None else form.fields:
            for expression in (each.required, each.asked_if, each.default, each.computed, *each.checks):
                self._read(number, expression, filled)

    # ---- blocks

    def _block(self, number: int, block: Block, state: State, disturbed: frozenset[Key]) -> _Ends:
        ends = _Ends()
        finals: list[State] = []
        for branch in block.branches:
            self._read(number, branch.guard, state)
            self._read(number, branch.each, state)
            others = [each.region for each in block.branches if each is not branch or branch.each is not None]
            beside = disturbed.union(*(self.assigns[region] for region in others))
            entry = self.variables.disturbed(self._where(state, branch.guard), sorted(beside))
            first = self.definition.regions[branch.region].nodes[0]
            left = self._region(branch.region, {first: entry}, beside)
            finals.append(left.end)
            for target, leaving in left.exits.items():
                ends.exits[target] = meet(ends.exits.get(target, {}), leaving)
        joined = join(
            self.variables, block, state, finals, [self.assigns[each.region] for each in block.branches]
        )
        self._complete(number, block, joined, None, ends)
        return ends

    # ---- actions

    def _actions(
        self, number: int | None, actions: Actions, state: State, outcome: str | None
    ) -> tuple[State, _Ends]:
        """Return the state that stays (no move), and the ways out."""
        ends = _Ends()
        if not state:
            return {}, ends
        for effect in actions.effects:
            state = self._effect(number, effect, state, outcome)
        if actions.move is None:
            return state, ends
        self._move(number, actions.move, state, outcome, ends)
        return {}, ends

    def _take(self, number: int, actions: Actions, state: State, outcome: str | None, ends: _Ends) -> None:
        """Actions instead of the node: without a move the next one follows."""
        stays, left = self._actions(number, actions, state, outcome)
        ends.end = meet(ends.end, stays)
        _merge(ends, left)

    def _move(self, number: int | None, move: Move, state: State, outcome: str | None, ends: _Ends) -> None:
        match move:
            case Goto(target):
                ends.exits[target] = meet(ends.exits.get(target, {}), state)
            case Back(target, _, _, exceeded):
                ends.exits[target] = meet(ends.exits.get(target, {}), state)
                if exceeded is not None:
                    _merge(ends, self._actions(number, exceeded, state, outcome)[1])
            case ToJoin() | ResumeMain():
                ends.exits[_END] = meet(ends.exits.get(_END, {}), state)
            case Finish():
                self._close(number, move, state)
            case Abort():
                pass

    def _close(self, number: int | None, move: Move, state: State) -> None:
        self.closed = meet(self.closed, state)
        self.observer.finished(number, move, state)

    def _effect(self, number: int | None, effect: object, state: State, outcome: str | None) -> State:
        match effect:
            case SetData(name, value):
                self._read(number, value, state, outcome)
                return self._assign(state, name, value)
            case SetField(_, value) | LinkCase(value):
                self._read(number, value, state, outcome)
            case Trigger(_, arguments, each):
                self._read(number, each, state, outcome)
                for _, value in arguments:
                    self._read(number, value, state, outcome)
            case Emit(_, arguments):
                for _, value in arguments:
                    self._read(number, value, state, outcome)
            case Issue(name):
                document = self.documents.get(name)
                power = None if document is None else document.power
                if power is not None and any(
                    not known.must & self.variables.bit("power", power) for known in state.values()
                ):
                    self.observer.powerless(number, name, power)
                for use in () if document is None else document.uses:
                    self._read(number, use, state, outcome, document=name, through=effect)
                return written(state, self.variables.bit("document", name))
            case _:
                pass
        return state

    def _assign(self, state: State, name: str, value: Expression) -> State:
        key: Key = ("data", name)
        if key in self.variables.index:
            result: State = {}
            for valuation, known in state.items():
                single: State = {valuation: known}
                result = meet(
                    result, self.variables.assigned(single, key, self._values(key, value, valuation))
                )
            state = result
        return written(state, self.variables.bit("data", name))

    def _values(self, key: Key, value: Expression, valuation: Valuation) -> tuple[Value, ...]:
        if isinstance(value, TableCall):
            known = self.results.get((value.table, value.output))
            if known is not None:
                return known
        found = self.variables.possible(value, valuation)
        return self.variables.domains[self.variables.index[key]] if found is None else found

    # ---- reading

    def _where(
        self, state: State, condition: Expression | None, *, wanted: bool = True, outcome: str | None = None
    ) -> State:
        """Return the part of a state in which a condition may hold (or may not)."""
        if condition is None:
            return state if wanted else {}
        verdict = self._verdict_of(condition)
        return {
            valuation: known
            for valuation, known in state.items()
            if verdict(valuation, known, outcome) is not (not wanted)
        }

    def _verdict_of(self, condition: Expression) -> Verdict:
        found = self._verdicts.get(id(condition))
        if found is None:
            found = self._verdicts[id(condition)] = remembered(self.variables, condition)
        return found

    def _read(
        self,
        number: int | None,
        expression: Expression | None,
        state: State,
        outcome: str | None = None,
        *,
        document: str | None = None,
        through: object = None,
    ) -> None:
        if expression is None:
            return
        bits = self._bits_of(expression)
        for valuation, known in state.items():
            if not bits & ~known.must:
                continue
            for reference in needed(self.variables, expression, valuation, known, outcome):
                self.observer.early(number, reference, document, through)

    def _bits_of(self, expression: Expression) -> int:
        """Return the bits of all forms and data in an expression, kept by identity while the definition lives."""
        known = self._bits.get(id(expression))
        if known is None:
            known = self._bits[id(expression)] = bits_in(self.variables, expression)
        return known

    def _check_precedence(self, number: int, state: State) -> None:
        for each in self.precedences:
            if each.then != number:
                continue
            bit = self.variables.bit("node", str(each.first))
            for valuation, known in state.items():
                applies = self.variables.holds(each.when, valuation, known)
                if not known.must & bit and applies is not False:
                    self.observer.unmet(each, applies is True)


_END = -1
"""The end of a region as the target of 转 汇合 and 回原处."""


def _passed_over(state: State) -> State:
    """The state behind a step that is skipped."""
    return {valuation: known.passed_over() for valuation, known in state.items()}


def _covers(handler: Handler, number: int) -> bool:
    return not handler.scope or number in handler.scope


def _merge(ends: _Ends, left: _Ends) -> None:
    for target, state in left.exits.items():
        ends.exits[target] = meet(ends.exits.get(target, {}), state)


def _results(versions: "tuple[object, ...]", position: int) -> tuple[Value, ...] | None:
    """The values that a column of a table may give; None when one of them is calculated."""
    values: dict[Value, None] = {}
    for version in versions:
        for row in getattr(version, "rows", ()):
            result = row.results[position]
            if not isinstance(result, Literal) or result.value is None:
                return None
            values[result.value] = None
    return tuple(values)
