"""Where a case stands under another version: every token, running block, at-any-time item, seat, clock and application."""

from collections.abc import Iterator

from engine.deciding.draft import Draft
from engine.definition import Block, Step
from engine.graph import Graph
from engine.marking import Frame, Token
from engine.state import CaseState
from engine.version_images import VersionImages, shape_fault
from engine.views import ImageRow


def places(draft: Draft, new: Graph, images: VersionImages) -> Iterator[ImageRow]:
    """Yield a row for everything that stands somewhere; with a fault where it has no image."""
    state, old = draft.state, draft.graph
    yield from _tokens(state, old, new, images)
    yield from _blocks(state, old, new, images)
    yield from _handlers(state, old, images)
    yield from _requests(draft, new, images)
    yield from _shapes(state, old, new, images)
    yield from _clocks(state, old, images)


def _tokens(state: CaseState, old: Graph, new: Graph, images: VersionImages) -> Iterator[ImageRow]:
    for token in (
        *state.tokens.values(),
        *(each for parked in state.parked.values() for each in parked.tokens),
    ):
        name = old.node(token.node).name
        yield _placed("令牌", name, token, old, new, images, _region_of(state, new, images, token))


def _placed(
    kind: str,
    name: str,
    token: Token,
    old: Graph,
    new: Graph,
    images: VersionImages,
    region: int | None,
) -> ImageRow:
    image = images.nodes.get(token.node)
    if image is None:
        return ImageRow(kind, name, fault="新版没有对应的步骤（改了名的，请给出对应关系）")
    target = new.node(image)
    if region is not None and new.region_of(image) != region:
        return ImageRow(kind, name, fault=f"“{target.name}”在新版里换了分支或移进、移出了并行")
    if token.arrow is not None:
        arrow = images.nodes.get(token.arrow)
        if arrow is None or arrow not in new.arrows.get(image, ()):
            return ImageRow(kind, name, fault=f"新版没有从“{old.node(token.arrow).name}”来的这一路")
    return ImageRow(kind, name, target.name)


def _region_of(state: CaseState, new: Graph, images: VersionImages, token: Token) -> int | None:
    """Return the region of the new version in which a token must stand; None when what it stands in has no image."""
    if token.frame in state.openings:
        handler = images.handlers.get(state.openings[token.frame].handler)
        return None if handler is None else new.handler(handler).region
    frame = _frames(state).get(token.frame)
    if frame is None:
        return 0
    fork, branch = images.nodes.get(frame.fork), images.branches.get((frame.fork, token.branch))
    return None if fork is None or branch is None else new.block(fork).branches[branch].region


def _frames(state: CaseState) -> dict[int, Frame]:
    return dict(state.frames) | {each.frame.id: each.frame for each in state.parked.values()}


def _blocks(state: CaseState, old: Graph, new: Graph, images: VersionImages) -> Iterator[ImageRow]:
    for frame in _frames(state).values():
        name = old.block(frame.fork).name
        yield _placed(
            "并行", name, frame.outer, old, new, images, _region_of(state, new, images, frame.outer)
        )
        fork = images.nodes.get(frame.fork)
        if fork is not None:
            yield from _branches(frame, old.block(frame.fork), new.block(fork), images)


def _branches(frame: Frame, block: Block, image: Block, images: VersionImages) -> Iterator[ImageRow]:
    opened = {branch for branch, _ in frame.expected}
    known = {images.branches.get((frame.fork, branch)) for branch in range(len(block.branches))}
    for branch in sorted(opened):
        found = images.branches.get((frame.fork, branch))
        if found is None:
            yield ImageRow("分支", block.branches[branch].name, fault=f"新版的“{image.name}”没有对应的分支")
        else:
            yield ImageRow("分支", block.branches[branch].name, image.branches[found].name)
    for position, added in enumerate(image.branches):
        if position not in known and added.guard is None:
            yield ImageRow("分支", added.name, fault=f"新版增加的分支，案件正在“{image.name}”里，不会补开")


def _handlers(state: CaseState, old: Graph, images: VersionImages) -> Iterator[ImageRow]:
    for opening in state.openings.values():
        handler = old.handler(opening.handler)
        fault = "" if opening.handler in images.handlers else "新版没有对应的随时事项"
        yield ImageRow("随时事项", handler.name, "" if fault else handler.name, fault)


def _shapes(state: CaseState, old: Graph, new: Graph, images: VersionImages) -> Iterator[ImageRow]:
    for activation in state.activations.values():
        image = images.nodes.get(activation.node)
        node = old.node(activation.node)
        fault = "" if image is None else shape_fault(node, new.node(image))
        if fault:
            yield ImageRow("席位", node.name, fault=fault)


def _clocks(state: CaseState, old: Graph, images: VersionImages) -> Iterator[ImageRow]:
    for number, record in state.clocks.items():
        if number not in images.clocks:
            name, ended = old.definition.clocks[number].name, record.ended is not None
            yield ImageRow(
                "总时限",
                name,
                "" if not ended else "不再使用",
                "" if ended else "正在计算，新版没有对应的时限",
            )


def _requests(draft: Draft, new: Graph, images: VersionImages) -> Iterator[ImageRow]:
    for request in draft.state.requests.values():
        if request.clock is not None:
            clock = images.clocks.get(request.clock)
            name = draft.definition.clocks[request.clock].name
            rungs = 0 if clock is None else len(new.definition.clocks[clock].extensions)
        else:
            activation = draft.state.activations[request.activation or 0]
            image = images.nodes.get(activation.node)
            name, node = draft.graph.node(activation.node).name, None if image is None else new.node(image)
            rungs = len(node.extensions) if isinstance(node, Step) else 0
        fault = "" if request.rung < rungs else "新版不再允许这样延期，请先审批"
        yield ImageRow("延期申请", name, "" if fault else name, fault)
