"""Every published calendar vector gives the expected day or moment (decision_tables.yaml, calendar)."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.calendar import Calendar, add_hours

DATA = json.loads((Path(__file__).parents[2] / "data" / "calendar_vectors.json").read_text(encoding="utf-8"))
CALENDAR = Calendar.from_years({int(year): days for year, days in DATA["days"].items()})


def answer(vector: dict[str, Any]) -> bool | str:
    """Ask the calendar what the vector asks."""
    if vector["function"] == "add_hours":
        return add_hours(datetime.fromisoformat(vector["start"]), vector["n"]).isoformat()
    start = date.fromisoformat(vector["start"])
    suspended = [
        (date.fromisoformat(first), date.fromisoformat(last)) for first, last in vector.get("suspensions", [])
    ]
    match vector["function"]:
        case "is_working_day":
            return CALENDAR.is_working_day(start)
        case "add_working_days":
            return CALENDAR.add_working_days(start, vector["n"]).isoformat()
        case "add_months":
            return CALENDAR.add_months(start, vector["n"], vector["roll"]).isoformat()
        case "add_natural_days" | "add_natural_days_with_suspension" | "add_natural_days_with_extension":
            days = vector["n"] + vector.get("extension", 0)
            return CALENDAR.add_natural_days(start, days, vector["roll"], suspended).isoformat()
        case unknown:
            raise AssertionError(f"no such calendar function: {unknown}")


def test_all_forty_vectors_are_there() -> None:
    assert [vector["id"] for vector in DATA["vectors"]] == [f"C{number:02}" for number in range(1, 41)]


@pytest.mark.parametrize("vector", DATA["vectors"], ids=lambda vector: f"{vector['id']} {vector['why']}")
def test_vector(vector: dict[str, Any]) -> None:
    assert answer(vector) == vector["expect"]
