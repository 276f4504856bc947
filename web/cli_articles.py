"""`anliu articles`: where each sentence of the notice lives in the definitions."""

from itertools import groupby
from pathlib import Path

import click

from dsl import compile_paths
from engine.obligations import Carried, carried, cited
from web.articles_page import article_name, total
from web.obligation_file import obligations_of
from web.settings import LIBRARY, OBLIGATIONS


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--missing", is_flag=True, help="只列还没有落实的")
@click.option("--strict", is_flag=True, help="有没有落实的就算不通过")
@click.option(
    "--list",
    "listed",
    type=click.Path(exists=True, path_type=Path),
    default=OBLIGATIONS,
    help="义务清单，默认是通知的清单",
)
def articles(paths: tuple[Path, ...], missing: bool, strict: bool, listed: Path) -> None:
    """按条列出通知的每一句落实在哪个规程的哪一处。"""
    definitions = compile_paths(paths or (LIBRARY,)).definitions
    obligations = obligations_of(listed)
    found = carried(obligations, definitions)
    for article, rows in groupby(found, key=lambda each: each.obligation.article):
        shown = [row for row in rows if row.missing or not missing]
        if shown:
            click.echo(article_name(article))
        for row in shown:
            click.echo(_line(row))
    unknown = sorted(set(cited(definitions)) - {each.id for each in obligations})
    for absent in unknown:
        click.echo(f"规程里写着“落实 {absent}”，义务清单里没有这一条", err=True)
    click.echo(total(found))
    if unknown or (strict and any(row.missing for row in found)):
        raise SystemExit(1)


def _line(row: Carried) -> str:
    obligation = row.obligation
    if not obligation.executable:
        where = f"原则要求：{obligation.reason}"
    else:
        where = "；".join(f"{each.process}·{each.kind}“{each.name}”" for each in row.elements) or "没有落实"
    return f"  {obligation.id}  {obligation.text}（{obligation.mechanism}）\n      {where}"
