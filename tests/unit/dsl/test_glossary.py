"""A glossary of names as a file: one pair a line, each name once."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from dsl.format import BadGlossary
from dsl.glossary import read_glossary
from web.cli_definitions import fmt

DATA = Path("tests/data/definitions")


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
