"""Waiting or stuck, asked of a whole town: one case, or all open cases that nobody can move."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine import reads
from engine.answers import Answers
from engine.casefile import CaseFile
from engine.casework import state_of
from engine.item_views import CaseRecord
from engine.standstill import Surroundings, emitted_by, standstills
from engine.store import Session
from engine.town import Town
from engine.views import Standstill

_BATCH = 500


@dataclass(frozen=True, slots=True)
class StuckCase:
    """An open case that cannot go on by itself, and why."""

    id: int
    number: str
    process: str
    title: str
    reasons: tuple[Standstill, ...]


@dataclass(frozen=True, slots=True)
class Observing:
    """Looks at the cases of a town; nothing is written."""

    town: Town

    def of_case(self, case: int, by: str | None) -> tuple[Standstill, ...]:
        """Say what an open case waits for.

        Raises:
            NotFound, NotVisible
        """
        session = Session(self.town.store, self.town.tenant)
        file = CaseFile.open(self.town, session, case, by)
        return self._of(session, file.row, self._surroundings())

    def stuck(self) -> Iterator[StuckCase]:
        """Yield the open cases that nobody can move, the oldest first."""
        session, around = Session(self.town.store, self.town.tenant), self._surroundings()
        after = 0
        while rows := [
            CaseRecord(*each) for each in session.ask(reads.open_details(), after=after, limit=_BATCH)
        ]:
            for row in rows:
                found = tuple(each for each in self._of(session, row, around) if each.stuck)
                if found:
                    yield StuckCase(row.id, row.number, row.process, row.title, found)
            after = rows[-1].id

    def _of(self, session: Session, row: CaseRecord, around: Surroundings) -> tuple[Standstill, ...]:
        state = state_of(session, row.id, row.revision, row.state)
        facts = Answers(self.town, session, self.town.now, row.id)
        return standstills(self.town.definition(row.digest), state, facts, around)

    def _surroundings(self) -> Surroundings:
        directory, today = self.town.directory, self.town.today
        people, inactive = directory.people, self.town.loaded.inactive
        away = {each.account for each in directory.organisation.absences if each.first <= today <= each.last}
        return Surroundings(
            active=lambda account: account in people and account not in inactive,
            present=lambda account: account not in away,
            members=directory.members,
            emitted=frozenset[str]().union(
                *(emitted_by(self.town.definition(each.digest)) for each in self.town.versions_in_force())
            ),
        )
