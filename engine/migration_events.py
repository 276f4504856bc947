"""What a migration to another version of the definition did: which number stands for which, and what was computed anew."""

from collections.abc import Mapping

from msgspec import field

from engine.marking import Candidate, ClockRecord, Running, Timer
from engine.record import Happening, Struct
from engine.values import Value


class SeatImage(Struct):
    """To whom an open seat is offered under the new version."""

    item: int
    candidates: tuple[Candidate, ...]


class WorkImage(Struct):
    """The limit of open work by the new version, and what becomes of its seats."""

    activation: int
    running: Running | None = None
    timers: tuple[Timer, ...] = ()
    seats: tuple[SeatImage, ...] = ()


class ClockImage(Struct):
    """A clock of the case by the new version; `clock` is its number there."""

    clock: int
    record: ClockRecord


class CaseMigrated(Happening):
    """迁移: from here on the case is decided by another version of its definition.

    Numbers of the old version come first in every pair. What is not named has no image and is gone from where the
    case stands, never from its history.
    """

    origin: str  # digests
    target: str
    version: str  # of the target, as its author calls it
    nodes: tuple[tuple[int, int], ...] = ()
    branches: tuple[tuple[int, int, int], ...] = ()  # old block, old branch, new branch
    handlers: tuple[tuple[int, int], ...] = ()
    clocks: tuple[tuple[int, int], ...] = ()
    work: tuple[WorkImage, ...] = ()
    running: tuple[ClockImage, ...] = ()
    data: Mapping[str, Value] = field(default_factory=dict)  # process data that the old version did not have
