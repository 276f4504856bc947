"""提醒我: a moment of the holder's own, beside the limit of the step and the clock of the law."""

from datetime import datetime, timedelta

import pytest

from engine.commands import Act, Command, CompleteTask, RecallTask, ReleaseTask, SetReminder, TransferTask
from engine.events import Notified, ReminderSet, TimerFired
from engine.open_items import wake
from engine.options import options
from engine.refusals import AlreadyClaimed, InvalidForm
from engine.reminder_options import NO_MORE
from engine.views import Option
from tests.unit.core.building import process, step, within
from tests.unit.core.world import MONDAY, World, running

TUESDAY = MONDAY + timedelta(days=1)


def held() -> World:
    case = running(process(step("审核", deadlines=(within(10),)), step("归档")))
    case.claim("审核", "经办甲")
    return case


def remind(case: World, at: datetime | None, by: str = "经办甲") -> None:
    case.do(SetReminder(Act(by), case.item("审核"), at))


def reminding(case: World, account: str = "经办甲") -> Option:
    found = options(case.definition, case.state, case.item("审核"), account, case)
    return next(each for each in found if each.operation == "remind")


def test_it_comes_once_at_its_moment_however_late_somebody_looks() -> None:
    case = held()
    remind(case, TUESDAY)
    assert wake(case.state) == TUESDAY
    case.later(days=3)
    case.tick()
    case.tick()
    (fired,) = case.happened(TimerFired)
    assert fired.due == TUESDAY
    (note,) = [each for each in case.happened(Notified) if "提醒时间" in each.text]
    assert note.items == (case.item("审核"),) and "将于4月20日24时到期" in note.text
    assert case.due("审核") is not None, "the limit of the step runs as before"


def test_another_moment_takes_its_place_and_none_takes_it_away() -> None:
    case = held()
    remind(case, TUESDAY)
    remind(case, TUESDAY + timedelta(days=1))
    assert wake(case.state) == TUESDAY + timedelta(days=1)
    remind(case, None)
    case.later(days=5)
    case.tick()
    assert not case.happened(TimerFired)
    assert len(case.happened(ReminderSet)) == 3


def test_only_the_holder_sets_it_and_for_the_future() -> None:
    case = held()
    with pytest.raises(AlreadyClaimed):
        remind(case, TUESDAY, by="经办乙")
    with pytest.raises(InvalidForm):
        remind(case, MONDAY - timedelta(hours=1))


@pytest.mark.parametrize("gone", ["转办", "放回", "办理"])
def test_it_is_the_holders_own_and_goes_with_him(gone: str) -> None:
    case = held()
    remind(case, TUESDAY)
    item, act = case.item("审核"), Act("经办甲", reason="因")
    ways: dict[str, Command] = {
        "转办": TransferTask(act, item, "经办乙"),
        "放回": ReleaseTask(act, item),
        "办理": CompleteTask(act, item, {}),
    }
    case.do(ways[gone])
    case.later(days=5)
    case.tick()
    assert not case.happened(TimerFired)


def test_an_answer_taken_back_leaves_no_old_reminder() -> None:
    case = held()
    remind(case, TUESDAY)
    item = case.item("审核")
    case.do(CompleteTask(Act("经办甲"), item, {}))
    case.do(RecallTask(Act("经办甲"), item, case.state.revision))
    assert case.steps() == ["审核"]


def test_the_moments_to_choose_from_lie_ahead() -> None:
    case = held()
    assert [target.label.partition("（")[0] for target in reminding(case).targets] == [
        "明天",
        "三天后",
        "到期前一天",
        "到期当天",
    ]
    remind(case, datetime.fromisoformat(reminding(case).targets[0].value))
    option = reminding(case)
    assert option.targets[-1].value == NO_MORE and option.hint == "已设4月11日9时提醒"
