"""Commands on definitions alone, without a town: check, fmt."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from dsl import Compiled, compile_paths
from dsl.findings import Severity, as_json, render_all
from dsl.format import BadGlossary, Unreadable, format_text
from dsl.glossary import read_glossary
from dsl.repair import repaired
from dsl.source import Source
from dsl.surroundings import Surroundings
from engine.directory import Organisation

_ROUNDS = 10  # of repairs, each of which may bring a further finding to light
PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))


@click.command()
@PATHS
@click.option("--strict", is_flag=True, help="没有写明理由的警告也算不通过")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出格式")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="用中文或英文说明问题")
@click.option("--fix", is_flag=True, help="先改正能够自动改正的问题，改写文件")
@click.option(
    "--organisation",
    type=click.Path(exists=True, path_type=Path),
    help="组织文件（JSON）：核对每个角色有没有人担任，回避安排不安排得开",
)
def check(
    paths: tuple[Path, ...],
    strict: bool,
    form: str,
    lang: Literal["zh", "en"],
    fix: bool,
    organisation: Path | None,
) -> None:
    """检查 .flow 文件：列出每一处问题的位置和改法。"""
    around = _surroundings(organisation)
    compiled = _repaired(paths, around) if fix else compile_paths(paths, around)
    if form == "json":
        click.echo(json.dumps([as_json(each) for each in compiled.findings], ensure_ascii=False, indent=1))
    else:
        click.echo(rendered(compiled, lang), nl=False)
    severities = {each.severity for each in compiled.findings}
    if Severity.ERROR in severities or (strict and Severity.WARNING in severities):
        raise SystemExit(1)


@click.command()
@PATHS
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="关键字用中文或英文")
@click.option(
    "--glossary", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="名称的中英文对照"
)
@click.option("--check", "only_check", is_flag=True, help="只报告不符合的文件，不改写")
def fmt(paths: tuple[Path, ...], lang: Literal["zh", "en"], glossary: Path | None, only_check: bool) -> None:
    """把 .flow 文件写成规范格式；也用来换中英文关键字，有对照表时连名称一起换。"""
    wrong = 0
    try:
        names = read_glossary(glossary.read_text(encoding="utf-8")) if glossary else {}
    except BadGlossary as problem:
        raise click.ClickException(f"{glossary}：{problem}") from problem
    for path in flow_files(paths):
        text = path.read_text(encoding="utf-8")
        try:
            canonical = format_text(text, lang, names)
        except (Unreadable, BadGlossary) as problem:
            click.echo(f"{path}：{problem}", err=True)
            wrong += 1
            continue
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


def flow_files(paths: tuple[Path, ...]) -> list[Path]:
    """The .flow files of paths, those of folders included."""
    return [file for path in paths for file in (sorted(path.rglob("*.flow")) if path.is_dir() else [path])]


def _surroundings(organisation: Path | None) -> Surroundings:
    if organisation is None:
        return Surroundings()
    town = Organisation.from_json(json.loads(organisation.read_text(encoding="utf-8")))
    return Surroundings(organisation=town, day=datetime.now(UTC).astimezone().date())


def _repaired(paths: tuple[Path, ...], around: Surroundings) -> Compiled:
    """Rewrite the files with every repair that findings offer, until none is left; one repair may show another."""
    compiled = compile_paths(paths, around)
    for _ in range(_ROUNDS):
        changed = False
        for name in {edit.place.source for each in compiled.findings for edit in each.fix}:
            source = Source.from_bytes(name, Path(name).read_bytes())
            text, made = repaired(source, compiled.findings)
            for finding in made:
                click.echo(f"{name}:{finding.place.line} 已改正 {finding.code} {finding.message}", err=True)
            if text != source.text:
                Path(name).write_bytes(text.encode("utf-8", "surrogatepass"))
                changed = True
        if not changed:
            break
        compiled = compile_paths(paths, around)
    return compiled


def rendered(compiled: Compiled, lang: Literal["zh", "en"] = "zh") -> str:
    """Every finding with its line, and a count."""
    names = {each.place.source for each in compiled.findings}
    sources = {
        name: Source.from_bytes(name, Path(name).read_bytes()) for name in names if Path(name).is_file()
    }
    return render_all(compiled.findings, sources, lang)
