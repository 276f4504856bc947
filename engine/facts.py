"""What deciding may ask about the world. The edge answers; the core never looks for itself."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Protocol

from engine.calendar import Calendar
from engine.occurrences import Occurrence
from engine.state import CaseState
from engine.values import Record, Value


class Facts(Protocol):
    """Answers that stay the same during one command."""

    @property
    def now(self) -> datetime:
        """The moment of the command, aware."""

    @property
    def today(self) -> date:
        """The local day of the command."""

    @property
    def zone(self) -> tzinfo:
        """The tenant's time zone."""

    @property
    def calendar(self) -> Calendar:
        """Working days."""

    def submission(self, revision: int, form: str) -> Record:
        """The form as submitted in the group with that revision."""

    def holders(self, role: str, dimension: str | None, scope: Value) -> tuple[str, ...]:
        """Accounts that hold a role today, for a scope of a dimension (村, 单位, 行业) when one is given."""

    def units_of(self, account: str) -> tuple[str, ...]:
        """Codes of the units a person belongs to."""

    def firms_of(self, account: str) -> tuple[str, ...]:
        """Codes of the enterprises that a person belongs to; none when he belongs to anything else too."""

    def certificate(self, account: str) -> str | None:
        """Number of a person's certificate (执法证) in the organisation register."""

    def attribute(self, unit: str, name: str) -> Value:
        """An attribute of a unit in the organisation register; None when unknown."""

    def has_power(self, power: str, day: date) -> bool:
        """Whether the organisation holds a power by law or written delegation on that day."""

    def parameter(self, name: str, day: date) -> Value:
        """An administrator's figure for a local parameter valid on that day; None: use the definition's."""

    def next_number(self, series: str, year: int) -> int:
        """Take the next number of a series (documents, cases) inside this transaction."""

    def deputies(self, principal: str, process: str, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Who stands in today for a person, by grant, for work of these roles in a process (no roles: any work)."""

    def principals(self, deputy: str) -> tuple[str, ...]:
        """For whom a person stands in today, by any grant."""

    def superior(self, account: str) -> str | None:
        """A person's superior, as far as it is registered."""

    def open_items(self, accounts: tuple[str, ...]) -> Mapping[str, int]:
        """How many open work items each of these people holds; who holds none may be left out."""

    def seed(self) -> str:
        """Fresh random hexadecimal digits for drawing lots; nobody can know them before."""

    def is_administrator(self, account: str) -> bool:
        """Whether an account may suspend, terminate, void and correct any case."""

    def drafting(self, item: int) -> tuple[str, ...]:
        """Who has saved a draft on an item."""

    def state_at(self, revision: int) -> CaseState:
        """The case as it was after the group with that revision (a fold of its history); 0 is before it began."""

    def excuse(self, role: str, occurrence: Occurrence) -> str:
        """Why a holder of the role owes this occurrence no longer (leave, end of the post); empty when he does."""

    def missed_before(self, occurrence: Occurrence) -> tuple[int, int] | None:
        """How many periods before this one were missed: in a row up to it, and in its calendar year.

        None when an earlier item of the same period is open too: that one stands for the period.
        """

    def name(self, account: str) -> str:
        """The display name of an account (for sentences)."""
