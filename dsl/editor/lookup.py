"""Which symbol a word means in a text: what the text declares and imports, and the processes of the whole set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dsl.declarations import Field, TypedName
from dsl.editor.symbols import NODES, Sort, Symbol, declared_by
from dsl.expressions import TypeRef
from dsl.procedure import Start, StartByForm
from dsl.scope import Scope, World
from dsl.tree import Data, Declaration, ExternalProcess, Process

_Key = tuple[Sort, str, str]
"""Sort, what owns it (see `Symbol.owners`), name."""


@dataclass(slots=True)
class Lookup:
    """The symbols that one text may name."""

    scope: Scope
    known: dict[_Key, Symbol] = field(default_factory=dict)
    _owned: dict[tuple[Sort, str], dict[str, Symbol]] = field(default_factory=dict)
    _members: dict[str, list[Symbol]] = field(default_factory=dict)

    def add(self, symbol: Symbol) -> None:
        """Know a symbol, unless one of the same sort, owner and name is known."""
        key = (symbol.sort, symbol.owners, symbol.name)
        if key in self.known:
            return
        self.known[key] = symbol
        self._owned.setdefault((symbol.sort, symbol.owners), {})[symbol.name] = symbol
        if symbol.sort is Sort.MEMBER:
            self._members.setdefault(symbol.name, []).append(symbol)

    def of(self, sort: Sort, name: str, owner: str = "") -> Symbol | None:
        """Return a symbol by its sort and name; the name of what owns it where it has an owner."""
        return self.known.get((sort, owner, name))

    def first(self, sorts: Iterable[Sort], name: str, owner: str = "") -> Symbol | None:
        """Return the first symbol of one of the sorts that has the name."""
        return next((found for sort in sorts if (found := self.of(sort, name, owner))), None)

    def node(self, process: str, name: str) -> Symbol | None:
        """Return a step, block, branch or handler of a process."""
        return self.first(NODES, name, process)

    def owned(self, sort: Sort, owner: str) -> Mapping[str, Symbol]:
        """Return what an owner declares, by name."""
        return self._owned.get((sort, owner), {})

    def all(self, *sorts: Sort) -> dict[str, Symbol]:
        """Return every symbol of some sorts, by name."""
        return {name: symbol for (of, _, name), symbol in self.known.items() if of in sorts}

    def member(self, word: str, enumeration: str | None) -> Symbol | None:
        """Return a member of an enumeration; of the only one that has it when none is known."""
        if enumeration is not None:
            return self.of(Sort.MEMBER, word, enumeration)
        found = self._members.get(word, ())
        return found[0] if len(found) == 1 else None

    def start_form(self, process: str) -> str | None:
        """Return the form that starts a process."""
        symbol = self.of(Sort.PROCESS, process)
        declaration = None if symbol is None else symbol.declaration
        if not isinstance(declaration, Process | ExternalProcess):
            return None
        triggers = (line.trigger for line in declaration.properties if isinstance(line, Start))
        return next((each.form.text for each in triggers if isinstance(each, StartByForm)), None)

    def element_form(self, symbol: Symbol | None) -> str | None:
        """Return the form of each entry of a list."""
        written = type_of(symbol)
        if written is None or written.name.text != "清单" or not written.arguments:
            return None
        return written.arguments[0].text

    def enumeration(self, symbol: Symbol | None) -> str | None:
        """Return the enumeration that a field, datum or input takes its value from."""
        written = type_of(symbol)
        if written is None or written.name.text not in self.scope.enumerations:
            return None
        return written.name.text


def type_of(symbol: Symbol | None) -> TypeRef | None:
    """Return the written type of a field, datum, input or argument of an event."""
    declaration = None if symbol is None else symbol.declaration
    return declaration.type if isinstance(declaration, Field | TypedName | Data) else None


def lookup(scope: Scope, world: World) -> Lookup:
    """Gather what a text may name."""
    found = Lookup(scope)
    for declaration in _visible(scope):
        _add(found, declaration)
    for each in world.processes.values():
        _add(found, each.process)
        form = _start_form_elsewhere(found, each.process.name.text, each.scope)
        if form is not None:
            _add(found, form)
    return found


def _visible(scope: Scope) -> Iterable[Declaration]:
    yield from scope.file.declarations
    maps: tuple[Mapping[str, Declaration], ...] = (
        scope.roles,
        scope.powers,
        scope.enumerations,
        scope.parameters,
        scope.forms,
        scope.documents,
        scope.events,
        scope.duties,
        scope.registers,
        scope.statistics,
    )
    for names in maps:
        yield from names.values()
    for tables in scope.tables.values():
        yield from tables
    for rules in scope.rules.values():
        yield from rules


def _add(found: Lookup, declaration: Declaration) -> None:
    for symbol in declared_by(declaration):
        found.add(symbol)


def _start_form_elsewhere(found: Lookup, process: str, scope: Scope) -> Declaration | None:
    """The form that starts a process of a file that is not imported: arguments of a 触发 name its fields."""
    form = found.start_form(process)
    if form is None or found.of(Sort.FORM, form) is not None:
        return None
    return scope.forms.get(form)
