"""What a compiled decision table and a compiled expression cost beside the same written by hand in Python."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from engine.compiled import Program
from engine.definition import (
    AnyValue,
    Cell,
    Field,
    HitPolicy,
    Input,
    Interval,
    OneOf,
    Row,
    Table,
    TableVersion,
)
from engine.expressions import And, Compare, Comparison, Expression, FieldRef, Literal, Or
from engine.tables import Results
from engine.values import Kind, Type, Value
from tests.properties.tables import GRADE, definition_of
from tests.unit.compute.case import ACase
from tests.unit.core.building import form, process, step

ROUNDS = 41
TARGET = 1.3
"""Times the same by hand."""
POINTS = 500
_DAY = date(2024, 1, 1)
_HEADS, _MONEY, _YES_NO = Type(Kind.HEADCOUNT), Type(Kind.MONEY), Type(Kind.YES_NO)
_TEN_MILLION, _FIFTY, _HUNDRED = Decimal(10_000_000), Decimal(50_000_000), Decimal(100_000_000)
_ANY = AnyValue()


@dataclass(frozen=True, slots=True)
class ComputingReading:
    """Microseconds of one answer, compiled and by hand, and the median of their ratio."""

    name: str
    compiled: float
    hand: float
    ratio: float


def measure() -> tuple[ComputingReading, ...]:
    """Compare answers first, then times, round by round."""
    return (_table(), _expression())


def _heads(low: int | None, high: int | None = None) -> Interval:
    return Interval(_literal(low, _HEADS), _literal(high, _HEADS), low_closed=True, high_closed=False)


def _money(low: Decimal, high: Decimal | None = None) -> Interval:
    return Interval(_literal(low, _MONEY), _literal(high, _MONEY), low_closed=True, high_closed=False)


def _literal(value: Value, type: Type) -> Literal | None:
    return None if value is None else Literal(value, type)


_YES = OneOf((Literal(True, _YES_NO),))
_GRAVE = OneOf((Literal("重大", GRADE),))
_GRAVER = OneOf((Literal("重大", GRADE), Literal("较大", GRADE)))
ROWS: tuple[tuple[tuple[Cell, ...], str], ...] = (
    ((_heads(30), _ANY, _ANY, _ANY), "重大"),
    ((_ANY, _money(_HUNDRED), _ANY, _ANY), "重大"),
    ((_heads(10, 30), _ANY, _YES, _ANY), "重大"),
    ((_heads(10, 30), _ANY, _ANY, _ANY), "较大"),
    ((_ANY, _money(_FIFTY, _HUNDRED), _YES, _ANY), "重大"),
    ((_ANY, _money(_FIFTY, _HUNDRED), _ANY, _ANY), "较大"),
    ((_heads(3, 10), _ANY, _ANY, _GRAVE), "重大"),
    ((_heads(3, 10), _ANY, _ANY, _ANY), "较大"),
    ((_ANY, _money(_TEN_MILLION, _FIFTY), _ANY, _GRAVER), "较大"),
    ((_ANY, _money(_TEN_MILLION, _FIFTY), _ANY, _ANY), "一般"),
    ((_heads(1, 3), _money(Decimal(0), _TEN_MILLION), _ANY, _ANY), "一般"),
    ((_ANY, _ANY, _ANY, _ANY), "一般"),
)


def by_hand(inputs: Any) -> str:
    """Answer as the table does, also when something is missing."""
    heads, loss, spread, grade = inputs
    if (
        (heads is not None and heads >= 30)
        or (loss is not None and loss >= _HUNDRED)
        or (heads is not None and 10 <= heads < 30 and spread)
    ):
        return "重大"
    elif heads is not None and 10 <= heads < 30:
        return "较大"
    elif loss is not None and _FIFTY <= loss < _HUNDRED and spread:
        return "重大"
    elif loss is not None and _FIFTY <= loss < _HUNDRED:
        return "较大"
    elif heads is not None and 3 <= heads < 10 and grade == "重大":
        return "重大"
    elif (heads is not None and 3 <= heads < 10) or (
        loss is not None and _TEN_MILLION <= loss < _FIFTY and grade in ("重大", "较大")
    ):
        return "较大"
    elif (loss is not None and _TEN_MILLION <= loss < _FIFTY) or (
        heads is not None and 1 <= heads < 3 and loss is not None and 0 <= loss < _TEN_MILLION
    ):
        return "一般"
    else:
        return "一般"


def _table() -> ComputingReading:
    rows = tuple(Row(cells, (Literal(result, GRADE),)) for cells, result in ROWS)
    inputs = (Input("死亡人数", _HEADS), Input("损失", _MONEY), Input("扩散", _YES_NO), Input("等级", GRADE))
    table = Table("分级", inputs, (Input("级别", GRADE),), HitPolicy.FIRST, (TableVersion(rows),))
    program, case, random = Program(definition_of(table)), ACase(), Random(1)
    points: list[Results] = [
        (
            random.choice((None, *range(40))),
            Decimal(random.randint(0, 120_000_000)),
            random.random() < 0.5,
            random.choice(("重大", "较大", "一般")),
        )
        for _ in range(POINTS)
    ]
    answer = program._compile_version(table, table.versions[0]).answer
    for point in points:
        told = program.decide(case, table.name, point, _DAY)
        assert answer(case, point, _DAY)[0] == told.results == (by_hand(point),), point

    def compiled() -> None:
        for point in points:
            answer(case, point, _DAY)

    def hand() -> None:
        for point in points:
            by_hand(point)

    return _compare("table, 12 rows of 4", compiled, hand)


def _expression() -> ComputingReading:
    def field(name: str) -> FieldRef:
        return FieldRef("单", name)

    guard: Expression = Or(
        (
            Compare(Comparison.GE, field("人数"), Literal(3, _HEADS)),
            And(
                (
                    Compare(Comparison.GE, field("损失"), Literal(_TEN_MILLION, _MONEY)),
                    Compare(Comparison.EQ, field("等级"), Literal("重大", GRADE)),
                )
            ),
        )
    )
    sheet = form("单", Field("人数", _HEADS), Field("损失", _MONEY), Field("等级", GRADE))
    program = Program(process(step("办"), forms=(sheet,)))
    random = Random(1)
    cases = [
        ACase(
            forms={
                "单": {
                    "人数": random.randint(0, 5),
                    "损失": Decimal(random.randint(0, 20_000_000)),
                    "等级": random.choice(("重大", "较大")),
                }
            }
        )
        for _ in range(POINTS)
    ]

    def plain(case: Any) -> bool:
        heads = case.field("单", "人数")
        if heads is not None and heads >= 3:
            return True
        loss = case.field("单", "损失")
        return bool(loss is not None and loss >= _TEN_MILLION and case.field("单", "等级") == "重大")

    function = program._compile_condition(guard)
    assert [function(case, (), None) for case in cases] == [plain(case) for case in cases]

    def compiled() -> None:
        for case in cases:
            function(case, (), None)

    def hand() -> None:
        for case in cases:
            plain(case)

    return _compare("condition of three terms", compiled, hand)


def _compare(name: str, compiled: Callable[[], None], hand: Callable[[], None]) -> ComputingReading:
    pairs = [(_seconds(compiled), _seconds(hand)) for _ in range(ROUNDS)]
    return ComputingReading(
        name,
        1e6 * min(one for one, _ in pairs) / POINTS,
        1e6 * min(other for _, other in pairs) / POINTS,
        statistics.median(one / other for one, other in pairs),
    )


def _seconds(run: Callable[[], None]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started
