"""Which row of which table decided is on record, before what follows from it."""

from decimal import Decimal

from engine.commands import Act, StartHandler
from engine.definition import (
    AnyValue,
    Citation,
    Data,
    Deadline,
    Field,
    Form,
    HitPolicy,
    Input,
    OneOf,
    Row,
    Rule,
    RuleException,
    SetData,
    Table,
    TableVersion,
)
from engine.events import DataSet, FormSubmitted, RuleRead, TableRead
from engine.expressions import Literal, RuleCall, TableCall
from engine.values import Kind, Span, Type, Unit
from tests.unit.core.building import check, equal, field, form, handler, process, step, text, wait
from tests.unit.core.world import running

TEXT = Type(Kind.TEXT)
LENIENT = Citation("《行政处罚法》", "第三十二条")


def money(value: int) -> Literal:
    return Literal(Decimal(value), Type(Kind.MONEY))


def test_the_row_that_decided_is_recorded() -> None:
    rows = (Row((OneOf((text("大"),)),), (text("重大"),)), Row((AnyValue(),), (text("一般"),)))
    table = Table(
        "分级", (Input("规模", TEXT),), (Input("等级", TEXT),), HitPolicy.FIRST, (TableVersion(rows),)
    )
    graded = SetData("等级", TableCall("分级", (field("规模", "单"),), "等级"))
    made = process(
        step("定级", fills=("单",), sets=(graded,)),
        step("二"),
        forms=(form("单", "规模"),),
        tables=(table,),
        data=(Data("等级", TEXT),),
    )
    case = running(made)
    case.complete("定级", forms={"单": {"规模": "小"}})
    read = case.happened(TableRead)[0]
    assert (read.table, read.rows, read.results) == ("分级", (2,), ("一般",))
    kinds = [type(event) for event in case.last]
    assert kinds.index(TableRead) < kinds.index(DataSet)


def test_a_row_that_computed_a_field_is_recorded_once_with_the_form() -> None:
    rows = (Row((OneOf((text("大"),)),), (text("重大"),)), Row((AnyValue(),), (text("一般"),)))
    table = Table(
        "分级", (Input("规模", TEXT),), (Input("等级", TEXT),), HitPolicy.FIRST, (TableVersion(rows),)
    )
    graded = Field("等级", TEXT, computed=TableCall("分级", (field("规模", "单"),), "等级"))
    made = process(
        step("定级", fills=("单",)),
        step("二"),
        forms=(Form("单", (Field("规模", TEXT), graded)),),
        tables=(table,),
    )
    case = running(made)
    case.complete("定级", forms={"单": {"规模": "大"}})
    assert [read.rows for read in case.happened(TableRead)] == [(1,)]
    kinds = [type(event) for event in case.last]
    assert kinds.index(FormSubmitted) < kinds.index(TableRead)


def test_a_row_that_gave_a_limit_is_recorded_when_the_step_is_reached() -> None:
    week = Literal(Span(7, Unit.DAY), Type(Kind.DURATION))
    table = Table(
        "期限表",
        (Input("规模", TEXT),),
        (Input("期限", Type(Kind.DURATION)),),
        HitPolicy.FIRST,
        (TableVersion((Row((AnyValue(),), (week,)),)),),
    )
    limit = Deadline(span=TableCall("期限表", (field("规模", "单"),), "期限"))
    made = process(
        step("定级", fills=("单",)),
        step("二", deadlines=(limit,)),
        forms=(form("单", "规模"),),
        tables=(table,),
    )
    case = running(made)
    case.complete("定级", forms={"单": {"规模": "大"}})
    assert [(read.table, read.rows) for read in case.happened(TableRead)] == [("期限表", (1,))]


def test_what_a_rule_concluded_is_recorded_with_the_exception_that_decided() -> None:
    amount = Type(Kind.MONEY)
    lighter = RuleException("主动消除", (), Literal(True, Type(Kind.YES_NO)), money(1_000), (LENIENT,))
    rule = Rule("罚款", amount, (), money(5_000), (lighter,), floor=money(2_000))
    made = process(
        step("处理", sets=(SetData("金额", RuleCall("罚款", ())),)),
        step("二"),
        rules=(rule,),
        data=(Data("金额", amount),),
    )
    case = running(made)
    case.complete("处理")
    (read,) = case.happened(RuleRead)
    assert (read.rule, read.cases, read.result, read.bound) == ("罚款", ("主动消除",), Decimal(2_000), "下限")
    assert "第三十二条" in read.basis


def size_table() -> Table:
    rows = (Row((OneOf((text("大"),)),), (text("重大"),)), Row((AnyValue(),), (text("一般"),)))
    return Table(
        "分级", (Input("规模", TEXT),), (Input("等级", TEXT),), HitPolicy.FIRST, (TableVersion(rows),)
    )


def test_a_row_read_only_in_a_check_is_recorded() -> None:
    graded = equal(TableCall("分级", (field("规模", "单"),), "等级"), "一般")
    made = process(
        step("定级", fills=("单",), verifies=(check(graded, "重大的另行办理"),)),
        step("二"),
        forms=(form("单", "规模"),),
        tables=(size_table(),),
    )
    case = running(made)
    case.complete("定级", forms={"单": {"规模": "小"}})
    assert [event.rows for event in case.happened(TableRead)] == [(2,)]


def test_a_row_that_ended_a_wait_is_recorded_once() -> None:
    grave = equal(TableCall("分级", (field("规模", "单"),), "等级"), "重大")
    made = process(
        step("填报", fills=("单",)),
        wait("等待重大", condition=grave),
        step("二"),
        handlers=(handler("续报", step("补填", fills=("单",))),),
        forms=(form("单", "规模"),),
        tables=(size_table(),),
    )
    case = running(made)
    case.complete("填报", forms={"单": {"规模": "小"}})
    assert not case.happened(TableRead), "a condition that does not hold decides nothing"
    case.do(StartHandler(Act("经办甲"), "续报", {}))
    case.complete("补填", forms={"单": {"规模": "大"}})
    assert [event.rows for event in case.happened(TableRead)] == [(1,)]
    assert case.steps() == ["二"]
