"""Which row of which table decided is on record, before what follows from it."""

from engine.definition import (
    AnyValue,
    Data,
    Deadline,
    Field,
    Form,
    HitPolicy,
    Input,
    OneOf,
    Row,
    SetData,
    Table,
    TableVersion,
)
from engine.events import DataSet, FormSubmitted, TableRead
from engine.expressions import Literal, TableCall
from engine.values import Kind, Span, Type, Unit
from tests.unit.core.building import field, form, process, step, text
from tests.unit.core.world import running

TEXT = Type(Kind.TEXT)


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
