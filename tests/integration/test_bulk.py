"""Bulk operations: one answer for each item, once for a key, few transactions and statements."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine import Engine
from engine.bulk import CHUNK
from engine.edge_refusals import KeyReused, NotFound
from engine.store import Session, Store
from tests.integration.town import FORM, TownAt


@pytest.fixture
def engine(town: TownAt) -> Iterator[Engine]:
    with town.open() as opened:
        yield opened


def started(engine: Engine, count: int) -> list[str]:
    """Start cases; return their open items, which zhao and li may take."""
    cases = [engine.start("审批", by="wang", form=FORM).id for _ in range(count)]
    return [engine.case(case).items[0].id for case in cases]


def test_each_item_is_answered_and_what_is_refused_says_why(engine: Engine) -> None:
    items = started(engine, 4)
    engine.act(items[1], "claim", by="zhao")

    result = engine.act_on_all([*items, "99-1"], "claim", by="li", key="k")

    assert [answer.done for answer in result.answers] == [True, False, True, True, False]
    assert [(answer.target, answer.code) for answer in result.refused] == [
        (items[1], "E102"),
        ("99-1", "E203"),
    ]
    assert "赵敏" in result.refused[0].text
    assert {item.id for item in engine.inbox("li").items} == {items[0], items[2], items[3]}
    assert engine.verify().ok


def test_the_same_key_gives_the_same_answers_and_does_nothing_again(engine: Engine) -> None:
    items = started(engine, 3)
    engine.act(items[0], "claim", by="zhao")
    first = engine.act_on_all(items, "claim", by="li", key="k")
    engine.act(items[0], "release", by="zhao")
    groups = engine.verify().groups

    assert engine.act_on_all(items, "claim", by="li", key="k") == first == engine.bulk_result("k", "li")
    assert engine.verify().groups == groups
    with pytest.raises(KeyReused):
        engine.act_on_all(items, "claim", by="zhao", key="k")
    with pytest.raises(NotFound):
        engine.bulk_result("k", "zhao")


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = started(engine, CHUNK + 5)
    write, turns = Store.write, iter((False, True))

    def dying(store: Store, tenant: str, plan: Any) -> Any:
        if next(turns, False):
            raise KeyboardInterrupt
        return write(store, tenant, plan)

    monkeypatch.setattr(Store, "write", dying)
    with pytest.raises(KeyboardInterrupt):
        engine.act_on_all(items, "claim", by="li", key="k")
    monkeypatch.undo()
    assert engine.counts("li").todo == CHUNK

    assert engine.act_on_all(items, "claim", by="li", key="k").done == len(items)
    assert all(len(engine.history(int(item.partition("-")[0]))) == 2 for item in items[:3])


def test_items_of_one_case_follow_each_other(engine: Engine) -> None:
    (first,) = started(engine, 1)
    engine.complete(first, by="li", form={"情况": "属实"})
    two = [item.id for item in engine.case(1).items]

    result = engine.act_on_all(["1", *two], "urge", by="wang", key="k")

    assert result.done == 3
    assert [entry.operation for entry in engine.history(1)][-3:] == ["urge"] * 3
    assert engine.verify().ok


def test_a_refused_command_leaves_nothing_behind(engine: Engine) -> None:
    """The second answer of an item that the first one has closed is refused between two that are carried out."""
    items = started(engine, 2)
    engine.act_on_all(items, "claim", by="li", key="claim")
    before = engine.verify().groups

    result = engine.act_on_all([items[0], "1", items[1]], "release", by="li", key="k")

    assert [answer.done for answer in result.answers] == [True, False, True]
    assert engine.verify().groups == before + 2 and engine.verify().ok


def test_many_cases_are_ended_at_once(engine: Engine) -> None:
    started(engine, CHUNK + 3)
    cases = [str(number) for number in range(1, CHUNK + 4)]

    result = engine.act_on_all(cases, "terminate", by="li", key="k", reason="重复登记")

    assert result.done == len(cases) and not result.refused
    assert engine.running() == {}


def test_what_a_leaver_holds_goes_to_his_successor(engine: Engine) -> None:
    items = started(engine, 5)
    engine.act_on_all(items, "claim", by="li", key="c")

    result = engine.hand_over("li", "zhao", by="li", key="k", reason="调离")

    assert result.done == 5 and engine.counts("li").todo == 0
    assert {item.id for item in engine.inbox("zhao").items} == set(items)
    assert {entry.reason for entry in engine.history(1) if entry.operation == "transfer"} == {"调离"}


def test_who_may_not_have_it_is_refused_for_each_item(engine: Engine) -> None:
    items = started(engine, 2)
    engine.act_on_all(items, "claim", by="li", key="c")

    result = engine.hand_over("li", "wang", by="li", key="k", reason="调离")

    assert result.done == 0 and all(answer.hint for answer in result.refused)
    assert engine.counts("li").todo == 2


def test_statements_do_not_grow_with_the_items(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    items = started(engine, 24)
    asked: list[str] = []
    read = Session._read

    def reading(session: Session, prepared: Any, values: Any) -> Any:
        asked.append(prepared.text)
        return read(session, prepared, values)

    engine.act_on_all(items[:2], "claim", by="li", key="warm")
    monkeypatch.setattr(Session, "_read", reading)
    engine.act_on_all(items[2:4], "claim", by="li", key="few")
    few = len(asked)
    engine.act_on_all(items[4:], "claim", by="li", key="many")

    assert len(asked) - few <= few + 1
