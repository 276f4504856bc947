"""Reading a text with mistakes: line by line, so that one mistake gives one message.

Every line either is read to its end, or is reported, and then only its readable beginning is kept. The parser goes
on from the state it had; a line that merely depends on a dropped one (否则, the body of a broken heading) is dropped
without a second message. Where the repair is plain (a missing space, a misspelt keyword) reading goes on as if it
had been made: the finding stands, but what follows is understood. The work is linear in the text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lexer import LexerThread
from lark.parsers.lalr_parser_state import ParseConf, ParserState

from dsl.beginnings import form_in_step
from dsl.building.site import the
from dsl.diagnosis import diagnose, unfinished
from dsl.diagnosis_values import Diagnosis, Trouble
from dsl.findings import Edit, Finding, Severity
from dsl.source import Source
from dsl.tables import Parser
from dsl.vocabulary import keyword_of, keywords

MOST: Final = 50  # findings of one text; past that the reader has given up on the writer
_WORD: Final = re.compile(r"\w+")
_BLANK_LINES: Final = re.compile(r"(?:[ \t]*(?:(?:#|//)[^\n]*)?\n)*")


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens that make a grammatical text, what was wrong, and the words of what was left out."""

    tokens: tuple[Token, ...]
    findings: tuple[Finding, ...]
    lost: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Mark:
    """A point to which reading can return: the parser's state and how many tokens were kept."""

    state: "ParserState[int]"
    kept: int
    offset: int
    headings: tuple[Token, ...]


def read(lark: Parser, source: Source, text: str) -> Reading:
    """Read as much of a text as can be read.

    Args:
        lark: the parser.
        source: where the text comes from.
        text: the folded text, ending with a line end.
    """
    reader = _Reader(lark, source, text)
    reader.run()
    return Reading(tuple(reader.kept), tuple(reader.findings), frozenset(reader.lost))


def expected(lark: Parser, source: Source, text: str) -> tuple[tuple[Token, ...], frozenset[str]]:
    """What may come next where a text breaks off, for completion.

    Args:
        lark: the parser.
        source: where the text comes from.
        text: the folded text up to there.

    Returns: the tokens that were read, and the terminals of which one may follow; none when the line is wrong already.
    """
    reader = _Reader(lark, source, text)
    last_line = text.rfind("\n") + 1
    while reader.position < last_line and len(reader.findings) < MOST:
        reader.read_or_recover()
    try:
        reader.read_line()
    except UnexpectedInput:
        return tuple(reader.kept), frozenset()
    return tuple(reader.kept), reader.accepted(reader.state)


