"""Repairs that an editor offers."""

from dsl.editor.fixing import repairs
from dsl.repair import edited
from tests.unit.editor.desk import PROCESS, desk


def test_a_repair_is_offered_on_its_line_and_nowhere_else() -> None:
    here = desk(process=PROCESS.replace("承办 审核员", "承 办 审核员", 1).replace("转 结束", "转结束"))
    analysis = here.index.analysis

    offered = [list(repairs(analysis, "甲", line, line)) for line in range(1, 20)]

    assert [line for line, found in enumerate(offered, 1) if found] == [13]


def test_the_repair_mends_the_text() -> None:
    here = desk(process=PROCESS.replace("转 结束", "转结束"))
    analysis = here.index.analysis
    (repair,) = repairs(analysis, "甲", 13, 13)

    assert edited(analysis.documents["甲"].source, repair.edits["甲"]) == PROCESS
