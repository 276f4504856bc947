"""Sentences about deadlines, as an official reads them on a chip and in 时限说明."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from engine.calendar import Calendar
from engine.deadlines import DayOff, Due, days_late, is_late
from engine.definition import Citation
from engine.values import Span, Unit

_UNITS = {
    Unit.MINUTE: "分钟",
    Unit.HOUR: "小时",
    Unit.WORKING_DAY: "个工作日",
    Unit.DAY: "日",
    Unit.WEEK: "周",
    Unit.MONTH: "个月",
    Unit.YEAR: "年",
}
_WEEKDAYS = "一二三四五六日"
_ONE_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def span_text(span: Span) -> str:
    """Write a length of time as the law does: 3个工作日, 60日, 12个月."""
    return f"{span.count}{_UNITS[span.unit]}"


def citation_text(citation: Citation) -> str:
    """Write a citation; an unverified one says 待核实."""
    return f"《{citation.law}》{citation.article}" + ("（待核实）" if citation.unverified else "")


def explain(end: Due, anchor: str, basis: Sequence[Citation] = ()) -> str:
    """Explain in one Chinese sentence how the due moment came about.

    Args:
        end: the computed deadline.
        anchor: what the limit runs from or what gave its end, as a noun phrase: “制定方案”完成, 案件启动.
        basis: articles the limit rests on.
    """
    parts = [_beginning(end, anchor), *_uncounted(end), _ending(end)]
    if end.provisional:
        parts.append("期间跨入尚未公布放假安排的年份，暂按周末推算")
    if basis:
        parts.append("依据" + "、".join(citation_text(citation) for citation in basis))
    return "；".join(part for part in parts if part) + "。"


def remaining(end: Due | None, now: datetime, calendar: Calendar, *, finished: datetime | None = None) -> str:
    """Write what is left or by how much it is late.

    剩 6 个工作日, 剩 12 天, 今天 24:00 到期, 逾期 2 天, 中止第 3 天, 提前 1 天办结.
    """
    if end is None:
        return "未起算"
    if finished is not None:
        return _finished(end, finished)
    if end.due is None:
        return _stopped(end, now)
    if is_late(end, now):
        return f"逾期 {_lateness(end, end.due, now)}"
    today = now.astimezone(end.limit.zone).date()
    if end.whole_days:
        return _days_left(end, today, calendar)
    if end.due - now < _HOUR:
        return f"剩 {-(-(end.due - now) // _MINUTE)} 分钟"
    if today == end.day:
        return f"今天 {end.due.astimezone(end.limit.zone):%H:%M} 到期"
    return f"剩 {(end.due - now) // _HOUR} 小时"


def due_text(end: Due) -> str:
    """Write the due moment: 2023年4月7日24时, 2023年6月15日15时30分."""
    day = _long(end.day)
    if end.whole_days or end.due is None:
        return f"{day}24时"
    return day + _clock(end.due.astimezone(end.limit.zone))


def _beginning(end: Due, anchor: str) -> str:
    start, span = end.limit.start, end.limit.span
    if start is None or span is None:
        return f"以{anchor}为准"
    at = start.astimezone(end.limit.zone)
    length = "，".join([span_text(span), *(f"延期{span_text(more)}" for more in end.limit.extensions)])
    if end.whole_days:
        return f"自{_long(at.date())}{anchor}次日起算，{length}"
    return f"自{_long(at.date())}{_clock(at)}{anchor}时起算，{length}，昼夜与节假日连续计算"


def _uncounted(end: Due) -> Iterable[str]:
    for first, last, name in _runs(end.skipped):
        yield f"{_period(first, last)}{name}放假不计"
    if end.worked:
        yield (
            "、".join(f"{_short(day)}（周{_WEEKDAYS[day.weekday()]}）" for day in end.worked) + "调休上班计入"
        )
    for first, last in end.suspended:
        yield f"{_period(first, last)}中止{(last - first).days + 1}日不计"


def _ending(end: Due) -> str:
    if end.due is None:
        since = end.stopped_since.astimezone(end.limit.zone).date() if end.stopped_since else end.day
        return f"{_long(since)}起中止计时，恢复后重新计算到期时间"
    start = end.limit.start
    same_year = start is not None and start.astimezone(end.limit.zone).year == end.day.year
    text = due_text(end)
    text = text[text.index("年") + 1 :] if same_year else text
    if end.day != end.nominal:
        return f"末日{_short(end.nominal)}休息，顺延，{text}到期"
    return f"{text}到期"


def _runs(skipped: Sequence[DayOff]) -> Iterable[tuple[date, date, str]]:
    """Group days off that follow each other under one name."""
    first: date | None = None
    for index, (day, name) in enumerate(skipped):
        first = first or day
        following = skipped[index + 1] if index + 1 < len(skipped) else None
        if following != (day + _ONE_DAY, name):
            yield first, day, name
            first = None


def _days_left(end: Due, today: date, calendar: Calendar) -> str:
    if today == end.day:
        return "今天 24:00 到期"
    span = end.limit.span
    if span is not None and span.unit is Unit.WORKING_DAY:
        left = calendar.working_days_between(today, end.day)
        return f"剩 {left} 个工作日"
    return f"剩 {(end.day - today).days} 天"


def _lateness(end: Due, last: datetime, at: datetime) -> str:
    if end.whole_days or at - last >= _ONE_DAY:
        return f"{days_late(end, at)} 天"
    if at - last >= _HOUR:
        return f"{(at - last) // _HOUR} 小时"
    return f"{max((at - last) // _MINUTE, 1)} 分钟"


def _finished(end: Due, finished: datetime) -> str:
    if end.due is None:
        return "办结"
    if is_late(end, finished):
        return f"逾期 {_lateness(end, end.due, finished)}办结"
    early = (end.day - finished.astimezone(end.limit.zone).date()).days
    return f"提前 {early} 天办结" if early > 0 else "按时办结"


def _stopped(end: Due, now: datetime) -> str:
    zone = end.limit.zone
    since = end.stopped_since.astimezone(zone).date() if end.stopped_since else now.astimezone(zone).date()
    return f"中止第 {(now.astimezone(zone).date() - since).days + 1} 天"


def _long(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _period(first: date, last: date) -> str:
    return _short(first) if first == last else f"{_short(first)}至{_short(last)}"


def _clock(at: datetime) -> str:
    return f"{at.hour}时{at.minute}分" if at.minute else f"{at.hour}时"
