"""The drawing of a definition."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

from dsl.diagram import mermaid, svg
from dsl.layout import columns, lay_out, wrap
from engine.definition import (
    Actions,
    Arm,
    Back,
    Block,
    Branch,
    ByHand,
    Definition,
    Finish,
    Goto,
    Handler,
    Node,
    Performer,
    Region,
    Step,
)
from engine.expressions import Compare, Comparison, Literal, OutcomeRef
from engine.values import Kind, Type
from engine.views import PlaceView


def a_step(name: str, region: int = 0, *arms: Arm, after: Actions | None = None) -> Step:
    return Step(name, region, (Performer("甲"),), routes=(arms,) if arms else (), after=after)


def outcome(word: str) -> Compare:
    return Compare(Comparison.EQ, OutcomeRef(), Literal(word, Type(Kind.TEXT)))


def a_definition() -> Definition:
    nodes: tuple[Node, ...] = (
        a_step("受理"),
        Block("两处", 0, (Branch("左", 1), Branch("右", 2))),
        a_step("左步", 1),
        a_step("右步", 2),
        a_step(
            "复查",
            0,
            Arm(outcome("合格"), Actions(move=Finish())),
            Arm(None, Actions(move=Back(0, None, 2, Actions(move=Goto(5))))),
        ),
        a_step("提级 & <上报>", after=Actions(move=Back(1))),
        a_step("续报", 3),
    )
    regions = (Region((0, 1, 4, 5)), Region((2,), 0, 1), Region((3,), 0, 1), Region((6,), 0, None, 0))
    handler = Handler("续报", 3, 0, (1,), ByHand())
    return Definition("示例", "1", nodes, regions, (ByHand(),), handlers=(handler,))


def test_every_node_is_drawn_once_and_named() -> None:
    layout = lay_out(a_definition())

    assert sorted(box.node for box in layout.boxes) == [0, 1, 2, 3, 4, 5, 6]
    text = svg(a_definition())
    assert all(name in text for name in ("受理", "左步", "右步", "复查", "续报"))


def test_the_drawing_is_well_formed_and_needs_no_style() -> None:
    text = svg(a_definition())

    ET.fromstring(text)
    assert "style=" not in text
    assert "提级 &amp; &lt;上报&gt;" in text


def test_boxes_of_one_region_do_not_overlap() -> None:
    boxes = [box for box in lay_out(a_definition()).boxes if not box.frame]

    for one in boxes:
        for other in boxes:
            apart = one.y + one.height <= other.y or other.y + other.height <= one.y
            beside = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert one is other or apart or beside


def test_everything_lies_inside_the_drawing() -> None:
    layout = lay_out(a_definition())

    corners = [(box.x + box.width, box.y + box.height) for box in layout.boxes]
    corners += [point for line in layout.lines for point in line.points]
    assert all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in corners)


def test_a_case_shows_where_it_stands_in_words() -> None:
    at = datetime(2023, 4, 10, tzinfo=UTC)
    places = (
        PlaceView(0, "受理", "done", 2, ("李科",), at, None),
        PlaceView(4, "复查", "current", 1, (), None, None),
    )

    text = svg(a_definition(), places)

    assert "✓ 04-10 第2次" in text
    assert "办理中" in text


def test_a_return_says_how_often() -> None:
    assert "至多2次" in svg(a_definition())


def test_mermaid_shows_blocks_and_ends() -> None:
    text = mermaid(a_definition())

    assert 'subgraph n1["并行 两处"]' in text
    assert 'n4 -->|"合格"| finish' in text


def test_labels_wrap_by_display_width() -> None:
    assert wrap("停产判断（是否责令停产停业）") == ("停产判断（是否责令停", "产停业）")
    assert columns("停产AB") == 6
