"""实例: a process started under a name of its own, with part of its start form given."""

from dataclasses import replace
from decimal import Decimal

from engine.expressions import Literal
from engine.register_definition import Preset
from engine.values import Kind, Type
from tests.integration.town import FORM, TownAt, approval
from tests.unit.core.building import TEXT

LARGE = Preset(
    "大额审批",
    (("标题", Literal("大额", TEXT)), ("金额", Literal(Decimal(50000), Type(Kind.MONEY)))),
)


def test_a_prefilled_start_is_offered_by_its_name_with_its_values(town: TownAt) -> None:
    with town.open() as engine:
        engine.deploy((replace(approval(), presets=(LARGE,)),), by="li", reason="预填")
        assert [each.process for each in engine.startable("wang")] == ["审批", "大额审批"]
        view = engine.start_view("大额审批", "wang").form
        assert view is not None
        assert (view.values["标题"], view.values["金额"]) == ("大额", Decimal(50000))


def test_what_is_given_is_filled_in_and_what_the_person_writes_wins(town: TownAt) -> None:
    with town.open() as engine:
        engine.deploy((replace(approval(), presets=(LARGE,)),), by="li", reason="预填")
        rest = {name: value for name, value in FORM.items() if name not in ("标题", "金额")}
        plain = engine.case(engine.start("大额审批", by="wang", form=rest).id)
        changed = engine.case(engine.start("大额审批", by="wang", form=rest | {"金额": "1"}).id)

        assert (plain.process, plain.forms["报告"]["标题"]) == ("审批", "大额")
        assert plain.forms["报告"]["金额"] == Decimal(50000)
        assert changed.forms["报告"]["金额"] == Decimal(1)


def test_a_new_version_may_take_a_prefilled_start_away(town: TownAt) -> None:
    with town.open() as engine:
        engine.deploy((replace(approval(), presets=(LARGE,)),), by="li", reason="预填")
        engine.deploy((replace(approval(), version="2"),), by="li", reason="取消预填")
        assert [each.process for each in engine.startable("wang")] == ["审批"]
