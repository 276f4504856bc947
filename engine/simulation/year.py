"""A year of a town through the real engine: cases arrive, people work, clocks strike, duties fall due, all by a seed.

Everything goes through the façade, one command after the other, at the moment the injected clock shows. What other
processes do, they really do: triggered cases, events and called cases are the engine's own. Only authorities outside
the town, and people, are made up.
"""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from engine.commands import Act, ServeDocument
from engine.deciding.duties import OWED
from engine.decision import Decision
from engine.definition import Definition, Wait
from engine.directory import Directory
from engine.events import Activated, DocumentIssued, Event
from engine.graph import graph_of
from engine.marking import OpenItem
from engine.open_items import wake
from engine.service import Engine
from engine.simulation.engine_office import CaseOffice, Clock
from engine.simulation.journey import Journey
from engine.simulation.staff import CLOSES, OPENS, Staff
from engine.simulation.values import Filling, Nearby, Supply, nearby
from engine.simulation.year_plan import YearPlan
from engine.soundness import Outlooks
from engine.state_cache import Moved
from engine.views import ItemStatus

DAYS_OF_RETRYING = 15
"""Days on which somebody tries again what could not be done; afterwards he looks at it once a week."""
_EVIDENCE = b"\x89PNG\r\n\x1a\n"
"""A file that stands for every photo and paper of the year."""


@dataclass(frozen=True, slots=True)
class LeftLying:
    """A work item that nobody could do until the year was over: case, step, and the sentence of the last refusal."""

    number: str
    process: str
    step: str
    why: str


@dataclass
class YearReport:
    """What the generator did; what the town has become is asked of the engine."""

    commands: int = 0
    arrived: Counter[str] = field(default_factory=Counter)  # by process
    not_begun: Counter[tuple[str, str]] = field(default_factory=Counter)  # (process, why)
    left: list[LeftLying] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)  # of timers


@dataclass
class _Working:
    """A case that is worked on."""

    journey: Journey
    office: CaseOffice
    random: Random
    handed_out: set[int] = field(default_factory=set)
    alarm: datetime | None = None


def replay_year(
    engine: Engine,
    clock: Clock,
    plan: YearPlan,
    cases: int,
    seed: int,
    say: Callable[[str], None] = lambda _: None,
) -> YearReport:
    """Let a year pass in a town that was loaded before.

    Args:
        engine: opened with `clock`; organisation, calendar and definitions are loaded.
        cases: how many people start; what they trigger comes on top.
        say: is told of each month that has passed.
    """
    year = _Year(engine, clock, plan, cases, seed, say)
    year.run()
    return year.report


