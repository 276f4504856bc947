"""`anliu export xlsx`: a register as a workbook, as the page gives it."""

from datetime import datetime
from pathlib import Path

import click

from engine.commands import SYSTEM
from engine.periods import read_period
from engine.register_views import Drill, Part, RegisterQuery
from web.cli_town import opened
from web.database_address import database_option
from web.moments import Moments
from web.register_book import Preamble, register_book


@click.command()
@click.argument("register")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--filter", "filters", multiple=True, help="列=值；日期和数写 起..止；可以写几个")
@click.option("-q", "search", default="", help="搜索的文字")
@click.option("--sort", default=None, help="按这一列排列，前面写 - 倒过来")
@click.option("--on", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="截至哪一天")
@click.option("--statistic", help="只导出一个统计数到的行")
@click.option("--part", type=click.Choice([part.value for part in Part]), default=Part.NUMERATOR.value)
@click.option("--period", default="", help="统计的期间：2023-04、2023Q2、2023")
@database_option
def xlsx(
    register: str,
    file: Path,
    filters: tuple[str, ...],
    search: str,
    sort: str | None,
    as_of: datetime | None,
    statistic: str | None,
    part: str,
    period: str,
    database: str | None,
) -> None:
    """把一本台账导出成 Excel。"""
    wanted = dict(_filter(text) for text in filters)
    found = read_period(period)
    if period and found is None:
        raise click.UsageError(f"读不懂期间“{period}”，请写成 2023-04、2023Q2 或 2023")
    query = RegisterQuery(
        filters=wanted,
        search=search,
        sort=None if sort is None else sort.removeprefix("-"),
        descending=sort is not None and sort.startswith("-"),
        as_of=None if as_of is None else as_of.date(),
        drill=None if statistic is None else Drill(statistic, Part(part), found),
        limit=None,
    )
    with opened(database) as engine:
        page = engine.export_register(register, SYSTEM, query)
        meanings = {head.statistic.name: head.meaning for head in engine.statistics()}
        preamble = Preamble(
            engine.town_name(),
            meanings.get(statistic or "", ()),
            Moments(engine.zone, engine.now()).minute(page.read_at),
            "命令行",
        )
        file.write_bytes(register_book(page, preamble, engine.zone))
    click.echo(f"{register}：{page.total} 行，已写到 {file}")


def _filter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"筛选要写成 列=值，现在是“{text}”")
    return name.strip(), value.strip()
