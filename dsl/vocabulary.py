"""The words of the language, read from keywords.tsv and builtins.tsv."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pkgutil import get_data
from types import MappingProxyType
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Keyword:
    """One keyword: its terminal is `K_` + id; `kind` is top, node, line, word or suffix."""

    id: str
    zh: str
    en: str
    kind: str
    colon: bool
    aliases: tuple[str, ...]

    @property
    def terminal(self) -> str:
        """Name of the terminal in the grammar."""
        return "K_" + self.id

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every accepted spelling, Chinese first."""
        return (self.zh, self.en, *self.aliases)

    def spelt(self, language: Language) -> str:
        """The canonical spelling in a language."""
        return self.zh if language == "zh" else self.en


def resource(name: str) -> str:
    """Text of a file that ships with the package."""
    text = get_data("dsl", name)
    assert text is not None
    return text.decode()


def rows(name: str) -> list[list[str]]:
    """The rows of a table that ships with the package, without its comments."""
    lines = resource(name).splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]


@cache
def keywords() -> Mapping[str, Keyword]:
    """Keywords by the name of their terminal, in the order of the table."""
    words: dict[str, Keyword] = {}
    for identifier, zh, en, kind, colon, *rest in rows("keywords.tsv"):
        aliases = tuple(rest[0].split("|")) if rest and rest[0] else ()
        words["K_" + identifier] = Keyword(identifier, zh, en, kind, colon == "colon", aliases)
    return MappingProxyType(words)


@cache
def keyword_of(spelling: str) -> Keyword | None:
    """The keyword that is spelt so, in either language or as an alias."""
    return next((word for word in keywords().values() if spelling in word.spellings), None)


@cache
def builtins_to_english() -> Mapping[str, str]:
    """Chinese built-in words and their English form."""
    return MappingProxyType(dict(rows("builtins.tsv")))


@cache
def builtins_to_chinese() -> Mapping[str, str]:
    """English built-in words and their Chinese form."""
    return MappingProxyType({en: zh for zh, en in builtins_to_english().items()})


@dataclass(frozen=True, slots=True)
class Help:
    """What a keyword does, in a Chinese sentence and in English, and an example."""

    sentence: str
    example: str
    english: str

    def told(self, language: Language) -> str:
        """The sentence in a language."""
        return self.sentence if language == "zh" else self.english


@cache
def keyword_help() -> Mapping[str, Help]:
    """Help by the name of the keyword's terminal."""
    written = rows("keyword_help.tsv")
    return MappingProxyType({f"K_{word}": Help(*told) for word, *told in written})
