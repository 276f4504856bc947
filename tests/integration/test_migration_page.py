"""改按现行版本：先看每件案件的去向，再迁移。"""

from collections.abc import Mapping

import pytest

from tests.integration.test_pages_over_time import MONDAY, Desk, desk, text
from tests.integration.test_versions import second
from tests.integration.town import FORM, approval

__all__ = ["desk"]  # a fixture

ADDRESS = "/studio/审批/migration"
RENAMED = {"pairs": "会办=会商", "reason": "按新文件办理"}


@pytest.fixture
def running(desk: Desk) -> int:
    """A case under version 1, between 会办's branches; version 2 in force calls that block 会商."""
    case = desk.engine.start("审批", by="wang", form=FORM)
    (item,) = desk.engine.inbox("li", tab="claim").items
    desk.engine.complete(item.id, by="li", form={"情况": "属实"})
    desk.engine.deploy((second(),), by="li", reason="改了名", effective=MONDAY.date())
    return case.id


def sent(desk: Desk, by: str = "li", **form: str) -> tuple[int, str]:
    visitor = desk.visit(by)
    answer = visitor.post(ADDRESS, form, visitor.get("/me"))
    return answer.status_code, text(answer.text)


def test_the_definition_leads_to_it_while_cases_keep_an_older_version(desk: Desk, running: int) -> None:
    assert ADDRESS in desk.visit("li").get("/studio/审批")
    desk.engine.migrate([running], "li", "新版施行", renamed={"会办": "会商"})
    assert ADDRESS not in desk.visit("li").get("/studio/审批")
    assert "没有按旧版办理的在办案件" in desk.visit("li").get(ADDRESS)


def test_what_has_no_image_is_named_and_nothing_is_offered(desk: Desk, running: int) -> None:
    page = text(desk.visit("li").get(ADDRESS))
    assert "1 件在办案件按旧版办理：0 件可以改，1 件还不能。" in page
    assert "并行“会办”新版没有对应的步骤" in page
    assert "迁移 1 件" not in page
    assert desk.engine.case(running).version == "1"


def test_a_name_given_for_it_shows_where_everything_goes(desk: Desk, running: int) -> None:
    status, page = sent(desk, pairs="会办＝会商", act="look")
    assert status == 200 and "1 件可以改" in page and "迁移 1 件" in page
    assert "并行 会办 → 会商" in page and "令牌 甲办 → 甲办" in page
    assert desk.engine.case(running).version == "1"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"pairs": "会办=会商", "reason": " "}, "请写明迁移理由。没有迁移。"),
        ({"pairs": "会办 会商", "reason": "新版"}, "“会办 会商”应写成“旧=新”，一行一对。没有迁移。"),
    ],
)
def test_without_a_reason_or_with_a_pair_that_is_none_nothing_moves(
    desk: Desk, running: int, form: Mapping[str, str], said: str
) -> None:
    status, page = sent(desk, act="migrate", **form)
    assert status == 422 and said in page
    assert form["pairs"] in page, "what was typed is kept"
    assert desk.engine.case(running).version == "1"


def test_migrated_cases_say_so(desk: Desk, running: int) -> None:
    visitor = desk.visit("li")
    assert visitor.post(ADDRESS, {**RENAMED, "act": "migrate"}).status_code == 302
    assert "已迁移 1 件。" in visitor.get(ADDRESS)
    assert desk.engine.case(running).version == "2"
    assert "按新文件办理" in visitor.get(f"/cases/{running}/timeline")


def test_only_administrators_come_here(desk: Desk, running: int) -> None:
    assert desk.visit("wang").client.get(ADDRESS).status_code == 403
    status, _ = sent(desk, by="wang", act="migrate", **RENAMED)
    assert status == 403 and desk.engine.case(running).version == "1"


def test_cases_that_cannot_go_do_not_hide_those_behind_them(
    desk: Desk, running: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.migration.MOST", 1)
    desk.engine.deploy((approval(),), by="li", reason="恢复旧版", effective=MONDAY.date())
    behind = desk.engine.start("审批", by="wang", form=FORM).id
    desk.engine.deploy((second(),), by="li", reason="再改名", effective=MONDAY.date())
    assert desk.engine.other_versions("审批") == (running, behind)

    visitor = desk.visit("li")
    first = visitor.get(ADDRESS)
    assert "2 件在办案件按旧版办理，这一页 1 件：0 件可以改" in first
    after = f"{ADDRESS}?after={running}"
    assert after in first
    visitor.post(after, {"pairs": "", "reason": "按新文件办理", "act": "migrate"})
    assert desk.engine.other_versions("审批") == (running,)
