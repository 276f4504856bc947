"""送达期限: a document with a length behind 送达 gets a clock of the case, from its issue to its service on the last party."""

from collections.abc import Iterator, Mapping

from dsl.citations import citations
from dsl.context import Context, Env
from dsl.declarations import ServedOn
from dsl.lower_limits import span
from dsl.walk import actions_of, parts
from engine.definition import (
    Actions,
    Anchor,
    AnchorKind,
    Clock,
    Definition,
    Issue,
    Notify,
    Overdue,
    Performer,
    Reminder,
    Step,
)
from engine.values import Span, Unit

_AHEAD = Span(1, Unit.DAY)


def service_clocks(context: Context, definition: Definition) -> tuple[Clock, ...]:
    """Return a clock for each document that the process issues and that must be served within a length of time.

    Whoever does the issuing steps is reminded a day ahead and told when the limit has passed.
    """
    return tuple(
        _clock(context, name, line, roles)
        for name, roles in _issued(definition).items()
        for line in _lines(context, name)
        if line.span is not None
    )


def _lines(context: Context, name: str) -> Iterator[ServedOn]:
    written = context.scope.documents.get(name)
    yield from (line for line in written.properties if isinstance(line, ServedOn)) if written else ()


def _clock(context: Context, document: str, line: ServedOn, roles: tuple[str, ...]) -> Clock:
    assert line.span is not None, line
    name = f"送达{document}"
    local = f"{context.process}.{name}" if line.local else None
    told = Notify(roles, f"《{document}》的送达期限已到，还没有登记送达")
    made = Clock(
        name,
        span(context, line.span, Env(), local),
        Anchor(AnchorKind.ISSUED, document=document),
        Anchor(AnchorKind.SERVED, document=document),
        reminders=(Reminder(_AHEAD, roles),),
        overdue=(Overdue(None, Actions((told,))),),
        local=line.local,
        basis=citations(line.citations),
    )
    return context.places.note(made, line.place)


def _issued(definition: Definition) -> Mapping[str, tuple[str, ...]]:
    """Documents that steps and extensions issue, each with the roles of those who issue it."""
    found: dict[str, tuple[str, ...]] = {}
    for name, performers in _issues(definition):
        doing = (each.role for each in performers if each.role)
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), *doing)))
    return found


def _issues(definition: Definition) -> Iterator[tuple[str, tuple[Performer, ...]]]:
    for owner in (*definition.nodes, *definition.clocks):
        if isinstance(owner, Step):
            named = [part.document for part in parts(tuple(actions_of(owner))) if isinstance(part, Issue)]
            yield from ((name, owner.performers) for name in (*owner.issues, *named))
        if isinstance(owner, Step | Clock):
            for rung in owner.extensions:
                yield from ((name, rung.approvers) for name in rung.documents)
