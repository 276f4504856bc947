"""The inbox as text: tabs with true counts, rows ready to print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from engine.views import Counts, Item, ItemStatus, Page
from web.chips import ITEM_WORDS, Chip, clock_chip
from web.layout import count_text
from web.moments import Moments

TABS = (
    ("todo", "待办"),
    ("claim", "可认领"),
    ("overdue", "逾期"),
    ("done", "已办"),
    ("mine", "我发起"),
    ("cc", "抄送我"),
    ("draft", "草稿"),
)

EMPTY = {
    "todo": "现在没有等您办理的事。新的待办会出现在这里，并写明办到哪天为止。",
    "claim": "现在没有可以认领的事。派给您这个岗位、还没有人认领的事会出现在这里。",
    "overdue": "没有逾期的事。",
    "done": "您还没有办过事。办完的事会留在这里备查。",
    "mine": "您还没有发起过案件。点“发起”登记第一件。",
    "cc": "没有抄送给您的事。",
    "draft": "没有草稿。办理时点“暂存”，内容会留在这里。",
}

Row = TypeVar("Row")

ORDER = {
    "done": "按办结时间排列，最近的在前",
    "mine": "按发起时间排列，最近的在前",
    "cc": "按送达时间排列，最近的在前",
    "draft": "按暂存时间排列，最近的在前",
}
SOONEST = "按到期先后排列：逾期的在最前，没有时限的在最后"

DUE_FILTERS = (
    ("", "全部"),
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
    """A work item as one row or card."""

    address: str
    clock: Chip | None
    step: str
    case_number: str
    title: str
    facts: str
    part: str
    role: str
    come_from: str
    arrived: str
    arrived_full: str
    note: str
    action: str
    escalated: bool


@dataclass(frozen=True, slots=True)
class Pager:
    """Links below a list; `shown` is the number of its rows."""

    first: str
    next: str
    shown: int


def tabs(counts: Counts, current: str) -> tuple[Tab, ...]:
    """The tabs with their counts."""
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
    )


def rows(items: Sequence[Item], moments: Moments) -> tuple[InboxRow, ...]:
    """Rows of a page of work items, in the order given."""
    return tuple(_row(item, moments) for item in items)


def _row(item: Item, moments: Moments) -> InboxRow:
    whole = item.id.endswith("-0")  # a case in the form of an item: nothing is to be done
    role = item.role if not item.acting_for else f"{item.role}（代 {item.acting_for.name}）"
    return InboxRow(
        address=f"/cases/{item.case_number}" if whole else f"/tasks/{item.id}",
        clock=clock_chip(item.clock),
        step=item.step if item.round <= 1 else f"{item.step}（第 {item.round} 次）",
        case_number=item.case_number,
        title=item.title or item.process,
        facts=" · ".join(f"{label} {said}" for label, said in item.summary),
        part=item.part,
        role=role,
        come_from=item.from_name,
        arrived=moments.short(item.created),
        arrived_full=moments.minute(item.created),
        note=item.note,
        action="查看" if whole else _action(item),
        escalated=item.escalated,
    )


def _action(item: Item) -> str:
    if item.status is not ItemStatus.OPEN:
        return ITEM_WORDS[item.status]
    return "办理" if item.holder else "认领"


def pager(page: Page[Row], path: str, query: Mapping[str, str]) -> Pager:
    """Links of a keyset-paged list that keep its filters."""
    kept = {name: value for name, value in query.items() if value and name != "after"}
    following = f"{path}?{urlencode(kept | {'after': page.next})}" if page.next else ""
    first = f"{path}?{urlencode(kept)}" if query.get("after") else ""
    return Pager(first, following, len(page.items))


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter in force and the address without it."""

    text: str
    without: str


def active_filters(
    path: str, query: Mapping[str, str], labels: Mapping[str, str]
) -> tuple[ActiveFilter, ...]:
    """The filters in force as removable chips."""
    active = {name: value for name, value in query.items() if name in labels and value}
    kept = {name: value for name, value in query.items() if value and name != "after"}
    words = dict(DUE_FILTERS)
    return tuple(
        ActiveFilter(
            f"{labels[name]}：{words.get(value, value) if name == 'due' else value}",
            f"{path}?{urlencode({other: typed for other, typed in kept.items() if other != name})}",
        )
        for name, value in active.items()
    )
