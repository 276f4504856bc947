"""Can a case always end: soundness of the lowered definition, and jumps and returns that read differently than they run."""

from typing import Final

from dsl.damage import Damage
from dsl.damage import damage as dsl_damage
from dsl.edits import added_line, replaced
from dsl.findings import Edit
from dsl.lower import Lowered
from dsl.procedure import NodeDecl
from dsl.report import Report
from dsl.source import Place
from dsl.tree import Exclusive
from dsl.walk import moves_of, parts
from engine import soundness
from engine.definition import (
    Arm,
    Back,
    Block,
    ByRecurrence,
    Finish,
    Goto,
    Move,
    Node,
    ResumeMain,
    Step,
    ToJoin,
    Wait,
)
from engine.expressions import OutcomeRef
from engine.verdict import Problem, ProblemKind
from engine.ways import ways_of

_REACH: Final = {
    ProblemKind.UNREACHABLE: ("C01", "让前面某一步“转”到这里，或删去这个步骤"),
    ProblemKind.NO_WAY_OUT: ("C02", "加一条去路：转到后面的步骤，或“办结”“终止”"),
    ProblemKind.NEVER_JOINS: ("C32", "让每个分支都能走到汇合：分支最后一步往下走完，或写“转 汇合”"),
    ProblemKind.ONLY_BY_EVENT: ("C11", "加一条不靠“随时”的去路，例如逾期后转到别的步骤"),
    ProblemKind.ONLY_BY_RETURN: ("C20", "写成“退回 … 至多 n次 超过 则 转 …”"),
    ProblemKind.ENDLESS_LOOP: ("C23", "让循环里至少有一步每次都要人来办"),
}
_LOCAL: Final = {
    ProblemKind.FINISH_IN_BRANCH: ("C03", "分支走完写“转 汇合”，汇合以后再办结", (Finish,)),
    ProblemKind.JUMP_INTO_BLOCK: ("C06", "转到并行本身，或转到并行外面的步骤", (Goto, Back)),
    ProblemKind.NO_JOIN_HERE: ("C10", "“转 汇合”只写在并行的分支里；这里写“转 步骤”或“办结”", (ToJoin,)),
    ProblemKind.NOTHING_TO_RESUME: ("C10", "“回原处”只写在“随时”里；这里写“转 步骤”", (ResumeMain,)),
    ProblemKind.RETURN_FORBIDDEN: ("C21", "改“退回时”的写法，或退回到本分支的步骤", (Back,)),
}


def check_flow(process: Lowered, damage: Damage, report: Report) -> None:
    """Report why cases of the process may never end, and moves that are not what they seem."""
    if dsl_damage(report.findings, "S109").within(process.process.place):
        return  # a section without its end: what belongs to which block is not known
    verdict = soundness.check(process.definition)
    known = process.flow_known and not damage.within(process.process.place)
    stuck = {problem.node for problem in verdict.problems if problem.kind is not ProblemKind.UNREACHABLE}
    misplaced = any(problem.kind in _LOCAL for problem in verdict.problems)
    for problem in verdict.problems:
        _problem(process, problem, known and not misplaced, report)
    for number, node in enumerate(process.definition.nodes):
        _directions(process, number, node, report, stuck=number in stuck)
        if not misplaced:
            _leaving(process, number, node, report)
        if not damage.within(process.layout.nodes[number].place):
            _arms(process, number, node, report)
            _called(process, node, report)
    _exclusions(process, report)
    if known:
        _end(process, report)
        _version(process, report)


