"""When a case may be closed: closing conditions, unmet duties, work that must end first."""

from engine.deciding.draft import Draft
from engine.definition import Citation, Response
from engine.refusals import GateClosed
from engine.sentences import basis_text


def failing_gates(draft: Draft) -> tuple[tuple[str, tuple[Citation, ...]], ...]:
    """Return what keeps the case from closing, by name, with its articles."""
    scope = draft.scope(0, "")
    failing = [
        (gate.name, gate.basis) for gate in draft.definition.gates if not draft.holds(gate.condition, scope)
    ]
    failing += [(_response_text(draft, each), ()) for each in draft.graph.responses if _is_unmet(draft, each)]
    for opening in draft.state.openings.values():
        handler = draft.graph.handler(opening.handler)
        if handler.persists:
            failing.append((f"“{handler.name}”未办完", handler.basis))
    for frame in draft.state.frames.values():
        if frame.joined:
            failing.append((f"“{draft.graph.node(frame.fork).name}”还有分支未办完", ()))
    return tuple(failing)


def require_closable(draft: Draft) -> None:
    """Refuse to close while anything fails.

    Raises:
        GateClosed: with every failing line.
    """
    failing = failing_gates(draft)
    if failing:
        basis = tuple(dict.fromkeys(citation for _, articles in failing for citation in articles))
        raise GateClosed(tuple(name for name, _ in failing), basis_text(basis))


def _is_unmet(draft: Draft, response: Response) -> bool:
    """Tell whether `first` was done and `then` was not done after it."""
    if response.when is not None and not draft.holds(response.when, draft.scope(0, "")):
        return False
    records = draft.state.records
    first, then = records.get((response.first, "")), records.get((response.then, ""))
    if first is None or not first.done:
        return False
    return then is None or not then.done or then.revision < first.revision


def _response_text(draft: Draft, response: Response) -> str:
    first, then = draft.graph.node(response.first).name, draft.graph.node(response.then).name
    return f"办过“{first}”须办“{then}”"
