"""容许 CODE “理由”: a warning that its author has considered; the reason stands in the deployment report."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dsl.clauses import Accept
from dsl.edits import deleted_line
from dsl.findings import Finding, Severity, has_errors
from dsl.procedure import Block, Handler, NodeDecl
from dsl.scope import AnyProcess, World
from dsl.source import Place


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A 容许 line and the stretch of text for which it holds."""

    line: Accept
    owner: Place

    def covers(self, finding: Finding) -> bool:
        place = finding.place
        inside = place.source == self.owner.source and self.owner.line <= place.line <= self.owner.end_line
        return inside and finding.code == self.line.code.text


def accept(world: World, findings: Sequence[Finding]) -> list[Finding]:
    """Leave out the warnings that a 容许 line accepts; say which lines accept nothing, or an error."""
    accepted = [
        each
        for declared in (*world.processes.values(), *world.duties.values())
        for each in _lines(declared.process)
    ]
    by_code: dict[str, list[_Accepted]] = {}
    for each in accepted:
        by_code.setdefault(each.line.code.text, []).append(each)
    kept: list[Finding] = []
    used: set[int] = set()
    refused: set[int] = set()
    for finding in findings:
        covering = [each for each in by_code.get(finding.code, ()) if each.covers(finding)]
        if covering and finding.severity is not Severity.ERROR:
            used.update(id(each) for each in covering)
            continue
        refused.update(id(each) for each in covering)
        kept.append(finding)
    left = [each for each in accepted if id(each) not in used]
    if has_errors(findings):  # what would be accepted was perhaps not looked for
        left = [each for each in left if id(each) in refused]
    return kept + [_idle(each, id(each) in refused) for each in left]


def _idle(each: _Accepted, refused: bool) -> Finding:
    code = each.line.code
    if refused:
        text = f"{code.text} 是错误，不能容许"
        return Finding("A02", Severity.ERROR, text, "先改正错误；只有警告可以写理由后容许", code.place)
    text = f"这里没有 {code.text} 可以容许"
    return Finding(
        "A01", Severity.INFO, text, "删去这一行“容许”", code.place, fix=(deleted_line(each.line.place),)
    )


def _lines(process: AnyProcess) -> Iterable[_Accepted]:
    yield from _of(process.properties, process.place)
    for clock in getattr(process, "clocks", ()):
        yield from _of(clock.properties, clock.place)
    for node in getattr(process, "nodes", ()):
        yield from _node(node)
    for handler in getattr(process, "handlers", ()):
        yield from _handler(handler)


def _handler(handler: Handler) -> Iterable[_Accepted]:
    yield from _of(handler.properties, handler.place)
    for node in handler.nodes:
        yield from _node(node)


def _node(node: NodeDecl) -> Iterable[_Accepted]:
    yield from _of(node.properties, node.place)
    if isinstance(node, Block):
        for branch in node.branches:
            for inner in branch.nodes:
                yield from _node(inner)


def _of(properties: Iterable[object], owner: Place) -> Iterable[_Accepted]:
    return (_Accepted(line, owner) for line in properties if isinstance(line, Accept))