def _problem(process: Lowered, problem: Problem, known: bool, report: Report) -> None:
    if problem.node is None:
        if problem.kind is ProblemKind.MALFORMED and known:
            report.error(
                "C22", process.process.name.place, problem.reason, "检查并行、分支和随时里是否都有步骤"
            )
        return
    place = process.layout.nodes[problem.node].name.place
    if problem.kind in _REACH and known:
        code, hint = _REACH[problem.kind]
        text = f"从{problem.reason}" if "”出发" in problem.reason else problem.reason
        report.error(code, place, text, hint, witness=_run(problem))
    elif problem.kind in _LOCAL:
        code, hint, kinds = _LOCAL[problem.kind]
        written = _move_place(process, problem, kinds)
        fix = (replaced(written, "转 汇合"),) if written and code == "C03" else ()
        report.error(code, written or place, problem.reason, hint, witness=_run(problem), fix=fix)


def _run(problem: Problem) -> tuple[str, ...]:
    return problem.witness if len(problem.witness) > 1 else ()


def _move_place(process: Lowered, problem: Problem, kinds: tuple[type[Move], ...]) -> Place | None:
    assert problem.node is not None
    for move in moves_of(process.definition.nodes[problem.node]):
        if not isinstance(move, kinds):
            continue
        if (
            isinstance(move, Goto | Back)
            and f"“{process.definition.nodes[move.node].name}”" not in problem.reason
        ):
            continue
        return process.places.of(move)
    return None


# ---- what a reader would take otherwise


def _directions(process: Lowered, number: int, node: Node, report: Report, *, stuck: bool) -> None:
    """转 goes on, 退回 goes back, and what goes back has a limit. That a loop without a way out is one needs no hint."""
    past = {id(move.exceeded.move) for move in moves_of(node) if isinstance(move, Back) and move.exceeded}
    for move in moves_of(node):
        match move:
            case Goto(target) if not stuck and _is_before(process, target, number) and id(move) not in past:
                name = process.definition.nodes[target].name
                report.info(
                    "C07",
                    process.place_of(move),
                    f"“{node.name}”用“转”回到前面的“{name}”",
                    "返工请写“退回 … 至多 n次 超过 则 …”",
                )
            case Back(target) if _is_before(process, number, target) and target != number:
                name = process.definition.nodes[target].name
                report.warning(
                    "C19",
                    process.place_of(move),
                    f"“{node.name}”退回到后面的“{name}”",
                    "往后走请写“转”",
                    fix=(replaced(process.place_of(move), f"转 {name}"),),
                )
            case Back(target, _, None) if not (isinstance(node, Step) and node.external):
                name = process.definition.nodes[target].name
                report.warning(
                    "C08",
                    process.place_of(move),
                    f"“退回 {name}”没有写次数，可能无限往返",
                    "写成“退回 … 至多 2次 超过 则 转 …”",
                )
            case _:
                pass


def _leaving(process: Lowered, number: int, node: Node, report: Report) -> None:
    """转 out of a branch closes the work of its siblings; most who write it mean 转 汇合."""
    nodes, regions = process.definition.nodes, process.layout.region_of
    owner = process.definition.regions[regions[number]].owner
    block = None if owner is None else nodes[owner]
    if not isinstance(block, Block):
        return
    others = [each.name for each in block.branches if each.region != regions[number]]
    for move in moves_of(node):
        if isinstance(move, Goto) and regions[move.node] != regions[number]:
            report.warning(
                "C34",
                process.place_of(move),
                f"“{node.name}”转到并行“{block.name}”外面的“{nodes[move.node].name}”，"
                f"“{'”、“'.join(others)}”没有办完的就撤销",
                "只是办完本分支的，写“转 汇合”；确实要撤销其余分支的，写“容许 C34 “理由””",
                fix=(replaced(process.place_of(move), "转 汇合"),),
            )


def _is_before(process: Lowered, one: int, other: int) -> bool:
    """Tell whether a node stands before another of the same part of the process, or is the same."""
    same = process.layout.region_of[one] == process.layout.region_of[other]
    return same and one <= other


