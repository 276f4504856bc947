"""Times as a scenario says them. Monday 10 April 2023, half past nine; 29 April to 3 May is a holiday."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from dsl.scenarios.moments import Reckoning, span_of
from engine.calendar import Calendar
from engine.values import Span, Unit

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2023, 4, 10, 9, 30, tzinfo=ZONE)
HOLIDAY = {date(2023, 5, day): "劳动节" for day in (1, 2, 3)}
CALENDAR = Calendar(HOLIDAY, frozenset((date(2023, 5, 6),)), frozenset((2023,)))
RECKONING = Reckoning(NOW, date(2023, 4, 10), ZONE, CALENDAR)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2023-04-12 09:00", datetime(2023, 4, 12, 9, tzinfo=ZONE)),
        ("2023-04-12", datetime(2023, 4, 12, 9, tzinfo=ZONE)),
        ("2023年4月12日14时30分", datetime(2023, 4, 12, 14, 30, tzinfo=ZONE)),
        ("2023-04-12 24:00", datetime(2023, 4, 13, tzinfo=ZONE)),
        ("今天 08:00", datetime(2023, 4, 10, 8, tzinfo=ZONE)),
        ("今天前40日 08:00", datetime(2023, 3, 1, 8, tzinfo=ZONE)),
        ("3日后", datetime(2023, 4, 13, 9, tzinfo=ZONE)),
        ("15个工作日后", datetime(2023, 5, 4, 9, tzinfo=ZONE)),
        ("2小时后", datetime(2023, 4, 10, 11, 30, tzinfo=ZONE)),
        ("30分钟前", datetime(2023, 4, 10, 9, 0, tzinfo=ZONE)),
        ("现在", NOW),
    ],
)
def test_时刻(said: str, meant: datetime) -> None:
    assert RECKONING.moment(said) == meant


@pytest.mark.parametrize("said", ["改天", "2023-02-30", "2023-04-12 25:00", "2023-04-12 10:75"])
def test_读不懂的时刻(said: str) -> None:
    assert RECKONING.moment(said) is None


def test_没有写钟点的是一天() -> None:
    assert not RECKONING.names_hour("2023-04-12") and RECKONING.names_hour("2023-04-12 09:00")


def test_一个月后没有那一天的是月末() -> None:
    end = RECKONING.after(Span(1, Unit.MONTH), datetime(2023, 1, 31, 9, tzinfo=ZONE))
    assert end == datetime(2023, 2, 28, 9, tzinfo=ZONE)


def test_时长() -> None:
    assert span_of("15个工作日") == Span(15, Unit.WORKING_DAY)
    assert span_of("很久") is None
