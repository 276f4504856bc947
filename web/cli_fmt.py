"""`anliu fmt`: the canonical form, in Chinese or English."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import click

from dsl.format import BadGlossary, Unreadable, format_text
from dsl.glossary import FILE as GLOSSARY
from dsl.glossary import load_glossaries, untranslated
from dsl.source import Source
from web.cli_paths import PATHS, flow_files


@click.command()
@PATHS
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="关键字用中文或英文")
@click.option(
    "--glossary",
    "glossaries",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="名称的中英文对照（文件，或者含 glossary.tsv 的文件夹），可以写几次",
)
@click.option("--check", "only_check", is_flag=True, help="只报告不符合的文件和对照表里没有的名称，不改写")
def fmt(
    paths: tuple[Path, ...], lang: Literal["zh", "en"], glossaries: tuple[Path, ...], only_check: bool
) -> None:
    """把 .flow 文件写成规范格式；也用来换中英文关键字，有对照表时连名称一起换。"""
    try:
        names = load_glossaries(glossaries)
    except BadGlossary as problem:
        raise click.ClickException(str(problem)) from problem
    wrong = 0
    for path in flow_files(paths):
        text = path.read_text(encoding="utf-8")
        try:
            canonical = format_text(text, lang, names)
        except (Unreadable, BadGlossary) as problem:
            click.echo(f"{path}：{problem}", err=True)
            wrong += 1
            continue
        if only_check and glossaries:
            wrong += _without_english(Source(str(path), text), names)
        if canonical == text:
            continue
        if only_check:
            click.echo(f"{path} 不是规范格式")
            wrong += 1
        else:
            path.write_text(canonical, encoding="utf-8")
            click.echo(f"{path} 已改写")
    if wrong:
        raise SystemExit(1)


def _without_english(source: Source, names: Mapping[str, str]) -> int:
    """Say which names a glossary lacks and where to add them; return how many."""
    missing = untranslated(source, names)
    for name, place in missing.items():
        click.echo(
            f"{source.name}:{place.line}:{place.column} “{name}”没有英文名："
            f"在旁边的 {GLOSSARY} 里加一行，中文、制表符、英文（几个文件夹都用的，加在 shared 里）"
        )
    return len(missing)
