"""Data written for nothing: never read, or written again before anybody reads it.

Backwards from each write over the plain graph of the steps, returns left out: what a 退回 writes again is rework.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dsl.lower import Lowered
from dsl.paths import END, successors
from dsl.report import Report
from dsl.scope import World
from dsl.unused import named_in_views
from dsl.walk import parts
from engine.definition import Block, Definition, Node, SetData, Step, Wait
from engine.expressions import DataRef


def check_unread(world: World, lowered: Sequence[Lowered], report: Report) -> None:
    """Report 数据 that nobody reads: no process, register or figure."""
    shown = named_in_views(world)
    for process in lowered:
        definition = process.definition
        if not definition.data:
            continue
        read = {part.name for part in parts(_readers(definition)) if isinstance(part, DataRef)} | shown
        written = {part.name: part for part in parts(_acting(definition)) if isinstance(part, SetData)}
        for name in written.keys() - read:
            report.info(
                "D05",
                process.place_of(written[name]),
                f"数据“{name}”写了，没有任何一处用到",
                "删去这一行和数据的声明，或在条件、文书里用它",
            )


def check_overwritten(process: Lowered, report: Report) -> None:
    """Report values that are written again before they are read."""
    definition = process.definition
    if not definition.data:
        return
    for node in definition.nodes:
        _report_set_twice(process, node, report)
    read = {part.name for part in parts(definition.nodes) if isinstance(part, DataRef)}
    read -= _read_beside(definition)
    graph = _Graph(definition, successors(definition, returns=False, exceeding=False))
    for number, node in enumerate(definition.nodes):
        for part in parts(node):
            if isinstance(part, SetData) and part.name in read:
                way = graph.overwritten(number, part.name)
                if way:
                    _report(process, part, way, report)


def _report_set_twice(process: Lowered, node: Node, report: Report) -> None:
    """Report what one step sets and at once sets again, without asking for it in between."""
    if not isinstance(node, Step | Wait):
        return
    before: dict[str, SetData] = {}
    for part in node.sets:
        if not isinstance(part, SetData):
            continue
        first = before.get(part.name)
        asked = {each.name for each in parts(part.value) if isinstance(each, DataRef)}
        if first is not None and part.name not in asked:
            report.warning(
                "D07",
                process.place_of(first),
                f"“{node.name}”两次写“{part.name}”，前一次没有用",
                "一步里只留一行“置”；分情况的写成“若 … 则 置 …”",
                witness=(node.name,),
            )
        before = {name: each for name, each in before.items() if name not in asked} | {part.name: part}


def _acting(definition: Definition) -> tuple[object, ...]:
    """The parts of a process that may write."""
    return definition.nodes, definition.cancels, definition.reopens, definition.clocks


def _readers(definition: Definition) -> tuple[object, ...]:
    """Everything but the initial values of the data."""
    return (
        *_acting(definition),
        definition.starts,
        definition.handlers,
        definition.gates,
        definition.constraints,
        definition.forms,
        definition.documents,
        definition.roles,
        _inputs(definition),
        definition.title,
        definition.summary,
        definition.territory,
        definition.subject,
        definition.law_as_of,
    )


def _inputs(definition: Definition) -> tuple[object, ...]:
    """What tables and rules read of the case."""
    return (
        *((table.inputs, table.as_of) for table in definition.tables),
        *((rule.inputs, rule.as_of) for rule in definition.rules),
    )


def _read_beside(definition: Definition) -> set[str]:
    """Data that is read at moments which the graph does not show: by handlers, forms, documents, titles."""
    regions = {each.region for each in definition.handlers}
    beside = tuple(node for node in definition.nodes if node.region in regions)
    anytime = (
        beside,
        definition.handlers,
        definition.title,
        definition.summary,
        definition.clocks,
        definition.forms,
        definition.documents,
        definition.roles,
        _inputs(definition),
        definition.cancels,
        definition.reopens,
    )
    return {part.name for part in parts(anytime) if isinstance(part, DataRef)}


@dataclass(frozen=True, slots=True)
class _Graph:
    definition: Definition
    following: dict[int, tuple[int, ...]]

    def overwritten(self, number: int, name: str) -> tuple[str, ...]:
        """Return the names on a way to the next write, when every way comes to one before a read; else nothing."""
        own = self.definition.nodes[number]
        if _reads_after(own, name):
            return ()
        after = number + len(self.definition.nodes) if isinstance(own, Block) else number
        todo: list[tuple[int, tuple[str, ...]]] = [
            (each, (own.name,)) for each in self.following.get(after, ())
        ]
        seen: set[int] = set()
        found: tuple[str, ...] = ()
        while todo:
            at, way = todo.pop(0)
            if at == END:
                return ()
            if at in seen:
                continue
            seen.add(at)
            ending = at >= len(self.definition.nodes)
            node = self.definition.nodes[at % len(self.definition.nodes)]
            if not ending or not isinstance(node, Block):
                kind = _touches(node, name)
                if kind == "read":
                    return ()
                if kind == "write":
                    found = found or (*way, node.name)
                    continue
                way = (*way, node.name)
            todo += [(each, way) for each in self.following.get(at, ())]
        return found


def _touches(node: Node, name: str) -> str | None:
    """What a node does first with a value: read it, or write it on every way through."""
    if any(isinstance(part, DataRef) and part.name == name for part in parts(node)):
        return "read"
    sets = node.sets if isinstance(node, Step | Wait) else ()
    always = (*sets, *(node.after.effects if node.after is not None else ()))
    if any(isinstance(part, SetData) and part.name == name for part in always):
        skipped = isinstance(node, Step | Wait) and node.skip_unless is not None
        return None if skipped else "write"
    return None


def _reads_after(node: Node, name: str) -> bool:
    """Whether the node that writes reads the value itself."""
    return any(isinstance(part, DataRef) and part.name == name for part in parts(node))


def _report(process: Lowered, part: SetData, way: tuple[str, ...], report: Report) -> None:
    report.warning(
        "D07",
        process.place_of(part),
        f"“{way[0]}”写的“{part.name}”没有人用过，就在“{way[-1]}”被改写",
        "删去其中一次，或在改写以前用它",
        witness=way,
    )
