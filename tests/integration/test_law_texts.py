"""`anliu laws`: the published text of a law is loaded once, and an editor reads from it."""

from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result

from dsl.editor.desk import Desk
from dsl.law_texts import FOLDER
from dsl.literals import read_article
from web.cli import group

REGISTER = """{"laws": [
  {"title": "某省安全条例", "kind": "地方性法规", "aliases": ["省条例"], "articles": [],
   "versions": [{"name": "2010", "from": "2010-01-01", "until": "2019-12-31"},
                {"name": "2020", "from": "2020-01-01", "length": 3}]},
  {"title": "某镇办法", "kind": "规范性文件", "versions": [{"name": "2023", "from": "2023-01-01"}], "articles": []}]}"""
LINES = [
    "第一章　总　则",
    "第一条　为了安全，制定本条例。",
    "第二条　单位应当建立制度。",
    "第三条　自公布之日起施行。",
]


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "laws.json").write_text(REGISTER, encoding="utf-8")
    return folder


def run(shared: Path, *words: str | Path) -> Result:
    return CliRunner().invoke(group, ["laws", *map(str, words), "--shared", str(shared)])


def published(folder: Path, lines: list[str]) -> Path:
    file = folder / "text.txt"
    file.write_text("\n".join(lines), encoding="utf-8-sig")
    return file


def test_a_text_loaded_is_read_by_the_editor_of_the_definitions_beside_it(
    shared: Path, tmp_path: Path
) -> None:
    done = run(shared, "import", published(tmp_path, LINES), "--law", "《省条例》", "--version", "2020")
    assert done.exit_code == 0, done.output
    assert "某省安全条例 2020 文本，共 3 条" in done.output
    process = tmp_path / "process.flow"
    process.write_text("角色 安监员\n", encoding="utf-8")
    register = Desk().set_of(str(process)).laws
    (version, words), *others = register.full("省条例", read_article("第二条"))
    assert (version.name, words, others) == ("2020", "单位应当建立制度。", [])


def test_a_text_from_word_is_read_too(shared: Path, tmp_path: Path) -> None:
    paper = docx.Document()
    for line in LINES:
        paper.add_paragraph(line)
    paper.save(str(tmp_path / "text.docx"))
    done = run(shared, "import", tmp_path / "text.docx", "--law", "某省安全条例", "--version", "2020")
    assert done.exit_code == 0, done.output
    assert "共 3 条" in done.output


def test_the_list_tells_what_is_loaded_what_is_not_and_what_cannot_be_read(
    shared: Path, tmp_path: Path
) -> None:
    run(shared, "import", published(tmp_path, LINES[:3]), "--law", "省条例", "--version", "2020")
    (shared / FOLDER / "某镇办法@2023.txt").write_text("第二条　甲。", encoding="utf-8")
    assert run(shared, "list").output.splitlines() == [
        "某省安全条例　2010　没有装载",
        "某省安全条例　2020　已装载，共 2 条（登记的是 3 条，请核对文本和登记哪个不对）",
        "某镇办法　2023　读不了：开头应当是第一条，却是第二条：文本不全，或者混有别的文件",
    ]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--law", "省条例", "--version", "2021"), "没有 2021 文本，请用 --version 写明：2010、2020"),
        (("--law", "省条例"), "不止一个文本，请用 --version 写明：2010、2020"),
        (("--law", "刑法"), "没有登记“刑法”"),
    ],
)
def test_a_law_or_version_that_is_not_registered_is_refused(
    shared: Path, tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    refused = run(shared, "import", published(tmp_path, LINES), *words)
    assert refused.exit_code == 1
    assert why in refused.output
    assert not (shared / FOLDER).exists()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.txt", "通知全文见附件".encode(), "没有找到“第一条”"),
        ("a.txt", "第一条　安全".encode("gb18030"), "不是 UTF-8"),
        ("a.docx", b"PK", "a.docx 没有装载"),
    ],
    ids=["no articles", "another encoding", "no document"],
)
def test_a_file_that_is_no_law_is_refused_and_nothing_is_written(
    shared: Path, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    refused = run(shared, "import", file, "--law", "某镇办法")
    assert refused.exit_code == 1
    assert why in refused.output
    assert not (shared / FOLDER).exists()


def test_a_folder_without_a_register_says_so(tmp_path: Path) -> None:
    assert "没有 laws.json" in run(tmp_path, "list").output
