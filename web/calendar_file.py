"""The calendar as the JSON file that administrators import and export."""

from collections.abc import Mapping
from typing import Any

from engine.calendar import Calendar, CalendarMalformed


def read_calendar(data: object) -> Calendar:
    """Read `{"days": {"2026": {"days_off": […], "working_weekend_days": […]}}}`, or the years alone.

    Raises:
        CalendarMalformed: when it cannot be read.
    """
    years = data.get("days", data) if isinstance(data, Mapping) else data
    if not isinstance(years, Mapping):
        raise CalendarMalformed("日历文件应为 年份 → 放假日、调休上班日")
    numbered: dict[int, Any] = {}
    for year, content in years.items():
        if not str(year).isdecimal() or not isinstance(content, Mapping):
            raise CalendarMalformed(f"日历文件里的“{year}”不是年份")
        numbered[int(year)] = content
    return Calendar.from_years(numbered)


def calendar_data(calendar: Calendar) -> dict[str, object]:
    """Write what `read_calendar` reads."""
    return {"days": {str(year): content for year, content in calendar.to_mapping().items()}}
