"""Random graphs of tasks with XOR and AND gateways: mixed freely, or nested and then spoilt here and there."""

from random import Random

from engine.definition import ByHand, Definition, GatewayKind
from tests.unit.core.building import Spec, choice, equal, field, form, goto, process, split, step

KINDS = (GatewayKind.XOR, GatewayKind.AND)
Drawn = tuple[str, GatewayKind | None, list[str]]
"""Name, kind (None: a task) and targets of a node."""


def scattered(random: Random, count: int, ahead: int = 6) -> Definition:
    """Every node but the first is led to by an earlier one not far off; a few ways lead back."""
    targets: list[set[int]] = [set() for _ in range(count)]
    for number in range(1, count):
        targets[random.randint(max(0, number - ahead), number - 1)].add(number)
    for number in range(count - 1):
        if not targets[number] or random.random() < 0.2:
            targets[number].add(random.randint(number + 1, min(count - 1, number + ahead)))
        if random.random() < 0.05:
            targets[number].add(random.randint(0, number))
    drawn: list[Drawn] = []
    for number, found in enumerate(targets):
        kind = random.choice(KINDS) if len(found) > 1 or random.random() < 0.4 else None
        drawn.append((f"节{number}", kind, [f"节{each}" for each in sorted(found)]))
    return _definition(drawn)


def nested(random: Random, count: int, spoilt: int = 0) -> Definition:
    """Sequences, choices, loops and blocks in each other; then some gateways change their kind."""
    drawing = _Nesting(random)
    first = drawing.block(count - 1, drawing.name())
    drawing.drawn.append(("节1", None, []))
    order = sorted(drawing.drawn, key=lambda each: (each[0] != first, each[0] == "节1"))
    gateways = [number for number, each in enumerate(order) if each[1] is not None]
    for number in random.sample(gateways, min(spoilt, len(gateways))):
        name, kind, targets = order[number]
        order[number] = (name, KINDS[kind is GatewayKind.XOR], targets)
    return _definition(order)


class _Nesting:
    """Draws blocks from their end to their beginning, about as many nodes as asked for."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.drawn: list[Drawn] = []
        self._names = 0

    def name(self) -> str:
        self._names += 1
        return f"节{self._names}"

    def block(self, size: int, after: str) -> str:
        """Draw a block that leads to `after`; return its first node."""
        chance = self.random.random()
        if size <= 1:
            return self._node(None, [after])
        if size < 4 or chance < 0.35:
            head = self.random.randint(1, size - 1)
            return self.block(head, self.block(size - head, after))
        if chance < 0.45:
            return self._loop(size, after)
        kind = self.random.choice(KINDS)
        join = self._node(kind, [after])
        parts = min(self.random.randint(2, 3), size - 2)
        return self._node(kind, [self.block(max(1, (size - 2) // parts), join) for _ in range(parts)])

    def _loop(self, size: int, after: str) -> str:
        entry, leave = self.name(), self.name()
        head = self.block((size - 2) // 2 + 1, leave)
        again = self.block(max(1, (size - 2) // 2 - 1), entry)
        self.drawn += [(leave, GatewayKind.XOR, [after, again]), (entry, GatewayKind.XOR, [head])]
        return entry

    def _node(self, kind: GatewayKind | None, targets: list[str]) -> str:
        name = self.name()
        self.drawn.append((name, kind, targets))
        return name


def _definition(drawn: list[Drawn]) -> Definition:
    return process(
        *(_spec(name, kind, targets) for name, kind, targets in drawn),
        forms=(form("单", "选"),),
        starts=(ByHand(),),
    )


def _spec(name: str, kind: GatewayKind | None, targets: list[str]) -> Spec:
    if not targets:
        return step(name, fills=("单",))
    if kind is None:
        return step(name, fills=("单",), after=lambda number: goto(number(targets[0])))
    if kind is GatewayKind.AND:
        return split(name, *targets)
    conditions = [equal(field("选", "单"), str(position)) for position in range(len(targets) - 1)]
    return choice(name, *zip(targets, [*conditions, None], strict=True))
