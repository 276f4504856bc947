"""Commands that show a process: describe, graph."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from dsl import compile_paths
from dsl.describing import describe as described
from dsl.diagram import mermaid, svg
from dsl.editor.desk import SHARED, folder_of
from dsl.findings import Severity
from engine.definition import Definition
from web.cli_definitions import rendered
from web.cli_paths import flow_files


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--process", help="文件里有几个流程时，说明哪一个")
def describe(path: Path, process: str | None) -> None:
    """把流程写成领导能读的中文，写到标准输出。"""
    for definition in own_definitions(path, process):
        click.echo(described(definition))


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(["svg", "mermaid"]), default="svg", help="图的格式")
@click.option("--process", help="文件里有几个流程时，画哪一个")
def graph(path: Path, form: str, process: str | None) -> None:
    """画流程图，写到标准输出。"""
    draw: Callable[..., str] = svg if form == "svg" else mermaid
    for definition in own_definitions(path, process):
        click.echo(draw(definition), nl=False)


def own_definitions(path: Path, process: str | None) -> list[Definition]:
    """The processes of a file or folder (or the one named), checked with the files that belong to it."""
    folder = folder_of(path.resolve())
    compiled = compile_paths([folder, path] if (folder / SHARED).is_dir() else [path])
    texts = {file.read_text(encoding="utf-8") for file in flow_files((path,))}
    names = {str(file.resolve()) for file in flow_files((path,))}
    wrong = [
        each
        for each in compiled.findings
        if each.severity is Severity.ERROR
        and each.code != "N10"  # that a process which it starts stands elsewhere is no matter here
        and str(Path(each.place.source).resolve()) in names
    ]
    if wrong:
        click.echo(rendered(replace(compiled, findings=tuple(wrong))), err=True)
        raise SystemExit(1)
    own = [
        each
        for each in compiled.definitions
        if process in (None, each.name) and not each.referral and compiled.sources[each.name] in texts
    ]
    if not own:
        raise click.ClickException("文件里没有这个流程")
    return own
