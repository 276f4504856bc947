"""Data: read before written, documents issued before their fields exist, branches that write the same, gates that
cannot hold, what is never written or never read."""

from dataclasses import dataclass, field
from typing import Final

from dsl.closings import check_closings
from dsl.damage import Damage
from dsl.damage import damage as unclear
from dsl.dataflow import analyse
from dsl.guards import check_guards
from dsl.lower import Lowered
from dsl.reached import Reached
from dsl.report import Report
from dsl.signing_checks import issue_place
from dsl.source import Place
from dsl.traces import Ways
from dsl.variables import Key, State, Variables, meet
from dsl.walk import parts
from engine.definition import (
    Anchor,
    AnchorKind,
    Arm,
    Block,
    ByEvent,
    ByForm,
    Check,
    Definition,
    Extension,
    Move,
    Precedence,
    SetData,
    SetField,
    Step,
    Stop,
    Wait,
)
from engine.expressions import DataRef, Expression, FieldRef, FormRef

_UNCLEAR: Final = ("N01", "N02", "N05", "N11", "N13", "N14", "N15", "K", "S1", "B")
"""Mistakes after which it is not known what a condition asks for."""


@dataclass(slots=True)
class _Findings:
    """Turns what the analysis sees into findings, each once."""

    process: Lowered
    variables: Variables
    ways: Ways
    report: Report
    seen: set[object] = field(default_factory=set)
    reached: Reached = field(default_factory=Reached)
    reads: dict[str, list[tuple[Place, int | None]]] = field(default_factory=dict)

    def _first(self, *key: object) -> bool:
        if key in self.seen:
            return False
        self.seen.add(key)
        return True

    def early(self, node: int | None, reference: Expression, document: str | None, through: object) -> None:
        place = self.process.place_of(reference if through is None else through)
        name = _name(reference)
        if not self._first("early", name, place, node, document):
            return
        where = self._where(node)
        if document is not None:
            granted = isinstance(through, Extension)
            where = "批准延期" if granted else where
            self.report.error(
                "D03",
                self.process.place_of(through) if granted else self._issue_place(node, document),
                f"{where}出具“{document}”时，“{name}”可能还没有填写",
                f"先填写“{name}”再出具，或从文书的“使用”里删去它",
                witness=self._way(node, name),
            )
            return
        self.reads.setdefault(name, []).append((place, node))

    def _way(self, node: int | None, name: str) -> tuple[str, ...]:
        """A way to a node on which a form or data is not written."""
        bit = self.variables.bit("form", name) or self.variables.bit("data", name)
        return self.ways.without(node, bit)

    def report_early(self) -> None:
        """Report what is read too early once, where it is read first, with the other steps that read it."""
        for name, reads in self.reads.items():
            reads.sort(key=lambda read: (read[0].source, read[0].line, read[0].column))
            place, node = reads[0]
            where = self._where(node)
            others = [
                each for each in dict.fromkeys(self._where(other) for _, other in reads) if each != where
            ]
            also = f"（{'、'.join(others)}也一样）" if others else ""
            self.report.error(
                "D01",
                place,
                f"{where}用到“{name}”，但有路径到此时它还没有填写{also}",
                "让每条路径都先填写它，或写成“… 已填 且 …”",
                witness=self._way(node, name),
            )

    def _where(self, node: int | None) -> str:
        return "启动时" if node is None else f"“{self.process.definition.nodes[node].name}”"

    def _issue_place(self, node: int | None, document: str) -> Place:
        return self.process.process.name.place if node is None else issue_place(self.process, node, document)

    def unanchored(self, node: int, anchor: Anchor) -> None:
        if not self._first("anchor", id(anchor)):
            return
        if anchor.kind is AnchorKind.NODE and anchor.node is not None:
            what = f"“{self.process.definition.nodes[anchor.node].name}”还没有完成"
            bit = self.variables.bit("node", str(anchor.node))
        else:
            what = f"文书“{anchor.document}”还没有出具"
            bit = self.variables.bit("document", anchor.document or "")
        self.report.error(
            "T06",
            self.process.place_of(anchor),
            f"“{self.process.definition.nodes[node].name}”的期限从这里起算，但有路径到此时{what}",
            "换一个一定发生过的起点，或另写一行带“若”的时限",
            witness=self.ways.without(node, bit),
        )

    def unmet(self, precedence: Precedence, certain: bool) -> None:
        nodes = self.process.definition.nodes
        if not self._first("unmet", id(precedence)):
            return
        first, then = nodes[precedence.first].name, nodes[precedence.then].name
        text = f"有路径到“{then}”而“{first}”未完成或被跳过，约束“未 {first} 不得 {then}”会让案件停在那里"
        hint = f"让每条到“{then}”的路径都经过“{first}”，或给约束加上“若 条件”"
        add = self.report.error if certain else self.report.warning
        bit = self.variables.bit("node", str(precedence.first))
        witness = self.ways.without(precedence.then, bit)
        add("C09", self.process.place_of(precedence), text, hint, witness=witness)

    def powerless(self, node: int | None, document: str, power: str) -> None:
        unknown = any(each.code == "N08" for each in self.report.findings)
        if unknown or not self._first("power", node, document):
            return
        self.report.warning(
            "R09",
            self._issue_place(node, document),
            f"{self._where(node)}出具“{document}”须有职权“{power}”，但有路径没有先查这项职权",
            f"在前面的步骤写“须有 {power} 否则 转 …”",
            witness=self.ways.without(node, self.variables.bit("power", power)),
        )

    def tried(self, node: int, arm: Arm, possible: bool, avoidable: bool) -> None:
        _, _, before, around = self.reached.arms.get(id(arm), (node, arm, False, False))
        self.reached.arms[id(arm)] = node, arm, possible or before, avoidable or around

    def arrived(self, node: int, state: State, beside: frozenset[Key]) -> None:
        self.reached.arrivals[node] = meet(self.reached.arrivals.get(node, {}), state)
        self.reached.beside[node] = beside

    def checked(self, node: int, check: Check, possible: bool) -> None:
        _, _, before = self.reached.checks.get(id(check), (node, check, False))
        self.reached.checks[id(check)] = node, check, possible or before

    def finished(self, node: int | None, move: Move, state: State) -> None:
        key = id(move) if self.process.places.of(move) else -(node or 0) - 1
        _, _, before = self.reached.closings.get(key, (node, move, {}))
        self.reached.closings[key] = node, move, meet(before, state)


