"""演示：第一次运行建库，以后接着用；时钟只能在演示库上拨。"""

from datetime import date
from pathlib import Path

import click
import pytest

from engine import open_engine
from engine.edge_refusals import DemonstrationApart
from web.demo import open_demo, refuse_clock_on_real


def test_the_demonstration_is_made_once_and_its_clock_can_be_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, said = f"sqlite:///{tmp_path / 'demo.db'}", list[str]()
    monkeypatch.setenv("ANLIU_CLOCK", "2023-04-10T09:00")

    with open_demo(url, said.append) as towns:
        town, teaching = (each.engine for each in towns)
        assert len(said) == 2 and town.is_demo and teaching.is_demo
        assert town.now().astimezone(town.zone).date() == date(2023, 4, 10)
        open_cases = town.cases(by="li-ke", limit=100).items
        assert {row.status.value for row in open_cases} >= {"open", "finished"}
        assert any(town.counts(account).overdue for account in ("li-ke", "pan-gang", "sun-fu"))
        assert town.verify().ok and teaching.verify().ok
        assert {account.account for account in towns[0].accounts} <= set(town.people())
        before = town.verify().groups

    monkeypatch.setenv("ANLIU_CLOCK", "2023-05-20T09:00")
    with open_demo(url, said.append) as towns:
        town = towns[0].engine
        assert len(said) == 2  # nothing is made again
        assert town.tick() > 0  # what fell due while nobody ran it
        fired = town.verify().groups
        assert fired > before
        assert town.tick() == 0 and town.verify().groups == fired  # each once


def test_a_real_town_runs_by_real_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'real.db'}"
    monkeypatch.setenv("ANLIU_CLOCK", "2023-04-10T09:00")
    with open_engine(url, tenant="140522101", name="真镇") as engine, pytest.raises(click.ClickException):
        refuse_clock_on_real(engine)


def test_a_demonstration_and_a_real_town_never_share_a_database(tmp_path: Path) -> None:
    real, demo = (f"sqlite:///{tmp_path / name}" for name in ("real.db", "demo.db"))
    with open_engine(real, tenant="140522101", name="真镇"):
        pass
    with pytest.raises(DemonstrationApart), open_demo(real, lambda _said: None):
        pass
    with open_engine(demo, tenant="demo", name="演示镇", demo=True):
        pass
    with pytest.raises(DemonstrationApart):
        open_engine(demo, tenant="140522101", name="真镇")
