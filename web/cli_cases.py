"""Commands on cases: list, trace, verify, export."""

import json
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path

import click

from engine import Engine
from engine.views import Case, Entry
from web.case_page import verification
from web.cli_register import xlsx
from web.cli_town import opened
from web.database_address import database_option
from web.moments import Moments
from web.task_page import actor_text

SYSTEM = "system"


@click.command()
@click.option("--process", help="只列这个流程")
@click.option(
    "--status", type=click.Choice(["open", "finished", "suspended", "terminated", "withdrawn", "void"])
)
@click.option("--version", "digest", help="只列按这一版办理的（版本校验值开头至少六位）")
@click.option("--versions", is_flag=True, help="各流程的在办案件按哪一版办理，各几件")
@click.option(
    "--stuck", is_flag=True, help="只列没有人能往下办的案件，并说明原因（等人、等日期、等外部机关的不算）"
)
@click.option("-q", "text", help="编号、标题中的文字")
@click.option("--limit", default=50, show_default=True)
@database_option
def cases(
    process: str | None,
    status: str | None,
    digest: str | None,
    versions: bool,
    stuck: bool,
    text: str | None,
    limit: int,
    database: str | None,
) -> None:
    """列出案件。"""
    asked = {"process": process, "status": status, "q": text, "version": digest}
    with opened(database) as engine:
        if stuck:
            _list_stuck(engine)
            return
        if versions:
            for each in engine.running_versions(process):
                mark = "现行" if each.current else "旧版"
                click.echo(f"{each.process}\t{each.version}\t{each.digest[:12]}\t{mark}\t{each.cases} 件")
            return
        filters = {name: value for name, value in asked.items() if value}
        page = engine.cases(by=SYSTEM, filters=filters, limit=limit)
        for row in page.items:
            click.echo(
                f"{row.number}\t{row.process}\t{row.status_text}\t{'、'.join(row.steps) or '—'}\t{row.title}"
            )
    if page.next:
        click.echo("（还有更多，用 --limit 加大）", err=True)


def _list_stuck(engine: Engine) -> None:
    for case in engine.stuck_cases():
        click.echo(f"{case.number}\t{case.process}\t{case.title}")
        for each in case.reasons:
            click.echo(f"  {each.place}：{each.text}")


@click.command()
@click.argument("case")
@click.option("--at", type=int, help="看第几号记录之后的状态")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="看某一天终了（或某一时刻）的状态",
)
@database_option
def trace(case: str, at: int | None, day: datetime | None, database: str | None) -> None:
    """打印一件案件的全部记录，或它在某一号记录、某一天的状态（按当时的规程、人员和日历）。"""
    with opened(database) as engine:
        found = _case(engine, case)
        moments = Moments(engine.zone, engine.now())
        then = at if day is None else _moment(day, engine.zone)
        if then is None:
            for entry in engine.history(found.id):
                click.echo(_entry_text(entry, moments))
        else:
            click.echo(_state_text(engine.case(found.id, at=then), moments))


@click.command()
@click.argument("case", required=False)
@click.option("--bundle", type=click.Path(exists=True, path_type=Path), help="核验导出的卷宗包，不用数据库")
@database_option
def verify(case: str | None, bundle: Path | None, database: str | None) -> None:
    """核验记录链：一件、全部，或导出的卷宗包。"""
    if bundle is not None:
        from engine.verifier import main as verify_bundle

        raise SystemExit(verify_bundle([str(bundle)]))
    with opened(database) as engine:
        found = engine.verify(_case(engine, case).id if case else None)
    said = verification(found)
    click.echo(said.verdict)
    for label, value in said.facts:
        click.echo(f"  {label}：{value}")
    if not found.ok:
        raise SystemExit(1)


@click.group()
def export() -> None:
    """导出。"""


export.add_command(xlsx)


@export.command()
@click.argument("case")
@click.argument("file", type=click.Path(path_type=Path))
@database_option
def bundle(case: str, file: Path, database: str | None) -> None:
    """导出一件案件的卷宗包，可在没有本软件的机器上核验。"""
    with opened(database) as engine:
        engine.export_bundle(file, [_case(engine, case).id])
    click.echo(f"已写到 {file}")


def _moment(day: datetime, zone: tzinfo) -> datetime:
    """The end of a day, or the moment itself when a time of day is given."""
    local = day.replace(tzinfo=zone)
    return local + timedelta(days=1, microseconds=-1) if day.time() == time() else local


def _case(engine: Engine, given: str) -> Case:
    return engine.case(int(given) if given.isdecimal() else given)


def _entry_text(entry: Entry, moments: Moments) -> str:
    head = f"{entry.revision:>4}  {moments.second(entry.recorded_at)}  {actor_text(entry)}  {entry.label}  {entry.step}"
    lines = [head.rstrip(), *(f"      {said}" for said in entry.sentences)]
    if entry.occurred_at is not None:
        lines.append(
            f"      发生时间 {moments.minute(entry.occurred_at)}{' 补录' if entry.late_entry else ''}"
        )
    if entry.reason:
        lines.append(f"      理由：{entry.reason}")
    return "\n".join([*lines, f"      {entry.hash}"])


def _state_text(case: Case, moments: Moments) -> str:
    facts = {
        "编号": case.number,
        "标题": case.title,
        "状态": case.status_text,
        "所在步骤": "、".join(case.steps),
        "规程版本": f"{case.version} {case.digest[:12]}",
        "在办": {
            f"{item.step}·{item.part}": item.holder.name if item.holder else item.role for item in case.items
        },
        "第几号记录": case.revision,
        "时限": {clock.name: clock.text for clock in case.clocks},
        "办结条件": {name: "已满足" if holds else "未满足" for name, holds in case.gates},
        "系统认定": {name: str(value) for name, value in case.data.items()},
        "启动": moments.minute(case.started_at),
    }
    return json.dumps(facts, ensure_ascii=False, indent=2)
