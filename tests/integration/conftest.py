"""A town on each database."""

import pytest

from tests.integration.town import TownAt


@pytest.fixture
def town(database_url: str) -> TownAt:
    """A founded town with the approval process, on SQLite and on PostgreSQL."""
    made = TownAt(database_url)
    made.found()
    return made
