"""撤回 of a 退回: what it had taken away comes back, with the colleagues' consent where branches were withdrawn."""

from collections.abc import Mapping
from typing import TypeVar

from engine.deciding.draft import Draft
from engine.deciding.undoing import Undoing, with_new_items
from engine.deciding.untouched import touch
from engine.marking import Activation
from engine.refusals import RecallForbidden
from engine.state import CaseState

K = TypeVar("K")
V = TypeVar("V")


def way_back(before: CaseState, after: CaseState) -> tuple[int, int] | None:
    """Return from where to where a group has returned."""
    return next((way for way, times in after.returns.items() if times > before.returns.get(way, 0)), None)


def undo_return(draft: Draft, before: CaseState, after: CaseState, activation: Activation) -> Undoing:
    """Find what taking a return back takes away and puts back: everything it had changed, if all is still as it left it.

    Raises:
        RecallForbidden: the case has gone on since.
    """
    if after.sealed == after.revision:
        raise RecallForbidden("已编发文书、启动关联案件或对外发出信息")
    if before.openings != after.openings:
        raise RecallForbidden("已启动或撤下随时事项")
    undoing = Undoing(before, after, activation)
    state = draft.state
    tokens = _changed(before.tokens, after.tokens, state.tokens)
    frames = _changed(before.frames, after.frames, state.frames)
    _changed(before.parked, after.parked, state.parked)
    made = tuple(each for number, each in after.tokens.items() if number in tokens)
    undoing.tokens += [token.id for token in made]
    undoing.frames += [number for number in frames if number in after.frames]
    undoing.activations += [number for number in after.activations if number not in before.activations]
    if any(number not in state.activations for number in undoing.activations):
        raise RecallForbidden("退回后的步骤已办理")
    undoing.touched.work += undoing.activations
    undoing.placed += [token for number, token in before.tokens.items() if number in tokens]
    undoing.rebuilt += [frame for number, frame in before.frames.items() if number in frames]
    touch(draft, undoing.touched, made)
    for work in before.activations.values():
        if work.id not in after.activations:
            undoing.work.append(with_new_items(draft, work))
        elif after.activations[work.id] != work:
            if state.activations.get(work.id) != after.activations[work.id]:
                raise RecallForbidden("并行分支已继续办理")
            undoing.work.append(work)
        else:
            continue
        if work.id != activation.id:
            _ask_colleagues(undoing, work)
    return undoing


def _changed(before: Mapping[K, V], after: Mapping[K, V], now: Mapping[K, V]) -> set[K]:
    """Return what a group had changed.

    Raises:
        RecallForbidden: some of it was changed again since.
    """
    names = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    if any(now.get(name) != after.get(name) for name in names):
        raise RecallForbidden("退回后的步骤已办理")
    return names


def _ask_colleagues(undoing: Undoing, work: Activation) -> None:
    """Who was told that his item was taken back is asked before it comes back."""
    holders = (seat.holder for seat in work.seats if seat.holder is not None and seat.claimed_at is not None)
    undoing.touched.asked += [holder for holder in holders if holder not in undoing.touched.asked]
