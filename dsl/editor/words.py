"""The words of a section as the parser reads them, broken lines included."""

from functools import lru_cache
from typing import Final

from lark import Token

from dsl.grammar import parser
from dsl.recovery import read
from dsl.source import Source

_KEPT: Final = 4096  # sections; an editor asks for the words of each again and again, and few of them change


@lru_cache(_KEPT)
def words(text: str) -> tuple[Token, ...]:
    """Return the words of a section, ends of lines (which hold the comments) included; places count from its beginning."""
    source = Source("", text)
    return read(parser(), source, text_of(source)).tokens


def text_of(source: Source) -> str:
    """The folded text of a section, its last line ended."""
    return source.folded if source.folded.endswith("\n") else source.folded + "\n"
