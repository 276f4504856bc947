"""Small writings that several kinds of events share: ids, tokens, ways, completions."""

from collections.abc import Iterable
from typing import TypeVar

from engine.marking import Entry, Token
from engine.record import replace
from engine.state import CaseState, Place

K = TypeVar("K")
V = TypeVar("V")


def count(state: CaseState, number: int) -> None:
    """Keep the counter of ids above every id in use."""
    if number >= state.next:
        state.next = number + 1


def stand(state: CaseState, token: Token) -> None:
    state.tokens[token.id] = token
    if token.id >= state.next:
        state.next = token.id + 1


def drop_token(state: CaseState, number: int) -> None:
    state.tokens.pop(number, None)


def extended(trail: tuple[Entry, ...], entry: Entry) -> tuple[Entry, ...]:
    """Return a trail with its loop through the entry's node cut out and the entry at its end."""
    for position, earlier in enumerate(trail):
        if earlier.node == entry.node:
            return (*trail[:position], entry)
    return (*trail, entry)


def undo(state: CaseState, places: Iterable[Place]) -> None:
    for place in places:
        if place in state.records:
            state.records[place] = replace(state.records[place], done=False)


def put(section: dict[K, V], key: K, value: V | None) -> None:
    if value is None:
        section.pop(key, None)
    else:
        section[key] = value
