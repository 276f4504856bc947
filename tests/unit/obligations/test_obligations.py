"""落实: which sentence of the notice is carried out by what."""

import json
from pathlib import Path

import pytest

from dsl import compile_paths
from engine.definition import Form
from engine.obligations import (
    Element,
    Obligation,
    ObligationsMalformed,
    carried,
    cited,
    read_obligations,
)
from tests.unit.core.building import process, step

LIBRARY = Path(__file__).parents[3] / "processes"
RECORD = {"id": "A08-03", "article": 8, "text": "及时验收", "mechanism": "流程"}


def notice() -> tuple[Obligation, ...]:
    return read_obligations(json.loads((LIBRARY / "shared" / "obligations.json").read_text(encoding="utf-8")))


def test_a_sentence_is_carried_out_by_the_parts_that_cite_it() -> None:
    made = process(
        step("验收", obligations=("A08-03",)), forms=(Form("验收单", (), obligations=("A08-03", "A08-04")),)
    )
    obligations = read_obligations({"records": [RECORD, RECORD | {"id": "A08-05"}]})
    first, second = carried(obligations, [made])
    assert first.elements == (Element("试流程", "步骤", "验收"), Element("试流程", "表单", "验收单"))
    assert second.missing and not first.missing
    assert set(cited([made])) == {"A08-03", "A08-04"}


def test_a_sentence_that_only_states_policy_needs_no_element_but_a_reason() -> None:
    policy = RECORD | {"mechanism": "原则要求"}
    (found,) = carried(read_obligations({"records": [policy | {"reason": "没有可以执行的动作"}]}), [])
    assert not found.missing
    with pytest.raises(ObligationsMalformed, match=r"A08-03 .*没有写原因"):
        read_obligations({"records": [policy]})


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([RECORD, RECORD], "编号重复：A08-03"),
        ([{"id": "A08-03"}], "第1条缺少或写错了 'article'"),
        ([RECORD | {"article": "八"}], "第1条缺少或写错了"),
        ("八", "records"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(records: object, said: str) -> None:
    with pytest.raises(ObligationsMalformed, match=said):
        read_obligations({"records": records})


def test_the_notice_has_256_sentences_to_carry_out_and_15_that_say_why_not() -> None:
    due = [each for each in notice() if each.executable]
    assert (len(due), len(notice()) - len(due)) == (256, 15)


def test_every_citation_of_the_definitions_points_at_a_sentence() -> None:
    definitions = compile_paths([LIBRARY]).definitions
    assert sorted(set(cited(definitions)) - {each.id for each in notice()}) == []


def test_every_sentence_to_carry_out_is_carried_out() -> None:
    definitions = compile_paths([LIBRARY]).definitions
    assert [each.obligation.id for each in carried(notice(), definitions) if each.missing] == []
