"""The pages of documents: preview, issue, download, service and receipt, void, the book and its workbook, checking."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from engine import Engine
from engine.documents.paper import read_docx
from engine.serving import notice_period
from tests.integration.town import FORM, TownAt, approval, walk_to_signing
from web.app import create_app
from web.settings import load_settings

NOTICE = Path(__file__).parents[2] / "processes" / "shared" / "notice.md"


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    town = TownAt(sqlite_url)
    town.found(approval())
    with town.open() as engine:
        engine.set_password("sun", "Secret-2023", by="sun")
        engine.set_password("li", "Secret-2023", by="li")
        yield engine


def signed_in(engine: Engine, folder: Path, account: str) -> FlaskClient:
    app = create_app(engine, load_settings(f"sqlite:///{folder / 'sessions.db'}", folder))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/login", data={"account": account, "password": "Secret-2023"})
    return client


@pytest.fixture
def chief(engine: Engine, tmp_path: Path) -> FlaskClient:
    """The station's chief, who signs, signed in."""
    return signed_in(engine, tmp_path, "sun")


def to_sign(engine: Engine) -> str:
    return walk_to_signing(engine, engine.start("审批", by="wang", form=FORM).id)


def issued(engine: Engine) -> str:
    item = to_sign(engine)
    engine.complete(item, by="sun", outcome="同意")
    return engine.case(int(item.partition("-")[0])).documents[0].id


def test_a_preview_shows_the_paper_without_a_number_and_changes_nothing(
    engine: Engine, chief: FlaskClient
) -> None:
    item = to_sign(engine)

    page = chief.post(f"/tasks/{item}/preview", data={"outcome": "同意"}).get_data(as_text=True)

    assert "（签发时编号）" in page and "配电箱未接地" in page
    assert engine.document_gaps(2023) == () and engine.item(item).status.value == "open"
    assert issued(engine) and "润通〔2023〕1号" in chief.get("/docs").get_data(as_text=True)


def test_an_issued_document_is_read_printed_and_kept(engine: Engine, chief: FlaskClient) -> None:
    identity = issued(engine)

    page = chief.get(f"/docs/{identity}").get_data(as_text=True)
    word = chief.get(f"/docs/{identity}/docx")
    printed = chief.get(f"/docs/{identity}/print").get_data(as_text=True)

    assert "润通〔2023〕1号" in page and "登记送达" in page
    assert read_docx(word.data).words.count("润通〔2023〕1号") == 1
    assert 'class="gongwen"' in printed and "登记送达" not in printed


def test_the_pdf_is_made_once_and_vouched_for(engine: Engine, chief: FlaskClient) -> None:
    pytest.importorskip("weasyprint")
    identity = issued(engine)

    first, second = (chief.get(f"/docs/{identity}/pdf").data for _ in range(2))

    case = int(identity.partition("-")[0])
    assert first == second and first.startswith(b"%PDF")
    assert [entry.operation for entry in engine.history(case)].count("keep_copy") == 1
    assert engine.verify(case).ok


def test_a_service_is_noted_with_its_receiver(engine: Engine, chief: FlaskClient) -> None:
    identity = issued(engine)

    chief.post(
        f"/docs/{identity}/serve",
        data={
            "to": "润城铸造",
            "送达方式": "直接送达",
            "签收人": "钱老板",
            "occurred_at": "2023-04-10T09:00",
            "key": "serve-12345",
        },
    )

    (service,) = engine.document(identity).view.served
    assert (service.to, service.service.receiver, service.by.name if service.by else "") == (
        "润城铸造",
        "钱老板",
        "孙站长",
    )
    assert "签收人钱老板" in chief.get(f"/docs/{identity}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"送达方式": "直接送达", "拒收理由": "不认可"}, "改用留置送达"),
        ({"送达方式": "留置送达", "拒收理由": "不认可"}, "见证人"),
        ({"送达方式": "邮寄送达"}, "邮寄单号"),
        ({"送达方式": "电子送达"}, "同意"),
        ({"送达方式": "公告送达"}, "写明公告日期"),
        ({"送达方式": "公告送达", "送达凭据": "下落不明", "公告日期": "2023-04-10"}, "满30日才视为送达"),
    ],
)
def test_a_service_without_what_proves_it_is_refused(
    engine: Engine, chief: FlaskClient, sent: dict[str, str], said: str
) -> None:
    identity = issued(engine)

    answer = chief.post(f"/docs/{identity}/serve", data={"to": "润城铸造", **sent, "key": "serve-12345"})

    assert answer.status_code == 409 and said in answer.get_data(as_text=True)
    assert engine.document(identity).view.served == ()


