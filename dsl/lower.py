"""One process: from its surface tree to the definition that the engine runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from dsl.citations import basis_of, obligations_of
from dsl.clauses import ByRole, Finish, Performers, Version
from dsl.context import Context, Env, Places, Signature
from dsl.lower_declarations import (
    lower_document,
    lower_enumeration,
    lower_event,
    lower_form,
    lower_parameter,
    lower_power,
    lower_role,
    lower_rule,
)
from dsl.lower_head import data_types, handler_of, head, own_references, starts
from dsl.lower_law_days import law_days
from dsl.lower_limits import clock
from dsl.lower_nodes import Layout, lay_out, lower_nodes, region_env
from dsl.lower_registers import lower_presets, lower_registers, lower_statistics, reading_scope
from dsl.lower_service import service_clocks
from dsl.lower_tables import lower_table
from dsl.procedure import After, PerformedBy, Step, StepProperty
from dsl.recurring import as_process, as_recurring, prepare, with_holder
from dsl.registers import Duty
from dsl.report import Report
from dsl.scope import AnyProcess, Declared, World
from dsl.secrecy import sealed
from dsl.source import Place
from dsl.tree import Authority, ExternalProcess, Process, ProcessProperty
from engine.definition import (
    ByEvent,
    ByForm,
    Definition,
    Document,
    Form,
    Handler,
    Parameter,
    Region,
    Role,
    Rule,
    Table,
)
from engine.definition import Step as StepNode
from engine.definition import Wait as WaitNode
from engine.values import Type

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Lowered:
    """A definition with what the checks need to say where a mistake stands."""

    declared: Declared
    process: Process
    definition: Definition
    places: Places
    layout: Layout
    used: Mapping[str, set[str]]
    flow_known: bool
    writes_known: bool

    @property
    def is_duty(self) -> bool:
        """Whether it is a recurring duty, written as a process by the compiler."""
        return isinstance(self.declared.process, Duty)

    def place_of(self, part: object) -> Place:
        """Return where a part was written; the heading of the process for what nobody wrote."""
        return self.places.of(part) or self.process.name.place


def lower(declared: Declared, world: World, report: Report) -> Lowered:
    """Lower a process and everything that it uses."""
    process, duty = _as_process(declared.process), _as_duty(declared.process)
    context = Context(world, declared.scope, report, Places(), process=process.name.text, lost=world.lost)
    tables: dict[str, Table] = {}
    rules: dict[str, Rule] = {}
    _demand(context, tables, rules)
    data_types(context, process)
    context.clocks = tuple(each.name.text for each in process.clocks)
    layout = lay_out(context, process.nodes, process.handlers)
    if duty is not None:
        prepare(context, duty)
    own_references(context, process)
    nodes = lower_nodes(context, layout)
    handlers = tuple(handler_of(context, layout, each) for each in process.handlers)
    definition = Definition(
        process.name.text,
        _version(process),
        nodes,
        _with_parents(layout, handlers),
        starts(context, process.properties, Env()),
        handlers=handlers,
        clocks=tuple(clock(context, each, Env()) for each in process.clocks),
        territory=context.territory,
        subject=context.subject,
        referral=isinstance(declared.process, ExternalProcess),
        basis=basis_of(process.properties),
        obligations=obligations_of(process.properties),
    )
    definition = replace(definition, clocks=definition.clocks + service_clocks(context, definition))
    definition = head(context, process, definition)
    definition = law_days(context, process, definition, tables, rules)
    if duty is not None:
        definition = as_recurring(context, duty, definition)
    wider = replace(declared, scope=reading_scope(declared, world))
    definition = with_holder(_read_across(context, wider, layout, definition, tables, rules))
    return Lowered(
        wider,
        process,
        definition,
        context.places,
        layout,
        context.used,
        not context.moves_lost,
        not context.writes_lost,
    )


def _version(process: Process) -> str:
    return next((line.text for line in process.properties if isinstance(line, Version)), "")


def _with_parents(layout: Layout, handlers: tuple[Handler, ...]) -> tuple[Region, ...]:
    """A handler's region lies beside the region of its scope: there its jumps lead."""
    regions = list(layout.regions)
    for handler in handlers:
        regions[handler.region] = replace(regions[handler.region], parent=handler.scope_region)
    return tuple(regions)


# ---- 规程 … 外部, 例行


def _as_duty(written: AnyProcess) -> Duty | None:
    return written if isinstance(written, Duty) else None


def _as_process(written: AnyProcess) -> Process:
    """An external process has one step, done by the authority and registered here."""
    if isinstance(written, Process):
        return written
    if isinstance(written, Duty):
        return as_process(written)
    first: list[ProcessProperty] = []
    lines: list[StepProperty] = []
    for line in written.properties:
        if isinstance(line, Authority):
            member = ByRole(line.role, place=line.role.place)
            lines.append(PerformedBy(Performers((member,), place=line.place), place=line.place))
        elif isinstance(line, ProcessProperty):
            first.append(line)
        else:
            lines.append(line)
    lines.append(After((Finish(place=written.name.place),), place=written.name.place))
    step = Step(written.name, None, tuple(lines), place=written.place)
    return Process(written.name, tuple(first), (), (step,), (), place=written.place)


