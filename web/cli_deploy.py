"""`anliu deploy`: put checked definitions in force."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from dsl import compile_paths
from dsl.surroundings import Surroundings
from dsl.version_changes import CHANGES
from engine.case_migration import RunningVersion
from engine.migrate import told
from web.cli_definitions import rendered
from web.cli_paths import PATHS
from web.cli_town import opened
from web.database_address import database_option, database_url
from web.staffing_notes import unheld


@click.command()
@PATHS
@click.option("--reason", required=True, help="发布理由，写进管理记录")
@click.option("--effective", type=click.DateTime(["%Y-%m-%d"]), help="生效日期，不填即今天")
@click.option("--by", default="system", help="以谁的名义发布（账号）")
@database_option
def deploy(
    paths: tuple[Path, ...], reason: str, effective: datetime | None, by: str, database: str | None
) -> None:
    """检查并发布流程；有错误或没有写明理由的警告时不发布。"""
    with opened(database) as engine:
        running = {each.process: engine.definition(each.digest) for each in engine.running_versions()}
        compiled = compile_paths(paths, Surroundings(before=running))
        if not compiled.ok:
            click.echo(rendered(compiled), err=True)
            raise SystemExit(1)
        before = {each.name: engine.versions(each.name)[-1:] for each in compiled.definitions}
        versions = engine.deploy(
            compiled.definitions,
            by=by,
            reason=reason,
            effective=effective.date() if effective else None,
            sources=compiled.sources,
        )
        told_so = tuple(unheld(compiled.definitions, engine.organisation(), engine.now().date()))
        staying = [each for version in versions for each in engine.running_versions(version.name)]
    click.echo(f"数据库：{told(database_url(database))}")
    accepted = {each.name: each.accepted for each in compiled.definitions}
    fresh = [version for version in versions if before[version.name] != (version,)]
    for version in fresh:
        click.echo(
            f"已发布 {version.name} {version.version} {version.digest[:12]}，{version.effective} 起生效"
        )
        if any(each.version == version.version for each in before[version.name]):
            click.echo(f"  版本仍写“{version.version}”，内容不同；改一改“版本”那一行，以后好分清")
        for code, where, why in accepted[version.name]:
            click.echo(f"  容许 {code}（{where}）：{why}")
    if len(fresh) < len(versions):
        click.echo(f"另有 {len(versions) - len(fresh)} 个与现行的一样，没有重新发布")
    _say_staying({version.digest for version in versions}, staying)
    for sentence in told_so:
        click.echo(f"  {sentence}")
    for finding in compiled.findings:
        if finding.code in CHANGES:
            click.echo(f"  {finding.code} {finding.message}。{finding.hint}")


def _say_staying(deployed: set[str], staying: Sequence[RunningVersion]) -> None:
    """Say which cases stay with the version they began under."""
    for each in staying:
        if each.digest not in deployed:
            click.echo(
                f"  在办 {each.cases} 件“{each.process}”仍按 {each.version} {each.digest[:12]} 办理"
                f"（看是哪几件：anliu cases --process {each.process} --version {each.digest[:12]}）；"
                f"要改按新版：anliu migrate --process {each.process} --dry-run"
            )
