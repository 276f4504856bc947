"""What to say about the word under the pointer: a keyword, a name, a citation, a limit in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lark import Token

from dsl.declarations import Document, Enumeration, Field, Form, Parameter, Power, Role
from dsl.describing.limits import clock, counting, deadline
from dsl.editor.index import Index, Position
from dsl.editor.lookup import type_of
from dsl.editor.symbols import Sort, Symbol
from dsl.editor.words import words
from dsl.editor.workspace import Section
from dsl.english import in_english
from dsl.expressions import TypeRef
from dsl.laws import LawRegister
from dsl.literals import read_article, write_article
from dsl.numerals import ImpossibleValue
from dsl.source import Place, Source
from dsl.vocabulary import Language, builtins_to_chinese, builtins_to_english, keyword_help, keywords
from engine.definition import Clock, Deadline

_LIMITS: Final = frozenset({"K_DEADLINE", "K_CLOCK", "DURATION"})


@dataclass(frozen=True, slots=True)
class Hover:
    """A text in Markdown about a place."""

    place: Place
    text: str


def hover(
    index: Index, name: str, position: Position, laws: LawRegister, language: Language = "zh"
) -> Hover | None:
    """Return what there is to say, in a language, about what stands at a position of a text."""
    start, section = index.analysis.documents[name].section_at(position.line)
    source = Source(section.key, section.text)
    tokens = tuple(each for each in words(section.text) if each.type != "_NL")
    offset = source.offset(position.line - start + 1, position.column)
    here = next((at for at, each in enumerate(tokens) if _covers(each, offset)), None)
    if here is None:
        return None
    place = index.analysis.placed(source.place(tokens[here].start_pos or 0, tokens[here].end_pos or 0))
    parts = _parts(index, name, position, section, tokens, here, laws, language)
    text = "\n\n".join(parts if language == "zh" else map(_english, parts))
    return Hover(place, text) if text else None


def _covers(token: Token, offset: int) -> bool:
    return (token.start_pos or 0) <= offset < (token.end_pos or 0)


def _parts(
    index: Index,
    name: str,
    position: Position,
    section: Section,
    tokens: tuple[Token, ...],
    here: int,
    laws: LawRegister,
    language: Language,
) -> Iterator[str]:
    token = tokens[here]
    if token.type in _LIMITS:
        start = index.analysis.documents[name].section_at(position.line)[0]
        for in_words, days in _limits(index, position, section, start):
            if language == "zh":  # an English line says it in words already
                yield in_words
            if days:
                yield days
    if token.type in keywords():
        yield from _keyword(token, language)
    elif token.type == "NAME":
        found = index.at(name, position)
        if found is None:
            yield from _builtin(str(token))
        else:
            yield from _symbol(index, found.symbol)
    elif token.type in ("BOOK", "ARTICLE"):
        yield from _citation(tokens, here, laws)


def _english(part: str) -> str:
    """A part in English, line by line; what authors and laws say stays as they said it."""
    return "\n".join(in_english(line) or line for line in part.split("\n"))


def _keyword(token: Token, language: Language) -> Iterator[str]:
    word = keywords()[token.type]
    told = keyword_help().get(token.type)
    other = word.en if language == "zh" else word.zh
    yield f"**{word.spelt(language)}** · `{other}`"
    if told is not None:
        yield told.told(language)
        if language == "zh":
            yield f"`{told.example}`"


def _builtin(word: str) -> Iterator[str]:
    chinese = builtins_to_chinese().get(word, word)
    if chinese in builtins_to_english():
        yield f"**{chinese}** · `{builtins_to_english()[chinese]}`（语言自带）"


# ---- names


def _symbol(index: Index, symbol: Symbol) -> Iterator[str]:
    owner = "" if symbol.owner is None else f"（{symbol.owner.sort}“{symbol.owner.name}”）"
    yield f"**{symbol.name}** · {symbol.sort}{owner}"
    yield from _about(symbol)
    place = index.analysis.placed(symbol.place)
    uses = len(index.places(symbol)) - 1
    yield f"{place.source}:{place.line}，用到 {max(uses, 0)} 处"


def _about(symbol: Symbol) -> Iterator[str]:
    written = None if symbol.sort is Sort.FIELD else type_of(symbol)
    if written is not None:
        yield f"类型：{_type_text(written)}"
    match symbol.declaration:
        case Role(_, external, citizen, per, _, at_least, note):
            traits = [
                *(["外部机关"] if external else []),
                *(["群众，凭查询码办理"] if citizen else []),
                *([f"按{per.text}各有其人"] if per else []),
                *([f"至少{at_least}人"] if at_least else []),
            ]
            yield "，".join(traits + ([note] if note else []))
        case Power(_, note) if note:
            yield note
        case Enumeration(_, members, gravest_first):
            order = "（从重到轻）" if gravest_first else ""
            yield "、".join(each.text for each in members) + order
        case Form(_, _, fields):
            yield "\n".join(f"- {each.name.text}：{_field_text(each)}" for each in fields)
        case Field():
            yield _field_text(symbol.declaration)
        case Document(_, secrecy):
            yield f"知悉范围：{secrecy}"
        case Parameter(_, kind, local):
            yield f"{_type_text(kind)}，{'本地' if local else '法定'}"
        case _:
            pass


def _field_text(field: Field) -> str:
    marks = ["必填"] if field.required else []
    marks += ["由系统算出"] if field.computed is not None else []
    marks += ["保密"] if field.visible_to or field.secrecy == "confidential" else []
    return "，".join([_type_text(field.type), *marks])


def _type_text(written: TypeRef) -> str:
    inside = "、".join(each.text for each in written.arguments)
    return f"{written.name.text}（{inside}）" if inside else written.name.text


# ---- citations and limits


def _citation(tokens: tuple[Token, ...], here: int, laws: LawRegister) -> Iterator[str]:
    book = next((each for each in reversed(tokens[: here + 1]) if each.type == "BOOK"), None)
    if book is None:
        return
    law = str(book)[1:-1]
    at = here + 1 if tokens[here].type == "BOOK" else here
    if at >= len(tokens) or tokens[at].type != "ARTICLE":
        known = laws.laws.get(law)
        yield f"《{law}》" + ("：法律库里没有这部法，请管理员登记" if known is None else "")
        for version in () if known is None else known.versions:
            until = "" if version.valid_until is None else f"，至 {version.valid_until.isoformat()}"
            sure = f"（{version.mark}）" if version.mark else ""
            yield f"{version.name} 文本自 {version.valid_from.isoformat()} 起施行{until}{sure}"
        return
    try:
        article = read_article(str(tokens[at]))
    except ImpossibleValue:
        return
    yield f"**《{law}》{write_article(article, 'zh')}**"
    found = laws.gists(law, article)
    for each in found:
        yield each.gist + (f"（{each.mark}）" if each.mark else "")
    texts = laws.full(law, article)
    for version, text in texts:
        yield f"{version.name} 文本原文：{text}"
    if not found and not texts:
        yield "法律库里还没有这一条的要点" if law in laws.laws else "法律库里没有这部法，请管理员登记"


def _limits(index: Index, position: Position, section: Section, start: int) -> Iterator[tuple[str, str]]:
    """The limit written on a line, in words, and which days it counts (nothing where it ends at a date)."""
    line = position.line - start + 1
    for process in index.analysis.lowered:
        definition = process.definition
        limits = [limit for node in definition.nodes for limit in getattr(node, "deadlines", ())]
        for limit in (*limits, *definition.clocks):
            place = process.places.of(limit)
            if place is None or place.source != section.key or place.line != line:
                continue
            if isinstance(limit, Clock):
                yield clock(limit, definition), counting(limit.span, definition, rolls=limit.rolls)
            elif isinstance(limit, Deadline):
                days = "" if limit.span is None else counting(limit.span, definition, rolls=limit.rolls)
                yield deadline(limit, definition), days
