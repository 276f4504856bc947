"""What a statistic makes of rows: periods, shares, sums, groups, and nothing to divide by."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.calendar import Calendar
from engine.compiled import Program
from engine.definition import Definition
from engine.expressions import Compare, Comparison, ElementRef
from engine.periods import Period
from engine.register_definition import PERIOD_LAST, Counting, Measure, Statistic
from engine.statistics import Counter, Figure
from engine.values import Kind, Record, Type

APRIL = Period(date(2023, 4, 1), date(2023, 4, 30))
MAY = Period(date(2023, 5, 1), date(2023, 5, 31))
DONE_IN_TIME = Compare(Comparison.LE, ElementRef("台账", "完成"), ElementRef("台账", "期限"))
RATE = Statistic(
    "按期率", Type(Kind.RATIO), "台账", Measure(condition=DONE_IN_TIME), Measure(), "期限", ("村",)
)


def a_counter(today: date = date(2023, 6, 1)) -> Counter:
    program = Program(Definition("试办", "1", (), (), ()))
    return Counter(program, ZoneInfo("Asia/Shanghai"), Calendar({}, frozenset(), frozenset()), today)


def a_row(due: int, done: int | None = None, village: str = "V01", amount: int = 0) -> Record:
    finished = None if done is None else date(2023, 4, done)
    return {"期限": date(2023, 4, due), "完成": finished, "村": village, "金额": Decimal(amount)}


ROWS = (a_row(10, 10), a_row(10, 11), a_row(20, village="V02"), a_row(20, 19, village="V02"))


def test_比例是分子除以分母_没有完成的不算完成() -> None:
    assert a_counter().figure(RATE, ROWS, APRIL) == Figure(2, 4, Decimal("0.5"))


def test_没有到期项就没有比例_不是百分之百() -> None:
    assert a_counter().figure(RATE, ROWS, MAY) == Figure(0, 0, None)


def test_没有归期日期的行不归入任何一期() -> None:
    row = {**a_row(10, 10), "期限": None}
    assert a_counter().figure(RATE, (row,), APRIL).denominator == 0


def test_分组的分母加起来等于总数() -> None:
    groups = a_counter().by_group(RATE, ROWS, APRIL)
    assert groups == {("V01",): Figure(1, 2, Decimal("0.5")), ("V02",): Figure(1, 2, Decimal("0.5"))}


def test_合计只加填了的数() -> None:
    total = Statistic("金额", Type(Kind.MONEY), "台账", Measure(Counting.TOTAL, None, "金额"))
    rows = (a_row(1, amount=300), {**a_row(1), "金额": None}, a_row(1, amount=40))
    assert a_counter().figure(total, rows, None).value == Decimal(340)


def test_期末不晚于今天() -> None:
    by_then = Compare(Comparison.LE, ElementRef("台账", "期限"), ElementRef(PERIOD_LAST, None))
    count = Statistic("到期", Type(Kind.INTEGER), "台账", Measure(condition=by_then), None, "期限")
    assert a_counter(date(2023, 4, 15)).figure(count, ROWS, APRIL).value == 2
