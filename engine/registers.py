"""Registers and statistics of a town: who may see which, their rows as asked for, their figures.

A figure and the list behind it are one computation: `Drill` keeps exactly the rows that the measure counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from engine import audit
from engine.definition import ByForm, Definition
from engine.edge_refusals import NotFound
from engine.graph import graph_of
from engine.labels import Reading
from engine.measure_text import meaning
from engine.periods import Period
from engine.register_cases import RegisterReader, Row, RowCache, Source
from engine.register_definition import Column, Register, Statistic
from engine.register_filters import Test, filter_of, in_order, search
from engine.register_views import (
    ColumnView,
    Drill,
    GroupFigure,
    Part,
    RegisterHead,
    RegisterPage,
    RegisterQuery,
    RegisterRow,
    StatisticHead,
    StatisticView,
)
from engine.sentences import value_text
from engine.starting import may_start
from engine.statistics import Counter, Figure
from engine.town import Town, Version, transact
from engine.values import Json, Kind, Value
from engine.visibility import Viewer, viewer, visible

_Parts: TypeAlias = list[tuple[Definition, Register, list[Row]]]
"""The rows of a register by the part of it that gave them."""
SHUT = "（封存）"
NOTHING_DUE = "—（本期无到期项）"
"""Written for a share of nothing: never 0 and never 100 %."""


@dataclass(frozen=True, slots=True)
class Registers:
    """Reads the registers of one town. What one person sees is what he may open as cases."""

    town: Town
    cache: RowCache = field(default_factory=RowCache)

    # ---- which there are

    def heads(self, by: str) -> tuple[RegisterHead, ...]:
        """Return the registers of the versions in force, in order of process and text."""
        who = self._viewer(by)
        return tuple(self._head(name, who) for name in dict.fromkeys(self._names()))

    def head(self, name: str, by: str) -> RegisterHead:
        """Return one register.

        Raises:
            NotFound
        """
        return self._head(name, self._viewer(by))

    def statistics(self) -> tuple[StatisticHead, ...]:
        """Return the statistics of the versions in force, each once."""
        found: dict[str, StatisticHead] = {}
        for version, definition in self._definitions():
            for statistic in definition.statistics:
                found.setdefault(statistic.name, StatisticHead(statistic, version.name, meaning(statistic)))
        return tuple(found.values())

    def _viewer(self, by: str) -> Viewer:
        return viewer(self.town.directory, by, self.town.today)

    def _definitions(self) -> Iterable[tuple[Version, Definition]]:
        for version in self.town.versions_in_force():
            yield version, self.town.definition(version.digest)

    def _names(self) -> Iterable[str]:
        for _, definition in self._definitions():
            yield from (register.name for register in definition.registers)

    def _sources(self, name: str) -> list[tuple[Source, Register, Definition]]:
        found = [
            (Source(version.name, version.digest, position), register, definition)
            for version, definition in self._definitions()
            for position, register in enumerate(definition.registers)
            if register.name == name
        ]
        if not found:
            raise NotFound("台账", name)
        return found

    def _head(self, name: str, who: Viewer) -> RegisterHead:
        sources = self._sources(name)
        _, register, definition = sources[0]
        members = {each.name: each.members for each in definition.enumerations}
        columns = tuple(
            ColumnView(
                column.name,
                column.type,
                column.sealed,
                not column.sealed or bool(who.roles.intersection(column.visible_to)),
                _choices(column, members.get(column.type.of or "", ())),
            )
            for column in register.columns
        )
        return RegisterHead(
            name,
            tuple(dict.fromkeys(source.process for source, _, _ in sources)),
            columns,
            tuple(each.name for each in definition.statistics if each.register == name),
            register.basis,
            register.obligations,
            self._imports(register, definition, who),
        )

    def _imports(self, register: Register, definition: Definition, who: Viewer) -> str | None:
        """Return the process whose cases a person may start by importing rows: one row a case."""
        by_form = any(isinstance(way, ByForm) for way in definition.starts)
        if register.each is not None or not by_form:
            return None
        return definition.name if may_start(self.town, definition, who.account) else None

    # ---- rows

    def page(self, name: str, by: str, query: RegisterQuery) -> RegisterPage:
        """Return the rows of a register as asked for; opening sealed columns is recorded.

        Raises:
            NotFound
        """
        who = self._viewer(by)
        head = self._head(name, who)
        found = self._found(name, who, head, query)
        tests = list(self._tests(head, query))
        end = None if query.limit is None else query.offset + query.limit
        if not tests and query.sort is None:
            shown = [writer.row(row) for row, writer in found[query.offset : end]]
            total = len(found)
        else:  # only what is asked of every row makes every row be written
            rows = [row for row in (writer.row(each) for each, writer in found) if _passes(row, tests)]
            if query.sort is not None:
                rows = in_order(rows, _open_column(head, query.sort), descending=query.descending)
            shown, total = rows[query.offset : end], len(rows)
        if query.unseal and any(column.sealed and column.readable for column in head.columns):
            opened: dict[str, Json] = {"register": name, "reason": query.unseal, "rows": len(shown)}
            self._record(by, "register_unsealed", opened)
        return RegisterPage(
            head, tuple(shown), total, tuple(self._said(query)), self.town.now, _as_of(query, self.town)
        )

    def _read(self, name: str, who: Viewer, as_of: date | None) -> _Parts:
        """Read all rows that a person may see, by the part of the register that gave them."""
        with self.town.store.reading(self.town.tenant) as session:
            reader = RegisterReader.open(self.town, session, self.cache, as_of)
            condition = visible(self.town, who)
            return [
                (definition, register, list(reader.rows(source, condition)))
                for source, register, definition in self._sources(name)
            ]

    def _found(
        self, name: str, who: Viewer, head: RegisterHead, query: RegisterQuery
    ) -> "list[tuple[Row, _Writer]]":
        """Return all rows with what writes them, the latest case first; of a drill only those that it counts."""
        opened = {column.name for column in head.columns if column.readable and query.unseal}
        found: list[tuple[Row, _Writer]] = []
        for definition, register, rows in self._read(name, who, query.as_of):
            columns = {column.name: column for column in register.columns}
            writer = _Writer(self._reading(definition), columns, opened)
            kept = rows if query.drill is None else self._drilled(definition, rows, writer, query)
            found += ((row, writer) for row in kept)
        return sorted(found, key=lambda each: (-each[0].case, each[0].key))

    def _reading(self, definition: Definition) -> Reading:
        return Reading(self.town.directory, self.town.zone, graph_of(definition).forms)

    def _drilled(
        self, definition: Definition, rows: Sequence[Row], writer: "_Writer", query: RegisterQuery
    ) -> list[Row]:
        drill = query.drill
        assert drill is not None
        statistic = _statistic(definition, drill.statistic)
        counter = self._counter(definition, query.as_of)

        def counted(row: Row) -> bool:
            if drill.part is Part.VOID:
                return row.void and counter.matters(statistic, row.values, drill.period)
            measure = statistic.numerator
            if drill.part is Part.DENOMINATOR and statistic.denominator is not None:
                measure = statistic.denominator
            return not row.void and counter.holds(statistic, measure, row.values, drill.period)

        return [
            row
            for row in rows
            if counted(row) and (not drill.group or writer.group(statistic, row) == drill.group)
        ]

    def _tests(self, head: RegisterHead, query: RegisterQuery) -> Iterable[Test]:
        if query.search.strip():
            shown = [column for column in head.columns if not column.sealed]
            yield search(shown, query.search)
        for name, asked in query.filters.items():
            if asked.strip():
                yield filter_of(_open_column(head, name), asked.strip(), self.town.zone)

    def _said(self, query: RegisterQuery) -> Iterable[str]:
        if query.drill is not None:
            yield _drill_text(query.drill)
        yield from (f"{name}：{asked.strip()}" for name, asked in query.filters.items() if asked.strip())
        if query.search.strip():
            yield f"含“{query.search.strip()}”"

    def export(self, name: str, by: str, query: RegisterQuery) -> RegisterPage:
        """Return every row as asked for, to be taken out of the system: who took what is recorded.

        Raises:
            NotFound
        """
        page = self.page(name, by, replace(query, offset=0, limit=None, unseal=""))
        said = "；".join(page.conditions) or "全部"
        self._record(by, "register_exported", {"register": name, "conditions": said, "rows": page.total})
        return page

    def _record(self, by: str, kind: str, body: dict[str, Json]) -> None:
        transact(self.town, lambda unit: audit.record(unit, self.town.now, by, kind, body))

    # ---- figures

    def figures(
        self, by: str, wanted: Sequence[tuple[str, Period | None]], as_of: date | None = None
    ) -> tuple[StatisticView, ...]:
        """Return statistics for periods (None: over all rows), each with its groups; a register is read once.

        Raises:
            NotFound
        """
        heads = {head.statistic.name: head for head in self.statistics()}
        who, read = self._viewer(by), dict[str, _Parts]()
        views = []
        for name, period in wanted:
            if name not in heads:
                raise NotFound("统计", name)
            register = heads[name].statistic.register
            if register not in read:
                read[register] = self._read(register, who, as_of)
            views.append(self._figure(heads[name], read[register], period, as_of))
        return tuple(views)

    def _figure(
        self, head: StatisticHead, parts: _Parts, period: Period | None, as_of: date | None
    ) -> StatisticView:
        statistic = head.statistic
        definition, register, _ = parts[0]
        counter = self._counter(definition, as_of)
        every = [row for _, _, found in parts for row in found]
        rows = [row.values for row in every if not row.void]
        columns = {column.name: column for column in register.columns}
        writer = _Writer(self._reading(definition), columns, set())
        grouped = counter.by_group(statistic, rows, period) if statistic.groups else {}
        groups = (
            GroupFigure(writer.texts_of(statistic, group), each, figure_text(each))
            for group, each in grouped.items()
        )
        figure = counter.figure(statistic, rows, period)
        return StatisticView(
            head,
            period,
            as_of if as_of is not None and as_of < self.town.today else None,
            figure,
            figure_text(figure),
            tuple(sorted(groups, key=lambda each: each.group)),
            sum(row.void and counter.matters(statistic, row.values, period) for row in every),
            self.town.now,
        )

    def _counter(self, definition: Definition, as_of: date | None) -> Counter:
        today = self.town.today if as_of is None else min(as_of, self.town.today)
        return Counter(graph_of(definition).program, self.town.zone, self.town.calendar, today)


def figure_text(figure: Figure) -> str:
    """Write a figure as every page does: 83.3%（25/30）, —（本期无到期项）, 25."""
    if figure.denominator is None:
        return value_text(figure.value) if figure.value is not None else "0"
    if figure.value is None:
        return NOTHING_DUE
    return f"{share_text(figure)}（{value_text(figure.numerator)}/{value_text(figure.denominator)}）"


def share_text(figure: Figure) -> str:
    """Write a share to a tenth of a percent; never 0 % or 100 % of nothing."""
    if not isinstance(figure.value, Decimal | int):
        return NOTHING_DUE
    return f"{(Decimal(figure.value) * 100).quantize(Decimal('0.1'))}%"


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the values of a register's rows; sealed ones only where they were `opened`."""

    reading: Reading
    columns: dict[str, Column]
    opened: set[str]

    def row(self, row: Row) -> RegisterRow:
        shut = [name for name, column in self.columns.items() if column.sealed and name not in self.opened]
        values = {**row.values, **dict.fromkeys(shut)}
        texts = {name: self.reading.text(value, self.columns[name].type) for name, value in values.items()}
        hidden = {name: SHUT for name in shut if row.values[name] is not None}
        return RegisterRow(row.case, row.number, row.key, values, {**texts, **hidden}, row.void)

    def group(self, statistic: Statistic, row: Row) -> tuple[str, ...]:
        return self.texts_of(statistic, tuple(row.values.get(name) for name in statistic.groups))

    def texts_of(self, statistic: Statistic, group: Sequence[Value]) -> tuple[str, ...]:
        return tuple(
            self.reading.text(value, self.columns[name].type)
            for name, value in zip(statistic.groups, group, strict=True)
        )


def _choices(column: Column, members: tuple[str, ...]) -> tuple[str, ...]:
    return ("是", "否") if column.type.kind is Kind.YES_NO else members


def _passes(row: RegisterRow, tests: Iterable[Test]) -> bool:
    return all(test(row) for test in tests)


def _open_column(head: RegisterHead, name: str) -> ColumnView:
    for column in head.columns:
        if column.name == name and not column.sealed:
            return column
    raise NotFound(f"台账“{head.name}”的列", name)


def _statistic(definition: Definition, name: str) -> Statistic:
    for statistic in definition.statistics:
        if statistic.name == name:
            return statistic
    raise NotFound("统计", name)


def _drill_text(drill: Drill) -> str:
    period = f"，{drill.period.text}" if drill.period else ""
    group = f"，{'、'.join(text or '（未填）' for text in drill.group)}" if drill.group else ""
    return f"统计“{drill.statistic}”的{drill.part.value}{period}{group}"


def _as_of(query: RegisterQuery, town: Town) -> date | None:
    return query.as_of if query.as_of is not None and query.as_of < town.today else None
