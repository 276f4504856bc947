"""What may be written next: keywords that fit, names of the right sort, fields behind a dot."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lark import Token

from dsl.editor.index import Index, Position
from dsl.editor.lookup import Lookup
from dsl.editor.occurrences import Here, inside, meanings
from dsl.editor.symbols import NODES, Sort, Symbol
from dsl.editor.workspace import Section
from dsl.expressions import Name, Ref
from dsl.grammar import parser
from dsl.laws import LawRegister
from dsl.literals import write_article
from dsl.procedure import VoteRule
from dsl.recovery import expected
from dsl.references import CASE_FACTS, NODE_FACTS
from dsl.resolve import stems
from dsl.source import Place, Source
from dsl.tree import Declaration
from dsl.types import WORDS
from dsl.vocabulary import Language, keyword_help, keywords

_WORD: Final = re.compile(r"[^\W\d]?\w*$")
_DOTTED: Final = re.compile(r"((?:[^\W\d]\w*\.)+)$")
_CITED: Final = re.compile(
    "《(?P<title>[^《》\\n]*)(?:》(?P<article>第?[〇零一二三四五六七八九十百千两0-9条款项之()]*))?$"
)
_DECISIONS: Final = (Sort.TABLE, Sort.RULE)
_VALUES: Final = (Sort.FORM, Sort.DATA, Sort.PARAMETER, *_DECISIONS, Sort.INPUT)
_SORTS: Final[Mapping[str, tuple[Sort, ...]]] = {
    **dict.fromkeys(
        (
            "BY",
            "ASSIST",
            "ENTERED",
            "TO",
            "URGE",
            "NOTIFY",
            "ONLY",
            "ACCESS",
            "SERVE",
            "REVIEWED_BY",
            "SIGNED_BY",
            "AUTHORITY",
        ),
        (Sort.ROLE,),
    ),
    **dict.fromkeys(("FILL", "FORM", "UPON"), (Sort.FORM,)),
    "SHOW": (Sort.FORM, Sort.FIELD),
    "ISSUE": (Sort.DOCUMENT,),
    **dict.fromkeys(
        ("GOTO", "BACK", "SAME", "UNLESS", "FORBID", "WHENEVER", "MUST", "EXCLUDE", "EXCLUSIVE", "DURING"),
        NODES,
    ),
    "RECUSE": (*NODES, Sort.FORM),
    "FROM": (*NODES, Sort.FORM),
    "UNTIL": (*NODES, Sort.FORM, Sort.DATA),
    "CLOCK": (Sort.CLOCK,),
    **dict.fromkeys(("TRIGGER", "CALL"), (Sort.PROCESS,)),
    **dict.fromkeys(("EMIT", "EVENT"), (Sort.EVENT,)),
    "NEEDS": (Sort.POWER,),
    "USES": (*_DECISIONS, Sort.FORM),
    "SET": (Sort.DATA, Sort.FORM),
    "SOURCE": (Sort.REGISTER,),
}
"""Sorts of the names that stand behind a keyword; behind any other stands an expression."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something to choose: `text` is put at `place`, over what was begun there; `sort` None is a word of the language."""

    text: str
    sort: Sort | None
    detail: str
    place: Place


def complete(index: Index, name: str, position: Position, laws: LawRegister) -> tuple[Item, ...]:
    """Return what may be written at a position of a text, each once; the editor picks by what was begun."""
    start, section = index.analysis.documents[name].section_at(position.line)
    source = Source(section.key, section.text)
    offset = source.offset(position.line - start + 1, position.column)
    before = source.folded[:offset]
    cited = _CITED.search(before)
    if cited is not None:
        begun_at = cited.start("article" if cited["article"] is not None else "title")
        over = index.analysis.placed(source.place(begun_at, offset))
        return tuple(Item(text, None, detail, over) for text, detail in _citations(cited, laws))
    begun = _WORD.search(before)
    head = before[: begun.start()] if begun else before
    place = index.analysis.placed(source.place(len(head), offset))
    here = inside(_around(section, position.line - start + 1), index.lookup(name))
    found = dict(_choices(index, name, source, head, here))
    return tuple(Item(text, sort, detail, place) for text, (sort, detail) in found.items())


_RANKS: Final = {"node": 1, "top": 2}  # what goes on in the section comes before what begins another
_Choice = tuple[str, tuple[Sort | None, str]]


def _choices(index: Index, name: str, source: Source, head: str, here: Here) -> Iterator[_Choice]:
    dotted = _DOTTED.search(head)
    if dotted is not None:
        yield from _behind_dot(dotted.group(1).rstrip(".").split("."), here)
        return
    tokens, accepted = expected(parser(), source, head)
    line = _last_line(tokens)
    if "NAME" in accepted and not _is_new_name(line):
        yield from _names(index, name, line, here)
    language = _language(tokens)
    for terminal, word in sorted(keywords().items(), key=lambda pair: _RANKS.get(pair[1].kind, 0)):
        if terminal in accepted:
            told = keyword_help().get(terminal)
            yield word.spelt(language), (None, told.told(language) if told else "")


def _around(section: Section, line: int) -> Declaration | None:
    """The declaration in which a line stands, or the last one before it, which is being written."""
    above = [each for each in section.part.file.declarations if each.place.line <= line]
    return above[-1] if above else None


def _last_line(tokens: tuple[Token, ...]) -> list[Token]:
    line: list[Token] = []
    for token in reversed(tokens):
        if token.type == "_NL":
            break
        line.insert(0, token)
    return line


