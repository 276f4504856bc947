"""Decision tables: which version is valid on a day, and what a table answers when several rows match."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import cmp_to_key
from typing import ClassVar, TypeAlias

from engine import arithmetic
from engine.definition import Citation, HitPolicy, Table, TableVersion
from engine.errors import Refusal
from engine.expressions import Comparison, Extremum
from engine.record import record
from engine.values import Value

Results: TypeAlias = tuple[Value, ...]
Ranks: TypeAlias = Mapping[str, int]
"""Member of an ordered enumeration -> position; 0 is the gravest."""


@record
class FiredRow:
    """A row that decided: its number from 1 in its version, and the articles it rests on."""

    number: int
    basis: tuple[Citation, ...]


@record
class Decision:
    """What a table answers: one result an output (all missing when no row matched), and why.

    Args:
        day: day as of which the table was read.
        basis: articles of the version.
    """

    results: Results
    rows: tuple[FiredRow, ...]
    day: date
    basis: tuple[Citation, ...]


@dataclass(eq=False)
class RowsDisagree(Refusal):
    """Several rows match with different results where only one answer is allowed."""

    code: ClassVar[str] = "E801"
    hint: ClassVar[str] = "请核对填写的内容；如内容无误，须由管理员修改判定表后重新发布。"
    table: str
    rows: tuple[int, ...]

    def __str__(self) -> str:
        return f"判定表“{self.table}”第{'、'.join(map(str, self.rows))}行同时成立而结果不同"


def version_on(table: Table, day: date) -> TableVersion | None:
    """Return the version valid on a day, or None."""
    for version in table.versions:
        if is_valid(version.valid_from, version.valid_until, day):
            return version
    return None


def is_valid(valid_from: date | None, valid_until: date | None, day: date) -> bool:
    """Tell whether a day lies between two days, both included; None is open."""
    return (valid_from is None or valid_from <= day) and (valid_until is None or day <= valid_until)


def decide(
    table: Table,
    matching: Sequence[int],
    results: Callable[[int], Results],
    ranks: Ranks | None,
    zone: tzinfo,
) -> tuple[Results, tuple[int, ...]]:
    """Apply the hit policy to the rows that match.

    Args:
        matching: positions of the rows that match, ascending.
        results: position -> results of that row.
        ranks: order of the first output's enumeration, when it has one.

    Returns: results, and the positions of the rows that decided.

    Raises:
        RowsDisagree: 唯一 or 一致, and matching rows differ.
    """
    if not matching:
        return tuple(_nothing(table.policy) for _ in table.outputs), ()
    match table.policy:
        case HitPolicy.FIRST:
            return results(matching[0]), (matching[0],)
        case HitPolicy.UNIQUE | HitPolicy.ANY:
            found = [results(position) for position in matching]
            if any(other != found[0] for other in found[1:]):
                raise RowsDisagree(table.name, tuple(position + 1 for position in matching))
            return found[0], tuple(matching)
        case HitPolicy.GRAVEST | HitPolicy.LIGHTEST:
            return _heaviest(table.policy, matching, results, ranks, zone)
        case HitPolicy.COLLECT:
            found = [results(position) for position in matching]
            return tuple(_distinct(column) for column in zip(*found, strict=True)), tuple(matching)
        case HitPolicy.RULE_ORDER:
            return _listed([results(position) for position in matching]), tuple(matching)
        case HitPolicy.OUTPUT_ORDER:
            return _by_gravity(matching, results, ranks, zone)
        case HitPolicy.SUM | HitPolicy.MIN | HitPolicy.MAX | HitPolicy.COUNT:
            columns = zip(*(results(position) for position in matching), strict=True)
            return tuple(_figure(table.policy, column, zone) for column in columns), tuple(matching)


def _nothing(policy: HitPolicy) -> Value:
    if policy.lists:
        return ()
    return 0 if policy.answers_none else None


def _figure(policy: HitPolicy, column: Sequence[Value], zone: tzinfo) -> Value:
    """Make one figure of a column; of 合计, 最小 and 最大 it is missing when one result is."""
    match policy:
        case HitPolicy.SUM:
            return arithmetic.total_of_numbers(column)
        case HitPolicy.COUNT:
            return len(column)
        case _:
            which = Extremum.MIN if policy is HitPolicy.MIN else Extremum.MAX
            return arithmetic.extreme(which, column, zone)


def _listed(found: Sequence[Results]) -> Results:
    return tuple(tuple(column) for column in zip(*found, strict=True))


def _by_gravity(
    matching: Sequence[int], results: Callable[[int], Results], ranks: Ranks | None, zone: tzinfo
) -> tuple[Results, tuple[int, ...]]:
    """Sort what matches by its first result, gravest first, missing ones last, equal ones in row order."""

    def order(one: tuple[int, Results], other: tuple[int, Results]) -> int:
        a, b = one[1][0], other[1][0]
        if a is None or b is None:
            return (a is None) - (b is None)
        return is_lighter(a, b, ranks, zone) - is_lighter(b, a, ranks, zone)

    found = sorted(((position, results(position)) for position in matching), key=cmp_to_key(order))
    return _listed([result for _, result in found]), tuple(position for position, _ in found)


def is_lighter(one: Value, other: Value, ranks: Ranks | None, zone: tzinfo) -> bool:
    """Tell whether a result is lighter: later in the order of gravity, or the smaller amount."""
    if ranks is not None:
        return arithmetic.compare_gravity(Comparison.LT, one, other, ranks)
    return arithmetic.compare(Comparison.LT, one, other, zone)


def _heaviest(
    policy: HitPolicy,
    matching: Sequence[int],
    results: Callable[[int], Results],
    ranks: Ranks | None,
    zone: tzinfo,
) -> tuple[Results, tuple[int, ...]]:
    best, rows = results(matching[0]), [matching[0]]
    for position in matching[1:]:
        found = results(position)
        light, grave = (found[0], best[0]) if policy is HitPolicy.LIGHTEST else (best[0], found[0])
        if found[0] == best[0]:
            rows.append(position)
        elif found[0] is not None and (best[0] is None or is_lighter(light, grave, ranks, zone)):
            best, rows = found, [position]
    return best, tuple(rows)


def _distinct(values: Sequence[Value]) -> tuple[Value, ...]:
    kept: list[Value] = []
    for value in values:
        if value not in kept:
            kept.append(value)
    return tuple(kept)
