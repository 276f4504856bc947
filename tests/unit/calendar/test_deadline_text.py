"""What an official reads about a deadline."""

from datetime import date

import pytest

from engine.calendar import Calendar
from engine.deadline_text import explain, remaining, span_text
from engine.deadlines import due, due_at
from engine.definition import Citation
from engine.values import Span, Unit
from tests.unit.calendar.test_deadlines import ZONE, at, limit, pause, working_days
from tests.unit.calendar.test_vectors import CALENDAR

NAMED = Calendar.from_years({2023: {"days_off": {"04-05": "清明节"}, "working_weekend_days": ["04-23"]}})
LAW = Citation("安全生产法", "第四十一条第二款")


def test_一句话说清三个工作日() -> None:
    found = due(at("2023-04-03"), working_days(3), NAMED, ZONE)
    assert explain(found, "“制定方案”完成", [LAW]) == (
        "自2023年4月3日“制定方案”完成次日起算，3个工作日；4月5日清明节放假不计；4月7日24时到期；"
        "依据《安全生产法》第四十一条第二款。"
    )


def test_连续的假日合并说明并列出调休上班日() -> None:
    assert explain(limit("2023-04-21", working_days(8)), "“受理”完成") == (
        "自2023年4月21日“受理”完成次日起算，8个工作日；4月29日至5月3日放假不计；"
        "4月23日（周日）调休上班计入；5月5日24时到期。"
    )


def test_末日休息说明顺延() -> None:
    assert explain(limit("2023-08-05", Span(60, Unit.DAY)), "事故发生") == (
        "自2023年8月5日事故发生次日起算，60日；末日10月4日休息，顺延，10月7日24时到期。"
    )


def test_中止与延期写入说明() -> None:
    found = limit(
        "2023-01-27",
        Span(60, Unit.DAY),
        pauses=[pause("2023-02-10", "2023-03-06")],
        extensions=[Span(30, Unit.DAY)],
    )
    assert explain(found, "事故发生") == (
        "自2023年1月27日事故发生次日起算，60日，延期30日；2月10日至3月6日中止25日不计；5月22日24时到期。"
    )


def test_小时连续计算() -> None:
    assert explain(limit("2023-06-15 14:30", Span(1, Unit.HOUR)), "知悉") == (
        "自2023年6月15日14时30分知悉时起算，1小时，昼夜与节假日连续计算；6月15日15时30分到期。"
    )


def test_跨年写明年份并提示日历未公布() -> None:
    assert explain(limit("2026-12-30", working_days(3)), "“受理”完成") == (
        "自2026年12月30日“受理”完成次日起算，3个工作日；2027年1月4日24时到期；"
        "期间跨入尚未公布放假安排的年份，暂按周末推算。"
    )


def test_以表单所定日期为准() -> None:
    found = due_at(date(2023, 5, 1), ZONE)
    assert explain(found, "“五到位”所定完成日期") == "以“五到位”所定完成日期为准；2023年5月1日24时到期。"


def test_待核实的条款如实标明() -> None:
    law = Citation("安全生产法", "第一条", unverified=True)
    assert explain(due_at(date(2023, 5, 1), ZONE), "批复", [law]).endswith(
        "依据《安全生产法》第一条（待核实）。"
    )


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ("2026-11-02", "剩 10 个工作日"),
        ("2026-11-16 10:00", "今天 24:00 到期"),
        ("2026-11-18", "逾期 2 天"),
    ],
)
def test_工作日时限的剩余时间(now: str, text: str) -> None:
    assert remaining(limit("2026-11-02", working_days(10)), at(now), CALENDAR) == text


def test_自然日时限以天计() -> None:
    assert remaining(limit("2026-11-02", Span(30, Unit.DAY)), at("2026-11-20"), CALENDAR) == "剩 12 天"


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ("2026-11-02 16:20", "今天 21:30 到期"),
        ("2026-11-02 21:00", "剩 30 分钟"),
        ("2026-11-02 21:45", "逾期 15 分钟"),
        ("2026-11-03 00:31", "逾期 3 小时"),
        ("2026-11-04 23:30", "逾期 2 天"),
    ],
)
def test_小时时限以小时和分钟计(now: str, text: str) -> None:
    found = limit("2026-11-01 21:30", Span(24, Unit.HOUR))
    assert remaining(found, at(now), CALENDAR) == text


def test_隔日的小时时限() -> None:
    assert (
        remaining(limit("2026-11-01 21:30", Span(48, Unit.HOUR)), at("2026-11-02"), CALENDAR) == "剩 36 小时"
    )


@pytest.mark.parametrize(
    ("finished", "text"),
    [("2026-11-14", "提前 2 天办结"), ("2026-11-16", "按时办结"), ("2026-11-18", "逾期 2 天办结")],
)
def test_已办结的时限(finished: str, text: str) -> None:
    found = limit("2026-11-02", working_days(10))
    assert remaining(found, at("2026-12-01"), CALENDAR, finished=at(finished)) == text


def test_中止期间写明第几天() -> None:
    found = limit("2026-11-02", working_days(10), pauses=[pause("2026-11-04", None)])
    assert remaining(found, at("2026-11-06"), CALENDAR) == "中止第 3 天"
    assert "11月4日起中止计时，恢复后重新计算到期时间" in explain(found, "“受理”完成")


def test_未起算() -> None:
    assert remaining(None, at("2026-11-06"), CALENDAR) == "未起算"


def test_期间的写法() -> None:
    assert [span_text(Span(3, unit)) for unit in Unit] == [
        "3分钟",
        "3小时",
        "3个工作日",
        "3日",
        "3周",
        "3个月",
        "3年",
    ]
