"""Which word stands here: a contextual lexer that looks keywords up instead of trying one after another.

Which terminals may come next depends on the state of the parser; three hundred different sets of them occur. Lark writes each
set as one regular expression, and compiling those takes longer than reading a file with them. Most terminals are
keywords, and a keyword is a word: one expression finds the word that stands here, a table says which keyword it is. Only
dates, amounts, names and signs are left as expressions, and few sets of those occur.

The order is that of the grammar: what has a higher priority than keywords, keywords (the longest first), the rest.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedToken
from lark.lexer import Lexer, LexerState, TerminalDef

from dsl.vocabulary import Keyword, keywords
from engine.record import record

PRIORITY: Final = 4
"""Of keywords, in the grammar."""
_WORD: Final = re.compile(r"\w+")
_COLON: Final = re.compile(r"[ \t]*:")
_BLANK: Final = " \t"


@record
class _Choice:
    """What may come next: words with their keywords; expressions to be tried before them and after."""

    names: frozenset[str]
    words: Mapping[str, Keyword]
    before: re.Pattern[str]
    after: re.Pattern[str]


class WordLexer(Lexer):
    """Reads the terminals that the state of the parser accepts.

    Args:
        terminals: of the grammar, in the order of `rank`.
        ignored: terminals that may stand anywhere and are left out.
        states: of the parser, each with the symbols that it accepts.
    """

    def __init__(
        self,
        terminals: Iterable[TerminalDef],
        ignored: Collection[str],
        states: Mapping[int, Mapping[str, object]],
    ) -> None:
        self._terminals = tuple(terminals)
        self._by_name = {terminal.name: terminal for terminal in self._terminals}
        self._ignored = frozenset(ignored)
        self._states = states
        self._in_state: dict[int, _Choice] = {}
        self._choices: dict[frozenset[str], _Choice] = {}
        self._expressions: dict[tuple[str, ...], re.Pattern[str]] = {}

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[Token]:
        """Yield the tokens of a text, each read as the parser then expects.

        Raises:
            UnexpectedToken: when a terminal stands here that may not.
            UnexpectedCharacters: when no terminal does.
        """
        counter, text, end = lexer_state.line_ctr, lexer_state.text.text, lexer_state.text.end
        while counter.char_pos < end:
            choice = self._choice(parser_state.position)
            found = _read(choice, text, counter.char_pos)
            if found is None:
                raise self._unexpected(choice, lexer_state, parser_state)
            kind, stop = found
            token = self._token(lexer_state, kind, stop)
            if kind not in self._ignored:
                lexer_state.last_token = token
                yield token

    def _token(self, lexer_state: LexerState, kind: str, stop: int) -> Token:
        counter = lexer_state.line_ctr
        start = counter.char_pos
        token = Token(kind, lexer_state.text.text[start:stop], start, counter.line, counter.column)
        counter.feed(token)
        token.end_line, token.end_column, token.end_pos = counter.line, counter.column, counter.char_pos
        return token

    def _unexpected(
        self, choice: _Choice, lexer_state: LexerState, parser_state: Any
    ) -> UnexpectedToken | UnexpectedCharacters:
        """Say what stands where nothing of the choice does."""
        counter, text = lexer_state.line_ctr, lexer_state.text.text
        history = [lexer_state.last_token] if lexer_state.last_token else []
        allowed = choice.names - self._ignored
        other = _read(self._choose(frozenset(self._by_name)), text, counter.char_pos)
        if other is None:
            return UnexpectedCharacters(  # type: ignore[no-untyped-call]
                text,
                counter.char_pos,
                counter.line,
                counter.column,
                allowed,
                state=parser_state,
                token_history=history,
            )
        token = self._token(lexer_state, *other)
        return UnexpectedToken(  # type: ignore[no-untyped-call]
            token, allowed, state=parser_state, token_history=history
        )

    # ---- what may come next

    def _choice(self, state: int) -> _Choice:
        choice = self._in_state.get(state)
        if choice is None:
            accepted = frozenset(name for name in self._states[state] if name in self._by_name)
            choice = self._in_state[state] = self._choose(accepted | self._ignored)
        return choice

    def _choose(self, names: frozenset[str]) -> _Choice:
        if names not in self._choices:
            before, after = list[TerminalDef](), list[TerminalDef]()
            words: dict[str, Keyword] = {}
            for terminal in self._terminals:
                if terminal.name not in names:
                    continue
                keyword = keywords().get(terminal.name)
                if keyword is not None and is_word(keyword):
                    words |= dict.fromkeys(keyword.spellings, keyword)
                else:
                    (before if terminal.priority >= PRIORITY else after).append(terminal)
            self._choices[names] = _Choice(names, words, self._expression(before), self._expression(after))
        return self._choices[names]

    def _expression(self, terminals: Sequence[TerminalDef]) -> re.Pattern[str]:
        names = tuple(terminal.name for terminal in terminals)
        if names not in self._expressions:
            alternatives = (f"(?P<{each.name}>{each.pattern.to_regexp()})" for each in terminals)
            self._expressions[names] = re.compile("|".join(alternatives) or "(?!)")
        return self._expressions[names]


def is_word(keyword: Keyword) -> bool:
    """Tell whether each spelling is one word that ends where the word ends: no phrase, nothing glued to a number."""
    return keyword.kind != "suffix" and all(map(_WORD.fullmatch, keyword.spellings))


def rank(terminal: TerminalDef) -> tuple[int, int, int, str]:
    """Order terminals as they are tried: by priority, then what may be longer first."""
    pattern = terminal.pattern
    return -terminal.priority, -pattern.max_width, -len(pattern.value), terminal.name


def _read(choice: _Choice, text: str, start: int) -> tuple[str, int] | None:
    """Return the terminal that stands at a place, and where it ends; None when nothing of the choice does."""
    if text[start] not in _BLANK:
        match = choice.before.match(text, start)
        if match is not None:
            assert match.lastgroup is not None
            return match.lastgroup, match.end()
        word = _WORD.match(text, start)
        keyword = None if word is None else choice.words.get(word.group())
        if word is not None and keyword is not None:
            stop = _end_of(keyword, text, word.end())
            if stop is not None:
                return keyword.terminal, stop
    match = choice.after.match(text, start)
    if match is None:
        return None
    assert match.lastgroup is not None
    return match.lastgroup, match.end()


def _end_of(keyword: Keyword, text: str, stop: int) -> int | None:
    """Return where a keyword ends: behind its colon when it takes one; a heading followed by a colon is a name."""
    if keyword.colon:
        colon = _COLON.match(text, stop)
        return stop if colon is None else colon.end()
    if keyword.kind in ("top", "node") and _COLON.match(text, stop) is not None:
        return None
    return stop
