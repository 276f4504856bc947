"""通知落实: what an auditor reads about a sentence."""

from engine.obligations import Carried, Element, Obligation
from web.articles_page import sections, total

DONE = Carried(Obligation("A08-03", 8, "及时验收", "流程"), (Element("整改", "步骤", "验收"),))
MISSING = Carried(Obligation("A08-04", 8, "登记台账", "台账"), ())
POLICY = Carried(Obligation("A00-01", 0, "提高认识", "原则要求", "没有可以执行的动作"), ())


def test_articles_stand_in_order_with_their_figures() -> None:
    assert [(each.name, each.figure) for each in sections((POLICY, DONE, MISSING), {})] == [
        ("前言", "原则要求"),
        ("第8条", "1/2 条"),
    ]


def test_an_element_leads_to_its_open_cases() -> None:
    ((row,),) = [section.rows for section in sections((DONE,), {"整改": 3})]
    (element,) = row.elements
    assert element.text == "整改 · 步骤“验收”" and element.running == "在办 3 件"
    assert element.address == "/cases?process=%E6%95%B4%E6%94%B9&status=open"


def test_what_nothing_carries_out_is_said() -> None:
    said = [row.said for section in sections((POLICY, MISSING), {}) for row in section.rows]
    assert said == ["没有可以执行的动作", "还没有规程落实这一句"]


def test_the_total_counts_what_is_due() -> None:
    assert total((POLICY, DONE, MISSING)) == "应当落实 2 条，已落实 1 条；另有原则要求 1 条"
