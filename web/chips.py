"""Chips: a state as shape, word and colour together, never colour alone (ux §4.3)."""

from dataclasses import dataclass

from engine.deadlines import ClockState
from engine.definition import Citation
from engine.views import CaseStatus, ClockView, ItemStatus
from web.moments import Moments


@dataclass(frozen=True, slots=True)
class Chip:
    """A state ready to print; `kind` is its CSS class, `note` the longer explanation."""

    kind: str
    shape: str
    text: str
    note: str = ""


_CLOCK = {
    ClockState.NOT_STARTED: ("idle", "◌", "未起算"),
    ClockState.ON_TIME: ("ok", "○", "正常"),
    ClockState.DUE_SOON: ("warn", "▲", "临期"),
    ClockState.OVERDUE: ("due", "■!", "逾期"),
    ClockState.STOPPED: ("pause", "❚❚", "中止"),
    ClockState.DONE: ("idle", "✓", "已办结"),
    ClockState.DONE_LATE: ("late", "✓!", "逾期办结"),
    ClockState.UNPROVABLE: ("idle", "？", "无法证明"),
}

_CASE = {
    CaseStatus.OPEN: ("ok", "○", "办理中"),
    CaseStatus.SUSPENDED: ("pause", "❚❚", "挂起"),
    CaseStatus.FINISHED: ("idle", "✓", "办结"),
    CaseStatus.WITHDRAWN: ("idle", "↩", "撤销"),
    CaseStatus.TERMINATED: ("idle", "✕", "终止"),
    CaseStatus.VOID: ("idle", "✕", "作废"),
}

ITEM_WORDS = {
    ItemStatus.OPEN: "待办",
    ItemStatus.WAITING: "等待加签",
    ItemStatus.SUSPENDED: "暂停",
    ItemStatus.DONE: "已办",
    ItemStatus.SUPERSEDED: "他人已办",
    ItemStatus.RECALLED: "已被撤回",
    ItemStatus.RETURNED_OVER: "已随退回收回",
    ItemStatus.REROUTED: "已改道",
    ItemStatus.REMOVED: "已减签",
    ItemStatus.TERMINATED: "随案终止",
    ItemStatus.VOID: "已作废",
}


def clock_chip(clock: ClockView | None) -> Chip | None:
    """Chip of a deadline; None where there is none."""
    if clock is None:
        return None
    kind, shape, word = _CLOCK[clock.state]
    return Chip(kind, shape, clock.text or word, clock.explanation)


def case_chip(status: CaseStatus, text: str = "") -> Chip:
    """Chip of a case as a whole."""
    kind, shape, word = _CASE[status]
    return Chip(kind, shape, text or word)


def clock_notes(clock: ClockView, moments: Moments) -> tuple[tuple[str, str], ...]:
    """时限说明 line by line: what was counted, from when, on what ground, moved by what."""
    lines = [("怎么算的", clock.explanation)] if clock.explanation else []
    if clock.started is not None:
        lines.append(("起算", moments.minute(clock.started)))
    if clock.due is not None:
        lines.append(("到期", moments.due(clock.due)))
    if moved_from := _moved_from(clock, moments):
        lines.append(("原定末日", f"{moved_from}，是休息日，顺延到下一个工作日"))
    lines += [("中止", f"{first} 至 {last or '今'}，{ground}") for first, last, ground in clock.stops]
    lines += [("延期", f"延至 {moments.end(until)}，{by} 批准") for until, by in clock.extensions]
    if clock.provisional:
        lines.append(("提示", "所跨年份的放假安排尚未公布，暂按周末推算，公布后自动重算"))
    if clock.local:
        lines.append(("性质", "本地规定的时限，不是法定时限"))
    if clock.external:
        lines.append(("性质", "其他机关的时限，逾期不计为本镇逾期"))
    lines.append(("依据", "；".join(map(citation_text, clock.basis)) or "本规程规定"))
    return tuple(lines)


def _moved_from(clock: ClockView, moments: Moments) -> str:
    if clock.nominal is None or clock.due is None:
        return ""
    moved = moments.last_day(clock.due) != clock.nominal
    return clock.nominal.isoformat() if moved else ""


def citation_text(citation: Citation) -> str:
    """Print `《安全生产法》第四十一条第二款`, with 待核实 where nobody has checked it."""
    law = citation.law if citation.law.startswith("《") or not citation.law else f"《{citation.law}》"
    return f"{law}{citation.article}{'（待核实）' if citation.unverified else ''}"
