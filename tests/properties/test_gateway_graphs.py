"""Graphs drawn at random with XOR and AND gateways: the verdict is that of every marking, and what is sound runs."""

from collections import Counter
from random import Random

import pytest

from engine.definition import Definition, Gateway, GatewayKind, Goto, Node
from engine.soundness import ProblemKind, check
from engine.views import CaseStatus
from tests.properties.graphs import nested, scattered
from tests.unit.core.world import running

ORDINARY = range(3_000)
NIGHTLY = range(3_000, 100_000)
MARKINGS = 5_000
STEPS = 60

AND = GatewayKind.AND
Arrow = tuple[int, int]


def random_graph(seed: int) -> Definition:
    """Three to twelve nodes: mixed freely, or nested with none, one or two gateways of the wrong kind."""
    random = Random(seed)
    count = random.randint(3, 12)
    if random.random() < 0.5:
        return scattered(random, count)
    return nested(random, count, spoilt=random.choice((0, 0, 1, 2)))


# ---- brute force, sharing nothing with the engine


def by_every_marking(definition: Definition) -> bool | None:
    """Tell whether the graph is sound: every marking can come to the one at the end, nothing circles, all is of use.

    Returns: None when there are more markings than are tried.
    """
    nodes = definition.nodes
    last = len(nodes) - 1
    ways = [_targets(node) for node in nodes]
    ends = [number for number, targets in enumerate(ways) if not targets]
    assert ends == [last]
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


def length_of_a_shortest_run(definition: Definition) -> int | None:
    """Count the nodes passed until two tokens meet, one ends before others, or nobody can go on; None: never."""
    gates = {n for n, node in enumerate(definition.nodes) if isinstance(node, Gateway) and node.kind is AND}
    ways = [_targets(node) or [-1] for node in definition.nodes]
    into = {gate: {(n, gate) for n, targets in enumerate(ways) if gate in targets} for gate in gates}
    first: object = (-2, 0) if 0 in gates else 0
    into.get(0, set()).add((-2, 0))
    tried, level, passed = set[frozenset[object]](), {frozenset((first,))}, 0
    while level:
        passed += 1
        following: set[frozenset[object]] = set()
        for marking in level:
            for number, targets in enumerate(ways):
                taken = into[number] if number in gates else {number}
                for given in [targets] if number in gates else [[each] for each in targets]:
                    if not taken <= marking:
                        continue
                    left = marking - taken
                    made = {(number, each) if each in gates else each for each in given}
                    after = left | made
                    if left & made or (-1 in after and len(after) > 1) or _is_dead(after, ways, into):
                        return passed
                    following.add(after)
        tried |= level
        level = following - tried
    return None


def _is_dead(marking: frozenset[object], ways: list[list[int]], into: dict[int, set[Arrow]]) -> bool:
    return marking != {-1} and not any(
        into[number] <= marking if number in into else number in marking for number in range(len(ways))
    )


def test_a_fault_is_shown_by_a_shortest_run() -> None:
    lengths: Counter[int] = Counter()
    for seed in ORDINARY[::2]:
        definition = random_graph(seed)
        verdict = check(definition)
        if {each.kind for each in verdict.problems} & {ProblemKind.LEFT_OVER, ProblemKind.NO_WAY_OUT}:
            expected = length_of_a_shortest_run(definition)
            assert expected in (None, len(verdict.witness)), f"seed {seed}: {verdict.witness}"
            lengths[expected or 0] += 1
    assert sum(lengths[length] for length in lengths if length > 3) > 30


def test_graphs_of_140_nodes_are_decided_and_what_is_nested_right_is_sound() -> None:
    for seed in range(25):
        assert check(nested(Random(seed), 140)).sound, seed
        for definition in (nested(Random(seed), 140, spoilt=1), scattered(Random(seed), 140)):
            verdict = check(definition)
            assert not verdict.sound and all(each.witness for each in verdict.problems), seed
            assert ProblemKind.UNDECIDED not in {each.kind for each in verdict.problems}, seed


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
