"""Processes that wait for one another to close: none of them ever can.

A process waits for another by a closing condition or a 等待 that asks whether its cases are 已办结, or by a 等待 for an
event that the other sends only when it is past such a waiting itself, or while closing. 已办结 asks for cases that were
started from here, which is a tree; only an event leads back up it, so that a circle has one.
"""

from collections.abc import Sequence

from dsl.links import triggered
from dsl.lower import Lowered
from dsl.paths import reachable, successors
from dsl.report import Report
from dsl.walk import actions_of, parts
from engine.definition import Emit, Finish, Wait
from engine.digraph import Digraph
from engine.expressions import LinkedCasesClosed


def check_waiting(lowered: Sequence[Lowered], report: Report) -> None:
    """Report circles of processes that wait for each other."""
    known = {process.definition.name: process for process in lowered}
    waits: dict[tuple[str, str], object] = {}
    by_event: set[tuple[str, str]] = set()
    for name, process in known.items():
        waits |= {(name, other): part for other, part in _awaited(process) if other in known}
        for wait in process.definition.nodes:
            if isinstance(wait, Wait) and wait.event is not None:
                for other in _only_sender(lowered, wait.event):
                    waits[name, other] = wait
                    by_event.add((name, other))
    graph = Digraph(arrows=waits)
    for group in graph.circles():
        if not any(source in group and target in group for source, target in by_event):
            continue
        circle = graph.shortest_way(min(group), min(group))
        process, part = known[circle[0]], waits[circle[0], circle[1]]
        report.error(
            "G05",
            process.place_of(part),
            f"规程 {'、'.join(sorted(group))} 的办结互相等待，谁也关不上",
            "让其中一个先办结：去掉一个“已办结”的条件，或在等待以前就发出事件",
            witness=circle,
        )


def _awaited(process: Lowered) -> list[tuple[str, object]]:
    """Processes whose end a process waits for, with the part that says so."""
    definition = process.definition
    started = triggered(definition)
    found: list[tuple[str, object]] = []
    for gate in definition.gates:
        found += [
            (part.process, gate) for part in parts(gate.condition) if isinstance(part, LinkedCasesClosed)
        ]
    for node in definition.nodes:
        if isinstance(node, Wait) and node.skip_unless is None:
            asked = parts(node.condition)
            found += [(part.process, node) for part in asked if isinstance(part, LinkedCasesClosed)]
    return [(name, part) for name, part in found if name in started]


def _only_sender(lowered: Sequence[Lowered], event: str) -> tuple[str, ...]:
    """The process that alone sends an event, and only when it is past a waiting for others or while it closes."""
    senders = [
        process
        for process in lowered
        if any(isinstance(part, Emit) and part.event == event for part in parts(process.definition.nodes))
    ]
    if len(senders) != 1 or not _awaited(senders[0]):
        return ()
    return (senders[0].definition.name,) if _is_late(senders[0], event) else ()


def _is_late(process: Lowered, event: str) -> bool:
    definition = process.definition
    gated = any(isinstance(part, LinkedCasesClosed) for part in parts(definition.gates))
    following = successors(definition)
    first = definition.regions[0].nodes[0]
    waits = [number for number, node in enumerate(definition.nodes) if isinstance(node, Wait)]
    for number, node in enumerate(definition.nodes):
        sends = [acts for acts in actions_of(node) if _sends(acts, event)]
        if not sends:
            continue
        closing = gated and all(isinstance(acts.move, Finish) for acts in sends)
        behind = any(number not in reachable(following, [first], without=wait) for wait in waits)
        if not closing and not behind:
            return False
    return True


def _sends(acts: object, event: str) -> bool:
    return any(isinstance(part, Emit) and part.event == event for part in parts(acts))
