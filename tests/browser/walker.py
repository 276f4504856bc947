"""People who work through their inboxes in a browser, each with a device of his own."""

import random
import time
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, Error, Locator, Page

from tests.browser.server import Server
from web.demo import PASSWORD

PHONE, DESK = (360, 740), (1366, 768)
Fields = Mapping[str, str | Path | tuple[str, ...]]


class Walker:
    """Signs people in when first needed; `on_phone` names those who use one.

    With `killing`, the server is killed -9 while some submissions are on their way, and started again; a submission
    that did not arrive is made again, as a person would.
    """

    def __init__(
        self, browser: Browser, server: Server, on_phone: tuple[str, ...], killing: int | None
    ) -> None:
        self._browser, self._server, self._on_phone = browser, server, on_phone
        self._pages: dict[str, Page] = {}
        self._dice = random.Random(killing) if killing is not None else None
        self.kills = 0
        self.done: list[tuple[str, str]] = []

    def page(self, account: str) -> Page:
        """The open page of a person."""
        if account not in self._pages:
            width, height = PHONE if account in self._on_phone else DESK
            context = self._browser.new_context(
                viewport={"width": width, "height": height}, base_url=self._server.address
            )
            page = self._pages[account] = context.new_page()
            page.goto("/login")
            page.fill("[name=account]", account)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "/login" not in url)
        return self._pages[account]

    def start(self, account: str, process: str, fields: Fields) -> str:
        """Start a case and return its address."""
        page = self.page(account)
        page.goto(f"/start/{process}")
        self._fill(page, fields)
        page.click("button.primary:visible")
        page.wait_for_url("**/cases/**")
        return page.url

    def do(self, account: str, process: str, step: str, fields: Fields, outcome: str | None = None) -> None:
        """Open a work item from the inbox, fill it and submit it."""
        page = self.page(account)
        assert self._open(page, process, step), f"{account} 的待办里没有“{step}”：{self._stands(page)}"
        self._submit(page, fields, outcome)
        while self._open(page, process, step):  # the server died before the submission arrived
            assert self._dice is not None, page.inner_text("main")
            self._submit(page, fields, outcome, safely=True)
        self.done.append((process, step))

    def _stands(self, page: Page) -> str:
        page.goto("/cases")
        return page.inner_text("main")

    def _open(self, page: Page, process: str, step: str) -> bool:
        for tab in ("todo", "claim"):
            page.goto(f"/inbox?tab={tab}&process={process}")
            rows = page.locator(
                "table.inbox tbody tr", has=page.locator(f"td:text-matches('^{step}( |$|（)')")
            )
            if rows.count():
                page.goto(str(rows.first.locator("a.open").get_attribute("href")))
                if not page.locator("form[data-task]").count():
                    claim = page.locator("button:has-text('认领')")
                    assert claim.count(), f"{step}：{page.inner_text('main')}"
                    claim.first.click()
                    page.wait_for_selector("form[data-task]")
                return True
        return False

    def _submit(self, page: Page, fields: Fields, outcome: str | None, *, safely: bool = False) -> None:
        self._fill(page, fields)
        if outcome is not None:
            page.check(f"input[name=outcome][value='{outcome}']")
        if self._dice is not None and not safely and self._dice.random() < 0.4:
            self._killed_while_submitting(page, self._dice.random() * 0.12)
            return
        try:
            with page.expect_navigation():  # a press during an upload submits once the file has arrived
                page.click("form[data-task] button.primary")
        except Error as stood:
            raise AssertionError(f"提交以后页面没有变：\n{page.inner_text('body')}") from stood
        assert not page.title().startswith("错误"), page.inner_text("main")

    def _killed_while_submitting(self, page: Page, after: float) -> None:
        page.click("form[data-task] button.primary", no_wait_after=True)
        time.sleep(after)
        self._server.restart()
        self.kills += 1
        try:
            page.wait_for_load_state(timeout=5000)
        except Error:
            return  # the browser shows that the connection was lost

    def _fill(self, page: Page, fields: Fields) -> None:
        for name, value in fields.items():
            controls = page.locator(f"[name='{name}']:not([type=hidden])")
            self._enter(controls, name, value)

    def _enter(self, controls: Locator, name: str, value: str | Path | tuple[str, ...]) -> None:
        kind = controls.first.evaluate("e => e.tagName == 'INPUT' ? e.type : e.tagName.toLowerCase()")
        match value:
            case Path():
                controls.first.set_input_files(str(value))
            case tuple():
                for each in value:
                    controls.page.check(f"input[name='{name}'][value='{each}']")
            case str() if kind == "radio":
                controls.page.locator("label", has=controls).filter(has_text=value).first.click()
            case str() if kind == "select":
                controls.first.select_option(value)
            case str():
                controls.first.fill(value)
