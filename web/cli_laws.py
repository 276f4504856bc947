"""`anliu laws`: load the published texts of laws beside the register, say which are there."""

from pathlib import Path

import click

from dsl.compile import REGISTER
from dsl.law_texts import FOLDER, BadText, LawText, file_of, read_law_text
from dsl.laws import BadRegister, Law, LawRegister, LawVersion, read_register
from engine.documents.paper import UnreadablePaper, read_docx
from web.settings import LIBRARY

_shared = click.option(
    "--shared",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=LIBRARY / "shared",
    help=f"{REGISTER} 所在的文件夹，不写就是自带的规程库",
)


@click.group()
def laws() -> None:
    """法规原文：装载公布的文本，编辑规程时悬停在条文上就能读到；列出装了哪些。"""


@laws.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--law", "name", required=True, help="哪部法：登记的名称或简称")
@click.option("--version", help="哪个文本，如 2021；只有一个文本的可以不写")
@_shared
def import_text(file: Path, name: str, version: str | None, shared: Path) -> None:
    """装载一部法的公布文本（.txt 或 .docx），每条另起一行；装过的换成新的。"""
    law, of = _version(_register(shared), name, version)
    try:
        words = _words(file)
        text = read_law_text(words)
    except (BadText, UnreadablePaper, UnicodeDecodeError) as problem:
        raise click.ClickException(f"{file.name} 没有装载：{_why(problem)}") from problem
    target = shared / FOLDER / file_of(law.title, of.name)
    target.parent.mkdir(exist_ok=True)
    target.write_text(words, encoding="utf-8")
    click.echo(f"已装载 {law.title} {of.name} 文本，{_length(text, of)}，写到 {target}")


@laws.command("list")
@_shared
def list_texts(shared: Path) -> None:
    """逐个文本列出装没装原文；读不了的说明原因。"""
    for law in dict.fromkeys(_register(shared).laws.values()):
        for version in law.versions:
            click.echo(f"{law.title}　{version.name}　{_state(shared / FOLDER, law, version)}")


def _register(shared: Path) -> LawRegister:
    try:
        return read_register((shared / REGISTER).read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise click.ClickException(
            f"{shared} 里没有 {REGISTER}。请用 --shared 指出法规登记所在的文件夹"
        ) from missing
    except (BadRegister, UnicodeDecodeError) as problem:
        raise click.ClickException(f"{shared / REGISTER} 读不懂：{problem}") from problem


def _version(register: LawRegister, name: str, version: str | None) -> tuple[Law, LawVersion]:
    law = register.laws.get(name.strip("《》"))
    if law is None:
        raise click.ClickException(f"{REGISTER} 里没有登记“{name}”。已登记的见 anliu laws list")
    for each in law.versions:
        if each.name == version or (version is None and len(law.versions) == 1):
            return law, each
    known = "、".join(each.name for each in law.versions)
    asked = f"没有 {version} 文本" if version else "不止一个文本"
    raise click.ClickException(f"《{law.title}》{asked}，请用 --version 写明：{known}")


def _words(file: Path) -> str:
    if file.suffix.lower() == ".docx":
        return read_docx(file.read_bytes()).words
    return file.read_text(encoding="utf-8-sig")


def _why(problem: Exception) -> str:
    if isinstance(problem, UnicodeDecodeError):
        return "不是 UTF-8 编码的文字，请用 Word、WPS 或记事本另存为 .docx 或 UTF-8 的 .txt"
    return str(problem)


def _length(text: LawText, version: LawVersion) -> str:
    """Say how many articles were read, and when the register knows of another number."""
    counted = sum(article.suffix is None for article in text.articles)
    if version.length in (None, counted):
        return f"共 {counted} 条"
    return f"共 {counted} 条（登记的是 {version.length} 条，请核对文本和登记哪个不对）"


def _state(folder: Path, law: Law, version: LawVersion) -> str:
    file = folder / file_of(law.title, version.name)
    if not file.is_file():
        return "没有装载"
    try:
        return f"已装载，{_length(read_law_text(file.read_text(encoding='utf-8-sig')), version)}"
    except (BadText, UnicodeDecodeError) as problem:
        return f"读不了：{_why(problem)}"
