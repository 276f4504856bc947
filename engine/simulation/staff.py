"""The people of a simulated town: when they are there, what lies on their desks, one thing after the other."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from engine.calendar import Calendar

OPENS, CLOSES = time(9), time(17)
DAY_HOURS = 8.0


@dataclass(frozen=True, slots=True)
class Stay:
    """One work item on the desks of a role: when it came, when somebody took it up, when it was done."""

    role: str
    came: datetime
    begun: datetime
    done: datetime


@dataclass
class Staff:
    """Who is free when; work that is handed out stays with its person."""

    seed: int
    calendar: Calendar
    zone: tzinfo
    absence: float
    stays: list[Stay] = field(default_factory=list)
    _free: dict[str, datetime] = field(default_factory=dict)
    _away: dict[tuple[str, date], bool] = field(default_factory=dict)

    def assign(self, people: Sequence[str], role: str, came: datetime, hours: float) -> tuple[str, datetime]:
        """Give work to whoever can begin first; return who and when he will be done."""
        begun, person = min((self._begin(each, came), each) for each in people)
        done = self._after(person, begun, hours)
        self._free[person] = done
        self.stays.append(Stay(role, came, begun, done))
        return person, done

    def _begin(self, person: str, came: datetime) -> datetime:
        moment = max(came, self._free.get(person, came))
        while True:
            opens = datetime.combine(moment.date(), OPENS, self.zone)
            closes = datetime.combine(moment.date(), CLOSES, self.zone)
            if self._is_there(person, moment.date()) and moment < closes:
                return max(moment, opens)
            moment = opens + timedelta(days=1)

    def _after(self, person: str, begun: datetime, hours: float) -> datetime:
        """Let working hours pass."""
        moment = begun
        while True:
            closes = datetime.combine(moment.date(), CLOSES, self.zone)
            left = (closes - moment).total_seconds() / 3600
            if hours <= left:
                return moment + timedelta(hours=hours)
            hours -= left
            moment = self._begin(person, closes)

    def _is_there(self, person: str, day: date) -> bool:
        if not self.calendar.is_working_day(day):
            return False
        known = self._away.get((person, day))
        if known is None:
            drawn = hashlib.sha256(f"{self.seed} {person} {day}".encode()).digest()
            known = self._away[person, day] = int.from_bytes(drawn[:4]) / 2**32 < self.absence
        return not known


def longest_queues(stays: Sequence[Stay]) -> dict[str, int]:
    """Return the largest number of items that lay untouched at one moment, by role."""
    moves: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for stay in stays:
        if stay.begun > stay.came:
            moves[stay.role] += [(stay.came, 1), (stay.begun, -1)]
    longest: dict[str, int] = {}
    for role, each in moves.items():
        waiting = most = 0
        for _, change in sorted(each):
            waiting += change
            most = max(most, waiting)
        longest[role] = most
    return longest
