"""`anliu new`: a first draft of a process that checks, runs and has scenarios, to be rewritten line by line."""

from pathlib import Path

import click

from dsl.compile import compile_text
from dsl.findings import Severity
from web.settings import LIBRARY

STARTER = LIBRARY.parent / "dsl" / "starter"
PLACEHOLDER = "示例流程"
"""The name that the draft bears where that of the process shall stand."""
CALENDAR = LIBRARY / "shared" / "calendar.json"


@click.command()
@click.argument("name", metavar="名称")
@click.option(
    "--into",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="放在哪个文件夹里，不写就是当前文件夹",
)
def new(name: str, into: Path) -> None:
    """新建一个流程的初稿：规程、场景、人员、日历，马上可以检查和运行；已有的文件不动。"""
    files = _draft(name)
    folder = into / name
    if folder.exists():
        raise click.ClickException(f"已经有 {folder}，没有改动。请换一个名称，或用 --into 换一个文件夹")
    folder.mkdir()
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
        click.echo(f"已写 {folder / file}")
    click.echo(
        f"接下来：改 process.flow，每改一处运行 anliu check {folder}；"
        f"改 scenarios.feature，运行 anliu test {folder}；"
        "写法见 dsl/README.md，场景可用的步骤：anliu test --steps"
    )


def _draft(name: str) -> dict[str, str]:
    """Return the texts of the draft by file name.

    Raises:
        click.ClickException: the name can not be that of a process.
    """
    files = {
        path.name: path.read_text(encoding="utf-8").replace(PLACEHOLDER, name)
        for path in sorted(STARTER.iterdir())
        if path.is_file()
    }
    compiled = compile_text(files["process.flow"])
    errors = [each for each in compiled.findings if each.severity is Severity.ERROR]
    if errors or [each.name for each in compiled.definitions] != [name]:
        why = f"：{errors[0].message}" if errors else ""
        raise click.ClickException(f"“{name}”不能作流程的名称{why}。名称用汉字、字母、数字，不含空格和标点")
    return files | {CALENDAR.name: CALENDAR.read_text(encoding="utf-8")}
