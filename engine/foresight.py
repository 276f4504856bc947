"""What an operation would do to whom, told before it is done: the marking as it is beside that of a trial."""

from collections.abc import Callable, Container, Iterable, Iterator

from engine.deciding.draft import Draft
from engine.definition import Definition
from engine.facts import Facts
from engine.marking import OpenItem
from engine.open_items import open_items
from engine.state import CaseState
from engine.views import LIVE, ItemStatus


def trial(draft: Draft, act: Callable[[], None]) -> str:
    """Say what something would do to whom, by doing it and going back.

    Raises:
        Refusal: it would not be carried out.
    """
    before, saved = draft.state, draft.save()
    draft.state = before.copy()
    try:
        act()
        return foreseen(draft.definition, before, draft.state, draft.facts)
    finally:
        draft.restore(saved)


_MOST = 6
"""Things of one kind that are named one by one; of more the rest is counted."""


def foreseen(
    definition: Definition, before: CaseState, after: CaseState, facts: Facts, *, own: int | None = None
) -> str:
    """Say who would get what, which open work would close or wait, and which finished steps would be asked again.

    Args:
        own: the item of whoever asks; that it closes goes without saying.
    """
    was, would = open_items(definition, before), open_items(definition, after)
    gone = {n: each for n, each in was.items() if n not in would and n != own}
    put_aside = {
        n: each
        for n, each in would.items()
        if each.status is ItemStatus.SUSPENDED and n in was and was[n].status is not ItemStatus.SUSPENDED
    }
    new = {n: each for n, each in would.items() if n not in was and each.status is not ItemStatus.SUSPENDED}
    told = (
        ("", _named(_received(definition, before, each, facts) for each in new.values())),
        ("关闭", _named(_held(definition, each, facts) for each in gone.values())),
        ("暂停", _named(_held(definition, each, facts) for each in put_aside.values())),
        (
            "须重办",
            _named(
                _undone(definition, before, after, facts, {(each.node, each.key) for each in new.values()})
            ),
        ),
    )
    return "；".join(f"{word}{things}" for word, things in told if things)


def _named(things: Iterable[str]) -> str:
    named = list(dict.fromkeys(things))
    more = f"等{len(named)}项" if len(named) > _MOST else ""
    return "、".join(named[:_MOST]) + more


def _step(definition: Definition, item: OpenItem) -> str:
    return "总时限延期" if item.node is None else f"“{definition.nodes[item.node].name}”"


def _received(definition: Definition, before: CaseState, item: OpenItem, facts: Facts) -> str:
    """Name a step with who would get it, and who did it last."""
    record = None if item.node is None else before.records.get((item.node, item.key))
    last = "、".join(facts.name(each) for each in record.by) if record is not None else ""
    if item.holder is not None:
        whom = facts.name(item.holder)
    else:
        named = [facts.name(each) for one in item.candidates if one.taken for each in one.accounts]
        whom = "、".join(dict.fromkeys(named or [each.role for each in item.candidates]))
    again = f"（上次由{last}办理）" if last and last != whom else ""
    return f"{_step(definition, item)}交{whom}办理{again}"


def _held(definition: Definition, item: OpenItem, facts: Facts) -> str:
    """Name an open item with who works on it."""
    return _step(definition, item) + (f"（{facts.name(item.holder)}在办）" if item.holder is not None else "")


def _undone(
    definition: Definition, before: CaseState, after: CaseState, facts: Facts, opened: Container[object]
) -> Iterator[str]:
    """Name the steps, beside those just `opened`, whose answers would no longer count; of a case that goes on."""
    if after.status not in LIVE:
        return
    for place, record in before.records.items():
        now = after.records.get(place)
        if place not in opened and record.done and record.by and (now is None or not now.done):
            names = "、".join(facts.name(each) for each in record.by)
            yield f"“{definition.nodes[place[0]].name}”（{names}已办）"