def _is_new_name(line: list[Token]) -> bool:
    """Whether a name that is being declared comes next: behind a heading, or first in a line of a form."""
    if not line or line[-1].type == "K_OUTCOME" == line[0].type:
        return True
    last = keywords().get(line[-1].type)
    return (
        len(line) == 1 and last is not None and last.kind in ("top", "node") and line[-1].type != "K_IMPORT"
    )


def _language(tokens: tuple[Token, ...]) -> Language:
    """The language in which keywords are written so far."""
    words = [token for token in tokens if token.type in keywords()]
    return "en" if words and words[-1].isascii() else "zh"


# ---- citations


def _citations(cited: re.Match[str], laws: LawRegister) -> Iterator[tuple[str, str]]:
    """Titles of laws behind 《, articles of the law behind 》."""
    if cited["article"] is None:
        yield from ((f"{title}》", "法规库") for title in laws.laws)
        return
    law = laws.laws.get(cited["title"])
    told: dict[str, str] = {}
    for each in () if law is None else law.articles:
        if each.article is not None:
            told.setdefault(write_article(each.article, "zh"), each.gist)
    yield from told.items()


# ---- names


def _names(index: Index, name: str, line: list[Token], here: Here) -> Iterator[_Choice]:
    before = line[-1]
    if before.type in ("EQ", "CMP", "K_IS") or before.type in ("K_IN", "K_DEEMED"):
        yield from _values_of(line, here)
    keyword = next((each.type for each in reversed(line) if each.type in keywords()), "")
    if line[0].type == "K_IMPORT":
        for other in index.analysis.documents:
            if other != name:
                yield stems(other)[-1], (None, other)
        return
    if before.type == "COLON":
        yield from ((word, (None, "类型")) for word in (*WORDS, "清单"))
        yield from _of(here.lookup, (Sort.ENUMERATION,), here)
        return
    if keyword == "K_VOTING":
        yield from ((str(rule), (None, "计票")) for rule in VoteRule)
        return
    sorts = _SORTS.get(keyword.removeprefix("K_"), _VALUES)
    yield from _of(here.lookup, sorts, here)
    if sorts == _VALUES:
        yield from ((word, (None, "语言自带")) for word in ("本案", "今日"))
    if here.form is not None:
        yield from _listed(here.lookup.owned(Sort.FIELD, here.form))


def _of(known: Lookup, sorts: tuple[Sort, ...], here: Here) -> Iterator[_Choice]:
    """Names of some sorts; steps and data only of the process around."""
    for sort in sorts:
        local = sort in (*NODES, Sort.DATA, Sort.CLOCK)
        owner = here.process if local else (here.decision or "") if sort is Sort.INPUT else ""
        yield from _listed(known.owned(sort, owner))


def _listed(symbols: Mapping[str, Symbol]) -> Iterator[_Choice]:
    return ((name, (symbol.sort, str(symbol.sort))) for name, symbol in symbols.items())


def _values_of(line: list[Token], here: Here) -> Iterator[_Choice]:
    """What the left side of a comparison may be: members of its enumeration, outcomes of a step."""
    left = line[:-1]
    if line[-1].type == "K_DEEMED" or (left and left[-1].type == "K_OUTCOME"):
        for (sort, owner, name), symbol in here.lookup.known.items():
            if sort is Sort.OUTCOME and owner.startswith(f"{here.process}."):
                yield name, (symbol.sort, owner)
        return
    words: list[str] = []
    for token in reversed(left):
        if token.type not in ("NAME", "DOT"):
            break
        words.insert(0, str(token))
    parts = [word for word in words if word != "."]
    if not parts:
        return
    enumeration = here.lookup.enumeration(meanings(_ref(parts), here)[-1])
    if enumeration is not None:
        yield from _listed(here.lookup.owned(Sort.MEMBER, enumeration))


# ---- behind a dot


def _behind_dot(words: list[str], here: Here) -> Iterator[_Choice]:
    if words[0] == "本案":
        if len(words) == 1:
            yield from ((fact, (None, "案件的事实")) for fact in CASE_FACTS)
            yield from _of(here.lookup, NODES, here)
        else:
            yield from ((fact, (None, "步骤的事实")) for fact in NODE_FACTS)
        return
    last = meanings(_ref(words), here)[-1]
    if last is None:
        last = _list_called(words[-1], here)
    if last is None:
        return
    form = last.name if last.sort is Sort.FORM else here.lookup.element_form(last)
    if form is not None:
        for name, symbol in here.lookup.owned(Sort.FIELD, form).items():
            yield name, (symbol.sort, f"字段（{form}）")
    if last.sort is Sort.REGISTER:
        yield from _listed(here.lookup.owned(Sort.COLUMN, last.name))
    if last.sort is Sort.BLOCK:
        yield from _listed(here.lookup.owned(Sort.BRANCH, here.process))
    attribute = getattr(getattr(last.declaration, "type", None), "name", None)
    if attribute is not None and attribute.text == "单位":
        yield from ((word, (None, "单位的属性")) for word in ("行业", "所在村", "上级"))
    if attribute is not None and attribute.text == "人员":
        yield from ((word, (None, "人员的属性")) for word in ("单位", "证号"))


def _list_called(word: str, here: Here) -> Symbol | None:
    """A list whose last word is this: inside a walk over it its entry is called so."""
    lists = (
        symbol
        for (sort, _, name), symbol in here.lookup.known.items()
        if sort is Sort.FIELD and name == word and here.lookup.element_form(symbol)
    )
    return next(lists, None)


def _ref(words: list[str]) -> Ref:
    nowhere = Place("", 1, 1, 1, 1)
    return Ref(tuple(Name(word, place=nowhere) for word in words), place=nowhere)
