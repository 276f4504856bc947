"""What administrators load: definitions, organisation, calendar, figures of local parameters. Each is in the audit log."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine import audit, soundness, statements
from engine.accounts import require_administrator, write_organisation
from engine.answers import Answers
from engine.calendar import Calendar
from engine.casework import Casework, Work, execute
from engine.codec import pack
from engine.commands import SYSTEM, Command, Recount
from engine.definition import Definition, Trigger
from engine.definition_text import digest_of, write_definition
from engine.directory import Organisation
from engine.edge_refusals import DefinitionUnsound, LocksOut, Malformed, NotFound, UnknownAccount
from engine.given import Given
from engine.graph import graph_of
from engine.moments import write_moment
from engine.offers import principals
from engine.open_items import open_items
from engine.parts import parts_of
from engine.projection import offer_writes
from engine.raw_values import Raw, Reader
from engine.state_cache import StateCache
from engine.store import Session, Unit
from engine.town import Town, Version, transact
from engine.values import Value

_BATCH = 500


@dataclass(frozen=True)
class Administration:
    """The administrator's side of a town."""

    town: Town
    cache: StateCache

    # ---- definitions

    def deploy(
        self,
        definitions: Sequence[Definition],
        by: str,
        reason: str,
        effective: date | None,
        sources: Mapping[str, str],
    ) -> tuple[Version, ...]:
        """Make versions available for new cases from a day on; all of them or none.

        Raises:
            DefinitionUnsound: the first that fails; UnknownAccount.
        """
        if by != SYSTEM and by not in self.town.directory.people:
            raise UnknownAccount(by)
        for definition in definitions:
            _require_sound(definition)
            self._require_triggered(definition, definitions)
        day = effective or self.town.today
        names: list[str] = []

        def plan(unit: Unit) -> None:
            names.clear()
            last = unit.one(statements.last_deployment)
            sequence = (last[0] if last else None) or 0
            for definition in definitions:
                text = write_definition(definition)
                digest, source = digest_of(text), sources.get(definition.name)
                names.append(definition.name)
                if self._is_latest(definition.name, digest, day):
                    continue
                sequence += 1
                unit.write(
                    statements.add_definition,
                    digest=digest,
                    name=definition.name,
                    version=definition.version,
                    body=text,
                    source=source,
                )
                row = {"sequence": sequence, "digest": digest, "effective": day.isoformat()}
                row |= {"at": write_moment(self.town.now), "actor": by, "reason": reason}
                unit.write(statements.add_deployment, name=definition.name, **row)
                body = {"name": definition.name, "version": definition.version, "digest": digest}
                body |= {"effective": day.isoformat(), "reason": reason}
                audit.record(unit, self.town.now, by, "definition_deployed", {**body})

        transact(self.town, plan)
        return tuple(self.town.loaded.versions[name][-1] for name in names)

    def _is_latest(self, name: str, digest: str, day: date) -> bool:
        """Tell whether the same content is in force already, so that nothing changes."""
        versions = self.town.loaded.versions.get(name, ())
        return bool(versions) and versions[-1].digest == digest and versions[-1].effective <= day

    def _require_triggered(self, definition: Definition, together: Sequence[Definition]) -> None:
        known = {each.name for each in together} | set(self.town.loaded.versions)
        for process in triggered(definition):
            if process not in known:
                raise DefinitionUnsound(definition.name, f"触发的规程“{process}”没有一起发布，也没有现行版本")

    def source(self, name: str) -> str:
        """Return the text that the version of a process in force was compiled from; empty when unknown."""
        version = self.town.version_in_force(name)
        row = Session(self.town.store, self.town.tenant).one(statements.read_source, digest=version.digest)
        return str(row[0]) if row is not None and row[0] is not None else ""

    # ---- organisation, calendar, parameters

    def load_organisation(self, organisation: Organisation, by: str) -> None:
        """Replace the organisation; open items are offered anew.

        Raises:
            AdministratorsOnly, Malformed
            LocksOut: no administrator would be left, or not the one who loads it.
        """
        require_administrator(self.town, by, "导入组织机构")
        if losing := self._locked_out(organisation, by):
            raise LocksOut(losing)

        def plan(unit: Unit) -> None:
            write_organisation(self.town, unit, organisation, by)
            counts = {"units": len(organisation.units), "people": len(organisation.people)}
            counts |= {"posts": len(organisation.posts), "powers": len(organisation.powers)}
            audit.record(unit, self.town.now, by, "organisation_loaded", {**counts})

        transact(self.town, plan)
        for case in self._open_cases():
            transact(self.town, self._offering(case))

    def _locked_out(self, organisation: Organisation, by: str) -> str | None:
        """Return whoever loads it, when he would lose his right, or anybody when nobody would keep it."""
        present = self.town.directory.organisation.administrators
        if by in present and by not in organisation.administrators:
            return by
        return present[0] if present and not organisation.administrators else None

    def _offering(self, case: int) -> Callable[[Unit], None]:
        """Return the plan that writes the offers of a case's open items anew."""

        def plan(unit: Unit) -> None:
            work = Casework(self.town, unit, self.cache, None, {}).load(case)
            facts = Answers(self.town, unit, self.town.now, case)
            for item in open_items(work.definition, work.state).values():
                new = principals(item, self.town.directory, facts)
                old = unit.all(statements.read_offers, case=case, n=item.n)
                if set(new) == {row[0] for row in old}:
                    continue
                unit.write(statements.clear_offers, case=case, n=item.n)
                for write in offer_writes(case, item, self.town.directory, facts):
                    unit.write_row(write.statement, write.values)

        return plan

    def load_calendar(self, calendar: Calendar, by: str) -> None:
        """Replace the working-day calendar; open limits are computed again.

        Raises:
            AdministratorsOnly
        """
        require_administrator(self.town, by, "导入日历")
        body = json.dumps(calendar.to_mapping(), ensure_ascii=False, separators=(",", ":"))

        def plan(unit: Unit) -> None:
            newest = unit.one(statements.calendar_load)
            load = ((newest[0] if newest else None) or 0) + 1
            now = write_moment(self.town.now)
            unit.write(statements.add_calendar, load=load, at=now, actor=by, body=body)
            years = "、".join(str(year) for year in sorted(calendar.years))
            audit.record(unit, self.town.now, by, "calendar_loaded", {"years": years})

        transact(self.town, plan)
        self._recount()

    def set_parameter(self, name: str, value: Raw, valid_from: date, by: str, reason: str) -> None:
        """Give a local parameter a figure from a day on; open limits are computed again.

        Raises:
            AdministratorsOnly, NotFound: no definition in force has such a local parameter; InvalidForm, Malformed.
        """
        require_administrator(self.town, by, "调整本地参数")
        figure = self._read_figure(name, value)
        if not reason.strip():
            raise Malformed("本地参数", ("须写明调整理由",))

        def plan(unit: Unit) -> None:
            newest = unit.one(statements.parameter_load)
            load = ((newest[0] if newest else None) or 0) + 1
            text = json.dumps(pack(figure), ensure_ascii=False)
            row = {"valid_from": valid_from.isoformat(), "load": load, "value": text, "actor": by}
            row |= {"at": write_moment(self.town.now), "reason": reason}
            unit.write(statements.add_parameter, name=name, **row)
            body = {"name": name, "value": text, "from": valid_from.isoformat(), "reason": reason}
            audit.record(unit, self.town.now, by, "parameter_set", {**body})

        transact(self.town, plan)
        self._recount()

    def _read_figure(self, name: str, raw: Raw) -> Value:
        for version in self.town.versions_in_force():
            definition = self.town.definition(version.digest)
            for each in definition.parameters:
                if each.name == name and each.local:
                    reader = Reader(graph_of(definition), self.town.zone, Given(self.town).find_file)
                    return reader.value(each.type, raw, name)
        raise NotFound("本地参数", name)

    def set_setting(self, name: str, value: str, by: str) -> None:
        """Change a setting (file_limit …).

        Raises:
            AdministratorsOnly
        """
        require_administrator(self.town, by, "修改设置")

        def plan(unit: Unit) -> None:
            unit.write(statements.write_setting, name=name, value=value)
            audit.record(unit, self.town.now, by, "setting_changed", {"name": name, "value": value})

        transact(self.town, plan)

    def _recount(self) -> None:
        for case in self._open_cases():
            execute(self.town, self.cache, _on(case, Recount()), by=SYSTEM)

    def _open_cases(self) -> Sequence[int]:
        session, found, after = Session(self.town.store, self.town.tenant), list[int](), 0
        while rows := session.all(statements.open_cases, after=after, limit=_BATCH):
            found += [row[0] for row in rows]
            after = found[-1]
        return found


def _on(case: int, command: Command) -> Callable[[Casework], Work]:
    def plan(casework: Casework) -> Work:
        work = casework.load(case)
        casework.run(work, command)
        return work

    return plan


def _require_sound(definition: Definition) -> None:
    verdict = soundness.check(definition)
    if not verdict.sound:
        problem = verdict.problems[0]
        way = f"（走法：{'→'.join(problem.witness)}）" if problem.witness else ""
        raise DefinitionUnsound(definition.name, f"{problem.reason}{way}")
    graph_of(definition)  # every expression and table compiles


def triggered(definition: Definition) -> tuple[str, ...]:
    """Return the processes that a definition may trigger, each once."""
    parts = parts_of((definition.nodes, definition.clocks, definition.cancels, definition.reopens))
    return tuple(dict.fromkeys(part.process for part in parts if isinstance(part, Trigger)))
