"""反事实 at the edge: the recorded cases of a process in a period, decided again by a definition that need not be deployed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from engine import chain, statements
from engine.answers import Answers
from engine.counterfactual import Difference, differences
from engine.deadlines import end_of_day
from engine.definition import Definition
from engine.events import FormSubmitted
from engine.moments import write_moment
from engine.past import Past
from engine.state import CaseState
from engine.store import Session
from engine.town import Town
from engine.values import Record

_BATCH = 200


@dataclass(frozen=True, slots=True)
class CaseComparison:
    """A past case and what would have been otherwise; `skipped` says why it was not compared."""

    case: int
    number: str
    differences: tuple[Difference, ...]
    skipped: str = ""


@dataclass(slots=True)
class Retold(Answers):
    """Facts of a past moment, with the submissions of the case as it is decided again."""

    kept: dict[tuple[int, str], Record] = field(default_factory=dict)
    states: dict[int, CaseState] = field(default_factory=dict)

    def remember(self, state: CaseState) -> None:
        """Remember the case as it stands after a group."""
        self.states[state.revision] = state

    def state_at(self, revision: int) -> CaseState:
        """Return the case decided again after a group."""
        return self.states.get(revision, CaseState())

    def drafting(self, item: int) -> tuple[str, ...]:
        """Return nobody: drafts of the past are not kept."""
        del item
        return ()

    def keep(self, revision: int, submitted: FormSubmitted) -> None:
        """Remember a submission."""
        self.kept[revision, submitted.form] = submitted.values

    def submission(self, revision: int, form: str) -> Record:
        """Return a submission of the case decided again."""
        return self.kept.get((revision, form), {})

    def next_number(self, series: str, year: int) -> int:
        """Return a number that nobody keeps."""
        return len(self.kept) + 1 if series and year else 1

    def seed(self) -> str:
        """Return the same seed each time, so that a comparison is reproducible."""
        return "0" * 32


@dataclass(frozen=True, slots=True)
class Comparing:
    """Compares the past cases of a town; nothing is written."""

    town: Town

    def compare(
        self, definition: Definition, since: date | None = None, until: date | None = None
    ) -> Iterator[CaseComparison]:
        """Decide the cases of the process that began in a period (days, both included) again, the oldest first."""
        session = Session(self.town.store, self.town.tenant)
        first = (
            ""
            if since is None
            else write_moment(datetime.combine(since, datetime.min.time(), self.town.zone))
        )
        last = "9" if until is None else write_moment(end_of_day(until, self.town.zone))
        after = 0
        while rows := session.all(
            statements.cases_begun,
            process=definition.name,
            since=first,
            until=last,
            after=after,
            limit=_BATCH,
        ):
            for case, number, digest in rows:
                yield self._compared(session, case, number, digest, definition)
            after = rows[-1][0]

    def _compared(
        self, session: Session, case: int, number: str, digest: str, definition: Definition
    ) -> CaseComparison:
        rows = session.all(statements.read_groups, case=case, until=1 << 62)
        if len(chain.versions_of(((row[0], row[6]) for row in rows), digest)) > 1:
            return CaseComparison(case, number, (), "办理中迁移过版本，不作比较")
        past, kept, states = Past(self.town, session), dict[tuple[int, str], Record](), dict[int, CaseState]()

        def facts_at(moment: datetime) -> Retold:
            return Retold(past.town(moment), session, moment, case, kept=kept, states=states)

        groups = [chain.read_group(row[6], row[7]) for row in rows]
        return CaseComparison(
            case, number, differences(self.town.definition(digest), definition, groups, facts_at)
        )
