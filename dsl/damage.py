"""Where a text could not be read: what is missing there was perhaps written, so its absence is no second mistake."""

from collections.abc import Iterable
from dataclasses import dataclass

from dsl.findings import Finding, Severity
from dsl.source import Place


@dataclass(frozen=True, slots=True)
class Damage:
    """Places of the errors found so far."""

    places: tuple[Place, ...]

    def within(self, place: Place) -> bool:
        """Tell whether any of them lies in the lines of a place, or just below: a last line that could not be read."""
        own = [each for each in self.places if each.source == place.source and each.end_line >= place.line]
        end = place.end_line
        for each in sorted(own, key=lambda each: each.line):
            if each.line == end + 1:
                end = max(end, each.end_line)
        return any(each.line <= end for each in own)


def damage(findings: Iterable[Finding], *codes: str) -> Damage:
    """Gather the errors whose codes begin with one of these."""
    errors = (each for each in findings if each.severity is Severity.ERROR)
    return Damage(tuple(each.place for each in errors if each.code.startswith(codes)))
