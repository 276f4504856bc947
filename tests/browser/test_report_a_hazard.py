"""网格员在手机上登记隐患，安委办接着办；没有脚本也行。"""

from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Served, SignIn

FORM = "隐患登记"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


def report(page: Page, photo: Path, text: str = "配电箱没有接地") -> None:
    fill(page, photo, text)
    page.click("button:has-text('提交') >> visible=true")
    page.wait_for_url("**/cases/**")


def fill(page: Page, photo: Path, text: str) -> None:
    page.goto("/start/隐患整改")
    page.set_input_files(f"input[name='{FORM}.照片'] >> nth=0", str(photo))
    page.select_option(f"[name='{FORM}.所在单位']", "E01")
    page.fill(f"[name='{FORM}.地点']", "3号车间")
    page.fill(f"[name='{FORM}.描述']", text)
    page.select_option(f"[name='{FORM}.来源']", "网格巡查")
    page.fill(f"[name='{FORM}.发现时间']", "2026-11-24T08:30")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "现场.png"
    file.write_bytes(PNG)
    return file


@pytest.mark.parametrize("script", [True, False], ids=["有脚本", "没有脚本"])
def test_a_grid_member_reports_and_the_office_takes_over(
    served: Served, sign_in: SignIn, photo: Path, script: bool
) -> None:
    phone = sign_in("wang-jie", 360, 740, script=script)
    report(phone, photo)
    assert "已登记" in phone.inner_text("body")

    desk = sign_in("li-ke", script=script)
    desk.goto("/inbox?tab=claim")
    assert "配电箱没有接地" in desk.inner_text("main")

    case = served.engine.cases(by="li-ke").items[0]
    desk.goto(f"/tasks/{served.engine.inbox('li-ke', tab='claim').items[0].id}")
    assert "时限" in desk.inner_text("body")
    assert served.engine.verify(case.id).ok


def test_a_mistake_is_said_beside_the_field_and_nothing_is_started(
    served: Served, sign_in: SignIn, photo: Path
) -> None:
    phone = sign_in("wang-jie", 360, 740, script=False)
    phone.goto("/start/隐患整改")
    phone.fill(f"[name='{FORM}.地点']", "3号车间")
    phone.click("button:has-text('提交') >> visible=true")

    assert phone.title().startswith("错误：")
    assert phone.input_value(f"[name='{FORM}.地点']") == "3号车间"
    assert not served.engine.cases(by="li-ke").items


def test_nothing_is_submitted_without_a_photo_that_did_not_go_up(
    served: Served, sign_in: SignIn, photo: Path
) -> None:
    phone, uploads = sign_in("wang-jie", 360, 740), count()

    def lose_the_first(route: Route) -> None:
        if next(uploads) == 0:
            route.abort()
        else:
            route.continue_()

    fill(phone, photo, "配电箱没有接地")
    phone.wait_for_selector("text=已收下 1 份")
    phone.route("**/files", lose_the_first)
    phone.evaluate(
        """field => {
            const input = document.querySelector(`input[type=file][name='${field}']`);
            const choose = (name) => {
                const chosen = new DataTransfer();
                chosen.items.add(new File(["x"], name, { type: "image/png" }));
                input.files = chosen.files;
                input.dispatchEvent(new Event("change", { bubbles: true }));
            };
            choose("上.png");
            choose("下.png");
            input.form.requestSubmit();
        }""",
        f"{FORM}.照片",
    )

    phone.wait_for_selector("text=还没有提交")
    phone.wait_for_selector("text=下.png")
    assert "“上.png”没有传上去" in phone.inner_text("body")
    assert not served.engine.cases(by="li-ke").items
    phone.click("button:has-text('提交') >> visible=true")
    phone.wait_for_url("**/cases/**")


def test_a_text_with_markup_stays_text(sign_in: SignIn, photo: Path) -> None:
    phone = sign_in("wang-jie", 360, 740)
    report(phone, photo, "<script>document.title='x'</script>油污")

    assert "<script>" in phone.inner_text("body")
    assert phone.title() != "x"


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1366, 768)])
def test_no_page_scrolls_sideways(sign_in: SignIn, photo: Path, width: int, height: int) -> None:
    page = sign_in("wang-jie", width, height)
    report(page, photo)
    case = page.url

    for path in (
        "/inbox",
        "/start",
        "/cases",
        "/me",
        f"{case}/diagram",
        f"{case}/timeline",
        f"{case}/clocks",
        case,
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
