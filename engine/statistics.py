"""Figures of rows: what a measure counts, the share of two of them, by period and group. Nothing is looked up here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from decimal import Decimal

from engine import arithmetic
from engine.calendar import Calendar
from engine.compiled import Program
from engine.expressions import CaseFact, DocumentFact, NodeFact
from engine.periods import Period
from engine.register_definition import PERIOD_FIRST, PERIOD_LAST, Counting, Measure, Statistic
from engine.rules import Conclusion
from engine.scope import Scope
from engine.tables import Decision
from engine.values import Record, Value


@dataclass(frozen=True, slots=True)
class Figure:
    """A statistic in figures; `denominator` None: no share. `value` None: nothing to divide by."""

    numerator: Value
    denominator: Value
    value: Value


@dataclass(slots=True)
class RowScope:
    """A row of a register as an expression reads it: its columns, the period, and nothing of any case."""

    register: str
    zone: tzinfo
    calendar: Calendar
    today: date
    period: Period | None = None
    row: Record = field(default_factory=dict)

    def element(self, variable: str) -> Value:
        """Return the row, or an end of the period (never after today)."""
        if variable == self.register:
            return self.row
        if variable == PERIOD_FIRST:
            return self.period.first if self.period is not None else None
        if variable == PERIOD_LAST:
            return min(self.period.last, self.today) if self.period is not None else self.today
        return None

    def form(self, form: str) -> Record | None:
        """Return nothing: a row is all there is."""
        del form
        return None

    def field(self, form: str, field: str) -> Value:
        """Return nothing."""
        del form, field
        return None

    def data(self, name: str) -> Value:
        """Return nothing."""
        del name
        return None

    def parameter(self, name: str, day: date) -> Value:
        """Return nothing: the figures of the definition count."""
        del name, day
        return None

    def case_fact(self, fact: CaseFact) -> Value:
        """Return nothing."""
        del fact
        return None

    def node_fact(self, node: int, fact: NodeFact) -> Value:
        """Return nothing."""
        del node, fact
        return None

    def document_fact(self, document: str, fact: DocumentFact) -> Value:
        """Return nothing."""
        del document, fact
        return None

    def outcome(self) -> Value:
        """Return nothing."""
        return None

    def linked_closed(self, process: str) -> bool:
        """Return nothing of other cases."""
        del process
        return False

    def instances(self, node: int, branch: int) -> Sequence[tuple[Scope, Value]]:
        """Return none."""
        del node, branch
        return ()

    def attribute(self, unit: Value, name: str) -> Value:
        """Return nothing."""
        del unit, name
        return None

    def unit_of(self, person: Value) -> Value:
        """Return nothing."""
        del person
        return None

    def certificate_of(self, person: Value) -> Value:
        """Return nothing."""
        del person
        return None

    def decided(self, name: str, answer: Decision | Conclusion) -> None:
        """Forget it."""
        del name, answer


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts rows of one register as of one day by the program of the definition that holds the statistic."""

    program: Program
    zone: tzinfo
    calendar: Calendar
    today: date

    def in_period(self, statistic: Statistic, row: Record, period: Period | None) -> bool:
        """Tell whether a row falls into a period; a row without the date that decides falls into none."""
        if statistic.counted_on is None or period is None:
            return True
        counted = row.get(statistic.counted_on)
        if not isinstance(counted, date):
            return False
        return period.first <= arithmetic.local_day(counted, self.zone) <= period.last

    def holds(self, statistic: Statistic, measure: Measure, row: Record, period: Period | None) -> bool:
        """Tell whether a row is one of those that a measure counts."""
        if not self.in_period(statistic, row, period):
            return False
        if measure.condition is None:
            return True
        scope = RowScope(statistic.register, self.zone, self.calendar, self.today, period, row)
        return self.program.holds(measure.condition, scope)

    def figure(self, statistic: Statistic, rows: Iterable[Record], period: Period | None) -> Figure:
        """Compute a statistic over rows."""
        listed = list(rows)
        numerator = self._measured(statistic, statistic.numerator, listed, period)
        if statistic.denominator is None:
            return Figure(numerator, None, numerator)
        denominator = self._measured(statistic, statistic.denominator, listed, period)
        return Figure(numerator, denominator, _share(numerator, denominator))

    def by_group(
        self, statistic: Statistic, rows: Iterable[Record], period: Period | None
    ) -> Mapping[tuple[Value, ...], Figure]:
        """Compute a statistic for each combination of its groups that has a row, in order of appearance."""
        grouped: dict[tuple[Value, ...], list[Record]] = {}
        for row in rows:
            if self.matters(statistic, row, period):
                grouped.setdefault(tuple(row.get(name) for name in statistic.groups), []).append(row)
        return {group: self.figure(statistic, members, period) for group, members in grouped.items()}

    def matters(self, statistic: Statistic, row: Record, period: Period | None) -> bool:
        """Tell whether a row is one of those that the whole is made of."""
        measure = statistic.numerator if statistic.denominator is None else statistic.denominator
        return self.holds(statistic, measure, row, period)

    def _measured(
        self, statistic: Statistic, measure: Measure, rows: Sequence[Record], period: Period | None
    ) -> Value:
        counted = [row for row in rows if self.holds(statistic, measure, row, period)]
        match measure.counting:
            case Counting.COUNT:
                return len(counted)
            case Counting.TOTAL:
                known = [row.get(measure.column or "") for row in counted]
                return arithmetic.total(
                    (each for each in known if each is not None), self.calendar, self.zone
                )


def _share(numerator: Value, denominator: Value) -> Value:
    if not arithmetic.is_number(denominator) or denominator == 0:
        return None
    value = arithmetic.divide(numerator, denominator)
    return Decimal(value) if isinstance(value, int) else value
