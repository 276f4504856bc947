"""The canonical form of a text, in Chinese or English keywords: the formatter is the translator.

It works on the tokens of the parser, so that comments and the author's order are kept; it changes spelling, spacing
and indentation, and nothing that the tree would show.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lark import Token
from lark.exceptions import UnexpectedInput

from dsl.characters import deceptions
from dsl.findings import Finding, render, summary
from dsl.grammar import parser
from dsl.parse import DEEPEST, LARGEST, parse
from dsl.source import Place, Source, display_width
from dsl.spelling import Speller
from dsl.vocabulary import Language, builtins_to_chinese, builtins_to_english, keywords

_COMMENT: Final = re.compile("#|//")
_MOST_BLOCKS: Final = DEEPEST // 2
"""Blocks inside one another; each is two levels of the tree, so that a text of more is too deep to be read."""

_OPENS: Final[Mapping[str, int]] = {"K_PARALLEL": 1, "K_JOIN": -1}


class Unreadable(ValueError):
    """The text has mistakes, and is left as it is: nothing is repaired silently."""

    def __init__(self, findings: tuple[Finding, ...], source: Source) -> None:
        super().__init__(f"文本有错，没有改动：{summary(findings)}\n{render(findings[0], source)}")
        self.findings = findings


class BadGlossary(ValueError):
    """The glossary cannot be undone: two words would become one, or a word of the language would be renamed."""


def format_text(text: str, lang: Language = "zh", glossary: Mapping[str, str] | None = None) -> str:
    """The canonical form of a definition.

    Args:
        text: a definition, in either language.
        lang: the language to write.
        glossary: the author's Chinese words and their English; used forwards to English, backwards to Chinese.

    Raises:
        Unreadable: when the text has mistakes; carries the findings.
        BadGlossary: when translating with the glossary could not be undone.
    """
    source = Source("<text>", text)
    lines = _lines(source)
    names = _names(glossary or {}, lang)
    _check_collisions(names, lines)
    layout = _Layout(Speller(source, lang, names))
    for line in lines:
        layout.add(line)
    return layout.text()


def own_names(source: Source) -> dict[str, Place]:
    """The author's own names in a text, each with the place where it stands first.

    Raises:
        Unreadable: when the text has mistakes; carries the findings.
    """
    builtin = builtins_to_english().keys() | builtins_to_chinese().keys()
    found: dict[str, Place] = {}
    for line in _lines(source):
        for token in line.tokens:
            name = str(token).strip("`")
            if token.type == "NAME" and name not in builtin:
                found.setdefault(name, source.place(token.start_pos or 0, token.end_pos or 0))
    return found


# ---- glossary


def _names(glossary: Mapping[str, str], language: Language) -> Mapping[str, str]:
    reserved = builtins_to_english().keys() | builtins_to_chinese().keys()
    inverse = {english: chinese for chinese, english in glossary.items()}
    if len(inverse) < len(glossary):
        twice = sorted(english for chinese, english in glossary.items() if inverse[english] != chinese)
        raise BadGlossary(f"两个词译成了同一个：{'、'.join(twice)}")
    renamed = sorted((glossary.keys() | inverse.keys()) & reserved)
    if renamed:
        raise BadGlossary(f"内置词不能另译：{'、'.join(renamed)}")
    return glossary if language == "en" else inverse


def _check_collisions(names: Mapping[str, str], lines: "list[_Line]") -> None:
    """A word that stays must not look like a translated one."""
    used = {str(token).strip("`") for line in lines for token in line.tokens if token.type == "NAME"}
    taken = sorted(
        name for word, name in names.items() if word in used and name in used and name not in names
    )
    if taken:
        raise BadGlossary(f"译名与文中已有的名称相同：{'、'.join(taken)}")


# ---- lines of tokens


@dataclass(frozen=True, slots=True)
class _Line:
    """A logical line: its tokens (none for a blank or comment line) and its comment."""

    tokens: tuple[Token, ...]
    comment: str | None


def _lines(source: Source) -> list[_Line]:
    """The logical lines of a text.

    Raises:
        Unreadable: when it has mistakes that would make formatting a guess.
    """
    if len(source.text) > LARGEST or deceptions(source):
        raise Unreadable(parse(source)[1], source)
    text = source.folded if source.folded.endswith("\n") else source.folded + "\n"
    lines: list[_Line] = []
    row: list[Token] = []
    blocks = 0
    try:
        for token in parser().parse_interactive(text).iter_parse():
            blocks += 0 if row else _OPENS.get(token.type, 0)
            if blocks > _MOST_BLOCKS:
                raise Unreadable(parse(source)[1], source)
            if token.type == "_NL":
                lines += _ended(source, tuple(row), token)
                row.clear()
            elif token.type != "$END":
                row.append(token)
    except UnexpectedInput:
        raise Unreadable(parse(source)[1], source) from None
    return lines


def _ended(source: Source, row: tuple[Token, ...], end: Token) -> Iterator[_Line]:
    """The line that ends here, and the blank and comment lines below it."""
    offset = end.start_pos or 0
    for index, piece in enumerate(str(end).split("\n")[:-1]):
        found = _COMMENT.search(piece)
        comment = _comment(source.text[offset + found.start() : offset + len(piece)]) if found else None
        if index or row or comment is not None:
            yield _Line(() if index else row, comment)
        offset += len(piece) + 1


def _comment(text: str) -> str:
    """# and a space and what follows; full-width and doubled signs are the same."""
    return f"# {text.lstrip('#＃/／').strip()}".rstrip()


