"""The town as it was: people, posts, calendar, figures and versions as they were loaded at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from engine import statements
from engine.moments import write_moment
from engine.store import Row, Session
from engine.town import Loaded, Town, calendar_of, directory_of, figures_of


@dataclass
class Past:
    """Towns at the moments of a history, few of which differ; each load is read once."""

    present: Town
    session: Session
    _known: dict[tuple[int, int, int], Town] = field(default_factory=dict)

    def town(self, moment: datetime) -> Town:
        """Return the town as it was loaded at a moment; before the first load as that one has it."""
        at = write_moment(moment)
        people, days, figures = (_by_then(loads, at) for loads in self._loads)
        found = self._known.get((people, days, figures))
        if found is None:
            found = self.present.reading(self._loaded(people, days, at))
            self._known[people, days, figures] = found
        return found

    @cached_property
    def _loads(self) -> tuple[Sequence[Row], Sequence[Row], Sequence[Row]]:
        """Number and moment of each load of organisation, calendar and figures, in order."""
        return (
            self.session.all(statements.organisation_loads),
            self.session.all(statements.calendar_loads),
            self.session.all(statements.parameter_loads),
        )

    def _loaded(self, people: int, days: int, at: str) -> Loaded:
        now = self.present.loaded
        directory, calendar = now.directory, now.calendar
        if people not in (0, directory.load):
            rows = self.session.all(statements.organisation_of_load, load=people)
            directory = directory_of(rows[0])
        if days not in (0, now.calendar_load):
            calendar = calendar_of(self.session.all(statements.calendar_of_load, load=days)[0])
        figures = figures_of(self.session.all(statements.parameters_then, at=at))
        versions = {
            name: tuple(each for each in known if write_moment(each.deployed_at) <= at)
            for name, known in now.versions.items()
        }
        return replace(
            now,
            directory=directory,
            calendar=calendar,
            calendar_load=days,
            parameters=figures,
            versions=versions,
        )


def _by_then(loads: Sequence[Row], at: str) -> int:
    """Return the load in force at a moment; before the first one that first one, which says more than nothing."""
    then = [load for load, when in loads if when <= at]
    return int(then[-1] if then else loads[0][0] if loads else 0)
