"""The edge's answers to what deciding may ask (`engine.facts.Facts`), as of one moment."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from engine import statements
from engine.calendar import Calendar
from engine.chain import read_group
from engine.directory import Directory
from engine.duty_rows import missed_before, read_duty
from engine.events import CorrectionProposed, Event, FormSubmitted
from engine.evolve import replay
from engine.moments import write_moment
from engine.occurrences import Occurrence
from engine.state import CaseState
from engine.store import Session, Unit
from engine.town import Town
from engine.values import Record, Value

Groups = Mapping[tuple[int, int], Sequence[Event]]
"""(case, revision) -> events of groups that are not written yet."""


@dataclass(slots=True)
class Answers:
    """Facts about one case during one command.

    Args:
        pending: groups of the same unit of work, which the database does not know yet.
        known: written groups of the case by revision, as far as they were read before; a group never changes.
    """

    town: Town
    session: Session
    now: datetime
    case: int
    pending: Groups = field(default_factory=dict)
    known: dict[int, Sequence[Event]] = field(default_factory=dict)
    calendar: Calendar = field(init=False)
    zone: tzinfo = field(init=False)
    today: date = field(init=False)
    _directory: Directory = field(init=False)

    def __post_init__(self) -> None:
        loaded = self.town.loaded
        self.calendar, self._directory = loaded.calendar, loaded.directory
        self.zone = self.town.zone
        self.today = self.now.astimezone(self.zone).date()

    def group(self, revision: int) -> Sequence[Event]:
        """Return the events of a group of this case."""
        found = self.pending.get((self.case, revision)) or self.known.get(revision)
        if found is None:
            row = self.session.one(statements.read_group, case=self.case, revision=revision)
            found = self.known[revision] = read_group(*row) if row else ()
        return found

    def submission(self, revision: int, form: str) -> Record:
        """Return the form as submitted last in the group with that revision."""
        for event in reversed(self.group(revision)):
            if isinstance(event, FormSubmitted | CorrectionProposed) and event.form == form:
                return event.values
        return {}

    def submission_of(self, revision: int, form: str, key: str) -> Record:
        """Return the form of one instance as submitted last in the group with that revision."""
        for event in reversed(self.group(revision)):
            if isinstance(event, FormSubmitted) and (event.form, event.key) == (form, key):
                return event.values
        return {}

    def holders(self, role: str, dimension: str | None, scope: Value) -> tuple[str, ...]:
        """Return who holds a role today; posts name their scope, so the dimension follows from it."""
        del dimension
        return self._directory.holders(role, scope, self.today)

    def units_of(self, account: str) -> tuple[str, ...]:
        """Return the units of a person."""
        return self._directory.units_of(account)

    def firms_of(self, account: str) -> tuple[str, ...]:
        """Return the enterprises of a person who belongs to nothing else."""
        return self._directory.firms_of(account)

    def certificate(self, account: str) -> str | None:
        """Return the number of a person's certificate."""
        return self._directory.certificate(account)

    def attribute(self, unit: str, name: str) -> Value:
        """Return an attribute of a unit."""
        return self._directory.attribute(unit, name)

    def has_power(self, power: str, day: date) -> bool:
        """Tell whether the organisation holds a power on a day."""
        return self._directory.has_power(power, day)

    def parameter(self, name: str, day: date) -> Value:
        """Return the administrator's figure for a local parameter."""
        return self.town.parameter(name, day)

    def next_number(self, series: str, year: int) -> int:
        """Take the next number of a series; when nothing can be written (a preview) the one that would come."""
        if isinstance(self.session, Unit):
            return self.session.take_number(series, year)
        row = self.session.one(statements.latest_number, series=series, year=year)
        return (row[0] if row else 0) + 1

    def deputies(self, principal: str, process: str, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return who stands in for a person today."""
        return self._directory.deputies(principal, process, roles, self.today)

    def principals(self, deputy: str) -> tuple[str, ...]:
        """Return for whom a person stands in today."""
        return tuple(
            dict.fromkeys(grant.principal for grant in self._directory.grants_to(deputy, self.today))
        )

    def superior(self, account: str) -> str | None:
        """Return a person's superior."""
        return self._directory.superior(account)

    def open_items(self, accounts: tuple[str, ...]) -> Mapping[str, int]:
        """Count the open work items that people hold."""
        return dict(self.session.ask(statements.open_items_of(accounts)))

    def seed(self) -> str:
        """Return 128 fresh random bits."""
        return secrets.token_hex(16)

    def is_administrator(self, account: str) -> bool:
        """Tell whether an account is an administrator."""
        return self._directory.is_administrator(account)

    def drafting(self, item: int) -> tuple[str, ...]:
        """Return who has saved a draft on an item."""
        return tuple(row[0] for row in self.session.all(statements.drafting, case=self.case, n=item))

    def excuse(self, role: str, occurrence: Occurrence) -> str:
        """Return why a holder of a role owes an occurrence of a duty no longer."""
        return self._directory.excuse(role, occurrence, self.today)

    def missed_before(self, occurrence: Occurrence) -> tuple[int, int] | None:
        """Count the missed periods before this one; None when an earlier item of its period is open too."""
        rows = self.session.all(
            statements.duties_before,
            case=self.case,
            last=occurrence.last.isoformat(),
            now=write_moment(self.now),
        )
        return missed_before(occurrence, [read_duty(row) for row in rows])

    def state_at(self, revision: int) -> CaseState:
        """Fold the history up to a revision."""
        events: list[Event] = []
        for row in self.session.all(statements.read_groups, case=self.case, until=revision):
            events.extend(read_group(row[6], row[7]))
        for number in range(1, revision + 1):
            events.extend(self.pending.get((self.case, number), ()))
        return replay(events)

    def name(self, account: str) -> str:
        """Return a display name."""
        return self._directory.name(account)
