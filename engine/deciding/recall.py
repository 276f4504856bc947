"""撤回: who just answered takes it back, as long as nothing that followed from it has been touched.

The state before the answer is folded from the history; what the answer changed is put back, everything else stays.
"""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from engine.commands import RecallTask
from engine.deciding.below import Below, below
from engine.deciding.draft import Draft
from engine.deciding.finding import require_open
from engine.deciding.pleas import answer, ask_consent, refuse
from engine.deciding.recall_returns import undo_return, way_back
from engine.deciding.undoing import Undoing, rehung, with_new_items
from engine.deciding.untouched import require_untouched, touch
from engine.definition import Step
from engine.events import Images, Notified, Recalled, RecallSettled
from engine.evolve_seats import find_activation
from engine.marking import LEADING, SIGNING, Activation, Arrival, Entry, Frame, Plea, Seat, Token
from engine.record import replace
from engine.refusals import RecallForbidden, TaskClosed
from engine.state import CaseState
from engine.views import ItemStatus

K = TypeVar("K")
V = TypeVar("V")


def recall(draft: Draft, command: RecallTask) -> None:
    """Take one's own answer back, or ask those who have begun to work on what followed.

    Raises:
        RecallForbidden: somebody has read or done what followed, or it cannot be undone.
    """
    require_open(draft.state)
    undoing = _undo(draft, command, draft.actor, draft.today)
    if undoing.touched.asked:
        ask_consent(draft, command, undoing.activation, undoing.touched)
    else:
        _record(draft, command, undoing)


def answer_plea(draft: Draft, plea: Plea, seat: Seat, result: str | None) -> None:
    """Agree to a recall or not; once everybody agrees it happens, as long as it still can."""
    require_open(draft.state)
    if not answer(draft, plea, seat, result):
        return
    command = RecallTask(draft.act, plea.item, plea.revision)

    def take_back() -> None:
        undoing = _undo(draft, command, plea.by, plea.at.astimezone(draft.facts.zone).date())
        draft.emit(RecallSettled(plea.id, granted=True))
        _record(draft, command, undoing)

    refusal = draft.attempt(take_back)
    if refusal is not None:
        refuse(draft, plea, str(refusal))


def _undo(draft: Draft, command: RecallTask, by: str, day: date) -> Undoing:
    """Find what a recall by somebody, asked for on a day, would take away and put back.

    Raises:
        RecallForbidden
    """
    if not 0 < command.revision < draft.state.revision:  # that of the recall itself
        raise TaskClosed(command.item)
    if command.revision <= draft.state.migrated:
        raise RecallForbidden("此后案件已改按另一版规程办理")
    before = draft.facts.state_at(command.revision - 1)
    after = draft.facts.state_at(command.revision)
    activation = find_activation(before, command.item)
    if activation is None:
        raise RecallForbidden("只有本人办结的待办可以撤回")
    seat = next(each for each in activation.seats if each.id == command.item)
    way = way_back(before, after)
    if way is not None and way[0] == activation.node and seat.holder == by:
        _require_in_time(draft, after, day)
        return undo_return(draft, before, after, activation)
    answered = _answer_of(after, activation, seat)
    if answered is None or by not in answered:
        raise RecallForbidden("只有本人办结的待办可以撤回")
    _require_in_time(draft, after, day)
    _require_undoable(draft, activation, before, after, command.revision)
    undoing = Undoing(before, after, activation)
    current = draft.state.activations.get(activation.id)
    if current is not None:
        if current.token not in draft.state.tokens:
            raise RecallForbidden("所在分支因并行退回暂停")
        if activation.id not in after.activations or all(each.id != command.item for each in current.seats):
            raise RecallForbidden("已经撤回或重新分派")
        _reopen_seat(draft, undoing, current, command.item, activation, after.activations[activation.id])
    elif activation.id in after.activations:
        raise RecallForbidden("该步骤已由其他人的意见决定")
    elif not _still_decides(draft.state, activation, command.revision):
        raise RecallForbidden("已经撤回或重新分派")
    else:
        _take_back(draft, undoing, activation, before, command.revision)
        undoing.work.append(with_new_items(draft, activation))
    return undoing


def _still_decides(state: CaseState, activation: Activation, revision: int) -> bool:
    """Tell whether the latest completion of a step is that of a group: recalled once, others may have decided it since."""
    record = state.records.get((activation.node, activation.key))
    return record is not None and record.revision == revision


