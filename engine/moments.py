"""Moments as the database keeps them: UTC text of fixed width, whose order is that of time."""

from datetime import UTC, date, datetime
from functools import lru_cache

NEVER = "9999"
"""Stands where there is no due moment, so that it sorts last."""


def write_moment(moment: datetime) -> str:
    """Write an aware moment as 2023-04-10T01:00:00.000000Z."""
    return _written(moment if moment.tzinfo is UTC else moment.astimezone(UTC))


@lru_cache(maxsize=256)
def _written(moment: datetime) -> str:
    """Write a moment of UTC; the rows of one command share two or three."""
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"


def read_moment(text: str) -> datetime:
    """Read what `write_moment` wrote."""
    return datetime.fromisoformat(text)


def write_optional(moment: datetime | None) -> str | None:
    """Write a moment that may be missing."""
    return None if moment is None else write_moment(moment)


def read_optional(text: str | None) -> datetime | None:
    """Read a moment that may be missing."""
    return None if text is None or text == NEVER else read_moment(text)


def write_due(moment: datetime | None) -> str:
    """Write a due moment, `NEVER` when there is none."""
    return NEVER if moment is None else write_moment(moment)


def read_day(text: str | None) -> date | None:
    """Read a local day that may be missing."""
    return None if not text else date.fromisoformat(text)
