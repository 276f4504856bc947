"""The clock of a demonstration: ANLIU_CLOCK may set it."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo


class DemoClock:
    """Runs with the real time, from a moment that may be set."""

    def __init__(self) -> None:
        self._set_to: datetime | None = None
        self._set_at = datetime.now(UTC)

    def __call__(self) -> datetime:
        """The present moment of the demo."""
        now = datetime.now(UTC)
        return now if self._set_to is None else self._set_to + (now - self._set_at)

    def run_from(self, moment: datetime | None) -> None:
        """Run on from a moment; from the real present when None."""
        self._set_to, self._set_at = moment, datetime.now(UTC)


def asked_moment(zone: tzinfo, environment: Mapping[str, str] = os.environ) -> datetime | None:
    """The moment that ANLIU_CLOCK asks for, local time when it names no zone.

    Raises:
        ValueError: when it is no moment.
    """
    text = environment.get("ANLIU_CLOCK", "").strip()
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
