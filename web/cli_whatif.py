"""`anliu whatif`: decide past cases again by a changed definition and list which would have gone otherwise."""

from datetime import datetime
from pathlib import Path

import click

from engine.comparing import CaseComparison
from engine.counterfactual import Difference
from web.cli_town import opened
from web.cli_views import own_definitions
from web.database_address import database_option
from web.moments import Moments

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--process", help="文件里有几个流程时，说明哪一个")
@click.option("--since", type=_DAY, help="只看这一天起立案的")
@click.option("--until", type=_DAY, help="只看到这一天为止立案的")
@database_option
def whatif(
    path: Path, process: str | None, since: datetime | None, until: datetime | None, database: str | None
) -> None:
    """假如当时就用这一版规程：把已有案件的记录按它重新判一遍，列出哪些会不一样、从哪里起、为什么；不改动任何数据。"""
    days = (since.date() if since else None, until.date() if until else None)
    with opened(database) as engine:
        moments = Moments(engine.zone, engine.now())
        for definition in own_definitions(path, process):
            found = engine.compare(definition, *days)
            for each in found:
                for line in _lines(each, moments):
                    click.echo(line)
            other = sum(bool(each.differences) for each in found)
            skipped = sum(bool(each.skipped) for each in found)
            click.echo(
                f"{definition.name} {definition.version}：比较 {len(found) - skipped} 件，{other} 件会不一样"
                f"{f'，{skipped} 件没有比较' if skipped else ''}"
            )


def _lines(each: CaseComparison, moments: Moments) -> list[str]:
    if each.skipped:
        return [f"{each.number}  {each.skipped}"]
    return [f"{each.number}  {_text(found, moments)}" for found in each.differences]


def _text(found: Difference, moments: Moments) -> str:
    where = f"“{found.step}”" if found.step else ""
    end = "（往下不再比较）" if found.ends else ""
    return f"第 {found.revision} 号记录 {moments.minute(found.at)} {where}{found.text}{end}"
