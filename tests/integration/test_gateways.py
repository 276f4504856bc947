"""A graph drawn by code with AND gateways: deployed, stored, run by people, refused when it is unsound."""

from dataclasses import replace

import pytest

from engine.definition import Definition
from engine.edge_refusals import DefinitionUnsound
from engine.views import CaseStatus
from tests.integration.town import TownAt, only_item
from tests.unit.core.building import Spec, goto, process, split, step


def leading(name: str, target: str) -> Spec:
    return step(name, after=lambda number: goto(number(target)))


def shared_branch(*last: Spec) -> Definition:
    """甲 is needed by both joins."""
    made = process(
        split("分", "甲", "乙"),
        leading("甲", "再分"),
        leading("乙", "合一"),
        split("再分", "丙", "合一"),
        leading("丙", "合二"),
        split("合一", "丁"),
        leading("丁", "合二"),
        *last,
    )
    return replace(made, name="自由图")


def test_a_sound_graph_is_deployed_and_run_to_its_end(town: TownAt) -> None:
    with town.open() as engine:
        definition = shared_branch(split("合二", "签发"), step("签发"))
        engine.deploy((definition,), by="li", reason="上线", effective=town.clock.now.date())
        case = engine.start("自由图", by="li")
    with town.open() as engine:  # read again from its stored text
        for name in ("甲", "丙", "乙", "丁", "签发"):
            engine.complete(only_item(engine, "zhao", name, tab="claim"), by="zhao")
        assert engine.case(case.id).status is CaseStatus.FINISHED
        assert engine.verify().ok


def test_a_graph_that_loses_a_branch_is_refused(town: TownAt) -> None:
    definition = shared_branch(step("合二"))
    with town.open() as engine, pytest.raises(DefinitionUnsound, match="合二"):
        engine.deploy((definition,), by="li", reason="上线", effective=town.clock.now.date())
