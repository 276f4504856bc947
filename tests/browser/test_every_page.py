"""每一页在手机和电脑上：不横向滚动，一个一级标题，控件都有名称，手机上都够大，控制台没有错误；首次打开待办够小。"""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Served, SignIn
from tests.browser.hazards import report_hazards

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
PHONE, SMALL, DESK = (360, 740), (320, 640), (1366, 768)
KILOBYTE = 1024


def pages(served: Served) -> Iterator[str]:
    """Every page of the first slice that a member of the office, who also administers, can open."""
    case = served.engine.cases(by="li-ke").items[-1]
    item = served.engine.inbox("li-ke", tab="claim").items[0]
    yield from (
        "/inbox",
        "/inbox?tab=claim",
        "/inbox?tab=claim&due=week&unit=无",
        "/inbox?tab=done",
        "/inbox?tab=mine",
    )
    yield from ("/docs", "/docs?status=void", "/docs/check")
    yield from ("/cases", "/cases?status=finished", "/start", "/start/监督检查", f"/tasks/{item.id}")
    for tab in ("", "/diagram", "/timeline", "/clocks", "/docs", "/evidence", "/links", "/basis", "/verify"):
        yield f"/cases/{case.number}{tab}"
    yield f"/cases/{case.number}/correct/隐患登记"
    yield from (f"/audit/cases/{case.number}?at=1", "/audit/access", "/audit/verify?run=1")
    yield from ("/me", "/notices", "/admin/users", "/admin/organisation", "/admin/health")
    yield from (
        "/duties",
        "/duties?tab=figures&from=2020-01-01&until=2099-12-31",
        "/duties?tab=rows&standing=pending",
    )
    yield from (
        "/duties?tab=rows&from=四月",
        "/duties?tab=kinds",
        "/studio",
        "/studio/隐患整改",
        "/没有这一页",
    )


@pytest.mark.parametrize("size", [PHONE, SMALL, DESK], ids=["手机", "小手机", "电脑"])
def test_every_page_is_sound(served: Served, sign_in: SignIn, size: tuple[int, int]) -> None:
    report_hazards(served.engine, 2)
    page = sign_in("li-ke", *size)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))

    wrong = []
    for path in list(pages(served))[:: 3 if size == SMALL else 1]:
        page.goto(path)
        wrong += [f"{path} {each}" for each in page.evaluate(AUDIT, size != DESK)]

    assert not wrong, "\n".join(wrong)
    assert [each for each in said if not re.search("status of (404|409)", each)] == []


def test_the_log_in_page_is_sound(served: Served, sign_in: SignIn) -> None:
    page = sign_in("wang-jie", 360, 740)
    page.context.clear_cookies()
    page.goto("/login")
    assert page.evaluate(AUDIT, True) == []


def test_a_first_visit_to_the_inbox_is_small(served: Served, sign_in: SignIn) -> None:
    report_hazards(served.engine, 50)
    browser = sign_in("li-ke").request
    html = browser.get("/inbox?tab=claim").body()

    weights = Counter(html=len(gzip.compress(html)))
    for path in sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html.decode()))):
        weights[path.rpartition(".")[2]] += len(gzip.compress(browser.get(path).body()))
    assert weights["html"] <= 25 * KILOBYTE and weights["css"] <= 25 * KILOBYTE, weights
    assert weights["js"] <= 50 * KILOBYTE and sum(weights.values()) <= 120 * KILOBYTE, weights


def test_twelve_rows_fit_on_an_office_screen(served: Served, sign_in: SignIn) -> None:
    report_hazards(served.engine, 14)
    page = sign_in("li-ke", 1366, 657)
    page.goto("/inbox?tab=claim")
    bottoms = page.eval_on_selector_all(
        "table.inbox tbody tr", "rows => rows.map(row => row.getBoundingClientRect().bottom)"
    )
    assert sum(bottom <= 657 for bottom in bottoms) >= 12, bottoms


