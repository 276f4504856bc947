"""Draw a definition: SVG of our own (print-safe, no script, no inline style) and Mermaid.

Colours are presentation attributes, so the drawing stands alone and is allowed by a strict content policy. In a
case each node also says in words what became of it: colour never stands alone.
"""

from collections.abc import Mapping, Sequence
from html import escape

from dsl.arrows import ArrowKind, arrows
from dsl.layout import Box, Line, Panel, Tag, Title, lay_out
from engine.definition import Block, Definition, Wait
from engine.views import PlaceView

_FILL = {
    "done": ("#D9F0EC", "#0B5E59", 1.0),
    "current": ("#FFFFFF", "#1F4E8C", 3.0),
    "waiting": ("#FFFFFF", "#7A8594", 1.0),
    "skipped": ("#EEF1F5", "#7A8594", 1.0),
    "withdrawn": ("#EEF1F5", "#7A8594", 1.0),
    "untouched": ("#FFFFFF", "#7A8594", 1.0),
}
_WORD = {
    "done": "✓",
    "current": "● 办理中",
    "waiting": "○ 等待",
    "skipped": "略过",
    "withdrawn": "已撤",
    "untouched": "",
}
_STROKE = {ArrowKind.BACK: "#A3151B", ArrowKind.LATE: "#8A5300"}
_FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, WenQuanYi Micro Hei, sans-serif"


def svg(definition: Definition, places: Sequence[PlaceView] = ()) -> str:
    """Draw the definition; with `places`, where a case stands in it."""
    layout = lay_out(definition)
    states = {place.node: place for place in places}
    name = escape(f"{definition.name} 流程图")
    width, height = round(layout.width), round(layout.height)
    parts = [
        _opening(width, height, name),
        f"<title>{name}</title>",
        _heads(),
        *(_panel(panel) for panel in layout.panels),
        *(_box(definition, box, states) for box in layout.boxes),
        *(_title(title) for title in layout.titles),
        *(_line(line) for line in layout.lines),
        *(_tag(tag) for tag in layout.tags),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _opening(width: int, height: int, name: str) -> str:
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    look = f'font-family="{_FONT}" font-size="13" fill="#1B2430"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{name}" {look}>'


def _heads() -> str:
    heads = {"next": "#4A5565", "back": "#A3151B", "late": "#8A5300"}
    markers = "".join(
        f'<marker id="head-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
        f' orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="{colour}"/></marker>'
        for name, colour in heads.items()
    )
    return f"<defs>{markers}</defs>"


def _panel(panel: Panel) -> str:
    return (
        f'<rect x="{panel.x:.0f}" y="{panel.y:.0f}" width="{panel.width:.0f}" height="{panel.height:.0f}"'
        ' rx="6" fill="none" stroke="#7A5BB5" stroke-dasharray="6 4"/>'
    )


def _box(definition: Definition, box: Box, states: Mapping[int, PlaceView]) -> str:
    place = states.get(box.node)
    state = place.state if place else "untouched"
    fill, stroke, thick = _FILL[state]
    node = definition.nodes[box.node]
    dashes = ' stroke-dasharray="3 3"' if isinstance(node, Wait) or state == "skipped" else ""
    if box.frame:
        fill = "none"
    rectangle = (
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}"'
        f' rx="4" fill="{fill}" stroke="{stroke}" stroke-width="{thick:g}"{dashes}/>'
    )
    struck = ' text-decoration="line-through"' if state == "skipped" else ""
    first = 22.0 if box.frame else box.height / 2 - (len(box.lines) - 1) * 9 + 5
    words = (_block_title(node),) if isinstance(node, Block) else box.lines
    texts = "".join(
        f'<text x="{box.x + box.width / 2:.0f}" y="{box.y + first + 18 * n:.0f}" text-anchor="middle"{struck}>'
        f"{escape(words_)}</text>"
        for n, words_ in enumerate(words)
    )
    return f'<g class="node {state}" data-node="{box.node}"><title>{_tooltip(node, place)}</title>{rectangle}{texts}{_mark(box, place)}</g>'


def _block_title(block: Block) -> str:
    """The name of a parallel, and when it is passed if not by all its branches."""
    if block.share is not None:
        return f"并行 {block.name}（{block.share[0]}/{block.share[1]} 完成即过）"
    return f"并行 {block.name}" + ("" if block.first is None else f"（先到 {block.first} 个即过）")


