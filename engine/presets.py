"""实例: a process by the name under which it is started, with the part of its start form that is given."""

from collections.abc import Mapping

from engine.answers import Answers
from engine.case_scope import CaseScope
from engine.definition import Definition
from engine.graph import graph_of
from engine.register_definition import Preset
from engine.state import CaseState
from engine.store import Session
from engine.town import Town
from engine.values import Record


def definition_named(town: Town, name: str) -> tuple[Definition, Preset | None]:
    """Return the version in force of a process, or of that of which a prefilled start has this name.

    Raises:
        NotDeployed: there is neither.
    """
    found = None if town.version(name) is not None else preset_named(town, name)
    return found or (town.definition(town.version_in_force(name).digest), None)


def preset_named(town: Town, name: str) -> tuple[Definition, Preset] | None:
    """Return a prefilled start of this name and the version in force that holds it."""
    for version in town.versions_in_force():
        definition = town.definition(version.digest)
        for preset in definition.presets:
            if preset.name == name:
                return definition, preset
    return None


def given_by(town: Town, session: Session, definition: Definition, preset: Preset | None) -> Record:
    """Return the values of the start form that a prefilled start gives."""
    if preset is None:
        return {}
    graph = graph_of(definition)
    scope = CaseScope(graph, CaseState(), Answers(town, session, town.now, 0))
    return {name: graph.program.value(value, scope) for name, value in preset.values}


def filled_up(given: Record, form: Mapping[str, object] | None) -> Mapping[str, object] | None:
    """Return what a person handed in with what the prefilled start gives beside it."""
    return {**given, **(form or {})} if given else form
