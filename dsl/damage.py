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
        """Tell whether any of them lies in the lines of a place."""
        return any(
            each.source == place.source and each.line <= place.end_line and place.line <= each.end_line
            for each in self.places
        )


def damage(findings: Iterable[Finding], *codes: str) -> Damage:
    """Gather the errors whose codes begin with one of these."""
    errors = (each for each in findings if each.severity is Severity.ERROR)
    return Damage(tuple(each.place for each in errors if each.code.startswith(codes)))
