"""What every builder needs: places, names, literals, and somewhere to report what cannot be."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from lark import Token, Tree

from dsl.characters import disguise
from dsl.expressions import Name, Ref
from dsl.findings import Edit, Finding, Severity
from dsl.numerals import ImpossibleValue
from dsl.source import Place, Source
from dsl.vocabulary import builtins_to_chinese

Node: TypeAlias = Tree[Token]
T = TypeVar("T")


def nodes(tree: Node, *rules: str) -> list[Node]:
    """Children made by one of the rules, in order; every child tree when none is named."""
    return [
        child for child in tree.children if isinstance(child, Tree) and (not rules or child.data in rules)
    ]


def node(tree: Node, *rules: str) -> Node | None:
    """The first child made by one of the rules."""
    found = nodes(tree, *rules)
    return found[0] if found else None


def words(tree: Node, *terminals: str) -> list[Token]:
    """Child tokens of these terminals, in order."""
    return [child for child in tree.children if isinstance(child, Token) and child.type in terminals]


def word(tree: Node, *terminals: str) -> Token | None:
    """The first child token of these terminals."""
    found = words(tree, *terminals)
    return found[0] if found else None


def has(tree: Node, terminal: str) -> bool:
    """Whether a child token of this terminal is there."""
    return word(tree, terminal) is not None


def the(found: T | None) -> T:
    """What the grammar guarantees to be there."""
    assert found is not None
    return found


@dataclass(slots=True)
class Site:
    """Where a tree is being built: the source, and the findings so far."""

    source: Source
    findings: list[Finding] = field(default_factory=list)
    seen: dict[str, Place] = field(default_factory=dict)  # every name, where it stands first

    def place(self, tree: Node | Token) -> Place:
        """The place of a node or token."""
        start = tree.start_pos if isinstance(tree, Token) else tree.meta.start_pos
        end = tree.end_pos if isinstance(tree, Token) else tree.meta.end_pos
        return self.source.place(the(start), the(end))

    def original(self, token: Token) -> str:
        """The token as the author wrote it, before folding."""
        return self.source.text[the(token.start_pos) : the(token.end_pos)]

    def name(self, token: Token) -> Name:
        """A name: back quotes removed, composed, a built-in word in its Chinese form."""
        place = self.place(token)
        if token.startswith("`"):
            text = unicodedata.normalize("NFC", self.original(token)[1:-1])
        else:
            text = unicodedata.normalize("NFC", str(token))
            text = builtins_to_chinese().get(text, text)
        if text not in self.seen:
            self.seen[text] = place
            trouble = disguise(text)
            if trouble:
                self.report("S114", f"名称“{text}”{trouble}", "请用同一种文字重新输入这个名称", place)
        return Name(text, place=place)

    def names(self, tree: Node | None) -> tuple[Name, ...]:
        """The names of a `names` node, or of a node that holds one."""
        if tree is None:
            return ()
        inner = tree if tree.data == "names" else node(tree, "names")
        return tuple(self.name(token) for token in words(the(inner), "NAME"))

    def ref(self, tree: Node) -> Ref:
        """A dotted reference."""
        return Ref(tuple(self.name(token) for token in words(tree, "NAME")), place=self.place(tree))

    def refs(self, tree: Node) -> tuple[Ref, ...]:
        """The references of the `refs` child."""
        return tuple(self.ref(child) for child in nodes(the(node(tree, "refs")), "ref"))

    def text(self, token: Token | None) -> str | None:
        """What stands between the quotes."""
        return None if token is None else self.original(token)[1:-1]

    def value(self, token: Token, read: Callable[[str], T], instead: T) -> T:
        """A literal; an impossible one is reported and replaced, so that the rest can be checked."""
        try:
            return read(str(token))
        except ImpossibleValue as error:
            self.report("S118", str(error), "请改成存在的值", self.place(token))
            return instead

    def need(self, parsed: Node, what: str, *parts: str | Sequence[object]) -> None:
        """Report a section that lacks what it is for.

        Args:
            parsed: the section; its first line is named.
            what: what it should hold, in Chinese.
            parts: rules of which a child must be there, or what must not be empty.
        """
        if all(node(parsed, part) is not None if isinstance(part, str) else part for part in parts):
            return
        heading = parsed.children[0]
        assert isinstance(heading, Token)
        if self.followed_by_trouble(parsed):
            return
        label = str(heading).rstrip(": \t")
        self.report("S109", f"这一段（{label}）没有写完", f"还缺：{what}", self.place(heading))

    def followed_by_trouble(self, parsed: Node) -> bool:
        """Whether the line below a section could not be read, which explains why the section lacks something."""
        line = self.place(parsed).end_line + 1
        while line <= len(self.source.line_starts) and not self.source.line_text(line).strip():
            line += 1
        return any(finding.place.line == line for finding in self.findings)

    def report(self, code: str, message: str, hint: str, place: Place, fix: tuple[Edit, ...] = ()) -> None:
        """Record an error."""
        self.findings.append(Finding(code, Severity.ERROR, message, hint, place, fix=fix))

    def warn(self, code: str, message: str, hint: str, place: Place) -> None:
        """Record a warning."""
        self.findings.append(Finding(code, Severity.WARNING, message, hint, place))
