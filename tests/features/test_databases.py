"""The stories of the demo town, played on both databases."""

from datetime import timedelta
from pathlib import Path

from dsl.scenarios.play import play
from dsl.scenarios.stage import BEGINNING, Stage

LIBRARY = Path(__file__).resolve().parents[2] / "processes"
TODAY = BEGINNING + timedelta(days=120)


def test_演示镇的案件在两种数据库上都走得通(database_url: str, tmp_path: Path) -> None:
    with Stage(LIBRARY, tmp_path).world_at(database_url) as world:
        cases = play(world.engine, world.clock, LIBRARY / "demo" / "cases.feature", TODAY.date(), until=TODAY)
        told = [world.engine.case(case) for case in cases]
        checked = world.engine.verify()

    assert checked.ok and checked.cases >= len(cases)
    assert len({case.number for case in told}) == len(told) > 8
    assert {"办结", "办理中"} <= {case.status_text for case in told}
