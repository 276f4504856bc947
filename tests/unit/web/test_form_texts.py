"""Forms as typed in a browser: every kind of field reads back, every mistake is said beside its field."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.definition import Field, Form
from engine.expressions import Literal
from engine.values import FileRef, Kind, Record, Span, Type, Unit
from web.form_texts import Reader, Texts, add_entry, read_form, remove_entry, texts_of

ZONE = ZoneInfo("Asia/Shanghai")
ALWAYS = Literal(True, Type(Kind.YES_NO))
PHOTO = FileRef("ab" * 32, "现场.jpg", 40_000, "image/jpeg")

ENTRY = Form("建议", (Field("内容", Type(Kind.TEXT), required=ALWAYS), Field("期限", Type(Kind.DATE))))
FORM = Form(
    "登记",
    (
        Field("地点", Type(Kind.PLACE), required=ALWAYS),
        Field("描述", Type(Kind.LONG_TEXT)),
        Field("处数", Type(Kind.INTEGER)),
        Field("人数", Type(Kind.HEADCOUNT)),
        Field("系数", Type(Kind.NUMBER)),
        Field("资金", Type(Kind.MONEY)),
        Field("比例", Type(Kind.RATIO)),
        Field("完成日期", Type(Kind.DATE)),
        Field("发现时间", Type(Kind.TIME)),
        Field("期限", Type(Kind.DURATION)),
        Field("重大", Type(Kind.YES_NO)),
        Field("等级", Type(Kind.ENUM, "等级")),
        Field("责任人", Type(Kind.PERSON)),
        Field("成员", Type(Kind.PEOPLE)),
        Field("单位", Type(Kind.UNIT)),
        Field("照片", Type(Kind.PHOTO)),
        Field("建议", Type(Kind.LIST, "建议")),
        Field("合计", Type(Kind.MONEY), computed=Literal(Decimal(0), Type(Kind.MONEY))),
    ),
)
VALUES: Record = {
    "地点": "3号车间",
    "描述": "配电箱未接地\n<script>alert(1)</script>",
    "处数": 2,
    "人数": 7,
    "系数": Decimal("1.25"),
    "资金": Decimal("12000.50"),
    "比例": Decimal("0.15"),
    "完成日期": date(2023, 4, 17),
    "发现时间": datetime(2023, 4, 10, 9, 12, tzinfo=ZONE),
    "期限": Span(5, Unit.WORKING_DAY),
    "重大": False,
    "等级": "重大",
    "责任人": "li-ke",
    "成员": ("li-ke", "wang-jie"),
    "单位": "V01",
    "照片": (PHOTO,),
    "建议": ({"内容": "接地", "期限": date(2023, 5, 1)}, {"内容": "培训", "期限": None}),
}


def reader() -> Reader:
    return Reader(
        ZONE,
        {"建议": ENTRY},
        {"li-ke": "李科", "wang-jie": "王姐"},
        {"V01": "陈庄村", "V02": "李庄村"},
        {"等级": ("重大", "一般")},
        lambda token: PHOTO if token == "好" else None,
    )


def read(**typed: str) -> tuple[Record, Mapping[str, str]]:
    texts: dict[str, Sequence[str]] = {"登记.地点": ["院内"]}
    texts |= {f"登记.{name}": [text] for name, text in typed.items()}
    reading = read_form(FORM, texts, reader())
    return reading.values, reading.errors


def test_what_is_shown_reads_back_to_the_same_values() -> None:
    texts = texts_of(FORM, VALUES, {"建议": ENTRY}, ZONE, lambda _: "好")
    reading = read_form(FORM, texts, reader())
    assert reading.errors == {}
    assert reading.values == VALUES


def test_a_required_field_left_empty_is_named() -> None:
    reading = read_form(FORM, {"登记.地点": ["  "]}, reader())
    assert reading.errors == {"登记.地点": "请填写“地点”。"}


def test_a_computed_field_is_never_taken_from_the_browser() -> None:
    values, _ = read(合计="999")
    assert "合计" not in values


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("处数", "３", 3),
        ("人数", "12 人", 12),
        ("资金", "1,200.5元", Decimal("1200.5")),
        ("比例", "15%", Decimal("0.15")),
        ("完成日期", "2023年4月17日", date(2023, 4, 17)),
        ("完成日期", "2023/4/17", date(2023, 4, 17)),
        ("发现时间", "2023-04-10 09:12", datetime(2023, 4, 10, 9, 12, tzinfo=ZONE)),
        ("责任人", "王姐", "wang-jie"),
        ("单位", "李庄村", "V02"),
    ],
)
def test_what_people_write_is_understood(field: str, typed: str, value: object) -> None:
    values, errors = read(**{field: typed})
    assert errors == {}
    assert values[field] == value


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("处数", "三", "“处数”应填整数，例如 3。现在填的是“三”。"),
        ("资金", "3万", "“资金”应填以元为单位的数字，例如 12000 或 12000.50。现在填的是“3万”。"),
        ("完成日期", "2023-02-30", "“完成日期”应填日期，例如 2023-04-17。现在填的是“2023-02-30”。"),
        ("重大", "true", "“重大”请选“是”或“否”。"),
        ("等级", "特大", "“等级”请从 重大、一般 中选。"),
        ("责任人", "root", "“责任人”里没有“root”这个人，请从名单中选。"),
        ("单位", "外村", "“单位”里没有“外村”这个单位，请从名单中选。"),
    ],
)
def test_what_cannot_be_read_says_what_to_write_instead(field: str, typed: str, sentence: str) -> None:
    _, errors = read(**{field: typed})
    assert errors == {f"登记.{field}": sentence}


def test_a_file_that_was_not_uploaded_by_this_person_is_dropped() -> None:
    values, _ = read(照片="别人的")
    assert values["照片"] == ()


def test_empty_entries_of_a_list_are_dropped_and_wrong_ones_are_named() -> None:
    texts: Texts = {
        "登记.地点": ["院内"],
        "登记.建议.rows": ["3"],
        "登记.建议.0.内容": ["接地"],
        "登记.建议.1.内容": [""],
        "登记.建议.2.期限": ["明天"],
    }
    reading = read_form(FORM, texts, reader())
    assert reading.errors == {
        "登记.建议.2.内容": "请填写“内容”。",
        "登记.建议.2.期限": "“期限”应填日期，例如 2023-04-17。现在填的是“明天”。",
    }


def test_removing_an_entry_moves_the_later_ones_up() -> None:
    texts = {"a.rows": ["3"], "a.0.x": ["一"], "a.1.x": ["二"], "a.2.x": ["三"], "b": ["留"]}
    assert remove_entry(texts, "a.1") == {"a.rows": ["2"], "a.0.x": ["一"], "a.1.x": ["三"], "b": ["留"]}


def test_adding_an_entry_keeps_what_was_typed() -> None:
    assert add_entry({"a.0.x": ["一"]}, "a") == {"a.0.x": ["一"], "a.rows": ["2"]}


@pytest.mark.parametrize("rows", ["-1", "abc", "99999999", ""])
def test_a_forged_number_of_entries_does_no_harm(rows: str) -> None:
    reading = read_form(FORM, {"登记.地点": ["院内"], "登记.建议.rows": [rows]}, reader())
    assert reading.values["建议"] == ()
