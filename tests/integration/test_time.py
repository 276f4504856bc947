"""Timers, also after the process was down; calendars and figures loaded while cases run; versions by day."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest

from engine import InvalidForm
from engine.calendar import Calendar
from engine.deadlines import ClockState
from engine.definition import (
    Actions,
    DatedValue,
    Deadline,
    Definition,
    Escalate,
    Notify,
    Overdue,
    Parameter,
    Reminder,
)
from engine.expressions import ParameterRef
from engine.values import Kind, Span, Type, Unit
from engine.worker import Worker
from tests.integration.town import CALENDAR, FORM, TownAt, approval
from tests.unit.core.building import days, process, step, within


def watched() -> Definition:
    """A step of 3 working days: reminder 1 day before, notice when late, escalation 2 days later."""
    made = process(
        step(
            "办理",
            "经办",
            deadlines=(within(3, Unit.WORKING_DAY),),
            reminders=(Reminder(Span(1, Unit.WORKING_DAY)),),
            overdue=(
                Overdue(None, Actions((Notify(("站长",), "已逾期"),))),
                Overdue(Span(2, Unit.DAY), Actions((Escalate(("站长",)),))),
            ),
        )
    )
    return replace(made, name="限时")


def kinds(town: TownAt, account: str) -> list[str]:
    with town.open() as engine:
        return [notice.kind for notice in reversed(engine.notices(account))]


def test_what_fell_due_while_the_process_was_down_happens_once_and_in_order(database_url: str) -> None:
    town = TownAt(database_url)
    town.found(watched())
    with town.open() as engine:
        case = engine.start("限时", by="li")
        engine.act(engine.case(case.id).items[0].id, "claim", by="li")
        assert engine.tick() == 0
    town.clock.move(days=30)

    with town.open() as engine:
        assert engine.tick() == 1
        assert engine.tick() == 0
        fired = [
            s for entry in engine.history(case.id) for s in entry.sentences if "系统" in s or "督办" in s
        ]
        assert fired == ["“办理”临近到期，系统提醒", "“办理”逾期，系统按规定处理", "升级给站长督办"]
        assert engine.verify().ok
    assert kinds(town, "li") == ["提醒"]
    assert kinds(town, "sun") == ["通知", "升级"]


def test_an_overdue_item_is_counted_and_can_be_done_by_whom_it_was_escalated_to(database_url: str) -> None:
    town = TownAt(database_url)
    town.found(watched())
    with town.open() as engine:
        case = engine.start("限时", by="li")
        town.clock.move(days=30)
        engine.tick()

        assert engine.counts("li").overdue == 1
        item = engine.inbox("sun", tab="claim").items[0]
        assert item.escalated and item.clock is not None and item.clock.state is ClockState.OVERDUE
        engine.complete(item.id, by="sun")
        assert engine.case(case.id).closed_at is not None


def test_a_superior_watches_over_what_somebody_holds_and_is_not_offered_it(database_url: str) -> None:
    town = TownAt(database_url)
    town.found(watched())
    with town.open() as engine:
        case = engine.start("限时", by="li")
        engine.act(engine.case(case.id).items[0].id, "claim", by="li")
        town.clock.move(days=30)
        engine.tick()

        counts = engine.counts("sun")
        assert (counts.todo, counts.claim, counts.overdue, counts.watch) == (0, 0, 0, 1)
        (item,) = engine.inbox("sun", tab="watch").items
        assert item.escalated and item.holder is not None and item.holder.account == "li"
        assert not engine.inbox("sun", tab="claim").items


def test_several_workers_fire_a_timer_once(database_url: str) -> None:
    town = TownAt(database_url)
    town.found(watched())
    with town.open() as one, town.open() as two:
        for _ in range(5):
            one.start("限时", by="li")
        town.clock.move(days=3)
        threads = [Thread(target=engine.tick) for engine in (one, two, one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(one.notices("zhao")) == 5
        assert one.verify().ok


def test_one_worker_leads(town: TownAt) -> None:
    with town.open() as engine:
        first, second = Worker(engine.town), Worker(engine.town)

        assert first._leads() and not second._leads() and first._leads()


def test_a_worker_that_ends_lets_the_next_one_lead_at_once(database_url: str) -> None:
    town = TownAt(database_url)
    town.found(watched())
    with town.open() as engine:
        engine.start("限时", by="li")
        town.clock.move(days=30)
        first, second = Worker(engine.town, poll_seconds=0.01), Worker(engine.town)
        thread = Thread(target=first.run)
        thread.start()
        until = time.monotonic() + 30
        while not engine.notices("sun") and time.monotonic() < until:
            time.sleep(0.01)
        assert not second._leads()
        first.stop()
        thread.join()

        assert second._leads() and second.turn() == 0  # all of it had been fired


def test_a_loaded_calendar_moves_open_due_moments(town: TownAt) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM)
        before = engine.case(case.id).items[0].clock
        years = CALENDAR.to_mapping()
        years[2023]["days_off"] = ["04-12", "05-01"]
        engine.load_calendar(Calendar.from_years(years), by="li")
        after = engine.case(case.id).items[0].clock

        assert before is not None and before.due == datetime(2023, 4, 13, 16, tzinfo=UTC)
        assert after is not None and after.due == datetime(2023, 4, 14, 16, tzinfo=UTC)
        assert engine.verify().ok


def test_a_version_counts_from_its_day_and_running_cases_stay_on_theirs(town: TownAt) -> None:
    with town.open() as engine:
        old = engine.start("审批", by="wang", form=FORM)
        newer = approval(version="2")
        engine.deploy((newer,), by="li", reason="修订", effective=date(2023, 5, 1))
        same = engine.start("审批", by="wang", form=FORM)
        town.clock.move(days=30)
        new = engine.start("审批", by="wang", form=FORM)

        assert [engine.case(case.id).version for case in (old, same, new)] == ["1", "1", "2"]
        assert [version.version for version in engine.versions("审批")] == ["1", "2"]


def test_deploying_the_same_again_changes_nothing(town: TownAt) -> None:
    with town.open() as engine:
        engine.deploy((approval(),), by="li", reason="又一次")

        assert len(engine.versions("审批")) == 1


def test_a_figure_set_by_an_administrator_moves_open_limits(database_url: str) -> None:
    town = TownAt(database_url)
    span = Type(Kind.DURATION)
    parameter = Parameter("办理期限", span, local=True, values=(DatedValue(date(2023, 1, 1), days(5)),))
    made = process(
        step("办理", "经办", deadlines=(Deadline(ParameterRef("办理期限")),)), parameters=(parameter,)
    )
    town.found(replace(made, name="本地"))
    with town.open() as engine:
        case = engine.start("本地", by="li")
        before = engine.case(case.id).items[0].clock
        with pytest.raises(InvalidForm):
            engine.set_parameter("办理期限", "很久", date(2023, 1, 1), by="li", reason="人手不足")
        engine.set_parameter("办理期限", "8日", date(2023, 1, 1), by="li", reason="人手不足")
        after = engine.case(case.id).items[0].clock

        assert before is not None and before.due == datetime(2023, 4, 15, 16, tzinfo=UTC) + timedelta(days=2)
        assert after is not None and after.due == datetime(2023, 4, 18, 16, tzinfo=UTC)
        assert engine.audit_log(1)[0].kind == "parameter_set"
