"""Text -> surface tree and findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from dsl.building import Node, Site, declaration
from dsl.characters import deceptions, hidden_words, twins
from dsl.findings import Finding, Severity, in_order
from dsl.grammar import parser
from dsl.source import Place, Source
from dsl.tables import Parser
from dsl.tree import File

LARGEST: Final = 400_000  # code points
DEEPEST: Final = 150  # levels of the parse tree; a bracket takes two


@dataclass(frozen=True, slots=True)
class Part:
    """A text as read: its declarations, every finding of the reading, each name and where it stands first."""

    file: File
    findings: tuple[Finding, ...]
    names: Mapping[str, Place]


def parse(source: Source) -> tuple[File, tuple[Finding, ...]]:
    """Read a text.

    Returns: the declarations that could be read, and every finding of the reading in order of place. The tree is
    whole when no finding is an error. Any text gives an answer, in time linear in its length.
    """
    part = parse_part(source)
    return part.file, in_order([*part.findings, *twins(part.names)])


def parse_part(source: Source) -> Part:
    """Read a text that may be a part of a larger one: whether names are deceptively alike is seen in the whole."""
    whole = source.place(0, len(source.text))
    if len(source.text) > LARGEST:
        message = f"文件太大：{len(source.text)} 个字符，最多 {LARGEST}"
        first = source.place(0, 0)
        finding = Finding("S115", Severity.ERROR, message, "请检查是否选错了文件，或分成几个文件", first)
        return Part(File((), place=whole), (finding,), {})
    site = Site(source, deceptions(source))
    parsed, lost = _parse(site, source)
    declarations = tuple(_shallow(site, child) for child in parsed.children if isinstance(child, Tree))
    kept = tuple(declaration(site, child) for child in declarations if child is not None)
    unread = lost | hidden_words(source)
    return Part(File(kept, unread, place=whole), tuple(site.findings), site.seen)


def _parse(site: Site, source: Source) -> tuple[Node, frozenset[str]]:
    """The parse tree, and the words of what could not be read."""
    lark = parser()
    text = source.folded if source.folded.endswith("\n") else source.folded + "\n"
    try:
        return lark.parse(text), frozenset()
    except UnexpectedInput:
        from dsl.recovery import read  # most texts are without such mistakes

        reading = read(lark, source, text)
        undecoded = {line for line, text in enumerate(source.folded.split("\n"), 1) if "\ufffd" in text}
        site.findings.extend(one for one in reading.findings if one.place.line not in undecoded)
        return _assemble(lark, reading.tokens), reading.lost


def _assemble(lark: Parser, tokens: tuple[Token, ...]) -> Node:
    """The parse tree of tokens that are known to be grammatical."""
    interactive = lark.parse_interactive("")
    for token in tokens:
        interactive.feed_token(token)
    tree: Node = interactive.feed_token(Token("$END", ""))
    return tree


def _shallow(site: Site, parsed: Node) -> Node | None:
    """The declaration, unless it is nested deeper than later passes can walk."""
    pending: list[tuple[Node, int]] = [(parsed, 1)]
    while pending:
        node, depth = pending.pop()
        if depth > DEEPEST:
            site.report("S121", "嵌套太深", "请拆成几个判定表、数据或步骤", site.place(node))
            return None
        pending += [(child, depth + 1) for child in node.children if isinstance(child, Tree)]
    return parsed
