"""Graphs drawn at random with XOR and AND gateways: the verdict is that of every marking, and what is sound runs."""

from collections import Counter
from random import Random

import pytest

from engine.definition import ByHand, Definition, Gateway, GatewayKind, Goto, Node
from engine.soundness import check
from engine.views import CaseStatus
from tests.unit.core.building import Spec, choice, equal, field, form, gateway, goto, process, split, step
from tests.unit.core.world import running

ORDINARY = range(1_500)
NIGHTLY = range(1_500, 100_000)
MARKINGS = 5_000
STEPS = 60

Arrow = tuple[int, int]


def random_graph(seed: int) -> Definition:
    """Three to nine tasks and gateways, each with one to three ways out among the others; the last one ends."""
    random = Random(seed)
    count = random.randint(3, 9)
    names = [f"节{number}" for number in range(count)]
    nodes: list[Spec] = []
    for number, name in enumerate(names):
        if number == count - 1:
            nodes.append(random.choice((step(name), gateway(name, GatewayKind.AND))))
            continue
        forward = names[number + 1 :]
        if random.random() < 0.45:
            nodes.append(_task(name, random.choice(forward)))
            continue
        targets = random.sample(forward, min(len(forward), random.randint(1, 3)))
        if random.random() < 0.15:
            targets.append(random.choice(names[: number + 1]))
        nodes.append(split(name, *targets) if random.random() < 0.5 else _choice(name, targets))
    return process(*nodes, forms=(form("单", "选"),), starts=(ByHand(),))


def _task(name: str, target: str) -> Spec:
    return step(name, fills=("单",), after=lambda number: goto(number(target)))


def _choice(name: str, targets: list[str]) -> Spec:
    conditions = [equal(field("选", "单"), str(position)) for position in range(len(targets) - 1)]
    return choice(name, *zip(targets, [*conditions, None], strict=True))


# ---- brute force, sharing nothing with the engine


def by_every_marking(definition: Definition) -> bool | None:
    """Tell whether the graph is sound: every marking can come to the one at the end, nothing circles, all is of use.

    Returns: None when there are more markings than are tried.
    """
    nodes = definition.nodes
    last = len(nodes) - 1
    ways = [_targets(node) for node in nodes]
    ways[last].append(-1)
    into: dict[int, set[Arrow]] = {number: set() for number in range(-1, len(nodes))}
    for source, targets in enumerate(ways):
        for target in targets:
            into[target].add((source, target))
    into[0].add((-2, 0))
    start, end = frozenset(((-2, 0),)), frozenset(((last, -1),))
    after: dict[frozenset[Arrow], list[tuple[frozenset[Arrow], bool]]] = {}
    used: set[int] = set()
    todo = [start]
    while todo:
        marking = todo.pop()
        if marking in after:
            continue
        if len(after) > MARKINGS:
            return None
        after[marking] = []
        for number, node in enumerate(nodes):
            every = isinstance(node, Gateway) and node.kind is GatewayKind.AND
            ready = [into[number]] if every and into[number] <= marking else []
            taken = ready if every else [{arrow} for arrow in into[number] & marking]
            gives = [ways[number]] if every else [[target] for target in ways[number]]
            for arrows in taken:
                for targets in gives:
                    made = {(number, target) for target in targets}
                    left = marking - arrows
                    if left & made or ((last, -1) in made | left and left | made != end):
                        return False
                    used.add(number)
                    after[marking].append((left | made, isinstance(node, Gateway)))
                    todo.append(left | made)
    return used == set(range(len(nodes))) and _all_end(after, end) and not _circles(after)


def _targets(node: Node) -> list[int]:
    moves = [arm.actions.move for chain in node.routes for arm in chain]
    moves += [node.after.move] if node.after is not None else []
    return [move.node for move in moves if isinstance(move, Goto)]


def _all_end(
    after: dict[frozenset[Arrow], list[tuple[frozenset[Arrow], bool]]], end: frozenset[Arrow]
) -> bool:
    good = {end} & after.keys()
    while more := {m for m, moves in after.items() if m not in good and any(to in good for to, _ in moves)}:
        good |= more
    return len(good) == len(after)


def _circles(after: dict[frozenset[Arrow], list[tuple[frozenset[Arrow], bool]]]) -> bool:
    """Tell whether gateways alone can go round: markings without a way out of haste are taken away until none is left."""
    quick = {marking: {to for to, at_once in moves if at_once} for marking, moves in after.items()}
    while done := {marking for marking, targets in quick.items() if not targets & quick.keys()}:
        quick = {marking: targets for marking, targets in quick.items() if marking not in done}
    return bool(quick)


def compare(seeds: range) -> Counter[str]:
    """Compare both verdicts; count them."""
    found: Counter[str] = Counter()
    for seed in seeds:
        definition = random_graph(seed)
        expected = by_every_marking(definition)
        if expected is None:
            found["too large"] += 1
            continue
        verdict = check(definition)
        assert verdict.sound is expected, f"seed {seed}: {verdict.reason}"
        found["sound" if expected else "unsound"] += 1
    return found


def test_the_verdict_on_a_graph_is_that_of_every_marking() -> None:
    found = compare(ORDINARY)
    assert found["sound"] > len(ORDINARY) // 20 and found["unsound"] > len(ORDINARY) // 3


@pytest.mark.slow
def test_the_same_at_length() -> None:
    assert compare(NIGHTLY)["sound"] > 0


def test_a_sound_graph_runs_to_its_end_and_leaves_nothing_behind() -> None:
    """Whatever is chosen: while the case is open there is work, and behind the end there is none."""
    sound = [made for made in map(random_graph, range(400)) if check(made).sound]
    assert len(sound) > 20
    for number, definition in enumerate(sound):
        random, case = Random(number), running(definition)
        for _ in range(STEPS):
            if case.state.status is not CaseStatus.OPEN:
                break
            assert case.steps(), f"{number}: open, and nobody has anything to do"
            name = random.choice(case.steps())
            fills = definition.nodes[case.items()[case.item(name)].node or 0]
            values = {"单": {"选": str(random.randint(0, 2))}} if getattr(fills, "fills", ()) else {}
            case.complete(name, forms=values)
        if case.state.status is not CaseStatus.OPEN:
            assert not case.state.tokens
