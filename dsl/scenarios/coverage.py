"""What scenarios have reached of the definitions: steps, ways out of them, overdue rungs, handlers, rows of tables.

The history says what happened. Which arm of a route was taken follows from it: the events are applied again, and the
conditions of the route are asked at the moment when the step was left.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from dsl.scenarios.recorded import Recorded
from dsl.scenarios.world import World
from dsl.source import Source
from engine.case_scope import CaseScope
from engine.definition import (
    Abort,
    Actions,
    Back,
    Block,
    Definition,
    Finish,
    Gateway,
    Goto,
    Move,
    Node,
    ResumeMain,
    SetData,
    SetField,
    Step,
    Table,
    ToJoin,
    Wait,
)
from engine.events import (
    Acted,
    Activated,
    CaseReopened,
    DataSet,
    Event,
    ExtensionGranted,
    Forked,
    FormSubmitted,
    HandlerStarted,
    Joined,
    StepCompleted,
    TableRead,
    TimerFired,
)
from engine.evolve import apply
from engine.graph import Graph, graph_of
from engine.marking import TimerKind
from engine.state import CaseState
from engine.tables import version_on

Mark: TypeAlias = tuple[str | int, ...]
"""Something that can be reached: ("node", 3), ("arm", 3, 0, 1), ("rung", 3, 0), ("row", 表, 0, 2) …"""


@dataclass
class Coverage:
    """What there is in each process, and what was reached."""

    there: dict[str, dict[Mark, str]] = field(default_factory=dict)
    reached: dict[str, set[Mark]] = field(default_factory=dict)

    def declare(self, definitions: Sequence[Definition], folder: Path, sources: Mapping[str, str]) -> None:
        """Ask for the processes that are defined in a folder."""
        texts = {Source.from_bytes(str(file), file.read_bytes()).text for file in folder.glob("*.flow")}
        for definition in definitions:
            if sources.get(definition.name) in texts and definition.name not in self.there:
                self.there[definition.name] = dict(_marks(definition))

    def add(self, world: World) -> None:
        """Add what the cases of a scenario have reached."""
        for number in world.cases:
            case = world.engine.case(number)
            definition = world.engine.definition(case.digest)
            walk = _Walk(
                graph_of(definition), Recorded(world.directory, world.engine.calendar(), world.engine.zone)
            )
            self.reached.setdefault(definition.name, set()).update(walk.follow(world.events_of(number)))

    def missing(self, process: str) -> tuple[str, ...]:
        """Return the labels of what was not reached."""
        reached = self.reached.get(process, set())
        return tuple(label for mark, label in self.there[process].items() if mark not in reached)

    def counts(self, process: str) -> tuple[int, int]:
        """Return how many were reached, of how many."""
        there = self.there[process]
        return len(there.keys() & self.reached.get(process, set())), len(there)

    def report(self) -> Iterator[str]:
        """Yield the lines of the report: each process, and by name what no scenario reaches."""
        for process in self.there:
            reached, there = self.counts(process)
            yield f"覆盖 {process}：{reached}/{there}"
            yield from (f"  未到达 {label}" for label in self.missing(process))


# ---- what there is


def _marks(definition: Definition) -> Iterator[tuple[Mark, str]]:
    for number, node in enumerate(definition.nodes):
        kind = "并行" if isinstance(node, Block) else "步骤"
        yield ("node", number), f"{kind}“{node.name}”"
        yield from _arms(definition, number, node)
        if not isinstance(node, Block | Gateway):
            for position in range(len(node.overdue)):
                yield ("rung", number, position), f"步骤“{node.name}”逾期的第{position + 1}级"
        if isinstance(node, Step) and node.extensions:
            yield ("extension", number), f"步骤“{node.name}”延期"
    for number, clock in enumerate(definition.clocks):
        for position in range(len(clock.overdue)):
            yield ("clock rung", number, position), f"总时限“{clock.name}”逾期的第{position + 1}级"
    for number, handler in enumerate(definition.handlers):
        yield ("handler", number), f"随时“{handler.name}”"
    if definition.reopens:
        yield ("reopened",), "重开"
    for table in definition.tables:
        yield from _rows(table)


def _arms(definition: Definition, number: int, node: Node) -> Iterator[tuple[Mark, str]]:
    for chain, arms in enumerate(node.routes):
        for position, arm in enumerate(arms):
            said = _said(definition, arm.actions)
            yield ("arm", number, chain, position), f"“{node.name}”的第{position + 1}条去向：{said}"
            move = arm.actions.move
            if isinstance(move, Back) and move.exceeded is not None:
                said = _said(definition, move.exceeded)
                yield ("exceeded", number, chain, position), f"“{node.name}”退回超过{move.limit}次：{said}"


def _said(definition: Definition, actions: Actions) -> str:
    effects = [type(effect).__name__ for effect in actions.effects]
    words = {
        "Trigger": "触发",
        "Emit": "发出",
        "Notify": "通知",
        "SetData": "置",
        "SetField": "置",
        "Issue": "出具",
    }
    done = [words[each] for each in dict.fromkeys(effects) if each in words]
    return "；".join([*done, _move(definition, actions.move)])


def _move(definition: Definition, move: Move | None) -> str:
    match move:
        case None:
            return "继续"
        case Goto(node):
            return f"转 {definition.nodes[node].name}"
        case Back(node):
            return f"退回 {definition.nodes[node].name}"
        case ToJoin():
            return "转 汇合"
        case ResumeMain():
            return "回原处"
        case Finish():
            return "办结"
        case Abort():
            return "终止"


def _rows(table: Table) -> Iterator[tuple[Mark, str]]:
    for number, version in enumerate(table.versions):
        since = f"（自{version.valid_from}）" if len(table.versions) > 1 and version.valid_from else ""
        for row in range(len(version.rows)):
            yield ("row", table.name, number, row + 1), f"判定表“{table.name}”{since}第{row + 1}行"


# ---- what was reached


@dataclass
class _Walk:
    """The events of one case, applied again."""

    graph: Graph
    facts: Recorded
    state: CaseState = field(default_factory=CaseState)

    def follow(self, events: Sequence[Event]) -> Iterator[Mark]:
        """Yield what the events reach, in order."""
        for position, event in enumerate(events):
            node, key, outcome = self._left(event)
            if isinstance(event, Acted):
                self.facts.now = event.at
            if isinstance(event, FormSubmitted):
                self.facts.keep(self.state.revision, event.form, event.values)
            yield from self._marks(event)
            apply(self.state, event)
            if node is not None:
                yield from self._ways(node, key, outcome, events[position + 1 :])

    def _left(self, event: Event) -> tuple[int | None, str, str | None]:
        """Return the node that an event leaves, its instance, and the outcome chosen there."""
        if isinstance(event, StepCompleted):
            activation = self.state.activations[event.activation]
            return activation.node, activation.key, event.outcome
        if isinstance(event, Joined) and not event.running_on:
            frame = self.state.frames[event.frame]
            return frame.fork, frame.outer.key, None
        return None, "", None

    def _marks(self, event: Event) -> Iterator[Mark]:
        match event:
            case Activated(activation):
                yield "node", activation.node
            case Forked(frame):
                yield "node", frame.fork
            case HandlerStarted(opening):
                yield "handler", opening.handler
            case CaseReopened():
                yield ("reopened",)
            case TimerFired(timer=TimerKind.OVERDUE, clock=int(clock), index=index):
                yield "clock rung", clock, index
            case TimerFired(timer=TimerKind.OVERDUE, activation=int(activation), index=index):
                yield "rung", self.state.activations[activation].node, index
            case ExtensionGranted(request=request):
                found = self.state.requests[request]
                if found.activation is not None:
                    yield "extension", self.state.activations[found.activation].node
            case TableRead(table, as_of, rows):
                declared = next((each for each in self.graph.definition.tables if each.name == table), None)
                version = version_on(declared, as_of) if declared else None
                if declared is not None and version is not None:
                    for row in rows:
                        yield "row", table, declared.versions.index(version), row
            case _:
                return

    def _ways(self, number: int, key: str, outcome: str | None, after: Sequence[Event]) -> Iterator[Mark]:
        """Yield the arms by which a node was left: the first of each chain whose condition held."""
        node = self.graph.node(number)
        written = _Written(self.state.copy(), self.facts, iter(after))
        if isinstance(node, Step | Wait):
            written.through(len(node.sets))
        for chain, arms in enumerate(node.routes):
            scope = CaseScope(self.graph, written.state, self.facts, node.region, key, chosen=outcome)
            for position, arm in enumerate(arms):
                if arm.condition is None or self.graph.program.holds(arm.condition, scope):
                    yield "arm", number, chain, position
                    move = arm.actions.move
                    if isinstance(move, Back) and self._is_exceeded(number, move):
                        yield "exceeded", number, chain, position
                    if move is not None:
                        return
                    written.through(sum(isinstance(each, SetData | SetField) for each in arm.actions.effects))
                    break

    def _is_exceeded(self, number: int, back: Back) -> bool:
        return back.limit is not None and self.state.returns.get((number, back.node), 0) >= back.limit


@dataclass
class _Written:
    """A state a little later: as many values written as were written before a condition was asked."""

    state: CaseState
    facts: Recorded
    following: Iterator[Event]

    def through(self, values: int) -> None:
        """Apply the next events until so many values have been written."""
        while values:
            event = next(self.following, None)
            if event is None or isinstance(event, Acted):
                return
            if isinstance(event, FormSubmitted):
                self.facts.keep(self.state.revision, event.form, event.values)
            if isinstance(event, DataSet | FormSubmitted):
                apply(self.state, event)
                values -= 1