def _answer_of(after: CaseState, activation: Activation, seat: Seat) -> tuple[str, ...] | None:
    """Return who answered a seat in the group, or None when the group did something else with it."""
    current = after.activations.get(activation.id)
    if seat.status is ItemStatus.DONE:
        return None
    if current is not None:
        now = next((each for each in current.seats if each.id == seat.id), None)
        return (now.by,) if now is not None and now.status is ItemStatus.DONE and now.by else None
    record = after.records.get((activation.node, activation.key))
    if record is None or record.revision != after.revision:
        return None
    return record.by if after.actor in record.by or seat.holder in record.by else None


def _require_in_time(draft: Draft, after: CaseState, asked: date) -> None:
    """Only until the end of the working day."""
    assert after.now is not None, after
    day = after.now.astimezone(draft.facts.zone).date()
    if asked > draft.facts.calendar.next_working_day(day):
        raise RecallForbidden("已过办结当日")


def _require_undoable(
    draft: Draft, activation: Activation, before: CaseState, after: CaseState, revision: int
) -> None:
    node = draft.graph.node(activation.node)
    if isinstance(node, Step) and node.irrevocable:
        raise RecallForbidden(f"“{node.name}”办结后不可撤销")
    if after.sealed == revision:
        raise RecallForbidden("已编发文书、启动关联案件或对外发出信息")
    if before.parked != after.parked:
        raise RecallForbidden("已影响并行的同事")
    if any(
        number in before.frames and before.frames[number].expected != frame.expected
        for number, frame in after.frames.items()
    ):
        raise RecallForbidden("已增开分支")
    gone = set(before.activations) - set(after.activations) - {activation.id}
    if gone or set(before.openings) - set(after.openings):
        raise RecallForbidden("已撤下并行同事的待办")
    if set(after.openings) - set(before.openings):
        raise RecallForbidden("已启动随时事项")


# ---- an undecided step


def _reopen_seat(
    draft: Draft, undoing: Undoing, current: Activation, item: int, former: Activation, later: Activation
) -> None:
    """The step is still undecided: the seat is open again with a new item, those it had opened wait again.

    Args:
        former: the step before the answer.
        later: the step right after it.
    """
    answered = next(each for each in current.seats if each.id == item)
    filled = answered.part in LEADING
    opened = _opened(former, later)
    there = {seat.id for seat in current.seats}
    if opened - there or _hangs_on(current, opened) - _hangs_on(former, opened):
        raise RecallForbidden("由此轮到的一席已变动")
    seats: list[Seat] = []
    for seat in current.seats:
        signs_after = filled and seat.part in SIGNING and seat.status is not ItemStatus.SUPERSEDED
        if seat.id == item:
            seats.append(_again(draft, seat))
        elif seat.id in opened:
            _require_as_opened(draft, seat, later)
            seats.append(replace(_seat(former, seat.id), id=draft.new_id()))
        elif signs_after:
            require_untouched(draft, seat)
            seats.append(_waiting(draft, seat) if seat.status is ItemStatus.OPEN else seat)
        else:
            seats.append(seat)
    latest = filled and current.lead == answered.by
    lead, outcome = (former.lead, former.outcome) if latest else (current.lead, current.outcome)
    gone = _removed(former, later)
    again = [*seats, *(replace(seat, id=draft.new_id()) for seat in gone)]
    renumbered = _as_before(former, rehung((*current.seats, *gone), again), (*current.seats, *gone))
    undoing.work.append(replace(current, seats=renumbered, lead=lead, outcome=outcome))


def _removed(former: Activation, later: Activation) -> list[Seat]:
    """Return the seats that an answer took away (后加签 of who did not agree)."""
    kept = {seat.id for seat in later.seats}
    return [seat for seat in former.seats if seat.id not in kept]


def _as_before(former: Activation, seats: tuple[Seat, ...], old: tuple[Seat, ...]) -> tuple[Seat, ...]:
    """Put seats into the order that they had, later ones last."""
    order = {seat.id: position for position, seat in enumerate(former.seats)}
    pairs = sorted(zip(old, seats, strict=True), key=lambda pair: order.get(pair[0].id, len(order)))
    return tuple(seat for _, seat in pairs)


def _opened(former: Activation, later: Activation) -> set[int]:
    """Return the seats that waited before an answer and could be answered after it."""
    waited = {seat.id for seat in former.seats if seat.status is ItemStatus.WAITING}
    return {seat.id for seat in later.seats if seat.status is ItemStatus.OPEN and seat.id in waited}


