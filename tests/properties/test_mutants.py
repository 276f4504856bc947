"""One slip of the hand in a good definition: the compiler answers, at places in the text."""

import pytest

from tests.properties.mutants import mutants
from tests.unit.dsl.seeded import base_of

BASES = ("permit", "whistle", "linked")


def judge(base: str, count: int, seed: int) -> None:
    for did, text in mutants(base_of(base).text, count, seed):
        lines = text.split("\n")
        for finding in base_of(base).findings(text):
            assert finding.hint and 1 <= finding.place.line <= len(lines), (did, finding)


@pytest.mark.parametrize("base", BASES)
def test_every_slip_is_answered(base: str) -> None:
    judge(base, 12, seed=7)


@pytest.mark.slow
@pytest.mark.parametrize("base", BASES)
def test_the_same_at_length(base: str) -> None:
    judge(base, 700, seed=20230410)


def test_a_branch_without_steps_stops_nothing() -> None:
    """Found by a line exchanged: an event is awaited behind a parallel one of whose branches is empty."""
    text = base_of("linked").text
    empty = text.replace("  汇合 叫应\n", "    分支 空\n  汇合 叫应\n")
    assert "S109" in {finding.code for finding in base_of("linked").findings(empty)}
