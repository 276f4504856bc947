"""The latest states of cases, kept between commands."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from engine.events import Event
from engine.state import CaseState


@dataclass(frozen=True, slots=True)
class Kept:
    """A case as it was committed last; `groups` are those of its current submissions, as far as they were at hand."""

    digest: str
    state: CaseState
    head: str
    groups: Mapping[int, Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Moved:
    """A case that was just committed: as it is now, and what happened to it."""

    case: int
    kept: Kept
    events: tuple[Event, ...]


class StateCache:
    """The latest states of cases, filled after a commit; a stale one is found out by the revision.

    `watchers` are told of every case that this process has moved.
    """

    def __init__(self, size: int = 512) -> None:
        self.watchers: list[Callable[[Moved], None]] = []
        self._size = size
        self._kept: OrderedDict[int, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, case: int) -> Kept | None:
        """Return a case as it was committed last."""
        with self._lock:
            found = self._kept.get(case)
            if found is not None:
                self._kept.move_to_end(case)
            return found

    def put(self, case: int, kept: Kept) -> None:
        """Keep a state that was committed, unless a newer one is known."""
        with self._lock:
            known = self._kept.get(case)
            if known is None or known.state.revision < kept.state.revision:
                self._kept[case] = kept
            self._kept.move_to_end(case)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def drop(self, case: int) -> None:
        """Forget a case."""
        with self._lock:
            self._kept.pop(case, None)
