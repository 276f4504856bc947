"""只用键盘：在列表里走、打开、填错、改正、提交，接着下一件；输入法组字时不动；可以关掉。"""

from playwright.sync_api import Page

from tests.browser.conftest import Served, SignIn
from tests.browser.hazards import report_hazards

TITLE = "table.inbox tbody tr[aria-selected=true] a.open"


def claimed(served: Served, count: int) -> None:
    report_hazards(served.engine, count)
    for item in served.engine.inbox("li-ke", tab="claim").items:
        served.engine.act(item.id, "claim", by="li-ke")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.name"))


def test_the_whole_way_from_list_to_the_next_item(served: Served, sign_in: SignIn) -> None:
    claimed(served, 4)
    page = sign_in("li-ke")
    page.goto("/inbox")
    third = page.locator("table.inbox a.open").nth(2).inner_text()
    fourth = page.locator("table.inbox a.open").nth(3).inner_text()

    for key in "jjj":
        page.keyboard.press(key)
    assert page.locator(TITLE).inner_text() == third
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/**")
    assert third in page.inner_text("main")

    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#errors")
    assert page.title().startswith("错误：") and focused(page) == "errors"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('.wrong') !== null")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/inbox*")
    assert "已提交" in page.inner_text("main")

    page.keyboard.press("]")
    page.wait_for_url("**/tasks/**")
    assert fourth in page.inner_text("main")


def test_no_key_fires_while_composing_or_typing_or_when_switched_off(served: Served, sign_in: SignIn) -> None:
    claimed(served, 1)
    page = sign_in("li-ke")
    page.goto("/inbox")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', isComposing: true, bubbles: true}))"
    )
    assert page.locator(TITLE).count() == 0

    page.keyboard.press("/")
    page.keyboard.type("gi?")
    assert page.input_value("#q") == "gi?"

    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.uncheck("[data-keys-on]")
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    assert page.locator(TITLE).count() == 0


def test_the_list_claims_and_a_task_unfolds_its_operations_by_key(served: Served, sign_in: SignIn) -> None:
    report_hazards(served.engine, 1)
    page = sign_in("li-ke")
    page.goto("/inbox?tab=claim")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_url("**/tasks/**")
    (item,) = served.engine.inbox("li-ke").items
    assert item.holder is not None and item.holder.account == "li-ke"

    page.keyboard.press("t")
    assert page.evaluate("document.getElementById('op-transfer').open")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.form.matches('[data-task]')")


def test_a_draft_is_kept_when_the_form_is_left(served: Served, sign_in: SignIn) -> None:
    claimed(served, 1)
    page = sign_in("li-ke", 360, 740)
    page.goto("/inbox")
    page.locator("table.inbox a.open").first.click()
    page.wait_for_url("**/tasks/**")
    page.locator(
        "form[data-task] textarea[name*='.'], form[data-task] input[name*='.']:not([type=radio])"
    ).first.fill("第一次的话")
    page.locator("[data-draft]:has-text('草稿存于')").wait_for(state="attached", timeout=9000)
    page.reload()
    assert "第一次的话" in page.content()


def test_what_is_typed_to_start_a_case_survives_going_away(served: Served, sign_in: SignIn) -> None:
    page = sign_in("wang-jie", 360, 740)
    page.goto("/start/隐患整改")
    page.fill("[name='隐患登记.地点']", "3号车间")
    page.goto("/inbox")
    page.goto("/start/隐患整改")
    assert page.input_value("[name='隐患登记.地点']") == "3号车间"
    assert "已恢复" in page.inner_text("[data-bars]")
