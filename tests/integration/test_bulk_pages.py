"""成批办理 on the pages: mark, choose, confirm with the number, read what became of each."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import Engine, open_engine
from tests.browser.hazards import report_hazards
from tests.integration.visitor import Visitor
from web.app import create_app
from web.demo import PASSWORD
from web.settings import load_settings

MARK = re.compile(r'name="item" value="([^"]+)" form="bulk"')
PICKED = re.compile(r'<input type="hidden" name="item" value="([^"]+)">')


@pytest.fixture
def town(tmp_path: Path, furnished: Path) -> Iterator[Engine]:
    shutil.copy(furnished, tmp_path / "town.db")
    with open_engine(f"sqlite:///{tmp_path / 'town.db'}", tenant="demo", demo=True) as engine:
        report_hazards(engine, 3)
        yield engine


@pytest.fixture
def office(town: Engine, tmp_path: Path) -> Visitor:
    """The safety office, who is an administrator too."""
    return visitor(town, tmp_path, "li-ke")


def visitor(town: Engine, folder: Path, account: str) -> Visitor:
    app = create_app(town, load_settings(f"sqlite:///{folder / 'town.db'}", folder))
    someone = Visitor(app.test_client())
    someone.post("/login", {"account": account, "password": PASSWORD})
    return someone


def test_what_is_marked_is_confirmed_with_its_number_and_done(town: Engine, office: Visitor) -> None:
    listed = office.get("/inbox?tab=claim")
    marks = MARK.findall(listed)
    asked = office.post("/bulk", {"item": marks, "operation": "claim"}, listed).get_data(as_text=True)
    assert "共 3 项" in asked and PICKED.findall(asked) == marks and "1号车间" in asked
    assert town.counts("li-ke").todo == 0, "nothing is done before it is confirmed"

    done = office.post("/bulk/run", {"item": marks, "operation": "claim"}, asked)

    assert "已认领 3 项，未办成 0 项" in office.get(done.location)
    assert town.counts("li-ke").todo == 3


def test_what_was_refused_says_why_and_can_be_tried_again_alone(town: Engine, office: Visitor) -> None:
    listed = office.get("/inbox?tab=claim")
    marks = MARK.findall(listed)
    town.act(marks[1], "claim", by="li-ke")
    asked = office.post("/bulk", {"item": [*marks, "999-1"], "operation": "claim"}, listed)

    done = office.post(
        "/bulk/run", {"item": [*marks, "999-1"], "operation": "claim"}, asked.get_data(as_text=True)
    )
    page = office.get(done.location)

    assert "已认领 2 项，未办成 2 项" in page and "没有找到" in page
    assert PICKED.findall(page) == [marks[1], "999-1"]


def test_a_second_click_does_nothing_more(town: Engine, office: Visitor) -> None:
    listed = office.get("/inbox?tab=claim")
    marks = MARK.findall(listed)
    asked = office.post("/bulk", {"item": marks, "operation": "claim"}, listed).get_data(as_text=True)
    first = office.post("/bulk/run", {"item": marks, "operation": "claim"}, asked)
    groups = town.verify().groups

    assert office.post("/bulk/run", {"item": marks, "operation": "claim"}, asked).location == first.location
    assert town.verify().groups == groups


def test_a_reason_and_a_person_are_asked_for(town: Engine, office: Visitor) -> None:
    listed = office.get("/inbox?tab=claim")
    marks = MARK.findall(listed)
    for missing in ({"to": "zhou-li"}, {"reason": "调岗"}):
        answer = office.post("/bulk/run", {"item": marks, "operation": "transfer", **missing}, listed)
        assert answer.status_code == 422 and "没有办理" in answer.get_data(as_text=True)
    assert town.counts("li-ke").claim == 3


def test_nothing_marked_is_said_and_what_is_not_offered_is_refused(office: Visitor) -> None:
    listed = office.get("/inbox?tab=claim")
    answer = office.post("/bulk", {"operation": "claim", "back": "/inbox?tab=claim"}, listed)
    assert answer.location == "/inbox?tab=claim" and "还没有勾选" in office.get(answer.location)
    assert office.post("/bulk", {"item": ["1-3"], "operation": "complete"}, listed).status_code == 400
    assert (
        office.post("/bulk", {"operation": "claim", "back": "https://elsewhere"}, listed).location == "/inbox"
    )


def test_administrators_end_many_cases_and_others_are_not_offered_it(
    town: Engine, office: Visitor, tmp_path: Path
) -> None:
    listed = office.get("/cases?process=隐患整改")
    marks = MARK.findall(listed)
    assert len(marks) == 3
    asked = office.post("/bulk", {"item": marks, "operation": "terminate"}, listed).get_data(as_text=True)
    assert "终止以后不能恢复" in asked
    done = office.post("/bulk/run", {"item": marks, "operation": "terminate", "reason": "重复登记"}, asked)

    assert "已终止 3 项" in office.get(done.location)
    assert town.running().get("隐患整改") is None
    assert MARK.findall(visitor(town, tmp_path, "wang-jie").get("/cases")) == []


def test_the_answers_are_shown_to_nobody_else(town: Engine, office: Visitor, tmp_path: Path) -> None:
    listed = office.get("/inbox?tab=claim")
    marks = MARK.findall(listed)
    done = office.post("/bulk/run", {"item": marks, "operation": "claim", "key": "k"}, listed)
    other = visitor(town, tmp_path, "wang-jie")
    assert other.client.get(done.location).status_code == 404


def test_a_leaver_hands_everything_over(town: Engine, office: Visitor) -> None:
    town.act_on_all(
        [item.id for item in town.inbox("li-ke", tab="claim").items], "claim", by="li-ke", key="c"
    )
    page = office.get("/admin/users")
    refused = office.post("/admin/hand-over", {"leaver": "li-ke", "to": "zhou-li"}, page)
    assert refused.status_code == 422 and town.counts("li-ke").todo == 3

    done = office.post("/admin/hand-over", {"leaver": "li-ke", "to": "wang-jie", "reason": "调离"}, page)

    assert "共 3 项" in office.get(done.location)
