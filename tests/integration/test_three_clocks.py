"""Three clocks of one case that is recorded late: the law's from the accident, the step's from the record, one's own."""

from datetime import UTC, datetime, timedelta

import pytest

from dsl import compile_text
from engine import Engine
from engine.deadlines import ClockState
from engine.views import ClockView
from tests.integration.town import TownAt, only_item

REPORT = """
角色 经办、站长

表单 快报
  经过：文本 必填
表单 续报
  情况：文本 必填

规程 报告
  版本 “1”
  启动 表单 快报 承办 经办

  总时限 调查 60日 自 本案.发生时间 至 办结
    依据 《生产安全事故报告和调查处理条例》第二十九条
    提醒 提前 10日 给 站长
    逾期 则 通知 站长 “调查逾期”

  步骤 核实
    承办 经办
    填写 续报
    时限 3个工作日 本地
    提醒 提前 1日
    逾期 则 催办 经办
    完成后 办结
"""
ACCIDENT = "2023-03-31 22:00"
"""Ten days before the record."""


@pytest.fixture
def reported(town: TownAt) -> tuple[TownAt, int, str]:
    with town.open() as engine:
        compiled = compile_text(REPORT, "报告.flow")
        assert not [each for each in compiled.findings if each.severity.value == "error"]
        engine.deploy(compiled.definitions, by="li", reason="试")
        case = engine.start("报告", by="li", form={"经过": "坍塌"}, occurred_at=ACCIDENT).id
        item = only_item(engine, "li", "核实", tab="claim")
        engine.act(item, "claim", by="li")
        engine.act(item, "提醒我", by="li", to="2023-04-11T09:00")
    return town, case, item


def clock_of_the_law(engine: Engine, case: int) -> ClockView:
    return next(each for each in engine.case(case).clocks if each.name == "调查")


def told(engine: Engine, account: str) -> list[str]:
    return [note.text for note in engine.notices(account)]


def test_each_clock_has_its_own_beginning(reported: tuple[TownAt, int, str]) -> None:
    town, case, item = reported
    with town.open() as engine:
        law = clock_of_the_law(engine, case)
        step = engine.item(item).clock
        (entry, *_) = engine.history(case)
    assert law.started == datetime(2023, 3, 31, 14, 0, tzinfo=UTC)
    assert step is not None and step.started == town.clock.now
    assert (entry.late_entry, entry.occurred_at) == (True, law.started)
    assert entry.recorded_at == town.clock.now
    assert "3月31日" in law.explanation and "2023年4月10日" in step.explanation
    assert law.basis and step.local


def test_after_a_long_downtime_each_has_rung_once_and_in_order(reported: tuple[TownAt, int, str]) -> None:
    town, case, _ = reported
    town.clock.now += timedelta(days=70)
    for _ in range(2):
        with town.open() as engine:
            engine.tick()
    with town.open() as engine:
        rung = [each for entry in engine.history(case) for each in entry.sentences if "，系统" in each]
        assert rung == [
            "“核实”到办理人设的提醒时间，系统提醒",
            "“核实”临近到期，系统提醒",
            "“核实”逾期，系统按规定处理",
            "“调查”临近到期，系统提醒",
            "“调查”逾期，系统按规定处理",
        ]
        assert sum("您设的提醒时间" in text for text in told(engine, "li")) == 1
        assert clock_of_the_law(engine, case).state is ClockState.OVERDUE
        assert not engine.check()


def test_what_is_done_late_is_late_by_the_step_and_in_time_by_the_law(
    reported: tuple[TownAt, int, str],
) -> None:
    town, case, item = reported
    town.clock.now += timedelta(days=20)
    with town.open() as engine:
        engine.complete(item, by="li", form={"情况": "属实"})
        law = clock_of_the_law(engine, case)
        step = engine.item(item).clock
    assert law.state is not ClockState.OVERDUE and law.finished == town.clock.now
    assert step is not None and "逾期" in step.text
