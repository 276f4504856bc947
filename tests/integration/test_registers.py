"""Registers and figures on real databases: rows follow their cases, also backwards and across versions."""

from dataclasses import replace
from datetime import date

from engine import Engine
from engine.definition import Definition, Field, Form
from engine.expressions import CaseFact, CaseRef, ElementRef, FieldRef, NodeFact, NodeRef
from engine.periods import Period
from engine.register_definition import Column, Measure, Register, Statistic
from engine.register_views import Drill, Part, RegisterQuery
from engine.values import Kind, Type
from tests.integration.town import FORM, ORGANISATION, TownAt, approval
from tests.unit.core.building import TEXT, process, step

APRIL = Period(date(2023, 4, 1), date(2023, 4, 30))
DAY, UNIT, YES_NO = Type(Kind.DATE), Type(Kind.UNIT), Type(Kind.YES_NO)


def the_register() -> Register:
    return Register(
        "审批台账",
        (
            Column("编号", TEXT, CaseRef(CaseFact.NUMBER)),
            Column("标题", TEXT, FieldRef("报告", "标题")),
            Column("单位", UNIT, FieldRef("报告", "单位")),
            Column("金额", Type(Kind.MONEY), FieldRef("报告", "金额")),
            Column("登记", Type(Kind.TIME), CaseRef(CaseFact.STARTED_AT)),
            Column("受理", YES_NO, NodeRef(0, NodeFact.IS_DONE)),
            Column("逾期", YES_NO, NodeRef(0, NodeFact.IS_LATE)),
            Column("应办", DAY, NodeRef(0, NodeFact.DUE_ON)),
            Column("情况", TEXT, FieldRef("核查", "情况")),
            Column("举报人", TEXT, FieldRef("报告", "举报人"), sealed=True, visible_to=("站长",)),
        ),
    )


RATE = Statistic(
    "受理率",
    Type(Kind.RATIO),
    "审批台账",
    Measure(condition=ElementRef("审批台账", "受理")),
    Measure(),
    "登记",
    ("单位",),
)


def with_register(definition: Definition | None = None) -> Definition:
    made = definition or approval()
    return replace(made, registers=(the_register(),), statistics=(RATE,))


def deployed(engine: Engine, count: int = 3) -> list[int]:
    engine.deploy((with_register(),), by="li", reason="台账")
    return [
        engine.start("审批", by="wang", form=FORM | {"标题": f"第{number}件"}).id for number in range(count)
    ]


def accept(engine: Engine, case: int, text: str = "属实") -> None:
    item = engine.case(case).items[0]
    engine.complete(item.id, by="li", form={"情况": text})


def texts(engine: Engine, column: str, by: str = "li", **query: object) -> list[str]:
    page = engine.register("审批台账", by, RegisterQuery(**query))  # type: ignore[arg-type]
    return [row.texts[column] for row in page.rows]


def test_a_row_follows_its_case(town: TownAt) -> None:
    with town.open() as engine:
        first, _, _ = deployed(engine)
        assert texts(engine, "受理") == ["否", "否", "否"]
        accept(engine, first)
        assert texts(engine, "受理") == ["否", "否", "是"]
        assert texts(engine, "情况")[-1] == "属实"


def test_a_row_becomes_late_without_anybody_touching_the_case(town: TownAt) -> None:
    with town.open() as engine:
        deployed(engine, 1)
        assert texts(engine, "逾期") == ["否"]
        town.clock.move(days=7)
        assert texts(engine, "逾期") == ["是"]
        assert texts(engine, "应办") == ["2023-04-13"]


def test_the_register_of_a_day_that_is_over(town: TownAt) -> None:
    with town.open() as engine:
        first, _ = deployed(engine, 2)
        town.clock.move(days=3)
        accept(engine, first)
        town.clock.move(days=3)
        engine.start("审批", by="wang", form=FORM)

        assert texts(engine, "受理") == ["否", "否", "是"]
        assert texts(engine, "受理", as_of=date(2023, 4, 11)) == ["否", "否"]
        assert engine.statistic("受理率", "li", APRIL, as_of=date(2023, 4, 11)).text == "0.0%（0/2）"


