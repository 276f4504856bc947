"""`anliu test`: run the Chinese scenarios beside the definitions."""

from pathlib import Path

import click

from dsl.scenarios.outcome import Unmet
from dsl.scenarios.runner import Failure, Result, Run, open_run
from dsl.scenarios.stage import NotReady
from dsl.scenarios.vocabulary import page


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--steps", is_flag=True, help="列出场景可用的全部步骤")
@click.option("--coverage", is_flag=True, help="列出场景没有到达的步骤、去向、逾期级别和规则行")
def test(paths: tuple[Path, ...], steps: bool, coverage: bool) -> None:
    """运行 PATH 下（或 .flow 文件旁边）的 .feature 场景。"""
    if steps:
        click.echo(page(), nl=False)
        return
    if not paths:
        raise click.UsageError("请写场景所在的文件夹或文件，例如 anliu test processes")
    run = open_run(paths)
    if not run.features:
        raise click.ClickException(
            f"{'、'.join(map(str, paths))} 里没有 .feature 文件。在 .flow 旁边建 scenarios.feature，"
            "第一行写“# language: zh-CN”，第二行“功能: 名称”，再写“场景: 名称”和步骤；可用的步骤：anliu test --steps"
        )
    _refuse_misread(run)
    failed, total = _carried_out(run)
    if coverage:
        for line in run.coverage.report():
            click.echo(line)
    for result, failure in failed:
        click.echo(f"✗ {result.scenario.file}:{failure.step.line} {result.scenario.name}")
    click.echo(f"{total} 个场景，{total - len(failed)} 个通过，{len(failed)} 个不通过")
    if failed:
        raise SystemExit(1)


def _refuse_misread(run: Run) -> None:
    for found in run.misreadings:
        click.echo(f"{found.file}:{found.line} {found.said}", err=True)
    if run.misreadings:
        click.echo("以上各行读不懂，没有运行任何场景", err=True)
        raise SystemExit(1)


def _carried_out(run: Run) -> tuple[list[tuple[Result, Failure]], int]:
    """Run the scenarios, telling each; return those that failed, and of how many."""
    failed: list[tuple[Result, Failure]] = []
    total, feature = 0, ""
    try:
        for result in run.results():
            if result.scenario.feature != feature:
                feature = result.scenario.feature
                click.echo(f"{feature}（{result.scenario.file}）")
            total += 1
            if result.failure is not None:
                failed.append((result, result.failure))
            _tell(result)
    except (NotReady, Unmet) as problem:
        raise click.ClickException(str(problem)) from problem
    return failed, total


def _tell(result: Result) -> None:
    failure = result.failure
    click.echo(f"  {'✗' if failure else '✓'} {result.scenario.name}")
    if failure is not None:
        click.echo(f"      第{failure.step.line}行 {failure.step.keyword} {failure.step.text}")
        for line in failure.said.splitlines():
            click.echo(f"      {line}")
