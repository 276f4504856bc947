"""Work urged or returned again and again is told upwards."""

from engine.commands import Act, ClaimTask, UrgeTask
from engine.events import Notified
from tests.unit.core.building import process, step
from tests.unit.core.world import World, running


def urged(case: World, times: int, hours: int = 24) -> list[Notified]:
    item = case.item("办理")
    for _ in range(times):
        case.do(UrgeTask(Act("经办甲"), item))
        case.later(hours=hours)
    return case.happened(Notified)


def held(superior: str | None = "站长甲") -> World:
    case = running(process(step("办理")), superiors={} if superior is None else {"经办乙": superior})
    case.do(ClaimTask(Act("经办乙"), case.item("办理")))
    return case


def test_the_third_notice_tells_the_superior_of_the_holder() -> None:
    case = held()
    assert urged(case, 2) == []
    (told,) = urged(case, 1)
    assert told.people == ("站长甲",)
    assert told.text == "试流程〔2023〕1号“办理”已催办3次，经办乙仍未办理，请督促"


def test_attempts_within_a_day_do_not_count_as_notices() -> None:
    assert urged(held(), 20, hours=0) == []


def test_whoever_has_no_superior_is_only_urged() -> None:
    assert urged(held(superior=None), 4) == []


def test_the_third_return_along_one_way_tells_the_superior_of_who_returns() -> None:
    case = running(process(step("起草"), step("审核")), superiors={"经办甲": "站长甲"})
    for _ in range(3):
        case.complete("起草")
        assert case.happened(Notified) == []
        case.give_back("审核", "起草")
    (told,) = case.happened(Notified)
    assert told.people == ("站长甲",)
    assert told.text == "试流程〔2023〕1号“审核”已第3次退回“起草”，请督促"
