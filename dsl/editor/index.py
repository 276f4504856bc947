"""Names of an analysis by place and by symbol: what stands here, where is it declared, where is it used."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from dsl.editor.lookup import Lookup, lookup
from dsl.editor.occurrences import Occurrence, occurrences
from dsl.editor.symbols import Symbol
from dsl.editor.workspace import Analysis
from dsl.source import Place


@dataclass(frozen=True, slots=True)
class Position:
    """A point between two characters: line and column from 1, in code points."""

    line: int
    column: int


@dataclass(slots=True)
class Index:
    """The names of an analysis, gathered text by text when they are asked for."""

    analysis: Analysis
    _lookups: dict[str, Lookup] = field(default_factory=dict)
    _found: dict[str, tuple[Occurrence, ...]] = field(default_factory=dict)

    def lookup(self, name: str) -> Lookup:
        """Return what the words of a text may mean."""
        if name not in self._lookups:
            scope = next(each for each in self.analysis.world.scopes if each.source == name)
            self._lookups[name] = lookup(scope, self.analysis.world)
        return self._lookups[name]

    def occurrences(self, name: str) -> tuple[Occurrence, ...]:
        """Return every place of a text where something is named; places are those of sections."""
        if name not in self._found:
            known = self.lookup(name)
            declared = self.analysis.documents[name].file.declarations
            self._found[name] = tuple(one for each in declared for one in occurrences(each, known))
        return self._found[name]

    def at(self, name: str, position: Position) -> Occurrence | None:
        """Return what is named at a position; just behind the last character counts."""
        start, section = self.analysis.documents[name].section_at(position.line)
        line = position.line - start + 1
        return next(
            (
                each
                for each in self.occurrences(name)
                if each.place.source == section.key
                and each.place.line == line
                and each.place.column <= position.column <= each.place.end_column
            ),
            None,
        )

    def definition(self, name: str, position: Position) -> Place | None:
        """Return where the name at a position is declared."""
        found = self.at(name, position)
        return None if found is None else self.analysis.placed(found.symbol.place)

    def uses(self, symbol: Symbol) -> Iterator[Occurrence]:
        """Return every occurrence of a symbol in all texts, its declaration included."""
        for name in self.analysis.documents:
            yield from (each for each in self.occurrences(name) if each.symbol == symbol)

    def places(self, symbol: Symbol) -> tuple[Place, ...]:
        """Return the places where a symbol is named, in order."""
        found = {self.analysis.placed(each.place) for each in self.uses(symbol)}
        return tuple(sorted(found, key=lambda place: (place.source, place.line, place.column)))
