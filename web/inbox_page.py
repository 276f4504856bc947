"""The inbox as text: tabs with true counts, rows ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.views import Counts, Item, ItemStatus
from web.chips import ITEM_WORDS, Chip, clock_chip, clock_notes
from web.layout import count_text
from web.moments import Moments

TABS = (
    ("todo", "待办"),
    ("claim", "可认领"),
    ("overdue", "逾期"),
    ("watch", "督办"),
    ("done", "已办"),
    ("mine", "我发起"),
    ("cc", "抄送我"),
    ("draft", "草稿"),
)

EMPTY = {
    "todo": "现在没有等您办理的事。新的待办会出现在这里，并写明办到哪天为止。",
    "claim": "现在没有可以认领的事。派给您这个岗位、还没有人认领的事会出现在这里。",
    "overdue": "没有逾期的事。",
    "watch": "没有升级给您督办的事。别人逾期以后按规定升级给您的事会出现在这里，您可以催办或者转办。",
    "done": "您还没有办过事。办完的事会留在这里备查。",
    "mine": "您还没有发起过案件。点“发起”登记第一件。",
    "cc": "没有抄送给您的事。",
    "draft": "没有草稿。办理时点“暂存”，内容会留在这里。",
}

ORDER = {
    "done": "按办结时间排列，最近的在前",
    "mine": "按发起时间排列，最近的在前",
    "cc": "按送达时间排列，最近的在前",
    "draft": "按暂存时间排列，最近的在前",
}
SOONEST = "按到期先后排列：逾期的在最前，没有时限的在最后"

DUE_FILTERS = (
    ("today", "今天到期"),
    ("soon", "3 个工作日内"),
    ("week", "本周"),
    ("overdue", "已逾期"),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the inbox; `current`: it is the one shown."""

    label: str
    address: str
    count: str
    mark: str
    current: bool


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A work item as one row or card; `claim` is where it is taken, `action` what else is done with it."""

    id: str
    address: str
    clock: Chip | None
    notes: tuple[tuple[str, str], ...]
    step: str
    case_number: str
    title: str
    unit: str
    grade: str
    part: str
    role: str
    come_from: str
    arrived: str
    arrived_full: str
    note: str
    action: str
    claim: str
    escalated: bool


def tabs(counts: Counts, current: str) -> tuple[Tab, ...]:
    """The tabs with their counts; 督办 only for whom something was escalated to."""
    numbers = {name: getattr(counts, name) for name, _ in TABS}
    return tuple(
        Tab(
            label,
            f"/inbox?tab={name}",
            count_text(numbers[name]),
            "due" if name == "overdue" and numbers[name] else "",
            name == current,
        )
        for name, label in TABS
        if name != "watch" or numbers[name] or current == name
    )


def rows(items: Sequence[Item], moments: Moments, tab: str) -> tuple[InboxRow, ...]:
    """Rows of a page of work items, in the order given."""
    return tuple(_row(item, moments, tab) for item in items)


def _row(item: Item, moments: Moments, tab: str) -> InboxRow:
    whole = item.id.endswith("-0")  # a case in the form of an item: nothing is to be done
    address = f"/cases/{item.case_number}" if whole else f"/tasks/{item.id}"
    pooled = tab == "claim" and item.status is ItemStatus.OPEN and item.holder is None
    return InboxRow(
        id=item.id,
        address=address,
        clock=clock_chip(item.clock),
        notes=clock_notes(item.clock, moments) if item.clock else (),
        step=item.step if item.round <= 1 else f"{item.step}（第 {item.round} 次）",
        case_number=item.case_number,
        title=item.title or item.process,
        unit=item.unit,
        grade=item.grade,
        part=item.part,
        role=item.role if not item.acting_for else f"{item.role}（代 {item.acting_for.name}）",
        come_from=item.from_name,
        arrived=moments.short(item.created),
        arrived_full=moments.minute(item.created),
        note=item.note,
        action="查看" if whole or tab == "watch" else _action(item),
        claim=f"{address}/claim" if pooled else "",
        escalated=item.escalated and tab != "watch",
    )


def _action(item: Item) -> str:
    return "办理" if item.status is ItemStatus.OPEN else ITEM_WORDS[item.status]
