"""What can be reached, what comes back to itself, and by which shortest way."""

from itertools import pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from engine.digraph import Digraph

Arrows = list[tuple[int, int]]
ARROWS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=24)


@given(ARROWS)
def test_circles_are_the_components_that_come_back(arrows: Arrows) -> None:
    graph = Digraph(range(8), arrows)
    after = {node: graph.reached(*graph.after(node)) for node in graph}

    expected = {frozenset(b for b in after[a] if a in after[b]) for a in graph if a in after[a]}

    assert set(graph.circles()) == expected


@given(ARROWS, st.integers(0, 7))
def test_what_is_reached_and_what_reaches(arrows: Arrows, node: int) -> None:
    graph = Digraph(range(8), arrows)
    oracle: nx.DiGraph[int] = nx.DiGraph(arrows)
    oracle.add_node(node)

    assert graph.reached(node) == {node} | nx.descendants(oracle, node)
    assert graph.reaching(node) == {node} | nx.ancestors(oracle, node)


@given(ARROWS, st.integers(0, 7), st.integers(0, 7))
def test_a_shortest_way_is_a_way_and_none_is_shorter(arrows: Arrows, start: int, end: int) -> None:
    oracle: nx.DiGraph[int] = nx.DiGraph(arrows)
    oracle.add_nodes_from(range(8))
    expected = min(
        (
            1 + nx.shortest_path_length(oracle, following, end)
            for following in oracle.successors(start)
            if nx.has_path(oracle, following, end)
        ),
        default=0,
    )

    way = Digraph(range(8), arrows).shortest_way(start, end)

    assert max(0, len(way) - 1) == expected
    assert set(pairwise(way)) <= set(arrows) and (way == () or (way[0], way[-1]) == (start, end))


def test_a_long_chain_needs_no_deep_stack() -> None:
    count = 10_000

    ring = Digraph(arrows=((number, (number + 1) % count) for number in range(count)))

    assert ring.circles() == [frozenset(range(count))]


@given(ARROWS, st.integers(0, 7), st.sets(st.integers(0, 7)))
def test_the_nearest_are_those_of_the_shortest_ways(arrows: Arrows, start: int, wanted: set[int]) -> None:
    oracle: nx.DiGraph[int] = nx.DiGraph(arrows)
    oracle.add_nodes_from(range(8))
    lengths = {
        node: length
        for node, length in nx.single_source_shortest_path_length(oracle, start).items()
        if node in wanted
    }

    nearest = Digraph(range(8), arrows).nearest(start, wanted)

    assert nearest == {node for node, length in lengths.items() if length == min(lengths.values())}
