"""Processes that wait for one another to close: none of them ever can.

A process waits for another by a closing condition or a 等待 that asks whether its cases are 已办结, or by a 等待 for an
event that the other sends only when it is past such a waiting itself, or while closing. 已办结 asks for cases that were
started from here, which is a tree; only an event leads back up it, so that a circle has one.
"""

from collections.abc import Sequence

import networkx as nx

from dsl.links import triggered
from dsl.lower import Lowered
from dsl.paths import reachable, successors
from dsl.report import Report
from dsl.walk import actions_of, parts
from engine.definition import Emit, Finish, Wait
from engine.expressions import LinkedCasesClosed


def check_waiting(lowered: Sequence[Lowered], report: Report) -> None:
    """Report circles of processes that wait for each other."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    known = {process.definition.name: process for process in lowered}
    for process in lowered:
        name = process.definition.name
        for other, part in _awaited(process):
            if other in known:
                graph.add_edge(name, other, part=part, event=False)
        for number, wait in enumerate(process.definition.nodes):
            if isinstance(wait, Wait) and wait.event is not None:
                for other in _only_sender(lowered, wait.event):
                    graph.add_edge(name, other, part=process.definition.nodes[number], event=True)
    for group in nx.strongly_connected_components(graph):
        first = min(group)
        if not any(graph.edges[edge]["event"] for edge in graph.subgraph(group).edges):
            continue
        circle = tuple(source for source, _ in nx.find_cycle(graph.subgraph(group), first))
        process, part = known[circle[0]], graph.edges[circle[0], circle[1 % len(circle)]]["part"]
        report.error(
            "G05",
            process.place_of(part),
            f"规程 {'、'.join(sorted(group))} 的办结互相等待，谁也关不上",
            "让其中一个先办结：去掉一个“已办结”的条件，或在等待以前就发出事件",
            witness=(*circle, circle[0]),
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
