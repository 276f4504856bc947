"""`anliu year`: a year of a town, replayed from a seed through the engine into a database of its own."""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import click
from sqlalchemy import make_url

from dsl.compile import compile_paths
from engine import open_engine
from engine.commands import SYSTEM
from engine.duty_rows import Standing
from engine.graph import recurrence_of
from engine.service import Engine
from engine.simulation.engine_office import Clock
from engine.simulation.population import organisation_of
from engine.simulation.year import YearReport, replay_year
from engine.simulation.year_plan import YearPlan, read_year_plan
from engine.town import DEFAULT_ZONE, zone_of
from web.calendar_file import read_calendar
from web.database_address import read_address
from web.settings import LIBRARY

DESCRIPTION = LIBRARY / "demo" / "year.json"
_LONG_AGO = date(2000, 1, 1)


@click.command()
@click.option("--seed", default=1, show_default=True, type=int, help="随机数种子：同一种子来同样的件")
@click.option(
    "--cases",
    default=5000,
    show_default=True,
    type=click.IntRange(1),
    help="人发起的案件数；触发的和例行的另计",
)
@click.option("--into", "url", required=True, help="写到哪个数据库，如 var/year.db；须是空的")
@click.option(
    "--town",
    "file",
    default=DESCRIPTION,
    show_default="演示镇的一年",
    type=click.Path(exists=True, path_type=Path),
    help="镇和一年的描述（JSON）",
)
def year(seed: int, cases: int, url: str, file: Path) -> None:
    """推演一个镇的一年：按种子来件、办理、迟办、漏办，全部经过真实的引擎和数据库，最后报数。"""
    plan = read_year_plan(json.loads(file.read_text(encoding="utf-8-sig")))
    begun = monotonic()
    clock = eve_of(plan)
    url = read_address(url)
    with open_engine(url, clock=clock, synchronous="NORMAL", demo=True) as engine:
        if engine.organisation().people:
            raise click.ClickException("这个数据库里已经有一个镇，请写到新的数据库。")
        furnish_year(engine, plan, seed)
        report = replay_year(engine, clock, plan, cases, seed, lambda day: click.echo(f"  {day}", err=True))
        _say(engine, report, monotonic() - begun)
        click.echo(_size(url))
    if report.failures or report.left or report.not_begun:
        raise SystemExit(1)


def eve_of(plan: YearPlan) -> Clock:
    """Return a clock that shows noon of the day before the year: what is loaded then owes nothing for earlier days."""
    return Clock(datetime.combine(plan.begins - timedelta(days=1), time(12), zone_of(DEFAULT_ZONE)))


def furnish_year(engine: Engine, plan: YearPlan, seed: int) -> None:
    """Load people, calendar and definitions, so that everything is in force from the first day of the year on.

    Raises:
        click.ClickException: a definition does not pass its checks.
    """
    organisation = organisation_of(plan.town, seed)
    engine.rename(organisation.units[0].name, demo=True)
    engine.load_organisation(organisation)
    engine.load_calendar(read_calendar(_json(LIBRARY / "shared" / "calendar.json")))
    compiled = compile_paths([LIBRARY])
    if not compiled.ok:
        raise click.ClickException("流程没有通过检查，请先运行 anliu check processes")
    days: dict[date, list[Any]] = {}
    for each in compiled.definitions:
        usual = _LONG_AGO if recurrence_of(each) is None else plan.begins
        days.setdefault(plan.effective.get(each.name, usual), []).append(each)
    for day in sorted(days):
        engine.deploy(days[day], by=SYSTEM, reason="推演", effective=day, sources=compiled.sources)


def _say(engine: Engine, report: YearReport, seconds: float) -> None:
    auditor = engine.organisation().auditors[0]
    running = engine.running()
    figures = engine.duty_figures(auditor, group="all")
    owed = {standing: sum(each.standings[standing] for each in figures) for standing in Standing}
    click.echo(f"用时 {seconds:.0f} 秒；写入 {report.commands} 组记录；人发起 {report.arrived.total()} 件")
    click.echo(f"在办 {sum(running.values())} 件（含例行）；例行共 {sum(owed.values())} 项：")
    click.echo("  " + "、".join(f"{standing.value} {number}" for standing, number in owed.items() if number))
    _list(
        "没有发起成", [f"{process} {number} 次：{why}" for (process, why), number in report.not_begun.items()]
    )
    _list("办不下去", [f"{each.number} {each.process} {each.step}：{each.why}" for each in report.left])
    _list("计时出错", report.failures)


def _list(title: str, lines: list[str], say: Callable[[str], None] = click.echo) -> None:
    if lines:
        say(f"{title} {len(lines)} 处：")
        for line in lines[:20]:
            say(f"  {line}")


def _size(url: str) -> str:
    name = make_url(url).database
    if not url.startswith("sqlite") or not name or name == ":memory:":
        return ""
    path = Path(name)
    kept = sum(
        each.stat().st_size for each in path.with_name(f"{path.name}.files").rglob("*") if each.is_file()
    )
    wal = path.with_name(f"{path.name}-wal")
    written = path.stat().st_size + (wal.stat().st_size if wal.exists() else 0)
    return f"数据库 {written / 1e6:.0f} MB，附件和文书 {kept / 1e6:.0f} MB"


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
