"""What a migration computes anew: limits by the new lengths from their old beginnings, and to whom open seats are offered."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from engine.commands import Migrate
from engine.deciding.authority import candidates, holders, role_names
from engine.deciding.draft import Draft
from engine.deciding.limits import elapsed_moment, in_order, running_for, settled, timers_for
from engine.deciding.paper_seats import paper_seats
from engine.definition import Clock, Step, Wait
from engine.evolve_migration import Renumbering, renumber
from engine.evolve_migration import migrate as apply_migration
from engine.graph import Graph
from engine.marking import (
    LEADING,
    PAPER,
    SIGNING,
    Activation,
    Candidate,
    ClockRecord,
    Running,
    Seat,
    SeatOrigin,
    SeatPart,
    Timer,
    TimerKind,
)
from engine.marking_check import finishing_fault, marking_fault
from engine.migration_events import CaseMigrated, ClockImage, SeatImage, WorkImage
from engine.open_items import open_items
from engine.record import replace
from engine.sentences import moment_text
from engine.state import CaseState
from engine.values import Span
from engine.version_images import VersionImages
from engine.views import ImageRow, ItemStatus

_Limited: TypeAlias = Step | Wait | Clock
"""What has a limit with reminders and a ladder."""


def computed(
    draft: Draft, command: Migrate, new: Graph, images: VersionImages
) -> tuple[CaseMigrated, list[ImageRow]]:
    """Compute limits and seats by the new version, and judge where the case would stand."""
    trial = draft.under(new)
    by = Renumbering(images.nodes, images.branches, images.handlers, images.clocks)
    renumber(trial.state, by)
    data = {
        each.name: None if each.initial is None else trial.value(each.initial, trial.scope(0, ""))
        for each in command.definition.data
        if each.name not in draft.state.data
    }
    trial.state.data.update(data)
    clocks = [
        ClockImage(number, _clock_image(trial, draft.definition.clocks[old], number))
        for old, number in images.clocks.items()
        if number in trial.state.clocks
    ]
    for clock in clocks:
        trial.state.clocks[clock.clock] = clock.record
    work = [_work_image(trial, draft, each) for each in trial.state.activations.values()]
    event = CaseMigrated(
        origin=command.origin,
        target=command.target,
        version=command.definition.version,
        nodes=tuple(images.nodes.items()),
        branches=tuple((block, branch, image) for (block, branch), image in images.branches.items()),
        handlers=tuple(images.handlers.items()),
        clocks=tuple(images.clocks.items()),
        work=tuple(work),
        running=tuple(clocks),
        data=data,
    )
    after = draft.state.copy()
    apply_migration(after, event)
    fault = marking_fault(new, after) or finishing_fault(new, after)
    rows = [*_clock_rows(draft, after, images), *_seat_rows(draft, after, new)]
    rows += [ImageRow("所在步骤", "全案", fault=fault)] if fault else []
    return event, rows


def _clock_image(trial: Draft, old: Clock, number: int) -> ClockRecord:
    """Return a clock that runs by the new length from its old beginning, with its stops and extensions."""
    clock, record = trial.definition.clocks[number], trial.state.clocks[number]
    span = trial.value(clock.span, trial.scope(0, ""))
    if record.ended is not None or record.running.missing or not isinstance(span, Span):
        return record
    running = settled(trial, replace(record.running, span=span, rolls=clock.rolls))
    return replace(
        record, running=running, timers=_timers(trial, record.running, running, old, clock, record.timers)
    )


def _timers(
    trial: Draft,
    before: Running | None,
    after: Running | None,
    old: _Limited,
    new: _Limited,
    timers: Sequence[Timer],
) -> tuple[Timer, ...]:
    """Return when to act on a limit by the new reminders and ladder.

    A rung in the place of one that was climbed has been climbed; where there was no limit before, none has.
    """
    if before is None or before.missing:
        return timers_for(trial, after, new.reminders, new.overdue)
    waiting = [each for each in timers if each.kind is TimerKind.OVERDUE and each.index < len(new.overdue)]
    if after is not None and after.due is None and not after.missing:
        return tuple(waiting)  # it stands; when it goes on its moments are computed
    added = range(len(old.overdue), len(new.overdue))
    left = (*waiting, *(Timer(trial.now, TimerKind.OVERDUE, index) for index in added))
    return timers_for(trial, after, new.reminders, new.overdue, left)


def _work_image(trial: Draft, draft: Draft, activation: Activation) -> WorkImage:
    node = trial.graph.node(activation.node)
    before = draft.graph.node(draft.state.activations[activation.id].node)
    assert isinstance(node, Step | Wait), node
    assert isinstance(before, Step | Wait), before
    scope = trial.scope(node.region, activation.key)
    running = _kept(trial, activation.running, running_for(trial, node, scope, activation.opened_at))
    timers = _timers(trial, activation.running, running, before, node, activation.timers)
    if isinstance(node, Wait):
        over = elapsed_moment(trial, node, scope, activation.opened_at)
        if over is not None:
            timers = in_order((*timers, Timer(over, TimerKind.ELAPSED, 0)))
        return WorkImage(activation.id, running, timers)
    return WorkImage(activation.id, running, timers, tuple(_seat_images(trial, node, activation)))


def _kept(trial: Draft, old: Running | None, new: Running | None) -> Running | None:
    """Return the new limit with the stops and extensions of the old one."""
    if old is None or new is None or new.clock is not None or old.clock is not None:
        return new
    if new.missing:
        return replace(new, last_day=old.last_day) if old.missing else new
    kept = replace(new, pauses=old.pauses, extensions=old.extensions, granted_by=old.granted_by)
    return settled(trial, kept)


def _seat_images(trial: Draft, step: Step, activation: Activation) -> Iterator[SeatImage]:
    """Yield to whom the open seats nobody holds are offered now; who holds one keeps it."""
    scope = trial.scope(step.region, activation.key)
    performers = step.entered_by if step.external else step.performers
    shared = candidates(trial, performers, scope)
    helpers = iter([candidates(trial, (each,), scope) for each in step.assistants])
    besides = {SeatPart.ASSIST: helpers}
    for part in PAPER:
        answering = (each for own, each in paper_seats(trial.definition, step) if own is part)
        besides[part] = iter([candidates(trial, each, scope) for each in answering])
    for seat in activation.seats:
        offered = next(besides[seat.part], seat.candidates) if seat.part in besides else shared
        if _is_offered(seat) and offered != seat.candidates:
            yield SeatImage(seat.id, offered)


def _is_offered(seat: Seat) -> bool:
    leads = seat.part in (*LEADING, SeatPart.ASSIST) or (seat.part in SIGNING and not seat.voting)
    opens = seat.status in (ItemStatus.OPEN, ItemStatus.WAITING)
    return seat.origin is SeatOrigin.MODEL and leads and opens and seat.holder is None


# ---- how it reads


def _clock_rows(draft: Draft, after: CaseState, images: VersionImages) -> Iterator[ImageRow]:
    for number, record in draft.state.clocks.items():
        image = images.clocks.get(number)
        if image is not None and record.ended is None:
            due = _due_text(draft, after.clocks[image].running)
            name = draft.definition.clocks[number].name
            yield ImageRow("总时限", name, due, note=_moved(draft, record.running, due))


def _seat_rows(draft: Draft, after: CaseState, new: Graph) -> Iterator[ImageRow]:
    now, then = open_items(draft.definition, draft.state), open_items(new.definition, after)
    for number, item in then.items():
        if item.node is None:
            continue
        who = draft.facts.name(item.holder) if item.holder else _offered_to(draft, item.candidates)
        due = "" if item.due is None else f"，{moment_text(item.due, draft.facts.zone)}前"
        old = now[number]
        name = draft.graph.node(old.node).name if old.node is not None else ""
        moved = "" if old.due == item.due else f"原为{_moment(draft, old.due)}"
        lost = "没有人担任新版的承办角色" if not who else ""
        yield ImageRow(
            "席位", f"{name}·{item.part.value}", f"{new.node(item.node).name}：{who}{due}", lost, moved
        )


def _offered_to(draft: Draft, offered: tuple[Candidate, ...]) -> str:
    return "或".join(role_names(each for each in offered if each.taken or holders(draft.facts, each)))


def _due_text(draft: Draft, running: Running) -> str:
    return _moment(draft, running.due) if not running.missing else "起算日不明"


def _moment(draft: Draft, due: datetime | None) -> str:
    return "没有时限" if due is None else moment_text(due, draft.facts.zone)


def _moved(draft: Draft, old: Running, new: str) -> str:
    before = _due_text(draft, old)
    return "" if before == new else f"原为{before}"
