"""Random people at random offices: whatever they do is there when the database is opened anew (`tests.properties.office`)."""

from pathlib import Path

import pytest

from tests.properties.office import office


@pytest.mark.parametrize("seed", range(8))
def test_what_is_offered_is_done_and_what_is_done_is_there_after_a_restart(seed: int, tmp_path: Path) -> None:
    with office(seed, f"sqlite:///{tmp_path / 'town.db'}") as working:
        while working.commands < 30:
            working.step()
