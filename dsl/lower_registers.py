"""Registers, statistics and prefilled starts: lowered with the process whose cases they read.

A register may stand in the file of its process or in any other; its expressions read the forms, data and steps of the
process first, then the tables and vocabularies of its own file.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from dsl import registers as surface
from dsl.arguments import preset_values
from dsl.citations import basis_of, obligations_of
from dsl.clauses import Basis, Fulfils
from dsl.context import ColumnType, Context, Env
from dsl.elaborate import PERIODS, condition, elaborate, list_of
from dsl.expressions import Expr, Name, Quantified, Quantifier, Ref
from dsl.lower_nodes import Layout, region_env
from dsl.registers import CountedOn, Denominator, From, GroupedBy, Instance, Numerator, Periods
from dsl.report import suggestion
from dsl.scope import AnyProcess, Declared, Scope, World
from dsl.types import is_assignable, name_of, type_of
from engine.expressions import Expression, FieldRef, FormRef, InstanceRef
from engine.register_definition import Column, Counting, Measure, Preset, Register, Statistic
from engine.values import Kind, Span, Type

T = TypeVar("T")
D = TypeVar("D", surface.Register, surface.Statistic, Instance)
Columns = Mapping[str, ColumnType]
DUTIES = "例行"
"""What a register over recurring duties is written over."""
_MOMENTS = frozenset({Kind.DATE, Kind.TIME})
_AMOUNTS = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.HEADCOUNT, Kind.MONEY, Kind.DURATION})
_WHOLE = frozenset({Kind.LIST, Kind.RECORD})


def reading_scope(declared: Declared, world: World) -> Scope:
    """Return the scope of a process with that of every other file whose registers or presets are about it."""
    own, process = declared.scope, declared.process.name.text
    others = [scope for scope in world.scopes if scope is not own and _is_about(scope, process, own)]

    def together(of: Mapping[str, T], more: Iterable[Mapping[str, T]]) -> Mapping[str, T]:
        found: dict[str, T] = {}
        for names in more:
            found.update(names)
        return {**found, **of}

    if not others:
        return own
    return replace(
        own,
        enumerations=together(own.enumerations, (each.enumerations for each in others)),
        parameters=together(own.parameters, (each.parameters for each in others)),
        forms=together(own.forms, (each.forms for each in others)),
        tables=together(own.tables, (each.tables for each in others)),
        rules=together(own.rules, (each.rules for each in others)),
        lost=own.lost.union(*(each.lost for each in others)),
        complete=own.complete and all(each.complete for each in others),
    )


def _is_about(scope: Scope, process: str, own: Scope) -> bool:
    sources = [each.source.text for each in _of_file(scope, scope.registers)]
    named = [each.process.text for each in _of_file(scope, scope.instances)]
    return process in named or any(source == process or source in own.forms for source in sources)


def _of_file(scope: Scope, known: Mapping[str, D]) -> Iterator[D]:
    """Return what the file of a scope declares itself; the scope also knows what it imports."""
    own = {id(each) for each in scope.file.declarations}
    return (each for each in known.values() if id(each) in own)


# ---- 台账


def lower_registers(
    context: Context, layout: Layout, process: AnyProcess, filled: frozenset[str]
) -> tuple[tuple[Register, ...], Mapping[str, Columns]]:
    """Lower the registers over a process; return them with the types of their columns by register.

    Args:
        filled: forms that a step, a start or an operation of the process fills.
    """
    made: list[Register] = []
    known: dict[str, Columns] = {}
    registers = (each for scope in context.world.scopes for each in _of_file(scope, scope.registers))
    for written in registers:
        for each, variable, env in _row_sources(context, layout, written, process.name.text, filled):
            columns, types = _columns(context, written, env)
            known[written.name.text] = types
            made.append(
                Register(
                    written.name.text,
                    columns,
                    each,
                    variable,
                    basis_of(written.properties),
                    obligations_of(written.properties),
                )
            )
    return tuple(made), known


def _row_sources(
    context: Context, layout: Layout, written: surface.Register, process: str, filled: frozenset[str]
) -> Iterable[tuple[Expression | None, str | None, Env]]:
    """What gives a row: the case, an instance or entry of it, or a submission or entry of the register's form.

    A register over 例行 has a part in every recurring duty, each of whose occurrences is a case.
    """
    source = written.source.text
    if source == process:
        yield from _of_process(context, layout, written)
    elif source == DUTIES and context.is_duty:
        yield None, None, Env()
    elif source in context.scope.forms and source not in context.world.processes:
        yield from _of_form(context, source, filled)


def _of_process(
    context: Context, layout: Layout, written: surface.Register
) -> Iterable[tuple[Expression | None, str | None, Env]]:
    if written.each is None:
        yield None, None, Env()
        return
    found = list_of(context, written.each, Env())
    if found is None:
        return
    each, element, variable = found
    if isinstance(each, InstanceRef):
        region = layout.inner[each.node, each.branch]
        branches = layout.elements[region]
        walked = branches[-1].each
        ref = walked if isinstance(walked, Ref) else written.each
        yield each, ref.last.text, region_env(context, branches)
    else:
        path = tuple(part.text for part in written.each.parts)
        yield each, variable, Env({variable: element}, {path: variable})


def _of_form(
    context: Context, form: str, filled: frozenset[str]
) -> Iterable[tuple[Expression | None, str | None, Env]]:
    if form not in context.uses("form"):
        return
    env = Env({form: Type(Kind.RECORD, form)})
    if form in filled:
        yield FormRef(form), form, env
    for owner in sorted(context.uses("form")):
        for name, (_, value_type) in context.fields(owner).items():
            if value_type == Type(Kind.LIST, form):
                yield FieldRef(owner, name), form, env


def _columns(
    context: Context, written: surface.Register, env: Env
) -> tuple[tuple[Column, ...], dict[str, ColumnType]]:
    columns: list[Column] = []
    types: dict[str, ColumnType] = {}
    for each in written.columns:
        name = each.name
        found = elaborate(context, each.value, env)
        if name.text in types:
            context.report.error(
                "N05",
                name.place,
                f"台账“{written.name.text}”有两列叫“{name.text}”",
                "改名，或删去其中一列",
            )
            continue
        types[name.text] = ColumnType(found.type, found.choices)
        if found.type is not None and found.type.kind in _WHOLE:
            context.report.error(
                "L03",
                name.place,
                f"列“{name.text}”是{name_of(found.type)}，一格里放不下",
                "写其中一个字段，或写“计数 清单”“合计 清单.字段”；要一项一行，在台账后面写“各 清单”",
            )
        kind = found.type or Type(Kind.TEXT)
        made = Column(name.text, kind, found.expression, each.sealed)
        columns.append(context.places.note(made, name.place))
    return tuple(columns), types


# ---- 统计


def lower_statistics(context: Context, known: Mapping[str, Columns]) -> tuple[Statistic, ...]:
    """Lower the statistics of these registers."""
    found: list[Statistic] = []
    for scope in context.world.scopes:
        for written in _of_file(scope, scope.statistics):
            source = next((each for each in written.properties if isinstance(each, From)), None)
            if source is not None and source.registers[0].text in known:
                found.append(_statistic(context, written, source.registers, known))
    return tuple(found)


def _statistic(
    context: Context, written: surface.Statistic, sources: tuple[Name, ...], known: Mapping[str, Columns]
) -> Statistic:
    register, columns = sources[0].text, known[sources[0].text]
    if len(sources) > 1:
        context.report.error(
            "L02",
            sources[1].place,
            f"统计“{written.name.text}”取自两个台账",
            "一个统计只取自一个台账：分成两个统计，或在一个台账里加上要用的列",
        )
    env = Env(columns={register: columns})
    measured: dict[type, Measure] = {}
    counted: str | None = None
    groups: tuple[str, ...] = ()
    periods: tuple[Span, ...] = ()
    for line in written.properties:
        match line:
            case Numerator(value) | Denominator(value):
                measured[type(line)] = _measure(context, value, register, columns, env)
            case CountedOn(column):
                counted = _date_column(context, column, register, columns)
            case GroupedBy(refs):
                names = (_column(context, ref, register, columns) for ref in refs)
                groups = tuple(name for name in names if name is not None)
            case Periods(literals):
                periods = tuple(PERIODS[each.unit] for each in literals)
            case From() | Basis() | Fulfils():
                pass
    value_type = type_of(written.type, context.scope, context.report) or Type(Kind.INTEGER)
    made = Statistic(
        written.name.text,
        value_type,
        register,
        measured.get(Numerator, Measure()),
        measured.get(Denominator),
        counted,
        groups,
        periods,
        basis_of(written.properties),
        obligations_of(written.properties),
    )
    _check_shape(context, written, made, columns)
    return context.places.note(made, written.name.place)


def _check_shape(context: Context, written: surface.Statistic, made: Statistic, columns: Columns) -> None:
    """A share has a denominator, a count or sum has none; a period needs the date that decides."""
    name = written.name
    share = made.type.kind is Kind.RATIO
    if share and made.denominator is None:
        context.report.error(
            "L04", name.place, f"比例“{name.text}”没有分母", "加一行“分母 计数 台账”，或把类型改成整数"
        )
    elif not share and made.denominator is not None:
        context.report.error(
            "L04",
            name.place,
            f"“{name.text}”是{name_of(made.type)}，却写了分母",
            "有分母的是比例：写“统计 名称：比例”，或删去分母",
        )
    elif not share:
        column = made.numerator.column
        given = Type(Kind.INTEGER) if column is None else columns[column].type
        if given is not None and not is_assignable(made.type, given):
            context.report.error(
                "K03",
                name.place,
                f"“{name.text}”是{name_of(made.type)}，分子算出来的是{name_of(given)}",
                "把类型改成与分子一致",
            )
    if made.periods and made.counted_on is None:
        context.report.error(
            "L05",
            name.place,
            f"统计“{name.text}”写了周期，没有写按哪个日期归期",
            "加一行“计入 台账.日期列”",
        )


def _measure(context: Context, value: Expr, register: str, columns: Columns, env: Env) -> Measure:
    match value:
        case Quantified(Quantifier.COUNT, Ref(parts), where) if [each.text for each in parts] == [register]:
            counting, column = Counting.COUNT, None
        case Quantified(Quantifier.TOTAL, Ref(parts), where) if len(parts) == 2 and parts[0].text == register:
            counting, column = Counting.TOTAL, _amount(context, value.items, register, columns)
        case _:
            context.report.error(
                "L03",
                value.place,
                "分子、分母要从取自的台账里数出来或加出来",
                f"写成“计数 {register} 满足（…）”或“合计 {register}.列 满足（…）”",
            )
            return Measure()
    return Measure(counting, None if where is None else condition(context, where, env), column)


def _amount(context: Context, ref: Ref, register: str, columns: Columns) -> str | None:
    name = _column(context, ref, register, columns)
    value_type = columns[name].type if name is not None else None
    if value_type is not None and value_type.kind not in _AMOUNTS:
        context.report.error("K02", ref.place, f"{name_of(value_type)}不能相加", "合计只能用于金额、人数和数")
    return name


def _date_column(context: Context, ref: Ref, register: str, columns: Columns) -> str | None:
    name = _column(context, ref, register, columns)
    value_type = columns[name].type if name is not None else None
    if value_type is not None and value_type.kind not in _MOMENTS:
        context.report.error(
            "L05",
            ref.place,
            f"“{ref.text}”是{name_of(value_type)}，不能决定归入哪一期",
            "写一列日期或时间",
        )
    return name


def _column(context: Context, ref: Ref, register: str, columns: Columns) -> str | None:
    texts = [part.text for part in ref.parts]
    if len(texts) == 2 and texts[0] == register and texts[1] in columns:
        return texts[1]
    if not any(context.is_forgiven(text) for text in texts):
        hint = suggestion(texts[-1], columns, f"写成 {register}.列名")
        context.report.error("N02", ref.place, f"台账“{register}”没有列“{ref.text}”", hint)
    return None


# ---- 实例


def lower_presets(context: Context, declared: Declared) -> tuple[Preset, ...]:
    """Lower the prefilled starts of a process."""
    name = declared.process.name.text
    return tuple(
        Preset(
            written.name.text,
            preset_values(context, declared, written),
            basis_of(written.properties),
            obligations_of(written.properties),
        )
        for scope in context.world.scopes
        for written in _of_file(scope, scope.instances)
        if written.process.text == name
    )
