"""The recount beside what the engine tells on its pages: one sentence for each figure that differs."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from engine import Engine
from engine.duty_rows import Standing
from engine.periods import Period, read_period
from engine.register_views import RegisterQuery
from tests.recount import duties, ledgers
from tests.recount.exported import ExportedCase, read_export
from tests.recount.work import silently_overdue


@dataclass(frozen=True)
class Outcome:
    """What was compared, and what differs."""

    cases: int
    owed: int
    compared: int
    differences: tuple[str, ...]


def recount(engine: Engine, by: str, first: date, last: date) -> Outcome:
    """Export everything, recount it, and compare with what an auditor is told of the days from first to last."""
    with tempfile.TemporaryDirectory() as folder:
        cases = read_export(engine.export_bundle(Path(folder) / "all.zip", files=False))
    comparing = _Comparing(engine, by, cases, first, last)
    differences = tuple(comparing.differences())
    return Outcome(len(cases), len(comparing.owed), comparing.compared, differences)


class _Comparing:
    def __init__(
        self, engine: Engine, by: str, cases: tuple[ExportedCase, ...], first: date, last: date
    ) -> None:
        self.engine, self.by, self.cases = engine, by, cases
        self.first, self.last = first, last
        self.now = engine.now()
        self.owed = duties.owed(cases, self.now)
        self.compared = 0

    def differences(self) -> Iterator[str]:
        yield from self._duties()
        yield from self._people()
        yield from self._ledgers()
        yield from self._figures()
        yield from self._overdue()

    def _months(self) -> Iterator[Period]:
        day = self.first.replace(day=1)
        while day <= self.last:
            period = read_period(f"{day:%Y-%m}")
            assert period is not None, day
            yield period
            day = period.last + timedelta(days=1)

    def _differs(self, what: str, told: object, counted: object) -> Iterator[str]:
        self.compared += 1
        if told != counted:
            yield f"{what}：系统 {told}，重算 {counted}"

    def _duties(self) -> Iterator[str]:
        counted = duties.by_duty(self.owed)
        names = sorted({each.duty for each in self.owed})
        for period in self._months():
            told = {
                figure.key: figure
                for figure in self.engine.duty_figures(
                    self.by, {"from": period.first.isoformat(), "until": period.last.isoformat()}
                )
            }
            for name in names:
                figure = told.get(name)
                for standing in Standing:
                    number = 0 if figure is None else figure.standings[standing]
                    mine = counted[name, period.code, standing.value]
                    yield from self._differs(f"例行“{name}”{period.code} {standing.value}", number, mine)
                fallen = 0 if figure is None else figure.fallen
                yield from self._differs(
                    f"例行“{name}”{period.code} 到期", fallen, counted[name, period.code, "fallen"]
                )

    def _people(self) -> Iterator[str]:
        counted = duties.by_person(self.owed)
        for figure in self.engine.duty_figures(self.by, group="person"):
            for standing in Standing:
                mine = counted[figure.key, standing.value]
                told = figure.standings[standing]
                yield from self._differs(f"{figure.label}的例行 {standing.value}", told, mine)

    def _ledgers(self) -> Iterator[str]:
        counted = ledgers.rows(self.cases)
        for head in self.engine.registers(self.by):
            told = self.engine.register(head.name, self.by, RegisterQuery(limit=1)).total
            yield from self._differs(f"台账“{head.name}”行数", told, counted[head.name])

    def _figures(self) -> Iterator[str]:
        rows = ledgers.hazards(self.cases, self.now)
        today = self.now.astimezone(self.engine.zone).date()
        for name, formula in ledgers.FORMULAS.items():
            for period in self._months():
                figure = self.engine.statistic(name, self.by, period).figure
                mine = formula.of(rows, period.first, min(period.last, today))
                told = (figure.numerator, figure.denominator)
                yield from self._differs(f"统计“{name}”{period.code}", told, mine)
        told_late = self.engine.statistic("逾期未改", self.by).figure.numerator
        yield from self._differs("统计“逾期未改”", told_late, ledgers.still_late(rows))

    def _overdue(self) -> Iterator[str]:
        for case in self.cases:
            self.compared += 1
            for step, work in silently_overdue(case, self.now):
                yield f"{case.number} {case.process}“{step}”应于 {work.due} 办完，逾期没有任何人得知"
