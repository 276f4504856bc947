"""坏的输入：每一种都有一句清楚的中文答复，并且什么也没有改变。"""

import errno
import re
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine import Engine, open_engine
from tests.integration.visitor import Visitor
from web.app import create_app
from web.demo import PASSWORD
from web.settings import LIBRARY, MEGABYTE, load_settings

PROCESS = "隐患整改"
FORM = {
    "隐患登记.所在单位": "E01",
    "隐患登记.地点": "3号车间",
    "隐患登记.描述": "配电箱没有接地",
    "隐患登记.来源": "上级交办",
    "隐患登记.发现时间": "2026-11-24T08:30",
}


@pytest.fixture
def town(tmp_path: Path, furnished: Path) -> Iterator[Engine]:
    shutil.copy(furnished, tmp_path / "town.db")
    with open_engine(f"sqlite:///{tmp_path / 'town.db'}", tenant="demo", demo=True) as engine:
        yield engine


@pytest.fixture
def visit(town: Engine, tmp_path: Path) -> Any:
    url = f"sqlite:///{tmp_path / 'town.db'}"
    app = create_app(town, load_settings(url, tmp_path, environment={"ANLIU_FILE_LIMIT_MB": "1"}))

    def enter(account: str) -> Visitor:
        visitor = Visitor(app.test_client())
        answer = visitor.post("/login", {"account": account, "password": PASSWORD})
        assert answer.status_code == 302
        return visitor

    return enter


def groups(engine: Engine) -> int:
    """Count everything that was ever recorded."""
    return engine.verify().groups


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def started(visitor: Visitor) -> None:
    assert visitor.post(f"/start/{PROCESS}", {**FORM, "do": "submit"}).status_code == 302


def the_item(engine: Engine) -> str:
    (item,) = engine.inbox("li-ke", tab="claim").items
    return f"/tasks/{item.id}"


def test_a_wrong_value_is_said_beside_its_field_and_kept(town: Engine, visit: Any) -> None:
    visitor, before = visit("wang-jie"), groups(town)

    answer = visitor.post(f"/start/{PROCESS}", {**FORM, "隐患登记.发现时间": "昨天上午"})

    assert answer.status_code == 422
    assert "错误：" in text(answer) and "发现时间" in text(answer) and "3号车间" in text(answer)
    assert groups(town) == before


def test_a_foreign_task_is_not_shown(town: Engine, visit: Any) -> None:
    started(visit("wang-jie"))
    path, stranger = the_item(town), visit("hao-yu")
    before = groups(town)

    answer = stranger.client.get(path)

    assert answer.status_code in (403, 404)
    assert "配电箱" not in text(answer) and re.search("[\u4e00-\u9fff]{4}", text(answer))
    assert groups(town) == before


def test_a_second_submit_gets_the_result_of_the_first(town: Engine, visit: Any) -> None:
    visitor = visit("wang-jie")
    page = visitor.get(f"/start/{PROCESS}")
    first, second = (visitor.post(f"/start/{PROCESS}", FORM, page) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert len(town.cases(by="li-ke").items) == 1


def test_a_stale_page_is_told_who_was_first(town: Engine, visit: Any) -> None:
    started(visit("wang-jie"))
    path, office = the_item(town), visit("li-ke")
    page = office.get(path)
    town.complete(path.removeprefix("/tasks/"), by="feng-xiao", outcome="新隐患", form={})
    before = groups(town)

    answer = office.post(path, {"outcome": "重复", "do": "submit"}, page)

    assert answer.status_code in (403, 409)
    assert "冯晓" in text(answer) or "已由" in text(answer) or "办结" in text(answer)
    assert groups(town) == before


def test_a_file_over_the_limit_is_refused_and_the_rest_stays_typed(town: Engine, visit: Any) -> None:
    visitor, before = visit("wang-jie"), groups(town)
    big = (BytesIO(b"x" * (MEGABYTE + 1)), "大图.jpg")

    answer = visitor.post(f"/start/{PROCESS}", {**FORM, "隐患登记.照片": big})

    assert answer.status_code == 422
    assert "大图.jpg" in text(answer) and "没有收下" in text(answer) and "3号车间" in text(answer)
    assert groups(town) == before and not town.cases(by="li-ke").items


def test_a_full_disk_is_said_and_changes_nothing(
    town: Engine, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, before = visit("wang-jie"), groups(town)

    def full(*_args: object, **_values: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("engine.files.os.fsync", full)
    answer = visitor.post(f"/start/{PROCESS}", {**FORM, "隐患登记.照片": (BytesIO(b"x"), "图.jpg")})

    assert "磁盘空间不足" in text(answer) and "3号车间" in text(answer)
    assert groups(town) == before and not town.cases(by="li-ke").items


def test_markup_stays_text(town: Engine, visit: Any) -> None:
    visitor = visit("wang-jie")
    answer = visitor.post(f"/start/{PROCESS}", {**FORM, "隐患登记.描述": "<script>alert(1)</script>"})

    page = visitor.get(answer.headers["Location"])
    assert "&lt;script&gt;" in page and "<script>alert" not in page


def test_a_post_from_elsewhere_is_refused(town: Engine, visit: Any) -> None:
    visitor, before = visit("wang-jie"), groups(town)

    answer = visitor.client.post(f"/start/{PROCESS}", data=FORM)

    assert answer.status_code in (400, 403)
    assert groups(town) == before


def test_a_broken_definition_shows_every_mistake_with_its_line(town: Engine, visit: Any) -> None:
    office, before = visit("li-ke"), groups(town)
    broken = "角色 甲\n表单 登记\n  事由：文本 必填\n规程 坏的\n  启动 表单 登记 承办 甲\n  步骤 一\n    承办 乙\n    时限 3个\n    转 三\n"

    answer = office.post(
        "/studio/deploy", {"name": "坏的.flow", "text": broken, "reason": "试"}, office.get("/studio")
    )

    assert answer.status_code == 422
    lines = set(re.findall(r":(\d+):\d+", text(answer)))
    assert len(lines) >= 2, text(answer)
    assert "没有发布" in text(answer)
    assert groups(town) == before
    assert all(each.name != "坏的" for each in town.definitions())


def test_a_step_that_leads_nowhere_is_named_with_its_line_and_what_to_do(town: Engine, visit: Any) -> None:
    flow = (LIBRARY / "hazard_rectification" / "process.flow").read_text(encoding="utf-8")
    start, end = flow.index("    若 验收记录.意见 = 合格"), flow.index("\n\n  步骤 提级处置")
    first = flow[: flow.index("步骤 整改实施")].count("\n") + 1

    office = visit("li-ke")
    broken = {"name": "process.flow", "text": flow[:start].rstrip() + flow[end:]}
    answer = office.post("/studio/check", broken, office.get("/studio"))

    said = text(answer)
    trap = said[said.index("从“整改实施”出发永远不能办结：只在") :].partition("之间来回")[0]
    assert "“验收”" in trap and f"process.flow:{first}:" in said
    assert "加一条去路" in said and "/studio/deploy" not in said
