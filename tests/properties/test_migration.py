"""To a version with other numbers and back, at any moment of any walk, nothing is lost and nothing else changes."""

from random import Random

import pytest

from engine.commands import Act, Migrate
from engine.definition import Definition
from engine.graph import graph_of
from engine.marking_check import finishing_fault
from engine.state import CaseState
from engine.views import CaseStatus
from tests.properties.flows import Flows
from tests.properties.walk import LENGTH, Walk, check_marking
from tests.unit.core.building import step

_ADMINISTRATOR = Act("管理员", reason="新规施行")


class TwoVersions(Walk):
    """A walk over a definition, and the same definition with a step before its first."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.next_version = Flows(Random(seed)).definition(step("前置"))

    def free_graph(self) -> Definition:
        """Draw a definition that has another version, of every seed."""
        return Flows(self.random).definition()

    def there(self) -> None:
        """Put the case under the other version; the next time it goes back."""
        here = self.case.definition
        self.case.do(
            Migrate(
                _ADMINISTRATOR,
                here.name + str(len(here.nodes)),
                str(len(self.next_version.nodes)),
                self.next_version,
            )
        )
        self.next_version, self.books.definition = here, self.next_version


def standing(state: CaseState) -> tuple[object, ...]:
    """Everything that numbers of a definition stand in, and what people hold."""
    return (
        state.tokens,
        state.frames,
        state.openings,
        state.activations,
        state.parked,
        state.requests,
        state.records,
        state.returns,
        state.periods,
        state.clocks,
    )


@pytest.mark.parametrize("seed", range(10))
def test_to_another_version_and_back_is_as_if_nothing_had_been(seed: int) -> None:
    walk = TwoVersions(seed)
    for _ in range(LENGTH):
        walk.run(walk.case.tick)  # what is due happens with any command
        state = walk.case.state
        if state.status is not CaseStatus.OPEN:
            break
        if not (state.pleas or state.proposals):
            before, items = standing(state), set(walk.case.items())
            walk.there()
            check_marking(walk.case)
            assert set(walk.case.items()) == items
            if walk.random.random() < 0.5:
                walk.there()
                assert standing(walk.case.state) == before
        walk.step()


@pytest.mark.parametrize("seed", range(20))
def test_wherever_a_case_of_a_sound_definition_stands_it_can_finish(seed: int) -> None:
    """Sound from the beginning means from every marking that is reached: the judge of markings must not be stricter."""
    walk = Walk(seed)
    for _ in range(LENGTH):
        assert finishing_fault(graph_of(walk.case.definition), walk.case.state) is None
        if walk.case.state.status is not CaseStatus.OPEN:
            break
        walk.step()
