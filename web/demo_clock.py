"""A clock that a demo may set: while its past is played, and from ANLIU_CLOCK on."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo


class DemoClock:
    """Runs with the real time from a moment that is set, or stands while the past is played."""

    def __init__(self) -> None:
        self._standing: datetime | None = None
        self._set_to: datetime | None = None
        self._set_at = datetime.now(UTC)

    def __call__(self) -> datetime:
        """The present moment of the demo."""
        if self._standing is not None:
            return self._standing
        now = datetime.now(UTC)
        return now if self._set_to is None else self._set_to + (now - self._set_at)

    def stand_at(self, moment: datetime) -> None:
        """Stand at a moment."""
        self._standing = moment

    def run_from(self, moment: datetime | None) -> None:
        """Run on from a moment; from the real present when None."""
        self._standing, self._set_to, self._set_at = None, moment, datetime.now(UTC)


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
