"""Who owes a recurring duty in which period: one occurrence for each holder and period, and who is excused.

Everything follows from the versions of the duty, the posts and the recorded leave, so that whoever asks, and whenever,
gets the same occurrences: a system that was down for a month makes up for it exactly.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from engine.calendar import Calendar
from engine.record import Struct
from engine.recurrence import Recurrence, Term, terms

_ONE_DAY = timedelta(days=1)
_EVER, _NEVER = date.min, date.max


@dataclass(frozen=True, slots=True)
class Tenure:
    """A post as held by somebody: from a day to a day, both included; None is open."""

    account: str
    scope: str | None = None
    first: date | None = None
    last: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the post is held on a day."""
        return (self.first or _EVER) <= day <= (self.last or _NEVER)


@dataclass(frozen=True, slots=True)
class Absence:
    """Recorded leave of a person, from a day to a day, both included."""

    account: str
    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Force:
    """A version of a duty, in force from `begins` until the day before the next version (None: still).

    `opening`: no earlier version exists, so that the period running on the first day is owed from that day on.
    """

    rule: Recurrence
    begins: date
    ends: date | None = None
    opening: bool = False


class Occurrence(Struct):
    """One thing owed: the period, by whom (None: whoever may), for which village or unit, the how-manieth in it."""

    first: date
    last: date
    holder: str | None = None
    scope: str | None = None
    ordinal: int = 1
    drawn: bool | None = None  # 抽查: whether it is checked; None while that is not decided

    @property
    def key(self) -> tuple[date, str, str, int]:
        """What makes an occurrence the same one: the beginning of its period, scope, holder, ordinal."""
        return (self.first, self.scope or "", self.holder or "", self.ordinal)


def owed_terms(force: Force, since: date, until: date, calendar: Calendar) -> Iterator[Term]:
    """Yield the periods that a version governs: those that begin while it is in force."""
    for term in terms(force.rule, since, until, calendar):
        if force.ends is not None and term.first > force.ends:
            return
        if term.first >= force.begins:
            yield term
        elif force.opening and term.last >= force.begins:
            yield Term(force.begins, term.last)


def occurrences(
    force: Force, tenures: Sequence[Tenure] | None, since: date, until: date, calendar: Calendar
) -> Iterator[Occurrence]:
    """Yield what is owed in the periods that lie partly between `since` and `until`, in order of period.

    Somebody who takes the post during a period owes it from then on. Whoever joins after `until` owes nothing yet.

    Args:
        tenures: holders of the role; None: the duty is the town's, once a period.
    """
    for term in owed_terms(force, since, until, calendar):
        for holder, scope in _owing(tenures, term, until):
            for ordinal in range(1, force.rule.times + 1):
                yield Occurrence(term.first, term.last, holder, scope, ordinal)


def _owing(
    tenures: Sequence[Tenure] | None, term: Term, until: date
) -> Iterable[tuple[str | None, str | None]]:
    if tenures is None:
        return ((None, None),)
    last = min(term.last, until)
    holding = [
        tenure
        for tenure in tenures
        if (tenure.first or _EVER) <= last and (tenure.last or _NEVER) >= term.first
    ]
    return tuple(dict.fromkeys((tenure.account, tenure.scope) for tenure in holding))


def excuse(
    occurrence: Occurrence, tenures: Sequence[Tenure] | None, absences: Sequence[Absence], today: date
) -> str:
    """Return why nothing is owed after all; empty when it is.

    Leave counts when it covers every day of the period on which the post was held; a post that was given up before
    the period ended ends the duty with it.
    """
    if occurrence.holder is None or tenures is None:
        return ""
    own = [
        each
        for each in tenures
        if (each.account, each.scope) == (occurrence.holder, occurrence.scope)
        and (each.last or _NEVER) >= occurrence.first
    ]
    if not any(each.holds_on(min(today, occurrence.last)) for each in own):
        return "期中离任"
    begins = max(occurrence.first, min(each.first or _EVER for each in own))
    if _covers(absences, occurrence.holder, begins, occurrence.last):
        return "整期请假"
    return ""


def _covers(absences: Sequence[Absence], account: str, first: date, last: date) -> bool:
    day = first
    for each in sorted((each for each in absences if each.account == account), key=lambda each: each.first):
        if each.first <= day <= each.last:
            if each.last >= last:
                return True
            day = each.last + _ONE_DAY
    return False


# ---- 抽查


def drawn(seed: str, pool: Iterable[str], share: Fraction) -> frozenset[str]:
    """Draw a share of the pool, rounded up: those whose hash with the seed is least.

    Anybody who has the seed and the pool can draw again and must get the same (SHA-256 of seed, a line feed, name).
    """
    names = sorted(set(pool), key=lambda name: hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest())
    wanted = -(-len(names) * share.numerator // share.denominator)
    return frozenset(names[:wanted])
