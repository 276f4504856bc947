"""What a pass has looked up in a world: it need not run again while every answer would be the same."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, Generic, TypeVar

from dsl.scope import Declared, Scope, World

D = TypeVar("D")


class Watched(Mapping[str, D], Generic[D]):
    """Declarations by name that remember which were asked for, which only whether they are there, and whether all were listed."""

    def __init__(self, names: Mapping[str, D]) -> None:
        self._names = names
        self._asked: dict[str, D | None] = {}
        self._looked_for: dict[str, D | None] = {}
        self._listed = False

    def __getitem__(self, name: str) -> D:
        self._asked[name] = self._names.get(name)
        return self._names[name]

    def __contains__(self, name: object) -> bool:
        if isinstance(name, str):
            self._looked_for[name] = self._names.get(name)
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        self._listed = True
        return iter(self._names)

    def __len__(self) -> int:
        self._listed = True
        return len(self._names)

    def would_answer(self, now: Mapping[str, D]) -> bool:
        """Tell whether other declarations would have given the same answers."""
        if self._listed and self._names.keys() != now.keys():
            return False
        return all(_is_same(found, now.get(name)) for name, found in self._asked.items()) and all(
            (found is None) is (name not in now) for name, found in self._looked_for.items()
        )

    def found(self) -> Iterator[object]:
        """Return the declarations that were found."""
        for each in (*self._asked.values(), *self._looked_for.values()):
            yield from _declarations(each)


class WatchedWords(frozenset[str]):
    """Words of what could not be read, that remember which of them were asked for."""

    asked: dict[str, bool]
    joined: bool

    def union(self, *others: Iterable[object]) -> frozenset[Any]:
        """Join other words; the answers of the whole cannot be watched, so all of it counts."""
        self.joined = True
        return super().union(*others)

    def __contains__(self, word: object) -> bool:
        found = super().__contains__(word)
        if isinstance(word, str):
            self.asked[word] = found
        return found

    def would_answer(self, now: frozenset[str]) -> bool:
        """Tell whether other words would have given the same answers."""
        if self.joined and self != now:
            return False
        return all((word in now) is found for word, found in self.asked.items())


def _words(lost: frozenset[str]) -> WatchedWords:
    words = WatchedWords(lost)
    words.asked, words.joined = {}, False
    return words


class Watch:
    """A world to be handed to a pass, and what the pass has seen of it. `declared`: its processes and duties, to begin with."""

    def __init__(self, whole: World) -> None:
        self._lost = _words(whole.lost)
        self._scopes = {scope.source: _watched(scope) for scope in whole.scopes}
        processes, duties = (
            {name: replace(each, scope=self._scopes[each.scope.source]) for name, each in known.items()}
            for known in (whole.processes, whole.duties)
        )
        self.declared = {**processes, **duties}
        self._processes, self._duties = Watched(processes), Watched(duties)
        self._events = Watched(
            {name: (self._scopes[scope.source], event) for name, (scope, event) in whole.events.items()}
        )
        self.world = World(
            tuple(self._scopes.values()), self._processes, self._duties, self._events, whole.lost
        )

    def would_see(self, now: World) -> bool:
        """Tell whether all that was seen is the same in another world."""
        scopes = {scope.source: scope for scope in now.scopes}
        return (
            self._lost.would_answer(now.lost)
            and self._scopes.keys() == scopes.keys()
            and self._processes.would_answer(now.processes)
            and self._duties.would_answer(now.duties)
            and self._events.would_answer(now.events)
            and all(_would_see(scope, scopes[source]) for source, scope in self._scopes.items())
        )

    def seen(self) -> Iterator[object]:
        """Return the declarations that were found."""
        for scope in self._scopes.values():
            for names in _names_of(scope).values():
                yield from names.found()


def _watched(scope: Scope) -> Scope:
    names = {slot: Watched(known) for slot, known in _maps(scope).items()}
    return replace(scope, lost=_words(scope.lost), **names)  # type: ignore[arg-type]  # each in the slot that it came from


def _would_see(seen: Scope, now: Scope) -> bool:
    known = _maps(now)
    assert isinstance(seen.lost, WatchedWords)
    return (
        seen.lost.would_answer(now.lost)
        and seen.complete == now.complete
        and all(names.would_answer(known[slot]) for slot, names in _names_of(seen).items())
    )


def _maps(scope: Scope) -> dict[str, Mapping[str, object]]:
    slots = {slot.name: getattr(scope, slot.name) for slot in fields(scope)}
    return {name: value for name, value in slots.items() if isinstance(value, Mapping)}


def _names_of(scope: Scope) -> dict[str, Watched[object]]:
    return {slot: names for slot, names in _maps(scope).items() if isinstance(names, Watched)}


def _is_same(one: object, other: object) -> bool:
    first, second = _declarations(one), _declarations(other)
    return len(first) == len(second) and all(a is b for a, b in zip(first, second, strict=True))


def _declarations(found: object) -> tuple[object, ...]:
    """The declarations behind a name: the versions of a table, a process without its scope."""
    match found:
        case None:
            return ()
        case Declared(_, process):
            return (process,)
        case tuple():
            return tuple(each for each in found if not isinstance(each, Scope))
        case _:
            return (found,)
