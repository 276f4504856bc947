"""Rows of a register, computed from one case: what its columns say of it, of each instance, entry or submission."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import TypeVar, cast

from engine.case_scope import CaseScope
from engine.compiled import Program
from engine.definition import Block, Definition
from engine.expressions import (
    DataRef,
    Expression,
    FieldRef,
    FormRef,
    InstanceRef,
    Literal,
    NodeFact,
    NodeRef,
    Today,
)
from engine.register_definition import Register
from engine.values import Kind, Record, Type, Value

T = TypeVar("T")
_BY_THE_CLOCK = frozenset({NodeFact.IS_LATE, NodeFact.DAYS_LATE})
_NOTHING = Literal(None, Type(Kind.TEXT))


def rows_of(program: Program, register: Register, scope: CaseScope) -> Iterator[tuple[str, Record]]:
    """Yield (key, values by column) of a case; the key tells the rows of one case apart.

    Args:
        program: of the definition that holds the register; the case may be of another version (see `rebound`).
    """
    for key, place in _places(program, register, scope):
        yield key, {column.name: program.value(column.value, place) for column in register.columns}


def _places(program: Program, register: Register, scope: CaseScope) -> Iterator[tuple[str, CaseScope]]:
    match register.each:
        case None:
            yield "", scope
        case InstanceRef(node, branch):
            for inner, _ in scope.instances(node, branch):
                place = cast(CaseScope, inner)
                yield place.key, place
        case FormRef(form):
            for name, key in scope.state.forms:
                if name == form:
                    yield key, _with_element(scope, register, replace(scope, key=key).form(form))
        case each:
            entries = program.value(each, scope)
            for position, entry in enumerate(entries if isinstance(entries, tuple) else ()):
                yield str(position), _with_element(scope, register, entry)


def _with_element(scope: CaseScope, register: Register, element: Value) -> CaseScope:
    return replace(scope, elements={**scope.elements, register.variable or "": element})


def tells_time(register: Register) -> bool:
    """Tell whether a row changes by the mere passing of time."""
    return any(
        isinstance(part, Today) or (isinstance(part, NodeRef) and part.fact in _BY_THE_CLOCK)
        for part in _parts(register)
    )


# ---- cases of other versions


@dataclass(frozen=True, slots=True)
class _Names:
    """What another version calls by the same name."""

    nodes: Mapping[int, int | None]
    branches: Mapping[tuple[int, int], tuple[int, int] | None]
    forms: frozenset[str]
    data: frozenset[str]


def rebound(register: Register, own: Definition, other: Definition) -> Register:
    """Return a register of one version as it reads cases of another.

    Steps are found by their names; what the other version does not have is empty.
    """
    if own is other:
        return register
    names = _names(own, other)
    each = None if register.each is None else _rebind(register.each, names)
    columns = tuple(replace(column, value=_rebind(column.value, names)) for column in register.columns)
    return replace(register, columns=columns, each=each)


def _names(own: Definition, other: Definition) -> _Names:
    numbers = {node.name: number for number, node in enumerate(other.nodes)}
    nodes = {number: numbers.get(node.name) for number, node in enumerate(own.nodes)}
    branches: dict[tuple[int, int], tuple[int, int] | None] = {}
    for number, node in enumerate(own.nodes):
        if isinstance(node, Block):
            twin = nodes[number]
            there = other.nodes[twin] if twin is not None else None
            found = (
                {each.name: at for at, each in enumerate(there.branches)} if isinstance(there, Block) else {}
            )
            for at, branch in enumerate(node.branches):
                same = found.get(branch.name)
                branches[number, at] = None if twin is None or same is None else (twin, same)
    return _Names(
        nodes,
        branches,
        frozenset(form.name for form in other.forms),
        frozenset(data.name for data in other.data),
    )


def _rebind(part: T, names: _Names) -> T:
    """Rewrite an expression; what is a tuple or another part of it is rewritten inside."""
    return cast(T, _rebound(part, names))


def _rebound(part: object, names: _Names) -> object:
    match part:
        case NodeRef(node, fact):
            twin = names.nodes[node]
            return _absent(fact) if twin is None else NodeRef(twin, fact)
        case InstanceRef(node, branch):
            found = names.branches[node, branch]
            return _NOTHING if found is None else InstanceRef(*found)
        case FieldRef(form) | FormRef(form) if form not in names.forms:
            return _NOTHING
        case DataRef(name) if name not in names.data:
            return _NOTHING
        case tuple():
            return tuple(_rebound(each, names) for each in part)
        case _ if is_dataclass(part) and not isinstance(part, type):
            changed = {name: _rebound(getattr(part, name), names) for name in _slots(type(part))}
            return replace(part, **changed) if changed else part
        case _:
            return part


def _absent(fact: NodeFact) -> Expression:
    if fact in (NodeFact.IS_DONE, NodeFact.IS_LATE):
        return Literal(False, Type(Kind.YES_NO))
    if fact in (NodeFact.ROUNDS, NodeFact.EXTENSIONS, NodeFact.DAYS_LATE):
        return Literal(0, Type(Kind.INTEGER))
    return _NOTHING


@cache
def _slots(kind: type) -> tuple[str, ...]:
    return tuple(slot.name for slot in fields(kind))


def _parts(whole: object) -> Iterator[object]:
    yield whole
    if isinstance(whole, tuple):
        for each in whole:
            yield from _parts(each)
    elif is_dataclass(whole) and not isinstance(whole, type):
        for name in _slots(type(whole)):
            yield from _parts(getattr(whole, name))
