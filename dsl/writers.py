"""Which variables a region or a handler may write: those beside it cannot rely on them."""

from dsl.variables import Key, Variables
from dsl.walk import parts
from engine.definition import (
    Actions,
    Back,
    Block,
    ByEvent,
    ByForm,
    Definition,
    Gateway,
    Goto,
    Handler,
    Node,
    SetData,
    Step,
    Wait,
)


def regions_inside(definition: Definition, region: int) -> tuple[int, ...]:
    """Return a region and those inside it."""
    found = [region]
    for number in definition.regions[region].nodes:
        node = definition.nodes[number]
        if isinstance(node, Block):
            for branch in node.branches:
                found += regions_inside(definition, branch.region)
    return tuple(found)


def assigned_in(definition: Definition, variables: Variables, region: int) -> frozenset[Key]:
    """Return the variables that a region writes."""
    keys: set[Key] = set()
    for number, node in _nodes(definition, region):
        keys.add(("outcome", str(number)))
        keys |= _filled(variables, node)
        keys |= {("data", part.name) for part in parts(node) if isinstance(part, SetData)}
    return frozenset(keys & variables.index.keys())


def beside_keys(definition: Definition, variables: Variables, handler: Handler) -> frozenset[Key]:
    """Return the variables that a handler may write while the main flow stays where it is."""
    keys: set[Key] = set()
    if isinstance(handler.start, ByForm | ByEvent) and handler.start.form:
        keys |= variables.of_form(handler.start.form)
    for _, node in _nodes(definition, handler.region):
        keys |= _filled(variables, node)
        for part in parts(node):
            if isinstance(part, Actions) and not isinstance(part.move, Goto | Back):
                keys |= {("data", each.name) for each in part.effects if isinstance(each, SetData)}
        sets = () if isinstance(node, Block | Gateway) else node.sets
        keys |= {("data", each.name) for each in sets if isinstance(each, SetData)}
    return frozenset(keys & variables.index.keys())


def _nodes(definition: Definition, region: int) -> list[tuple[int, Node]]:
    numbers = [
        number for each in regions_inside(definition, region) for number in definition.regions[each].nodes
    ]
    return [(number, definition.nodes[number]) for number in numbers]


def _filled(variables: Variables, node: Node) -> set[Key]:
    forms = node.fills if isinstance(node, Step | Wait) else ()
    lots = tuple(lot.field.form for lot in node.draws) if isinstance(node, Step) else ()
    forms = (*forms, *lots)
    return {key for form in forms for key in variables.of_form(form)}
