"""The facts of a simulated case: roles filled with so many people each, a few units, numbers, no history but its own."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from engine.calendar import Calendar
from engine.commands import Command
from engine.decision import Decision
from engine.definition import Definition
from engine.events import FormSubmitted
from engine.expressions import Compare, Literal, UnitAttribute
from engine.occurrences import Occurrence
from engine.parts import parts_of
from engine.simulation.assumptions import Assumptions
from engine.state import CaseState
from engine.values import Record, Value

ADMINISTRATOR, SECOND = "管理员", "第二管理员"
UNITS = ("单位1", "单位2", "单位3")

_CERTIFIED = 0.9
"""Part of the people who hold a certificate."""


@dataclass
class SimulatedTown:
    """What all cases of a simulation share."""

    definition: Definition
    assumptions: Assumptions
    calendar: Calendar
    zone: tzinfo
    seed: int
    numbers: Counter[tuple[str, int]] = field(default_factory=Counter)
    holding: Counter[str] = field(default_factory=Counter)  # items that people have before them
    people: tuple[str, ...] = field(init=False)
    attributes: dict[str, tuple[Value, ...]] = field(init=False)

    def __post_init__(self) -> None:
        roles = [role.name for role in self.definition.roles]
        self.people = tuple(each for role in roles for each in self.holders(role)) or ("职工1", "职工2")
        self.attributes = attributes_compared(self.definition)

    def holders(self, role: str, place: str = "") -> tuple[str, ...]:
        """Return the people of a role; those of a unit are its own."""
        number = self.assumptions.staff_of.get(role, self.assumptions.staff)
        return tuple(f"{place}{role}{each}" for each in range(1, int(number) + 1))

    def drawn(self, *about: object) -> float:
        """Return a number from 0 to 1 that follows from the seed and a subject."""
        text = " ".join(map(str, (self.seed, *about)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48


@dataclass
class SimulatedFacts:
    """`engine.facts.Facts` of one case; `now` moves with the simulation."""

    town: SimulatedTown
    case: int
    now: datetime
    submissions: dict[tuple[int, str], Record] = field(default_factory=dict)

    @property
    def zone(self) -> tzinfo:
        """The town's time zone."""
        return self.town.zone

    @property
    def calendar(self) -> Calendar:
        """Working days."""
        return self.town.calendar

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.town.zone).date()

    @property
    def administrators(self) -> tuple[str, ...]:
        """Who may correct and sign."""
        return (ADMINISTRATOR, SECOND)

    def members(self, unit: str, role: str) -> tuple[str, ...]:
        """Return the one person whom a unit has for a role."""
        return (f"{unit}{role}1",) if unit in UNITS else ()

    def record(self, command: Command, decision: Decision) -> Decision:
        """Keep what was submitted; a decision is all that happens here."""
        del command
        for event in decision.events:
            if isinstance(event, FormSubmitted):
                self.submissions[decision.state.revision, event.form] = event.values
        return decision

    def submission(self, revision: int, form: str) -> Record:
        """Return what was submitted."""
        return self.submissions.get((revision, form), {})

    def holders(self, role: str, dimension: str | None, scope: Value) -> tuple[str, ...]:
        """Return the people of a role; territories and lines of business share them, units have their own."""
        del dimension
        return self.town.holders(role, scope if isinstance(scope, str) and scope in UNITS else "")

    def units_of(self, account: str) -> tuple[str, ...]:
        """Return the unit in whose name an account is."""
        return tuple(unit for unit in UNITS if account.startswith(unit))

    def firms_of(self, account: str) -> tuple[str, ...]:
        """Return none: signers and helpers are drawn from the roles of the step."""
        del account
        return ()

    def certificate(self, account: str) -> str | None:
        """Return a number; one person in ten has none."""
        return f"证{account}" if self.town.drawn(account, "证号") < _CERTIFIED else None

    def attribute(self, unit: str, name: str) -> Value:
        """Return one of the values that the definition compares the attribute with."""
        known = self.town.attributes.get(name)
        if not known:
            return unit if name == "所在村" else "甲"
        return known[int(self.town.drawn(unit, name) * len(known)) % len(known)]

    def has_power(self, power: str, day: date) -> bool:  # noqa: ARG002  # the same on all days of a case
        """Draw for each case whether the town holds a power."""
        return self.town.drawn(self.case, power) < self.town.assumptions.powers

    def parameter(self, name: str, day: date) -> Value:  # noqa: ARG002  # the definition's own figures count
        """Return no other figure."""
        return None

    def next_number(self, series: str, year: int) -> int:
        """Take a number; commands that are only tried leave gaps, which nobody minds here."""
        self.town.numbers[series, year] += 1
        return self.town.numbers[series, year]

    def deputies(self, principal: str, process: str, roles: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """Return nobody: who is away comes back."""
        return ()

    def principals(self, deputy: str) -> tuple[str, ...]:  # noqa: ARG002  # nobody stands in
        """Return nobody."""
        return ()

    def superior(self, account: str) -> str | None:  # noqa: ARG002  # no tree of people
        """Return nobody."""
        return None

    def open_items(self, accounts: tuple[str, ...]) -> Mapping[str, int]:
        """Return how many items people have before them."""
        return {account: self.town.holding[account] for account in accounts}

    def seed(self) -> str:
        """Return a seed for drawing lots that follows from the simulation's."""
        return hashlib.sha256(f"{self.town.seed} {self.case} {self.now}".encode()).hexdigest()[:32]

    def is_administrator(self, account: str) -> bool:
        """Tell whether an account administers."""
        return account in self.administrators

    def drafting(self, item: int) -> tuple[str, ...]:  # noqa: ARG002  # nothing is left half done
        """Return nobody."""
        return ()

    def state_at(self, revision: int) -> CaseState:
        """Refuse: nothing is recalled here.

        Raises:
            RuntimeError
        """
        raise RuntimeError(f"a simulation keeps no state at {revision}")

    def excuse(self, role: str, occurrence: Occurrence) -> str:  # noqa: ARG002  # nobody is excused
        """Return no excuse."""
        return ""

    def missed_before(self, occurrence: Occurrence) -> tuple[int, int]:  # noqa: ARG002  # of one case only
        """Return no missed periods."""
        return (0, 0)

    def name(self, account: str) -> str:
        """Return the account."""
        return account


def attributes_compared(definition: Definition) -> dict[str, tuple[Value, ...]]:
    """Return the values that each attribute of a unit is compared with."""
    found: dict[str, dict[Value, None]] = {}
    for part in parts_of(definition):
        match part:
            case Compare(left=UnitAttribute(attribute=name), right=Literal(value=value)):
                if isinstance(value, str):
                    found.setdefault(name, {})[value] = None
            case _:
                pass
    return {name: tuple(values) for name, values in found.items()}
