"""The grammar: no conflicts, one table of keywords, a cache that can only help."""

import hashlib
import logging
import os
from pathlib import Path

import lark
import pytest

from dsl import grammar
from dsl.vocabulary import builtins_to_chinese, builtins_to_english, keywords, resource

TEXT = "规程 试\n  步骤 一\n    承办 甲\n"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache; the parser of this process is forgotten before and after."""
    monkeypatch.setenv(grammar.CACHE_VARIABLE, str(tmp_path / "cache"))
    grammar.parser.cache_clear()
    return tmp_path / "cache"


@pytest.fixture(autouse=True)
def forget() -> object:
    yield
    grammar.parser.cache_clear()


def test_the_grammar_has_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    """Lark resolves a shift/reduce conflict silently; in debug mode it says so."""
    lark.logger.propagate = True
    with caplog.at_level(logging.DEBUG, logger=lark.logger.name):
        grammar.build(debug=True)
    assert [record.message for record in caplog.records if "onflict" in record.message] == []


def test_every_spelling_belongs_to_one_keyword() -> None:
    spellings = [spelling for keyword in keywords().values() for spelling in keyword.spellings]
    assert len(spellings) == len(set(spellings))


def test_built_in_words_translate_both_ways() -> None:
    assert len(builtins_to_chinese()) == len(builtins_to_english())


def test_every_keyword_is_used_by_the_grammar() -> None:
    text = resource("grammar.lark")
    assert [name for name in keywords() if name not in text] == []


def test_the_second_parser_comes_from_the_cache(cache: Path) -> None:
    grammar.parser()
    (file,) = cache.iterdir()
    written = file.stat().st_mtime_ns
    grammar.parser.cache_clear()
    assert grammar.parser().parse(TEXT).data == "start"
    assert file.stat().st_mtime_ns == written


@pytest.mark.parametrize("damage", [b"", b"x", b"0" * 64 + b"\nno grammar"], ids=["empty", "cut", "other"])
def test_a_damaged_cache_is_built_again(cache: Path, damage: bytes) -> None:
    grammar.parser()
    (file,) = cache.iterdir()
    file.write_bytes(damage)
    grammar.parser.cache_clear()
    assert grammar.parser().parse(TEXT).data == "start"
    digest, _, payload = file.read_bytes().partition(b"\n")
    assert digest == hashlib.sha256(payload).hexdigest().encode()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="rights of files as on POSIX")
def test_a_cache_that_others_may_write_is_not_read(cache: Path) -> None:
    grammar.parser()
    (file,) = cache.iterdir()
    file.chmod(0o666)
    grammar.parser.cache_clear()
    grammar.parser()
    assert file.stat().st_mode & 0o022 == 0


def test_without_a_place_for_the_cache_the_parser_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(grammar.CACHE_VARIABLE, str(tmp_path / "file" / "cache"))
    grammar.parser.cache_clear()
    assert grammar.parser().parse(TEXT).data == "start"
    monkeypatch.setenv(grammar.CACHE_VARIABLE, "")
    grammar.parser.cache_clear()
    assert grammar.parser().parse(TEXT).data == "start"
