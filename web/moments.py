"""Dates and times as people read them: full dates, local zone, never a bare "today"."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Moments:
    """Prints moments in one zone, seen from `now` (aware)."""

    zone: tzinfo
    now: datetime

    def minute(self, moment: datetime | None) -> str:
        """Print `2023-04-10 09:12`, or a dash for None."""
        return "—" if moment is None else f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def second(self, moment: datetime | None) -> str:
        """Print `2023-04-10 09:12:07` for the auditor."""
        return "—" if moment is None else f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"

    def clock(self, moment: datetime) -> str:
        """Print `09:12`."""
        return f"{moment.astimezone(self.zone):%H:%M}"

    def short(self, moment: datetime | None) -> str:
        """Print `04-10 09:12` within this year, else the full form."""
        if moment is None:
            return "—"
        local = moment.astimezone(self.zone)
        if local.year == self.now.astimezone(self.zone).year:
            return f"{local:%m-%d %H:%M}"
        return f"{local:%Y-%m-%d %H:%M}"

    def due(self, moment: datetime | None) -> str:
        """Print a due moment in words, the date always beside 今天 or 明天."""
        if moment is None:
            return ""
        day = self.last_day(moment)
        days = (day - self.now.astimezone(self.zone).date()).days
        word = {-1: "昨天 ", 0: "今天 ", 1: "明天 "}.get(days, "")
        return f"{word}{self.end(moment)} 到期"

    def end(self, moment: datetime) -> str:
        """Print the end of a period: midnight is 24:00 of the day that it ends."""
        local, day = moment.astimezone(self.zone), self.last_day(moment)
        return f"{day_text(day)} {'24:00' if day != local.date() else f'{local:%H:%M}'}"

    def last_day(self, moment: datetime) -> date:
        """The last day of a period that ends at a moment."""
        return (moment.astimezone(self.zone) - timedelta(microseconds=1)).date()

    def gap(self, occurred: datetime, recorded: datetime) -> str:
        """Print how much later something was recorded than it happened: `晚 3 天 2 小时`."""
        minutes = int((recorded - occurred).total_seconds() // 60)
        days, rest = divmod(minutes, 1440)
        hours, left = divmod(rest, 60)
        parts = [f"{n} {unit}" for n, unit in ((days, "天"), (hours, "小时"), (left, "分钟")) if n]
        return "晚 " + " ".join(parts[:2]) if parts else ""


def day_text(day: date) -> str:
    """Print `2023年4月10日（周一）`."""
    return f"{day.year}年{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"
