"""All checks of lowered processes, in the order in which their findings help most."""

from collections.abc import Sequence

from dsl.lower import Lowered
from dsl.report import Report
from dsl.scope import World


def check(world: World, lowered: Sequence[Lowered], report: Report) -> None:
    """Run every check."""
