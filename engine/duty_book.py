"""The register of recurring duties as people read it: who owed what when, what became of it, and the figures.

A rate is counted over what has fallen due and was owed; when nothing has, there is no rate: never nought, never 100 %.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import ColumnElement

from engine import duty_reads, reads
from engine.definition import ByRecurrence, Citation, Definition, Step
from engine.duties import recurring
from engine.duty_rows import DutyItem, Standing, read_duty
from engine.edge_refusals import Malformed, UnknownOperation
from engine.graph import recurrence_of
from engine.moments import write_moment
from engine.paging import Found, read_cursor
from engine.recurrence import Term, period_text, term_text, window_text
from engine.store import Session
from engine.town import Town
from engine.views import Page, PersonView
from engine.visibility import viewer, visible

MOST_LISTED = 200
MOST_COUNTED = 1000
"""Totals are exact up to 999; one more stands for 999+."""
STANDING_TEXTS: Mapping[Standing, str] = {
    Standing.PENDING: "待完成",
    Standing.DONE: "按期完成",
    Standing.LATE: "逾期补做",
    Standing.MISSED: "未完成",
    Standing.DISPROVED: "抽查不实",
    Standing.EXEMPT: "免办",
}
NOTHING_DUE = "—（本期无到期项）"


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One thing owed. `holder` None: the town's; `unit` names the village or enterprise of the post."""

    duty: str
    term: str
    first: date
    last: date
    ordinal: int
    holder: PersonView | None
    unit: str
    case: int
    number: str
    due: datetime | None
    done: datetime | None
    done_by: PersonView | None
    standing: Standing
    excuse: str
    drawn: bool | None

    @property
    def standing_text(self) -> str:
        """The word for how it stands."""
        return STANDING_TEXTS[self.standing]


@dataclass(frozen=True, slots=True)
class DutyFigure:
    """Counts of a period: `fallen` due and owed (denominator), of these `done` in time (numerator), and the rest.

    `key` is what the list behind the figure is filtered by: a duty, an account or the code of a unit.
    """

    key: str
    label: str
    fallen: int = 0
    done: int = 0
    standings: Mapping[Standing, int] = field(default_factory=lambda: dict.fromkeys(Standing, 0))

    @property
    def rate_text(self) -> str:
        """83.3%（25/30）, or a dash when nothing has fallen due."""
        if not self.fallen:
            return NOTHING_DUE
        rate = (Decimal(self.done) * 100 / self.fallen).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return f"{rate}%（{self.done}/{self.fallen}）"


@dataclass(frozen=True, slots=True)
class DutyKind:
    """A recurring duty in force: how often, by whom, on what ground; `holders` is None for a duty of the town."""

    name: str
    period: str
    window: str
    local: bool
    role: str
    holders: int | None
    basis: tuple[Citation, ...]
    obligations: tuple[str, ...]
    version: str
    effective: date


