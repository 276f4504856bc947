"""Our lexer and tables read what Lark reads: the same tokens in the same places, the same trees, the same errors."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

import pytest
from lark import Lark
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from dsl.format import format_text
from dsl.grammar import build, parser
from dsl.source import Source
from dsl.tables import Parser, gives_place
from tests.properties import generated
from tests.properties.fuzz import mutated_words

FILES = sorted(Path("tests/data/definitions").glob("*.flow"))


@cache
def lark() -> Lark:
    return build(propagate_positions=gives_place)


def tokens(reader: Lark | Parser, text: str) -> Iterator[tuple[object, ...]]:
    """Every token with its places, and how reading ends."""
    try:
        for token in reader.parse_interactive(text).iter_parse():
            yield token.type, str(token), token.start_pos, token.end_pos, token.line, token.end_column
    except UnexpectedToken as error:
        yield error.token.type, str(error.token), error.pos_in_stream, error.accepts
    except UnexpectedCharacters as error:
        yield error.pos_in_stream, error.allowed


def texts(seed: int) -> list[str]:
    """A definition in both languages, one made from the grammar, and all of them with words changed."""
    random = Random(seed)
    written = FILES[seed % len(FILES)].read_text(encoding="utf-8")
    whole = [written, format_text(written, "en"), generated.text(seed)]
    damaged = [mutated_words(text, random) for text in whole]
    return [f"{Source('x', text).folded}\n" for text in whole + damaged]


@pytest.mark.parametrize("seed", range(len(FILES)))
def test_the_same_tokens_and_errors(seed: int) -> None:
    for text in texts(seed):
        assert [*tokens(parser(), text)] == [*tokens(lark(), text)]


@pytest.mark.slow
def test_the_same_tokens_and_errors_at_length() -> None:
    for seed in range(len(FILES), 2_000):
        for text in texts(seed):
            assert [*tokens(parser(), text)] == [*tokens(lark(), text)], seed


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_same_tree_with_the_same_places(path: Path) -> None:
    text = Source.from_bytes(path.name, path.read_bytes()).folded

    ours, theirs = parser().parse(text), lark().parse(text)

    assert ours == theirs
    assert [vars(node.meta) for node in ours.iter_subtrees()] == [
        vars(node.meta) for node in theirs.iter_subtrees()
    ]


def test_what_is_wrong_is_raised_alike() -> None:
    for reader in (parser(), lark()):
        with pytest.raises(UnexpectedInput):
            reader.parse("规程\n")
