"""What findings say and advise, in English: each Chinese sentence is known by its pattern (`english.tsv`).

Passes write their sentences once, in Chinese, where they find something; the table holds the English of each, as the
catalogue of any translated program does. What stands in the slots (names, numbers, values) is the same in both.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from dsl.grammar import parser
from dsl.numerals import ImpossibleValue
from dsl.spelling import LITERALS
from dsl.vocabulary import builtins_to_english, keyword_of, rows

_SLOT: Final = "{}"
_LIST: Final = re.compile(r"、(?![^“]*”)(?![^（]*）)")  # not between quotes or brackets
_COMPARED: Final = re.compile("([^“”]+?) (=|≠|≥|≤|>|<) ([^“”]+)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A Chinese sentence with slots, and its English."""

    chinese: re.Pattern[str]
    english: str


def in_english(text: str) -> str | None:
    """Return a sentence or phrase of a finding in English; None when the table does not have it."""
    whole = _phrases().get(text)
    if whole is not None:
        return whole
    for pattern in _patterns():
        found = pattern.chinese.fullmatch(text)
        if found is not None:
            return pattern.english.format(*map(_slot, found.groups()))
    return None


def _slot(value: str) -> str:
    """What stands in a slot: a phrase of the table, a word of the language, a list of these, or a name as it is."""
    listed = _LIST.split(value)
    if len(listed) > 1 and "" not in listed:
        return ", ".join(map(_slot, listed))
    compared = _COMPARED.fullmatch(value)
    if compared is not None:
        return f"{_slot(compared[1])} {compared[2]} {_slot(compared[3])}"
    return _word(value) or in_english(value) or _literal(value) or value.replace("“", '"').replace("”", '"')


def _word(value: str) -> str | None:
    """A word of the language, or a heading word and a name: 表单 登记."""
    first, _, rest = value.partition(" ")
    keyword = keyword_of(first)
    if keyword is not None:
        return f"{keyword.en} {rest}".rstrip()
    return builtins_to_english().get(value)


def _literal(value: str) -> str | None:
    kind = next((name for name, pattern in _literals().items() if pattern.fullmatch(value)), None)
    if kind is None:
        return None
    try:
        return LITERALS[kind](value, "en")
    except ImpossibleValue:
        return None


@cache
def _literals() -> Mapping[str, re.Pattern[str]]:
    """What a duration, an amount, an article … look like, as the grammar has them."""
    return {
        each.name: re.compile(each.pattern.to_regexp())
        for each in parser().terminals
        if each.name in LITERALS
    }


@cache
def _phrases() -> Mapping[str, str]:
    """Sentences without slots."""
    return MappingProxyType({zh: en for zh, en in rows("english.tsv") if _SLOT not in zh})


@cache
def _patterns() -> tuple[Pattern, ...]:
    """Sentences with slots; of two that fit a text the one that says more comes first."""
    written = [(zh, en) for zh, en in rows("english.tsv") if _SLOT in zh]
    written.sort(key=lambda pair: len(pair[0].replace(_SLOT, "")), reverse=True)
    return tuple(Pattern(_compiled(zh), en) for zh, en in written)


def _compiled(chinese: str) -> re.Pattern[str]:
    """A slot in quotes holds no quotes, another may hold a phrase with names in quotes of its own, or nothing."""
    pieces = (
        re.escape(piece).replace(re.escape(_SLOT), "([^“”]*)" if piece.startswith("“") else "(.*?)")
        for piece in re.split("(“[^“”]*”)", chinese)
    )
    return re.compile("".join(pieces), re.DOTALL)
