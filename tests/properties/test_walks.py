"""Random walks keep every marking sound, and what can be undone leaves no trace (`tests.properties.walk`)."""

import pytest

from tests.properties.walk import LENGTH, many, walk_at_random

SEEDS = range(90)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_walk_keeps_the_marking_sound(seed: int) -> None:
    walk_at_random(seed, LENGTH)


def test_the_standing_fuzzer_does_and_undoes() -> None:
    tally = many(10_000, lambda tally: tally.walks < 25, LENGTH)
    assert tally.commands > 500 and tally.undone > 20 and tally.refused > 50


@pytest.mark.slow
def test_many_long_random_walks_keep_the_marking_sound() -> None:
    many(1_000, lambda tally: tally.walks < 2_000)
