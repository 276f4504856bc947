"""What a simulation measured: lateness by step, waiting by role, what no case ever reached, and cases that got stuck."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.case_scope import status_text
from engine.definition import Block, Definition, Step, Wait
from engine.events import Activated, Event, Forked, StepCompleted, TableRead, TimerFired
from engine.marking import TimerKind
from engine.simulation.staff import Stay, longest_queues
from engine.state import CaseState


@dataclass(frozen=True, slots=True)
class StuckCase:
    """A case that nobody could move any more: where it stood, and what was refused last."""

    number: str
    at: datetime
    places: tuple[str, ...]
    refusal: str


@dataclass(frozen=True, slots=True)
class StepFigures:
    """How often a step was done and how late; times are days on average."""

    name: str
    done: int
    late: int
    days: float  # from its beginning to its end, by the calendar of the wall
    days_late: float  # of those that were late

    @property
    def share_late(self) -> float:
        """Share of completions that were late."""
        return self.late / self.done if self.done else 0.0


@dataclass(frozen=True, slots=True)
class RoleFigures:
    """How the work of a role queued: hours on average until somebody began, and the longest queue."""

    name: str
    items: int
    hours_waiting: float
    longest_queue: int


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """The outcome of a simulation."""

    process: str
    version: str
    cases: int
    seed: int
    ended: tuple[tuple[str, int], ...]  # status, number
    days: float  # of a case on average
    steps: tuple[StepFigures, ...]
    roles: tuple[RoleFigures, ...]
    rungs: int  # of overdue ladders that were climbed
    corrections: int
    returns: int
    unreached: tuple[str, ...]  # steps and waits
    unread: tuple[str, ...]  # rows of tables
    stuck: tuple[StuckCase, ...]


@dataclass
class Measured:
    """Figures while they grow."""

    reached: Counter[str] = field(default_factory=Counter)
    opened: dict[tuple[int, int], tuple[str, datetime]] = field(default_factory=dict)  # case, activation
    done: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    days_late: Counter[str] = field(default_factory=Counter)
    days: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    rows: set[tuple[str, int]] = field(default_factory=set)
    rungs: int = 0
    corrections: int = 0
    returns: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    lasted: float = 0.0
    stuck: list[StuckCase] = field(default_factory=list)

    def count(self, definition: Definition, case: int, events: Sequence[Event], now: datetime) -> None:
        """Count what a command did."""
        for event in events:
            match event:
                case Activated(activation=activation):
                    name = definition.nodes[activation.node].name
                    self.reached[name] += 1
                    self.opened[case, activation.id] = (name, now)
                case Forked(frame=frame):
                    self.reached[definition.nodes[frame.fork].name] += 1
                case StepCompleted(activation=number, late=late, days_late=days):
                    self._complete(case, number, now, late=late, days=days)
                case TableRead(table=table, rows=rows):
                    self.rows.update((table, row) for row in rows)
                case TimerFired(timer=TimerKind.OVERDUE):
                    self.rungs += 1
                case _:
                    pass

    def _complete(self, case: int, number: int, now: datetime, *, late: bool, days: int) -> None:
        name, begun = self.opened.pop((case, number))
        self.done[name] += 1
        self.days[name] += (now - begun).total_seconds() / 86_400
        if late:
            self.late[name] += 1
            self.days_late[name] += days

    def ended(self, state: CaseState, corrections: int) -> None:
        """Count a case that has ended."""
        self.ends[status_text(state.status)] += 1
        self.corrections += corrections
        if state.started_at is not None and state.closed_at is not None:
            self.lasted += (state.closed_at - state.started_at).total_seconds() / 86_400

    def report(
        self, definition: Definition, stays: Sequence[Stay], cases: int, seed: int
    ) -> SimulationReport:
        """Return what was measured."""
        number = sum(self.ends.values())
        return SimulationReport(
            process=definition.name,
            version=definition.version,
            cases=cases,
            seed=seed,
            ended=tuple(self.ends.most_common()),
            days=self.lasted / number if number else 0.0,
            steps=tuple(
                self._step(node.name)
                for node in definition.nodes
                if isinstance(node, Step | Wait) and self.done[node.name]
            ),
            roles=tuple(_roles(stays)),
            rungs=self.rungs,
            corrections=self.corrections,
            returns=self.returns,
            unreached=tuple(
                node.name
                for node in definition.nodes
                if isinstance(node, Step | Wait | Block) and not self.reached[node.name]
            ),
            unread=tuple(_unread(definition, self.rows)),
            stuck=tuple(self.stuck),
        )

    def _step(self, name: str) -> StepFigures:
        done, late = self.done[name], self.late[name]
        return StepFigures(
            name, done, late, self.days[name] / done, self.days_late[name] / late if late else 0.0
        )


def _roles(stays: Sequence[Stay]) -> list[RoleFigures]:
    longest = longest_queues(stays)
    found: dict[str, list[float]] = defaultdict(list)
    for stay in stays:
        found[stay.role].append((stay.begun - stay.came).total_seconds() / 3600)
    return [
        RoleFigures(role, len(hours), sum(hours) / len(hours), longest.get(role, 0))
        for role, hours in sorted(found.items())
    ]


def _unread(definition: Definition, rows: set[tuple[str, int]]) -> list[str]:
    """Return the rows that decided nothing, of tables that decided something; numbered as `TableRead` numbers them."""
    read = {table for table, _ in rows}
    found: list[str] = []
    for table in definition.tables:
        if table.name not in read:
            found.append(f"判定表“{table.name}”")
            continue
        most = max(len(version.rows) for version in table.versions)
        found += [f"判定表“{table.name}”第{n}行" for n in range(1, most + 1) if (table.name, n) not in rows]
    return found
