"""Every process that ships ends its cases when simulated people work on them: 1,000 by night, a few by day."""

import json

import pytest

from engine.calendar import Calendar
from engine.definition import Definition
from engine.simulation.assumptions import Assumptions
from engine.simulation.run import simulate
from tests.properties.test_process_walks import PROCESSES, definitions
from tests.unit.core.world import SHANGHAI


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    data = json.loads((PROCESSES / "shared" / "calendar.json").read_text(encoding="utf-8"))
    return Calendar.from_years({int(year): each for year, each in data.get("days", data).items()})


@pytest.mark.parametrize("definition", definitions(), ids=lambda definition: definition.name)
def test_no_simulated_case_is_stuck(
    definition: Definition, calendar: Calendar, request: pytest.FixtureRequest
) -> None:
    cases = 1_000 if request.config.getoption("--nightly") else 5
    report = simulate(definition, cases, 1, calendar, SHANGHAI, Assumptions())
    assert not report.stuck, report.stuck[0]
    assert sum(number for _, number in report.ended) == cases
