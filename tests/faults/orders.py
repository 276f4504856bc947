"""What a client asks a worker process for, and what it is told. All of it goes through a pipe."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that a person might do now; `target` is an item ("12-5"), a case, or the name of a process."""

    op: str
    user: str
    target: str
    to: str = ""
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def case(self) -> int | None:
        """The case that it is about; a case to be started has no number yet."""
        return None if self.op == "start" else int(self.target.partition("-")[0])

    @property
    def task(self) -> str | None:
        """The work item that it is about."""
        return self.target if "-" in self.target and self.op != "start" else None


@dataclass(frozen=True, slots=True)
class Propose:
    """Look at a person's lists and propose something."""

    user: str
    seed: int


@dataclass(frozen=True, slots=True)
class CarryOut:
    """Carry a proposal out under a key; `mark` is a reason that no other command has."""

    proposal: Proposal
    key: str
    mark: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Fire the timers that are due."""


@dataclass(frozen=True, slots=True)
class Arm:
    """Die at this point of the next commit."""

    point: str


Order: TypeAlias = Propose | CarryOut | Tick | Arm


@dataclass(frozen=True, slots=True)
class Done:
    """It was carried out: the case, and its revision afterwards."""

    case: int
    revision: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """It was refused and left nothing behind."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can say yet: the worker died, or it lost the database."""

    why: str


Answer: TypeAlias = Done | Refused | Unknown | Proposal | int | None
"""A proposal or None answers `Propose`, a number of fired timers `Tick`."""
