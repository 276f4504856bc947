"""容许 CODE “理由”: a finding that its author has considered."""

from collections.abc import Sequence

from dsl.findings import Finding
from dsl.lower import Lowered
from dsl.scope import World


def accept(world: World, lowered: Sequence[Lowered], findings: Sequence[Finding]) -> list[Finding]:
    """Leave out the findings that a 容许 line accepts."""
    return list(findings)
