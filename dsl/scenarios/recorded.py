"""The facts that a case was decided on, as its history has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from engine.calendar import Calendar
from engine.directory import Directory
from engine.occurrences import Occurrence
from engine.state import CaseState
from engine.values import Record, Value


@dataclass
class Recorded:
    """`engine.facts.Facts` for reading a history again; nothing new can be decided with it."""

    directory: Directory
    calendar: Calendar
    zone: tzinfo
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    _submissions: dict[tuple[int, str], Record] = field(default_factory=dict)

    def keep(self, revision: int, form: str, values: Record) -> None:
        """Remember a submission."""
        self._submissions[revision, form] = values

    def submission(self, revision: int, form: str) -> Record:
        """Return the form as submitted last in the group with that revision."""
        return self._submissions.get((revision, form), {})

    @property
    def today(self) -> date:
        """The local day of `now`."""
        return self.now.astimezone(self.zone).date()

    def holders(self, role: str, dimension: str | None, scope: Value) -> tuple[str, ...]:
        """Return the accounts that hold a role; posts name their scope, so the dimension follows from it."""
        del dimension
        return self.directory.holders(role, scope, self.today)

    def units_of(self, account: str) -> tuple[str, ...]:
        """Return the units of a person."""
        return self.directory.units_of(account)

    def firms_of(self, account: str) -> tuple[str, ...]:
        """Return the enterprises of a person who belongs to nothing else."""
        return self.directory.firms_of(account)

    def certificate(self, account: str) -> str | None:
        """Return the number of a person's certificate."""
        return self.directory.certificate(account)

    def attribute(self, unit: str, name: str) -> Value:
        """Return an attribute of a unit."""
        return self.directory.attribute(unit, name)

    def has_power(self, power: str, day: date) -> bool:
        """Tell whether the organisation holds a power."""
        return self.directory.has_power(power, day)

    def parameter(self, name: str, day: date) -> Value:  # noqa: ARG002  # Facts: the definition's own figure
        """Return no figure but the definition's."""
        return None

    def next_number(self, series: str, year: int) -> int:
        """Refuse: a history is only read.

        Raises:
            RuntimeError
        """
        raise RuntimeError(f"{series} {year}: a history takes no numbers")

    def deputies(self, principal: str, process: str, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return who stands in for a person today."""
        return self.directory.deputies(principal, process, roles, self.today)

    def principals(self, deputy: str) -> tuple[str, ...]:
        """Return for whom a person stands in today."""
        return tuple(dict.fromkeys(grant.principal for grant in self.directory.grants_to(deputy, self.today)))

    def superior(self, account: str) -> str | None:
        """Return a person's superior."""
        return self.directory.superior(account)

    def open_items(self, accounts: tuple[str, ...]) -> Mapping[str, int]:
        """Refuse: to whom work was given stands in the history.

        Raises:
            RuntimeError
        """
        raise RuntimeError(f"a history gives no work to {'、'.join(accounts)}")

    def seed(self) -> str:
        """Refuse: what was drawn stands in the history.

        Raises:
            RuntimeError
        """
        raise RuntimeError("a history draws no lots")

    def is_administrator(self, account: str) -> bool:
        """Tell whether an account administers the system."""
        return self.directory.is_administrator(account)

    def drafting(self, item: int) -> tuple[str, ...]:  # noqa: ARG002  # a history holds no drafts
        """Return nobody: drafts are no part of a history."""
        return ()

    def state_at(self, revision: int) -> CaseState:
        """Refuse: a history is read from its beginning.

        Raises:
            RuntimeError
        """
        raise RuntimeError(f"the state at {revision} is not kept")

    def excuse(self, role: str, occurrence: Occurrence) -> str:
        """Return why an occurrence of a duty is owed no longer."""
        return self.directory.excuse(role, occurrence, self.today)

    def missed_before(self, occurrence: Occurrence) -> tuple[int, int]:  # noqa: ARG002  # of one case only
        """Return no missed periods: a history knows of its own case only."""
        return (0, 0)

    def name(self, account: str) -> str:
        """Return a display name."""
        return self.directory.name(account)
