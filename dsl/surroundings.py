"""What definitions are checked against beside their own text: the law register, the organisation that will run them."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from dsl.laws import LawRegister
from engine.directory import Organisation


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known; what is None is not checked. `day`: the day on which the organisation is looked at."""

    laws: LawRegister | None = None
    organisation: Organisation | None = None
    day: date | None = None


NOWHERE: Final = Surroundings()
"""Nothing is known but the text."""