@dataclass
class _Year:
    engine: Engine
    clock: Clock
    plan: YearPlan
    cases: int
    seed: int
    say: Callable[[str], None]
    report: YearReport = field(default_factory=YearReport)
    queue: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    working: dict[int, _Working] = field(default_factory=dict)
    beginning: _Working | None = None  # the case that is being started: it has no id yet
    moved: deque[Moved] = field(default_factory=deque)
    lying: dict[tuple[int, int], LeftLying] = field(default_factory=dict)  # what could not be done for long
    tries: Counter[tuple[int, int]] = field(default_factory=Counter)
    known: dict[int, tuple[Nearby, Outlooks]] = field(default_factory=dict)  # by identity of the definition
    numbers: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        engine, plan = self.engine, self.plan
        self.zone, self.calendar = engine.zone, engine.calendar()
        self.directory = Directory(engine.organisation())
        self.random = Random(self.seed)  # noqa: S311  # reproducible by design
        self.staff = Staff(self.seed, self.calendar, self.zone, plan.assumptions.absence)
        self.begins = self._local(plan.begins, time())
        self.ends = self._local(plan.begins + timedelta(days=plan.days), time())
        self.supply = self._supply()

    def _supply(self) -> Supply:
        plan, organisation = self.plan, self.directory.organisation
        named = [post.account for post in organisation.posts if not plan.named or post.role in plan.named]
        return Supply(
            tuple(dict.fromkeys(named)),
            self._units_of(plan.subjects),
            {name: self._units_of(kinds) for name, kinds in plan.subjects_of.items()},
            self.engine.add_file(_EVIDENCE, "现场照片.png", "image/png"),
            plan.lists_left_open,
            plan.weights,
        )

    def _units_of(self, kinds: Sequence[str]) -> tuple[str, ...]:
        units = self.directory.organisation.units
        return tuple(unit.code for unit in units if not kinds or unit.kind in kinds)

    def _local(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone)

    def run(self) -> None:
        """Let the year pass."""
        self.engine.watch(self._watch)
        for moment, process in self._arrivals():
            self._at(moment, lambda process=process: self._arrive(process))  # type: ignore[misc]
        for day in self._days():
            self._at(self._local(day, time()), self._tick)
            if day.day == 1 and day > self.begins.date():
                self._at(self._local(day, time()), lambda day=day: self.say(f"{day}"))  # type: ignore[misc]
        while self.queue and self.queue[0][0] < self.ends:
            moment, _, act = heapq.heappop(self.queue)
            self.clock.now = moment.astimezone(UTC)
            act()
        self.clock.now = self.ends.astimezone(UTC)
        self._tick()
        self.report.left += [left for (case, n), left in self.lying.items() if self._lies(case, n)]
        self.engine.unwatch(self._watch)

    def _days(self) -> Iterator[date]:
        day = self.begins.date()
        while day < self.ends.date():
            yield day
            day += timedelta(days=1)

    def _arrivals(self) -> Iterable[tuple[datetime, str]]:
        """Yield when cases come: on working days, in working hours, each process by its share."""
        days = [day for day in self._days() if self.calendar.is_working_day(day)]
        total, reached, sent = sum(self.plan.arrivals.values()), 0.0, 0
        for process, share in self.plan.arrivals.items():
            reached += share
            sent, before = round(self.cases * reached / total), sent
            for _ in range(sent - before):
                seconds = self.random.randrange(OPENS.hour * 3600, CLOSES.hour * 3600)
                yield (
                    self._local(self.random.choice(days), time()) + timedelta(seconds=seconds),
                    process,
                )

    def _at(self, moment: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self.queue, (max(moment.astimezone(self.zone), self._now), next(self.numbers), act))

    @property
    def _now(self) -> datetime:
        return self.clock.now.astimezone(self.zone)

    def _after(self, days: float, act: Callable[[], None]) -> None:
        """Let something happen after some days, more or less."""
        self._at(self._now + timedelta(days=self.random.expovariate(1 / days) if days else 0), act)

    # ---- the engine's clock

    def _tick(self) -> None:
        try:
            self.engine.tick()
        except ExceptionGroup as group:
            self.report.failures += [
                f"{self._now:%m-%d %H:%M} {'、'.join(getattr(each, '__notes__', ()))} {each}"
                for each in group.exceptions
            ]
        self._settle()

    def _strike(self, case: int, moment: datetime) -> None:
        working = self.working.get(case)
        if working is not None and working.alarm == moment:
            self._tick()

    # ---- cases

    def _watch(self, moved: Moved) -> None:
        """Follow the case that is being worked on at once, all others when the command is over."""
        working = self.working.get(moved.case)
        if working is None and self.beginning is not None:
            working, self.beginning = self.beginning, None
            self.working[moved.case] = working
        if working is not None:
            working.office.note(moved)
        self.moved.append(moved)

    def _settle(self) -> None:
        """See to it that what follows from the latest commands will happen."""
        while self.moved:
            moved = self.moved.popleft()
            working = self.working.get(moved.case)
            if working is None:
                definition = self.engine.town.definition(moved.kept.digest)
                working = self.working[moved.case] = self._open(definition, str(moved.case))
                working.office.note(moved)
            self._follow(moved.case, working, moved)

    def _open(self, definition: Definition, name: str) -> _Working:
        about, outlooks = self._about(definition)
        random = Random(f"{self.seed}-{name}")  # noqa: S311  # reproducible by design
        office = CaseOffice(self.engine, self.directory, definition.name)
        filling = Filling(about, random, self.supply)
        weights = self.plan.assumptions.weights
        journey = Journey(graph_of(definition), office.facts(), office, filling, outlooks, random, weights)
        return _Working(journey, office, random)

    def _about(self, definition: Definition) -> tuple[Nearby, Outlooks]:
        found = self.known.get(id(definition))
        if found is None:
            found = self.known[id(definition)] = (nearby(definition), Outlooks(definition))
        return found

    def _follow(self, case: int, working: _Working, moved: Moved) -> None:
        journey = working.journey
        self.report.commands += 1
        journey.follow(Decision(moved.events, moved.kept.state))
        for event in moved.events:
            self._outside(case, journey, event)
        if not journey.is_open:
            del self.working[case]
            return
        for n, item in journey.items().items():
            if n not in working.handed_out and item.status is ItemStatus.OPEN and not item.locked:
                working.handed_out.add(n)
                self._hand_out(case, working, n, item)
        moment = wake(journey.state)
        if moment is not None and moment != working.alarm and moment < self.ends:
            self._at(moment, lambda: self._strike(case, moment))
        working.alarm = moment

    def _arrive(self, process: str) -> None:
        definition = self.engine.definition(process)
        working = self._open(definition, f"{process}-{next(self.numbers)}")
        self.beginning = working
        happened = working.journey.begin()
        self.beginning = None
        if happened:
            self.report.arrived[process] += 1
        else:
            self.report.not_begun[process, str(working.journey.refusal)] += 1
        self._settle()

    def _do(self, case: int, act: Callable[[Journey], tuple[Event, ...]]) -> bool:
        """Let somebody act on a case, with what is known of the world now."""
        working = self.working.get(case)
        if working is None:
            return False
        working.journey.facts = working.office.facts()
        happened = act(working.journey)
        self._settle()
        return bool(happened)

    # ---- people

    def _hand_out(self, case: int, working: _Working, n: int, item: OpenItem) -> None:
        occurrence, plan = working.journey.state.occurrence, self.plan
        if occurrence is not None and item.node == OWED:
            moment = self._when_owed(working, item)
            if moment is not None:
                self._at(moment, lambda: self._finish(case, n, self._of(case, n)))
        elif item.external:
            self._after(plan.assumptions.authority_days, lambda: self._take_up(case, n))
        elif self.random.random() < plan.punctuality.slow:
            self._after(plan.punctuality.slow_days, lambda: self._take_up(case, n))
        else:
            self._take_up(case, n)

    def _when_owed(self, working: _Working, item: OpenItem) -> datetime | None:
        """Draw when a recurring duty is done: somewhen in its period, after it, or never."""
        habits, drawn, due = self.plan.punctuality, working.random.random(), item.due
        if due is None or drawn < habits.never:
            return None
        if drawn < habits.never + habits.late:
            return due + timedelta(days=working.random.expovariate(1 / habits.late_days), hours=9)
        begins = max(self._now, due - timedelta(days=1) + timedelta(hours=7))
        opens = self._now + (begins - self._now) * working.random.random()
        return opens + (due - opens) * min(working.random.betavariate(2, 3), 0.95)

    def _of(self, case: int, n: int) -> str:
        """Return one of those who may do an item; empty when nobody may."""
        working = self.working.get(case)
        if working is None or n not in working.journey.items():
            return ""
        working.journey.facts = working.office.facts()
        people = working.journey.who_may(n)
        return working.random.choice(people) if people else ""

    def _take_up(self, case: int, n: int) -> None:
        """Let whoever is free first begin with an item; it is done when his working time for it is over."""
        working = self.working.get(case)
        if working is None or n not in working.journey.items():
            return
        journey = working.journey
        journey.facts = working.office.facts()
        item, people = journey.items()[n], journey.who_may(n)
        if not people:
            self._again(case, n, "没有能办的人")
            return
        assumed = self.plan.assumptions
        step = "" if item.node is None else journey.graph.definition.nodes[item.node].name
        hours = self.random.expovariate(1 / max(assumed.hours_of.get(step, assumed.hours), 0.01))
        role = "或".join(dict.fromkeys(each.role for each in item.candidates))
        who, done = self.staff.assign(people, role, self._now, hours)
        self._at(done, lambda: self._finish(case, n, who))

    def _finish(self, case: int, n: int, who: str) -> None:
        working = self.working.get(case)
        if working is None:
            return
        items = working.journey.items()
        if n not in items or items[n].status is not ItemStatus.OPEN:
            working.handed_out.discard(n)  # it waits for somebody else now, or is gone
            return
        if who and self._do(case, lambda journey: journey.complete(n, who)):
            if self.random.random() < self.plan.assumptions.happens:
                self._do(case, Journey.begin_something)
        elif case in self.working:
            self._again(case, n, str(working.journey.refusal or ""))

    def _again(self, case: int, n: int, why: str) -> None:
        """Try an item on another day; send it back when that goes on, and let it lie in the end."""
        self.tries[case, n] += 1
        if self.tries[case, n] > DAYS_OF_RETRYING:
            self._let_lie(case, n, why)
            return
        if self.tries[case, n] % 3 == 0:
            who = self._of(case, n)
            if who and self._do(case, lambda journey: journey.give_back(n, who)):
                return
        self._at(self._now + timedelta(days=1), lambda: self._take_up(case, n))

    def _let_lie(self, case: int, n: int, why: str) -> None:
        state, definition = self.working[case].journey.state, self.working[case].journey.graph.definition
        node = self.working[case].journey.items()[n].node
        step = "" if node is None else definition.nodes[node].name
        self.lying[case, n] = LeftLying(state.number, definition.name, step, why)
        self._at(self._now + timedelta(days=7), lambda: self._take_up(case, n))

    def _lies(self, case: int, n: int) -> bool:
        return case in self.working and n in self.working[case].journey.items()

    # ---- what comes from outside

    def _outside(self, case: int, journey: Journey, event: Event) -> None:
        assumed = self.plan.assumptions
        match event:
            case DocumentIssued(document=name):
                self._after(assumed.service_days, lambda: self._serve(case, name))
            case Activated(activation=activation):
                node: Any = journey.graph.definition.nodes[activation.node]
                if isinstance(node, Wait) and not node.awaits_call and node.span is None:
                    self._after(assumed.event_days, lambda: self._prompt(case, activation.id))
            case _:
                pass

    def _serve(self, case: int, name: str) -> None:
        working = self.working.get(case)
        if working is None:
            return
        definition = working.journey.graph.definition
        document = next(each for each in definition.documents if each.name == name)
        by = working.journey.somebody_involved()
        for party in document.served_on:
            command = ServeDocument(Act(by), name, party)
            self._do(case, lambda journey, command=command: journey.do(command))  # type: ignore[misc]

    def _prompt(self, case: int, activation: int) -> None:
        """Let somebody begin an at-any-time item that a wait may be waiting for, again and again for a while."""
        working = self.working.get(case)
        if working is None or activation not in working.journey.state.activations:
            return
        self.tries[case, -activation] += 1
        self._do(case, Journey.begin_something)
        if self.tries[case, -activation] < DAYS_OF_RETRYING:
            self._after(self.plan.assumptions.event_days, lambda: self._prompt(case, activation))
