"""The history in sentences: no entry is left without one."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.definition import ByPeriod
from engine.directory import Directory, Organisation
from engine.events import Acted, Event, PeriodSet
from engine.marking import Period
from engine.narration import Narrator
from tests.unit.core.building import days, handler, process, step

DEFINITION = process(
    step("整改"), handlers=(handler("周报", step("报进展"), start=ByPeriod(days(7)), during=("整改",)),)
)


def told(*events: Event) -> tuple[str, ...]:
    directory = Directory(Organisation())
    return Narrator(DEFINITION, directory, ZoneInfo("Asia/Shanghai")).tell(events)


def test_a_period_in_which_nothing_was_to_be_done_says_when_the_next_one_is() -> None:
    following = Period(datetime(2023, 4, 17, 1, 0, tzinfo=UTC), 0, 0, "")
    assert told(PeriodSet(0, "", following)) == ("“周报”这次不需要办，下次于4月17日9时启动",)


def test_a_period_whose_step_was_left_says_that_it_ended() -> None:
    assert told(PeriodSet(0, "", None)) == ("“周报”不再定期启动",)


def test_a_moment_of_another_year_is_written_with_its_year() -> None:
    acted = Acted(5, datetime(2023, 12, 28, 1, 0, tzinfo=UTC), "tick", "system")
    following = Period(datetime(2024, 1, 4, 1, 0, tzinfo=UTC), 0, 0, "")
    assert told(acted, PeriodSet(0, "", following)) == ("“周报”这次不需要办，下次于2024年1月4日9时启动",)
