"""Where the boxes and arrows of a diagram stand: regions top to bottom, branches side by side, jumps in lanes.

Lengths are SVG user units (1 = one CSS pixel at natural size). Forward jumps run in lanes on the right of their
region, returns in lanes on the left, both beyond the words beside the boxes, so that no line runs through a word;
ways that leave a region or end the case are short tags beside the box.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dsl.arrows import Arrow, ArrowKind, arrows
from engine.definition import Block, Definition

BOX_WIDTH = 168
LINE = 18
GAP = 36
LANE = 16
PORT = 14  # between two ways that leave a box on one side
MARGIN = 16
SMALL = 5.5  # a display column of the small print beside boxes
_COLUMNS = 20  # display columns of a label line: ten Chinese characters


@dataclass(frozen=True, slots=True)
class Box:
    """A node; a block's box is the frame around its branches. `lines` is the wrapped label."""

    node: int
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    frame: bool = False


@dataclass(frozen=True, slots=True)
class Title:
    """Text over a branch or handler, centred at `x`."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A way out that is not drawn as a line: 办结, 终止, → 提级处置."""

    x: float
    y: float
    text: str
    kind: ArrowKind


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline from point to point ending in an arrow head; `label` begins (or `ends`) at (`label_x`, `label_y`)."""

    points: tuple[tuple[float, float], ...]
    kind: ArrowKind
    label: str = ""
    label_x: float = 0
    label_y: float = 0
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """The dashed frame of a handler."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """All parts of a drawing and its size."""

    width: float
    height: float
    boxes: tuple[Box, ...] = ()
    titles: tuple[Title, ...] = ()
    tags: tuple[Tag, ...] = ()
    lines: tuple[Line, ...] = ()
    panels: tuple[Panel, ...] = ()
    axis: float = 0  # x of the centre line of the region


def lay_out(definition: Definition) -> Layout:
    """Place the process and, below it, its handlers."""
    ways = arrows(definition)
    drawn = _shift(_region(definition, ways, 0), MARGIN, MARGIN)
    y = drawn.height + MARGIN
    for handler in definition.handlers:
        scope = "、".join(definition.nodes[number].name for number in handler.scope)
        text = f"随时 {handler.name}" + (f"（于 {scope}）" if scope else "")
        inner = _region(definition, ways, handler.region)
        width = max(inner.width, columns(text) * 7 + 24) + 2 * MARGIN
        panel = Panel(MARGIN, y, width, inner.height + 24 + 2 * MARGIN)
        placed = _shift(inner, MARGIN + (width - inner.width) / 2, y + 24 + MARGIN)
        title = Title(MARGIN + width / 2, y + 20, text)
        drawn = _merge(drawn, placed, panels=(panel,), titles=(title,))
        y += panel.height + MARGIN
    width = (
        max(drawn.width, *(panel.x + panel.width for panel in drawn.panels), 0)
        if drawn.panels
        else drawn.width
    )
    return replace(drawn, width=width + MARGIN, height=y)


def _region(definition: Definition, ways: Sequence[Arrow], number: int) -> Layout:
    """Lay out one region with its top left corner at (0, 0)."""
    nodes = definition.regions[number].nodes
    parts = [_node(definition, ways, node) for node in nodes]
    inside = set(nodes)
    own = [way for way in ways if way.source in inside]
    jumps = [way for way in own if way.target in inside and not _adjacent(nodes, way)]
    back, forward = _split(nodes, jumps)
    back_lanes, forward_lanes = _lanes(nodes, back), _lanes(nodes, forward)
    tags = {node: _tags(definition, [way for way in own if way.source == node], inside) for node in nodes}
    sides = dict(zip(nodes, parts, strict=True))
    words_left = max((sides[way.source].axis + _words(way.label) for way in back), default=0.0)
    words_right = max(
        (_right_of(sides[way.source]) + _words(way.label) for way in forward),
        default=0.0,
    )
    tags_right = max(
        (_right_of(sides[node]) + _words(text) for node, found in tags.items() for text, _ in found),
        default=0.0,
    )
    lane_left = max(*(part.axis + 8 for part in parts), words_left)
    words_below = max(
        (_words(way.label) for way in own if way.target in inside and way not in jumps), default=0.0
    )
    beside = 8 if forward else 0
    lane_right = max(*(_right_of(part) + beside for part in parts), words_right, tags_right, words_below)
    left = (
        lane_left + LANE * max(back_lanes.values(), default=0) if back else max(part.axis for part in parts)
    )
    right = LANE * (max(forward_lanes.values(), default=-1) + 1)
    axis = left
    drawn, y = Layout(axis + lane_right + right, 0, axis=axis), 0.0
    places: dict[int, Box] = {}
    for node, part in zip(nodes, parts, strict=True):
        placed = _shift(part, axis - part.axis, y)
        places[node] = next(box for box in placed.boxes if box.node == node)
        leaving = sum(1 for way in forward if way.source == node)
        drawn = _merge(drawn, placed, tags=_place_tags(places[node], tags[node], beside_lanes=leaving > 0))
        y += part.height + GAP
    lines = _straights(places, [way for way in own if way.target in inside and _adjacent(nodes, way)])
    ports = _port_numbers(back_lanes, forward_lanes)
    lines += [
        _beside(places, way, axis - lane_left - LANE * lane, ports[way], -1)
        for way, lane in back_lanes.items()
    ]
    lines += [
        _beside(places, way, axis + lane_right + LANE * lane, ports[way] + len(tags[way.source]), 1)
        for way, lane in forward_lanes.items()
    ]
    return replace(drawn, lines=(*drawn.lines, *lines), height=y - GAP)


def _right_of(part: Layout) -> float:
    return part.width - part.axis


def _words(text: str) -> float:
    """Room for small print beside a box, with the space around it."""
    return columns(text) * SMALL + 16 if text else 8.0


def _node(definition: Definition, ways: Sequence[Arrow], number: int) -> Layout:
    node = definition.nodes[number]
    lines = wrap(node.name)
    if not isinstance(node, Block):
        height = max(14.0 + LINE * len(lines), 6.0 + PORT * _ports(definition, ways, number))
        box = Box(number, 0, 0, BOX_WIDTH, height, lines)
        return Layout(BOX_WIDTH, height, boxes=(box,), axis=BOX_WIDTH / 2)
    x, drawn, tallest = float(MARGIN), Layout(0.0, 0.0), 0.0
    for branch in node.branches:
        inner = _region(definition, ways, branch.region)
        text = (
            branch.name
            + ("（逐个）" if branch.each is not None else "")
            + ("？" if branch.guard is not None else "")
        )
        width = max(inner.width, columns(text) * 7 + 8)
        half = columns(text) * 3.5
        placed = _shift(inner, x + max((width - inner.width) / 2, half - inner.axis), 58)
        drawn = _merge(drawn, placed, titles=(Title(placed.axis, 46, text),))
        x += width + 20
        tallest = max(tallest, inner.height)
    width = max(x - 20 + MARGIN, float(BOX_WIDTH))
    height = tallest + 58 + MARGIN
    frame = Box(number, 0, 0, width, height, lines, frame=True)
    return replace(drawn, boxes=(frame, *drawn.boxes), width=width, height=height, axis=width / 2)


def _ports(definition: Definition, ways: Sequence[Arrow], number: int) -> int:
    """Count how many places on its side a box needs: its ways out that are not straight, and one way in."""
    region = definition.regions[definition.nodes[number].region].nodes
    own = [way for way in ways if way.source == number]
    return 1 + sum(
        1 for way in own if way.target is None or way.target not in region or not _adjacent(region, way)
    )


def _adjacent(nodes: Sequence[int], way: Arrow) -> bool:
    return way.target is not None and nodes.index(way.target) == nodes.index(way.source) + 1


def _split(nodes: Sequence[int], jumps: Sequence[Arrow]) -> tuple[list[Arrow], list[Arrow]]:
    back = [
        way for way in jumps if way.target is not None and nodes.index(way.target) <= nodes.index(way.source)
    ]
    return back, [way for way in jumps if way not in back]


def _lanes(nodes: Sequence[int], jumps: Sequence[Arrow]) -> dict[Arrow, int]:
    """Give each jump the innermost lane that no jump over the same rows uses; short jumps first."""
    spans = {way: sorted((nodes.index(way.source), nodes.index(way.target or 0))) for way in jumps}
    taken: list[list[list[int]]] = []
    lanes: dict[Arrow, int] = {}
    for way in sorted(jumps, key=lambda way: spans[way][1] - spans[way][0]):
        low, high = spans[way]
        lane = next(
            (n for n, used in enumerate(taken) if all(last < low or first > high for first, last in used)),
            len(taken),
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append([low, high])
        lanes[way] = lane
    return lanes


def _port_numbers(*sides: dict[Arrow, int]) -> dict[Arrow, int]:
    """Number the jumps that leave one box on one side; the innermost lane leaves lowest, so that lines do not cross."""
    numbers: dict[Arrow, int] = {}
    for lanes in sides:
        used: dict[int, int] = {}
        for way in sorted(lanes, key=lambda way: lanes[way]):
            numbers[way] = used.get(way.source, 0)
            used[way.source] = numbers[way] + 1
    return numbers


def _tags(definition: Definition, ways: Sequence[Arrow], inside: set[int]) -> list[tuple[str, ArrowKind]]:
    words = {
        ArrowKind.FINISH: "办结",
        ArrowKind.ABORT: "终止",
        ArrowKind.JOIN: "到汇合",
        ArrowKind.RESUME: "回原处",
    }
    found: dict[tuple[str, ArrowKind], None] = {}
    for way in ways:
        if way.target is None:
            found.setdefault((_tagged(words[way.kind], way.label), way.kind))
        elif way.target not in inside:
            found.setdefault((_tagged(f"→ {definition.nodes[way.target].name}", way.label), way.kind))
    return list(found)


def _tagged(word: str, label: str) -> str:
    return f"{label} {word}" if label and label != "否则" else word


def _place_tags(box: Box, tags: Sequence[tuple[str, ArrowKind]], *, beside_lanes: bool) -> tuple[Tag, ...]:
    """Beside the middle of the box, or below the lines that leave on the same side."""
    step = PORT if beside_lanes else LINE
    last = box.y + box.height - 7 if beside_lanes else box.y + box.height / 2 + (len(tags) - 1) * step / 2
    first = last - (len(tags) - 1) * step
    return tuple(
        Tag(box.x + box.width + 8, first + step * n, text, kind) for n, (text, kind) in enumerate(tags)
    )


def _straights(places: dict[int, Box], ways: Sequence[Arrow]) -> list[Line]:
    """One line between two boxes, however many ways go along it; it says when."""
    labels: dict[tuple[int, int], list[str]] = {}
    kinds: dict[tuple[int, int], ArrowKind] = {}
    for way in ways:
        pair = way.source, way.target or 0
        kinds.setdefault(pair, way.kind)
        labels.setdefault(pair, []).extend([way.label] if way.label else [])
    return [
        _straight(places[pair[0]], places[pair[1]], kinds[pair], "、".join(labels[pair])) for pair in kinds
    ]


def _straight(upper: Box, lower: Box, kind: ArrowKind, label: str) -> Line:
    x, top, bottom = upper.x + upper.width / 2, upper.y + upper.height, lower.y
    return Line(((x, top), (x, bottom)), kind, label, x + 6, (top + bottom) / 2 + 4)


def _beside(places: dict[int, Box], way: Arrow, x: float, port: int, side: int) -> Line:
    source, target = places[way.source], places[way.target or 0]
    start = source.x if side < 0 else source.x + source.width
    end = target.x if side < 0 else target.x + target.width
    leave, enter = source.y + source.height - 7 - PORT * port, target.y + 7
    points = ((start, leave), (x, leave), (x, enter), (end, enter))
    return Line(points, way.kind, way.label, start + 4 * side, leave - 2, ends=side < 0)


def _shift(part: Layout, dx: float, dy: float) -> Layout:
    return Layout(
        part.width + dx,
        part.height + dy,
        tuple(replace(box, x=box.x + dx, y=box.y + dy) for box in part.boxes),
        tuple(replace(title, x=title.x + dx, y=title.y + dy) for title in part.titles),
        tuple(replace(tag, x=tag.x + dx, y=tag.y + dy) for tag in part.tags),
        tuple(
            replace(
                line,
                points=tuple((x + dx, y + dy) for x, y in line.points),
                label_x=line.label_x + dx,
                label_y=line.label_y + dy,
            )
            for line in part.lines
        ),
        tuple(replace(panel, x=panel.x + dx, y=panel.y + dy) for panel in part.panels),
        part.axis + dx,
    )


def _merge(
    whole: Layout,
    part: Layout,
    tags: tuple[Tag, ...] = (),
    titles: tuple[Title, ...] = (),
    panels: tuple[Panel, ...] = (),
) -> Layout:
    return replace(
        whole,
        boxes=(*whole.boxes, *part.boxes),
        titles=(*whole.titles, *part.titles, *titles),
        tags=(*whole.tags, *part.tags, *tags),
        lines=(*whole.lines, *part.lines),
        panels=(*whole.panels, *part.panels, *panels),
    )


def columns(text: str) -> int:
    """Width of a text in columns: wide East Asian characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def wrap(text: str, room: int = _COLUMNS) -> tuple[str, ...]:
    """Break a label into lines of at most `room` columns."""
    lines, line = [], ""
    for character in text:
        if line and columns(line + character) > room:
            lines.append(line)
            line = ""
        line += character
    return (*lines, line)
