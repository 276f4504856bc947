"""适用日: as of which day the tables and rules of a process are read; each may name a day of its own."""

from dataclasses import replace
from typing import TypeVar

from dsl.context import Context, Env
from dsl.declarations import LawDay
from dsl.references import reference
from dsl.tree import Process
from engine.definition import Definition, Rule, Table
from engine.expressions import Expression

_Part = TypeVar("_Part", Table, Rule)


def law_days(
    context: Context,
    process: Process,
    definition: Definition,
    tables: dict[str, Table],
    rules: dict[str, Rule],
) -> Definition:
    """Give the process the day that it names, else the one that its tables and rules agree on.

    A table or rule that names another day keeps it for itself; where they differ and the process names none,
    parameters are read as of today.

    Args:
        tables: those lowered so far, by name; an entry with a day of its own is replaced.
        rules: likewise.
    """
    own = [line for line in process.properties if isinstance(line, LawDay)]
    named = _named(context, tables, rules)
    days = {line.ref for line in named.values()}
    chosen = own[:1] or ([next(iter(named.values()))] if len(days) == 1 else [])
    for line in chosen:
        definition = replace(definition, law_as_of=_day(context, line), lenient=line.lenient)
    for name, line in named.items():
        if chosen and line.ref == chosen[0].ref:
            continue
        if name in tables:
            tables[name] = _kept(context, tables[name], replace(tables[name], as_of=_day(context, line)))
        else:
            made = replace(rules[name], as_of=_day(context, line), lenient=line.lenient)
            rules[name] = _kept(context, rules[name], made)
    return definition


def _named(context: Context, tables: dict[str, Table], rules: dict[str, Rule]) -> dict[str, LawDay]:
    """The 适用日 line of each table and rule that has one, in order of their names."""
    found: dict[str, LawDay] = {}
    for name in (*sorted(tables), *sorted(rules)):
        versions = context.scope.tables.get(name) or context.scope.rules[name]
        for line in (line for version in versions for line in version.properties):
            if isinstance(line, LawDay):
                found.setdefault(name, line)
    return found


def _day(context: Context, line: LawDay) -> Expression | None:
    return reference(context, line.ref, Env()).expression


def _kept(context: Context, before: _Part, after: _Part) -> _Part:
    """Let the new part have the place of the old one."""
    place = context.places.of(before)
    return after if place is None else context.places.note(after, place)
