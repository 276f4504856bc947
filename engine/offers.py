"""To whom an open work item is offered, as names that an inbox can look up (`schema.offer`)."""

from collections.abc import Iterator

from engine.directory import Directory
from engine.facts import Facts
from engine.marking import Candidate, OpenItem
from engine.views import ItemStatus

BARRED = "x:"
"""Begins the name of a person to whom an item is not offered though a role of his is."""
SUPERVISING = "e:"
"""Begins the name of a role to which an item was escalated: it watches over it, whoever holds it."""


def principals(item: OpenItem, directory: Directory, facts: Facts) -> tuple[str, ...]:
    """Return the names under which an item is offered; none when it is held or cannot be answered.

    An item that only one person may take is his at once (`s:`), without claiming. Roles to which it was escalated
    watch over it (`e:`), and may take it while it is in a pool.
    """
    found = [f"{SUPERVISING}{role}" for role in item.escalated]
    if item.status is ItemStatus.OPEN and item.holder is None:
        people = {
            account for candidate in item.candidates for account in _people(candidate, directory, facts)
        } - set(item.barred)
        if len(people) == 1:
            found.append(f"s:{people.pop()}")
        else:
            found += [name for candidate in item.candidates for name in _names(candidate, directory)]
            found += [f"r:{role}" for role in item.escalated]
            found += [f"{BARRED}{account}" for account in item.barred]
    return tuple(dict.fromkeys(found))


def _people(candidate: Candidate, directory: Directory, facts: Facts) -> Iterator[str]:
    yield from candidate.accounts
    if candidate.taken and isinstance(candidate.scope, str):
        yield from directory.members(candidate.scope)
    if not (candidate.taken and candidate.accounts):
        yield from facts.holders(candidate.role, candidate.dimension, candidate.scope)


def _names(candidate: Candidate, directory: Directory) -> Iterator[str]:
    for account in candidate.accounts:
        yield f"a:{account}"
    if candidate.taken and isinstance(candidate.scope, str):
        yield f"u:{candidate.scope}"
    if candidate.taken and candidate.accounts:
        return
    if candidate.scope is None:
        yield f"r:{candidate.role}"
        return
    yield f"r:{candidate.role}|*"
    for scope in directory.scopes(candidate.scope):
        yield f"r:{candidate.role}|{scope}"
