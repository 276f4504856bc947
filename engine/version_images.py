"""Which part of one version of a definition stands for which part of another: by name, or as the administrator says.

Pure comparison of two definitions; what a case has of it decides whether that case can go over (`deciding.migration`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.definition import Block, Definition, Gateway, Node, Performer, Step, Wait


@dataclass(frozen=True, slots=True)
class VersionImages:
    """Numbers of the old version -> numbers of the new one; what is missing has no image.

    Args:
        branches: (old block, old branch) -> new branch, of blocks that have an image.
        faults: what is wrong with the mapping that was given, one sentence each.
    """

    nodes: Mapping[int, int]
    branches: Mapping[tuple[int, int], int]
    clocks: Mapping[int, int]
    handlers: Mapping[int, int]
    faults: tuple[str, ...] = field(default=())


def images_between(
    old: Definition, new: Definition, renamed: Mapping[str, str] | None = None
) -> VersionImages:
    """Compare two versions.

    Args:
        renamed: old name -> new name of a step, block, clock or at-any-time item whose name has changed.
    """
    said = renamed or {}
    nodes = _nodes(old, new, said)
    return VersionImages(
        nodes,
        dict(_branches(old, new, nodes, said)),
        _named([each.name for each in old.clocks], [each.name for each in new.clocks], said),
        _named([each.name for each in old.handlers], [each.name for each in new.handlers], said),
        tuple(_faults(old, new, said)),
    )


def shape_fault(old: Node, new: Node) -> str:
    """Return why open work of a node cannot go on as work of its image; empty when it can."""
    match old, new:
        case Step(), Step():
            return _step_fault(old, new)
        case Wait(), Wait():
            return "" if _awaited(old) == _awaited(new) else f"原来{_awaited(old)}，新版{_awaited(new)}"
        case _:
            return ""


def _step_fault(old: Step, new: Step) -> str:
    if old.external != new.external:
        return "新版改由镇里办理" if old.external else "新版改由外部机关办理"
    if (old.countersign is None) != (new.countersign is None):
        return "新版增加了会签" if old.countersign is None else "新版取消了会签"
    if _seating(old) != _seating(new):
        return "新版的席位数不同"
    return ""


def _seating(step: Step) -> tuple[int, int, bool]:
    """Return how many seats the definition itself gives a step: shared ones, helpers, and whether each holder has one."""
    performers: Sequence[Performer] = step.entered_by if step.external else step.performers
    shared = max((each.seats for each in performers if not each.each), default=0)
    return shared, len(step.assistants), any(each.each for each in performers)


def _awaited(wait: Wait) -> str:
    if wait.awaits_call:
        return "等子规程办结"
    if wait.event is not None:
        return f"等“{wait.event}”"
    return "等条件成立" if wait.condition is not None else "等时间到"


def _nodes(old: Definition, new: Definition, renamed: Mapping[str, str]) -> Mapping[int, int]:
    numbers = {node.name: number for number, node in enumerate(new.nodes)}
    found: dict[int, int] = {}
    for number, node in enumerate(old.nodes):
        image = numbers.get(renamed.get(node.name, node.name))
        if image is not None and _kind(node) == _kind(new.nodes[image]):
            found[number] = image
    return found


def _kind(node: Node) -> str:
    match node:
        case Step():
            return "步骤"
        case Wait():
            return "等待"
        case Block():
            return "并行"
        case Gateway():
            return node.kind.value


def _branches(
    old: Definition, new: Definition, nodes: Mapping[int, int], renamed: Mapping[str, str]
) -> Iterator[tuple[tuple[int, int], int]]:
    for number, image in nodes.items():
        block, other = old.nodes[number], new.nodes[image]
        if isinstance(block, Block) and isinstance(other, Block):
            names = {branch.name: position for position, branch in enumerate(other.branches)}
            for position, branch in enumerate(block.branches):
                found = names.get(renamed.get(branch.name, branch.name))
                if found is not None and (branch.each is None) == (other.branches[found].each is None):
                    yield (number, position), found


def _named(old: Sequence[str], new: Sequence[str], renamed: Mapping[str, str]) -> Mapping[int, int]:
    numbers = {name: number for number, name in enumerate(new)}
    images = ((number, numbers.get(renamed.get(name, name))) for number, name in enumerate(old))
    return {number: image for number, image in images if image is not None}


def _faults(old: Definition, new: Definition, renamed: Mapping[str, str]) -> Iterator[str]:
    before, after = set(_names(old)), set(_names(new))
    for name, image in renamed.items():
        if name not in before:
            yield f"对应关系“{name}={image}”：原版没有“{name}”"
        if image not in after:
            yield f"对应关系“{name}={image}”：新版没有“{image}”"
    images = Counter(renamed.get(name, name) for name in _names(old))
    for name, times in images.items():
        if times > 1 and name in renamed.values():
            yield f"“{name}”成了几处的对应：一处只能对应一处"


def _names(definition: Definition) -> Iterator[str]:
    yield from (node.name for node in definition.nodes)
    yield from (clock.name for clock in definition.clocks)
    yield from (handler.name for handler in definition.handlers)
    for node in definition.nodes:
        if isinstance(node, Block):
            yield from (branch.name for branch in node.branches)
