"""Cases that start each other, wait for each other and tell each other, in one transaction."""

from dataclasses import replace

import pytest

from engine import Refusal
from engine.definition import Abort, Actions, ByForm, Check, Field, Form, LinkCase, Step, Trigger
from engine.edge_refusals import DefinitionUnsound, NotDeployed
from engine.expressions import ElementRef, FieldRef, LinkedCasesClosed
from engine.values import Kind, Type
from engine.views import CaseStatus
from tests.integration.town import TownAt, only_item
from tests.unit.core.building import TEXT, process, step

LINE = Form("建议", (Field("内容", TEXT),))
LIST = Form("调查", (Field("建议书", Type(Kind.LIST, "建议")),))
CHILD = replace(
    process(
        step("整改", "经办"),
        forms=(Form("任务", (Field("内容", TEXT),)),),
        starts=(ByForm("任务"),),
        title=(FieldRef("任务", "内容"),),
    ),
    name="子流程",
)
PARENT = replace(
    process(
        step(
            "调查取证",
            "经办",
            fills=("调查",),
            after=Actions(
                (
                    Trigger(
                        "子流程",
                        (("内容", ElementRef("建议", "内容")),),
                        each=FieldRef("调查", "建议书"),
                        variable="建议",
                    ),
                )
            ),
        ),
        step("结案", "站长", requires=(Check(LinkedCasesClosed("子流程"), "建议尚未全部落实"),)),
        forms=(LINE, LIST),
    ),
    name="父流程",
)


@pytest.fixture
def linked(database_url: str) -> TownAt:
    made = TownAt(database_url)
    made.found(CHILD, PARENT)
    return made


def test_one_linked_case_starts_for_each_element(linked: TownAt) -> None:
    with linked.open() as engine:
        case = engine.start("父流程", by="li")
        item = only_item(engine, "li", "调查取证", tab="claim")
        engine.complete(item, by="li", form={"建议书": [{"内容": "甲"}, {"内容": "乙"}]})

        links = engine.case(case.id).links
        assert [(link.relation, link.process) for link in links] == [("触发", "子流程")] * 2
        assert {engine.case(link.case).title for link in links} == {"甲", "乙"}
        assert [link.relation for link in engine.case(links[0].case).links] == ["来自"]
        assert engine.verify().ok


def test_the_parent_waits_for_its_linked_cases(linked: TownAt) -> None:
    with linked.open() as engine:
        case = engine.start("父流程", by="li")
        item = only_item(engine, "li", "调查取证", tab="claim")
        engine.complete(item, by="li", form={"建议书": [{"内容": "甲"}, {"内容": "乙"}]})
        closing = only_item(engine, "sun", "结案")
        for number, link in enumerate(engine.case(case.id).links):
            with pytest.raises(Refusal, match="建议尚未全部落实"):
                engine.complete(closing, by="sun")
            child = engine.case(link.case).items[0]
            engine.complete(child.id, by="li", key=f"child-{number}")
        engine.complete(closing, by="sun")

        assert engine.case(case.id).status is CaseStatus.FINISHED
        assert engine.verify().ok


MERGED = replace(
    process(
        step(
            "查重",
            "经办",
            fills=("重复",),
            after=Actions((LinkCase(FieldRef("重复", "案号")),), Abort("重复立案")),
        ),
        forms=(Form("任务", (Field("内容", TEXT),)), Form("重复", (Field("案号", TEXT),))),
        starts=(ByForm("任务"),),
    ),
    name="子流程",
)


def test_a_case_that_is_merged_into_another_lets_that_one_answer(database_url: str) -> None:
    town = TownAt(database_url)
    town.found(MERGED, PARENT, replace(CHILD, name="旧案"))
    with town.open() as engine:
        old = engine.start("旧案", by="li", form={"内容": "甲"})
        case = engine.start("父流程", by="li")
        item = only_item(engine, "li", "调查取证", tab="claim")
        engine.complete(item, by="li", form={"建议书": [{"内容": "甲"}]})
        engine.complete(only_item(engine, "li", "查重", tab="claim"), by="li", form={"案号": old.number})

        assert {link.relation for link in engine.case(old.id).links} == {"关联", "来自"}
        closing = only_item(engine, "sun", "结案")
        with pytest.raises(Refusal, match="建议尚未全部落实"):
            engine.complete(closing, by="sun")
        engine.complete(engine.case(old.id).items[0].id, by="li")
        engine.complete(closing, by="sun")
        assert engine.case(case.id).status is CaseStatus.FINISHED
        assert engine.verify().ok


def test_a_case_merged_into_one_that_has_ended_is_answered_at_once(database_url: str) -> None:
    town = TownAt(database_url)
    town.found(MERGED, PARENT, replace(CHILD, name="旧案"))
    with town.open() as engine:
        old = engine.start("旧案", by="li", form={"内容": "甲"})
        engine.complete(engine.case(old.id).items[0].id, by="li")
        case = engine.start("父流程", by="li")
        item = only_item(engine, "li", "调查取证", tab="claim")
        engine.complete(item, by="li", form={"建议书": [{"内容": "甲"}]})
        engine.complete(only_item(engine, "li", "查重", tab="claim"), by="li", form={"案号": old.number})
        engine.complete(only_item(engine, "sun", "结案"), by="sun")
        assert engine.case(case.id).status is CaseStatus.FINISHED


def test_a_failing_linked_start_leaves_nothing_behind(linked: TownAt) -> None:
    with linked.open() as engine:
        case = engine.start("父流程", by="li")
        item = only_item(engine, "li", "调查取证", tab="claim")
        engine.town.loaded.versions.pop("子流程")  # type: ignore[attr-defined]  # as if it were withdrawn

        with pytest.raises(NotDeployed):
            engine.complete(item, by="li", form={"建议书": [{"内容": "甲"}]})
        assert engine.case(case.id).revision == 1
        assert len(engine.cases(by="li").items) == 1


def test_a_trigger_to_an_unknown_process_is_not_deployed(database_url: str) -> None:
    town = TownAt(database_url)
    with pytest.raises(DefinitionUnsound, match="子流程"):
        town.found(PARENT)


def test_an_unsound_definition_is_not_deployed(database_url: str) -> None:
    town = TownAt(database_url)
    first = CHILD.nodes[0]
    assert isinstance(first, Step)
    lost = replace(CHILD, nodes=(first, replace(first, name="走不到")), name="断头")
    with pytest.raises(DefinitionUnsound):
        town.found(lost)
