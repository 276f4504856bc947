"""Commands on official papers: look one over, begin a template."""

from pathlib import Path

import click

from dsl import compile_paths
from engine.definition import Document
from engine.documents.drafting import draft
from engine.documents.lint import is_blocked, lint
from engine.documents.paper import Paper, UnreadablePaper, read_docx, read_text


@click.command("lint-document")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def lint_document(file: Path) -> None:
    """检查一份公文（.docx、.txt、.md）：文号、发文机关和署名、日期、没填的地方，逐条说依据和改法。"""
    try:
        paper = _read(file)
    except (UnreadablePaper, UnicodeDecodeError) as problem:
        raise click.ClickException(f"{file.name} 读不了：{problem}") from problem
    findings = lint(paper)
    for each in findings:
        click.echo(f"{each.code} {each.severity.value}：{each.message}")
        click.echo(f"    依据 {each.basis}")
        click.echo(f"    {each.hint}")
    click.echo(f"共 {len(findings)} 处" if findings else "没有发现问题")
    if is_blocked(findings):
        raise SystemExit(1)


def _read(file: Path) -> Paper:
    if file.suffix.lower() == ".docx":
        return read_docx(file.read_bytes())
    return read_text(file.read_text(encoding="utf-8"))


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.argument("document")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="写到哪里；默认为当前文件夹的“文书名.docx”"
)
def template(path: Path, document: str, out: Path | None) -> None:
    """为流程里的一种文书生成模板初稿（.docx），字段都已放好，再用 Word 或 WPS 改文字和版式。"""
    found = _document(path, document)
    target = out or Path(f"{document}.docx")
    if target.exists():
        raise click.ClickException(f"{target} 已经存在，没有改动；请换一个文件名")
    target.write_bytes(found)
    click.echo(f"已写到 {target}。改好后放进流程的 documents 文件夹，并在“文书”里写“模板 “{target.name}””。")


def _document(path: Path, name: str) -> bytes:
    definitions = compile_paths([path]).definitions
    for definition in definitions:
        for document in definition.documents:
            if document.name == name:
                return draft(document, definition)
    known: list[Document] = [document for definition in definitions for document in definition.documents]
    listed = "、".join(dict.fromkeys(each.name for each in known))
    raise click.ClickException(f"{path} 里没有要出具的文书“{name}”" + (f"；有：{listed}" if listed else ""))
