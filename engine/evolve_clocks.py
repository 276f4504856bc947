"""Apply what happened to clocks and timers."""

from datetime import datetime

from engine import events as e
from engine.evolve_seats import update, update_seat
from engine.marking import Stoppage, Timer, TimerKind
from engine.record import replace
from engine.state import CaseState


def change_clock(state: CaseState, event: e.ClockEvent) -> None:
    number = event.clock
    if isinstance(event, e.ClockStarted):
        state.clocks[number] = event.record
        return
    clock = state.clocks[number]
    match event:
        case e.ClockStopped(since=since, ground=ground, excluded=excluded, running=running, timers=timers):
            stops = (*clock.stops, Stoppage(since, None, ground, excluded))
            state.clocks[number] = replace(clock, stops=stops, running=running, timers=timers)
        case e.ClockWentOn(until=until, excluded=excluded, running=running, timers=timers):
            stops = tuple(
                replace(stop, until=until) if stop.until is None and stop.excluded is excluded else stop
                for stop in clock.stops
            )
            state.clocks[number] = replace(clock, stops=stops, running=running, timers=timers)
        case e.ClockMoved(running=running, timers=timers):
            state.clocks[number] = replace(clock, running=running, timers=timers)
        case e.ClockEnded(at=at, late=late):
            state.clocks[number] = replace(clock, ended=at, late=late, timers=())
        case e.ClockReopened(timers=timers):
            state.clocks[number] = replace(clock, ended=None, timers=timers)


def fire(state: CaseState, event: e.TimerFired) -> None:
    fired = (event.due, event.timer, event.index)
    if event.timer is TimerKind.PERSONAL:
        update_seat(state, event.index, remind_at=None)
    elif event.clock is not None:
        clock = state.clocks[event.clock]
        state.clocks[event.clock] = replace(clock, timers=_without(clock.timers, fired))
    elif event.activation is not None:
        timers = _without(state.activations[event.activation].timers, fired)
        update(state, event.activation, timers=timers)


def _without(timers: tuple[Timer, ...], fired: tuple[datetime, TimerKind, int]) -> tuple[Timer, ...]:
    return tuple(timer for timer in timers if (timer.at, timer.kind, timer.index) != fired)
