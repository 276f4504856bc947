"""The register of recurring duties and its figure, over the stories of the demonstration town."""

from datetime import timedelta
from pathlib import Path

from dsl.scenarios.play import play
from dsl.scenarios.stage import BEGINNING, Stage
from engine.commands import SYSTEM
from engine.register_views import Drill, Part, RegisterQuery

LIBRARY = Path(__file__).resolve().parents[2] / "processes"
TODAY = BEGINNING + timedelta(days=120)


def test_the_register_and_the_figure_agree_with_the_book_of_duties(tmp_path: Path) -> None:
    stage = Stage(LIBRARY, tmp_path)
    with stage.world_at(f"sqlite:///{tmp_path / 'town.db'}") as world:
        story = LIBRARY / "demo" / "duties.feature"
        play(world.engine, world.clock, story, TODAY.date(), until=TODAY, duties=stage.duties)
        engine = world.engine
        (kept,) = engine.duty_figures(SYSTEM, group="all")
        view = engine.statistic("履职完成率", SYSTEM)
        by_duty = {each.key: (each.done, each.fallen) for each in engine.duty_figures(SYSTEM) if each.fallen}

        assert (view.figure.numerator, view.figure.denominator) == (kept.done, kept.fallen)
        assert {
            each.group[0]: (each.figure.numerator, each.figure.denominator) for each in view.groups
        } == by_duty
        assert kept.fallen > kept.done > 0
        behind = RegisterQuery(drill=Drill("履职完成率", Part.DENOMINATOR), limit=None)
        assert engine.register("履职台账", SYSTEM, behind).total == kept.fallen
