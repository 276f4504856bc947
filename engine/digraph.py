"""Directed graphs: what can be reached, by which shortest way, and what can come back to itself.

Ways and circles are found by networkx. Loading it costs a tenth of a second, more than all checks of a short text, so it
is loaded only when there is something to find: a graph without circles is known by taking away its ends (Kahn, Topological
Sorting of Large Networks, 1962), and a way is asked for only to show a fault.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)


class Digraph(Generic[Node]):
    """Nodes and the arrows between them, in the order in which they were added; an arrow adds its ends."""

    __slots__ = ("_after",)

    def __init__(self, nodes: Iterable[Node] = (), arrows: Iterable[tuple[Node, Node]] = ()) -> None:
        self._after: dict[Node, dict[Node, None]] = {node: {} for node in nodes}
        for source, target in arrows:
            self.add(source, target)

    def add(self, source: Node, target: Node) -> None:
        """Draw an arrow; drawn again it is still one."""
        self._after.setdefault(source, {})[target] = None
        self._after.setdefault(target, {})

    def __iter__(self) -> Iterator[Node]:
        return iter(self._after)

    def __contains__(self, node: object) -> bool:
        return node in self._after

    def after(self, node: Node) -> Collection[Node]:
        """Return the nodes to which arrows lead from a node."""
        return self._after.get(node, {}).keys()

    def arrows(self) -> Iterator[tuple[Node, Node]]:
        """Yield every arrow as (source, target)."""
        return ((source, target) for source, targets in self._after.items() for target in targets)

    def reached(self, *starts: Node) -> set[Node]:
        """Return the nodes to which ways lead from some nodes, these among them."""
        seen, todo = set(starts), list(starts)
        while todo:
            for following in self.after(todo.pop()):
                if following not in seen:
                    seen.add(following)
                    todo.append(following)
        return seen

    def reaching(self, *ends: Node) -> set[Node]:
        """Return the nodes from which ways lead to some nodes, these among them."""
        return self._reversed().reached(*ends)

    def nearest(self, start: Node, wanted: Collection[Node]) -> set[Node]:
        """Return those of some nodes to which the fewest arrows lead from a node; none when no way leads there."""
        seen, level = {start}, {start}
        while level:
            found = level.intersection(wanted)
            if found:
                return found
            level = {following for node in level for following in self.after(node)} - seen
            seen |= level
        return set()

    def shortest_way(self, start: Node, end: Node) -> tuple[Node, ...]:
        """Return the nodes of a shortest way of at least one arrow, both ends among them; () when there is none."""
        import networkx as nx

        graph: nx.DiGraph[Node] = nx.DiGraph(list(self.arrows()))
        graph.add_nodes_from((start, end))
        ways = nx.single_source_shortest_path(graph, start)
        before = [ways[node] for node in graph.predecessors(end) if node in ways]
        return (*min(before, key=len), end) if before else ()

    def circles(self) -> list[frozenset[Node]]:
        """Return the nodes that can come back to themselves, those together that lead to one another.

        These are the strongly connected components, without the single nodes that have no arrow to themselves.
        """
        circling = self._not_at_an_end()
        if not circling:
            return []
        import networkx as nx

        graph: nx.DiGraph[Node] = nx.DiGraph([arrow for arrow in self.arrows() if circling.issuperset(arrow)])
        groups = (frozenset(group) for group in nx.strongly_connected_components(graph))
        return [group for group in groups if len(group) > 1 or group <= set(self.after(next(iter(group))))]

    def _reversed(self) -> "Digraph[Node]":
        return Digraph(self, ((target, source) for source, target in self.arrows()))

    def _not_at_an_end(self) -> set[Node]:
        """Return what is left when nodes from which no arrow leads are taken away, again and again."""
        back = self._reversed()
        left = {node: len(following) for node, following in self._after.items()}
        ends = [node for node, following in left.items() if not following]
        while ends:
            node = ends.pop()
            del left[node]
            for earlier in back.after(node):
                left[earlier] -= 1
                if not left[earlier]:
                    ends.append(earlier)
        return set(left)
