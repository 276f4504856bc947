"""Past cases decided again by a changed definition: which would have gone otherwise, from where on, and why."""

from dataclasses import replace
from datetime import date

from engine import Engine
from engine.definition import Definition
from engine.values import Unit
from tests.integration.town import FORM, TownAt, approval, only_item, walk_to_signing
from tests.unit.core.building import back, chose, goto, when, within


def changed(name: str, **values: object) -> Definition:
    """The same process with one step changed."""
    one = approval()
    nodes = tuple(replace(node, **values) if node.name == name else node for node in one.nodes)  # type: ignore[arg-type]
    return replace(one, version="2", nodes=nodes)


def finished(engine: Engine, town: TownAt, days: int = 0) -> int:
    case = engine.start("审批", by="wang", form=FORM)
    town.clock.move(days=days)
    engine.complete(walk_to_signing(engine, case.id), by="sun", outcome="同意")
    return case.id


def test_by_the_same_rules_nothing_would_have_been_otherwise(town: TownAt) -> None:
    with town.open() as engine:
        finished(engine, town, days=6)
        (found,) = engine.compare(approval())
        assert found.differences == ()


def test_a_shorter_limit_would_have_been_missed(town: TownAt) -> None:
    with town.open() as engine:
        case = finished(engine, town, days=2)
        (found,) = engine.compare(changed("受理", deadlines=(within(1, Unit.WORKING_DAY),)))
        assert found.case == case
        assert [(each.step, each.text, each.ends) for each in found.differences] == [
            ("受理", "原来没有逾期，按新规逾期1日", False)
        ]


def test_another_way_ends_the_comparison(town: TownAt) -> None:
    with town.open() as engine:
        finished(engine, town)
        again = changed("签发", routes=((when(chose("同意"), goto(0)),),))
        (found,) = engine.compare(again)
        (last,) = found.differences
        assert last.ends and last.step == "签发" and last.text == "原来到办结，按新规到“受理”"


def test_what_would_have_been_refused_says_why(town: TownAt) -> None:
    with town.open() as engine:
        finished(engine, town)
        (found,) = engine.compare(
            changed("签发", outcomes=("准予", "退回重办"), routes=((when(chose("退回重办"), back(0)),),))
        )
        (last,) = found.differences
        assert last.ends and last.text.startswith("按新规不能这样办：")


def test_only_the_cases_of_a_period_and_nothing_is_written(town: TownAt) -> None:
    with town.open() as engine:
        finished(engine, town)
        before = engine.verify().head, len(engine.audit_log())
        assert engine.compare(approval(), since=date(2023, 4, 11)) == ()
        assert len(engine.compare(approval(), until=date(2023, 4, 10))) == 1
        assert (engine.verify().head, len(engine.audit_log())) == before


def test_an_open_case_is_compared_as_far_as_it_has_come(town: TownAt) -> None:
    with town.open() as engine:
        engine.start("审批", by="wang", form=FORM)
        engine.complete(only_item(engine, "li", "受理", "claim"), by="li", form={"情况": "属实"})
        (found,) = engine.compare(approval())
        assert found.differences == ()


def test_a_return_a_correction_and_a_recall_are_gone_through_and_what_follows_is_compared(
    town: TownAt,
) -> None:
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM)
        first = only_item(engine, "li", "受理", "claim")
        engine.complete(first, by="li", form={"情况": "属实"})
        engine.act(first, "recall", by="li", reason="漏写")
        engine.complete(engine.case(case.id).items[0].id, by="li", form={"情况": "基本属实"})
        engine.act(case.id, "correct", by="wang", to="报告", form={"标题": "配电箱未接地保护"}, reason="写漏")
        again = walk_to_signing(engine, case.id)
        engine.act(again, "claim", by="sun")
        engine.act(again, "return", by="sun", to="受理", reason="补充情况")
        town.clock.move(days=2)
        engine.complete(walk_to_signing(engine, case.id), by="sun", outcome="同意")

        (same,) = engine.compare(approval())
        assert same.differences == ()
        (found,) = engine.compare(changed("受理", deadlines=(within(1, Unit.WORKING_DAY),)))
        assert [(each.step, each.text, each.ends) for each in found.differences] == [
            ("受理", "原来没有逾期，按新规逾期1日", False)
        ]
