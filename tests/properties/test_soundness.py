"""The verdict region by region agrees with trying every marking."""

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from engine.definition import Block, Definition
from engine.soundness import Problem, ProblemKind, check
from tests.properties.definitions import definition_of_returns, random_definition
from tests.properties.explorer import Explorer

ORDINARY = range(2_000)
NIGHTLY = range(2_000, 100_000)
MARKINGS = 300
ONCE_REFUSED = (20308688, 20326739, 9017302, 9039449)
"""Sound ones in which limited 退回 use one another up, refused before the places behind a jump were told apart."""
ONCE_ACCEPTED = (38673, 46606, 59886)
"""Of many limited 退回: a step behind two 超过 of a 随时 is never reached, for the first 退回 leaves its scope for good."""


def compare(seeds: Iterable[int], make: Callable[[int], Definition] = random_definition) -> Counter[str]:
    """Compare both verdicts; count how often each pair of them came up."""
    pairs: Counter[str] = Counter()
    for seed in seeds:
        definition = make(seed)
        verdict = check(definition)
        sound = Explorer(definition).is_sound(MARKINGS)
        if sound is None:
            pairs["too large"] += 1
        elif verdict.sound and not sound:
            pytest.fail(f"seed {seed}: accepted, but some marking cannot reach the end")
        elif sound and not verdict.sound:
            pairs["strict"] += 1
            unnamed = [each for each in verdict.problems if not is_named_strictness(definition, each)]
            assert unnamed == [], f"seed {seed}: refused although sound"
        else:
            pairs["sound" if sound else "unsound"] += 1
    return pairs


def is_named_strictness(definition: Definition, problem: Problem) -> bool:
    """The one rule that is stricter than soundness: a branch and a handler must be able to end by themselves."""
    beside = {
        branch.region for node in definition.nodes if isinstance(node, Block) for branch in node.branches
    }
    beside |= {handler.region for handler in definition.handlers}
    stuck = {
        ProblemKind.NO_WAY_OUT,
        ProblemKind.NEVER_JOINS,
        ProblemKind.ONLY_BY_EVENT,
        ProblemKind.ONLY_BY_RETURN,
    }
    return (
        problem.kind in stuck and problem.node is not None and definition.nodes[problem.node].region in beside
    )


def test_nothing_unsound_is_accepted_and_nothing_sound_refused_but_by_the_named_rule() -> None:
    pairs = compare(ORDINARY)
    assert pairs["sound"] > len(ORDINARY) // 5 and pairs["unsound"] > len(ORDINARY) // 5
    assert pairs["strict"] < len(ORDINARY) // 10


def test_the_same_of_many_limited_returns_that_use_one_another_up() -> None:
    pairs = compare(range(500), definition_of_returns)
    assert pairs["sound"] > 100 and pairs["unsound"] > 100


def test_what_was_refused_although_sound_is_so_no_longer() -> None:
    assert compare(ONCE_REFUSED)["too large"] == 0


def test_what_was_accepted_although_a_step_is_never_reached_is_so_no_longer() -> None:
    assert compare(ONCE_ACCEPTED, definition_of_returns) == Counter(unsound=len(ONCE_ACCEPTED))


@pytest.mark.slow
def test_the_same_at_length() -> None:
    assert compare(NIGHTLY)["sound"] > 0
    assert compare(NIGHTLY[: len(NIGHTLY) // 5], definition_of_returns)["sound"] > 0


def test_the_generator_makes_every_kind_of_problem() -> None:
    """Otherwise the comparison would show nothing about them."""
    kinds = {problem.kind for seed in range(400) for problem in check(random_definition(seed)).problems}
    assert kinds >= {
        ProblemKind.UNREACHABLE,
        ProblemKind.NO_WAY_OUT,
        ProblemKind.ONLY_BY_EVENT,
        ProblemKind.ONLY_BY_RETURN,
        ProblemKind.ENDLESS_LOOP,
    }
    assert ProblemKind.MALFORMED not in kinds
