"""`anliu simulate`: let cases of a definition be worked on in memory, and report lateness, queues and what got stuck."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from dsl.editor.desk import folder_of
from engine.calendar import Calendar
from engine.definition import Definition
from engine.simulation.assumptions import Assumptions, read_assumptions
from engine.simulation.report import SimulationReport, StepFigures
from engine.simulation.run import simulate as simulated
from web.cli_views import own_definitions

ZONE = ZoneInfo("Asia/Shanghai")
BESIDE = "simulation.json"


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--cases", default=1000, show_default=True, type=click.IntRange(1), help="每个流程来多少件")
@click.option("--seed", default=1, show_default=True, type=int, help="随机数种子：同一种子结果相同")
@click.option("--process", help="只模拟这个流程")
@click.option(
    "--assume",
    type=click.Path(exists=True, path_type=Path),
    help=f"假设文件（JSON）；不填用流程旁边的 {BESIDE}，没有则用默认值",
)
@click.option("--steps/--no-steps", default=True, help="是否列出每一步和每个角色")
def simulate(
    path: Path, cases: int, seed: int, process: str | None, assume: Path | None, steps: bool
) -> None:
    """在内存里模拟办理：来件、请假、办理时间按种子抽取，报告逾期、排队、停滞和从没走到的地方。"""
    calendar = _calendar(path)
    stuck = 0
    for definition, beside in _chosen(path, process):
        report = simulated(definition, cases, seed, calendar, ZONE, _assumptions(assume or beside))
        click.echo("\n".join(_lines(report, steps)))
        stuck += len(report.stuck)
    if stuck:
        raise SystemExit(1)


def _chosen(path: Path, process: str | None) -> Iterator[tuple[Definition, Path]]:
    """Yield the processes below a path, each with where its assumptions would lie."""
    folders = sorted({file.parent for file in path.rglob("*.flow")}) if path.is_dir() else [path.parent]
    for definition in own_definitions(path, process):
        beside = next(
            (
                each / BESIDE
                for each in folders
                if _declares(each, definition.name) and (each / BESIDE).exists()
            ),
            path / BESIDE,
        )
        yield definition, beside


def _declares(folder: Path, name: str) -> bool:
    return any(f"规程 {name}" in file.read_text(encoding="utf-8") for file in folder.glob("*.flow"))


def _assumptions(file: Path) -> Assumptions:
    if not file.is_file():
        return Assumptions()
    return read_assumptions(_read(file))


def _calendar(path: Path) -> Calendar:
    """The calendar of the library that a path lies in; without one every week has five working days."""
    folder = folder_of(path.resolve())
    found = sorted((folder if folder.is_dir() else folder.parent).rglob("calendar.json"))
    data = _read(found[0]) if found else {}
    years: Mapping[str, Any] = data.get("days", data)
    return Calendar.from_years({int(year): content for year, content in years.items()})


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8-sig"))


def _lines(report: SimulationReport, steps: bool) -> Iterator[str]:
    ends = "、".join(f"{word} {number} 件" for word, number in report.ended)
    yield f"{report.process} {report.version}：{report.cases} 件，种子 {report.seed}；{ends or '没有办完的'}；平均 {report.days:.1f} 天"
    if report.corrections or report.returns:
        yield f"  途中更正 {report.corrections} 次、退回 {report.returns} 次，逾期处理 {report.rungs} 次"
    if steps:
        yield from (f"  步骤 {_step(each)}" for each in report.steps)
        for role in report.roles:
            yield f"  角色 {role.name}：{role.items} 项，平均等 {role.hours_waiting:.1f} 小时，最长积压 {role.longest_queue} 项"
    if report.unreached:
        yield f"  没有走到：{_listed(report.unreached)}"
    if report.unread:
        yield f"  没有用到：{_listed(report.unread)}"
    if report.stuck:
        yield f"  停滞 {len(report.stuck)} 件："
        yield from (
            f"    {each.number}：{'；'.join(each.places)}{f'（{each.refusal}）' if each.refusal else ''}"
            for each in report.stuck[:10]
        )


def _step(each: StepFigures) -> str:
    late = (
        f"，逾期 {each.late} 次（{each.share_late:.0%}，平均 {each.days_late:.1f} 天）"
        if each.late
        else "，没有逾期"
    )
    return f"{each.name}：{each.done} 次，平均 {each.days:.1f} 天{late}"


def _listed(names: Sequence[str]) -> str:
    shown = "、".join(names[:12])
    return shown if len(names) <= 12 else f"{shown} 等 {len(names)} 处"
