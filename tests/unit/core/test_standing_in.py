"""代理: by grant only, asked when somebody acts, and never around 回避."""

import pytest

from engine.commands import Act, CompleteTask, ReadTask, RecallTask, TransferTask
from engine.deciding.draft import Draft
from engine.deciding.standing_in import principal_for
from engine.definition import Countersign, Definition, Recusal
from engine.graph import graph_of
from engine.refusals import MustRecuse, NotStandingIn, TransferForbidden
from tests.unit.core.building import process, step
from tests.unit.core.world import World, running


def away(definition: Definition, **more: object) -> World:
    """经办甲 is away, 代办员 stands in for him."""
    return running(definition, standing_in={"代办员": ("经办甲",)}, **more)


def held() -> World:
    case = away(process(step("审核"), step("归档")))
    case.claim("审核", "经办甲")
    return case


def asked(case: World, name: str, who: str) -> str | None:
    draft = Draft(graph_of(case.definition), case.state, case, Act(who))
    return principal_for(draft, case.item(name))


def test_both_names_are_recorded() -> None:
    case = held()
    case.do(CompleteTask(Act("代办员", acting_for="经办甲"), case.item("审核"), {}))
    assert case.record("审核").by == ("经办甲", "代办员")


def test_nobody_stands_in_without_a_grant() -> None:
    case = held()
    with pytest.raises(NotStandingIn):
        case.do(CompleteTask(Act("路人", acting_for="经办甲"), case.item("审核"), {}))


def test_the_work_of_whom_he_stands_in_for_is_found_when_he_asks() -> None:
    case = held()
    assert asked(case, "审核", "代办员") == "经办甲"
    assert asked(case, "审核", "路人") is None
    case.standing_in = {}
    assert asked(case, "审核", "代办员") is None, "a grant that has ended leaves nothing behind"


def test_the_principal_may_act_meanwhile() -> None:
    case = held()
    case.complete("审核", by="经办甲")
    assert case.record("审核").by == ("经办甲",)


def test_it_is_not_passed_on() -> None:
    case = held()
    case.standing_in["第三人"] = ("代办员",)
    with pytest.raises(NotStandingIn):
        case.do(CompleteTask(Act("第三人", acting_for="经办甲"), case.item("审核"), {}))


def test_who_did_the_work_does_not_check_it_in_another_name() -> None:
    made = process(step("整改"), step("复查", recusals=lambda n: (Recusal(node=n("整改")),)))
    case = away(made, roles={"经办": ("经办甲", "代办员", "经办乙")})
    case.complete("整改", by="代办员")
    case.claim("复查", "经办甲")
    with pytest.raises(MustRecuse):
        case.do(CompleteTask(Act("代办员", acting_for="经办甲"), case.item("复查"), {}))


def test_nor_what_he_did_for_another() -> None:
    made = process(step("整改"), step("复查", recusals=lambda n: (Recusal(node=n("整改")),)))
    case = away(made, roles={"经办": ("经办甲", "代办员", "经办乙")})
    case.claim("整改", "经办甲")
    case.do(CompleteTask(Act("代办员", acting_for="经办甲"), case.item("整改"), {}))
    with pytest.raises(MustRecuse):
        case.complete("复查", by="代办员")


def test_the_reader_is_who_looked() -> None:
    case = held()
    case.do(ReadTask(Act("代办员", acting_for="经办甲"), case.item("审核")))
    seat = next(iter(case.state.activations.values())).seats[0]
    assert [by for by, _ in seat.read] == ["代办员"]


def test_who_must_stand_aside_may_look_and_leaves_no_trace() -> None:
    made = process(step("整改"), step("复查", recusals=lambda n: (Recusal(node=n("整改")),)))
    case = away(made, roles={"经办": ("经办甲", "代办员", "经办乙")})
    case.claim("整改", "经办甲")
    case.do(CompleteTask(Act("代办员", acting_for="经办甲"), case.item("整改"), {}))
    case.do(ReadTask(Act("代办员", acting_for="经办甲"), case.item("复查")))
    assert not case.last


@pytest.mark.parametrize("who", ["经办甲", "代办员"])
def test_principal_and_deputy_may_both_take_it_back(who: str) -> None:
    case = held()
    item = case.item("审核")
    case.do(CompleteTask(Act("代办员", acting_for="经办甲"), item, {}))
    case.do(RecallTask(Act(who), item, len(case.groups)))
    assert case.steps() == ["审核"]


def test_case_15_to_somebody_absent_it_goes_with_his_deputy_named() -> None:
    case = away(process(step("审核"), step("归档")))
    item = case.claim("审核", "经办乙")
    case.do(TransferTask(Act("经办乙", reason="忙"), item, "经办甲"))
    assert case.items()[item].holder == "经办甲"
    assert "由代办员代" in case.items()[item].note


def test_case_15_or_not_when_the_deputy_must_stand_aside() -> None:
    made = process(step("整改"), step("复查", recusals=lambda n: (Recusal(node=n("整改")),)))
    case = away(made, roles={"经办": ("经办甲", "代办员", "经办乙")})
    case.complete("整改", by="代办员")
    item = case.claim("复查", "经办乙")
    with pytest.raises(TransferForbidden, match="回避"):
        case.do(TransferTask(Act("经办乙", reason="忙"), item, "经办甲"))


def test_case_16_nobody_answers_for_two_seats_the_superior_takes_the_second() -> None:
    vote = Countersign("评委", None, None)
    case = running(
        process(step("评审", performers=(), countersign=vote), step("归档")),
        roles={"评委": ("评委甲", "评委乙")},
        standing_in={"评委乙": ("评委甲",)},
        superiors={"评委甲": "主任"},
    )
    offered = [each.candidates[0].accounts for each in case.items().values()]
    assert offered == [("评委甲", "主任"), ("评委乙",)]
    first = next(n for n, each in case.items().items() if each.holder is None)
    with pytest.raises(MustRecuse):
        case.do(CompleteTask(Act("评委乙", acting_for="评委甲"), first, {}, "同意"))
    case.do(CompleteTask(Act("主任"), first, {}, "同意"))
    case.do(CompleteTask(Act("评委乙"), case.item("评审"), {}, "同意"))
    assert case.record("评审").by == ("主任", "评委乙")
