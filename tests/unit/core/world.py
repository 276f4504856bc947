"""A case that really runs, in memory: every command is decided, recorded as text, and replayed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from engine.calendar import Calendar
from engine.commands import (
    Act,
    ClaimTask,
    Command,
    CompleteTask,
    DraftKept,
    Forms,
    Migrate,
    RecallTask,
    ReturnTask,
    StartCase,
    Tick,
)
from engine.decide import decide
from engine.definition import Definition
from engine.events import CorrectionProposed, Event, FormSubmitted, decode, encode
from engine.evolve import replay
from engine.json_text import read_json, write_json
from engine.marking import NodeRecord, OpenItem
from engine.occurrences import Occurrence
from engine.open_items import open_items, wake
from engine.state import CaseState
from engine.state_text import decode_state, encode_state
from engine.values import Record, Value
from tests.unit.calendar.test_vectors import CALENDAR

E = TypeVar("E")

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2023, 4, 10, 9, 0, tzinfo=SHANGHAI)


@dataclass
class World:
    """The people, the clock and one case. `roles` maps a role (or (role, scope)) to accounts."""

    definition: Definition
    roles: dict[Any, tuple[str, ...]] = field(default_factory=dict)
    units: dict[str, tuple[str, ...]] = field(default_factory=dict)
    firms: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of people who belong to nothing else
    certificates: dict[str, str] = field(default_factory=dict)
    attributes: dict[tuple[str, str], Value] = field(default_factory=dict)
    powers: set[str] = field(default_factory=set)
    administrators: set[str] = field(default_factory=set)
    standing_in: dict[str, tuple[str, ...]] = field(default_factory=dict)  # deputy -> principals
    drafts: dict[int, list[str]] = field(default_factory=dict)  # item -> accounts
    busy: dict[str, int] = field(default_factory=dict)  # account -> open items elsewhere
    superiors: dict[str, str] = field(default_factory=dict)
    excuses: dict[str, str] = field(default_factory=dict)
    missed: tuple[int, int] | None = (0, 0)
    now: datetime = MONDAY
    zone: tzinfo = SHANGHAI
    calendar: Calendar = CALENDAR
    state: CaseState = field(default_factory=CaseState)
    groups: list[list[Event]] = field(default_factory=list)
    series: dict[tuple[str, int], int] = field(default_factory=dict)
    last: tuple[Event, ...] = ()

    # ---- what the core asks

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def submission(self, revision: int, form: str) -> Record:
        for event in reversed(self.groups[revision - 1]):
            if isinstance(event, FormSubmitted | CorrectionProposed) and event.form == form:
                return event.values
        raise AssertionError((revision, form))

    def holders(self, role: str, dimension: str | None, scope: Value) -> tuple[str, ...]:
        if dimension is not None or scope is not None:
            return self.roles.get((role, scope), ())
        return self.roles.get(role, (f"{role}甲", f"{role}乙", f"{role}丙"))

    def units_of(self, account: str) -> tuple[str, ...]:
        return self.units.get(account, ())

    def firms_of(self, account: str) -> tuple[str, ...]:
        return self.firms.get(account, ())

    def certificate(self, account: str) -> str | None:
        return self.certificates.get(account)

    def attribute(self, unit: str, name: str) -> Value:
        return self.attributes.get((unit, name))

    def has_power(self, power: str, day: date) -> bool:  # noqa: ARG002  # the same on every day here
        return power in self.powers

    def parameter(self, name: str, day: date) -> Value:  # noqa: ARG002  # no local figures here
        return None

    def next_number(self, series: str, year: int) -> int:
        self.series[series, year] = self.series.get((series, year), 0) + 1
        return self.series[series, year]

    def deputies(self, principal: str, process: str, roles: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002  # for all work
        return tuple(deputy for deputy, of in self.standing_in.items() if principal in of)

    def principals(self, deputy: str) -> tuple[str, ...]:
        return self.standing_in.get(deputy, ())

    def superior(self, account: str) -> str | None:
        return self.superiors.get(account)

    def open_items(self, accounts: tuple[str, ...]) -> Mapping[str, int]:
        return {account: self.busy[account] for account in accounts if account in self.busy}

    def seed(self) -> str:
        return f"{len(self.groups):032x}"

    def is_administrator(self, account: str) -> bool:
        return account in self.administrators

    def drafting(self, item: int) -> tuple[str, ...]:
        return tuple(self.drafts.get(item, ()))

    def state_at(self, revision: int) -> CaseState:
        return replay(event for group in self.groups[:revision] for event in group)

    def excuse(self, role: str, occurrence: Occurrence) -> str:  # noqa: ARG002  # one role here
        return self.excuses.get(occurrence.holder or "", "")

    def missed_before(self, occurrence: Occurrence) -> tuple[int, int] | None:  # noqa: ARG002  # one case here
        return self.missed

    def name(self, account: str) -> str:
        return account

    # ---- what a test does

    def do(self, command: Command) -> tuple[Event, ...]:
        """Decide a command and record it; the stored text must give the same state."""
        before = self.state
        untouched = encode_state(before)
        try:
            decision = decide(self.definition, before, command, self)
        finally:
            assert encode_state(before) == untouched, "decide touched the state"
        self.last = decision.events
        if decision.events:
            stored = read_json(write_json(encode(decision.events)))
            self.groups.append(decode(stored))
            self.state = decision.state
            if isinstance(command, Migrate):
                self.definition = command.definition
            assert self.state_at(len(self.groups)) == self.state, "replay gives another state"
            assert decode_state(encode_state(self.state)) == self.state
        return decision.events

    def start(self, by: str = "经办甲", forms: Forms | None = None, **act: Any) -> "World":
        self.do(StartCase(Act(by, **act), forms or {}))
        return self

    def items(self) -> Mapping[int, OpenItem]:
        """Return the open items."""
        return open_items(self.definition, self.state)

    def steps(self) -> list[str]:
        """Return the names of the nodes where work is open, in the order it was opened."""
        return [
            self.definition.nodes[each.node].name
            for each in self.state.activations.values()
            if each.token in self.state.tokens
        ]

    def item(
        self, step: str, part: str | None = None, holder: str | None = None, key: str | None = None
    ) -> int:
        """Return the number of an open item of a step."""
        found = [
            n
            for n, each in self.items().items()
            if each.node is not None
            and self.definition.nodes[each.node].name == step
            and each.decides is None
            and (part is None or each.part.value == part)
            and (holder is None or each.holder == holder)
            and (key is None or each.key == key)
        ]
        assert found, f"no open item of {step}, but {self.steps()}"
        return found[0]

    def complete(
        self,
        step: str,
        by: str | None = None,
        forms: Forms | None = None,
        outcome: str | None = None,
        part: str | None = None,
        key: str | None = None,
        **act: Any,
    ) -> tuple[Event, ...]:
        """Complete the first open item of a step, by whoever may."""
        item = self.item(step, part, key=key)
        return self.do(CompleteTask(Act(by or self.someone(item), **act), item, forms or {}, outcome))

    def someone(self, item: int) -> str:
        """Return an account that may work on an item."""
        found = self.items()[item]
        if found.holder is not None:
            return found.holder
        taken = {each.holder for each in self.items().values() if each.node == found.node}
        for candidate in found.candidates:
            accounts = candidate.accounts or self.holders(
                candidate.role, candidate.dimension, candidate.scope
            )
            for account in accounts:
                if account not in taken:
                    return account
        raise AssertionError(f"nobody for {found}")

    def record(self, node: str, key: str = "") -> NodeRecord:
        """Return what is remembered of a node."""
        number = next(n for n, each in enumerate(self.definition.nodes) if each.name == node)
        return self.state.records[number, key]

    def due(self, step: str) -> datetime | None:
        """Return when a step is due, in local time."""
        due = self.items()[self.item(step)].due
        return None if due is None else due.astimezone(self.zone)

    def recall(self, by: str, item: int, revision: int | None = None) -> tuple[Event, ...]:
        """Take an answer back; by default the one of the latest group."""
        return self.do(RecallTask(Act(by), item, revision or len(self.groups)))

    def claim(self, step: str, by: str | None = None) -> int:
        item = self.item(step)
        self.do(ClaimTask(Act(by or self.someone(item)), item))
        return item

    def give_back(
        self, step: str, to: str, straight: bool = False, reason: str = "不清楚"
    ) -> tuple[Event, ...]:
        """Claim and return a step."""
        item = self.item(step)
        if self.items()[item].holder is None:
            self.claim(step)
        holder = self.items()[item].holder
        assert holder is not None
        return self.do(ReturnTask(Act(holder, reason=reason), item, to, straight))

    def later(self, **delta: float) -> "World":
        """Let time pass, without a tick."""
        self.now += timedelta(**delta)
        return self

    def migrate(self, to: Definition, *drafts: DraftKept, **renamed: str) -> tuple[Event, ...]:
        """Put the case under another version; digests are told apart by their names here."""
        act = Act("管理员", reason="新规施行")
        command = Migrate(
            act, f"旧{self.definition.version}", f"新{to.version}", to, tuple(renamed.items()), drafts
        )
        return self.do(command)

    def tick(self) -> tuple[Event, ...]:
        """Let the engine do what is due."""
        return self.do(Tick())

    def wake(self) -> datetime | None:
        return wake(self.state)

    def happened(self, kind: type[E]) -> list[E]:
        """Return all events of a kind, in order."""
        return [event for group in self.groups for event in group if isinstance(event, kind)]


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A local moment."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def running(definition: Definition, **values: Any) -> World:
    """A case that has just started."""
    return World(definition, **values).start()
