"""What is certainly written when a case comes to a step: every path, branch, handler, skip and limit that passes.

Forward over the regions: a step maps the state on arrival to states on its ways out; a block runs each branch and
combines their ends; a handler starts with what every place of its scope had on arrival. What is read too early is
handed to the observer with the place where it was read.
"""

from typing import Final

from dsl.ends import END, Ends, Progress, merge
from dsl.joining import join
from dsl.observer import Observer
from dsl.reads import Reads
from dsl.variables import Key, Known, State, Valuation, Variables, meet, written
from dsl.writers import assigned_in, beside_keys
from engine.definition import (
    FINISHED,
    Abort,
    Actions,
    Arm,
    Back,
    Block,
    ByEvent,
    ByForm,
    ByPeriod,
    Definition,
    Emit,
    Extension,
    Finish,
    Gateway,
    Goto,
    Handler,
    Issue,
    LinkCase,
    Move,
    Node,
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
        self.reads = Reads(definition, variables, observer)
        self.closed: State = {}
        self._handled: dict[int, tuple[State, Ends]] = {}
        self._progress: dict[int, Progress] = {}
        self.documents = {document.name: document for document in definition.documents}
        self.granting = [
            each for each in definition.clocks if any(rung.documents for rung in each.extensions)
        ]
        self.results = {
            (table.name, output.name): _results(table.versions, position)
            for table in definition.tables
            if not table.policy.aggregates
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
        if isinstance(start, ByForm | ByEvent) and start.form is not None:
            self.reads.form(None, start.form, state)
            state = self.variables.filled(state, start.form)
        when = getattr(start, "when", None)
        if isinstance(start, ByPeriod):
            self.reads.read(None, start.period, state)
        self.reads.read(None, when, state)
        return self.reads.where(state, when)

    # ---- regions

    def _region(self, region: int, entries: dict[int, State], disturbed: frozenset[Key]) -> Ends:
        """Run a region from the states in which its nodes are entered, to a fixed point.

        A region that was run before goes on from what was learnt then, and a node is asked only for the states that are
        new: what it makes of one does not depend on the others (semi-naive evaluation). A block is asked for all, since
        it combines the ends of its branches.
        """
        nodes = self.definition.regions[region].nodes
        if region not in self._progress:
            self._progress[region] = Progress({number: {} for number in nodes})
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
                    if target == END:
                        ends.end = meet(ends.end, state)
                    else:
                        progress.arrive(target, state)
            for handler in handlers:
                for target, state in self._handler(handler, progress.arrivals, disturbed).exits.items():
                    progress.arrive(target, state)
            if not progress.new:
                return ends

    def _handler(self, handler: Handler, arrivals: dict[int, State], disturbed: frozenset[Key]) -> Ends:
        state: State = {}
        for number, arrived in arrivals.items():
            if _covers(handler, number):
                state = meet(state, arrived)
        if not state:
            return Ends()
        state = self.variables.disturbed(state, sorted(disturbed))
        done = self._handled.get(handler.region)
        if done is not None and done[0] == state:
            return done[1]
        first = self.definition.regions[handler.region].nodes[0]
        ends = self._region(handler.region, {first: self._started(state, handler.start)}, disturbed)
        self._handled[handler.region] = state, ends
        return ends

    # ---- nodes

    def _node(self, number: int, state: State, disturbed: frozenset[Key]) -> Ends:
        node = self.definition.nodes[number]
        state = {valuation: known.at(number) for valuation, known in state.items()}
        self.observer.arrived(number, state, disturbed)
        self.reads.precedences_at(number, state)
        for clock in self.granting:
            self._granted(number, clock.extensions, self.reads.since(clock.start, state))
        match node:
            case Block():
                return self._block(number, node, state, disturbed)
            case Gateway():
                raise AssertionError("规程 writes no gateways")
            case Wait():
                return self._wait(number, node, state)
            case Step():
                return self._step(number, node, state)

    def _step(self, number: int, step: Step, state: State) -> Ends:
        ends = Ends()
        self.reads.read(number, step.skip_unless, state)
        if step.skip_unless is not None:
            ends.end = _passed_over(self.reads.where(state, step.skip_unless, wanted=False))
            state = self.reads.where(state, step.skip_unless)
        if not state:
            return ends
        for lot in step.draws:
            self.reads.read(number, lot.condition, state)
            state = self.variables.filled(state, lot.field.form)
        self.reads.arrival(number, step, state)
        self._granted(number, step.extensions, state)
        if step.power is not None:
            self._take(number, step.power.otherwise, state, None, ends)
            state = written(state, self.variables.bit("power", step.power.power))
        filled = state
        for form in step.fills:
            self.reads.form(number, form, state)
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
            self.reads.read(number, check.condition, state, outcome)
            passing = self.reads.where(state, check.condition, outcome=outcome)
            if state:
                self.observer.checked(number, check, bool(passing))
            state = passing
        return state

    def _granted(self, number: int, extensions: tuple[Extension, ...], state: State) -> None:
        """The papers of an extension that is granted before the step is done, or while a clock runs."""
        for rung in extensions:
            asked = state if rung.form is None else self.variables.filled(state, rung.form)
            for name in rung.documents:
                self._issue(number, name, asked, None, rung)

    def _overdue(self, number: int, actions: Actions, state: State, ends: Ends) -> None:
        """What an overdue rung does; without a move the step stays open."""
        stays, left = self._actions(number, actions, state, None)
        del stays
        merge(ends, left)

    def _wait(self, number: int, wait: Wait, state: State) -> Ends:
        ends = Ends()
        self.reads.read(number, wait.skip_unless, state)
        if wait.skip_unless is not None:
            ends.end = _passed_over(self.reads.where(state, wait.skip_unless, wanted=False))
            state = self.reads.where(state, wait.skip_unless)
        self.reads.deadlines(number, wait.deadlines, state)
        self.reads.anchor(number, wait.anchor, state)
        for rung in wait.overdue:
            self._overdue(number, rung.actions, state, ends)
        if wait.call is not None:
            state = self._effect(number, wait.call, state, None)
        state = self.reads.where(state, wait.condition)
        for outcome in wait.outcomes or (None,):
            brought = state
            for form in wait.fills if outcome == FINISHED else ():
                brought = self.variables.filled(brought, form)
            self._complete(number, wait, brought, outcome, ends)
        return ends

    def _complete(self, number: int, node: Node, state: State, outcome: str | None, ends: Ends) -> None:
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
            merge(ends, left)
        ends.end = meet(ends.end, state)

    def _chain(
        self, number: int, chain: tuple[Arm, ...], state: State, outcome: str | None, ends: Ends
    ) -> State:
        """Return the state that goes on behind a chain."""
        stays: State = {}
        for arm in chain:
            self.reads.read(number, arm.condition, state, outcome)
            taken = self.reads.where(state, arm.condition, outcome=outcome)
            rest = self.reads.where(state, arm.condition, wanted=False, outcome=outcome)
            if state:
                self.observer.tried(number, arm, bool(taken), bool(rest))
            staying, left = self._actions(number, arm.actions, taken, outcome)
            merge(ends, left)
            stays = meet(stays, staying)
            state = rest
        return meet(stays, state)

    # ---- blocks

    def _block(self, number: int, block: Block, state: State, disturbed: frozenset[Key]) -> Ends:
        ends = Ends()
        finals: list[State] = []
        for branch in block.branches:
            self.reads.read(number, branch.guard, state)
            self.reads.read(number, branch.each, state)
            others = [each.region for each in block.branches if each is not branch or branch.each is not None]
            beside = disturbed.union(*(self.assigns[region] for region in others))
            entry = self.variables.disturbed(self.reads.where(state, branch.guard), sorted(beside))
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
    ) -> tuple[State, Ends]:
        """Return the state that stays (no move), and the ways out."""
        ends = Ends()
        if not state:
            return {}, ends
        for effect in actions.effects:
            state = self._effect(number, effect, state, outcome)
        if actions.move is None:
            return state, ends
        self._move(number, actions.move, state, outcome, ends)
        return {}, ends

    def _take(self, number: int, actions: Actions, state: State, outcome: str | None, ends: Ends) -> None:
        """Actions instead of the node: without a move the next one follows."""
        stays, left = self._actions(number, actions, state, outcome)
        ends.end = meet(ends.end, stays)
        merge(ends, left)

    def _move(self, number: int | None, move: Move, state: State, outcome: str | None, ends: Ends) -> None:
        match move:
            case Goto(target):
                ends.exits[target] = meet(ends.exits.get(target, {}), state)
            case Back(target, _, _, exceeded):
                ends.exits[target] = meet(ends.exits.get(target, {}), state)
                if exceeded is not None:
                    merge(ends, self._actions(number, exceeded, state, outcome)[1])
            case ToJoin() | ResumeMain():
                ends.exits[END] = meet(ends.exits.get(END, {}), state)
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
                self.reads.read(number, value, state, outcome)
                return self._assign(state, name, value)
            case SetField(_, value) | LinkCase(value):
                self.reads.read(number, value, state, outcome)
            case Trigger(_, arguments, each):
                self.reads.read(number, each, state, outcome)
                for _, value in arguments:
                    self.reads.read(number, value, state, outcome)
            case Emit(_, arguments):
                for _, value in arguments:
                    self.reads.read(number, value, state, outcome)
            case Issue(name):
                return self._issue(number, name, state, outcome, effect)
            case _:
                pass
        return state

    def _issue(
        self, number: int | None, name: str, state: State, outcome: str | None, through: object
    ) -> State:
        document = self.documents.get(name)
        power = None if document is None else document.power
        if power is not None and any(
            not known.must & self.variables.bit("power", power) for known in state.values()
        ):
            self.observer.powerless(number, name, power)
        for use in () if document is None else document.uses:
            self.reads.read(number, use, state, outcome, document=name, through=through)
        return written(state, self.variables.bit("document", name))

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


def _passed_over(state: State) -> State:
    """The state behind a step that is skipped."""
    return {valuation: known.passed_over() for valuation, known in state.items()}


def _covers(handler: Handler, number: int) -> bool:
    return not handler.scope or number in handler.scope


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
