"""Links between processes: triggers in a circle, waits that nobody ends, processes that nothing starts."""

from collections.abc import Sequence
from dataclasses import replace

from dsl.damage import damage
from dsl.lower import Lowered
from dsl.procedure import Start
from dsl.report import Report
from dsl.source import Place
from dsl.walk import parts
from engine.definition import ByCondition, ByEvent, Definition, Emit, Step, Trigger, Wait
from engine.digraph import Digraph
from engine.expressions import LinkedCasesClosed, Today


def check_links(lowered: Sequence[Lowered], report: Report) -> None:
    """Check what crosses processes."""
    emitted = {
        part.event for process in lowered for part in parts(_acting(process)) if isinstance(part, Emit)
    }
    unknown = {each.code for each in report.findings if each.code in ("N07", "N10") or each.code[:2] == "S1"}
    lost = damage(report.findings, "S1")
    for process in lowered:
        starts = any(isinstance(line, Start) for line in process.process.properties)
        if not process.is_duty and not starts and not lost.within(_head(process)):
            name = process.process.name
            report.error(
                "C25",
                name.place,
                f"规程“{name.text}”没有启动方式",
                "加一行“启动 表单 … 承办 …”；被触发的规程也要有启动表单",
            )
        if not unknown - {"N10"}:
            _waits(process, emitted, report)
        _waits_for_days(process, report)
        if not unknown - {"N07"}:
            _never_triggered(process, report)
    _circles(lowered, report)


def _head(process: Lowered) -> Place:
    """The lines of a process above its first node, where its 启动 stands."""
    whole = process.process.place
    nodes = process.process.nodes
    return replace(whole, end_line=nodes[0].place.line) if nodes else whole


def _acting(process: Lowered) -> tuple[object, ...]:
    """The parts of a process in which something is done."""
    definition = process.definition
    return definition.nodes, definition.clocks, definition.cancels, definition.reopens


def _waits(process: Lowered, emitted: set[str], report: Report) -> None:
    waits = [node for node in process.definition.nodes if isinstance(node, Wait)]
    for wait in waits:
        if wait.event is not None and wait.event not in emitted:
            report.info(
                "V01",
                process.place_of(wait),
                f"没有规程发出事件“{wait.event}”，“{wait.name}”只能等外部送来",
                "确认由外部系统或值班人员送达；否则在相应的规程里写“发出”",
            )
    for handler in process.definition.handlers:
        start = handler.start
        if isinstance(start, ByEvent) and start.event not in emitted:
            report.info(
                "V01",
                process.place_of(handler),
                f"没有规程发出事件“{start.event}”，随时“{handler.name}”只能等外部送来",
                "确认由外部系统或值班人员送达；否则在相应的规程里写“发出”",
            )


def _waits_for_days(process: Lowered, report: Report) -> None:
    """A condition is asked again when something happens to the case; that a day begins is nothing that happens to it."""
    definition = process.definition
    asked = [(node.name, node.condition) for node in definition.nodes if isinstance(node, Wait)]
    asked += [
        (handler.name, handler.start.condition)
        for handler in definition.handlers
        if isinstance(handler.start, ByCondition)
    ]
    for name, condition in asked:
        today = next((part for part in parts(condition) if isinstance(part, Today)), None)
        if today is not None:
            report.error(
                "V03",
                process.place_of(today),
                f"“{name}”的条件要等日子变化才成立，日子变化时系统不会再问",
                "改为“等待 满 … 自 …”、“周期 每 …”或“时限 至 …”",
            )


def _never_triggered(process: Lowered, report: Report) -> None:
    """已办结 of a process of which this one starts no case holds at once."""
    started = triggered(process.definition)
    waits = tuple(node.condition for node in process.definition.nodes if isinstance(node, Wait))
    for part in parts((waits, process.definition.gates)):
        if isinstance(part, LinkedCasesClosed) and part.process not in started:
            report.warning(
                "V02",
                process.place_of(part),
                f"本规程没有触发过“{part.process}”，“已办结”立即成立",
                "先写“触发”，或改等别的条件",
            )


def triggered(definition: Definition) -> frozenset[str]:
    """Return the processes of which a process starts cases."""
    acting = (definition.nodes, definition.clocks, definition.cancels, definition.reopens)
    return frozenset(part.process for part in parts(acting) if isinstance(part, Trigger))


def _circles(lowered: Sequence[Lowered], report: Report) -> None:
    """Processes that start one another without any condition never come to an end."""
    always: Digraph[str] = Digraph()
    for process in lowered:
        for node in process.definition.nodes:
            if not isinstance(node, Step | Wait) or node.region != 0 or node.skip_unless is not None:
                continue
            done = () if node.after is None else node.after.effects
            for part in parts((done, node.call if isinstance(node, Wait) else None)):
                if isinstance(part, Trigger):
                    always.add(process.definition.name, part.process)
    for group in always.circles():
        first = min(group)
        process = next(each for each in lowered if each.definition.name == first)
        report.warning(
            "G01",
            process.process.name.place,
            f"规程 {'、'.join(sorted(group))} 互相触发，没有条件，会一直开新案",
            "给其中一个“触发”加上“若 条件 则”",
        )
