"""A definition prepared for running: what follows what, what lies inside what, found once and kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import TypeVar

from engine.compiled import Program
from engine.definition import (
    AnchorKind,
    Block,
    Branch,
    ByCondition,
    ByEvent,
    ByPeriod,
    ByRecurrence,
    Deadline,
    Definition,
    Exclusive,
    Field,
    Form,
    Handler,
    Node,
    Precedence,
    Response,
    Role,
    Secrecy,
    Step,
    Wait,
)
from engine.expressions import DataRef, FieldRef, FormRef, Literal, ParameterRef
from engine.marking import Candidate
from engine.staffing import holders_needed
from engine.ways import all_ways, arrows_into

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Graph:
    """One definition with its indexes. `instance_depth` counts the instance branches around a region."""

    definition: Definition
    nodes: tuple[Node, ...]
    program: Program
    following: tuple[int | None, ...]
    names: Mapping[str, int]
    parents: tuple[int | None, ...]  # region -> region around it (a handler's: its scope)
    branches: Mapping[int, tuple[int, int]]  # region of a branch -> (block, position)
    ancestors: tuple[tuple[int, ...], ...]  # region -> itself and the regions around it, inmost first
    inside: tuple[frozenset[int], ...]  # region -> nodes in it and in the regions within
    instance_depth: tuple[int, ...]
    forms: Mapping[str, Form]
    fields: Mapping[tuple[str, str], Field]
    roles: Mapping[str, Role]
    fewest: Mapping[
        tuple[str, str], tuple[int, str]
    ]  # (form, field of people) -> how many a role needs, the role
    handlers: Mapping[str, int]
    clocks: Mapping[str, int]
    precedences: Mapping[int, tuple[Precedence, ...]]  # by `then`
    exclusives: Mapping[int, frozenset[int]]  # node -> the nodes never open with it
    offered: Mapping[int, tuple[Candidate, ...]]  # id of performers -> to whom, where no case changes that
    growing: frozenset[int]  # blocks with a branch that gets instances while they run
    responses: tuple[Response, ...]
    excludes: tuple[tuple[frozenset[int], frozenset[int]], ...]  # clock -> (nodes, handlers)
    free: frozenset[int]  # regions with an AND gateway
    arrows: Mapping[int, frozenset[int]]  # AND gateway -> the nodes that lead to it
    firm: bool  # no limit of a step waits for its start or length, or follows a date
    watched: bool  # something may happen by itself after any command
    confidential: frozenset[tuple[str, str]]  # (form, field) whose values do not enter the chain
    shown: frozenset[str] | None  # forms and data ("=name") that lists show something of; None: hard to say

    def node(self, number: int) -> Node:
        """Return a node."""
        return self.nodes[number]

    def region_of(self, node: int) -> int:
        """Return the region a node stands in."""
        return self.nodes[node].region

    def branch_of(self, region: int) -> Branch | None:
        """Return the branch whose region this is."""
        found = self.branches.get(region)
        return None if found is None else self.block(found[0]).branches[found[1]]

    def block(self, node: int) -> Block:
        """Return a node that is known to be a block."""
        block = self.nodes[node]
        assert isinstance(block, Block), block
        return block

    def handler(self, number: int) -> Handler:
        """Return a handler."""
        return self.definition.handlers[number]

    def first(self, region: int) -> int:
        """Return the node a region begins with."""
        return self.definition.regions[region].nodes[0]

    def path(self, region: int, key: str) -> str:
        """Return the part of an instance key that a region needs."""
        depth = self.instance_depth[region]
        return "/".join(key.split("/")[:depth]) if depth and key else ""


_graphs: dict[int, Graph] = {}
_MOST = 64


def graph_of(definition: Definition) -> Graph:
    """Return the graph of a definition, prepared at its first use."""
    known = _graphs.get(id(definition))
    if known is not None and known.definition is definition:
        return known
    if len(_graphs) >= _MOST:
        _graphs.pop(next(iter(_graphs)), None)
    graph = _graphs[id(definition)] = _prepare(definition)
    return graph


def _prepare(definition: Definition) -> Graph:
    following: list[int | None] = [None] * len(definition.nodes)
    for region in definition.regions:
        for node, after in zip(region.nodes, region.nodes[1:], strict=False):
            following[node] = after
    branches = {
        branch.region: (number, position)
        for number, node in enumerate(definition.nodes)
        if isinstance(node, Block)
        for position, branch in enumerate(node.branches)
    }
    parents = tuple(_parent(definition, branches, region) for region in range(len(definition.regions)))
    ancestors = tuple(tuple(_upwards(parents, region)) for region in range(len(definition.regions)))
    handlers = {handler.name: number for number, handler in enumerate(definition.handlers)}
    names = {node.name: number for number, node in enumerate(definition.nodes)}
    arrows = arrows_into(definition, all_ways(definition))
    return Graph(
        definition=definition,
        nodes=definition.nodes,
        program=Program(definition),
        following=tuple(following),
        names=names,
        parents=parents,
        branches=branches,
        ancestors=ancestors,
        inside=tuple(
            frozenset(
                number for number, node in enumerate(definition.nodes) if region in ancestors[node.region]
            )
            for region in range(len(definition.regions))
        ),
        instance_depth=tuple(
            sum(1 for part in chain if _is_instance(definition, branches, part)) for chain in ancestors
        ),
        forms={form.name: form for form in definition.forms},
        fields={(form.name, field.name): field for form in definition.forms for field in form.fields},
        roles={role.name: role for role in definition.roles},
        fewest=_fewest(definition),
        handlers=handlers,
        clocks={clock.name: number for number, clock in enumerate(definition.clocks)},
        precedences=_precedences(definition),
        exclusives=_exclusives(definition),
        offered=dict(_offered(definition)),
        growing=_growing(definition),
        responses=tuple(each for each in definition.constraints if isinstance(each, Response)),
        excludes=tuple(
            (
                frozenset(names[name] for name in clock.excludes if name in names),
                frozenset(handlers[name] for name in clock.excludes if name in handlers),
            )
            for clock in definition.clocks
        ),
        free=frozenset(definition.nodes[gateway].region for gateway in arrows),
        arrows=arrows,
        firm=all(_is_firm(each) for node in definition.nodes for each in getattr(node, "deadlines", ())),
        watched=_is_watched(definition),
        confidential=frozenset(
            (form.name, field.name)
            for form in definition.forms
            for field in form.fields
            if field.secrecy is Secrecy.CONFIDENTIAL
        ),
        shown=_shown(definition),
    )


def _parent(definition: Definition, branches: Mapping[int, tuple[int, int]], region: int) -> int | None:
    if region in branches:
        return definition.nodes[branches[region][0]].region
    handler = definition.regions[region].handler
    return None if handler is None else definition.handlers[handler].scope_region


def _upwards(parents: tuple[int | None, ...], region: int | None) -> Iterator[int]:
    while region is not None:
        yield region
        region = parents[region]


def _is_instance(definition: Definition, branches: Mapping[int, tuple[int, int]], region: int) -> bool:
    if region not in branches:
        return False
    node, position = branches[region]
    block = definition.nodes[node]
    return isinstance(block, Block) and block.branches[position].each is not None


def _fewest(definition: Definition) -> dict[tuple[str, str], tuple[int, str]]:
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for role, needed in holders_needed(definition).items():
        if needed > 1 and isinstance(role.taken, FieldRef):
            place = role.taken.form, role.taken.field
            found[place] = max(found.get(place, (0, "")), (needed, role.name))
    return found


def _precedences(definition: Definition) -> dict[int, tuple[Precedence, ...]]:
    found: dict[int, tuple[Precedence, ...]] = {}
    for constraint in definition.constraints:
        if isinstance(constraint, Precedence):
            found[constraint.then] = (*found.get(constraint.then, ()), constraint)
    return found


def _exclusives(definition: Definition) -> dict[int, frozenset[int]]:
    found: dict[int, frozenset[int]] = {}
    for constraint in definition.constraints:
        if isinstance(constraint, Exclusive):
            for node in constraint.nodes:
                others = frozenset(constraint.nodes) - {node}
                found[node] = found.get(node, frozenset()) | others
    return found


def _offered(definition: Definition) -> Iterator[tuple[int, tuple[Candidate, ...]]]:
    """Yield the performers of steps whose roles hold everywhere; known by identity, like expressions."""
    everywhere = {role.name for role in definition.roles if role.per is None and role.taken is None}
    for node in definition.nodes:
        for performers in (node.performers, node.entered_by) if isinstance(node, Step) else ():
            if all(each.role in everywhere and each.scope is None for each in performers):
                yield id(performers), tuple(Candidate(each.role) for each in performers)


def _growing(definition: Definition) -> frozenset[int]:
    return frozenset(
        number
        for number, node in enumerate(definition.nodes)
        if isinstance(node, Block) and any(branch.growing for branch in node.branches)
    )


def _is_firm(deadline: Deadline) -> bool:
    known = deadline.anchor.kind in (AnchorKind.REACHED, AnchorKind.STARTED)
    return known and deadline.clock is None and isinstance(deadline.span, Literal | ParameterRef)


def _is_watched(definition: Definition) -> bool:
    waits = any(isinstance(node, Wait) for node in definition.nodes)
    starts = any(
        isinstance(handler.start, ByCondition | ByEvent | ByPeriod) for handler in definition.handlers
    )
    exclusive = any(isinstance(constraint, Exclusive) for constraint in definition.constraints)
    return waits or bool(_growing(definition)) or starts or exclusive or bool(definition.clocks)


def _shown(definition: Definition) -> frozenset[str] | None:
    read = (*definition.title, *definition.summary, definition.territory, definition.subject)
    if not all(isinstance(each, FieldRef | DataRef | Literal | None) for each in read):
        return None
    names = fields_read((read, tuple(DataRef(each.name) for each in definition.data)))
    return frozenset(name if name.startswith("=") else name.partition(".")[0] for name in names)


def recurrence_of(definition: Definition) -> ByRecurrence | None:
    """Return how the cases of a recurring duty come about; None for a process."""
    return next((by for by in definition.starts if isinstance(by, ByRecurrence)), None)


def fields_read(part: object) -> frozenset[str]:
    """Return what any part of a definition reads: fields ("form.field", a whole form "form.*") and data ("=name")."""
    found: set[str] = set()
    _collect(part, found)
    return frozenset(found)


def _collect(part: object, found: set[str]) -> None:
    match part:
        case FieldRef(form, field):
            found.add(f"{form}.{field}")
        case FormRef(form):
            found.add(f"{form}.*")
        case DataRef(name):
            found.add(f"={name}")
        case tuple():
            for each in part:
                _collect(each, found)
        case _ if is_dataclass(part):
            for slot in fields(part):
                _collect(getattr(part, slot.name), found)
        case _:
            pass