def _tooltip(node: object, place: PlaceView | None) -> str:
    name = getattr(node, "name", "")
    kind = "并行" if isinstance(node, Block) else "等待" if isinstance(node, Wait) else "步骤"
    parts = [f"{kind} {name}"]
    if place is not None and place.by:
        parts.append("、".join(place.by))
    if place is not None and place.outcome:
        parts.append(place.outcome)
    return escape("；".join(parts))


def _mark(box: Box, place: PlaceView | None) -> str:
    if place is None or not _WORD[place.state]:
        return ""
    text = _WORD[place.state]
    if place.state == "done" and place.at is not None:
        text += f" {place.at:%m-%d}"
    if place.rounds > 1:
        text += f" 第{place.rounds}次"
    return (
        f'<text x="{box.x + 4:.0f}" y="{box.y - 4:.0f}" font-size="11" fill="#4A5565">{escape(text)}</text>'
    )


def _title(title: Title) -> str:
    return f'<text x="{title.x:.0f}" y="{title.y:.0f}" text-anchor="middle" font-size="12" fill="#4A5565">{escape(title.text)}</text>'


def _line(line: Line) -> str:
    colour = _STROKE.get(line.kind, "#4A5565")
    head = {ArrowKind.BACK: "back", ArrowKind.LATE: "late"}.get(line.kind, "next")
    dashes = ' stroke-dasharray="5 3"' if line.kind in _STROKE else ""
    path = "M" + " L".join(f"{x:.0f} {y:.0f}" for x, y in line.points)
    drawn = f'<path d="{path}" fill="none" stroke="{colour}"{dashes} marker-end="url(#head-{head})"/>'
    return drawn + _line_label(line, colour)


def _line_label(line: Line, colour: str) -> str:
    if not line.label:
        return ""
    anchor = "end" if line.ends else "start"
    return (
        f'<text x="{line.label_x:.0f}" y="{line.label_y:.0f}" text-anchor="{anchor}" font-size="11" fill="{colour}"'
        f' stroke="#FFFFFF" stroke-width="3" paint-order="stroke">{escape(line.label)}</text>'
    )


def _tag(tag: Tag) -> str:
    colour = _STROKE.get(tag.kind, "#1F4E8C")
    return (
        f'<text x="{tag.x:.0f}" y="{tag.y + 4:.0f}" font-size="11" fill="{colour}">{escape(tag.text)}</text>'
    )


def mermaid(definition: Definition) -> str:
    """Write the definition as a Mermaid flowchart; blocks and handlers become subgraphs."""
    lines = ["flowchart TD"]
    _mermaid_region(definition, 0, "  ", lines)
    for number, handler in enumerate(definition.handlers):
        lines.append(f'  subgraph h{number}["随时 {_quoted(handler.name)}"]')
        _mermaid_region(definition, handler.region, "    ", lines)
        lines.append("  end")
    ends: dict[str, str] = {}
    for way in arrows(definition):
        shape = "-.->" if way.kind in _STROKE else "-->"
        label = f'|"{_quoted(way.label)}"|' if way.label else ""
        lines.append(f"  n{way.source} {shape}{label} {_mermaid_target(way.kind, way.target, ends)}")
    lines += [f'  {name}(["{text}"])' for name, text in ends.items()]
    return "\n".join(lines) + "\n"


def _mermaid_region(definition: Definition, number: int, indent: str, lines: list[str]) -> None:
    for node_number in definition.regions[number].nodes:
        node = definition.nodes[node_number]
        if not isinstance(node, Block):
            lines.append(f'{indent}n{node_number}["{_quoted(node.name)}"]')
            continue
        lines.append(f'{indent}subgraph n{node_number}["并行 {_quoted(node.name)}"]')
        for branch in node.branches:
            lines.append(f'{indent}  subgraph r{branch.region}["{_quoted(branch.name)}"]')
            _mermaid_region(definition, branch.region, indent + "    ", lines)
            lines.append(f"{indent}  end")
        lines.append(f"{indent}end")


def _mermaid_target(kind: ArrowKind, target: int | None, ends: dict[str, str]) -> str:
    if target is not None:
        return f"n{target}"
    words = {
        ArrowKind.FINISH: "办结",
        ArrowKind.ABORT: "终止",
        ArrowKind.JOIN: "汇合",
        ArrowKind.RESUME: "回原处",
    }
    ends[kind.value] = words[kind]
    return kind.value


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;")
