"""`anliu deploy`: put checked definitions in force."""

from datetime import datetime
from pathlib import Path

import click

from dsl import compile_paths
from web.cli_definitions import PATHS, rendered
from web.cli_town import database_option, opened


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
    compiled = compile_paths(paths)
    if not compiled.ok:
        click.echo(rendered(compiled), err=True)
        raise SystemExit(1)
    with opened(database) as engine:
        versions = engine.deploy(
            compiled.definitions,
            by=by,
            reason=reason,
            effective=effective.date() if effective else None,
            sources=compiled.sources,
        )
    for version in versions:
        click.echo(
            f"已发布 {version.name} {version.version} {version.digest[:12]}，{version.effective} 起生效"
        )
