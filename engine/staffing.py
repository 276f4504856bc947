"""Can an organisation run a definition: enough holders for every role, and different people where they must differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from engine.definition import Definition, Role, Step

if TYPE_CHECKING:
    from engine.directory import Organisation  # a text is checked without one


@dataclass(frozen=True, slots=True)
class Shortage:
    """A role with fewer holders than it needs."""

    role: str
    needed: int
    held: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Steps that different people must do, for which the holders are too few."""

    steps: tuple[int, ...]
    holders: tuple[str, ...]


def holders_on(organisation: "Organisation", day: date | None) -> Mapping[str, frozenset[str]]:
    """Return the accounts that hold each role on a day, for whatever village or unit; without a day at any time."""
    found: dict[str, set[str]] = {}
    for post in organisation.posts:
        if day is None or post.holds_on(day):
            found.setdefault(post.role, set()).add(post.account)
    return {role: frozenset(accounts) for role, accounts in found.items()}


def shortages(definition: Definition, holders: Mapping[str, frozenset[str]]) -> tuple[Shortage, ...]:
    """Return the roles that act somewhere and have too few holders.

    Outside authorities and citizens hold no posts; roles taken from the case get their holders there.
    """
    found = []
    for role, needed in holders_needed(definition).items():
        held = len(holders.get(role.name, ()))
        if _is_held(role) and held < needed:
            found.append(Shortage(role.name, needed, held))
    return tuple(found)


def holders_needed(definition: Definition) -> Mapping[Role, int]:
    """Return the roles that act somewhere, each with the number of people that it needs at least (至少)."""
    seats: dict[str, int] = {}
    for node in definition.nodes:
        for performer in (*node.performers, *node.entered_by) if isinstance(node, Step) else ():
            if performer.role:
                seats[performer.role] = max(seats.get(performer.role, 1), performer.seats)
    return {role: max(role.minimum, seats[role.name]) for role in definition.roles if role.name in seats}


def _is_held(role: Role) -> bool:
    return not role.external and not role.citizen and role.taken is None


def conflicts(definition: Definition, holders: Mapping[str, frozenset[str]]) -> tuple[Conflict, ...]:
    """Return groups of steps whose 回避 the holders cannot meet.

    Exact: a step with more candidates than steps it must differ from can always be done and is set aside; what is
    left is searched, the step with the fewest candidates first.
    """
    roles = {role.name: role for role in definition.roles}
    candidates: dict[int, frozenset[str]] = {}
    for number, node in enumerate(definition.nodes):
        if isinstance(node, Step) and not node.external and node.performers:
            names = [performer.role for performer in node.performers]
            if all(name in roles and _is_held(roles[name]) and holders.get(name) for name in names):
                candidates[number] = frozenset().union(*(holders[name] for name in names))
    apart: dict[int, set[int]] = {number: set() for number in candidates}
    for number in candidates:
        node = definition.nodes[number]
        for recusal in node.recusals if isinstance(node, Step) else ():
            if recusal.node in candidates and recusal.node != number:
                apart[number].add(recusal.node)
                apart[recusal.node].add(number)
    hard = _hard(candidates, apart)
    found = []
    for group in _groups(hard, apart):
        if not _assign(group, candidates, apart, {}):
            people = frozenset().union(*(candidates[number] for number in group))
            found.append(Conflict(tuple(sorted(group)), tuple(sorted(people))))
    return tuple(found)


def _hard(candidates: Mapping[int, frozenset[str]], apart: Mapping[int, set[int]]) -> set[int]:
    """The steps that cannot be set aside."""
    left = {number for number in candidates if apart[number]}
    while True:
        easy = {number for number in left if len(candidates[number]) > len(apart[number] & left)}
        if not easy:
            return left
        left -= easy


def _groups(steps: set[int], apart: Mapping[int, set[int]]) -> list[set[int]]:
    """Steps that have to do with one another."""
    groups: list[set[int]] = []
    left = set(steps)
    while left:
        group, todo = set(), [left.pop()]
        while todo:
            number = todo.pop()
            group.add(number)
            following = apart[number] & left
            left -= following
            todo += following
        groups.append(group)
    return groups


def _assign(
    group: set[int],
    candidates: Mapping[int, frozenset[str]],
    apart: Mapping[int, set[int]],
    chosen: dict[int, str],
) -> bool:
    open_steps = group - chosen.keys()
    if not open_steps:
        return True

    def free(number: int) -> frozenset[str]:
        return candidates[number] - {chosen[other] for other in apart[number] if other in chosen}

    hardest = min(open_steps, key=lambda number: (len(free(number)), number))
    return any(
        _assign(group, candidates, apart, chosen | {hardest: person}) for person in sorted(free(hardest))
    )
