"""The register of duties as text: rows, figures with the list behind each number, what is in force."""

from dataclasses import replace
from datetime import UTC, date, datetime

from engine.definition import Citation
from engine.duty_book import DutyFigure, DutyKind, DutyRow
from engine.duty_rows import Standing
from engine.views import PersonView
from tests.unit.web.values import MOMENTS
from web import duty_page
from web.duty_page import Span

APRIL = Span(date(2023, 4, 1), date(2023, 4, 30))
WANG = PersonView("wang", "王杰")
ROW = DutyRow(
    "月检", "2023年4月", APRIL.first, APRIL.last, 1, WANG, "上庄村", 7, "月检〔2023〕1号",
    datetime(2023, 4, 30, 16, tzinfo=UTC), datetime(2023, 4, 12, 2, tzinfo=UTC), WANG, Standing.DONE, "", None,
)  # fmt: skip
FIGURE = DutyFigure(
    "月检", "月检", 3, 2, {**dict.fromkeys(Standing, 0), Standing.DONE: 2, Standing.MISSED: 1}
)
KIND = DutyKind(
    "月检", "每月至少1次", "6月1日至9月30日", True, "村主干", 12,
    (Citation("某通知", "第二条"),), ("A02-07",), "2023.1", date(2023, 4, 1),
)  # fmt: skip


def row(**changes: object) -> duty_page.OwedRow:
    made = replace(ROW, **changes)  # type: ignore[arg-type]  # the fields of DutyRow
    return duty_page.rows((made,), MOMENTS)[0]


def test_a_row_says_what_when_whose_and_how_it_stands() -> None:
    shown = row()
    assert (shown.duty, shown.term, shown.holder, shown.unit) == ("月检", "2023年4月", "王杰", "上庄村")
    assert (shown.due, shown.done, shown.chip.text) == ("2023-04-30", "2023-04-12 10:00", "按期完成")
    assert shown.address == "/cases/月检〔2023〕1号"


def test_a_limit_of_hours_names_the_hour() -> None:
    assert row(due=datetime(2023, 4, 30, 2, tzinfo=UTC)).due == "2023-04-30 10:00"


def test_who_stood_in_is_named_beside_the_moment() -> None:
    assert row(done_by=PersonView("li", "李可")).done == "2023-04-12 10:00（李可）"


def test_a_duty_of_the_town_and_an_excuse_are_said() -> None:
    shown = row(holder=None, done=None, done_by=None, standing=Standing.EXEMPT, excuse="免办：整期请假")
    assert (shown.holder, shown.done, shown.chip.text, shown.chip.note) == (
        "全镇",
        "",
        "免办",
        "免办：整期请假",
    )


def test_every_number_leads_to_the_list_behind_it_and_nought_to_none() -> None:
    (shown,) = duty_page.figures((FIGURE,), "duty", APRIL)
    assert (shown.rate, shown.fallen, shown.done.number) == ("66.7%（2/3）", "3", "2")
    assert shown.done.address == (
        "/duties?tab=rows&from=2023-04-01&until=2023-04-30&duty=%E6%9C%88%E6%A3%80&standing=done"
    )
    assert [(count.label, count.number, bool(count.address)) for count in shown.others] == [
        ("逾期补做", "0", False),
        ("未完成", "1", True),
        ("抽查不实", "0", False),
        ("免办", "0", False),
        ("待完成", "0", False),
    ]


def test_nothing_fallen_due_has_no_rate() -> None:
    assert replace(FIGURE, fallen=0, done=0).rate_text == "—（本期无到期项）"


def test_a_duty_in_force_says_how_often_by_whom_and_on_what_ground() -> None:
    (shown,) = duty_page.kinds((KIND,))
    assert shown.period == "每月至少1次（6月1日至9月30日），本镇定的"
    assert (shown.role, shown.holders, shown.basis, shown.obligations) == (
        "村主干",
        "12 人",
        "《某通知》第二条",
        "A02-07",
    )


def test_a_role_that_nobody_holds_is_said_to_generate_nothing() -> None:
    (shown,) = duty_page.kinds((replace(KIND, holders=0),))
    assert shown.missing and shown.holders == "目前无人担任，不会生成"


def test_the_usual_periods_are_whole() -> None:
    found = duty_page.presets(date(2023, 5, 10), "duty", Span(date(2023, 4, 1), date(2023, 4, 30)))
    assert [(link.label, link.current) for link in found] == [
        ("本月", False),
        ("上月", True),
        ("本季度", False),
        ("今年", False),
    ]
    assert "from=2023-04-01&until=2023-06-30" in found[2].address
