"""What people may start: processes by form or by hand; and which form an operation is filled with."""

from collections.abc import Iterator

from engine.answers import Answers
from engine.case_scope import CaseScope
from engine.commands import Act
from engine.deciding.authority import candidates, qualifies
from engine.deciding.draft import Draft
from engine.definition import ByForm, ByHand, Definition
from engine.evolve_seats import find_activation
from engine.graph import graph_of
from engine.presets import definition_named, given_by
from engine.refusals import NotAllowed
from engine.state import CaseState
from engine.store import Session
from engine.task_views import defaults, records_of
from engine.town import Town
from engine.views import FormView, Startable, StartView


def startable(town: Town, session: Session, account: str) -> tuple[Startable, ...]:
    """Return the processes in force that a person may start, each once."""
    found: list[Startable] = []
    for version in town.versions_in_force():
        definition = town.definition(version.digest)
        by = next(_ways(town, session, definition, account), None)
        if by is None:
            continue
        form = by.form if isinstance(by, ByForm) else None
        found.append(Startable(definition.name, form, described(by), definition.basis))
        found += (
            Startable(preset.name, form, f"{described(by)}，已预填", preset.basis or definition.basis)
            for preset in definition.presets
        )
    return tuple(found)


def start_view(town: Town, session: Session, process: str, account: str) -> StartView:
    """Open a process for starting, by its name or that of a prefilled start.

    Raises:
        NotDeployed, NotAllowed
    """
    definition, preset = definition_named(town, process)
    by = next(_ways(town, session, definition, account), None)
    if by is None:
        raise NotAllowed(f"发起“{process}”")
    graph = graph_of(definition)
    form = graph.forms[by.form] if isinstance(by, ByForm) else None
    scope = CaseScope(graph, CaseState(), Answers(town, session, town.now, 0))
    return StartView(
        process=process,
        form=None
        if form is None
        else FormView(form, {**defaults(graph, form, scope), **given_by(town, session, definition, preset)}),
        records=records_of(graph, (form,)) if form is not None else {},
        enumerations={each.name: each for each in definition.enumerations},
        description=described(by),
        basis=definition.basis,
    )


def may_start(town: Town, definition: Definition, account: str) -> bool:
    """Tell whether a person may start a process."""
    session = Session(town.store, town.tenant)
    return next(_ways(town, session, definition, account), None) is not None


def start_forms(definition: Definition) -> tuple[str, ...]:
    """Return the forms a process may be started with."""
    return tuple(dict.fromkeys(by.form for by in definition.starts if isinstance(by, ByForm)))


def described(by: ByForm | ByHand) -> str:
    """Say how a process is started."""
    return f"填写《{by.form}》" if isinstance(by, ByForm) else "直接发起"


def _ways(town: Town, session: Session, definition: Definition, account: str) -> Iterator[ByForm | ByHand]:
    facts = Answers(town, session, town.now, 0)
    draft = Draft(graph_of(definition), CaseState(), facts, Act(account))
    for by in definition.starts:
        if isinstance(by, ByForm | ByHand):
            offered = candidates(draft, by.performers, draft.scope(0, ""))
            if not by.performers or qualifies(facts, offered, account):
                yield by


def operation_forms(
    definition: Definition, state: CaseState, operation: str, to: str, item: int | None
) -> tuple[str, ...]:
    """Return the forms that may be filled with an operation on a case or item."""
    found: list[str | None] = []
    match operation:
        case "begin":
            starts = [each.start for each in definition.handlers if each.name == to.partition("#")[0]]
            found = [start.form for start in starts if isinstance(start, ByForm)]
        case "reopen":
            found = [way.start.form for way in definition.reopens if isinstance(way.start, ByForm)]
        case "stop_clock" | "resume":
            stops = [stop for clock in definition.clocks if clock.name == to for stop in clock.stops]
            found = [stop.form if operation == "stop_clock" else stop.resume_form for stop in stops]
        case "extend" if item is None:
            found = [
                rung.form for clock in definition.clocks if clock.name == to for rung in clock.extensions
            ]
        case "extend" if (activation := find_activation(state, item or 0)) is not None:
            node = definition.nodes[activation.node]
            found = [rung.form for rung in getattr(node, "extensions", ())]
        case _:
            found = []
    return tuple(dict.fromkeys(form for form in found if form))