def check_data(process: Lowered, damage: Damage, report: Report) -> None:
    """Check what is read, written and required at the end of the process."""
    definition = process.definition
    known = process.writes_known and not damage.within(process.process.place)
    missing = _never_written(process, report) if definition.starts and known else set()
    for node in definition.nodes:
        if isinstance(node, Block):
            _conflicts(process, node, report)
    if not definition.starts or not known or not process.flow_known or not process.declared.scope.complete:
        return
    variables = Variables(definition)
    ways = Ways(variables)
    found = _Findings(process, variables, ways, report)
    analyse(definition, variables, found)
    found.report_early()
    if _is_unclear(process, report):
        return  # what a condition with an unknown word or a damaged table holds for is not known
    check_guards(process, variables, found.reached, ways, report)
    check_closings(process, variables, found.reached, ways, missing, report)


def _name(reference: object) -> str:
    match reference:
        case FieldRef(form, _):
            return form
        case FormRef(form):
            return form
        case DataRef(name):
            return name
        case _:
            return ""


def _is_unclear(process: Lowered, report: Report) -> bool:
    tables = [
        version.place
        for table in process.definition.tables
        for version in process.declared.scope.tables[table.name]
    ]
    wrong = unclear(report.findings, *_UNCLEAR)
    return any(wrong.within(place) for place in (process.process.place, *tables))


# ---- never written, never read


def _never_written(process: Lowered, report: Report) -> set[str]:
    """Report gates, screens, titles and waits that name what nobody ever fills; return the names."""
    missing: set[str] = set()
    definition = process.definition
    forms, data = _written(definition)
    shown = [step.shows for step in definition.nodes if isinstance(step, Step)]
    waits = [wait.condition for wait in definition.nodes if isinstance(wait, Wait)]
    clocks = [(clock.start, clock.end) for clock in definition.clocks]
    for part in parts(
        (definition.gates, tuple(shown), tuple(waits), tuple(clocks), definition.title, definition.summary)
    ):
        match part:
            case FieldRef(form) | FormRef(form) if form not in forms:
                name = form
            case DataRef(each) if each not in data:
                name = each
            case _:
                continue
        report.error(
            "D04",
            process.place_of(part),
            f"这里用到“{name}”，但没有任何步骤填写它",
            "在某一步写“填写”（数据写“置”），或改用已有的表单",
        )
        missing.add(name)
    return missing


def _written(definition: Definition) -> tuple[set[str], set[str]]:
    """Names of the forms and data that somebody writes."""
    forms: set[str] = set()
    data = {each.name for each in definition.data if each.initial is not None}
    for part in parts(
        (definition.starts, definition.handlers, definition.reopens, definition.nodes, definition.clocks)
    ):
        match part:
            case ByForm(form) | ByEvent(form=str() as form):
                forms.add(form)
            case Step():
                forms |= {*part.fills, *part.proof, *(lot.field.form for lot in part.draws)}
            case Wait(fills=fills):
                forms |= {*fills}
            case SetData(name):
                data.add(name)
            case SetField(FieldRef(form)):
                forms.add(form)
            case _:
                forms |= {name for name in _papers(part) if name is not None}
    for part in parts((definition.cancels, definition.reopens)):
        if isinstance(part, SetData):
            data.add(part.name)
    return forms, data


def _papers(part: object) -> tuple[str | None, ...]:
    """Forms of an extension or a stop of a clock."""
    match part:
        case Extension():
            return (part.form,)
        case Stop():
            return (part.form, part.resume_form)
        case _:
            return ()


# ---- parallel branches


def _conflicts(process: Lowered, block: Block, report: Report) -> None:
    """Two branches that write the same: the later one wins by chance."""
    writes = [
        (branch, _writes(process.definition, branch.region, own=branch.each is not None))
        for branch in block.branches
    ]
    for position, (branch, own) in enumerate(writes):
        for other, theirs in writes[position + 1 :]:
            for name in sorted(own.keys() & theirs.keys()):
                report.error(
                    "D06",
                    process.place_of(theirs[name]),
                    f"分支“{branch.name}”与“{other.name}”都写“{name}”，谁后写谁算数",
                    "各写各的表单，或把这一步移到汇合以后",
                )


def _writes(definition: Definition, region: int, *, own: bool) -> dict[str, object]:
    """What a region writes, with the part that does; forms of an instance branch are those of the instance."""
    found: dict[str, object] = {}
    for number in definition.regions[region].nodes:
        node = definition.nodes[number]
        for name in node.fills if isinstance(node, Step | Wait) and not own else ():
            found[name] = node
        for lot in node.draws if isinstance(node, Step) and not own else ():
            found[lot.field.form] = lot
        for part in parts(node):
            if isinstance(part, SetData):
                found[part.name] = part
        for branch in node.branches if isinstance(node, Block) else ():
            found.update(_writes(definition, branch.region, own=own or branch.each is not None))
    return found
