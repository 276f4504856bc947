"""The register of recurring duties as text: rows, figures with the list behind each number, the duties in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from engine.duty_book import STANDING_TEXTS, DutyFigure, DutyKind, DutyRow
from engine.duty_rows import Standing
from web.chips import Chip, citation_text
from web.moments import Moments

LIST = "/duties"
TABS = (("mine", "我的"), ("figures", "完成情况"), ("rows", "明细"), ("kinds", "有哪些例行"))
GROUPS = (("duty", "按例行"), ("person", "按人"), ("unit", "按单位"))
STANDINGS = tuple((standing.value, text) for standing, text in STANDING_TEXTS.items())
_CHIPS = {
    Standing.PENDING: ("ok", "○"),
    Standing.DONE: ("idle", "✓"),
    Standing.LATE: ("late", "✓!"),
    Standing.MISSED: ("due", "■!"),
    Standing.DISPROVED: ("due", "✕!"),
    Standing.EXEMPT: ("idle", "—"),
}
_COUNTED = (Standing.LATE, Standing.MISSED, Standing.DISPROVED, Standing.EXEMPT, Standing.PENDING)


@dataclass(frozen=True, slots=True)
class Link:
    """A choice that leads elsewhere; `current`: it is the one shown."""

    label: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class OwedRow:
    """One thing owed, ready to print."""

    address: str
    number: str
    duty: str
    term: str
    days: str
    holder: str
    unit: str
    due: str
    done: str
    chip: Chip


@dataclass(frozen=True, slots=True)
class Count:
    """A number and the list behind it; no address where there is nothing to list."""

    label: str
    number: str
    address: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """The counts of one duty, person or unit; `rate` prints numerator and denominator."""

    label: str
    address: str
    rate: str
    fallen: str
    done: Count
    others: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class KindRow:
    """A recurring duty in force."""

    name: str
    address: str
    period: str
    role: str
    holders: str
    missing: bool
    basis: str
    obligations: str
    version: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days by which figures are asked for."""

    first: date
    last: date


def tabs(current: str) -> tuple[Link, ...]:
    """The tabs of the page."""
    return tuple(
        Link(label, LIST if name == "mine" else f"{LIST}?tab={name}", name == current) for name, label in TABS
    )


def presets(today: date, group: str, shown: Span) -> tuple[Link, ...]:
    """本月, 上月, 本季度, 今年: periods that are asked for often."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    spans = (
        ("本月", Span(month, _month_end(month))),
        ("上月", Span(before.replace(day=1), before)),
        ("本季度", Span(quarter, _month_end(quarter.replace(month=quarter.month + 2)))),
        ("今年", Span(today.replace(month=1, day=1), today.replace(month=12, day=31))),
    )
    return tuple(Link(label, figures_address(group, span), span == shown) for label, span in spans)


def _month_end(day: date) -> date:
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)


def this_month(today: date) -> Span:
    """The period shown when none was asked for."""
    return Span(today.replace(day=1), _month_end(today))


def figures_address(group: str, span: Span) -> str:
    """Address of the figures of a period."""
    days = {"from": span.first.isoformat(), "until": span.last.isoformat()}
    return f"{LIST}?{urlencode({'tab': 'figures', 'group': group, **days})}"


def rows(items: Sequence[DutyRow], moments: Moments) -> tuple[OwedRow, ...]:
    """What was owed, in the order given."""
    return tuple(_row(item, moments) for item in items)


def _row(item: DutyRow, moments: Moments) -> OwedRow:
    kind, shape = _CHIPS[item.standing]
    done = moments.minute(item.done) if item.done else ""
    stood_in = item.done_by is not None and item.holder is not None and item.done_by != item.holder
    return OwedRow(
        f"/cases/{item.number}",
        item.number,
        item.duty,
        item.term,
        f"{item.first} 至 {item.last}",
        item.holder.name if item.holder else "全镇",
        item.unit,
        _due(item, moments),
        f"{done}（{item.done_by.name}）" if stood_in and item.done_by else done,
        Chip(kind, shape, item.standing_text, item.excuse),
    )


def _due(item: DutyRow, moments: Moments) -> str:
    """The last day, with the hour when it does not end with that day."""
    if item.due is None:
        return ""
    minute = moments.minute(item.due)
    return moments.last_day(item.due).isoformat() if minute.endswith(" 00:00") else minute


def figures(found: Sequence[DutyFigure], group: str, span: Span) -> tuple[FigureRow, ...]:
    """The counts of a period, each with the list behind it."""
    return tuple(_figure(each, group, span) for each in found)


def _figure(figure: DutyFigure, group: str, span: Span) -> FigureRow:
    behind = {"tab": "rows", "from": span.first.isoformat(), "until": span.last.isoformat()}
    if figure.key:
        behind |= {group: figure.key}
    return FigureRow(
        figure.label,
        f"{LIST}?{urlencode(behind)}",
        figure.rate_text,
        str(figure.fallen),
        _count("按期完成", figure.done, Standing.DONE, behind),
        tuple(
            _count(STANDING_TEXTS[standing], figure.standings[standing], standing, behind)
            for standing in _COUNTED
        ),
    )


def _count(label: str, number: int, standing: Standing, behind: Mapping[str, str]) -> Count:
    address = f"{LIST}?{urlencode({**behind, 'standing': standing.value})}" if number else ""
    return Count(label, str(number), address)


def kinds(found: Sequence[DutyKind]) -> tuple[KindRow, ...]:
    """The recurring duties in force."""
    return tuple(_kind(each) for each in found)


def _kind(kind: DutyKind) -> KindRow:
    season = f"（{kind.window}）" if kind.window else ""
    local = "，本镇定的" if kind.local else ""
    missing = kind.holders == 0
    holders = "全镇一期一件" if kind.holders is None else f"{kind.holders} 人"
    return KindRow(
        kind.name,
        f"{LIST}?{urlencode({'tab': 'rows', 'duty': kind.name})}",
        f"{kind.period}{season}{local}",
        kind.role,
        "目前无人担任，不会生成" if missing else holders,
        missing,
        "；".join(map(citation_text, kind.basis)),
        "、".join(kind.obligations),
        kind.version,
    )
