"""The simulation itself: a queue of moments, at each of which somebody acts, a clock strikes or something comes from outside."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from fractions import Fraction
from itertools import count
from random import Random

from engine.calendar import Calendar
from engine.commands import Act, DrawSample, EventArrived, LinkedCaseEnded, ServeDocument, Tick
from engine.definition import Definition, Wait
from engine.events import (
    Activated,
    CaseTriggered,
    DocumentIssued,
    Event,
)
from engine.graph import graph_of, recurrence_of
from engine.marking import OpenItem
from engine.open_items import wake
from engine.simulation.assumptions import Assumptions
from engine.simulation.journey import Journey
from engine.simulation.report import Measured, SimulationReport, StuckCase
from engine.simulation.staff import Staff
from engine.simulation.town import UNITS, SimulatedFacts, SimulatedTown
from engine.simulation.values import Filling, Supply, nearby
from engine.soundness import Outlooks
from engine.standstill import Surroundings, standstills
from engine.views import CaseStatus, ItemStatus

DAYS_OF_RETRYING = 15
"""Days on which somebody tries again what could not be done, before the case counts as stuck."""
LONGEST = timedelta(days=365 * 20)


def simulate(
    definition: Definition,
    cases: int,
    seed: int,
    calendar: Calendar,
    zone: tzinfo,
    assumptions: Assumptions,
) -> SimulationReport:
    """Let so many cases arrive and be worked on to their ends.

    The same arguments give the same report. What another process would do (a linked case, an event, an authority) takes
    the days that the assumptions say.
    """
    simulation = _Simulation(definition, assumptions, calendar, zone, seed)
    simulation.run(cases)
    return simulation.measured.report(definition, simulation.staff.stays, cases, seed)


@dataclass
class _Simulation:
    definition: Definition
    assumptions: Assumptions
    calendar: Calendar
    zone: tzinfo
    seed: int
    measured: Measured = field(default_factory=Measured)
    queue: list[tuple[datetime, int, int, Callable[[], None]]] = field(default_factory=list)
    pending: Counter[int] = field(default_factory=Counter)  # case -> moments it waits for
    known: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # case -> items handed out
    tries: Counter[tuple[int, int]] = field(default_factory=Counter)
    journeys: dict[int, Journey] = field(default_factory=dict)
    facts: dict[int, SimulatedFacts] = field(default_factory=dict)
    alarms: dict[int, datetime] = field(default_factory=dict)  # case -> moment that is in the queue
    _numbers: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self.town = SimulatedTown(self.definition, self.assumptions, self.calendar, self.zone, self.seed)
        self.staff = Staff(self.seed, self.calendar, self.zone, self.assumptions.absence)
        self.outlooks = Outlooks(self.definition)
        self.nearby = nearby(self.definition)
        self.random = Random(self.seed)  # noqa: S311  # reproducible by design
        self.now = datetime.combine(self.assumptions.begins, time(9), self.zone)
        self.ends = self.now + LONGEST

    def run(self, cases: int) -> None:
        for number, moment in enumerate(self._arrivals(cases)):
            self._at(moment, number, lambda number=number: self._arrive(number))  # type: ignore[misc]
        while self.queue:
            self.now, _, number, act = heapq.heappop(self.queue)
            self.pending[number] -= 1
            act()

    def _arrivals(self, cases: int) -> Iterable[datetime]:
        """Yield when cases come: on working days, in working hours, so many a day on average."""
        moment = self.now
        for _ in range(cases):
            hours = self.random.expovariate(self.assumptions.arrivals / 8)
            moment = self._working(moment, hours)
            yield moment

    def _working(self, moment: datetime, hours: float) -> datetime:
        """Let working hours of the office pass."""
        while True:
            closes = datetime.combine(moment.date(), time(17), self.zone)
            left = (closes - moment).total_seconds() / 3600
            if self.calendar.is_working_day(moment.date()) and hours <= left:
                return moment + timedelta(hours=hours)
            if self.calendar.is_working_day(moment.date()):
                hours -= max(left, 0)
            moment = datetime.combine(moment.date() + timedelta(days=1), time(9), self.zone)

    def _at(self, moment: datetime, number: int, act: Callable[[], None]) -> None:
        self.pending[number] += 1
        heapq.heappush(self.queue, (moment, next(self._numbers), number, act))

    def _after(self, days: float, number: int, act: Callable[[], None]) -> None:
        """Let something happen after some days, more or less."""
        self._at(self.now + timedelta(days=self.random.expovariate(1 / days) if days else 0), number, act)

    # ---- what happens

    def _arrive(self, number: int) -> None:
        random = Random(f"{self.seed}-{number}")  # noqa: S311  # reproducible by design
        facts = self.facts[number] = SimulatedFacts(self.town, number, self.now)
        filling = Filling(self.nearby, random, Supply(self.town.people, UNITS))
        graph = graph_of(self.definition)
        journey = Journey(graph, facts, facts, filling, self.outlooks, random, self.assumptions.weights)
        self.journeys[number] = journey
        self._follow(number, journey.start())
        rule = recurrence_of(self.definition)
        if rule is not None and rule.share is not None:
            drawn = random.random() < Fraction(*rule.share)
            self._after(self.assumptions.event_days, number, lambda: self._draw(number, drawn=drawn))

    def _do(self, number: int, act: Callable[[Journey], tuple[Event, ...]]) -> tuple[Event, ...]:
        journey = self.journeys.get(number)
        if journey is None:
            return ()
        self.facts[number].now = self.now
        events = act(journey)
        self._follow(number, events)
        return events

    def _follow(self, number: int, events: tuple[Event, ...]) -> None:
        """Count what happened, and see to it that what follows will happen."""
        journey = self.journeys[number]
        self.measured.count(self.definition, number, events, self.now)
        for event in events:
            self._outside(number, event)
        if not journey.is_open:
            self.measured.ended(journey.state, journey.corrections)
            del self.journeys[number], self.facts[number]
            return
        for n, item in journey.items().items():
            if n not in self.known[number] and item.status is ItemStatus.OPEN and not item.locked:
                self.known[number].add(n)
                self._hand_out(number, n, item)
        self._rest(number)

    def _set_alarm(self, number: int, journey: Journey) -> None:
        moment = wake(journey.state)
        if moment is None or moment > self.ends:
            self.alarms.pop(number, None)
        elif self.alarms.get(number) != moment:
            self.alarms[number] = moment
            self._at(
                max(moment.astimezone(self.zone), self.now), number, lambda: self._strike(number, moment)
            )

    def _strike(self, number: int, moment: datetime) -> None:
        """Let what is due happen; an alarm that was set anew since is none any more."""
        if self.alarms.get(number) == moment:
            del self.alarms[number]
            if self._do(number, lambda journey: journey.do(Tick())):
                return
        self._rest(number)

    def _rest(self, number: int) -> None:
        """See whether a case in which nothing happened waits for anything at all."""
        journey = self.journeys.get(number)
        if journey is not None:
            self._set_alarm(number, journey)
            if not self.pending[number]:
                self._at(self.now + timedelta(days=1), number, lambda: self._nudge(number))

    # ---- people

    def _hand_out(self, number: int, n: int, item: OpenItem) -> None:
        if item.external:
            self._after(self.assumptions.authority_days, number, lambda: self._take_up(number, n))
        else:
            self._take_up(number, n)

    def _take_up(self, number: int, n: int) -> None:
        """Let whoever is free first begin with an item; it is done when his working time for it is over."""
        journey = self.journeys.get(number)
        if journey is None:
            return
        if n not in journey.items():
            self._rest(number)
            return
        self.facts[number].now = self.now
        item, people = journey.items()[n], journey.who_may(n)
        if not people:
            self._again(number, n, "没有能办的人")
            return
        step = "" if item.node is None else self.definition.nodes[item.node].name
        role = "或".join(dict.fromkeys(each.role for each in item.candidates)) or "指定人员"
        hours = self.random.expovariate(
            1 / max(self.assumptions.hours_of.get(step, self.assumptions.hours), 0.01)
        )
        who, done = self.staff.assign(people, role, self.now, hours)
        self.town.holding[who] += 1
        self._at(done, number, lambda: self._finish(number, n, who))

    def _finish(self, number: int, n: int, who: str) -> None:
        self.town.holding[who] -= 1
        journey = self.journeys.get(number)
        if journey is None:
            return
        if n not in journey.items() or journey.items()[n].status is not ItemStatus.OPEN:
            self.known[number].discard(n)  # it waits for somebody else now, or is gone
            self._rest(number)
            return
        if self._do(number, lambda each: each.complete(n, who)):
            if self.random.random() < self.assumptions.happens and number in self.journeys:
                self._do(number, Journey.begin_something)
            return
        self._again(number, n, str(journey.refusal or ""))

    def _again(self, number: int, n: int, why: str) -> None:
        """Try an item on another day; send it back when that goes on, and give up in the end."""
        self.tries[number, n] += 1
        if self.tries[number, n] > DAYS_OF_RETRYING:
            self._give_up(number, why)
            return
        if self.tries[number, n] % 3 == 0:
            people = self.journeys[number].who_may(n)
            if people and self._do(number, lambda each: each.give_back(n, people[0])):
                self.measured.returns += 1
                return
        self._at(self.now + timedelta(days=1), number, lambda: self._take_up(number, n))

    # ---- what comes from outside

    def _outside(self, number: int, event: Event) -> None:
        days = self.assumptions
        match event:
            case CaseTriggered(link=link):
                self._after(days.linked_days, number, lambda: self._end_linked(number, link))
            case DocumentIssued(document=name):
                self._after(days.service_days, number, lambda: self._serve(number, name))
            case Activated(activation=activation):
                node = self.definition.nodes[activation.node]
                if isinstance(node, Wait) and not node.awaits_call and node.span is None:
                    self._after(days.event_days, number, lambda: self._prompt(number, activation.id))
            case _:
                pass

    def _end_linked(self, number: int, link: int) -> None:
        def end(journey: Journey) -> tuple[Event, ...]:
            return journey.do(LinkedCaseEnded(link, CaseStatus.FINISHED, journey.taken_over(link)))

        self._from_outside(number, end)

    def _serve(self, number: int, name: str) -> None:
        document = next(each for each in self.definition.documents if each.name == name)
        parties = document.served_on

        def serve(journey: Journey) -> tuple[Event, ...]:
            happened: tuple[Event, ...] = ()
            by = journey.somebody_involved()
            for position, party in enumerate(parties, start=1):
                last = position == len(parties)
                happened += journey.do(ServeDocument(Act(by), name, party, complete=last))
            return happened

        self._from_outside(number, serve)

    def _prompt(self, number: int, activation: int) -> None:
        """Let come what a wait may be waiting for, again and again for a while: events, at-any-time items."""
        journey = self.journeys.get(number)
        if journey is None or activation not in journey.state.activations:
            self._rest(number)
            return
        self.tries[number, -activation] += 1
        for event in self.definition.events:
            self._send(number, event.name)
        if self.tries[number, -activation] % 3 == 0:
            self._do(number, Journey.begin_something)
        if self.tries[number, -activation] < DAYS_OF_RETRYING:
            self._after(self.assumptions.event_days, number, lambda: self._prompt(number, activation))
        self._rest(number)

    def _draw(self, number: int, *, drawn: bool) -> None:
        """抽查 of a recurring duty: the occurrence is drawn, or not."""
        self._from_outside(number, lambda each: each.do(DrawSample(each.facts.seed(), 1, drawn)))

    def _send(self, number: int, name: str) -> None:
        self._from_outside(number, lambda each: each.do(EventArrived(name, each.arguments(name))))

    def _from_outside(self, number: int, act: Callable[[Journey], tuple[Event, ...]]) -> None:
        if not self._do(number, act):
            self._rest(number)

    # ---- nobody has anything to do

    def _nudge(self, number: int) -> None:
        """Begin an at-any-time item, or send an event, when a case waits for one; else it is stuck."""
        if number not in self.journeys:
            return
        self.tries[number, 0] += 1
        if self.now > self.ends or self.tries[number, 0] > DAYS_OF_RETRYING:
            self._give_up(number, "")
        elif waiting := [
            n for n, item in self.journeys[number].items().items() if item.status is ItemStatus.OPEN
        ]:
            for n in waiting:
                self._take_up(number, n)
        elif not self._do(number, Journey.begin_something):
            for event in self.definition.events:
                self._send(number, event.name)
            self._rest(number)

    def _give_up(self, number: int, why: str) -> None:
        journey = self.journeys.pop(number)
        del self.facts[number]
        around = Surroundings(
            active=lambda _: True,
            present=lambda _: True,
            members=lambda unit: self.town.holders("", unit),
            emitted=frozenset(event.name for event in self.definition.events),
        )
        found = standstills(self.definition, journey.state, journey.facts, around)
        places = tuple(f"{each.place}：{each.text}" for each in found)
        self.measured.stuck.append(StuckCase(journey.state.number, self.now, places, why))
