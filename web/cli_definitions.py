"""`anliu check`: what is wrong with definitions, where, and what to do."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from dsl import Compiled, compile_paths
from dsl.findings import Severity, as_json, render_all
from dsl.source import Source
from dsl.surroundings import Surroundings
from web.cli_paths import PATHS

_ROUNDS = 10  # of repairs, each of which may bring a further finding to light


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
@click.option(
    "--against",
    type=click.Path(exists=True, path_type=Path),
    help="旧版的文件或文件夹：在办案件有哪些去不了新版",
)
@click.option(
    "--obligations",
    type=click.Path(exists=True, path_type=Path),
    help="义务清单（JSON）：哪一句没有规程落实",
)
def check(
    paths: tuple[Path, ...],
    strict: bool,
    form: str,
    lang: Literal["zh", "en"],
    fix: bool,
    organisation: Path | None,
    against: Path | None,
    obligations: Path | None,
) -> None:
    """检查 .flow 文件：列出每一处问题的位置和改法。"""
    around = _surroundings(organisation, against, obligations)
    compiled = _repaired(paths, around) if fix else compile_paths(paths, around)
    if form == "json":
        click.echo(json.dumps([as_json(each) for each in compiled.findings], ensure_ascii=False, indent=1))
    else:
        click.echo(rendered(compiled, lang), nl=False)
    severities = {each.severity for each in compiled.findings}
    if Severity.ERROR in severities or (strict and Severity.WARNING in severities):
        raise SystemExit(1)


def _surroundings(organisation: Path | None, against: Path | None, obligations: Path | None) -> Surroundings:
    around = Surroundings()
    if organisation is not None:
        from engine.directory import Organisation  # most checks ask for none

        town = Organisation.from_json(json.loads(organisation.read_text(encoding="utf-8")))
        around = replace(around, organisation=town, day=datetime.now(UTC).astimezone().date())
    if against is not None:
        before = {each.name: each for each in compile_paths([against]).definitions}
        around = replace(around, before=before)
    if obligations is not None:
        from web.obligation_file import obligations_of

        around = replace(around, obligations=obligations_of(obligations))
    return around


def _repaired(paths: tuple[Path, ...], around: Surroundings) -> Compiled:
    """Rewrite the files with every repair that findings offer, until none is left; one repair may show another."""
    from dsl.repair import repaired  # only for --fix

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