@pytest.mark.parametrize("address", ["/inbox?tab=claim", "/cases"])
def test_a_cell_that_is_cut_off_says_all_of_its_text(served: Served, sign_in: SignIn, address: str) -> None:
    report_hazards(served.engine, 2)
    page = sign_in("li-ke", *DESK)
    page.goto(address)
    silent = page.eval_on_selector_all(
        "table.inbox tbody td.k-no, table.inbox tbody td.k-grade, table.inbox tbody td.k-from",
        "cells => cells.filter(cell => cell.title !== cell.textContent.trim()).map(cell => cell.outerHTML)",
    )
    assert not silent


def test_a_phone_card_has_four_lines_and_opens_as_a_whole(served: Served, sign_in: SignIn) -> None:
    report_hazards(served.engine, 1)
    page = sign_in("li-ke", 360, 740)
    page.goto("/inbox?tab=claim")
    card = page.locator("table.inbox tbody tr").first
    middles = card.evaluate(
        "row => [...row.cells].filter(cell => cell.checkVisibility() && !cell.matches('.k-do'))"
        ".map(cell => cell.getBoundingClientRect()).map(box => Math.round((box.top + box.bottom) / 8))"
    )
    assert len(set(middles)) <= 4, middles

    box = card.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.65)
    page.wait_for_url("**/tasks/**")


def test_the_computation_of_a_deadline_opens_from_its_chip(served: Served, sign_in: SignIn) -> None:
    report_hazards(served.engine, 1)
    for width, script in ((1366, True), (360, False)):
        page = sign_in("li-ke", width, 740, script=script)
        page.goto("/inbox?tab=claim")
        page.locator(".pop > summary").first.press("Enter")
        assert "怎么算的" in page.locator(".pop dl").first.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= width if script else True


def test_a_filtered_list_names_its_filters_and_a_link_reproduces_it(served: Served, sign_in: SignIn) -> None:
    report_hazards(served.engine, 2)
    page: Page = sign_in("li-ke")
    page.goto("/inbox?tab=claim")
    page.locator("form.filters input[name=q]").fill("没有的词")
    page.click("form.filters button:has-text('筛选')")
    assert "没有符合条件的记录" in page.inner_text("main") and "搜索：没有的词" in page.inner_text("main")

    address = page.url
    page.click("a:has-text('清除筛选') >> nth=0")
    assert page.locator("table.inbox tbody tr").count() == 2
    page.goto(address)
    assert (
        f"q={quote('没有的词')}" in page.url and page.input_value("form.filters input[name=q]") == "没有的词"
    )


def test_two_clicks_on_a_slow_line_start_one_case(served: Served, sign_in: SignIn) -> None:
    page = sign_in("li-ke")
    page.goto("/start/隐患整改")
    page.select_option("[name='隐患登记.所在单位']", "E01")
    page.fill("[name='隐患登记.地点']", "3号车间")
    page.fill("[name='隐患登记.描述']", "配电箱没有接地")
    page.select_option("[name='隐患登记.来源']", "上级交办")
    page.fill("[name='隐患登记.发现时间']", "2026-11-24T08:30")

    def slowly(route: Route) -> None:
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/start/**", slowly)
    page.dblclick("button.primary:visible")
    page.wait_for_url("**/cases/**")
    assert len(served.engine.cases(by="li-ke").items) == 1


def test_on_paper_a_deadline_is_a_bordered_word(served: Served, sign_in: SignIn) -> None:
    report_hazards(served.engine, 1)
    page = sign_in("li-ke")
    page.goto("/inbox?tab=claim")
    page.emulate_media(media="print")
    chip = page.locator(".chip").first
    style = chip.evaluate(
        "chip => { const style = getComputedStyle(chip);"
        " return [style.color, style.backgroundColor, style.borderTopStyle]; }"
    )
    assert style == ["rgb(0, 0, 0)", "rgb(255, 255, 255)", "solid"]
    assert re.search(r"[○▲■]", chip.inner_text()) and re.search("[\u4e00-\u9fff]", chip.inner_text())
    assert not page.locator("nav.rail").is_visible() and not page.locator(".tabs").is_visible()
