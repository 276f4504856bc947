"""An occurrence of a recurring duty: owed, excused, missed, made up for, drawn for a check."""

from datetime import date

import pytest

from engine.commands import Act, DrawSample, StartCase
from engine.definition import Actions, ByRecurrence, Deadline, Notify, Overdue, Role
from engine.events import CaseTerminated, Notified, SampleDrawn
from engine.expressions import (
    CaseFact,
    CaseRef,
    Compare,
    Comparison,
    Expression,
    Filled,
    NodeFact,
    NodeRef,
    Or,
)
from engine.expressions import Literal as Constant
from engine.occurrences import Occurrence
from engine.recurrence import Cycle, Recurrence
from engine.refusals import StartForbidden
from engine.values import Kind, Type
from engine.views import CaseStatus
from tests.unit.core.building import process, step, wait
from tests.unit.core.world import World

APRIL = Occurrence(date(2023, 4, 1), date(2023, 4, 30), "王")
DRAWN = CaseRef(CaseFact.DRAWN)


def missed(fact: CaseFact, count: int) -> Expression:
    operator = Comparison.GE if count == 1 else Comparison.EQ
    return Compare(operator, CaseRef(fact), Constant(count, Type(Kind.INTEGER)))


def told(text: str, when: Expression) -> Overdue:
    return Overdue(None, Actions((Notify(("站长",), text),)), when=when)


def owed(**changes: object) -> World:
    """王 owes the month: each miss is told, the second in a row and the third of the year also."""
    ladder = (
        Overdue(None, Actions()),
        told("未完成", missed(CaseFact.MISSED_IN_A_ROW, 1)),
        told("连续两次", missed(CaseFact.MISSED_IN_A_ROW, 2)),
        told("累计三次", missed(CaseFact.MISSED_IN_YEAR, 3)),
    )
    definition = process(
        step("月检", "经办", deadlines=(Deadline(until=CaseRef(CaseFact.TERM_LAST)),), overdue=ladder),
        wait("候抽查", condition=Or((Filled(DRAWN), NodeRef(0, NodeFact.IS_LATE)))),
        step("抽查", "站长", skip_unless=DRAWN, outcomes=("属实", "不属实")),
        roles=(Role("经办", taken=CaseRef(CaseFact.OWED_BY)),),
        starts=(ByRecurrence(Recurrence(Cycle.MONTH), "经办", share=(1, 2), check=2),),
    )
    world = World(definition, roles={("经办", None): ("王",), "经办": ("王", "李")})
    for name, value in changes.items():
        setattr(world, name, value)
    return world


def begun(**changes: object) -> World:
    world = owed(**changes)
    world.do(StartCase(Act("system"), {}, occurrence=APRIL))
    return world


def texts(world: World) -> list[str]:
    return [event.text for event in world.happened(Notified)]


def test_it_is_offered_to_its_holder_alone_until_the_end_of_the_period() -> None:
    world = begun()
    (item,) = world.items().values()
    assert [each.accounts for each in item.candidates] == [("王",)]
    assert str(world.due("月检")) == "2023-05-01 00:00:00+08:00"


def test_a_process_is_not_started_by_the_calendar() -> None:
    with pytest.raises(StartForbidden):
        World(process(step("办", "经办"))).do(StartCase(Act("system"), {}, occurrence=APRIL))


def test_who_is_excused_from_the_beginning_is_never_asked() -> None:
    world = owed()
    world.do(StartCase(Act("system"), {}, occurrence=APRIL, excuse="免办：整期请假"))
    assert not world.items() and world.state.status is CaseStatus.TERMINATED


def test_an_excuse_that_comes_up_closes_it_before_it_is_missed() -> None:
    world = begun()
    world.excuses["王"] = "期中离任"
    world.later(days=40).tick()
    (end,) = world.happened(CaseTerminated)
    assert end.reason == "免办：期中离任" and texts(world) == []


def test_once_missed_it_stays_open_to_be_made_up_for() -> None:
    world = begun()
    world.later(days=21).tick()
    world.excuses["王"] = "整期请假"
    world.tick()
    assert texts(world) == ["未完成"] and world.items()


def test_missed_and_its_holder_gone_it_is_closed() -> None:
    world = begun()
    world.later(days=21).tick()
    world.roles[("经办", None)] = ("李",)
    world.roles["经办"] = ("李",)
    world.tick()
    (end,) = world.happened(CaseTerminated)
    assert end.reason == "未完成，应办人已离任，不再补做"


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ((0, 0), ["未完成"]),
        ((1, 1), ["未完成", "连续两次"]),
        ((0, 2), ["未完成", "累计三次"]),
        ((2, 2), ["未完成", "累计三次"]),
        (None, []),  # another item of the period stands for it
    ],
)
def test_what_follows_depends_on_what_was_missed_before(
    before: tuple[int, int] | None, said: list[str]
) -> None:
    world = begun(missed=before)
    world.later(days=21).tick()
    assert texts(world) == said


def test_done_in_time_it_waits_for_the_draw_and_then_ends_or_is_checked() -> None:
    for drawn, status in ((False, CaseStatus.FINISHED), (True, CaseStatus.OPEN)):
        world = begun()
        world.complete("月检", "王")
        world.do(DrawSample("5eed", 3, drawn))
        assert world.state.status is status
        assert world.happened(SampleDrawn) == [SampleDrawn("5eed", 3, drawn)]


def test_the_second_draw_changes_nothing() -> None:
    world = begun()
    world.complete("月检", "王")
    world.do(DrawSample("5eed", 3, True))
    assert world.do(DrawSample("other", 3, False)) == ()


def test_made_up_for_it_ends_without_a_draw() -> None:
    world = begun()
    world.later(days=30)
    world.complete("月检", "王")
    assert world.state.status is CaseStatus.FINISHED
