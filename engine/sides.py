"""Sides: the town, and each enterprise; whose people may stand in for one another in a step."""

from collections.abc import Collection


def same_side(one: Collection[str], other: Collection[str]) -> bool:
    """Tell whether two people are on one side, by the enterprises that each belongs to (none: he is of the town)."""
    return bool({*one} & {*other}) or not (one or other)
