"""The frame of every page: rail with counts, bottom bar, the mark of a demo town."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.views import Counts

SIZES = {"standard": "", "large": "size-large", "huge": "size-huge", "elder": "size-elder"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation; `current`: it is the page shown; `mark` a class of the count, `counts` its name."""

    label: str
    address: str
    count: str = ""
    mark: str = ""
    current: bool = False
    counts: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Links under one heading."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What `base.html` prints around a page."""

    brand: str
    town: str
    demo: str
    user: str
    unread: str
    size: str
    body: str
    now: str  # when the page was made: 09:12
    idle: int  # minutes after which an unused log-in ends
    groups: tuple[Group, ...]
    phone: tuple[Entry, ...]


def count_text(number: int) -> str:
    """Print a count exactly up to 999, then `999+`; nothing for 0."""
    return "" if number == 0 else str(number) if number <= 999 else "999+"


def rail(counts: Counts, path: str, *, administers: bool, audits: bool) -> tuple[Group, ...]:
    """Groups of the left rail for a person."""
    work = [
        _entry("待办", "/inbox", path, counts.todo, name="todo"),
        _entry("可认领", "/inbox?tab=claim", path, counts.claim, name="claim"),
        _entry("逾期", "/inbox?tab=overdue", path, counts.overdue, "due", "overdue"),
        *([_entry("督办", "/inbox?tab=watch", path, counts.watch, name="watch")] if counts.watch else []),
        _entry("发起", "/start", path),
        _entry("案件", "/cases", path),
        _entry("文书", "/docs", path),
        _entry("履职", "/duties", path),
    ]
    counted = (_entry("台账", "/ledgers", path), _entry("统计", "/dash", path))
    groups = [Group("办公", tuple(work)), Group("台账和统计", counted)]
    if audits or administers:
        groups.append(
            Group(
                "审计",
                (
                    _entry("核验", "/audit/verify", path),
                    _entry("访问记录", "/audit/access", path),
                    _entry("通知落实", "/articles", path),
                ),
            )
        )
    if administers:
        groups.append(
            Group(
                "管理",
                (
                    _entry("流程", "/studio", path),
                    _entry("人员", "/admin/users", path),
                    _entry("组织与日历", "/admin/organisation", path),
                    _entry("运行情况", "/admin/health", path),
                ),
            )
        )
    return tuple(groups)


def phone_bar(counts: Counts, path: str) -> tuple[Entry, ...]:
    """The four items of the bottom bar."""
    waiting, late = counts.todo + counts.claim, counts.overdue
    return (
        _entry("待办", "/inbox", path, late or waiting, "due" if late else ""),
        _entry("发起", "/start", path),
        _entry("案件", "/cases", path),
        _entry("我的", "/me", path),
    )


def _entry(label: str, address: str, path: str, count: int = 0, mark: str = "", name: str = "") -> Entry:
    return Entry(label, address, count_text(count), mark, _is_here(address, path), name)


def _is_here(address: str, path: str) -> bool:
    bare = path.split("?", maxsplit=1)[0]
    if "?" in address or bare == address:
        return path == address
    return bare.startswith(f"{address}/") or (address == "/inbox" and bare.startswith("/tasks/"))


def size_class(cookie: str) -> str:
    """CSS class of the text size a person chose."""
    return SIZES.get(cookie, "")


def size_choices(cookie: str) -> Sequence[tuple[str, str, bool]]:
    """(value, label, chosen) of the text sizes."""
    chosen = cookie if cookie in SIZES else "standard"
    words = (("standard", "标准"), ("large", "大"), ("huge", "特大"), ("elder", "长辈模式"))
    return tuple((value, label, value == chosen) for value, label in words)
