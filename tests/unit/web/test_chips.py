"""States are shape, word and colour together; 时限说明 explains the computation."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.deadlines import ClockState
from engine.definition import Citation
from engine.views import CaseStatus, ClockView
from web.chips import case_chip, citation_text, clock_chip, clock_notes
from web.moments import Moments, day_text

ZONE = ZoneInfo("Asia/Shanghai")
NOW = Moments(ZONE, datetime(2023, 4, 10, 1, 0, tzinfo=UTC))


def clock(state: ClockState, **changes: object) -> ClockView:
    values: dict[str, object] = {
        "name": "整改期限",
        "state": state,
        "started": datetime(2023, 4, 3, 1, 0, tzinfo=UTC),
        "due": datetime(2023, 4, 10, 16, 0, tzinfo=UTC),
        "nominal": date(2023, 4, 8),
        "finished": None,
        "provisional": False,
        "external": False,
        "text": "剩 1 个工作日",
        "explanation": "从次日起算 3 个工作日，4月5日清明节不计",
        "basis": (Citation("安全生产法", "第四十一条"),),
        "local": False,
    }
    return ClockView(**(values | changes))  # type: ignore[arg-type]  # values by name


def test_no_deadline_has_no_chip() -> None:
    assert clock_chip(None) is None


def test_states_differ_in_shape_and_not_only_in_colour() -> None:
    chips = [clock_chip(clock(state, text="")) for state in ClockState]
    shown = [(chip.shape, chip.text) for chip in chips if chip]
    assert len(set(shown)) == len(ClockState)


def test_overdue_is_the_solid_red_square() -> None:
    chip = clock_chip(clock(ClockState.OVERDUE, text="逾期 2 天"))
    assert chip is not None and (chip.kind, chip.shape, chip.text) == ("due", "■!", "逾期 2 天")


def test_the_note_says_how_it_was_counted_and_by_which_article() -> None:
    notes = dict(clock_notes(clock(ClockState.ON_TIME), NOW))
    assert notes["怎么算的"] == "从次日起算 3 个工作日，4月5日清明节不计"
    assert notes["到期"] == "今天 2023年4月10日（周一） 24:00 到期"
    assert notes["原定末日"] == "2023-04-08，是休息日，顺延到下一个工作日"
    assert notes["依据"] == "《安全生产法》第四十一条"


def test_a_local_limit_is_never_shown_as_law() -> None:
    notes = clock_notes(clock(ClockState.ON_TIME, local=True, basis=()), NOW)
    assert ("性质", "本地规定的时限，不是法定时限") in notes


def test_a_provisional_due_date_says_so() -> None:
    notes = dict(clock_notes(clock(ClockState.ON_TIME, provisional=True), NOW))
    assert notes["提示"].startswith("所跨年份的放假安排尚未公布")


def test_stops_and_extensions_are_listed() -> None:
    made = clock(
        ClockState.STOPPED,
        stops=((date(2023, 4, 4), None, "技术鉴定 鉴字1号"),),
        extensions=((datetime(2023, 4, 20, 16, 0, tzinfo=UTC), "李科"),),
    )
    notes = clock_notes(made, NOW)
    assert ("中止", "2023-04-04 至 今，技术鉴定 鉴字1号") in notes
    assert ("延期", "延至 2023年4月20日（周四） 24:00，李科 批准") in notes


def test_a_last_day_that_was_no_day_off_is_not_said_to_have_moved() -> None:
    made = clock(ClockState.ON_TIME, nominal=date(2023, 4, 10))
    assert "原定末日" not in dict(clock_notes(made, NOW))


@pytest.mark.parametrize("status", list(CaseStatus))
def test_every_status_of_a_case_has_a_word(status: CaseStatus) -> None:
    chip = case_chip(status)
    assert chip.shape and chip.text


def test_an_unverified_article_says_so() -> None:
    assert citation_text(Citation("暂行规定", "第三条", unverified=True)) == "《暂行规定》第三条（待核实）"


def test_dates_are_full() -> None:
    assert day_text(date(2023, 4, 17)) == "2023年4月17日（周一）"


def test_the_gap_of_a_late_entry_is_said() -> None:
    happened, recorded = datetime(2023, 4, 1, 0, 0, tzinfo=UTC), datetime(2023, 4, 3, 5, 30, tzinfo=UTC)
    assert NOW.gap(happened, recorded) == "晚 2 天 5 小时"


def test_times_are_local() -> None:
    assert NOW.minute(datetime(2023, 4, 10, 1, 12, tzinfo=UTC)) == "2023-04-10 09:12"
    assert NOW.short(datetime(2022, 12, 31, 17, 0, tzinfo=UTC)) == "01-01 01:00"
    assert NOW.short(datetime(2022, 4, 10, 1, 12, tzinfo=UTC)) == "2022-04-10 09:12"
