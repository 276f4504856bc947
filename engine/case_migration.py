"""迁移 at the edge: running cases go over to another deployed version, each in a transaction of its own.

What happens with the running cases of a process when it is deployed anew: they stay with their version until they are
migrated; `standing` counts them by version.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine import statements
from engine.accounts import require_administrator
from engine.answers import Answers
from engine.casework import Casework, Work, execute, state_of
from engine.commands import Act, DraftKept, Migrate
from engine.deciding.draft import Draft
from engine.deciding.migration import plan
from engine.edge_refusals import NotFound
from engine.errors import Refusal
from engine.given import Given
from engine.graph import graph_of
from engine.refusals import MigrationForbidden
from engine.state_cache import StateCache
from engine.store import Session
from engine.town import Town, Version
from engine.views import ImageRow


@dataclass(frozen=True, slots=True)
class CaseMigration:
    """What a migration did to a case, or would do: `rows` is the dry run, `faults` what stands against it."""

    case: int
    number: str
    origin: str  # version it was under, as its author calls it, and the first digits of its digest
    target: str
    rows: tuple[ImageRow, ...]
    faults: tuple[str, ...]
    migrated: bool = False

    @property
    def possible(self) -> bool:
        """Whether everything has an image."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class RunningVersion:
    """A version that open cases are under, and how many; `current`: it is the one in force."""

    process: str
    version: str
    digest: str
    cases: int
    current: bool


@dataclass(frozen=True, slots=True)
class CaseMigrations:
    """The migrations of a town."""

    town: Town
    cache: StateCache
    given: Given

    def standing(self, process: str | None = None) -> tuple[RunningVersion, ...]:
        """Return how many open cases are under which version, by process, the version in force first."""
        session = Session(self.town.store, self.town.tenant)
        found = [self._running(*row) for row in session.all(statements.open_by_version)]
        chosen = [each for each in found if process in (None, each.process)]
        return tuple(sorted(chosen, key=lambda each: (each.process, not each.current, each.version)))

    def _running(self, process: str, digest: str, cases: int) -> RunningVersion:
        current = self.town.version(process)
        version = self.town.definition(digest).version
        return RunningVersion(
            process, version, digest, cases, current is not None and current.digest == digest
        )

    def cases_of(self, process: str, but: str) -> tuple[int, ...]:
        """Return the open cases of a process that are not under a version (digest), the oldest first."""
        session = Session(self.town.store, self.town.tenant)
        return tuple(row[0] for row in session.all(statements.open_cases_but, process=process, digest=but))

    def target(self, process: str, name: str | None = None) -> Version:
        """Return a deployed version by its name or the beginning of its digest; None: the one in force.

        Raises:
            NotDeployed, NotFound
        """
        if name is None:
            return self.town.version_in_force(process)
        known = self.town.loaded.versions.get(process, ())
        found = [
            each
            for each in known
            if name == each.version or (len(name) >= 6 and each.digest.startswith(name))
        ]
        if not found:
            raise NotFound("规程版本", f"{process} {name}")
        return found[-1]

    def plans(
        self, cases: Sequence[int | str], to: str | None, renamed: Mapping[str, str], by: str, reason: str
    ) -> Iterator[CaseMigration]:
        """Yield what would become of each case. Nothing is written.

        Raises:
            AdministratorsOnly, NotFound
        """
        require_administrator(self.town, by, "迁移案件")
        for given in cases:
            case = self.given.case_id(given)
            session = Session(self.town.store, self.town.tenant)
            row = session.one(statements.load_case, id=case)
            if row is None:
                raise NotFound("案件", str(case))
            state = state_of(session, case, row[1], row[2])
            definition = self.town.definition(row[0])
            version = self.target(definition.name, to)
            command = self._command(session, case, row[0], version, renamed, Act(by, reason=reason))
            facts = Answers(self.town, session, self.town.now, case)
            try:
                planned = plan(Draft(graph_of(definition), state.copy(), facts, command.act), command)
                rows, faults = planned.rows, planned.faults
            except Refusal as refusal:
                rows, faults = (), (str(refusal),)
            yield CaseMigration(
                case,
                state.number,
                _name(definition.version, row[0]),
                _name(version.version, version.digest),
                rows,
                faults,
            )

    def run(
        self, cases: Sequence[int | str], to: str | None, renamed: Mapping[str, str], by: str, reason: str
    ) -> Iterator[CaseMigration]:
        """Migrate each case that can be, and yield what became of each; one that cannot stays as it is.

        Raises:
            AdministratorsOnly, ReasonMissing
        """
        for planned in self.plans(cases, to, renamed, by, reason):
            if not planned.possible:
                yield planned
                continue
            try:
                self._migrate(planned.case, to, renamed, by, reason)
            except MigrationForbidden as refusal:  # it has changed since it was looked at
                yield replace(planned, faults=refusal.problems)
            else:
                yield replace(planned, migrated=True)

    def _migrate(self, case: int, to: str | None, renamed: Mapping[str, str], by: str, reason: str) -> None:
        def whole(casework: Casework) -> Work:
            work = casework.load(case)
            version = self.target(work.definition.name, to)
            act = Act(by, reason=reason)
            casework.run(work, self._command(casework.unit, case, work.digest, version, renamed, act))
            return work

        execute(self.town, self.cache, whole, by=by)

    def _command(
        self,
        session: Session,
        case: int,
        origin: str,
        version: Version,
        renamed: Mapping[str, str],
        act: Act,
    ) -> Migrate:
        definition = self.town.definition(version.digest)
        drafts = tuple(_draft(*row) for row in session.all(statements.drafts_of_case, case=case))
        return Migrate(act, origin, version.digest, definition, tuple(renamed.items()), drafts)


def _name(version: str, digest: str) -> str:
    return f"{version}（{digest[:12]}）"


def _draft(item: int, account: str, body: str) -> DraftKept:
    typed = (
        f"{form}.{field}"
        for form, content in json.loads(body).items()
        for field, value in content.items()
        if form and value not in (None, "", [])
    )
    return DraftKept(item, account, tuple(typed))
