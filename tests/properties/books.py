"""Books kept beside a case by other means than its own: what its events say must come out even with its state.

Items are opened once and closed once. A vote is what its seats have answered, counted afresh. Every rung of a running
limit lies ahead or was climbed, and none was climbed twice.
"""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from engine.commands import SYSTEM
from engine.definition import Abstention, Clock, Countersign, Definition, Step, Wait
from engine.events import (
    CaseMigrated,
    ClockReopened,
    Event,
    Joined,
    Recalled,
    StepCompleted,
    TaskAnswered,
    TimerFired,
)
from engine.evolve import evolve
from engine.marking import Activation, Running, Seat, SeatOrigin, Timer, TimerKind
from engine.open_items import closing_status, open_items
from engine.state import CaseState
from engine.views import LIVE, ItemStatus


class Books:
    """The books of one case."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.turning_to: Definition | None = None  # the version that a migration under way leads to
        self.items: dict[int, bool] = {}  # number -> still open
        self.answers: dict[int, str | None] = {}  # item -> its latest result
        self.fired: Counter[tuple[int | None, int | None, TimerKind, int, object]] = Counter()
        self.behind: set[tuple[int | None, int | None, int]] = set()  # rungs that are not climbed any more
        self.votes = self.rungs = 0

    def enter(self, before: CaseState, events: Iterable[Event]) -> None:
        """Enter a group of events, one after the other."""
        state = before
        shown = set(open_items(self.definition, state))
        for event in events:
            self._count(state, event)
            state = evolve(state, event)
            if isinstance(event, CaseMigrated) and self.turning_to is not None:
                self.definition = self.turning_to
            now = set(open_items(self.definition, state))
            self._items(event, opened=now - shown, closed=shown - now)
            shown = now
        assert {number for number, is_open in self.items.items() if is_open} == shown
        if state.status in LIVE:
            self._limits(state)

    # ---- items

    def _items(self, event: Event, *, opened: set[int], closed: set[int]) -> None:
        for number in opened:
            assert number not in self.items, "a closed item was opened again"
            self.items[number] = True
        for number in closed:
            assert self.items[number], "an item was closed twice"
            assert closing_status(event, number) not in (ItemStatus.OPEN, ItemStatus.WAITING)
            self.items[number] = False

    # ---- votes

    def _count(self, state: CaseState, event: Event) -> None:
        match event:
            case TaskAnswered(item, _, result):
                self.answers[item] = result
            case StepCompleted(number, outcome, deemed=False):
                activation = state.activations[number]
                node = self.definition.nodes[activation.node]
                if isinstance(node, Step) and node.countersign is not None and state.actor != SYSTEM:
                    self._recount(activation, node.countersign, outcome)
            case TimerFired(activation, clock, kind, index, due):
                self.rungs += 1
                self.fired[activation, clock, kind, index, due] += 1
                if kind is TimerKind.OVERDUE:
                    self.behind.add((activation, clock, index))
                assert self.fired[activation, clock, kind, index, due] == 1, f"{kind} {index} twice"
            case ClockReopened(clock, timers):  # what lay behind when the clock had ended stays behind
                ahead = {timer.index for timer in timers}
                passed = set(range(len(self.definition.clocks[clock].overdue))) - ahead
                self.behind |= {(None, clock, index) for index in passed}
            case _:
                pass

    def _recount(self, activation: Activation, asked: Countersign, outcome: str | None) -> None:
        """Count the ballots of all voting seats, each with the follow-on seats behind it."""
        self.votes += 1
        seats = {seat.id: seat for seat in activation.seats}
        voting = [seat for seat in activation.seats if seat.voting]
        for seat in voting:
            assert seat.result == self.answers.get(seat.id) or seat.status is not ItemStatus.DONE
        urns = [self._ballot(seats, seat) for seat in voting if seat.origin is not SeatOrigin.AFTER]
        cast = [ballot for ballot in urns if ballot is not None]
        if asked.returns_at_once and "退回" in cast:
            assert outcome == "退回"
        elif asked.any_one:
            assert (outcome == "通过") == (next((each for each in cast if each != "弃权"), None) == "同意")
        elif len(cast) == len(urns):
            assert (outcome == "通过") == _agreed(asked, Counter(cast)), (asked, cast, outcome)
        else:
            assert asked.early, "a vote ended before all had voted"
            assert self._is_certain(asked, urns, outcome), "the votes left out could have changed the outcome"

    def _ballot(self, seats: dict[int, Seat], seat: Seat) -> str | None:
        """Return the worst answer of a seat and of the voters added after it; None while one is missing, also an adviser's."""
        behind = [
            each
            for each in seats.values()
            if each.host == seat.id and each.origin is SeatOrigin.AFTER and each.status in _COUNTING
        ]
        given = [seat.result if seat.status is ItemStatus.DONE else None]
        later = {each.id: self._ballot(seats, each) for each in behind}
        if None in (*given, *later.values()):
            return None
        given += [later[each.id] for each in behind if each.voting]
        return next(each for each in ("退回", "不同意", "弃权", "同意") if each in given)

    @staticmethod
    def _is_certain(asked: Countersign, urns: list[str | None], outcome: str | None) -> bool:
        left = urns.count(None)
        cast = Counter(each for each in urns if each is not None)
        return all(
            _agreed(asked, cast + Counter({rest: left})) == (outcome == "通过") for rest in ("同意", "不同意")
        )

    # ---- limits

    def _limits(self, state: CaseState) -> None:
        for activation in state.activations.values():
            node = self.definition.nodes[activation.node]
            assert isinstance(node, Step | Wait)
            if activation.token in state.tokens:
                self._rungs(activation.id, None, activation.running, activation.timers, node)
        for number, record in state.clocks.items():
            if record.ended is None:
                clock = self.definition.clocks[number]
                self._rungs(None, number, record.running, record.timers, clock)

    def _rungs(
        self,
        activation: int | None,
        clock: int | None,
        running: Running | None,
        timers: tuple[Timer, ...],
        limited: Step | Wait | Clock,
    ) -> None:
        """Every rung of a limit that runs waits for its moment or was climbed."""
        if running is None or running.due is None:
            assert not any(timer.kind is TimerKind.OVERDUE for timer in timers)
            return
        ahead = {timer.index for timer in timers if timer.kind is TimerKind.OVERDUE}
        for index in range(len(limited.overdue)):
            climbed = (activation, clock, index) in self.behind
            assert index in ahead or climbed, f"rung {index} of {limited.name} was forgotten"


_COUNTING = (ItemStatus.OPEN, ItemStatus.WAITING, ItemStatus.DONE)


def _agreed(asked: Countersign, cast: Counter[str]) -> bool:
    """Tell whether full votes pass, from the words of the definition."""
    yes, no = cast["同意"], cast["不同意"] + cast["退回"]
    if asked.veto and no:
        return False
    if asked.majority:
        return yes > no or (yes == no and asked.tie is True)
    entitled = yes + no if asked.abstention is Abstention.EXCLUDED else yes + no + cast["弃权"]
    return entitled > 0 and yes >= Fraction(*(asked.quorum or (1, 1))) * entitled


def joined_too_often(events: Iterable[Event]) -> list[int]:
    """Return the blocks joined more than once, and once more for each time that the join was taken back."""
    events = list(events)
    joins = Counter(event.frame for event in events if isinstance(event, Joined))
    undone = Counter(
        frame.id for event in events if isinstance(event, Recalled) for frame in event.images.frames
    )
    return [number for number, times in joins.items() if times > 1 + undone[number]]