def _require_as_opened(draft: Draft, seat: Seat, later: Activation) -> None:
    """A seat whose turn came must be as it was then; a seat that only waited again keeps what it was before."""
    was = _seat(later, seat.id)
    if (seat.status, seat.holder, seat.claimed_at, seat.read, seat.hops) == (
        *(was.status, was.holder, was.claimed_at, was.read, was.hops),
    ):
        return
    require_untouched(draft, seat)
    raise RecallForbidden("由此轮到的一席已变动")


def _seat(activation: Activation, number: int) -> Seat:
    return next(seat for seat in activation.seats if seat.id == number)


def _hangs_on(activation: Activation, hosts: set[int]) -> set[int]:
    return {seat.id for seat in activation.seats if seat.host in hosts}


def _again(draft: Draft, seat: Seat) -> Seat:
    return replace(
        seat,
        id=draft.new_id(),
        status=ItemStatus.OPEN,
        holder=seat.by or seat.holder,
        by=None,
        via=None,
        result=None,
        read=(),
    )


def _waiting(draft: Draft, seat: Seat) -> Seat:
    return replace(seat, id=draft.new_id(), status=ItemStatus.WAITING, read=(), claimed_at=None)


# ---- what followed from a decided step


def _take_back(
    draft: Draft, undoing: Undoing, activation: Activation, before: CaseState, revision: int
) -> None:
    token = before.tokens[activation.token]
    _follow(draft, undoing, token, activation.id, before, revision)
    undoing.placed.append(token)


def _follow(draft: Draft, undoing: Undoing, token: Token, ref: int, before: CaseState, revision: int) -> None:
    """Find where the token of an answer is now, and take away what has followed, all of it untouched.

    `ref` is the activation (or frame) that must be the newest entry of the token's way.
    """
    state = draft.state
    current = state.tokens.get(token.id)
    entry = None if current is None else _newest(current.trail, ref)
    if current is not None and entry is not None:
        _drop_late(draft, undoing, token, entry)
        undoing.drop(state, Below((current,), (), ()))
        touch(draft, undoing.touched, (current,))
        return
    forked = next(
        (each for each in state.frames.values() if each.outer.id == token.id and not each.joined), None
    )
    entry = None if forked is None else _newest(forked.outer.trail, ref)
    if forked is not None and entry is not None:
        _drop_late(draft, undoing, token, entry)
        _require_fresh(draft, undoing, forked, entry.revision)
        undoing.drop(state, below(state, (forked.id,)), forked.id)
        return
    frame = state.frames.get(token.frame)
    if frame is not None and not frame.joined:
        _leave_join(draft, undoing, frame, token, ref)
        return
    _unjoin(draft, undoing, token, ref, before, revision)


def _newest(trail: tuple[Entry, ...], ref: int) -> Entry | None:
    """Return the entry of an activation or frame when only what passed by itself with it came after."""
    for position, entry in enumerate(trail):
        if entry.ref == ref:
            by_itself = all(later.revision == entry.revision for later in trail[position + 1 :])
            return entry if by_itself else None
    return None


def _drop_late(draft: Draft, undoing: Undoing, token: Token, entry: Entry) -> None:
    """Take away late branches of blocks that the token passed by itself with this entry."""
    for frame in draft.state.frames.values():
        if frame.outer.id == token.id and frame.joined and frame.revision == entry.revision:
            _require_fresh(draft, undoing, frame, entry.revision)
            undoing.drop(draft.state, below(draft.state, (frame.id,)), frame.id)


def _require_fresh(draft: Draft, undoing: Undoing, frame: Frame, revision: int) -> None:
    """A block that followed must be as it began: nothing arrived since, nothing touched."""
    if any(each.revision > revision for each in frame.arrived):
        raise RecallForbidden("后续分支已办结")
    found = below(draft.state, (frame.id,))
    if found.openings or any(inner.revision > revision for inner in found.frames):
        raise RecallForbidden("后续步骤已办理")
    if any(arrival.revision > revision for inner in found.frames for arrival in inner.arrived):
        raise RecallForbidden("后续分支已办结")
    touch(draft, undoing.touched, found.tokens)


def _leave_join(draft: Draft, undoing: Undoing, frame: Frame, token: Token, ref: int) -> None:
    """Take a branch that waits at the join out of it again."""
    place = (token.branch, token.key)
    own = next((each for each in frame.arrived if (each.branch, each.key) == place), None)
    entry = None if own is None else _newest(own.trail, ref)
    if entry is None:
        raise RecallForbidden("后续步骤已办理")
    _drop_late(draft, undoing, token, entry)
    undoing.rebuilt.append(replace(frame, arrived=tuple(each for each in frame.arrived if each is not own)))


