"""What definitions are checked against beside their own text: laws, obligations, people, the versions before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, TypeAlias

from dsl.laws import LawRegister
from engine.definition import Definition

if TYPE_CHECKING:
    from engine.directory import Organisation  # most texts are checked without one
    from engine.obligations import Obligation

Templates: TypeAlias = Callable[[str, str, str], bytes | None]
"""Source, process and file name of a template -> the file, None when there is none."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known; what is None is not checked.

    Args:
        day: the day on which the organisation is looked at.
        before: by name, the version of each process that running cases are under.
    """

    laws: LawRegister | None = None
    organisation: "Organisation | None" = None
    day: date | None = None
    templates: Templates | None = None
    obligations: "tuple[Obligation, ...] | None" = None
    before: Mapping[str, Definition] = field(default_factory=dict)


NOWHERE: Final = Surroundings()
"""Nothing is known but the text."""
