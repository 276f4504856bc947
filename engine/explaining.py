"""Say of a refusal what only the tables know: who closed the item, and when."""

from collections.abc import Iterable
from dataclasses import replace

from engine import statements
from engine.edge_refusals import NotFound, TaskAlreadyDone
from engine.errors import Refusal
from engine.moments import read_optional
from engine.refusals import AlreadyClaimed, TaskClosed
from engine.store import Session
from engine.town import Town


def explained(town: Town, problem: Exception, touched: Iterable[int]) -> Exception:
    """Say of a closed item who closed it and when; tell moments in local time."""
    if isinstance(problem, AlreadyClaimed) and problem.at is not None:
        return replace(problem, at=problem.at.astimezone(town.zone))
    case = next(iter(touched), None)
    if isinstance(problem, TaskClosed) and case is not None:
        return closed_item(town, case, problem.item) or problem
    return problem


_HOW = {
    "done": "办结",
    "superseded": "办结",
    "recalled": "撤回",
    "returned_over": "随退回一并收回",
    "rerouted": "改道收回",
    "removed": "收回",
    "terminated": "随案件结束收回",
    "void": "随案件作废收回",
}


def closed_item(town: Town, case: int, n: int) -> Refusal | None:
    """Return the refusal that names who closed an item and when; None when it is open.

    Raises:
        NotFound: the case never had such an item.
    """
    session = Session(town.store, town.tenant)
    row = session.one(statements.item_state, case=case, n=n)
    if row is None:
        return NotFound("待办", f"{case}-{n}")
    _, status, _, closed, closed_by, _, step = row
    if closed is None:
        return None
    at = read_optional(closed)
    local = at.astimezone(town.zone) if at else None
    return TaskAlreadyDone(step, town.directory.name(closed_by), local, _HOW.get(status, "办结"))
