"""The organisation that will run the processes: holders of every role, and enough people to keep apart."""

from collections.abc import Sequence
from datetime import date

from dsl.lower import Lowered
from dsl.report import Report
from dsl.source import Place
from engine.definition import Step
from engine.directory import Organisation
from engine.staffing import conflicts, holders_on, shortages


def check_staffing(
    lowered: Sequence[Lowered], organisation: Organisation, day: date | None, report: Report
) -> None:
    """Check every process against the posts of the organisation on a day."""
    holders = holders_on(organisation, day)
    told: set[str] = set()
    for process in lowered:
        for short in shortages(process.definition, holders):
            if short.role in told:
                continue
            told.add(short.role)
            have = f"只有 {short.held} 人" if short.held else "还没有人担任"
            report.error(
                "R11",
                _role_place(process, short.role),
                f"角色“{short.role}”{have}，至少要 {short.needed} 人",
                "在组织文件里给这个角色登记任职的人，或减少人数",
            )
        for conflict in conflicts(process.definition, holders):
            names = "、".join(process.definition.nodes[number].name for number in conflict.steps)
            report.error(
                "S03",
                _step_place(process, conflict.steps[-1]),
                f"“{names}”要由不同的人办，能办的只有 {len(conflict.holders)} 人，安排不开",
                "给其中一个角色增加任职的人，或改由别的角色办",
                witness=("、".join(conflict.holders),),
            )


def _role_place(process: Lowered, role: str) -> Place:
    for node in process.definition.nodes:
        for performer in (*node.performers, *node.entered_by) if isinstance(node, Step) else ():
            if performer.role == role:
                return process.place_of(performer)
    return process.process.name.place


def _step_place(process: Lowered, number: int) -> Place:
    return process.layout.nodes[number].name.place
