"""However late somebody looks, time has done the same: a case looked at once, at the end, stands as if looked at always.

Waits end, silence is an answer, clocks start, stand, go on and end at the moments at which that fell due. Steps that
people have to do are not part of it: their limits run from the record (`test_work_begins_with_the_record`).
"""

from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definition import (
    Actions,
    Anchor,
    AnchorKind,
    Clock,
    Definition,
    Overdue,
    Reminder,
    Urge,
)
from engine.events import CaseTriggered, Notified, TaskUrged, TimerFired
from engine.values import Span, Unit
from engine.views import LIVE
from tests.unit.core.building import Spec, block, branch, days, process, step, wait, within
from tests.unit.core.world import World, local, running

MOST_DAYS = 60
EVENTS = Notified | TaskUrged | CaseTriggered


class Lapses:
    """Makes a definition in which, after its first step, only time acts."""

    def __init__(self, random: Random) -> None:
        self.random, self.count = random, 0

    def name(self) -> str:
        """Return a name nobody has."""
        self.count += 1
        return f"节{self.count}"

    def lapse(self) -> Spec:
        """Make something that ends by itself, with what is to be said before and after."""
        span = days(self.random.randint(1, 6))
        said = (Reminder(Span(1, Unit.DAY)),)
        late = (Overdue(None, Actions((Urge(()),))), Overdue(Span(1, Unit.DAY), Actions((Urge(()),))))
        limits = (within(self.random.randint(1, 4)),) if self.random.random() < 0.5 else ()
        more = {"deadlines": limits, "reminders": said, "overdue": late} if limits else {}
        return wait(self.name(), span=span, **more)

    def nodes(self, depth: int) -> list[Spec]:
        """Make lapses one after another and side by side."""
        made: list[Spec] = []
        for _ in range(self.random.randint(1, 3)):
            if depth and self.random.random() < 0.5:
                sides = [branch(self.name(), *self.nodes(depth - 1)) for _ in range(2)]
                made.append(block(self.name(), *sides))
            else:
                made.append(self.lapse())
        return made

    def definition(self) -> Definition:
        """Make a definition with clocks over the whole that stand during a part of it."""
        nodes = self.nodes(2)
        names = [spec.name for spec in nodes]
        at = self.random.choice(names)
        rungs = (Overdue(None, Actions((Urge(()),))), Overdue(Span(2, Unit.DAY), Actions((Urge(()),))))
        whole = Clock(
            "总期",
            days(self.random.randint(2, 15)),
            Anchor(AnchorKind.STARTED),
            Anchor(AnchorKind.CLOSED),
            excludes=(self.random.choice(names),),
            reminders=(Reminder(Span(1, Unit.DAY), ("站长",)),),
            overdue=rungs,
        )
        return process(
            step("起"),
            *nodes,
            clocks=lambda n: (
                whole,
                Clock(
                    "后期",
                    days(3),
                    Anchor(AnchorKind.NODE, n(at)),
                    Anchor(AnchorKind.CLOSED),
                    overdue=rungs,
                ),
            ),
        )


def begun(definition: Definition) -> World:
    case = running(definition)
    case.complete("起")
    return case


def told(case: World) -> list[object]:
    """What was said and which timers fired, in order."""
    return [
        (
            type(event).__name__,
            getattr(event, "kind", None),
            getattr(event, "index", None),
            getattr(event, "due", None),
        )
        for group in case.groups
        for event in group
        if isinstance(event, EVENTS | TimerFired)
    ]


def standing(case: World) -> object:
    """Where a case stands and what its limits say, without what only its record differs in."""
    state = case.state
    records = {
        place: (each.started_at, each.completed_at, each.done, each.late, each.days_late)
        for place, each in state.records.items()
    }
    clocks = {
        number: (each.started, each.running, each.stops, each.ended, each.late, each.timers)
        for number, each in state.clocks.items()
    }
    open_now = [(each.node, each.opened_at, each.running, each.timers) for each in state.activations.values()]
    return state.status, case.steps(), records, clocks, open_now


@settings(deadline=None)
@given(st.integers(0, 10**9), st.integers(1, MOST_DAYS))
def test_looking_once_late_is_looking_always(seed: int, lapsed: int) -> None:
    definition = Lapses(Random(seed)).definition()
    always, late = begun(definition), begun(definition)
    end = always.now + timedelta(days=lapsed)
    while (moment := always.wake()) is not None and moment <= end and always.state.status in LIVE:
        always.now = moment
        always.tick()
    always.now = late.now = end
    always.tick()
    late.tick()

    assert told(late) == told(always)
    assert standing(late) == standing(always)


def test_work_begins_with_the_record() -> None:
    """Nobody is late because the system was down: a step that people do is due from when they can see it."""
    case = running(process(wait("公示", span=days(3)), step("决定", deadlines=(within(5),))))
    case.later(days=10).tick()

    done = case.record("公示")
    assert done.completed_at == local(2023, 4, 14)
    assert case.due("决定") == local(2023, 4, 26)


def test_silence_is_an_answer_on_the_day_on_which_it_became_one() -> None:
    silent = Overdue(None, Actions(), deemed="放弃")
    asked = step("申辩", outcomes=("申辩", "放弃"), deadlines=(within(3),), overdue=(silent,))
    case = running(process(asked, wait("等待", span=days(2)), step("决定")))
    case.later(days=4).tick()

    assert case.record("申辩").completed_at == local(2023, 4, 14)
    assert case.steps() == ["等待"]
    assert case.wake() == local(2023, 4, 17)