class DutyBook:
    """Reads of one town, as one account may see it."""

    def __init__(self, town: Town) -> None:
        self._town = town

    def rows(
        self, account: str, filters: Mapping[str, str] | None, after: str | None, limit: int
    ) -> Page[DutyRow]:
        """Return a page of what was owed, the latest period first.

        Args:
            filters: duty, person (account), unit (code), from and until (days on which periods end), standing.

        Raises:
            UnknownOperation: no such filter; Malformed: a day that cannot be read.
        """
        limit = max(1, min(limit, MOST_LISTED))
        conditions = self._conditions(filters or {})
        behind = read_cursor(after, duty_reads.after_row)
        listed = duty_reads.rows(self._visible(account), *conditions)
        found = self._ask(listed.where(*behind).limit(limit + 1))
        total = self._ask(reads.count(listed, MOST_COUNTED))[0][0]
        return Found(found, limit, int(total)).page(self._row, lambda row: (row[2], row[6]))

    def figures(self, account: str, filters: Mapping[str, str] | None, by: str) -> Sequence[DutyFigure]:
        """Return the counts of a period for each duty, person or unit, in order of the label.

        Args:
            by: duty, person, unit, or all (one figure).

        Raises:
            UnknownOperation: no such filter or grouping; Malformed: a day that cannot be read.
        """
        key = self._keys().get(by)
        if key is None:
            raise UnknownOperation(by)
        statement = duty_reads.figures(self._visible(account), *self._conditions(filters or {}))
        found: dict[str, DutyFigure] = {}
        for row in self._ask(statement):
            name, label = key(row[0], row[1], row[2])
            found[name] = _added(found.get(name) or DutyFigure(name, label), row)
        return sorted(found.values(), key=lambda figure: (figure.label, figure.key))

    def _keys(self) -> Mapping[str, Callable[[str, str, str], tuple[str, str]]]:
        return {
            "all": lambda *_: ("", "全部"),
            "duty": lambda duty, *_: (duty, duty),
            "person": lambda _, holder, __: (holder, self._town.directory.name(holder) if holder else "全镇"),
            "unit": lambda _, holder, scope: self._unit(holder, scope),
        }

    def _unit(self, holder: str, scope: str) -> tuple[str, str]:
        code = scope or next(iter(self._town.directory.units_of(holder)), "")
        return code, self._town.directory.unit_name(code) if code else "全镇"

    def kinds(self) -> tuple[DutyKind, ...]:
        """Return the recurring duties in force today, by name."""
        found: list[DutyKind] = []
        for name in recurring(self._town):
            version = self._town.version(name)
            definition = None if version is None else self._town.definition(version.digest)
            rule = None if definition is None else recurrence_of(definition)
            if version is not None and definition is not None and rule is not None:
                found.append(self._kind(definition, rule, version.effective))
        return tuple(found)

    def _kind(self, definition: Definition, rule: ByRecurrence, effective: date) -> DutyKind:
        step = definition.nodes[0]
        assert isinstance(step, Step), step
        directory, today = self._town.directory, self._town.today
        holders = None if rule.each is None else len(directory.holders(rule.each, None, today))
        return DutyKind(
            definition.name,
            period_text(rule.recurrence),
            window_text(rule.recurrence),
            rule.local,
            rule.each or "、".join(performer.role for performer in step.performers),
            holders,
            definition.basis,
            definition.obligations,
            definition.version,
            effective,
        )

    def _visible(self, account: str) -> ColumnElement[bool]:
        return visible(self._town, viewer(self._town.directory, account, self._town.today))

    def _ask(self, statement: Any) -> list[Any]:
        session = Session(self._town.store, self._town.tenant)
        return session.ask(statement, now=write_moment(self._town.now))

    def _conditions(self, filters: Mapping[str, str]) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        for name, value in filters.items():
            if not value:
                continue
            match name:
                case "duty":
                    found.append(duty_reads.of_duty(value))
                case "person":
                    found.append(duty_reads.of_person(value))
                case "unit":
                    found.append(duty_reads.of_unit(value, self._town.directory.members(value)))
                case "from":
                    found.append(duty_reads.ending(_day(value), date.max.isoformat()))
                case "until":
                    found.append(duty_reads.ending(date.min.isoformat(), _day(value)))
                case "standing" if value in set(Standing):
                    found.append(duty_reads.STANDINGS[Standing(value)])
                case _:
                    raise UnknownOperation(f"{name}={value}")
        return found

    def _row(self, row: Any) -> DutyRow:
        item, number, digest = read_duty(row), row[13], row[14]
        directory = self._town.directory

        def person(account: str) -> PersonView | None:
            return PersonView(account, directory.name(account)) if account else None

        return DutyRow(
            item.duty,
            self._term(item, digest),
            item.first,
            item.last,
            item.ordinal,
            person(item.holder),
            directory.unit_name(item.scope) if item.scope else "",
            item.case,
            number,
            item.due,
            item.done,
            person(item.done_by),
            item.standing(self._town.now),
            item.excuse,
            item.drawn,
        )

    def _term(self, item: DutyItem, digest: str) -> str:
        rule = recurrence_of(self._town.definition(digest))
        assert rule is not None, digest
        text = term_text(rule.recurrence, Term(item.first, item.last))
        return f"{text}第{item.ordinal}次" if rule.recurrence.times > 1 else text


def _added(figure: DutyFigure, row: Any) -> DutyFigure:
    counts = dict(zip(duty_reads.STANDINGS, row[5:], strict=True))
    return DutyFigure(
        figure.key,
        figure.label,
        figure.fallen + int(row[3]),
        figure.done + int(row[4]),
        {standing: figure.standings[standing] + int(counts[standing]) for standing in Standing},
    )


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Malformed("日期", (f"“{text}”不是日期，写作 2023-04-10",)) from None
