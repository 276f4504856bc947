"""To a version with other numbers and back, at any moment of any walk, nothing is lost and nothing else changes."""

import pytest

from engine.commands import Act, Migrate
from engine.graph import graph_of
from engine.marking_check import finishing_fault
from engine.state import CaseState
from engine.views import CaseStatus
from tests.properties.walk import LENGTH, Walk, check_marking

_ADMINISTRATOR = Act("管理员", reason="新规施行")


def go_over(walk: Walk) -> None:
    """Put the case under its other version; the next time it goes back."""
    here, there = walk.case.definition, walk.other_version
    assert there is not None
    walk.case.do(Migrate(_ADMINISTRATOR, str(len(here.nodes)), str(len(there.nodes)), there))
    walk.other_version, walk.books.definition = here, there


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


@pytest.mark.parametrize("seed", [seed for seed in range(13) if seed % 5])
def test_to_another_version_and_back_is_as_if_nothing_had_been(seed: int) -> None:
    walk = Walk(seed)
    for _ in range(LENGTH):
        walk.run(walk.case.tick)  # what is due happens with any command
        state = walk.case.state
        if state.status is not CaseStatus.OPEN:
            break
        if not (state.pleas or state.proposals):
            before, items = standing(state), set(walk.case.items())
            go_over(walk)
            check_marking(walk.case)
            assert set(walk.case.items()) == items
            if walk.random.random() < 0.5:
                go_over(walk)
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
