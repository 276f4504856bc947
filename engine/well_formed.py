"""Do the numbers of a definition name what they should? Asked first, for definitions built by code."""

from collections.abc import Iterable, Mapping, Sequence

from engine.definition import Back, Block, Definition, Gateway, GatewayKind, Goto, Move, Node, Step
from engine.verdict import Problem, ProblemKind
from engine.ways import Ways, arrows_into


def malformed(definition: Definition, ways: Sequence[Ways]) -> Iterable[Problem]:
    """Find numbers that name nothing, regions without nodes, and scopes across regions."""
    bad = [Problem(ProblemKind.MALFORMED, number, text) for number, text in _bad_numbers(definition, ways)]
    bad += [Problem(ProblemKind.MALFORMED, number, text) for number, text in _open_votes(definition)]
    yield from bad
    for number, text in () if bad else _bad_arrows(definition, ways):
        yield Problem(ProblemKind.MALFORMED, number, text)
    for handler in () if bad else definition.handlers:
        if any(place not in definition.regions[handler.scope_region].nodes for place in handler.scope):
            reason = f"随时“{handler.name}”的“于”跨了不同区域，须在同一层"
            yield Problem(ProblemKind.SCOPE_CROSSES_REGIONS, None, reason)


def _bad_numbers(definition: Definition, ways: Sequence[Ways]) -> Iterable[tuple[int | None, str]]:
    nodes, regions = definition.nodes, definition.regions
    if not regions:
        yield None, f"规程“{definition.name}”没有步骤"
    for number, region in enumerate(regions):
        if not region.nodes:
            yield None, f"规程“{definition.name}”的第{number + 1}段没有步骤"
        for each in region.nodes:
            if not 0 <= each < len(nodes) or nodes[each].region != number:
                yield None, f"规程“{definition.name}”的第{number + 1}段列入了不属于它的第{each + 1}个节点"
    listed = {each for region in regions for each in region.nodes}
    inner = [handler.region for handler in definition.handlers]
    for number, node in enumerate(nodes):
        if number not in listed:
            yield number, f"“{node.name}”不在任何一段里"
        yield from ((number, text) for text in _bad_gateway(definition, number, node))
        inner += [branch.region for branch in node.branches] if isinstance(node, Block) else []
        for way in ways[number].all_moves:
            if isinstance(way.move, Goto | Back) and not 0 <= way.move.node < len(nodes):
                yield number, f"“{node.name}”的去向不存在"
            elif isinstance(way.move, Back) and not _has_branch(nodes[way.move.node], way.move.branch):
                yield number, f"“{node.name}”退回的分支不存在"
    if sorted(inner) != list(range(1, len(regions))):
        yield None, f"规程“{definition.name}”的各段与分支、随时不是一一对应"
    elif not _is_a_tree(definition):
        yield None, f"规程“{definition.name}”的各段互相包含"
    for reopen in definition.reopens:
        if isinstance(reopen.actions.move, Goto) and not 0 <= reopen.actions.move.node < len(nodes):
            yield None, f"规程“{definition.name}”重开的去向不存在"


def _open_votes(definition: Definition) -> Iterable[tuple[int, str]]:
    for number, node in enumerate(definition.nodes):
        vote = node.countersign if isinstance(node, Step) else None
        if vote is not None and vote.majority and vote.tie is None:
            yield number, f"“{node.name}”按多数定，没有写票数相等时怎样"


def _bad_gateway(definition: Definition, number: int, node: Node) -> Iterable[str]:
    if not isinstance(node, Gateway):
        return
    targets = [flow.target for flow in node.flows]
    if not targets and definition.regions[node.region].nodes[-1:] != (number,):
        yield f"网关“{node.name}”没有去向，须放在所在段的最后"
    if any(not 0 <= target < len(definition.nodes) for target in targets):
        yield f"网关“{node.name}”的去向不存在"
    elif any(definition.nodes[target].region != node.region for target in targets):
        yield f"网关“{node.name}”的去向不在同一段"
    if len(set(targets)) < len(targets):
        yield f"网关“{node.name}”有两条去向通到同一步"
    conditional = [flow.condition is not None for flow in node.flows]
    if node.kind is GatewayKind.AND and any(conditional):
        yield f"网关“{node.name}”是并行，去向不能带条件"
    if node.kind is GatewayKind.XOR and any(conditional[-1:]):
        yield f"网关“{node.name}”的最后一条去向不能带条件，否则可能无路可走"


def _bad_arrows(definition: Definition, ways: Sequence[Ways]) -> Iterable[tuple[int | None, str]]:
    """An AND gateway counts its arrows: only 转 and the order of its own region may lead to it."""
    gateways = arrows_into(definition, ways)
    moves: list[tuple[int | None, int, Move]] = [
        (number, node.region, way.move)
        for number, node in enumerate(definition.nodes)
        for way in ways[number].all_moves
    ]
    moves += [(None, -1, reopen.actions.move) for reopen in definition.reopens if reopen.actions.move]
    for number, region, move in moves:
        if not isinstance(move, Goto | Back) or move.node not in gateways:
            continue
        if isinstance(move, Back) or definition.nodes[move.node].region != region:
            name = definition.nodes[move.node].name
            yield number, f"并行网关“{name}”只能由同一段的步骤依次进入或“转”入，不能退回、重开或从别处转入"


def _is_a_tree(definition: Definition) -> bool:
    """Tell whether every region lies, at some depth, in the process."""
    parents = parents_of(definition)
    for region in range(len(definition.regions)):
        around: int | None = region
        for _ in definition.regions:
            around = parents.get(around) if around is not None else None
        if around is not None:
            return False
    return all(0 <= handler.scope_region < len(definition.regions) for handler in definition.handlers)


def _has_branch(node: object, branch: int | None) -> bool:
    return branch is None or (isinstance(node, Block) and 0 <= branch < len(node.branches))


def parents_of(definition: Definition) -> Mapping[int, int | None]:
    """Return the region around each region; around a handler lies its scope."""
    parents: dict[int, int | None] = {0: None}
    for node in definition.nodes:
        if isinstance(node, Block):
            parents.update((branch.region, node.region) for branch in node.branches)
    parents.update((handler.region, handler.scope_region) for handler in definition.handlers)
    return parents