@dataclass(slots=True)
class _Reader:
    lark: Parser
    source: Source
    text: str
    kept: list[Token] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    skipping: bool = False  # a heading was dropped: its body has no meaning
    recovering: bool = False  # the line before was dropped
    retried: set[tuple[int, int]] = field(default_factory=set)  # headings tried again, with what was open
    headless: bool = False  # the head of a table was dropped
    headings: list[Token] = field(default_factory=list)  # open headings, outermost first
    state: "ParserState[int]" = field(init=False)
    thread: LexerThread = field(init=False)
    section: _Mark = field(init=False)

    def __post_init__(self) -> None:
        interactive = self.lark.parse_interactive(self.text)
        conf = interactive.parser_state.parse_conf
        self.thread = interactive.lexer_thread
        recording: Any = {}  # no callbacks: nothing is built, so that a state can be copied cheaply
        self.state = ParserState(ParseConf(conf.parse_table, recording, conf.start), self.thread)
        self.section = self.mark(0)

    # ---- states

    @property
    def position(self) -> int:
        return the(self.thread.state).line_ctr.char_pos

    @position.setter
    def position(self, offset: int) -> None:
        the(self.thread.state).line_ctr.char_pos = offset

    def mark(self, offset: int) -> _Mark:
        return _Mark(self.state.copy(deepcopy_values=False), len(self.kept), offset, tuple(self.headings))

    def back_to(self, mark: _Mark) -> None:
        self.state = mark.state.copy(deepcopy_values=False)
        del self.kept[mark.kept :]
        self.headings = list(mark.headings)

    def takes(self, state: "ParserState[int]", *tokens: Token) -> bool:
        """Whether the tokens could come next in a state."""
        trial = state.copy(deepcopy_values=False)
        try:
            for token in tokens:
                trial.feed_token(token)
        except UnexpectedToken:
            return False
        return True

    def accepted(self, state: "ParserState[int]") -> frozenset[str]:
        """The terminals that could come next in a state."""
        choices = state.parse_conf.parse_table.states[state.position]
        return frozenset(name for name in choices if name.isupper() and self.takes(state, Token(name, "")))

    # ---- lines

    def run(self) -> None:
        while self.position < len(self.text):
            self.read_or_recover()
        self.close()

    def read_or_recover(self) -> None:
        """Read a line; when it is wrong say so and go on behind it."""
        start = self.mark(self.position)
        try:
            if not self.form_in_step(start):
                self.read_line()
        except UnexpectedInput as error:
            self.recover(start, error)
            if len(self.findings) >= MOST:
                self.give_up()
        else:
            self.recovering = False
            if len(self.headings) > MOST:
                self.give_up()

    def read_line(self) -> None:
        """Feed the tokens of one line; keep them."""
        for token in self.thread.lexer.lex(the(self.thread.state), self.state):
            self.feed(token)
            if token.type == "_NL":
                return

    def feed(self, token: Token) -> None:
        """Hand a token to the parser and keep it; a heading opens or closes what its kind says."""
        begins = not self.kept or self.kept[-1].type == "_NL"
        kind = _kind(token) if begins else None
        before = self.mark(token.start_pos or 0) if kind == "top" else None
        self.state.feed_token(token)
        self.kept.append(token)
        if before is not None:
            self.section, self.headings = before, [token]
        elif kind is not None and token.type == "K_PARALLEL":
            self.headings.append(token)
        elif kind is not None and token.type == "K_JOIN":
            self.headings.pop()
        if kind in ("top", "node"):
            self.skipping = False

    def recover(self, start: _Mark, error: UnexpectedInput) -> None:
        trouble = self.trouble(start, error)
        kind = _kind(trouble.token) if trouble.first else None
        attempt = (trouble.offset, len(self.headings))
        again = (
            attempt in self.retried
        )  # a line is tried once for each heading it may end, so that reading ends
        if kind is not None and not again and (kind == "top" or trouble.token.type == "K_ANYTIME"):
            self.retried.add(attempt)
            if self.closed_block(trouble):
                self.position = start.offset
                return
        if kind == "top" and not again:
            self.abandon_section(trouble)
        elif self.skipping or (self.recovering and self.depends(trouble)):
            self.drop(start, trouble)
        else:
            self.report(start, trouble)

    def depends(self, trouble: Trouble) -> bool:
        """Whether a line fails only because the one before was left out: its first word is well known, or it is
        an entry (名称：…) or a row of a section whose heading is gone."""
        first = trouble.line[0] if trouble.line else trouble.token
        if first.type == "VBAR":
            return self.headless or trouble.first
        if not trouble.first:
            return False
        entry = first.type == "NAME" and self.text[first.end_pos or 0 :][:2].strip().startswith((":", "="))
        return entry or _kind(first) is not None

    def form_in_step(self, start: _Mark) -> bool:
        """Read 表单 in a step as the 填写 that was meant, without fields below it; `False` where it is no such line."""
        if not self.headings or self.headings[0].type != "K_PROCESS":
            return False
        diagnosis = form_in_step(self.source, self.text, start.offset)
        if diagnosis is None or self.column(diagnosis.start) <= self.column(self.headings[0].start_pos or 0):
            return False
        fill = the(diagnosis.repair)
        if not self.takes(start.state, fill, Token("NAME", "")):
            return False
        self.say(diagnosis)
        self.repaired(start, fill)
        if self.position < diagnosis.end:
            self.lost.update(_WORD.findall(self.text[start.offset : diagnosis.end]))
            self.position = diagnosis.end
        return True

    def column(self, offset: int) -> int:
        return offset - self.text.rfind("\n", 0, offset)

    def trouble(self, start: _Mark, error: UnexpectedInput) -> Trouble:
        """What the parser met, where, after which words of the line."""
        line = self.kept[start.kept :]
        if isinstance(error, UnexpectedToken):
            token = error.token
        else:
            assert isinstance(error, UnexpectedCharacters)
            token = Token("", self.text[the(error.pos_in_stream)], error.pos_in_stream)
        first = (*line, token)[0]
        keyword = keyword_of(str(first)) if first.type == "NAME" and len(line) < 2 else None
        if keyword is not None and keyword.kind != "word":
            meant = Token.new_borrow_pos(keyword.terminal, str(first), first)
            if not self.takes(start.state, meant):  # read as a name, because this keyword cannot stand here
                self.back_to(start)
                return Trouble((), meant, meant.start_pos or 0, True)
        return Trouble(tuple(line), token, token.start_pos or 0, not line)

    def report(self, start: _Mark, trouble: Trouble) -> None:
        """Say what is wrong, then go on: with the repair when it is plain, else behind the line."""
        accepted = self.accepted(self.state)
        diagnosis = diagnose(self.source, self.text, trouble, accepted, self.ask(start), start.headings)
        if diagnosis.repair is None:
            self.say(diagnosis)
            self.drop(start, trouble)
            return
        again = self.repaired(start, diagnosis.repair)
        sure = diagnosis.otherwise is None or again is None or len(again.line) > len(trouble.line) + 2
        self.say(diagnosis if sure or diagnosis.otherwise is None else diagnosis.otherwise)
        if again is None:
            self.recovering = False
        elif sure and len(self.findings) < MOST:
            self.report(start, again)
        else:
            self.drop(start, trouble)

    def ask(self, start: _Mark) -> "Callable[[tuple[Token, ...]], bool]":
        """A question to the parser: could the line begin with these tokens?"""
        return lambda tokens: self.takes(start.state, *tokens)

    def repaired(self, start: _Mark, repair: Token) -> Trouble | None:
        """Read the rest of the line behind a repair; the next trouble in it, if any."""
        self.feed(repair)
        self.position = repair.end_pos or 0
        try:
            self.read_line()
        except UnexpectedInput as error:
            return self.trouble(start, error)
        return None

    def say(self, diagnosis: Diagnosis) -> None:
        place = self.source.place(diagnosis.start, diagnosis.end)
        fix = () if diagnosis.written is None else (Edit(place, diagnosis.written),)
        self.findings.append(
            Finding(diagnosis.code, Severity.ERROR, diagnosis.message, diagnosis.hint, place, fix=fix)
        )

    def drop(self, start: _Mark, trouble: Trouble) -> None:
        """Leave a line out, but for a beginning that is a line by itself; go on with the next line."""
        end = self.text.find("\n", trouble.offset) + 1
        if trouble.separator is not None:
            end = self.text.find("\n", trouble.separator.start_pos or 0) + 1
        line_end = Token("_NL", "\n", end - 1, end_pos=end)
        self.lost.update(_WORD.findall(self.text[start.offset : end]))
        whole = not trouble.first and trouble.separator is None and self.takes(self.state, line_end)
        whole = whole and not self.misleading(trouble.line[0])
        if whole:
            self.feed(line_end)
        else:
            heading = _kind(trouble.line[0]) if trouble.line else None
            self.back_to(start)
            in_table = bool(trouble.line) and trouble.line[0].type == "VBAR"
            self.headless = in_table and (self.headless or not self.below_row())
            self.skipping = self.skipping or heading in ("top", "node")
        self.recovering = True
        below = _BLANK_LINES.match(self.text, end)
        self.position = below.end() if below else end

    def misleading(self, first: Token) -> bool:
        """Whether the beginning of a line is better left out: half a row would only be miscounted, an indented
        line with the keyword of a section is a property whose own keyword is missing."""
        indented = not self.text.startswith("\n", (first.start_pos or 0) - 1) and (first.start_pos or 0) > 0
        return first.type == "VBAR" or (_kind(first) == "top" and indented)

    def below_row(self) -> bool:
        """Whether the last line kept is a row or head of a table."""
        return len(self.kept) > 1 and self.kept[-1].type == "_NL" and self.kept[-2].type == "VBAR"

    def abandon_section(self, trouble: Trouble) -> None:
        """A new section begins before the one above is complete: leave that one out and begin the new one."""
        if not self.skipping and not self.lost_since(self.section):
            self.say(unfinished(self.headings, self.accepted(self.state), trouble))
        self.lost.update(_WORD.findall(self.text[self.section.offset : trouble.offset]))
        self.back_to(self.section)
        self.skipping = self.recovering = False
        self.position = trouble.offset

    def closed_block(self, trouble: Trouble) -> bool:
        """A block without 汇合 ends here: say so, and go on as if it had one."""
        if not self.headings or self.headings[-1].type != "K_PARALLEL":
            return False
        heading = self.headings[-1]
        name = next(after for token, after in pairwise(self.kept) if token is heading)
        join = (Token("K_JOIN", "汇合"), Token("NAME", str(name)), Token("_NL", "\n"))
        tokens = [Token.new_borrow_pos(token.type, str(token), name) for token in join]
        if not self.takes(self.state, *tokens):
            return False
        self.say(unfinished(self.headings, self.accepted(self.state), trouble))
        for token in tokens:
            self.feed(token)
        return True

    def lost_since(self, mark: _Mark) -> bool:
        """Whether something of this section was reported already, which may be all that is missing."""
        return any(
            self.source.offset(one.place.line, one.place.column) >= mark.offset for one in self.findings
        )

    def give_up(self) -> None:
        rest = self.position
        self.lost.update(_WORD.findall(self.text[rest:]))
        place = self.source.place(min(rest, len(self.source.text)), len(self.source.text))
        message, hint = f"错误太多，只列出前 {MOST} 处", "请先改已列出的；满篇都是时，请检查是否选错了文件"
        self.findings.append(Finding("S116", Severity.ERROR, message, hint, place))
        self.position = len(self.text)

    def close(self) -> None:
        """The end of the text: the last section must be complete."""
        end = Token("$END", "", len(self.text), end_pos=len(self.text))
        trouble = Trouble((), end, len(self.text), True)
        while not self.may_end(end):
            if len(self.findings) >= MOST or not self.closed_block(trouble):
                self.abandon_section(trouble)

    def may_end(self, end: Token) -> bool:
        """Whether the text is complete."""
        trial = self.state.copy(deepcopy_values=False)
        try:
            trial.feed_token(end, is_end=True)
        except UnexpectedToken:
            return False
        return True


def _kind(token: Token) -> str | None:
    """The kind of a keyword: top, node, line, word; None for other tokens."""
    keyword = keywords().get(token.type)
    return None if keyword is None else keyword.kind
