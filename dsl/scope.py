"""What the words of one file may mean: its own declarations and those of the files it imports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from dsl.declarations import Document, Enumeration, Event, Form, Parameter, Power, Role, Rule, Table
from dsl.registers import Duty, Instance, Register, Statistic
from dsl.tree import ExternalProcess, File, Process

AnyProcess: TypeAlias = Process | ExternalProcess | Duty


@dataclass(frozen=True, slots=True)
class Scope:
    """Declarations by name. A table has one declaration a version; a role line may declare several roles.

    `lost` are the words of lines that could not be read, here or in imported files: what they declared is unknown.
    `complete` is false when an import was not found: an unknown name may stand there.
    """

    source: str
    file: File
    roles: Mapping[str, Role]
    powers: Mapping[str, Power]
    enumerations: Mapping[str, Enumeration]
    parameters: Mapping[str, Parameter]
    forms: Mapping[str, Form]
    documents: Mapping[str, Document]
    events: Mapping[str, Event]
    tables: Mapping[str, tuple[Table, ...]]
    rules: Mapping[str, tuple[Rule, ...]]
    duties: Mapping[str, Duty]
    registers: Mapping[str, Register]
    statistics: Mapping[str, Statistic]
    instances: Mapping[str, Instance]
    lost: frozenset[str]
    complete: bool


@dataclass(frozen=True, slots=True)
class Declared:
    """A process or duty and the scope of the file in which it stands."""

    scope: Scope
    process: AnyProcess


@dataclass(frozen=True, slots=True)
class World:
    """All files of one compilation: scopes in order, processes, duties and events by name across files."""

    scopes: tuple[Scope, ...]
    processes: Mapping[str, Declared]
    duties: Mapping[str, Declared]
    events: Mapping[str, tuple[Scope, Event]]
    lost: frozenset[str]
