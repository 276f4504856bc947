"""页面随时间说什么：时限说明、逾期、先后认领、撤回、催办、延期、看当时、核验。"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import Engine
from engine.definition import Citation, Definition, Document, Extension, Performer, Secrecy
from engine.expressions import Literal
from engine.values import Kind, Span, Type, Unit
from tests.integration.town import FORM, ORGANISATION, TownAt, approval
from tests.integration.visitor import Visitor
from tests.unit.core.building import process, step, within
from web.app import create_app
from web.calendar_file import read_calendar
from web.demo import PASSWORD
from web.settings import LIBRARY, load_settings

MONDAY = datetime(2023, 4, 3, 1, 0, tzinfo=UTC)


def extensible() -> Definition:
    """A step of 3 working days that may be extended once by at most 2, signed by another."""
    most = Literal(Span(2, Unit.WORKING_DAY), Type(Kind.DURATION))
    rung = Extension(
        most,
        1,
        (Performer("站长"),),
        documents=("延期批复",),
        basis=(Citation("润政发〔2023〕1号", "第八条"),),
    )
    return process(
        step("整改", "经办", deadlines=(within(3, Unit.WORKING_DAY),), extensions=(rung,)),
        step("复查", "站长"),
        documents=(Document("延期批复", Secrecy.INTERNAL, numbering="延〔{年}〕{序号}号"),),
    )


@dataclass
class Desk:
    """A town with pages; `visit` signs a person in."""

    town: TownAt
    engine: Engine
    visit: Callable[[str], Visitor]
    path: Path

    def item(self, account: str, tab: str = "todo") -> str:
        (item,) = self.engine.inbox(account, tab=tab).items
        return f"/tasks/{item.id}"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    path = tmp_path / "town.db"
    town = TownAt(f"sqlite:///{path}")
    town.clock.now = MONDAY
    with town.open(name="润城镇") as engine:
        engine.load_organisation(ORGANISATION)
        engine.load_calendar(read_calendar(json.loads((LIBRARY / "shared" / "calendar.json").read_text())))
        engine.deploy((approval(), extensible()), by="li", reason="测试", effective=MONDAY.date())
        for account in ("li", "zhao", "sun", "shen", "wang"):
            engine.set_password(account, PASSWORD, by=account)
        app = create_app(engine, load_settings(town.url, tmp_path))

        def visit(account: str) -> Visitor:
            visitor = Visitor(app.test_client())
            assert visitor.post("/login", {"account": account, "password": PASSWORD}).status_code == 302
            return visitor

        yield Desk(town, engine, visit, path)


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_numbers_on_the_first_page_are_those_of_the_lists(desk: Desk) -> None:
    for number in range(3):
        desk.engine.start("审批", by="wang", form=FORM | {"标题": f"{number}号"})
    office = desk.visit("li")
    desk.engine.act(desk.engine.inbox("li", tab="claim").items[0].id, "claim", by="li")
    desk.town.clock.move(days=9)

    first = office.client.get("/", follow_redirects=True).get_data(as_text=True)
    for name, expected in (("todo", 1), ("claim", 2), ("overdue", 3)):
        assert re.search(rf'data-count="{name}">{expected}<', first), name
        shown = office.get(f"/inbox?tab={name}")
        assert shown.count('class="open"') == expected and f"共 {expected} 项" in shown


def test_the_computation_names_start_holiday_end_and_article(desk: Desk) -> None:
    desk.engine.start(extensible().name, by="li")
    said = text(desk.visit("li").get("/inbox?tab=claim"))

    assert "自2023年4月3日到达“整改”次日起算，3个工作日" in said
    assert "4月5日清明节放假不计" in said and "4月7日24时到期" in said


def test_what_is_late_is_a_red_square_with_a_word(desk: Desk) -> None:
    desk.engine.start(extensible().name, by="li")
    desk.town.clock.move(days=5)
    page = desk.visit("li").get("/inbox?tab=overdue")

    assert 'class="chip due"' in page and "■!" in page and "逾期 1 天" in page


def test_who_claims_second_is_told_who_was_first_and_when(desk: Desk) -> None:
    desk.engine.start("审批", by="wang", form=FORM)
    one, two = desk.visit("li"), desk.visit("zhao")
    item = desk.item("li", "claim")
    pages = [each.get(item) for each in (one, two)]

    assert one.post(f"{item}/claim", {}, pages[0]).status_code == 302
    answer = two.post(f"{item}/claim", {"核查.情况": "写了一半"}, pages[1])

    said = text(answer.get_data(as_text=True))
    assert answer.status_code == 409 and "李可于4月3日09:00认领" in said
    assert "查看这件待办的最新情况" in said and "写了一半" in said
    assert desk.engine.item(item.removeprefix("/tasks/")).holder == desk.engine.inbox("li").items[0].holder


def test_a_submission_is_taken_back_until_somebody_opens_what_follows(desk: Desk) -> None:
    desk.engine.start("审批", by="wang", form=FORM)
    item, office = desk.item("li", "claim"), desk.visit("li")
    assert office.post(item, {"核查.情况": "属实", "do": "submit"}).status_code == 302
    assert f'action="{item}/recall"' in office.get(item)

    assert office.post(f"{item}/recall", {}, office.get(item)).status_code == 302
    again = desk.engine.inbox("li").items or desk.engine.inbox("li", tab="claim").items
    assert "属实" in office.get(f"/tasks/{again[0].id}")

    office.post(f"/tasks/{again[0].id}", {"核查.情况": "属实", "do": "submit"})
    following = next(each for each in desk.engine.inbox("sun").items)
    desk.visit("sun").get(f"/tasks/{following.id}")
    late = office.get(f"/tasks/{again[0].id}")
    assert "/recall" not in late and "撤回" in text(late)


def test_urging_again_within_a_day_sends_nothing_and_says_when_the_first_was(desk: Desk) -> None:
    desk.engine.start("审批", by="wang", form=FORM)
    item = desk.item("li", "claim")
    desk.engine.act(item.removeprefix("/tasks/"), "claim", by="zhao")
    grid = desk.visit("wang")
    case = f"/cases/{desk.engine.cases(by='li').items[0].number}"

    grid.post(f"{case}/act/urge", {}, grid.get(case))
    desk.town.clock.move(hours=2)
    sent = len(desk.engine.notices("zhao"))
    answer = grid.post(f"{case}/act/urge", {}, grid.get(case))

    said = text(grid.get(answer.headers["Location"]))
    assert "4月3日9时已经通知过，24小时内不再发" in said
    assert len(desk.engine.notices("zhao")) == sent
    assert text(desk.visit("li").get(f"{case}/timeline")).count("催办") >= 2


def test_an_extension_shows_the_old_and_the_new_end_and_the_most(desk: Desk) -> None:
    desk.engine.start(extensible().name, by="li")
    item, office = desk.item("li", "claim"), desk.visit("li")
    office.post(f"{item}/claim", {}, office.get(item))
    assert office.post(f"{item}/extend", {"reason": "缺配件"}, office.get(item)).status_code == 302

    asked = next(each for each in desk.engine.inbox("sun").items if "延期审批" in each.step)
    said = text(desk.visit("sun").get(f"/tasks/{asked.id}"))
    assert "原定到期 2023年4月7日24时" in said and "批准后到期 2023年4月11日24时" in said
    assert "批准后出具 《延期批复》" in said
    assert "最多可延 2个工作日，到2023年4月11日24时" in said and "缺配件" in said and "第八条" in said


def test_an_extension_is_not_offered_once_it_is_late(desk: Desk) -> None:
    desk.engine.start(extensible().name, by="li")
    item, office = desk.item("li", "claim"), desk.visit("li")
    office.post(f"{item}/claim", {}, office.get(item))
    desk.town.clock.move(days=6)

    page = office.get(item)
    assert "/extend" not in page and "已经到期，应在到期前申请" in page


def test_a_moment_of_a_closed_case_is_only_looked_at_and_opens_again(desk: Desk) -> None:
    case = desk.engine.start(extensible().name, by="li")
    for account in ("li", "sun"):
        item = desk.engine.case(case.id).items[0].id
        desk.engine.complete(item, by=account)
    auditor = desk.visit("shen")
    address = f"/audit/cases/{case.number}?at=2"
    page = auditor.get(address)

    assert "第 2 号记录时的状态（只读）" in page and "正在查看 2023-04-03 09:00:00" in page
    assert 'method="post"' not in page and "/correct/" not in page
    assert text(auditor.get(address)).replace("09:00", "") == text(page).replace("09:00", "")


def test_a_changed_byte_is_named_and_green_is_said_carefully(desk: Desk) -> None:
    case = desk.engine.start("审批", by="wang", form=FORM)
    auditor = desk.visit("shen")
    assert "未发现改动" in auditor.get(f"/cases/{case.number}/verify")

    with sa.create_engine(desk.town.url).begin() as database:
        database.execute(
            sa.text("UPDATE history SET body = replace(body, '配电箱', '配电柜') WHERE revision = 1")
        )
    said = text(auditor.get("/audit/verify?run=1"))
    assert "发现记录与链不符" in said and f"{case.number}第1条" in said


def test_a_restricted_room_says_which_permission_and_who_grants_it(desk: Desk) -> None:
    said = text(desk.visit("wang").get("/admin/users"))
    assert "要有“系统管理员”权限" in said and "权限由管理员授予：李可" in said


def test_停滞的案件写在案件页和运行情况里(desk: Desk) -> None:
    case = desk.engine.start("审批", by="wang", form=FORM)
    page = desk.visit("li").get(f"/cases/{case.number}")
    assert "在等什么" not in page
    posts = tuple(each for each in ORGANISATION.posts if each.role != "经办")
    desk.engine.load_organisation(replace(ORGANISATION, posts=posts), by="li")
    assert "没有人担任经办" in desk.visit("li").get(f"/cases/{case.number}")
    health = desk.visit("li").get("/admin/health")
    assert "1 件没有人能往下办" in health and case.number in health


def test_流程页列出在办案件按哪一版(desk: Desk) -> None:
    case = desk.engine.start("审批", by="wang", form=FORM)
    desk.engine.deploy((replace(approval(), version="2"),), by="li", reason="改版", effective=MONDAY.date())
    page = desk.visit("li").get("/studio/审批")
    assert "旧版" in page and "1 件" in page
    digest = desk.engine.case(case.id).digest
    assert case.number in desk.visit("li").get(f"/cases?version={digest}")
    desk.engine.migrate([case.id], "li", "新版施行")
    assert case.number not in desk.visit("li").get(f"/cases?version={digest}")


def test_the_basis_of_a_case_says_in_prose_the_version_under_which_it_runs(desk: Desk) -> None:
    number = desk.engine.start(extensible().name, by="li").number
    later = replace(process(step("自查", "经办"), step("复查", "站长")), version="2")
    desk.engine.deploy((later,), by="li", reason="加一步", effective=MONDAY.date())

    before = text(desk.visit("li").get(f"/cases/{number}/basis"))
    after = text(desk.visit("li").get(f"/cases/{desk.engine.start(later.name, by='li').number}/basis"))

    assert "1. 整改。由经办办理。时限：从到达这一步起3个工作日内" in before
    assert (
        "可以延期一次，至多2个工作日，由站长批准，批准时出具“延期批复”（《润政发〔2023〕1号》第八条）"
        in before
    )
    assert "自查" not in before and "（版本 2）" in after and "1. 自查。由经办办理。" in after
