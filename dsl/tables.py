"""The tables of the parser as plain values, to be kept and read again in less time than a file takes.

What Lark itself writes down is read back object by object, thirty thousand of them. Here an entry of the table is two
bytes for the symbol and two for what to do, and a row becomes a dictionary when a text first comes to that state: most
texts come to a quarter of them.
"""

from array import array
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, TypeAlias, cast

from lark import Lark, Token, Tree
from lark.grammar import NonTerminal, Rule, RuleOptions, Symbol, Terminal
from lark.lexer import LexerThread, PatternRE, PatternStr, TerminalDef
from lark.parse_tree_builder import ParseTreeBuilder
from lark.parsers.lalr_analysis import IntParseTable, Reduce, Shift
from lark.parsers.lalr_interactive_parser import InteractiveParser
from lark.parsers.lalr_parser import _Parser

from dsl.lexer import WordLexer, rank

Stored: TypeAlias = dict[str, Any]
"""Tables of a parser in values that `marshal` writes."""

FORM: Final = 1
"""Of what is stored; another number when it is written otherwise."""
_START: Final = "start"
_ENTRY: Final = "H"  # of two bytes: there are some thousand symbols, states and rules


class Parser:
    """Lark's LALR machine on tables that were built before; `terminals` as they are tried, what comes first first."""

    def __init__(self, stored: Stored) -> None:
        rules = [_rule(*each) for each in stored["rules"]]
        states = _Rows(stored["rows"], stored["symbols"], rules)
        table: Any = IntParseTable(states, {_START: stored["start"]}, {_START: stored["end"]})  # type: ignore[no-untyped-call]
        builder: Any = ParseTreeBuilder(rules, Tree, propagate_positions=gives_place)  # type: ignore[no-untyped-call]
        self.terminals = tuple(_terminal(*each) for each in stored["terminals"])
        self._machine: Any = _Parser(table, builder.create_callback())
        self._lexer = WordLexer(self.terminals, stored["ignored"], states)

    def parse(self, text: str) -> Tree[Token]:
        """Return the parse tree of a text.

        Raises:
            UnexpectedInput: when it is not grammatical.
        """
        return cast("Tree[Token]", self._machine.parse(self._read(text), _START))

    def parse_interactive(self, text: str) -> InteractiveParser:
        """Return a parser that has read nothing of a text yet and is fed step by step."""
        return cast(InteractiveParser, self._machine.parse(self._read(text), _START, start_interactive=True))

    def _read(self, text: str) -> LexerThread:
        return LexerThread.from_text(self._lexer, text)


class _Rows(dict[int, dict[str, tuple[Any, Any]]]):
    """State -> symbol -> what to do: go to a state, or put the symbols of a rule together."""

    def __init__(self, rows: Sequence[bytes], symbols: Sequence[str], rules: Sequence[Rule]) -> None:
        super().__init__()
        self._rows, self._symbols, self._rules = rows, symbols, rules

    def __missing__(self, state: int) -> dict[str, tuple[Any, Any]]:
        entries = array(_ENTRY, self._rows[state])
        row = self[state] = {
            self._symbols[symbol]: (Reduce, self._rules[todo // 2]) if todo % 2 else (Shift, todo // 2)
            for symbol, todo in zip(entries[::2], entries[1::2], strict=True)
        }
        return row


def stored(lark: Lark) -> Stored:
    """Return the tables of a parser that Lark has built from a grammar with the start symbol `start`."""
    frontend: Any = lark.parser
    table: IntParseTable = frontend.parser.parser.parse_table
    reduced = (to for row in table.states.values() for action, to in row.values() if action is Reduce)
    rules = {rule: number for number, rule in enumerate(dict.fromkeys([*lark.rules, *reduced]))}
    symbols: dict[str, int] = {}
    rows = []
    for state in range(len(table.states)):
        entries = array(_ENTRY)
        for symbol, (action, to) in table.states[state].items():
            todo = 2 * rules[to] + 1 if action is Reduce else 2 * to
            entries.extend((symbols.setdefault(symbol, len(symbols)), todo))
        rows.append(entries.tobytes())
    return {
        "rules": [_plain_rule(rule) for rule in rules],
        "terminals": [_plain_terminal(each) for each in sorted(lark.terminals, key=rank)],
        "ignored": [str(name) for name in lark.ignore_tokens],
        "symbols": [str(symbol) for symbol in symbols],
        "rows": rows,
        "start": table.start_states[_START],
        "end": table.end_states[_START],
    }


def _plain_rule(rule: Rule) -> tuple[object, ...]:
    alias = None if rule.alias is None else str(rule.alias)
    return (
        str(rule.origin.name),
        [_plain_symbol(each) for each in rule.expansion],
        rule.order,
        alias,
        rule.options.keep_all_tokens,
        rule.options.expand1,
    )


def _plain_symbol(symbol: Symbol) -> tuple[str, bool, bool]:
    return str(symbol.name), symbol.is_term, isinstance(symbol, Terminal) and symbol.filter_out


def _rule(
    origin: str,
    symbols: Sequence[tuple[str, bool, bool]],
    order: int,
    alias: str | None,
    keep: bool,
    expand: bool,
) -> Rule:
    expansion = [_symbol(*each) for each in symbols]
    return Rule(NonTerminal(origin), expansion, order, alias, RuleOptions(keep, expand))


@cache
def _symbol(name: str, ends: bool, hidden: bool) -> Symbol:
    return Terminal(name, hidden) if ends else NonTerminal(name)


def _plain_terminal(terminal: TerminalDef) -> tuple[object, ...]:
    pattern = terminal.pattern
    return terminal.name, pattern.type, pattern.value, sorted(pattern.flags), terminal.priority


def _terminal(name: str, kind: str, value: str, flags: Sequence[str], priority: int) -> TerminalDef:
    made = PatternStr if kind == "str" else PatternRE
    return TerminalDef(name, made(value, flags), priority)


def gives_place(node: Tree[Token] | Token) -> bool:
    """A line end gives no place: a construct ends with its last word, not with the comments behind it."""
    return not (isinstance(node, Token) and node.type == "_NL")
