"""A glossary of names as a file: one pair a line, each name once."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from dsl import compile_sources
from dsl.format import BadGlossary, format_text
from dsl.glossary import FILE, load_glossaries, read_glossary, untranslated
from dsl.source import Source
from web.cli_fmt import fmt

DATA = Path("tests/data/definitions")
PROCESSES = Path("processes")
NAMES = load_glossaries([PROCESSES])
TRANSLATED = sorted(file for own in PROCESSES.rglob(FILE) for file in own.parent.glob("*.flow"))


def test_pairs_are_read_and_comments_left_out() -> None:
    assert read_glossary("# 角色\n登记人\tregistrar\n\n复查人\treviewer\n") == {
        "登记人": "registrar",
        "复查人": "reviewer",
    }


@pytest.mark.parametrize("text", ["登记人", "登记人\t", "\tregistrar", "甲\ta\tb", "甲\ta\n甲\tb"])
def test_what_is_no_pair_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(BadGlossary, match=r"第 [12] 行"):
        read_glossary(text)


def test_fmt_translates_names_both_ways(tmp_path: Path) -> None:
    original = (DATA / "hazard_short.flow").read_text(encoding="utf-8")
    file = tmp_path / "甲.txt"
    file.write_text(original, encoding="utf-8")
    names = ["--glossary", str(DATA / "glossary_hazard_short.tsv")]

    assert CliRunner().invoke(fmt, [str(file), "--lang", "en", *names]).exit_code == 0
    assert "role registrar" in file.read_text(encoding="utf-8")
    assert CliRunner().invoke(fmt, [str(file), *names]).exit_code == 0
    assert file.read_text(encoding="utf-8") == original


def test_fmt_refuses_a_glossary_that_cannot_be_undone(tmp_path: Path) -> None:
    file, names = tmp_path / "甲.txt", tmp_path / "names.tsv"
    file.write_text("角色 甲、乙\n", encoding="utf-8")
    names.write_text("甲\thead\n乙\thead\n", encoding="utf-8")

    said = CliRunner().invoke(fmt, [str(file), "--lang", "en", "--glossary", str(names)])

    assert said.exit_code == 1 and "译成了同一个" in said.output


def test_a_folder_gives_all_its_glossaries_and_a_name_has_one_english(tmp_path: Path) -> None:
    for folder, line in (("a", "甲\thead\n"), ("b", "甲\thead\n乙\ttail\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / FILE).write_text(line, encoding="utf-8")
    assert load_glossaries([tmp_path]) == {"甲": "head", "乙": "tail"}

    (tmp_path / "b" / FILE).write_text("甲\tchief\n", encoding="utf-8")
    with pytest.raises(BadGlossary, match="“甲”译作 chief，别的对照表里是 head"):
        load_glossaries([tmp_path])


def test_a_folder_without_a_glossary_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadGlossary, match=r"里没有 glossary\.tsv"):
        load_glossaries([tmp_path])


def test_check_says_which_names_a_glossary_lacks_and_where_to_add_them(tmp_path: Path) -> None:
    file, names = tmp_path / "甲.flow", tmp_path / FILE
    file.write_text("角色 登记人、复查人\n", encoding="utf-8")
    names.write_text("登记人\tregistrar\n", encoding="utf-8")

    said = CliRunner().invoke(fmt, ["--check", "--glossary", str(names), str(file)])

    assert said.exit_code == 1
    assert f"{file}:1:8 “复查人”没有英文名：在旁边的 {FILE} 里加一行" in said.output
    assert "登记人" not in said.output


@pytest.mark.parametrize("path", TRANSLATED, ids=str)
def test_a_process_beside_a_glossary_reads_in_english_and_comes_back_byte_for_byte(path: Path) -> None:
    original = path.read_text(encoding="utf-8")
    assert not untranslated(Source(str(path), original), NAMES), "make them known: dsl/README.md, 名称的英文"

    english = format_text(original, "en", NAMES)

    assert not untranslated(Source(str(path), english), {})
    assert format_text(english, "zh", NAMES) == original


def test_the_processes_mean_the_same_in_english() -> None:
    sources = [
        Source(str(path), format_text(path.read_text(encoding="utf-8"), "en", NAMES))
        for path in sorted(PROCESSES.rglob("*.flow"))
    ]

    compiled = compile_sources(sources)

    assert not compiled.findings
    assert {"hazard_rectification", "accident_investigation"} <= {each.name for each in compiled.definitions}