# ---- what is lowered when it is first used


def _demand(context: Context, tables: dict[str, Table], rules: dict[str, Rule]) -> None:
    """Let calls lower the tables and rules that they name."""
    signatures: dict[str, Signature | None] = {}

    def signature(name: str) -> Signature | None:
        if name in signatures:
            return signatures[name]
        signatures[name] = None  # a table that names itself has no signature yet
        if name in context.scope.tables:
            found = lower_table(context, name)
            if found is not None:
                signatures[name], tables[name] = found
        elif name in context.scope.rules:
            signatures[name], rules[name] = lower_rule(context, name)
        return signatures[name]

    context.signature = signature


def _read_across(
    context: Context,
    declared: Declared,
    layout: Layout,
    definition: Definition,
    tables: dict[str, Table],
    rules: dict[str, Rule],
) -> Definition:
    """Add what is read across cases, and every declaration that the whole uses.

    Args:
        declared: the process with the scope in which its registers are read.
    """
    wider = replace(context, scope=declared.scope, _fields={})
    _demand(wider, tables, rules)
    registers, columns = lower_registers(wider, layout, declared.process, _filled(definition))
    definition = replace(
        definition,
        registers=registers,
        statistics=lower_statistics(wider, columns),
        presets=lower_presets(wider, declared),
    )
    return _sealed(wider, _with_used(wider, definition, layout, tables, rules))


def _sealed(context: Context, definition: Definition) -> Definition:
    """Tell sealed columns who may see them, and remember where those were written."""
    made = sealed(definition)
    for old, new in zip(definition.registers, made.registers, strict=True):
        for written, column in zip(old.columns, new.columns, strict=True):
            place = context.places.of(written)
            if place is not None:
                context.places.note(column, place)
    return made


def _filled(definition: Definition) -> frozenset[str]:
    """Names of the forms that somebody fills."""
    found = {
        form for node in definition.nodes if isinstance(node, StepNode | WaitNode) for form in node.fills
    }
    ways = [*definition.starts, *(handler.start for handler in definition.handlers)]
    found.update(way.form for way in ways if isinstance(way, ByForm | ByEvent) and way.form)
    return frozenset(found)


def _with_used(
    context: Context, definition: Definition, layout: Layout, tables: dict[str, Table], rules: dict[str, Rule]
) -> Definition:
    """Add the declarations that the process uses; lowering one may use further ones."""
    scope, world, env = context.scope, context.world, _everywhere(context, layout)
    documents: dict[str, Document] = {}
    roles: dict[str, Role] = {}
    forms: dict[str, Form] = {}
    parameters: dict[str, Parameter] = {}
    growing = True
    while growing:
        growing = any(
            [
                _grow(
                    context,
                    "document",
                    documents,
                    lambda name: lower_document(context, scope.documents[name], env),
                ),
                _grow(context, "role", roles, lambda name: lower_role(context, name, env)),
                _grow(context, "form", forms, lambda name: lower_form(context, scope.forms[name])),
                _grow(
                    context,
                    "parameter",
                    parameters,
                    lambda name: lower_parameter(context, scope.parameters[name]),
                ),
            ]
        )
    return replace(
        definition,
        forms=_in_order(forms),
        documents=_in_order(documents),
        roles=_in_order(roles),
        parameters=_in_order({**parameters, **context.local_parameters}),
        tables=_in_order(tables),
        rules=_in_order(rules),
        events=tuple(
            lower_event(replace(context, scope=world.events[name][0]), world.events[name][1])
            for name in sorted(context.uses("event") & world.events.keys())
        ),
        powers=tuple(lower_power(scope.powers[name]) for name in sorted(context.uses("power"))),
        enumerations=tuple(
            lower_enumeration(scope.enumerations[name])
            for name in sorted(context.uses("enumeration") & scope.enumerations.keys())
        ),
    )


def _grow(context: Context, kind: str, made: dict[str, T], maker: Callable[[str], T]) -> bool:
    """Lower what is used and not yet made; tell whether there was any."""
    names = sorted(context.uses(kind) - made.keys())
    made.update((name, maker(name)) for name in names)
    return bool(names)


def _in_order(named: Mapping[str, T]) -> tuple[T, ...]:
    return tuple(named[name] for name in sorted(named))


def _everywhere(context: Context, layout: Layout) -> Env:
    """What words mean in a declaration that may be used in any branch: the element of each instance branch."""
    elements: dict[str, Type | None] = {}
    paths: dict[tuple[str, ...], str] = {}
    for branches in layout.elements.values():
        env = region_env(context, branches)
        elements.update(env.elements)
        paths.update(env.paths)
    return Env(elements, paths)