def test_refused_before_witnesses_it_is_left_there(engine: Engine, chief: FlaskClient) -> None:
    identity = issued(engine)
    sent = {"送达方式": "留置送达", "拒收理由": "不认可", "见证人": "王杰、赵敏"}

    chief.post(f"/docs/{identity}/serve", data={"to": "润城铸造", **sent, "key": "serve-12345"})

    (service,) = engine.document(identity).view.served
    assert service.service.witnesses == ("王杰", "赵敏")


def test_a_paper_put_up_for_the_public_is_served_when_the_period_is_over(sqlite_url: str) -> None:
    town = TownAt(sqlite_url)
    town.found(approval())
    with town.open() as engine:
        identity = issued(engine)
        case = int(identity.partition("-")[0])
        put_up = engine.document(identity).view.issued_at.astimezone(engine.zone).date()
        sent = {"送达方式": "公告送达", "送达凭据": "下落不明，贴于公告栏", "公告日期": put_up.isoformat()}
        name = engine.document(identity).view.name
        town.clock.now += timedelta(days=45)
        engine.act(case, "serve", by="sun", to=f"{name}#润城铸造", form=sent)
        (service,) = engine.document(identity).view.served

    assert service.service.announced == put_up
    assert service.at.astimezone(engine.zone) == notice_period(put_up, engine.zone).served


def test_the_receipt_is_filled_as_far_as_it_is_known(engine: Engine, chief: FlaskClient) -> None:
    words = read_docx(chief.get(f"/docs/{issued(engine)}/receipt?to=润城铸造").data).words

    assert "送达回证" in words and "润通〔2023〕1号" in words and "润城铸造" in words


def test_a_void_document_keeps_its_number_and_the_next_takes_the_next(
    engine: Engine, chief: FlaskClient
) -> None:
    identity = issued(engine)
    assert chief.post(f"/docs/{identity}/void", data={"key": "void-1234567"}).status_code == 409

    chief.post(f"/docs/{identity}/void", data={"reason": "当事人写错", "key": "void-7654321"})
    following = issued(engine)

    book = chief.get("/docs").get_data(as_text=True)
    assert "<s>润通〔2023〕1号</s>" in book and "当事人写错" in chief.get(f"/docs/{identity}").get_data(
        as_text=True
    )
    assert engine.document(following).view.number == "润通〔2023〕2号"
    assert engine.document_gaps(2023) == ()


def test_numbers_used_on_paper_before_are_a_gap_with_its_reason(engine: Engine, tmp_path: Path) -> None:
    office = signed_in(engine, tmp_path, "li")

    office.post(
        "/docs/series",
        data={"series": "润通〔{年}〕{序号}号", "year": "2023", "used": "7", "reason": "纸质已编到7号"},
    )

    (gap,) = engine.document_gaps(2023)
    assert (gap.first, gap.last, gap.reason) == ("润通〔2023〕1号", "润通〔2023〕7号", "纸质已编到7号")
    assert engine.document(issued(engine)).view.number == "润通〔2023〕8号"
    assert "纸质已编到7号" in office.get("/docs?year=2023").get_data(as_text=True)


def test_the_book_is_filtered_and_taken_out_as_excel(engine: Engine, chief: FlaskClient) -> None:
    issued(engine)
    issued(engine)

    book = load_workbook(BytesIO(chief.get("/docs/export?year=2023&q=2号").data))

    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert rows[1] == [rows[1][0], *[None] * (len(rows[1]) - 1)] and "共 1 行" in str(rows[1][0])
    assert rows[3][1] == "文号" and rows[4][1] == "润通〔2023〕2号"
    assert any(entry.kind == "register_exported" for entry in engine.audit_log())


def test_a_document_of_a_case_one_may_not_open_is_not_in_the_book(engine: Engine) -> None:
    issued(engine)

    assert [row.document.number for row in engine.documents("li").items] == ["润通〔2023〕1号"]
    engine.deploy([approval(restricted_to=("站长",))], by="li", reason="限知悉", effective=date(2023, 4, 10))
    issued(engine)
    assert len(engine.documents("sun").items) == 2 and len(engine.documents("qian").items) == 1


def test_the_notice_is_looked_over_by_a_page(chief: FlaskClient) -> None:
    answer = chief.post("/docs/check", data={"file": (BytesIO(NOTICE.read_bytes()), "notice.md")})

    page = answer.get_data(as_text=True)
    assert "润政发〔2023〕1号" in page and "GB/T 9704—2012 7.2.5" in page and "润镇人民政府" in page
