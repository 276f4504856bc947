"""The scene of scenarios: a town with people, calendar and the definitions that belong to the feature files.

The people are those of `organisation.json` beside the feature file, else of the library's demonstration town.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from typing import Any

from dsl.compile import Compiled, compile_paths
from dsl.findings import Severity
from dsl.scenarios.world import SYSTEM, Clock, World
from engine import Engine, open_engine
from engine.calendar import Calendar
from engine.definition import Definition
from engine.directory import Organisation
from engine.graph import recurrence_of

BEGINNING = datetime(2023, 4, 10, 1, tzinfo=UTC)
"""Where a scenario's clock stands when it says nothing: the morning the notice came into force."""
_EVER = date(2000, 1, 1)
"""Definitions are in force for whatever time a scenario chooses."""


class NotReady(Exception):
    """The definitions do not compile, or the folder lacks what a town needs."""


@dataclass
class Stage:
    """Definitions and calendar of one library, and the people of a town.

    Args:
        root: the library of definitions.
        folder: where databases may be made.
        people: the organisation file; None: that of the demonstration town.
    """

    root: Path
    folder: Path
    people: Path | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @cached_property
    def compiled(self) -> Compiled:
        """The definitions.

        Raises:
            NotReady: something is wrong with them.
        """
        compiled = compile_paths(sorted(_definitions(self.root)))
        if not compiled.ok:
            said = "\n".join(
                f"{each.place.source}:{each.place.line} {each.code} {each.message}"
                for each in compiled.findings
                if each.severity is not Severity.INFO
            )
            raise NotReady(f"规程没有通过检查（详见 anliu check {self.root}）：\n{said}")
        return compiled

    @cached_property
    def duties(self) -> Mapping[str, Definition]:
        """The recurring duties among the definitions, by name."""
        return {each.name: each for each in self.compiled.definitions if recurrence_of(each) is not None}

    @cached_property
    def organisation(self) -> Organisation:
        """The people of the demonstration town."""
        self._require_town()
        file = self.people or self._found("demo/organisation.json")[0]
        return Organisation.from_json(_read(file))

    @cached_property
    def calendar(self) -> Calendar:
        """The working days."""
        self._require_town()
        data = _read(self._found("calendar.json")[0])
        years = data.get("days", data)
        return Calendar.from_years({int(year): content for year, content in years.items()})

    def _require_town(self) -> None:
        """Refuse a folder without people or calendar, naming all that is missing.

        Raises:
            NotReady: something is missing.
        """
        missing = []
        if self.people is None and not self._found("demo/organisation.json"):
            missing.append(
                "  organisation.json：单位、人员、岗位（谁担任哪个角色），放在 .feature 文件旁边；"
                "可复制 processes/demo/organisation.json 来改，或用 anliu org export 取得模板"
            )
        if not self._found("calendar.json"):
            missing.append(
                "  calendar.json：放假和调休，放在同一文件夹；可复制 processes/shared/calendar.json"
            )
        if missing:
            raise NotReady("\n".join((f"运行场景要有一个镇，{self.root} 里还缺：", *missing)))

    def _found(self, name: str) -> list[Path]:
        """Return the files of a name: that beside the people, then that of the library, then those of its folders."""
        beside = () if self.people is None else (self.people.with_name(name),)
        places = (*beside, self.root / name, *sorted(self.root.glob(f"*/{name}")))
        return [file for file in places if file.is_file()]

    def furnish(self, engine: Engine) -> None:
        """Load people and calendar into an empty town and deploy the processes.

        Recurring duties are left to the scenarios that speak of them: they would fill every other one with their work.
        """
        engine.load_organisation(self.organisation, by=SYSTEM)
        engine.load_calendar(self.calendar, by=SYSTEM)
        engine.deploy(
            [each for each in self.compiled.definitions if each.name not in self.duties],
            by=SYSTEM,
            reason="场景",
            effective=_EVER,
            sources=self.compiled.sources,
        )

    @cached_property
    def _prepared(self) -> Path:
        folder = self.folder / "prepared"
        folder.mkdir(parents=True)
        with open_engine(f"sqlite:///{folder / 'town.db'}", clock=Clock(BEGINNING)) as engine:
            self.furnish(engine)
        return folder

    @contextmanager
    def world(self) -> Iterator[World]:
        """Open a town of its own for one scenario."""
        folder = self.folder / f"scenario-{next(self._numbers)}"
        shutil.copytree(self._prepared, folder)
        clock = Clock(BEGINNING)
        with open_engine(f"sqlite:///{folder / 'town.db'}", clock=clock, synchronous="NORMAL") as engine:
            yield World(engine, clock, duties=self.duties)
        shutil.rmtree(folder)

    @contextmanager
    def world_at(self, url: str) -> Iterator[World]:
        """Furnish an empty database and open it for a scenario."""
        clock = Clock(BEGINNING)
        with open_engine(url, clock=clock) as engine:
            self.furnish(engine)
            yield World(engine, clock, duties=self.duties)


def people_beside(file: Path) -> Path | None:
    """Return the organisation file beside a feature file."""
    people = file.with_name("organisation.json")
    return people if people.is_file() else None


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8-sig"))


def library_of(path: Path) -> Path:
    """Return the nearest folder around a path that holds .flow files, or whose children do; then its parent when
    it holds them itself: one folder a process, and definitions import each other across folders.

    A folder of features without definitions lies within a library.
    """
    place = (path if path.is_dir() else path.parent).resolve()
    found = next((each for each in (place, *place.parents) if _holds_definitions(each)), place)
    holds_them_itself = any(_of(found.glob("*.flow")))
    return found.parent if holds_them_itself and _holds_definitions(found.parent) else found


def _holds_definitions(folder: Path) -> bool:
    return any(_definitions(folder))


def _definitions(library: Path) -> Iterator[Path]:
    """Return the .flow files of a library: its own and those of its folders, and nothing that lies deeper."""
    return _of(chain(library.glob("*.flow"), library.glob("*/*.flow")))


def _of(paths: Iterable[Path]) -> Iterator[Path]:
    return (path for path in paths if not any(part.startswith(".") for part in path.parts[-2:]))