def _unjoin(draft: Draft, undoing: Undoing, token: Token, ref: int, before: CaseState, revision: int) -> None:
    """The block has been passed: its outer token must not have gone further; the other branches wait again."""
    old = before.frames.get(token.frame)
    if old is None:
        raise RecallForbidden("后续步骤已办理")
    outer = old.outer
    entry = _newest_entry(draft.state, outer, old.id)
    if entry is None:
        raise RecallForbidden("汇合后的步骤已办理")
    place = (token.branch, token.key)
    own = next((each for each in entry.branches if (each.branch, each.key) == place), None)
    mine = None if own is None else _newest(own.trail, ref)
    if mine is None:
        raise RecallForbidden("后续步骤已办理")
    _drop_late(draft, undoing, token, mine)
    if entry.revision != revision:
        if draft.facts.state_at(entry.revision).sealed == entry.revision:
            raise RecallForbidden("汇合后已编发文书或启动关联案件")
        undoing.joins.append(entry.revision)
    others: tuple[Arrival, ...] = tuple(each for each in entry.branches if each is not own)
    _follow(draft, undoing, outer, old.id, before, revision)
    undoing.rebuilt.append(replace(old, arrived=others))


def _newest_entry(state: CaseState, outer: Token, frame: int) -> Entry | None:
    """Find the entry of a passed block, wherever its trail lies now; None unless it is the newest there."""
    trails = [token.trail for token in state.tokens.values() if token.id == outer.id]
    trails += [each.outer.trail for each in state.frames.values() if each.outer.id == outer.id]
    trails += [arrival.trail for each in state.frames.values() for arrival in each.arrived]
    for each in [*state.tokens.values(), *(frame.outer for frame in state.frames.values())]:
        trails += [branch.trail for entry in each.trail for branch in _branches(entry)]
    for trail in trails:
        entry = _newest(trail, frame)
        if entry is not None:
            return entry
    return None


def _branches(entry: Entry) -> list[Arrival]:
    found = list(entry.branches)
    for branch in entry.branches:
        for inner in branch.trail:
            found += _branches(inner)
    return found


# ---- what comes back


def _record(draft: Draft, command: RecallTask, undoing: Undoing) -> None:
    state, before, after = draft.state, undoing.before, undoing.after
    restored_forms = _restored(before.forms, after.forms, state.forms)
    changed = {name for name, revision in after.changed.items() if revision == after.revision}
    records = _restored(before.records, after.records, state.records)
    for revision in undoing.joins:
        joined, unjoined = draft.facts.state_at(revision), draft.facts.state_at(revision - 1)
        given_back = _restored(unjoined.records, joined.records, state.records)
        for place in _places(state, undoing):
            if place in given_back:
                records.setdefault(place, given_back[place])
    images = Images(
        tokens=tuple(undoing.placed),
        frames=tuple(undoing.rebuilt),
        activations=tuple(undoing.work),
        records=tuple(records.items()),
        returns=tuple(
            (origin, target, times or 0)
            for (origin, target), times in _restored(before.returns, after.returns, state.returns).items()
        ),
        data=tuple(
            (name, value)
            for name, value in before.data.items()
            if after.data.get(name) != value and state.data.get(name) == after.data.get(name)
        ),
        forms=tuple((form, key, old) for (form, key), old in restored_forms.items()),
        changed=tuple(sorted(changed)),
        clocks=tuple(_restored(before.clocks, after.clocks, state.clocks).items()),
        parked=tuple(_restored(before.parked, after.parked, state.parked).items()),
    )
    draft.emit(
        Recalled(
            command.item,
            undoing.activation.id,
            tuple(undoing.tokens),
            tuple(undoing.frames),
            tuple(undoing.activations),
            images,
        )
    )
    if undoing.touched.told:
        step = draft.graph.node(undoing.activation.node).name
        said = f"{state.number}：“{step}”已被撤回，您看过的待办收回"
        draft.emit(Notified((), said, people=tuple(dict.fromkeys(undoing.touched.told))))


def _restored(before: Mapping[K, V], after: Mapping[K, V], now: Mapping[K, V]) -> dict[K, V | None]:
    """Return what the group had changed and nobody has changed since, as it was before (None: it was not there)."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names if now.get(name) == after.get(name)}


def _places(state: CaseState, undoing: Undoing) -> set[tuple[int, str]]:
    """Return the places of the work that is dropped and of the blocks that wait again: rounds are given back."""
    dropped = {
        (each.node, each.key) for number in undoing.activations if (each := state.activations.get(number))
    }
    return dropped | {(frame.fork, frame.outer.key) for frame in undoing.rebuilt}
