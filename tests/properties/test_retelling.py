"""A recorded case decided again by its own definition does the same: through every operation, to its very end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from engine.counterfactual import differences
from engine.events import FormSubmitted
from engine.state import CaseState
from engine.values import Record
from engine.views import CaseStatus
from tests.properties.walk import DEPUTIES, LENGTH, Walk
from tests.unit.core.world import World


class Steady(Walk):
    """A walk under one definition, with the same grants at every moment."""

    def grant(self) -> None:
        """Leave the grants as they are."""

    def go_over(self) -> None:
        """Stay with the definition."""


@dataclass
class Retold(World):
    """The same town at a past moment, with what the case decided again has submitted."""

    kept: dict[tuple[int, str], Record] = field(default_factory=dict)
    states: dict[int, CaseState] = field(default_factory=dict)

    def keep(self, revision: int, submitted: FormSubmitted) -> None:
        self.kept[revision, submitted.form] = submitted.values

    def remember(self, state: CaseState) -> None:
        self.states[state.revision] = state

    def submission(self, revision: int, form: str) -> Record:
        return self.kept[revision, form]

    def state_at(self, revision: int) -> CaseState:
        return self.states[revision]


def told_again(walk: Walk) -> tuple[str, ...]:
    kept: dict[tuple[int, str], Record] = {}
    states = {0: CaseState()}
    series: Mapping[tuple[str, int], int] = {}
    case = walk.case

    def facts_at(moment: datetime) -> Retold:
        return Retold(
            case.definition,
            administrators=case.administrators,
            standing_in=dict(DEPUTIES),
            now=moment,
            series=dict(series),
            kept=kept,
            states=states,
        )

    found = differences(case.definition, case.definition, case.groups, facts_at)
    return tuple(f"{each.revision} {each.step} {each.text}" for each in found)


@pytest.mark.parametrize("seed", range(60))
def test_by_the_same_definition_nothing_would_have_been_otherwise(seed: int) -> None:
    walk = Steady(seed)
    for _ in range(2 * LENGTH):
        if walk.case.state.status is not CaseStatus.OPEN:
            walk.reopen()
        walk.step()
    assert told_again(walk) == ()
