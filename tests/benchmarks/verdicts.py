"""How long a verdict on a graph takes, and what a compiled table and expression cost beside the same in Python."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from engine.definition import Definition
from engine.soundness import check
from engine.verdict import ProblemKind
from tests.properties.graphs import nested, scattered

NODES = 140
GRAPHS = 1_000
TARGET = 20
"""Milliseconds in which 99 of 100 graphs are judged."""


@dataclass(frozen=True, slots=True)
class VerdictReading:
    """Milliseconds for one graph: half, 99 of 100, all are at most; and how many were left undecided."""

    name: str
    half: float
    most: float
    longest: float
    undecided: int


def verdicts() -> tuple[VerdictReading, ...]:
    """Judge graphs of 140 nodes: mixed freely, and nested with a few gateways of the wrong kind."""
    return (
        _judge("mixed freely", lambda random: scattered(random, NODES, random.choice((3, 6, 12, 60)))),
        _judge("nested", lambda random: nested(random, NODES)),
        _judge("nested, then spoilt", lambda random: nested(random, NODES, random.choice((1, 3, 10)))),
    )


def _judge(name: str, make: Callable[[Random], Definition]) -> VerdictReading:
    made = [make(Random(seed)) for seed in range(GRAPHS)]
    gc.collect()
    gc.freeze()  # what was loaded before is no part of a verdict
    times: list[float] = []
    undecided = 0
    for definition in made:
        started = time.process_time()
        verdict = check(definition)
        times.append(1_000 * (time.process_time() - started))
        undecided += any(each.kind is ProblemKind.UNDECIDED for each in verdict.problems)
    gc.unfreeze()
    cuts = statistics.quantiles(times, n=100)
    return VerdictReading(name, cuts[49], cuts[98], max(times), undecided)