def _arms(process: Lowered, number: int, node: Node, report: Report) -> None:
    for chain in node.routes:
        if len(chain) > 0 and all(arm.condition is not None for arm in chain) and ways_of(node).falls:
            moving = [arm for arm in chain if arm.actions.move is not None]
            if moving:
                report.info(
                    "C05",
                    process.place_of(chain[0]),
                    f"“{node.name}”的“若”没有“否则”，都不满足时依次进入下一步",
                    "写明“否则 …”更清楚",
                    fix=_otherwise(process, number, node, chain),
                )


def _otherwise(process: Lowered, number: int, node: Node, chain: tuple[Arm, ...]) -> tuple[Edit, ...]:
    """否则 转 the node that follows, when the chain is the last thing that decides."""
    nodes = process.definition.regions[process.layout.region_of[number]].nodes
    following = nodes.index(number) + 1
    if following == len(nodes) or node.after is not None or chain is not node.routes[-1]:
        return ()
    place = process.places.of(chain[-1])
    name = process.definition.nodes[nodes[following]].name
    return () if place is None else (added_line(place, f"否则 转 {name}"),)


def _called(process: Lowered, node: Node, report: Report) -> None:
    """A step that waits for a case asks how it ended."""
    if not isinstance(node, Wait) or not node.awaits_call:
        return
    if not any(isinstance(part, OutcomeRef) for part in parts((node.routes, node.after))):
        report.warning(
            "C40",
            process.place_of(node.call),
            f"“{node.name}”派出的案件终止、撤销或作废时，本案也照样走下一步",
            "加一行“若 结论 ≠ 办结 则 …”",
        )


def _exclusions(process: Lowered, report: Report) -> None:
    """不同时 holds one step at a time; a block is none, and what stands in it would go on all the same."""
    blocks = {
        node.name: number for number, node in enumerate(process.definition.nodes) if isinstance(node, Block)
    }
    for line in process.process.properties:
        for name in line.nodes if isinstance(line, Exclusive) else ():
            if name.text in blocks:
                inside = "、".join(_steps_inside(process, blocks[name.text]))
                report.error(
                    "C33",
                    name.place,
                    f"“{name.text}”是并行块，不能整块与别的步骤“不同时”",
                    f"改写为里面的步骤：{inside}",
                )


def _steps_inside(process: Lowered, block: int) -> list[str]:
    nodes, regions = process.definition.nodes, process.definition.regions
    node = nodes[block]
    found: list[str] = []
    for branch in node.branches if isinstance(node, Block) else ():
        for number in regions[branch.region].nodes:
            inner = isinstance(nodes[number], Block)
            found += _steps_inside(process, number) if inner else [nodes[number].name]
    return found


def _end(process: Lowered, report: Report) -> None:
    """The last step of the main flow says how the case ends."""
    nodes = process.definition.regions[0].nodes
    if not nodes:
        return
    last = nodes[-1]
    node = process.definition.nodes[last]
    if ways_of(node).falls:
        kind = "并行" if isinstance(node, Block) else "步骤"
        written = process.layout.nodes[last]
        report.warning(
            "C04",
            written.name.place,
            f"最后的{kind}“{node.name}”没有写“办结”",
            "加一行“完成后 办结”；走到最后就自动办结，但写明才看得出",
            fix=() if node.after or not written.properties else (_finishing(written),),
        )


def _version(process: Lowered, report: Report) -> None:
    """Cases keep their version: people tell versions apart by the line that names them."""
    definition, name = process.definition, process.process.name
    first = process.process.properties[:1]
    duty = any(isinstance(each, ByRecurrence) for each in definition.starts)
    if not definition.version and not definition.referral and not duty and first:
        place = first[0].place
        start = Place(place.source, place.line, place.column, place.line, place.column)
        report.info(
            "C35",
            name.place,
            f"“{name.text}”没有写版本，改过以后看不出在办案件按的是哪一版",
            "在“规程”下面加一行：版本 “1”",
            fix=(Edit(start, f"版本 “1”\n{' ' * (place.column - 1)}"),),
        )


def _finishing(last: NodeDecl) -> Edit:
    return added_line(last.properties[-1].place, "完成后 办结")
