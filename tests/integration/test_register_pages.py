"""Registers and figures in the demonstration town's pages, from the import of a workbook to the list behind a number."""

import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook

from engine import Engine, open_engine
from web.app import create_app
from web.demo import PASSWORD
from web.settings import load_settings

LEDGER = f"/ledgers/{quote('隐患排查治理台账')}"
FILE = re.compile(r'name="file_token" value="([^"]+)"')


@pytest.fixture
def town(tmp_path: Path, furnished: Path) -> Iterator[Engine]:
    shutil.copy(furnished, tmp_path / "town.db")
    with open_engine(f"sqlite:///{tmp_path / 'town.db'}", tenant="demo", demo=True) as engine:
        yield engine


@pytest.fixture
def office(town: Engine, tmp_path: Path) -> FlaskClient:
    """The safety office, signed in."""
    return signed_in(town, tmp_path, "li-ke")


def signed_in(town: Engine, folder: Path, account: str) -> FlaskClient:
    app = create_app(town, load_settings(f"sqlite:///{folder / 'town.db'}", folder))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/login", data={"account": account, "password": PASSWORD})
    return client


def a_book(office: FlaskClient, *rows: dict[str, object]) -> bytes:
    book = load_workbook(BytesIO(office.get(f"{LEDGER}/template").data))
    sheet = book.worksheets[0]
    names = [str(cell.value).removesuffix("*") for cell in sheet[3]]
    for row in rows:
        sheet.append([row.get(name) for name in names])
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def a_hazard(key: str, **changes: object) -> dict[str, object]:
    return {
        "原编号": key,
        "发生时间": datetime.fromisoformat("2023-04-10 08:00"),
        "所在单位": "润城兴达铸造有限公司",
        "地点": "3号车间",
        "描述": "煤气报警器失效",
        "来源": "监督检查",
        "发现时间": datetime.fromisoformat("2023-04-10 07:30"),
    } | changes


def upload(office: FlaskClient, content: bytes) -> str:
    sent = {"file": (BytesIO(content), "旧台账.xlsx")}
    answer = office.post(f"{LEDGER}/import", data=sent, content_type="multipart/form-data")
    return answer.get_data(as_text=True)


def test_good_rows_are_imported_once_and_bad_cells_come_back_explained(
    town: Engine, office: FlaskClient
) -> None:
    content = a_book(
        office,
        a_hazard("旧1"),
        a_hazard("旧2"),
        a_hazard("旧3", 所在单位="没有这家", 地点=None),
        a_hazard("旧4", 地点=None),
    )
    checked = upload(office, content)
    assert "可导入 2，有问题 2" in checked
    assert "C7 所在单位：没有叫“没有这家”的单位，请从下拉里选；D7 地点：" in checked
    assert town.register("隐患排查治理台账", "li-ke").total == 0
    token = FILE.findall(checked)[0]

    problems = office.post(f"{LEDGER}/import/problems", data={"file_token": token})
    sheet = load_workbook(BytesIO(problems.data)).worksheets[0]
    assert [cell.coordinate for row in sheet.iter_rows(min_row=5) for cell in row if cell.comment] == [
        "C7",
        "D7",
        "D8",
    ]

    assert "有问题 2，已导入 2" in office.post(f"{LEDGER}/import", data={"file_token": token}).data.decode()
    assert "有问题 2，已导入过 2" in upload(office, content)
    entry = town.audit_log(1)[0]
    assert (entry.kind, entry.body["已导入"]) == ("register_imported", 2)
    assert len(str(entry.body["sha256"])) == 64


def test_imported_rows_say_so_and_how_late_they_came(town: Engine, office: FlaskClient) -> None:
    token = FILE.findall(upload(office, a_book(office, a_hazard("旧1"))))[0]
    office.post(f"{LEDGER}/import", data={"file_token": token})
    (row,) = town.register("隐患排查治理台账", "li-ke").rows
    assert row.texts["登记方式"] == "导入"
    assert int(row.texts["补录天数"]) == (town.now().astimezone(town.zone).date() - date(2023, 4, 10)).days
    history = town.history(row.case)
    assert history[0].late_entry
    assert history[0].reason == "导入《旧台账.xlsx》第5行，原编号旧1"


def test_who_may_not_start_the_process_may_not_import(town: Engine, tmp_path: Path) -> None:
    listed = f"/ledgers/{quote('事故台账')}"
    enterprise = signed_in(town, tmp_path, "pan-gang")
    assert enterprise.get(f"{listed}/import").status_code == 403
    assert "从 Excel 导入" not in enterprise.get(listed).data.decode()


def test_the_figure_on_the_board_the_ledger_and_the_workbook_are_one(
    town: Engine, office: FlaskClient
) -> None:
    token = FILE.findall(upload(office, a_book(office, a_hazard("旧1"), a_hazard("旧2", 来源="企业自查"))))[0]
    office.post(f"{LEDGER}/import", data={"file_token": token})
    year = town.now().year
    board = office.get(f"/dash/{quote('自查占比')}?period={year}").data.decode()
    assert "50.0%" in board
    address = re.findall(r'<a href="(/ledgers/[^"]+)">2</a>', board)[0].replace("&amp;", "&")
    listed = office.get(address).data.decode()
    assert "共 2 行" in listed
    export = re.findall(r'href="([^"]+/export\?[^"]*)"', listed)[0].replace("&amp;", "&")
    sheet = load_workbook(BytesIO(office.get(export).data)).worksheets[0]
    assert "统计“自查占比”的分母" in str(sheet["A2"].value) and "共 2 行" in str(sheet["A2"].value)
    assert sheet.max_row == 5 + 2
    entry = town.audit_log(1)[0]
    assert (entry.kind, entry.actor, entry.body["rows"]) == ("register_exported", "li-ke", 2)


def test_a_share_of_nothing_is_no_share(office: FlaskClient) -> None:
    page = office.get(f"/dash/{quote('按期整改率')}?period=2001-01").data.decode()
    assert "—（本期无到期项）" in page
    assert "100%" not in page and "100.0%" not in page
