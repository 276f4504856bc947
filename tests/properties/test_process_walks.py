"""Every process that ships is walked at random, by people who fill in whatever fits, over weeks and years.

Nothing but a refusal may come of it, and after every command the marking is sound (see `test_walks`).
"""

from datetime import date
from functools import cache
from pathlib import Path
from random import Random

import pytest

from dsl import compile_paths
from engine.commands import (
    Act,
    ApplyExtension,
    ClaimTask,
    Command,
    CompleteTask,
    EventArrived,
    LinkedCaseEnded,
    Origin,
    RecallTask,
    ResumeClock,
    ReturnTask,
    ServeDocument,
    StartCase,
    StartHandler,
    StopClock,
    Tick,
)
from engine.definition import ByForm, Definition, Step
from engine.errors import Refusal
from engine.marking import OpenItem
from engine.options import options
from engine.values import Value
from engine.views import CaseStatus
from tests.properties.form_filling import Filling
from tests.properties.walk import check_marking
from tests.unit.core.world import World

PROCESSES = Path(__file__).parents[2] / "processes"
PEOPLE = ("张", "王", "李", "赵", "陈", "刘")
LENGTH = 40


@cache
def definitions() -> tuple[Definition, ...]:
    """Compile what ships."""
    return compile_paths([PROCESSES]).definitions


class Town(World):
    """Everybody holds every role: walks are stopped by the process, not by the organisation."""

    def holders(self, role: str, dimension: str | None, scope: Value) -> tuple[str, ...]:  # noqa: ARG002  # whatever is asked
        return PEOPLE

    def has_power(self, power: str, day: date) -> bool:
        return (len(power) + day.toordinal()) % 2 == 0


class ProcessWalk:
    """One case of a process that ships."""

    def __init__(self, definition: Definition, seed: int) -> None:
        self.random = Random(seed)
        self.case = Town(definition, administrators={"张"})
        self.filling = Filling(definition, self.random, PEOPLE)
        self.refusals: list[Refusal] = []

    def do(self, command: Command) -> bool:
        """Give a command; tell whether it was accepted."""
        try:
            self.case.do(command)
        except Refusal as refusal:
            self.refusals.append(refusal)
            return False
        check_marking(self.case)
        return True

    def start(self) -> bool:
        """Start by form, or as a trigger of another case would."""
        for start in self.case.definition.starts:
            if isinstance(start, ByForm):
                for _ in range(8):
                    forms = {start.form: self.filling.record(start.form, self.case.now)}
                    if self.do(StartCase(Act("张"), forms)):
                        return True
        return self.do(StartCase(Act("system"), {}, Origin("外〔2023〕1号")))

    def step(self) -> None:
        """Do one random thing."""
        self.random.choices(
            (self.complete, self.wait, self.begin, self.give_back, self.clocks, self.links),
            (70, 12, 6, 4, 4, 4),
        )[0]()

    def item(self) -> tuple[int, OpenItem] | None:
        items = list(self.case.items().items())
        return self.random.choice(items) if items else None

    def complete(self) -> None:
        found = self.item()
        if found is None:
            return self.wait()
        number, item = found
        node = None if item.node is None else self.case.definition.nodes[item.node]
        by = item.holder or self.random.choice(PEOPLE)
        act = Act(by, reason="因", occurred_at=self.case.now if item.external else None)
        forms, outcome = {}, None
        if item.decides is not None or node is None:
            outcome = self.random.choice(("批准", "不批准"))
        elif item.part.value in ("会签", "协办"):
            outcome = self.random.choice(("同意", "同意", "不同意"))
        elif isinstance(node, Step):
            forms = {name: self.filling.record(name, self.case.now) for name in node.fills}
            outcome = self.random.choice(node.outcomes) if node.outcomes else None
        done = self.do(CompleteTask(act, number, forms, outcome))
        if done and self.random.random() < 0.1:
            self.do(RecallTask(Act(by), number, self.case.state.revision))
        for each in (None, *tuple(self.case.items())[:2]):
            options(self.case.definition, self.case.state, each, by, self.case)
        return None

    def wait(self) -> None:
        self.case.later(days=self.random.choice((0, 1, 5, 30, 200)))
        self.do(Tick())

    def begin(self) -> None:
        for handler in self.random.sample(self.case.definition.handlers, len(self.case.definition.handlers)):
            form = handler.start.form if isinstance(handler.start, ByForm) else None
            forms = {} if form is None else {form: self.filling.record(form, self.case.now)}
            if self.do(StartHandler(Act(self.random.choice(PEOPLE)), handler.name, forms)):
                return
        for event in self.case.definition.events:
            self.do(EventArrived(event.name, {}))

    def give_back(self) -> None:
        found = self.item()
        if found is not None:
            number, item = found
            by = item.holder or self.random.choice(PEOPLE)
            self.do(ClaimTask(Act(by), number))
            done = [
                self.case.definition.nodes[node].name
                for (node, _), each in self.case.state.records.items()
                if each.done
            ]
            if done:
                self.do(ReturnTask(Act(by, reason="因"), number, self.random.choice(done)))
            self.do(ApplyExtension(Act(by, reason="因"), {}, item=number))

    def clocks(self) -> None:
        act = Act(self.random.choice(PEOPLE), reason="因")
        for clock in self.case.definition.clocks:
            for stop in clock.stops:
                stopping = {stop.form: self.filling.record(stop.form, self.case.now)} if stop.form else {}
                resuming = (
                    {stop.resume_form: self.filling.record(stop.resume_form, self.case.now)}
                    if stop.resume_form
                    else {}
                )
                self.do(StopClock(act, clock.name, stopping))
                self.wait()
                self.do(ResumeClock(act, clock.name, resuming))
            self.do(ApplyExtension(act, {}, clock=clock.name))

    def links(self) -> None:
        for link in tuple(self.case.state.links):
            self.do(LinkedCaseEnded(link, CaseStatus.FINISHED))
        for document in tuple(self.case.state.papers):
            self.do(ServeDocument(Act("张"), document, "当事人"))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("definition", definitions(), ids=lambda definition: definition.name)
def test_a_process_that_ships_survives_whatever_people_do(definition: Definition, seed: int) -> None:
    walk = ProcessWalk(definition, seed)
    if not walk.start():
        return
    for _ in range(LENGTH):
        if walk.case.state.status is not CaseStatus.OPEN:
            break
        walk.step()
    assert all(refusal.text and refusal.code and refusal.hint for refusal in walk.refusals)
