"""Ledgers recounted: how many rows each has, and the figures of the hazards written out in plain words."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from tests.recount.exported import ExportedCase, Json
from tests.recount.work import Activation, activations

LOCAL = timezone(timedelta(hours=8))
STATUS = {
    "CaseFinished": "办结",
    "CaseTerminated": "终止",
    "CaseWithdrawn": "撤销",
    "CaseVoided": "作废",
    "CaseSuspended": "挂起",
    "CaseResumed": "办理中",
    "CaseReopened": "办理中",
}
COUNTED = ("办理中", "挂起", "办结")


def rows(cases: Iterable[ExportedCase]) -> Counter[str]:
    """Count the rows of each ledger."""
    found: Counter[str] = Counter()
    for case in cases:
        for register in case.definition.get("registers", ()):
            found[register["name"]] += _rows(case, register.get("each"))
    return found


def _rows(case: ExportedCase, each: Json | None) -> int:
    """Count the rows that a case has: one, or one for each entry of a list, each branch of a block, each submission."""
    if each is None:
        return 1
    match each["_"]:
        case "FieldRef":
            return len(case.latest(each["form"]).get(each["field"]) or ())
        case "InstanceRef":
            return _rows(case, case.node(each["node"])["branches"][each["branch"]]["each"])
        case "FormRef":
            return len(set(case.keys(each["form"])))
        case other:
            raise ValueError(f"a ledger of {other}")


@dataclass(frozen=True)
class Hazard:
    """A row of the ledger of hazards, as far as the figures ask."""

    registered: date
    status: str
    closed: date | None
    source: str
    due: date | None
    done: date | None
    late: bool
    checks: int
    checked: date | None
    verdict: str | None


def hazards(cases: Iterable[ExportedCase], now: datetime) -> list[Hazard]:
    """Return the rows of the cases of rectification."""
    return [_hazard(case, now) for case in cases if case.process == "隐患整改"]


def _hazard(case: ExportedCase, now: datetime) -> Hazard:
    status, closed = "办理中", None
    for at, event in case.events():
        if event["kind"] in STATUS:
            status = STATUS[event["kind"]]
            closed = None if status in ("办理中", "挂起") else at
    work, check = _latest(case, "整改实施"), _latest(case, "验收")
    due = work.due if work is not None and work.stands else None
    ended = None if work is None else work.done or (now if work.open else None)
    return Hazard(
        registered=_day(case.started),
        status=status,
        closed=None if closed is None else _day(closed),
        source=str(case.latest("隐患登记").get("来源")),
        due=None if due is None else _day(due - timedelta(microseconds=1)),
        done=_done_on(work),
        late=work is not None and ended is not None and work.late(ended),
        checks=0 if check is None else check.round,
        checked=_done_on(check),
        verdict=case.latest("验收记录").get("意见"),
    )


def _done_on(work: Activation | None) -> date | None:
    return _day(work.done) if work is not None and work.valid and work.done is not None else None


def _latest(case: ExportedCase, step: str) -> Activation | None:
    known = [each for each in activations(case).values() if case.node(each.node)["name"] == step]
    return known[-1] if known else None


def _day(at: datetime) -> date:
    return at.astimezone(LOCAL).date()


@dataclass(frozen=True)
class Formula:
    """A figure in words of its own: the day that counts, and what numerator and denominator are (with the period's end).

    Without a denominator it is no share.
    """

    counted_on: Callable[[Hazard], date | None]
    numerator: Callable[[Hazard, date], bool]
    denominator: Callable[[Hazard, date], bool] | None = None

    def of(self, found: Iterable[Hazard], first: date, last: date) -> tuple[int, int | None]:
        """Count numerator and denominator of a period."""
        mine = [
            each for each in found if (when := self.counted_on(each)) is not None and first <= when <= last
        ]
        if self.denominator is None:
            return sum(self.numerator(each, last) for each in mine), None
        counted = [each for each in mine if self.denominator(each, last)]
        return sum(self.numerator(each, last) for each in counted), len(counted)


FORMULAS: Mapping[str, Formula] = {
    "整改率": Formula(
        lambda row: row.registered,
        lambda row, last: row.status == "办结" and row.closed is not None and row.closed <= last,
        lambda row, _: row.status in COUNTED,
    ),
    "自查占比": Formula(
        lambda row: row.registered,
        lambda row, _: row.source == "企业自查",
        lambda row, _: row.status in COUNTED,
    ),
    "按期整改率": Formula(
        lambda row: row.due,
        lambda row, _: not row.late and row.verdict == "合格",
        lambda row, last: row.status in COUNTED and row.due is not None and row.due <= last,
    ),
    "复查一次合格率": Formula(
        lambda row: row.checked,
        lambda row, _: row.checks == 1 and row.verdict == "合格",
        lambda row, _: row.checks >= 1,
    ),
    "逾期后完成": Formula(lambda row: row.done, lambda row, _: row.late),
}


def still_late(found: Iterable[Hazard]) -> int:
    """Count what is overdue and not done today (逾期未改)."""
    return sum(row.status == "办理中" and row.late and row.done is None for row in found)
