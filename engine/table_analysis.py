"""What is wrong with a decision table before use: gaps, conflicts, masked rows, rows to merge.

Exact: each axis is cut at its own end points, between which no cell changes its answer, and one value stands
for every piece. Pieces that no row tells apart are one; from axis to axis only the different sets of rows
still matching are carried on, each with one witness, so that big tables stay cheap.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import combinations, pairwise
from math import ceil, floor
from typing import Final, TypeAlias

from engine import arithmetic
from engine.calendar import Calendar
from engine.definition import (
    AnyValue,
    Cell,
    Enumeration,
    HitPolicy,
    Input,
    Interval,
    OneOf,
    Parameter,
    Row,
    Table,
    TableVersion,
)
from engine.expressions import Arithmetic, Comparison, Expression, Literal, Operator, ParameterRef
from engine.values import Kind, Span, Unit, Value

ROW_VALIDITY = "有效"
"""Name of the axis of days when rows have validity dates of their own."""

OTHER_TEXT = "（其他）"
"""Stands for every text that no cell names."""

_NOT_NEGATIVE = frozenset({Kind.HEADCOUNT, Kind.MONEY, Kind.RATIO})
_WHOLE = frozenset({Kind.INTEGER, Kind.HEADCOUNT})
_NO_CALENDAR = Calendar({}, frozenset(), frozenset())

Witness: TypeAlias = tuple[tuple[str, Value], ...]
"""Input name -> a value; the values together show the finding."""

_Rows: TypeAlias = int
"""A set of rows, one bit each."""


class TableProblem(StrEnum):
    """What can be wrong with a table."""

    GAP = "gap"  # no row matches
    CONFLICT = "conflict"  # rows with different results match where one answer is allowed
    OVERLAP = "overlap"  # several rows with one result match under 唯一
    MASKED = "masked"  # the row never decides
    MERGEABLE = "mergeable"  # two rows could be one
    NOT_CONSTANT = "not_constant"  # a cell cannot be computed without a case


@dataclass(frozen=True, slots=True)
class TableFinding:
    """One problem of a version of a table.

    Args:
        version: position in `Table.versions`.
        rows: numbers of the rows concerned, from 1; the masked row first, then a row that hides it.
        witness: values that show it; empty when there is nothing to show.
        column: the axis on which rows merge.
    """

    problem: TableProblem
    version: int
    rows: tuple[int, ...] = ()
    witness: Witness = ()
    column: str | None = None


@dataclass(frozen=True, slots=True)
class _Axis:
    name: str
    classes: tuple[tuple[_Rows, Value], ...]
    """Rows that match, and a value for which they do; one entry for each different set."""


def analyse(
    table: Table,
    enumerations: Iterable[Enumeration],
    parameters: Iterable[Parameter] = (),
    *,
    at_most: int = 3,
) -> tuple[TableFinding, ...]:
    """Find every problem of every version of a table.

    Args:
        enumerations: those of the inputs and outputs.
        parameters: those that cells name; their newest value counts.
        at_most: gaps shown for a version.
    """
    known = _Known({each.name: each for each in enumerations}, {each.name: each for each in parameters})
    return tuple(
        finding
        for position, version in enumerate(table.versions)
        for finding in _analyse_version(table, position, version, known, at_most)
    )


@dataclass(frozen=True, slots=True)
class _Known:
    enumerations: Mapping[str, Enumeration]
    parameters: Mapping[str, Parameter]

    def members(self, each: Input) -> tuple[str, ...]:
        return self.enumerations[each.type.of or ""].members

    def ranks(self, each: Input) -> Mapping[str, int] | None:
        enumeration = self.enumerations.get(each.type.of or "") if each.type.kind is Kind.ENUM else None
        if enumeration is None or not enumeration.ordered:
            return None
        return {member: position for position, member in enumerate(enumeration.members)}

    def constant(self, e: Expression) -> Value:
        """Return the value of a constant expression.

        Raises:
            _NotConstant: it needs a case.
        """
        match e:
            case Literal(value):
                return value
            case ParameterRef(name) if name in self.parameters:
                newest = max(self.parameters[name].values, key=lambda dated: dated.valid_from)
                return self.constant(newest.value)
            case Arithmetic(operator, left, right):
                return _computed(operator, self.constant(left), self.constant(right))
            case _:
                raise _NotConstant


class _NotConstant(Exception):
    pass


def _analyse_version(
    table: Table, position: int, version: TableVersion, known: _Known, at_most: int
) -> Iterable[TableFinding]:
    unknown = [number for number, row in enumerate(version.rows, 1) if not _is_constant(row, known)]
    if unknown:
        yield TableFinding(TableProblem.NOT_CONSTANT, position, tuple(unknown))
        return
    axes = [
        _axis(each.name, _points(each, column, known), column, each, known)
        for each, column in zip(table.inputs, _columns(table, version), strict=True)
    ]
    axes += _validity_axis(version)
    gaps, hits = _sweep(axes, len(version.rows), at_most)
    if not table.policy.answers_none:  # where nothing is collected the answer is an empty list or 0
        yield from (TableFinding(TableProblem.GAP, position, (), witness) for witness in gaps)
    yield from _clashes(table, position, version, hits)
    yield from _masked(table, position, version, hits, known)
    yield from _mergeable(table, position, version, hits, known)


def _columns(table: Table, version: TableVersion) -> list[list[Cell]]:
    return [[row.cells[column] for row in version.rows] for column in range(len(table.inputs))]


def _sweep(axes: Sequence[_Axis], rows: int, at_most: int) -> tuple[list[Witness], dict[_Rows, Witness]]:
    """Cut the space axis by axis.

    Returns: witnesses of gaps, and each different set of rows that match together, with a witness.
    """
    gaps: list[Witness] = []
    alive: dict[_Rows, Witness] = {(1 << rows) - 1: ()}
    for position, axis in enumerate(axes):
        following: dict[_Rows, Witness] = {}
        rest = tuple((later.name, later.classes[0][1]) for later in axes[position + 1 :])
        for matching, witness in alive.items():
            for passing, value in axis.classes:
                both = matching & passing
                if both:
                    following.setdefault(both, (*witness, (axis.name, value)))
                elif len(gaps) < at_most:
                    gaps.append((*witness, (axis.name, value), *rest))
        alive = following
    if not rows:
        gaps = [tuple((axis.name, axis.classes[0][1]) for axis in axes)]
    return gaps, alive if rows else {}


def _axis(name: str, points: Iterable[Value], column: Sequence[Cell], each: Input, known: _Known) -> _Axis:
    classes: dict[_Rows, Value] = {}
    for point in points:
        passing = sum(1 << row for row, cell in enumerate(column) if _passes(cell, point, each, known))
        classes.setdefault(passing, point)
    return _Axis(name, tuple(classes.items()))


def _validity_axis(version: TableVersion) -> list[_Axis]:
    """Rows with dates of their own make one more axis, within the validity of the version."""
    if all(row.valid_from is None and row.valid_until is None for row in version.rows):
        return []
    first, last = version.valid_from or date.min, version.valid_until or date.max
    ends = {first}
    for row in version.rows:
        ends |= {row.valid_from} if row.valid_from else set()
        ends |= (
            {row.valid_until + timedelta(days=1)} if row.valid_until and row.valid_until < date.max else set()
        )
    classes: dict[_Rows, Value] = {}
    for day in sorted(end for end in ends if first <= end <= last):
        passing = sum(
            1 << number
            for number, row in enumerate(version.rows)
            if (row.valid_from or date.min) <= day <= (row.valid_until or date.max)
        )
        classes.setdefault(passing, day)
    return [_Axis(ROW_VALIDITY, tuple(classes.items()))]


def _passes(cell: Cell, point: Value, each: Input, known: _Known) -> bool:
    match cell:
        case AnyValue():
            return True
        case OneOf(members):
            return any(arithmetic.equal(point, known.constant(member), UTC) for member in members)
        case Interval(low, high, low_closed, high_closed):
            ranks = known.ranks(each)
            bounds = (
                (low, Comparison.GE if low_closed else Comparison.GT),
                (high, Comparison.LE if high_closed else Comparison.LT),
            )
            return all(
                _compared(operator, point, known.constant(bound), ranks)
                for bound, operator in bounds
                if bound is not None
            )


def _compared(operator: Comparison, left: Value, right: Value, ranks: Mapping[str, int] | None) -> bool:
    if ranks is not None:
        return arithmetic.compare_gravity(operator, left, right, ranks)
    return arithmetic.compare(operator, left, right, UTC)


# ---- one value for each piece of an axis


def _points(each: Input, column: Sequence[Cell], known: _Known) -> Iterable[Value]:
    ends = [known.constant(bound) for cell in column for bound in _bounds(cell)]
    match each.type.kind:
        case Kind.YES_NO:
            return (True, False)
        case Kind.ENUM:
            return known.members(each)
        case Kind.INTEGER | Kind.HEADCOUNT | Kind.NUMBER | Kind.MONEY | Kind.RATIO:
            return _numbers(each.type.kind, [end for end in ends if isinstance(end, int | Decimal)])
        case Kind.DATE | Kind.TIME:
            return _moments([end for end in ends if isinstance(end, date)])
        case Kind.DURATION | Kind.FREQUENCY:
            return _spans([end for end in ends if isinstance(end, Span)])
        case _:
            return (*dict.fromkeys(ends), OTHER_TEXT)


def _bounds(cell: Cell) -> Iterable[Expression]:
    match cell:
        case AnyValue():
            return ()
        case OneOf(members):
            return members
        case Interval(low, high):
            return [bound for bound in (low, high) if bound is not None]


def _numbers(kind: Kind, ends: Sequence[int | Decimal]) -> list[Value]:
    """Every end point, and a number in each piece between them; from 0 unless a cell names a negative one."""
    from_zero = kind in _NOT_NEGATIVE or all(end >= 0 for end in ends)
    if kind in _WHOLE:
        whole = {0} | {
            near for end in ends for near in (ceil(end) - 1, ceil(end), floor(end), floor(end) + 1)
        }
        return [number for number in sorted(whole) if number >= 0 or not from_zero]
    cuts = sorted({Decimal(0)} | {Decimal(end) for end in ends})
    points = [point for low, high in pairwise(cuts) for point in (low, (low + high) / 2)]
    below = [] if from_zero else [cuts[0] - 1]
    return [point for point in (*below, *points, cuts[-1], cuts[-1] + 1) if point >= 0 or not from_zero]


def _moments(ends: Sequence[date]) -> Sequence[Value]:
    """Days one apart from each end; minutes when a cell names a time of day."""
    if not ends:
        return [date(2000, 1, 1)]
    exact = any(isinstance(end, datetime) for end in ends)
    step = timedelta(minutes=1) if exact else timedelta(days=1)
    moments = [
        end if isinstance(end, datetime) or not exact else datetime(end.year, end.month, end.day, tzinfo=UTC)
        for end in ends
    ]
    return sorted({moment + step * n for moment in moments for n in (-1, 0, 1)})


def _spans(ends: Sequence[Span]) -> list[Value]:
    cuts = sorted(ends, key=arithmetic.length)
    points: list[Value] = [Span(0, Unit.MINUTE)]
    for low, high in pairwise(cuts):
        middle = (arithmetic.length(low) + arithmetic.length(high)) / 2
        points += [low, Span(round(middle * 1440), Unit.MINUTE)]
    if cuts:
        before, after = arithmetic.length(cuts[0]), arithmetic.length(cuts[-1])
        points += [
            Span(round(before * 720), Unit.MINUTE),
            cuts[-1],
            Span(round(after * 1440) + 1, Unit.MINUTE),
        ]
    return points


# ---- what the sets of matching rows tell


def _clashes(
    table: Table, position: int, version: TableVersion, hits: Mapping[_Rows, Witness]
) -> Iterable[TableFinding]:
    """Each pair of rows that match together though they may not, once."""
    if table.policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
        return
    told: set[tuple[int, int]] = set()
    for matching, witness in hits.items():
        numbers = _numbers_of(matching)
        for first, second in ((a, b) for a in numbers for b in numbers if a < b):
            same = version.rows[first - 1].results == version.rows[second - 1].results
            if (first, second) in told or (same and table.policy is HitPolicy.ANY):
                continue
            told.add((first, second))
            problem = TableProblem.OVERLAP if same else TableProblem.CONFLICT
            yield TableFinding(problem, position, (first, second), witness)


def _masked(
    table: Table, position: int, version: TableVersion, hits: Mapping[_Rows, Witness], known: _Known
) -> Iterable[TableFinding]:
    """Rows that decide in no case at all."""
    for number in range(1, len(version.rows) + 1):
        matching = [rows for rows in hits if rows >> (number - 1) & 1]
        if any(number in _deciding(table, version, rows, known) for rows in matching):
            continue
        hiding = _common(matching) & ~(1 << (number - 1)) if matching else 0
        witness = hits[matching[0]] if matching else ()
        yield TableFinding(TableProblem.MASKED, position, (number, *_numbers_of(hiding)[:1]), witness)


def _deciding(table: Table, version: TableVersion, matching: _Rows, known: _Known) -> tuple[int, ...]:
    numbers = _numbers_of(matching)
    match table.policy:
        case HitPolicy.FIRST:
            return numbers[:1]
        case HitPolicy.COLLECT | HitPolicy.RULE_ORDER | HitPolicy.OUTPUT_ORDER:
            return numbers
        case HitPolicy.SUM | HitPolicy.COUNT:
            return numbers
        case HitPolicy.UNIQUE | HitPolicy.ANY:
            return tuple(n for n in numbers if not _repeats(version, n, numbers))
        case HitPolicy.GRAVEST | HitPolicy.LIGHTEST | HitPolicy.MIN | HitPolicy.MAX:
            return _outweighing(table, version, numbers, known)


def _repeats(version: TableVersion, number: int, matching: Sequence[int]) -> bool:
    """Tell whether an earlier row that matches too gives the same result."""
    results = version.rows[number - 1].results
    return any(other < number and version.rows[other - 1].results == results for other in matching)


def _outweighing(
    table: Table, version: TableVersion, matching: Sequence[int], known: _Known
) -> tuple[int, ...]:
    ranks = known.ranks(table.outputs[0])
    values = {number: version.rows[number - 1].results[0] for number in matching}
    literals = {number: e.value for number, e in values.items() if isinstance(e, Literal)}
    if len(literals) < len(matching):
        return tuple(matching)
    heavier = Comparison.GT if table.policy in (HitPolicy.GRAVEST, HitPolicy.MAX) else Comparison.LT
    return tuple(
        number
        for number in matching
        if not any(_compared(heavier, other, literals[number], ranks) for other in literals.values())
    )


def _common(sets: Sequence[_Rows]) -> _Rows:
    common = sets[0]
    for rows in sets[1:]:
        common &= rows
    return common


def _numbers_of(rows: _Rows) -> tuple[int, ...]:
    return tuple(position + 1 for position in range(rows.bit_length()) if rows >> position & 1)


# ---- rows that could be one

_COUNTING: Final = {HitPolicy.SUM, HitPolicy.COUNT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER}
"""Policies under which the same result given twice is not the same as given once."""


def _holds_both(rows: _Rows, first: int, second: int) -> bool:
    return bool(rows >> (first - 1) & 1 and rows >> (second - 1) & 1)


def _mergeable(
    table: Table, position: int, version: TableVersion, hits: Mapping[_Rows, Witness], known: _Known
) -> Iterable[TableFinding]:
    """Pairs of rows alike but for one cell, whose two cells together are one cell.

    Where every row that matches counts, rows that match together are left alone: one row would count once.
    """
    for column, each in enumerate(table.inputs):
        alike: dict[object, list[int]] = {}
        for number, row in enumerate(version.rows, 1):
            alike.setdefault(_but_for(row, column), []).append(number)
        for first, second in (pair for numbers in alike.values() for pair in combinations(numbers, 2)):
            if table.policy is HitPolicy.FIRST and second > first + 1:
                continue
            if table.policy in _COUNTING and any(_holds_both(rows, first, second) for rows in hits):
                continue
            one, other = (version.rows[number - 1].cells[column] for number in (first, second))
            if one != other and _joins(one, other, each, known):
                yield TableFinding(TableProblem.MERGEABLE, position, (first, second), column=each.name)


def _but_for(row: Row, column: int) -> object:
    """Return everything that must be equal for two rows to merge on a column."""
    cells = row.cells[:column] + row.cells[column + 1 :]
    return cells, row.results, row.basis, row.valid_from, row.valid_until


def _joins(one: Cell, other: Cell, each: Input, known: _Known) -> bool:
    """Tell whether two cells can be written as one."""
    match one, other:
        case OneOf(), OneOf():
            return True
        case Interval(), Interval():
            points = list(_points(each, [one, other], known))
            inside = [_passes(one, p, each, known) or _passes(other, p, each, known) for p in points]
            return any(inside) and False not in inside[inside.index(True) : _last(inside) + 1]
        case _:
            return False


def _last(flags: Sequence[bool]) -> int:
    return max(position for position, flag in enumerate(flags) if flag)


def _is_constant(row: Row, known: _Known) -> bool:
    try:
        for cell in row.cells:
            for bound in _bounds(cell):
                known.constant(bound)
    except _NotConstant:
        return False
    return True


def _computed(operator: Operator, left: Value, right: Value) -> Value:
    match operator:
        case Operator.ADD:
            return arithmetic.add(left, right, _NO_CALENDAR, UTC)
        case Operator.SUB:
            return arithmetic.subtract(left, right, _NO_CALENDAR, UTC)
        case Operator.MUL:
            return arithmetic.multiply(left, right)
        case Operator.DIV:
            return arithmetic.divide(left, right)
