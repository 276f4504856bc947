"""Where a text could not be read: what is missing there was perhaps written, so its absence is no second mistake."""

from collections.abc import Iterable
from dataclasses import dataclass

from dsl.findings import Finding, Severity
from dsl.source import Place

_DROPPED = frozenset(f"S{number}" for number in range(101, 109))
"""Findings after which a line is left out."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Places of the errors found so far."""

    places: tuple[Place, ...]
    dropped: tuple[Place, ...] = ()  # of lines that could not be read at all

    def within(self, place: Place) -> bool:
        """Tell whether any of them lies in the lines of a place, or just below: a last line that could not be read."""
        end = place.end_line
        for each in sorted(self.dropped, key=lambda each: each.line):
            if each.source == place.source and each.line == end + 1:
                end = max(end, each.end_line)
        return any(
            each.source == place.source and each.line <= end and place.line <= each.end_line
            for each in self.places
        )


def damage(findings: Iterable[Finding], *codes: str) -> Damage:
    """Gather the errors whose codes begin with one of these."""
    errors = [each for each in findings if each.severity is Severity.ERROR and each.code.startswith(codes)]
    dropped = tuple(each.place for each in errors if each.code in _DROPPED)
    return Damage(tuple(each.place for each in errors), dropped)