# ---- layout


@dataclass(slots=True)
class _Layout:
    """The lines written so far, and where in the structure of the text the next one stands."""

    speller: Speller
    out: list[str] = field(default_factory=list)
    waiting: list[str | None] = field(default_factory=list)  # comments, and None for a blank line
    rows: list[tuple[list[str], str | None] | str] = field(
        default_factory=list
    )  # of a table; a comment between
    process: bool = False
    base: int = 0  # indentation of nodes
    inside: int = 0  # indentation of lines that are no heading
    gates: bool = False

    def add(self, line: _Line) -> None:
        if not line.tokens:
            self.waiting.append(line.comment)
        elif line.tokens[0].type == "VBAR":
            self.add_row(line)
        else:
            self.write_table()
            indent = self.indent(line.tokens[0])
            self.write_waiting(indent)
            comment = f"  {line.comment}" if line.comment else ""
            self.out += self.wrapped(indent, line.tokens)
            self.out[-1] += comment

    def wrapped(self, indent: int, tokens: tuple[Token, ...]) -> list[str]:
        """A line, and its continuation where the author broke it after a 、 or ；."""
        pieces: list[list[Token]] = [[]]
        for token in tokens:
            pieces[-1].append(token)
            if token.type in ("_C", "_S") and "\n" in token:
                pieces.append([])
        first, *rest = (joined(self.speller, piece) for piece in pieces)
        return [" " * indent + first, *(" " * (indent + 2) + piece for piece in rest)]

    def text(self) -> str:
        self.write_table()
        self.write_waiting(0)
        while self.out and not self.out[-1]:
            self.out.pop()
        return "".join(line + "\n" for line in self.out)

    def write_waiting(self, indent: int) -> None:
        """Comments stand at the indentation of the line below; several blank lines become one."""
        for comment in self.waiting:
            if comment is not None:
                self.out.append(" " * indent + comment)
            elif self.out and self.out[-1]:
                self.out.append("")
        self.waiting.clear()

    def add_row(self, line: _Line) -> None:
        if self.rows:
            self.rows += [comment for comment in self.waiting if comment is not None]
            self.waiting.clear()
        else:
            self.write_waiting(2)
        cells: list[list[Token]] = []
        for token in line.tokens:
            if token.type == "VBAR":
                cells.append([])
            else:
                cells[-1].append(token)
        self.rows.append(([joined(self.speller, cell) for cell in cells[:-1]], line.comment))

    def write_table(self) -> None:
        """The rows of a table, each column as wide as its widest cell on the screen."""
        cells = [row[0] for row in self.rows if not isinstance(row, str)]
        columns = max(map(len, cells), default=0)
        widths = [max(display_width(row[i]) for row in cells if i < len(row)) for i in range(columns)]
        for row in self.rows:
            if isinstance(row, str):
                self.out.append("  " + row)
                continue
            padded = (
                cell + " " * (width - display_width(cell))
                for cell, width in zip(row[0], widths, strict=False)
            )
            comment = f"  {row[1]}" if row[1] else ""
            self.out.append(f"  | {' | '.join(padded)} |{comment}")
        self.rows.clear()

    def indent(self, first: Token) -> int:
        """Indentation of a line by its first token; remembers what the line opens and closes."""
        keyword = keywords().get(first.type)
        if keyword is not None and keyword.kind == "top":
            self.process = first.type == "K_PROCESS"
            self.base = self.inside = 2
            self.gates = False
            return 0
        if not self.process:
            return 2
        if self.gates and first.type != "NAME":
            self.gates, self.inside = False, self.base
        match first.type:
            case "K_CLOCK":
                self.inside = 4
                return 2
            case "K_GATE":
                self.gates, self.inside = True, 4
                return 2
            case "K_ANYTIME":
                self.base = self.inside = 4
                return 2
            case "K_STEP":
                self.inside = self.base + 2
                return self.base
            case "K_PARALLEL":
                self.base += 4
                return self.base - 4
            case "K_BRANCH":
                return self.base - 2
            case "K_JOIN":
                self.base -= 4
                self.inside = self.base + 2
                return self.base
            case _:
                return self.inside


# ---- spacing

_CLOSING: Final = frozenset({"RPR", "RBR", "DOT", "_C", "_S", "COLON", "__ANON_0"})
_OPENING: Final = frozenset({"LPR", "LBR", "DOT", "_C", "_S", "COLON", "__ANON_0"})
_BOUNDS: Final = frozenset({"K_ABOVE", "K_BELOW"})
_NUMBERS: Final = frozenset(
    {"NUMBER", "MONEY", "PERCENT", "DURATION", "QTY", "RPR"}
)  # 30人以上, but 起点 以上


def joined(speller: Speller, tokens: "tuple[Token, ...] | list[Token]") -> str:
    """The tokens of a line with the spaces between them."""
    text = ""
    for index, token in enumerate(tokens):
        tight = index == 0 or _tight(tokens[index - 1].type, token.type, speller.language == "zh")
        text += ("" if tight else " ") + speller.spell(token)
    return text.rstrip()


def _tight(before: str, after: str, chinese: bool) -> bool:
    """Whether two tokens stand together without a space."""
    if after in _CLOSING or before in _OPENING:
        return True
    if after == "LPR":
        return before in ("NAME", "K_WHERE")
    if not chinese:
        return False
    if after == "ARTICLE":
        return before in ("BOOK", "ARTICLE")
    return (after in _BOUNDS and before in _NUMBERS) or (before in _BOUNDS and after in _NUMBERS)
