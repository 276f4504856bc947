"""The town that is worked in while processes die: the people and processes of the awkward cases, in a hurry."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from dsl.scenarios.stage import Stage
from engine import Engine, open_engine

LIBRARY = Path(__file__).parents[1] / "features" / "awkward"
PROCESSES = ("会办", "复用", "套办", "选办", "评审", "先签", "整改", "出文", "改办")
APPLICANT = "shen"
ADMINISTRATOR = "guan"
WORKERS = ("shen", "jia", "yi", "bing", "shenhe", "fuhe", "p1", "p2", "p3", "p4", "p5", "zhuren", "guan")
BEGINNING = datetime(2023, 4, 10, 1, tzinfo=UTC)
HURRY = 6 * 3600
"""Seconds of the town's time in one second: a limit of two days is over in eight."""


@dataclass(frozen=True, slots=True)
class HurriedClock:
    """The same moment in every process, some hours a second."""

    origin: float  # seconds since 1970 at which the town's time began

    def __call__(self) -> datetime:
        return BEGINNING + timedelta(seconds=(time.time() - self.origin) * HURRY)


def open_town(url: str, origin: float) -> Engine:
    """Open the town as a process of its own does."""
    return open_engine(url, clock=HurriedClock(origin), name="试验镇")


def furnish(engine: Engine) -> None:
    """Load people and calendar into an empty town and deploy the processes."""
    with TemporaryDirectory() as folder:
        Stage(LIBRARY, Path(folder), LIBRARY / "organisation.json").furnish(engine)


def found(url: str, origin: float) -> None:
    """Create the town in an empty database.

    Raises:
        SystemExit: somebody lives there.
    """
    with open_town(url, origin) as engine:
        if engine.organisation().people:
            raise SystemExit("the database is not empty: a fault run needs one of its own")
        furnish(engine)
