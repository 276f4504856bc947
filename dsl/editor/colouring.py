"""What each word of a text is, so that an editor may colour it: a name by what it means here, not by how it looks."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dsl.editor.index import Index
from dsl.editor.occurrences import Occurrence
from dsl.editor.symbols import Sort
from dsl.editor.words import words
from dsl.source import Place, Source
from dsl.vocabulary import builtins_to_chinese, builtins_to_english, keywords


class Shade(StrEnum):
    """What a word is, in the terms of the Language Server Protocol (3.17, semantic tokens)."""

    KEYWORD = "keyword"
    COMMENT = "comment"
    STRING = "string"
    NUMBER = "number"
    OPERATOR = "operator"
    CITATION = "decorator"
    PROCESS = "namespace"
    ROLE = "interface"
    FORM = "struct"
    FIELD = "property"
    ENUMERATION = "enum"
    MEMBER = "enumMember"
    EVENT = "event"
    PARAMETER = "parameter"
    DECISION = "function"
    STEP = "method"
    DATA = "variable"
    BUILTIN = "type"


SHADES: Final[Mapping[Sort, Shade]] = {
    Sort.ROLE: Shade.ROLE,
    Sort.POWER: Shade.ROLE,
    Sort.ENUMERATION: Shade.ENUMERATION,
    Sort.MEMBER: Shade.MEMBER,
    Sort.OUTCOME: Shade.MEMBER,
    Sort.PARAMETER: Shade.PARAMETER,
    Sort.FORM: Shade.FORM,
    Sort.DOCUMENT: Shade.FORM,
    Sort.REGISTER: Shade.FORM,
    Sort.FIELD: Shade.FIELD,
    Sort.COLUMN: Shade.FIELD,
    Sort.INPUT: Shade.FIELD,
    Sort.RESULT: Shade.FIELD,
    Sort.ARGUMENT: Shade.FIELD,
    Sort.EVENT: Shade.EVENT,
    Sort.TABLE: Shade.DECISION,
    Sort.RULE: Shade.DECISION,
    Sort.STATISTIC: Shade.DECISION,
    Sort.PROCESS: Shade.PROCESS,
    Sort.INSTANCE: Shade.PROCESS,
    Sort.DUTY: Shade.PROCESS,
    Sort.DATA: Shade.DATA,
    Sort.CLOCK: Shade.DATA,
    Sort.GATE: Shade.DATA,
    Sort.STEP: Shade.STEP,
    Sort.BLOCK: Shade.STEP,
    Sort.BRANCH: Shade.STEP,
    Sort.HANDLER: Shade.STEP,
}
_LITERALS: Final[Mapping[str, Shade]] = {
    "STRING": Shade.STRING,
    "BOOK": Shade.CITATION,
    "ARTICLE": Shade.CITATION,
    **dict.fromkeys(
        ("NUMBER", "MONEY", "PERCENT", "DURATION", "PERIOD", "QTY", "DATE", "MONTHDAY", "OBLIGATION", "CODE"),
        Shade.NUMBER,
    ),
    **dict.fromkeys(("EQ", "CMP", "PLUS", "DASH", "TIMES"), Shade.OPERATOR),
}
_COMMENT: Final = re.compile("(?:#|//)[^\\n]*")


@dataclass(frozen=True, slots=True)
class Coloured:
    """A stretch of one line, what it is, and whether it declares its name."""

    place: Place
    shade: Shade
    declares: bool = False


def coloured(index: Index, name: str) -> Iterator[Coloured]:
    """Return the words of a text that have a colour, in order."""
    named = {_start(each.place): each for each in index.occurrences(name)}
    for _, section in index.analysis.documents[name].sections:
        source = Source(section.key, section.text)
        for token in words(section.text):
            start, end = token.start_pos or 0, token.end_pos or 0
            if token.type == "_NL":
                yield from (_comment(index, source, start, found) for found in _COMMENT.finditer(token))
                continue
            place = source.place(start, end)
            found = named.get(_start(place))
            shade = _shade(token.type, str(token), found)
            if shade is not None:
                yield Coloured(index.analysis.placed(place), shade, found is not None and found.declares)


def _start(place: Place) -> tuple[str, int, int]:
    return place.source, place.line, place.column


def _comment(index: Index, source: Source, start: int, found: re.Match[str]) -> Coloured:
    place = source.place(start + found.start(), start + found.end())
    return Coloured(index.analysis.placed(place), Shade.COMMENT)


def _shade(kind: str, text: str, found: Occurrence | None) -> Shade | None:
    if found is not None:
        return SHADES[found.symbol.sort]
    if kind in keywords():
        return Shade.KEYWORD
    if kind == "NAME":
        return Shade.BUILTIN if text in builtins_to_english() or text in builtins_to_chinese() else None
    return _LITERALS.get(kind)