def test_cases_of_an_older_version_are_read_by_the_names_of_their_steps(town: TownAt) -> None:
    with town.open() as engine:
        first, _ = deployed(engine, 2)
        accept(engine, first)
        old = approval()
        newer = process(step("初审", "经办"), step("受理", "经办", fills=("核查", "补充")), starts=old.starts)
        accepted = Column("受理", YES_NO, NodeRef(1, NodeFact.IS_DONE))
        checked = Column("初审", YES_NO, NodeRef(0, NodeFact.IS_DONE))
        added = Column("补充", TEXT, FieldRef("补充", "情况"))
        newer = replace(
            newer,
            name="审批",
            forms=(*old.forms, Form("补充", (Field("情况", TEXT),))),
            registers=(Register("审批台账", (accepted, checked, added)),),
        )
        engine.deploy((newer,), by="li", reason="加一步")

        assert texts(engine, "受理") == ["否", "是"]
        assert texts(engine, "初审") == ["否", "否"]
        assert texts(engine, "补充") == ["", ""]


def test_people_see_the_rows_of_the_cases_they_may_open(town: TownAt) -> None:
    with town.open() as engine:
        deployed(engine, 2)
        engine.start("审批", by="li", form=FORM | {"单位": "", "标题": "别处的"})
        assert texts(engine, "标题", by="qian") == ["第1件", "第0件"]
        assert engine.statistic("受理率", "qian", APRIL).text == "0.0%（0/2）"


def test_a_sealed_column_opens_to_its_readers_with_a_reason_and_leaves_a_trace(town: TownAt) -> None:
    with town.open() as engine:
        engine.deploy((with_register(),), by="li", reason="台账")
        engine.start("审批", by="wang", form=FORM | {"举报人": "吴有理"})

        assert texts(engine, "举报人", by="sun") == ["（封存）"]
        assert texts(engine, "举报人", by="li", unseal="看看") == ["（封存）"]
        assert texts(engine, "举报人", by="sun", unseal="核发奖金") == ["吴有理"]
        assert texts(engine, "标题", by="sun", search="吴有理") == []
        entry = engine.audit_log(1)[0]
        assert (entry.kind, entry.actor, entry.body["reason"]) == ("register_unsealed", "sun", "核发奖金")


def test_filters_and_order(town: TownAt) -> None:
    with town.open() as engine:
        engine.deploy((with_register(),), by="li", reason="台账")
        for amount in ("300", "20", "1000", ""):
            engine.start("审批", by="wang", form=FORM | {"金额": amount, "标题": f"甲{amount}"})
        assert texts(engine, "标题", sort="金额") == ["甲20", "甲300", "甲1000", "甲"]
        assert texts(engine, "标题", sort="金额", descending=True)[0] == "甲1000"
        assert texts(engine, "标题", filters={"金额": "100..500"}) == ["甲300"]
        assert texts(engine, "标题", filters={"登记": "2023-04-10..2023-04-10"}, search="甲1") == ["甲1000"]
        assert texts(engine, "标题", sort="金额", offset=1, limit=2) == ["甲300", "甲1000"]


def test_the_list_behind_a_figure_is_that_figure(town: TownAt) -> None:
    with town.open() as engine:
        first, second, _ = deployed(engine)
        accept(engine, first)
        accept(engine, second)
        view = engine.statistic("受理率", "li", APRIL)
        assert view.text == "66.7%（2/3）"
        assert [(each.group, each.text) for each in view.groups] == [(("润城铸造",), "66.7%（2/3）")]
        for part, count in ((Part.NUMERATOR, 2), (Part.DENOMINATOR, 3)):
            for group in ((), ("润城铸造",)):
                drill = Drill("受理率", part, APRIL, group)
                assert engine.register("审批台账", "li", RegisterQuery(drill=drill)).total == count
        nothing = engine.statistic("受理率", "li", Period(date(2023, 3, 1), date(2023, 3, 31)))
        assert nothing.text == "—（本期无到期项）"


def test_a_void_case_stays_listed_and_is_left_out_of_the_figures_which_say_so(town: TownAt) -> None:
    with town.open() as engine:
        engine.load_organisation(replace(ORGANISATION, administrators=("li", "zhao")))
        first, *_ = deployed(engine)
        accept(engine, first)
        assert engine.statistic("受理率", "li", APRIL).text == "33.3%（1/3）"

        engine.act(first, "作废", by="li", reason="重复立案")
        (asked,) = [each for each in engine.options(first, by="zhao") if each.operation == "sign"]
        engine.act(first, "核准", by="zhao", to=asked.targets[0].value, reason="属实")

        restated = engine.statistic("受理率", "li", APRIL)
        assert (restated.text, restated.void) == ("0.0%（0/2）", 1)
        drill = Drill("受理率", Part.VOID, APRIL)
        assert [row.case for row in engine.register("审批台账", "li", RegisterQuery(drill=drill)).rows] == [
            first
        ]
        assert [row.void for row in engine.register("审批台账", "li", RegisterQuery()).rows] == [
            False,
            False,
            True,
        ]
