"""Registers, statistics and prefilled starts: what they name, what a share counts, what an open column gives away."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from itertools import islice, product
from typing import Final

from dsl import registers as surface
from dsl.edits import inserted
from dsl.expressions import Name
from dsl.lower import Lowered
from dsl.lower_registers import DUTIES
from dsl.privacy import leak, name_of_part
from dsl.report import Report, suggestion
from dsl.scope import Scope, World
from dsl.secrecy import Secrets, secrets_of
from dsl.walk import parts
from engine.calendar import Calendar
from engine.compiled import Program
from engine.definition import Definition
from engine.expressions import And, ElementRef, Expression, Literal
from engine.periods import Period
from engine.register_definition import Column, Register, Statistic
from engine.statistics import RowScope
from engine.values import Kind, Record, Type, Value

_MOST_ROWS: Final = 20_000
"""Rows tried at most when looking for one of the numerator that is none of the denominator."""
_TODAY: Final = date(2023, 4, 10)
_PERIOD: Final = Period(date(2023, 4, 1), date(2023, 4, 30))
_ZONE: Final[tzinfo] = timezone(timedelta(hours=8))
_CALENDAR: Final = Calendar({}, frozenset(), frozenset())
_IDENTIFYING: Final = frozenset({Kind.UNIT, Kind.PERSON, Kind.PEOPLE, Kind.PLACE})


def check_registers(world: World, lowered: Sequence[Lowered], report: Report) -> None:
    """Check everything that is read across cases."""
    _names(world, report)
    for scope in world.scopes:
        _sources(world, scope, report)
    for process in lowered:
        for statistic in process.definition.statistics:
            _share(process, statistic, report)
        _secrecy(process, report)


# ---- names


def _names(world: World, report: Report) -> None:
    """A register, statistic or prefilled start has one name in all files, as it is found by it."""
    known: dict[str, object] = dict(world.processes)
    for scope in world.scopes:
        for declaration in scope.file.declarations:
            match declaration:
                case surface.Register(name) | surface.Statistic(name) | surface.Instance(name):
                    first = known.setdefault(name.text, declaration)
                    if first is not declaration:
                        report.error(
                            "N05",
                            name.place,
                            f"“{name.text}”重名",
                            "规程、台账、统计、实例按名称打开，在全部文件中不得重复",
                        )
                case _:
                    pass


def _sources(world: World, scope: Scope, report: Report) -> None:
    registers = {each.name.text for other in world.scopes for each in _registers(other)}
    for declaration in scope.file.declarations:
        match declaration:
            case surface.Register(source=source):
                known = source.text in world.processes or source.text in scope.forms or source.text == DUTIES
                if not known and not _is_forgiven(world, scope, source):
                    report.error(
                        "L01",
                        source.place,
                        f"没有名为“{source.text}”的规程或表单",
                        suggestion(
                            source.text,
                            [*world.processes, *scope.forms],
                            f"冒号后面写规程、表单的名称，或“{DUTIES}”",
                        ),
                    )
            case surface.Statistic():
                _source(world, scope, declaration, registers, report)
            case surface.Instance(process=process):
                if process.text not in world.processes and not _is_forgiven(world, scope, process):
                    hint = suggestion(process.text, world.processes, "把声明它的文件一起检查")
                    report.undeclared("N10", process, f"没有名为“{process.text}”的规程", hint)
            case _:
                pass


def _registers(scope: Scope) -> Iterator[surface.Register]:
    yield from (each for each in scope.file.declarations if isinstance(each, surface.Register))


def _is_forgiven(world: World, scope: Scope, name: Name) -> bool:
    return not scope.complete or name.text in world.lost


def _source(
    world: World, scope: Scope, statistic: surface.Statistic, registers: Iterable[str], report: Report
) -> None:
    known = set(registers)
    line = next((each for each in statistic.properties if isinstance(each, surface.From)), None)
    if line is None:
        report.error(
            "L02",
            statistic.name.place,
            f"统计“{statistic.name.text}”没有写取自哪个台账",
            "加一行“取自 台账名”",
        )
        return
    for name in line.registers:
        if name.text not in known and not _is_forgiven(world, scope, name):
            hint = suggestion(name.text, known, "先用“台账 名称：规程”声明")
            report.error("L02", name.place, f"没有名为“{name.text}”的台账", hint)


# ---- the numerator lies within the denominator


def _share(process: Lowered, statistic: Statistic, report: Report) -> None:
    within = statistic.denominator
    if within is None or within.condition is None:
        return
    condition = statistic.numerator.condition
    if condition is not None and _terms(within.condition) <= _terms(condition):
        return
    outside = _row_outside(process.definition, statistic, condition, within.condition)
    if outside is not None:
        shown = "、".join(f"{name} {_text(value)}" for name, value in outside.items()) or "任意一行"
        report.error(
            "L06",
            process.place_of(statistic),
            f"统计“{statistic.name}”的分子数到了分母以外的行（{shown}），比率会超过 100%",
            "把分母的条件也写进分子，用“且”相连",
            witness=(shown,),
        )


def _terms(condition: Expression) -> set[Expression]:
    return set(condition.terms) if isinstance(condition, And) else {condition}


def _text(value: Value) -> str:
    match value:
        case None:
            return "未填"
        case bool():
            return "= 是" if value else "= 否"
        case datetime():
            return f"= {value:%Y-%m-%d}"
        case _:
            return f"= {value}"


def _row_outside(
    definition: Definition, statistic: Statistic, numerator: Expression | None, denominator: Expression
) -> Record | None:
    """Look for a row that the numerator counts and the denominator does not, among the rows that matter.

    Values tried are those the conditions name, their neighbours, nothing, and enough dates to be in any order.
    """
    program = Program(definition)
    columns = _columns_read(definition, statistic, (numerator, denominator))
    choices = _choices(definition, (numerator, denominator), columns)
    for values in islice(product(*choices.values()), _MOST_ROWS):
        row = dict(zip(choices, values, strict=True))
        scope = RowScope(statistic.register, _ZONE, _CALENDAR, _TODAY, _PERIOD, row)
        if numerator is not None and not program.holds(numerator, scope):
            continue
        if not program.holds(denominator, scope):
            return row
    return None


def _columns_read(
    definition: Definition, statistic: Statistic, conditions: Sequence[Expression | None]
) -> Mapping[str, Column]:
    read = {part.field for part in parts(tuple(conditions)) if isinstance(part, ElementRef)}
    return {
        column.name: column
        for register in definition.registers
        if register.name == statistic.register
        for column in register.columns
        if column.name in read
    }


def _choices(
    definition: Definition, conditions: Sequence[Expression | None], columns: Mapping[str, Column]
) -> Mapping[str, tuple[Value, ...]]:
    constants = [part for part in parts(tuple(conditions)) if isinstance(part, Literal)]
    members = {each.name: each.members for each in definition.enumerations}
    return {
        name: (None, *_values(column.type, constants, members.get(column.type.of or "", ())))
        for name, column in columns.items()
    }


def _values(type: Type, constants: Sequence[Literal], members: Sequence[str]) -> tuple[Value, ...]:
    match type.kind:
        case Kind.YES_NO:
            return (True, False)
        case Kind.ENUM:
            return tuple(members)
        case Kind.DATE | Kind.TIME:
            named = [each.value for each in constants if isinstance(each.value, date)]
            around = [day + timedelta(days=shift) for day in (*named, _TODAY) for shift in (-1, 0, 1)]
            return tuple(dict.fromkeys((*around, _PERIOD.first, _PERIOD.last)))
        case Kind.INTEGER | Kind.NUMBER | Kind.HEADCOUNT | Kind.MONEY | Kind.RATIO:
            numbers = [each.value for each in constants if isinstance(each.value, int | Decimal)]
            near = [number + shift for number in (*numbers, 0) for shift in (-1, 0, 1)]
            return tuple(dict.fromkeys(near))
        case _:
            words = [each.value for each in constants if isinstance(each.value, str)]
            return (*dict.fromkeys(words), "（另一个）")


# ---- secrecy


def _secrecy(process: Lowered, report: Report) -> None:
    _readers(process, report)
    secrets = secrets_of(process.definition)
    if not secrets.fields:
        return
    sealed: dict[str, set[str]] = {}
    for register in process.definition.registers:
        _open_columns(process, register, secrets, report)
        sealed[register.name] = {column.name for column in register.columns if column.sealed}
    for statistic in process.definition.statistics:
        _statistic(process, statistic, sealed[statistic.register], report)


def _readers(process: Lowered, report: Report) -> None:
    for register in process.definition.registers:
        for column in register.columns:
            if column.sealed and not column.visible_to:
                report.warning(
                    "P09",
                    process.place_of(column),
                    f"封存列“{column.name}”没有人能打开",
                    "封存列要用写明“保密 限 … 可见”的字段；不保密的内容删去“封存”",
                )


def _open_columns(process: Lowered, register: Register, secrets: Secrets, report: Report) -> None:
    for column in register.columns:
        if column.sealed:
            continue
        for ref, _, plain in secrets.told(column.value):
            if plain:
                report.error(
                    "P04",
                    process.place_of(ref),
                    f"台账列“{column.name}”用了保密字段“{name_of_part(ref)}”",
                    f"写“封存 {column.name}：…”，只有可见的角色能打开",
                    fix=(inserted(process.place_of(column), "封存 "),),
                )
            else:
                leak(process, ref, f"台账列“{column.name}”", "P04", plain, report)


def _statistic(process: Lowered, statistic: Statistic, sealed: set[str], report: Report) -> None:
    place = process.place_of(statistic)
    for name in statistic.groups:
        if name in sealed:
            report.error(
                "P04",
                place,
                f"统计“{statistic.name}”按封存列“{name}”分组，分组人人可见",
                "换一列分组，或删去分组",
            )
    types = {
        column.name: column.type
        for register in process.definition.registers
        if register.name == statistic.register
        for column in register.columns
    }
    telling = [name for name in statistic.groups if types[name].kind in _IDENTIFYING and name not in sealed]
    if telling:
        report.info(
            "P08",
            place,
            f"统计“{statistic.name}”按“{'、'.join(telling)}”分组，件数少时可能认出保密的人",
            "按行业、村或时间分组；件数很少的组不要公布",
        )
